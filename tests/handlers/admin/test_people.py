"""`people import` writes the file of colleagues from a directory of employees; roles stay, who left is left out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.config import Config
from bot.domain.belonging import Listed
from bot.domain.people import Role
from bot.errors import PermanentError, UserError
from handlers.admin.people_file import with_people
from tests.fakes.company_directory import FakeCompanyDirectory
from tests.handlers.admin.commands import Installed


def listed(email: str, department: str, *more: str) -> Listed:
    return Listed("employee", email, email.partition("@")[0], department, (email, *more))


@pytest.fixture
def directory() -> FakeCompanyDirectory:
    people = [
        listed("Rosa@acme.example", "Logistics"),
        listed("ben@acme.example", "customer care"),
        listed("zoe@acme.example", "Legal", "zoe.adams@acme.example"),
        listed("kim@acme.example", ""),
        listed("", "Legal"),
    ]
    return FakeCompanyDirectory("people", employees={each.id: each for each in people})


@pytest.fixture
def installed(tmp_path: Path, directory: FakeCompanyDirectory) -> Installed:
    made = Installed(tmp_path, config=Config.model_validate({"company": {"people_file": "people.csv"}}))
    made.listed = {"people": directory}
    return made


def written(file: Path) -> dict[str, tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["email"]: (row["department"], row["roles"]) for row in csv.DictReader(opened)}


async def test_it_writes_what_the_configuration_reads(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("Email;department;roles\nROSA@acme.example;sales;lead\ngone@acme.example;legal;admin\n", "utf-8")
    result = await installed.run("people", "import", "people", str(file))
    assert result.exit_code == 0, result.exception
    assert written(file) == {
        "rosa@acme.example": ("logistics", "lead"),
        "ben@acme.example": ("", ""),
        "zoe@acme.example": ("legal", ""),
        "zoe.adams@acme.example": ("legal", ""),
        "kim@acme.example": ("", ""),
    }
    assert result.stdout.splitlines() == ["people 5", "without a department 2"]
    assert result.stderr.splitlines() == ["unknown department “customer care”: 1"]
    config = with_people(installed.config, tmp_path)
    rosa = next(each for each in config.people if each.email == "rosa@acme.example")
    assert (rosa.department, rosa.roles) == ("logistics", frozenset({Role.LEAD}))
    assert [path.name for path in tmp_path.iterdir()] == ["people.csv"]


async def test_every_page_is_read(installed: Installed, directory: FakeCompanyDirectory, tmp_path: Path) -> None:
    directory.employees = {str(n): listed(f"p{n}@acme.example", "Legal") for n in range(7)}
    await installed.run("people", "import", "people", str(tmp_path / "people.csv"))
    assert len(written(tmp_path / "people.csv")) == 7
    assert directory.asked == ["staff ", "staff 2", "staff 4", "staff 6"]


async def test_what_is_not_answered_leaves_the_file_as_it_was(
    installed: Installed, directory: FakeCompanyDirectory, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,department,roles\nrosa@acme.example,legal,lead\n")
    before = file.read_bytes()
    directory.refuses = "no such user"
    assert isinstance((await installed.run("people", "import", "people", str(file))).exception, PermanentError)
    directory.refuses, directory.employees = "", {}
    result = await installed.run("people", "import", "people", str(file))
    assert "knows nobody who works here" in str(result.exception)
    result = await installed.run("people", "import", "other", str(file))
    assert isinstance(result.exception, UserError)
    assert result.exception.hint == "Use one of: people."
    assert file.read_bytes() == before


async def test_it_says_what_is_missing_in_baton_toml(installed: Installed, tmp_path: Path) -> None:
    installed.config = Config()
    result = await installed.run("people", "import", "people", str(tmp_path / "staff.csv"))
    assert 'Add `people_file = "staff.csv"` to [company]' in result.stderr
    result = await installed.run("people", "import", "people", str(tmp_path / "nowhere" / "staff.csv"))
    assert "cannot be written" in str(result.exception)
