"""Every link on every page leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import fenced, name, pages, prose, read

_LINK = re.compile(r"\[[^\[\]]*\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What headings may be linked as: small letters, spaces as hyphens, other signs left out."""
    for block in fenced(text):
        text = text.replace(block, "")
    found = set()
    for heading in _HEADING.findall(text):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        found.add(re.sub(r"[^\w\- ]", "", words).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", pages(), ids=name)
def test_relative_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    broken = []
    # Code spans go, the brackets around them stay.
    for target in _LINK.findall(prose(read(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(read(file))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_addresses_are_secure(page: Path) -> None:
    found = re.findall(r"\bhttp://[^\s)>`\"']+", prose(read(page)))
    assert [address for address in found if not re.match(r"http://(127\.0\.0\.1|localhost|<)", address)] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    everything = {page.resolve() for page in pages()}
    root = next(page for page in everything if name(page) == "README.md")
    seen, ahead = {root}, [root]
    while ahead:
        page = ahead.pop()
        for target in _LINK.findall(prose(read(page))):
            file = (page.parent / unquote(target).partition("#")[0]).resolve()
            if file in everything and file not in seen:
                seen.add(file)
                ahead.append(file)
    assert sorted(name(page) for page in everything - seen) == []
