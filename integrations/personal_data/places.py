"""Postal addresses: a street and a number, as they are written in the main languages; their town and code with them. Pure."""

from __future__ import annotations

import re

from integrations.personal_data.spans import ADDRESS, Span
from integrations.personal_data.streets import (
    EASTERN,
    ENGLISH,
    FIRST,
    LAST,
    NO_STREET,
    NUMBER_FIRST,
    NUMBER_LAST,
    SAID,
    SAID_HINTS,
    STREET_FIRST,
    STREET_HINTS,
    WAYS,
)

_AS_SPACES = str.maketrans(dict.fromkeys("(\"'“„«:;,\n\t-–—", " "))
_ITALIAN = re.compile(
    r"\b(?:il|che|di|della|nella|abito|abita|residente|indirizzo|spedi\w*|consegn\w*|sono|mia|mio|casa|al|in|non|per|è|pacco)\b"
)


def addresses(text: str) -> list[Span]:
    """Streets with their number, post boxes, and postcodes that are a few houses each; the longest first."""
    places: list[tuple[int, int]] = []
    if NUMBER_FIRST.search(text):
        places += [each.span() for each in ENGLISH.finditer(text) if _is_street(each)]
        places += [each.span() for form in FIRST for each in form.finditer(text)]
    low = f" {text.lower().translate(_AS_SPACES)}"
    if NUMBER_LAST.search(text):
        places += [each.span() for form in LAST for each in form.finditer(text)]
    if any(hint in low for hint in STREET_HINTS):
        places += [each.span() for each in STREET_FIRST.finditer(text) if not _on_the_way(each)]
    if not text.isascii():
        places += [each.span() for each in EASTERN.finditer(text)]
    if any(hint in low for hint in SAID_HINTS):
        places += [each.span("place") for each in SAID.finditer(text)]
    return [Span(ADDRESS, start, end) for start, end in sorted(places, key=lambda place: place[0] - place[1])]


def _on_the_way(found: re.Match[str]) -> bool:
    """Is it an English “via London 2”, which names no street?"""
    way = found["way"]
    bare = (
        way.lower() in {"via", "plaza", "largo", "corso", "av"}
        and way not in {"Via", "Av"}
        and not found["link"].strip()
    )
    return bare and not _ITALIAN.search(found.string.lower())


def _is_street(found: re.Match[str]) -> bool:
    """Is it a street, rather than `2 years down the road`?"""
    words = found["name"].split()
    if any(word.lower() in NO_STREET for word in words):
        return False
    capital = all(word[0].isupper() or word[0].isdigit() for word in words)
    return capital or (len(words) <= 2 and WAYS.fullmatch(found["way"].lower()) is not None)
