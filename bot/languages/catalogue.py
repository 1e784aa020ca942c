"""A catalogue as it stands in a file (GNU gettext's `.po`), and numbers and days as Unicode's tables have them."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from bot.speech import PLACE, Speech


def read(path: Path) -> Speech:
    """The language of a catalogue; raises OSError and ValueError where it cannot be read.

    A translation that is marked as fuzzy, or has other places than the English one, is as good as none.
    """
    try:
        locale = Locale.parse(path.stem, sep="-")
        catalog = opened(path)
        plural = gettext.c2py(catalog.plural_expr)
    except (UnknownLocaleError, PoFileError) as error:
        raise ValueError(str(error)) from error
    usable = [message for message in catalog if message.id and is_usable(message)]
    one = {str(message.id): str(message.string) for message in usable if not message.pluralizable}
    many = {(*words(message.id),): (*words(message.string),) for message in usable if message.pluralizable}
    return Speech(path.stem, Sentences(one, many, plural), LocalForms(locale))


def opened(path: Path) -> Catalog:
    """The catalogue of a file; raises OSError and Babel's PoFileError."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"), abort_invalid=True)


def is_usable(message: Message) -> bool:
    """Is it translated, for sure, with the places of the English one?"""
    return not message.fuzzy and all(words(message.string)) and fits(message)


def fits(message: Message) -> bool:
    """Has a translation, where there is one, the places of the English sentence? Forms for a number may leave it out."""
    said = [each for each in words(message.string) if each]
    if not message.pluralizable:
        return all(_places(each) == _places(words(message.id)[0]) for each in said)
    one, many = (_places(each) for each in words(message.id))
    return all((one & many) - {"n"} <= _places(each) <= one | many for each in said)


def words(said: object) -> tuple[str, ...]:
    """The forms of a sentence, or of its translation."""
    return tuple(str(each) for each in said) if isinstance(said, tuple | list) else (str(said or ""),)


def _places(said: str) -> set[str]:
    return set(PLACE.findall(said))


@dataclass(frozen=True, slots=True)
class Sentences:
    """What was read."""

    one: Mapping[str, str]
    many: Mapping[tuple[str, ...], tuple[str, ...]]
    plural: Callable[[int], int]

    def gettext(self, message: str) -> str:
        """The sentence, or the English one where it has none."""
        return self.one.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The one of its forms that fits the number."""
        forms = self.many.get((msgid1, msgid2))
        if forms is None:
            return msgid1 if n == 1 else msgid2
        return forms[min(self.plural(abs(n)), len(forms) - 1)]


class LocalForms:
    """Numbers and days of a language."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale

    def number(self, value: float, decimals: int) -> str:
        """`1.204`."""
        return format_decimal(value, f"#,##0.{'0' * decimals}" if decimals else "#,##0", self._locale)

    def day(self, at: date, pattern: str) -> str:
        """`3. Nov.`."""
        return format_date(at, pattern, self._locale)
