"""What there is to read: every page of the tree, and what stands in it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


def pages() -> list[Path]:
    """Every page that git keeps or would keep."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    return sorted({ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def read(page: Path) -> str:
    """A page's text."""
    return page.read_text("utf-8")


def name(page: Path) -> str:
    """How a test names a page."""
    return str(page.relative_to(ROOT))


def fenced(text: str, language: str | None = None) -> list[str]:
    """The blocks of code on a page, those of one language if it is named."""
    return [found[2] for found in _FENCE.finditer(text) if language is None or found[1] == language]


def code_spans(text: str) -> list[str]:
    """What stands between single backticks, outside blocks."""
    return [found[1] for found in _CODE.finditer(_FENCE.sub("", text))]


def prose(text: str) -> str:
    """A page without its blocks of code and its code spans."""
    return _CODE.sub("", _FENCE.sub("", text))


def commands(text: str) -> Iterator[str]:
    """The lines that may be typed: those of shell blocks and of indented code, and code spans."""
    for block in fenced(text, "sh"):
        yield from block.splitlines()
    yield from re.findall(r"^    (.+)$", _FENCE.sub("", text), re.MULTILINE)
    yield from code_spans(text)


def rows(text: str) -> Iterator[list[str]]:
    """The rows of a page's tables, cell by cell, without their headings."""
    lines = [line.strip() for line in _FENCE.sub("", text).splitlines()]
    for number, line in enumerate(lines):
        rule = re.fullmatch(r"[|\s:-]+", line)
        heading = number + 1 < len(lines) and re.fullmatch(r"\|[|\s:-]+\|", lines[number + 1])
        if line.startswith("|") and not rule and not heading:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
