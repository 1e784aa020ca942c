"""Reading CSV files of other systems: any usual encoding and delimiter, damaged text mended rather than refused."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import AnyStr, BinaryIO

from bot.errors import UserError

_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WIDE_UNMARKED = ((re.compile(rb"[^\0]\0[^\0]\0"), "utf-16-le"), (re.compile(rb"\0[^\0]\0[^\0]"), "utf-16-be"))
"""Two bytes a letter without a mark that says so: names of columns begin with Latin letters."""
_DELIMITERS = (",", ";", "\t", "|")

LONGEST = 4_000_000
"""Bytes of a line and letters of a field: no more of a file than this is in memory at once."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class EndlessLine(Exception):
    """A line longer than `LONGEST`: the file is no table, or is damaged."""


def rows(path: Path, *, blank: bool = False, column: str | None = None) -> Iterator[dict[str, str]]:
    """Each row by its column names (lower case, no outer spaces). Rows of empty fields are left out unless `blank`.

    A row with more fields than the header has them under `column 7`, `column 8`, ..., one with fewer lacks its last;
    raises `UserError` when the file is not there, has no header, lacks `column`, or has a field without end (a quotation
    mark that is never closed).
    """
    with opened(path) as file:
        yield from rows_of(file, path, blank=blank, column=column)


def rows_of(file: BinaryIO, path: Path, *, blank: bool = False, column: str | None = None) -> Iterator[dict[str, str]]:
    """The rows of a file that is open already; `file.tell()` says how far they were read."""
    csv.field_size_limit(LONGEST)
    lines = map(clean, lines_of(file))
    header_line = next(lines, "")
    delimiter = max(_DELIMITERS, key=header_line.count)
    number = 0
    try:
        header = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
        if not any(header):
            raise UserError(f"{path} has no header line.", "Its first line must name the columns.")
        if column is not None and column not in header:
            raise UserError(f"{path} has no column “{column}”.", f"It has: {', '.join(header)}.")
        for number, fields in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            if any(field.strip() for field in fields) or (blank and fields):
                names = [*header, *(f"column {number}" for number in range(len(header) + 1, len(fields) + 1))]
                yield dict(zip(names, fields, strict=False))
    except (csv.Error, EndlessLine) as error:
        raise UserError(f"{path}, after row {number}: {error}.", "Is a quotation mark missing there?") from error
    except OSError as error:
        raise _not_read(path, error) from error


def opened(path: Path) -> io.BufferedReader:
    """The file's bytes; raises `UserError` when it is not there, or is a pipe."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise _not_read(path, error) from error
    if not file.seekable():
        file.close()
        raise UserError(f"{path} is a pipe.", "Write what comes out of it to a file, and name that.")
    return file


def _not_read(path: Path, error: OSError) -> UserError:
    return UserError(f"{path} cannot be read: {error.strerror}.", "Check the path.")


def digest(path: Path) -> str:
    """Tells files apart by what is in them."""
    try:
        with opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise _not_read(path, error) from error


def lines_of(file: BinaryIO) -> Iterator[str]:
    """Line by line, each with its own end, in whatever encoding it is; raises `EndlessLine`."""
    wide = _wide(file.read(4))
    file.seek(0)
    if wide is not None:
        text = io.TextIOWrapper(file, encoding=wide, errors="replace", newline="")
        try:
            yield from map(_ended, iter(lambda: text.readline(LONGEST), ""))
        finally:
            with contextlib.suppress(ValueError):  # closed already, by whoever opened it
                text.detach()
        return
    for number, line in enumerate(iter(lambda: file.readline(LONGEST), b"")):
        yield decode(_ended(line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line))


def _wide(head: bytes) -> str | None:
    return _WIDE.get(head[:2]) or next((name for form, name in _WIDE_UNMARKED if form.fullmatch(head)), None)


def _ended(line: AnyStr) -> AnyStr:
    if len(line) >= LONGEST:
        raise EndlessLine(f"a line is longer than {LONGEST:,} bytes")
    return line


def decode(line: bytes) -> str:
    """UTF-8; else UTF-8 with halves of surrogate pairs in it, as some exports write; else Windows' Latin letters."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        # Two halves that belong together become their character, a lone one becomes U+FFFD.
        return line.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def clean(line: str) -> str:
    """NUL, other control characters and halves of characters, which no database and no chat shows, become U+FFFD."""
    return _CONTROL.sub("�", line)
