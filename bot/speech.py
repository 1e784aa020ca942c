"""What Baton says, in the language of whoever reads it: English in the code, any other from a catalogue (gettext).

A sentence is said whole, with names for what is put into it, so that a translator may order it anew:
`say("{who} holds {ref}", who=…, ref=…)`. What is put in is shown as it is and never looked at for names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Protocol

PLACE = re.compile(r"\{(\w+)\}")
"""Where something is put into a sentence."""


class Catalogue(Protocol):
    """Sentences of one language by their English (`gettext.NullTranslations` and whatever is like it)."""

    def gettext(self, message: str) -> str:
        """The sentence, or the English one where it has none."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The one of its forms that fits the number."""
        ...


class English:
    """What the code says."""

    def gettext(self, message: str) -> str:
        """The sentence itself."""
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """One, or any other number."""
        return msgid1 if n == 1 else msgid2


class Forms(Protocol):
    """How a language writes numbers and days."""

    def number(self, value: float, decimals: int) -> str:
        """With the language's separators, and so many digits after its decimal sign."""
        ...

    def day(self, at: date, pattern: str) -> str:
        """A day, by a pattern of Unicode's (CLDR) in which `d` is the day, `MMM` the month in short, `EEEE` the weekday."""
        ...


class EnglishForms:
    """1,204.5 and 3 Nov."""

    _PARTS: ClassVar[dict[str, str]] = {
        "EEEE": "%A",
        "EEE": "%a",
        "MMMM": "%B",
        "MMM": "%b",
        "yyyy": "%Y",
    }

    def number(self, value: float, decimals: int) -> str:
        """1,204."""
        return f"{value:,.{decimals}f}"

    def day(self, at: date, pattern: str) -> str:
        """3 Nov."""
        return _PART_OF_DAY.sub(
            lambda part: str(at.day) if part[0] == "d" else at.strftime(self._PARTS[part[0]]), pattern
        )


_PART_OF_DAY = re.compile("EEEE|EEE|MMMM|MMM|yyyy|d")


@dataclass(frozen=True, slots=True)
class Speech:
    """A language that is spoken: its tag (BCP 47), its sentences, and how it writes numbers and days."""

    language: str
    catalogue: Catalogue
    forms: Forms = field(default_factory=EnglishForms)


ENGLISH = Speech("en", English())

_spoken: ContextVar[Speech] = ContextVar("spoken", default=ENGLISH)


def spoken() -> Speech:
    """What is spoken here and now."""
    return _spoken.get()


@contextmanager
def speaking(speech: Speech) -> Iterator[None]:
    """Within the block this is spoken."""
    token = _spoken.set(speech)
    try:
        yield
    finally:
        _spoken.reset(token)


def sentence(message: str) -> str:
    """The sentence in the language that is spoken, with its places still open."""
    return _spoken.get().catalogue.gettext(message)


def say(message: str, /, **values: object) -> str:
    """The sentence with what belongs into its places."""
    return filled(sentence(message), values)


def say_many(one: str, many: str, number: int, /, **values: object) -> str:
    """The form that fits the number: `say_many("{n} post", "{n} posts", 3)`; `{n}` is the number with its separators."""
    return filled(sentence_for(one, many, number), {"n": in_figures(number), **values})


def sentence_for(one: str, many: str, number: int) -> str:
    """The form that fits the number, with its places still open."""
    return _spoken.get().catalogue.ngettext(one, many, number)


def filled(message: str, values: dict[str, object]) -> str:
    """The sentence with its places filled; a place without a value stays as it is written."""
    return PLACE.sub(lambda place: str(values.get(place[1], place[0])), message) if values else message


def mark(message: str) -> str:
    """The sentence itself, for the catalogues to know of: said where it is used, by `sentence` or `say`."""
    return message


def in_figures(value: float, decimals: int = 0) -> str:
    """`1,204` as the reader writes it."""
    return _spoken.get().forms.number(value, decimals)


def per_cent(value: float, decimals: int = 0) -> str:
    """`82 %` of a share that is given in hundredths."""
    return say("{n} %", n=in_figures(value, decimals))


def day_words(at: date, pattern: str) -> str:
    """A day as the reader writes it: `day_words(at, "d MMM")` is `3 Nov`. Languages have their own pattern for an English one."""
    return _spoken.get().forms.day(at, sentence(pattern))


def all_of(names: Iterable[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    *most, end = list(names) or [""]
    return say("{names} and {last}", names=", ".join(most), last=end) if most else end


def any_of(names: Iterable[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    *most, end = list(names) or [""]
    return say("{names} or {last}", names=", ".join(most), last=end) if most else end
