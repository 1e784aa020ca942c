"""What an answer on Bluesky is written with: a record key, and links and mentions as facets. Pure.

https://atproto.com/specs/tid, https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import regex

_SORTED = "234567abcdefghijklmnopqrstuvwxyz"

LINK = regex.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'…]")
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
MENTION = regex.compile(rf"(?<![\w@./-])@((?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?)(?![\w-])")
"""https://atproto.com/specs/handle"""


def record_key(key: str, near: datetime) -> str:
    """A timestamp identifier that is always the same for a key: a moment within seventeen minutes of `near`, and ten bits."""
    chance = int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big")
    moment = int(near.timestamp()) * 1_000_000 + (chance >> 10) % 1_000_000_000
    number = (moment & (1 << 53) - 1) << 10 | chance & 1023
    return "".join(_SORTED[number >> 5 * place & 31] for place in reversed(range(13)))


def link_facets(text: str) -> list[dict[str, Any]]:
    """The web addresses in a text."""
    return [
        _facet(text, found.start(), found.end(), {"$type": "app.bsky.richtext.facet#link", "uri": found[0]})
        for found in LINK.finditer(text)
    ]


def mentions(text: str) -> Iterator[tuple[str, Callable[[str], dict[str, Any]]]]:
    """Each @handle in a text, and what makes it a facet once it is known whose it is. Those inside web addresses are none."""
    links = [found.span() for found in LINK.finditer(text)]
    for found in MENTION.finditer(text):
        start, end = found.span()
        if any(begin <= start < finish for begin, finish in links):
            continue

        def named(did: str, start: int = start, end: int = end) -> dict[str, Any]:
            return _facet(text, start, end, {"$type": "app.bsky.richtext.facet#mention", "did": did})

        yield found[1], named


def _facet(text: str, start: int, end: int, feature: dict[str, Any]) -> dict[str, Any]:
    """Facets count bytes of UTF-8."""
    place = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}
    return {"index": place, "features": [feature]}
