"""The kinds of personal data, and a find before it is put in place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

EMAIL, PHONE, IBAN, CARD, ID = "email", "phone", "iban", "card", "id"
IP, ADDRESS, BIRTH_DATE, PASSPORT, REFERENCE = "ip", "address", "birth date", "passport", "reference"

LABELS = {
    EMAIL: "[e-mail]",
    PHONE: "[phone]",
    IBAN: "[IBAN]",
    CARD: "[card]",
    ID: "[id number]",
    IP: "[IP address]",
    ADDRESS: "[address]",
    BIRTH_DATE: "[date of birth]",
    PASSPORT: "[passport]",
    REFERENCE: "[reference]",
}
"""What stands in place of each kind in a masked text."""


class Span(NamedTuple):
    """A find in the folded text."""

    kind: str
    start: int
    end: int


_NEAR = 48
"""Characters before a number in which a word may say what it is."""


def before(text: str, at: int, reach: int = _NEAR) -> str:
    """What stands before a place, within reach, in lower case; nothing is read across a bracket or a line's end."""
    near = text[max(0, at - reach) : at]
    cut = max(near.rfind("]"), near.rfind("\n"))
    return near[cut + 1 :].lower()


class Run(NamedTuple):
    """Digits with little between them, as numbers are written: where its groups of digits stand in the text."""

    text: str
    groups: tuple[tuple[int, int], ...]

    def digits(self, first: int, last: int) -> str:
        """The digits of the groups from `first` up to `last`, without what is between."""
        return "".join(self.text[start:end] for start, end in self.groups[first:last])

    def between(self, first: int, last: int) -> str:
        """What stands between the groups from `first` up to `last`."""
        return "".join(self.text[self.groups[at][1] : self.groups[at + 1][0]] for at in range(first, last - 1))

    @property
    def is_called(self) -> bool:
        """Does a plus stand before it, as before a calling code?"""
        return "+" in self.text[max(0, self.groups[0][0] - 2) : self.groups[0][0]]

    def lengths(self, first: int, last: int) -> tuple[int, ...]:
        """How many digits each group has."""
        return tuple(end - start for start, end in self.groups[first:last])

    def windows(self, fewest: int, most: int) -> Iterator[tuple[int, int]]:
        """Neighbouring groups with so many digits in all, from the left, the longest first."""
        for first in range(len(self.groups)):
            count, last = 0, first
            while last < len(self.groups) and count + self.groups[last][1] - self.groups[last][0] <= most:
                count += self.groups[last][1] - self.groups[last][0]
                last += 1
            while last > first and count >= fewest:
                yield first, last
                last -= 1
                count -= self.groups[last][1] - self.groups[last][0]


_RUN = re.compile(r"(?<![\w@#])(?<!\d[.,:])\d(?:[ ().\-/]{0,3}+\d){5,40}+", re.ASCII)
_GOES_ON = re.compile(r"[\w%€$£¥@]|[.,:]\d", re.ASCII)
_DIGITS = re.compile(r"\d+")


def runs(text: str) -> list[Run]:
    """All runs of six digits and more; one of more than forty is looked at in pieces."""
    return [
        Run(
            text,
            tuple((found.start() + part.start(), found.start() + part.end()) for part in _DIGITS.finditer(found[0])),
        )
        for found in _RUN.finditer(text)
    ]


def free_after(text: str, end: int) -> bool:
    """Does a number end here: no Latin letter, further digit, decimal or unit of money follows."""
    return _GOES_ON.match(text, end) is None
