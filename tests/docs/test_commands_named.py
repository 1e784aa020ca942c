"""What a page tells the reader to type exists: targets of make, subcommands of app.py with their options, modules, files."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from app import cli
from tests.docs.pages import ROOT, code_spans, commands, name, pages, read

TARGETS = frozenset(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
OURS = "bot|handlers|integrations|storage|playground|tests|docs|requirements"

_PATH = re.compile(rf"(?:app\.py|Makefile|(?:{OURS}|\.ci)/[\w./*-]*)")
_ENDS = re.compile(r"[|>;&#`)'\"]|\s#")


def subcommand(words: list[str]) -> tuple[Any, list[str]]:
    """The subcommand that a line names, and the words after it; raises LookupError when there is none."""
    command: Any = typer.main.get_command(cli)
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            raise LookupError(f"{command.name or 'app.py'} has no subcommand {words[0]}")
        command, words = command.commands[words[0]], words[1:]
    return command, words


def options(command: Any) -> set[str]:
    """The options that it takes."""
    return {"--help"} | {option for parameter in command.params for option in parameter.opts}


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    named = {target for line in commands(read(page)) for target in re.findall(r"(?<![\w/])make ([a-z0-9-]+)\b", line)}
    assert sorted(named - TARGETS) == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_subcommand_that_is_named_exists_with_its_options(page: Path) -> None:
    wrong = []
    for line in commands(read(page)):
        for said in line.split("app.py ")[1:]:
            words = _ENDS.split(said)[0].split()
            try:
                command, rest = subcommand(words)
            except LookupError as error:
                wrong.append(str(error))
            else:
                asked = {word.partition("=")[0] for word in rest if word.startswith("--")}
                wrong += [f"app.py {said}: no option {option}" for option in asked - options(command)]
    assert wrong == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_module_to_run_exists(page: Path) -> None:
    named = {found for line in commands(read(page)) for found in re.findall(rf"python -m ((?:{OURS})[\w.]*)", line)}
    assert [module for module in sorted(named) if importlib.util.find_spec(module) is None] == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_file_and_folder_that_is_named_exists(page: Path) -> None:
    named = {span for span in code_spans(read(page)) if _PATH.fullmatch(span)}
    missing = [path for path in named if not any(ROOT.glob(path.rstrip("/"))) or path.endswith("/") > is_folder(path)]
    assert sorted(missing) == []


def is_folder(path: str) -> bool:
    """Is there such a folder?"""
    return (ROOT / path).is_dir() or "*" in path


def test_the_architecture_names_every_package() -> None:
    named = set(code_spans(read(ROOT / "docs" / "architecture.md")))
    packages = {
        f"{found.parent.relative_to(ROOT)}/"
        for top in ("bot", "handlers", "integrations", "storage", "playground")
        for found in (ROOT / top).rglob("__init__.py")
        if found.parent != ROOT / top
        and found.parent.name != "versions"
        # What a connector is made of is its own affair.
        and found.parent.parent not in {ROOT / "integrations" / "networks", ROOT / "integrations" / "crm"}
    }
    assert sorted(packages - named) == []


def test_the_readme_names_every_part() -> None:
    named = set(code_spans(read(ROOT / "README.md")))
    parts = {f"{found.parent.name}/" for found in ROOT.glob("*/__init__.py")} | {"app.py"}
    assert sorted(parts - named) == []


def test_the_readme_names_every_target_of_make() -> None:
    said = "\n".join(commands(read(ROOT / "README.md")))
    assert sorted(target for target in TARGETS if f"make {target}" not in said) == []
