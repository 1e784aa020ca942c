"""The records of a JSON file one after the other, however long the file is: what is in memory is one of them.

Python's own decoder reads each record, so that a file of any size is read as `json.loads` would read it.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import UserError

CHUNK = 1 << 16
"""Bytes that are read at once, at least."""

LONGEST = 4_000_000
"""Letters of one record."""

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = 32
"""So close to the end of what was read, a number may go on."""

_decoder = json.JSONDecoder()


def records_of(file: BinaryIO, path: Path) -> Iterator[Any]:
    """The items of `[…]` or of `{"customers": […]}`; raises `UserError` where the file is not of this form."""
    reading = _Reading(file)
    try:
        if reading.ahead() == "[":
            yield from _items(reading)
        else:
            yield from _listed(reading, path)
        if reading.ahead():
            raise ValueError(f"there is something behind its end, at character {reading.position}")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not JSON: {error}.", "Mend it and import again.") from error


def _listed(reading: _Reading, path: Path) -> Iterator[Any]:
    """The items under `customers`, wherever that stands in the object; all else is passed over."""
    if reading.ahead() != "{":
        reading.value()
        raise _no_list(path)
    found = False
    for _ in _between(reading, "{", "}"):
        key = reading.value()
        reading.skip(":")
        if key == "customers" and reading.ahead() == "[":
            found = True
            yield from _items(reading)
        else:
            reading.value()
    if not found:
        raise _no_list(path)


def _items(reading: _Reading) -> Iterator[Any]:
    for _ in _between(reading, "[", "]"):
        yield reading.value()


def _between(reading: _Reading, first: str, last: str) -> Iterator[None]:
    """Stops before each part of a list or an object; whoever loops reads the part."""
    reading.skip(first)
    if reading.ahead() != last:
        yield
        while reading.ahead() != last:
            reading.skip(",")
            yield
    reading.skip(last)


def _no_list(path: Path) -> UserError:
    return UserError(f"{path} is not a list of customers.", 'Write [{"key": "…", "name": "…"}, …].')


class _Reading:
    """A window on the file's text, which moves on with what was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._at = 0
        self._before = 0
        self._ended = False

    @property
    def position(self) -> int:
        """Characters of the file up to here."""
        return self._before + self._at

    def ahead(self) -> str:
        """The next character that is no space; at the end of the file none."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match is not None else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def skip(self, mark: str) -> None:
        """Go on behind this character, which must come now."""
        if self.ahead() != mark:
            raise ValueError(f"“{mark}” is missing at character {self.position}")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.ahead()
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if len(self._text) - self._at < LONGEST and not self._ended:
                    self._more()
                    continue
                raise ValueError(f"{error.msg} at character {self._before + error.pos}") from error
            if len(self._text) - end < _NUMBER and not self._ended:
                self._more()
                continue
            self._at = end
            return value

    def _more(self) -> bool:
        """Read on: as much again as there is, so that what is long is not tried too often."""
        if self._ended:
            return False
        self._before += self._at
        self._text = self._text[self._at :]
        self._at = 0
        read = self._file.read(max(CHUNK, len(self._text)))
        self._ended = not read
        self._text += self._decode(read, final=self._ended)
        return not self._ended
