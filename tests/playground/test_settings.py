"""The environment is read with its defaults, and what cannot be used is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.company import read_company
from playground.settings import SAMPLE_COMPANY, Settings
from tests.playground.process import ROOT


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    settings = Settings.from_environment({})
    assert (settings.port, settings.rate, settings.manifest) == (8081, 1, None)
    assert settings.data_dir == Path(".baton")
    assert settings.retry_seconds == (1, 60, 300)


@pytest.mark.parametrize(
    "wrong",
    [
        {"PLAYGROUND_PORT": "web"},
        {"PLAYGROUND_RATE": "0"},
        {"PLAYGROUND_RATE": "fast"},
        {"PLAYGROUND_RETRY_SECONDS": "a"},
    ],
)
def test_a_variable_that_cannot_be_used_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings.from_environment(wrong)


def test_a_start_with_a_wrong_setting_ends_with_a_sentence(tmp_path: Path) -> None:
    environment = {**os.environ, "PLAYGROUND_RATE": "fast", "BATON_DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "playground"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr == "The playground cannot start: PLAYGROUND_RATE must be a number, not 'fast'\n"


def test_the_sample_company_has_six_departments_and_a_dozen_people() -> None:
    company = read_company(SAMPLE_COMPANY)
    assert len({person.department for person in company.people if person.department}) == 6
    assert len(company.people) >= 12
    known = {person.id for person in company.people} | {company.app.bot_user_id}
    assert {member for members in company.members.values() for member in members} <= known


def test_a_file_that_is_no_company_is_named(tmp_path: Path) -> None:
    path = tmp_path / "company.json"
    path.write_text('{"people": []}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"company\.json"):
        read_company(path)
