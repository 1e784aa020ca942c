"""Feeds, changed inside their entries: as many entries as before, unless one was doubled or left out."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Tree

from hypothesis import strategies as st

from tests.fuzz.oddities import TEXTS

_SMALL = st.integers(0, 2**16 - 1)
_NAMES = (
    "guid",
    "link",
    "title",
    "description",
    "pubDate",
    "author",
    "enclosure",
    "unknown",
    "{urn:x}y",
    "source",
    "content",
)
_ENCODINGS = ("utf-8", "utf-16", "iso-8859-1", "us-ascii")


def entries(root: Tree.Element) -> list[tuple[Tree.Element, Tree.Element]]:
    """Each entry of a feed with what it stands in."""
    return [
        (parent, child)
        for parent in root.iter()
        for child in parent
        if child.tag.rpartition("}")[2] in {"item", "entry"}
    ]


def changed_markup(draw: Callable[..., Any], body: bytes) -> bytes:
    """The feed with some changes, in some encoding."""
    root = Tree.fromstring(body)  # noqa: S314 - made of our own payloads
    for _ in range(draw(st.integers(0, 5))):
        found = entries(root)
        if found:
            _change(draw, *found[draw(_SMALL) % len(found)])
    return bytes(Tree.tostring(root, encoding=draw(st.sampled_from(_ENCODINGS)), xml_declaration=True))


def _change(draw: Callable[..., Any], parent: Tree.Element, entry: Tree.Element) -> None:
    inside = [(within, child) for within in entry.iter() for child in within]
    what = draw(st.integers(0, 8))
    if what == 0:
        parent.remove(entry)
    elif what == 1:
        parent.insert(draw(_SMALL) % (len(parent) + 1), copy.deepcopy(entry))
    elif what == 2:
        entry.text = _said(draw)
    elif inside:
        within, child = inside[draw(_SMALL) % len(inside)]
        match what:
            case 3:
                within.remove(child)
            case 4:
                child.text = _said(draw)
            case 5:
                child.tag = draw(st.sampled_from(_NAMES))
            case 6:
                within.append(copy.deepcopy(child))
            case 7:
                child.attrib = {
                    name: _said(draw) for name in [*child.attrib, draw(st.sampled_from(["type", "href", "rel", "x"]))]
                }
            case _:
                child.append(copy.deepcopy(inside[draw(_SMALL) % len(inside)][1]))


def _said(draw: Callable[..., Any]) -> str:
    """Text that XML can carry."""
    text: str = draw(st.sampled_from(TEXTS) | st.text(max_size=20))
    return "".join(
        each for each in text if each in "\t\n" or 0x20 <= ord(each) < 0xD800 or 0xE000 <= ord(each) < 0xFFFE
    )
