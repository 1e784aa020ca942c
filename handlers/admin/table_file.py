"""Reading CSV files of other systems: any usual encoding and delimiter, damaged text mended rather than refused."""

from __future__ import annotations

import csv
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.errors import UserError

_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DELIMITERS = (",", ";", "\t", "|")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Each row by its column names (lower case, no outer spaces). Blank rows are left out.

    A row with more fields than the header has them under `column 7`, `column 8`, ...; raises `UserError` when the file
    is not there or has no header.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = _lines(path)
    header_line = next(lines, "")
    delimiter = max(_DELIMITERS, key=header_line.count)
    header = [name.strip().lower() for name in next(csv.reader([header_line], delimiter=delimiter), [])]
    if not any(header):
        raise UserError(f"{path} has no header line.", "Its first line must name the columns.")
    for fields in csv.reader(lines, delimiter=delimiter):
        if any(field.strip() for field in fields):
            names = [*header, *(f"column {number}" for number in range(len(header) + 1, len(fields) + 1))]
            yield dict(zip(names, fields, strict=False))


def digest(path: Path) -> str:
    """Tells files apart by what is in them."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open("rb") as file:
            wide = _WIDE.get(file.read(2))
            if wide is not None:
                with path.open(encoding=wide, errors="replace", newline="") as text:
                    yield from map(clean, text)
                return
            file.seek(0)
            for number, line in enumerate(file):
                yield clean(_decode(line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error


def _decode(line: bytes) -> str:
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
