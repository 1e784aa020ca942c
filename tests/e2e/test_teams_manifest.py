"""Microsoft's own schema judges the Teams manifest, as app.py writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.commands import CommandSpec
from bot.teams.manifest import manifest

ROOT = Path(__file__).parents[2]
JUDGE = Path(__file__).parent / "js" / "teams_manifest.mjs"
APP_ID = "0f5e9d3c-7a61-4c2e-9b1d-2a4c6e8f0b13"


def judged(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    """What the schema says of a manifest."""
    file = folder / "manifest.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    said = subprocess.run(["node", JUDGE, file], capture_output=True, text=True, timeout=60, check=True)
    answer: dict[str, Any] = json.loads(said.stdout)
    return answer


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Any]:
    """The manifest of the package that app.py writes for an empty installation."""
    package = tmp_path / "app.zip"
    environment = {"PATH": os.environ["PATH"], "BATON_DATA_DIR": str(tmp_path / "data"), "TEAMS_APP_ID": APP_ID}
    command = [sys.executable, "app.py", "manifest", "teams", "--out", str(package)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=60)
    with ZipFile(package) as file:
        document: dict[str, Any] = json.loads(file.read("manifest.json"))
    return document


def test_what_app_py_writes_is_valid_in_the_newest_version(tmp_path: Path, written: dict[str, Any]) -> None:
    answer = judged(tmp_path, written)
    assert answer["errors"] == []
    assert answer["valid"]
    assert written["manifestVersion"] == answer["newest"]


def test_so_it_is_with_more_and_longer_commands_than_teams_takes(tmp_path: Path) -> None:
    many = tuple(
        CommandSpec(f"verb{number}", f"What verb {number} does " * 400, ("x",), shortcut=f"Do what {number} does " * 9)
        for number in range(30)
    )
    answer = judged(tmp_path, manifest(many, APP_ID, company="A long name " * 30, about="https://acme.example/baton"))
    assert answer["errors"] == []


def test_the_schema_does_tell_what_is_wrong(tmp_path: Path, written: dict[str, Any]) -> None:
    written["bots"][0]["commandLists"][0]["commands"] *= 2
    written["composeExtensions"][0]["commands"][0]["title"] = "x" * 33
    written["icon"] = "color.png"
    assert sorted(error["instancePath"] for error in judged(tmp_path, written)["errors"]) == [
        "",
        "/bots/0/commandLists/0/commands",
        "/composeExtensions/0/commands/0/title",
    ]
