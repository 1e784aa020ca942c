"""What Baton says, in the language of whoever reads it: English in the code, any other from a catalogue (gettext).

A sentence is said whole, with names for what is put into it, so that a translator may order it anew:
`say("{who} holds {ref}", who=…, ref=…)`. What is put in is shown as it is and never looked at for names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

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


@dataclass(frozen=True, slots=True)
class Speech:
    """A language that is spoken: its tag (BCP 47) and its sentences."""

    language: str
    catalogue: Catalogue


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
    chosen = _spoken.get().catalogue.ngettext(one, many, number)
    return filled(chosen, {"n": f"{number:,}", **values})


def filled(message: str, values: dict[str, object]) -> str:
    """The sentence with its places filled; a place without a value stays as it is written."""
    return PLACE.sub(lambda place: str(values.get(place[1], place[0])), message) if values else message
