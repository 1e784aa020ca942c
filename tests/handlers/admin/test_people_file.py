"""Colleagues from the file that the company's directory exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config, parse
from bot.domain.people import Role
from bot.errors import ConfigError
from handlers.admin.environment import Environment
from handlers.admin.people_file import with_people

TOML = """
[company]
people_file = "people.csv"

[departments.support]
name = "Support"

[departments.legal]
name = "Legal & Risk"

[[people]]
email = "ana@acme.example"
department = "support"
"""


def read(folder: Path, table: str) -> Config:
    (folder / "people.csv").write_text(table, "utf-8")
    return with_people(parse(TOML), folder)


def test_departments_and_roles_come_from_the_file_and_baton_toml_wins(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        "Email;Department;Roles;Phone\nBen@acme.example;Legal & Risk;lead coordinator;1\nANA@acme.example;legal;;2\nzoe@acme.example;;;3\n",
    )
    assert [(person.email, person.department, person.roles) for person in config.people] == [
        ("ana@acme.example", "support", frozenset()),
        ("Ben@acme.example", "legal", frozenset({Role.LEAD, Role.COORDINATOR})),
        ("zoe@acme.example", None, frozenset()),
    ]


def test_without_a_file_nothing_changes(tmp_path: Path) -> None:
    config = parse(TOML.replace('people_file = "people.csv"', ""))
    assert with_people(config, tmp_path) is config


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("email,department\nben@acme.example,sales\n", "people.csv, row 2: “sales” is not among the departments"),
        ("email,roles\nben@acme.example,boss\n", "people.csv, row 2: “boss” is no role"),
        ("mail\nben@acme.example\n", "people.csv, row 2: “” is no e-mail address"),
        ("email\nben@acme.example\nBEN@acme.example\n", "people.csv, row 3: “BEN@acme.example” is there already"),
        ("", "no header line"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read(tmp_path, table)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"company\.people_file.*people\.csv cannot be read"):
        with_people(parse(TOML), tmp_path)


def test_an_installation_begins_with_them(tmp_path: Path) -> None:
    (tmp_path / "baton.toml").write_text(TOML, "utf-8")
    (tmp_path / "people.csv").write_text("email,department\nzoe@acme.example,legal\n", "utf-8")
    environment = {"BATON_DATA_DIR": str(tmp_path / "data"), "BATON_CONFIG": str(tmp_path / "baton.toml")}
    people = Environment.read(environment).config.people
    assert [(person.email, person.department) for person in people] == [
        ("ana@acme.example", "support"),
        ("zoe@acme.example", "legal"),
    ]
