"""A text as it is searched for personal data: plain digits and signs, nothing invisible; with the way back to the original. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

_ZEROS = (
    0x0660,
    0x06F0,
    0x0966,
    0x09E6,
    0x0A66,
    0x0AE6,
    0x0BE6,
    0x0C66,
    0x0CE6,
    0x0E50,
    0x1040,
    0x17E0,
    0x1D7CE,
    0x1D7D8,
)
"""The zero of each script whose digits are written in numbers, and of two mathematical alphabets."""

_PLAIN: dict[int, str] = {
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **{0xFF01 + offset: chr(0x21 + offset) for offset in range(94)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2043, 0x2212, 0xFE58, 0xFE63), "-"),
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((0x2018, 0x2019, 0x02BC), "'"),
    0x2024: ".",
    0x3002: ".",
    0xFE52: ".",
    0xFE6B: "@",
}
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]++", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Folded:
    """What is searched. Where characters were left out, `_starts` says after which place how many are missing."""

    text: str
    _starts: tuple[int, ...] = ()
    _missing: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the original, with what is unseen inside it."""
        if not self._starts:
            return start, end
        return start + self._gone(start), end - 1 + self._gone(end - 1) + 1

    def _gone(self, at: int) -> int:
        before = bisect_right(self._starts, at)
        return self._missing[before - 1] if before else 0


def fold(text: str) -> Folded:
    """The text in plain digits and signs, without characters that nobody sees."""
    if text.isascii():
        return Folded(text)
    plain = text.translate(_PLAIN)
    if not _UNSEEN.search(plain):
        return Folded(plain)
    pieces: list[str] = []
    starts: list[int] = []
    missing: list[int] = []
    kept = position = gone = 0
    for unseen in _UNSEEN.finditer(plain):
        pieces.append(plain[position : unseen.start()])
        kept += unseen.start() - position
        gone += unseen.end() - unseen.start()
        position = unseen.end()
        starts.append(kept)
        missing.append(gone)
    pieces.append(plain[position:])
    return Folded("".join(pieces), tuple(starts), tuple(missing))


def blank(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with a bracket of the same length in each of the places, which are apart: nothing is read across it."""
    pieces, past = [], 0
    for start, end in sorted(places):
        pieces += [text[past:start], "[", "·" * (end - start - 2), "]"]
        past = end
    return "".join([*pieces, text[past:]])


def without_links(text: str) -> str:
    """The text with a bracket of the same length for every web address: numbers in those are no one's."""
    if "http" not in text and "www." not in text and "HTTP" not in text:
        return text
    return _ADDRESS.sub(lambda link: f"[{'·' * (len(link[0]) - 2)}]", text)
