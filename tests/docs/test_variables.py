"""Every environment variable that the code reads is on its page, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, code_spans, name, pages, read, rows

WHERE = ("app.py", "bot", "handlers", "integrations", "storage", "playground")
ENVIRONMENTS = {"environ", "environment"}
_NAME = re.compile(r"[A-Z][A-Z0-9_]{3,}")
_OURS = re.compile(r"\b(?:BATON|SLACK|PLAYGROUND|FEED)_[A-Z_]+\b")


def sources(where: Iterable[str]) -> Iterator[Path]:
    """The Python files of these parts."""
    for part in where:
        path = ROOT / part
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def is_environment(node: ast.AST) -> bool:
    """`environment`, `self.environment`, `os.environ`, however it is reached."""
    return (isinstance(node, ast.Name) and node.id in ENVIRONMENTS) or (
        isinstance(node, ast.Attribute) and node.attr in ENVIRONMENTS
    )


def read_in(path: Path) -> Iterator[str]:
    """The variables that a file reads: by `.get` and `[…]`, through a function that takes the environment, or by `secret_env`."""
    for node in ast.walk(ast.parse(read(path))):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "secret_env")]
            reads = isinstance(node.func, ast.Attribute) and is_environment(node.func.value)
            reads = reads or any(is_environment(argument) for argument in node.args)
            reads = reads or any(keyword.arg == "secret_env" for keyword in node.keywords)
            given = given if reads else []
        elif isinstance(node, ast.Subscript) and is_environment(node.value):
            given = [node.slice]
        for argument in given:
            if isinstance(argument, ast.Constant) and _NAME.fullmatch(str(argument.value)):
                yield str(argument.value)


def documented(page: Path) -> set[str]:
    """The variables in the first cells of a page's tables."""
    return {span for row in rows(read(page)) for span in code_spans(row[0]) if _NAME.fullmatch(span)}


READ = {variable for path in sources(WHERE) for variable in read_in(path)}


def test_the_operator_s_page_has_every_variable_that_is_read_and_no_other() -> None:
    assert sorted(documented(ROOT / "docs" / "operate.md")) == sorted(READ)


def test_the_playground_s_page_has_every_variable_that_it_reads() -> None:
    own = {variable for path in sources(["playground/settings.py"]) for variable in read_in(path)}
    assert sorted(documented(ROOT / "playground" / "README.md")) == sorted(own)


@pytest.mark.parametrize("page", [*pages(), ROOT / "docs" / "examples" / "baton.service"], ids=name)
def test_no_page_names_a_variable_that_nobody_reads(page: Path) -> None:
    said = re.sub(
        r"```python\n.*?```", "", read(page), flags=re.DOTALL
    )  # a sender's own program has variables of its own
    assert sorted(set(_OURS.findall(said)) - READ) == []
