"""vCards one after the other from a file of any length: versions 2.1, 3.0 and 4.0, as address books write them.

4.0: https://www.rfc-editor.org/rfc/rfc6350 · 3.0: https://www.rfc-editor.org/rfc/rfc2426 · 2.1: “vCard, The Electronic
Business Card”, versit Consortium, 1996. A card that cannot be read loses no other.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from handlers.admin import table_file

MOST_OF_A_LINE = 64_000
"""Bytes of a property that are kept; what is longer is a picture."""

MOST_OF_A_CARD = 1_000_000
"""Bytes of a card."""

_BINARY = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "B", "8BIT", "7BIT"})
_BEGIN, _END = b"BEGIN:VCARD", b"END:VCARD"
_BASE64 = re.compile(rb";(?:ENCODING=)?(?:BASE64|B)(?:;|$)")
_HEAD = re.compile(rb'(?:[^":]|"[^"]*+")*+:')
_PIECE = re.compile(r'(?:[^";]|"[^"]*")+')
_NAME = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_ESCAPED = re.compile(r"\\([\\;,:nN])")
_ESCAPED_BEFORE = re.compile(r"\\([\\;,:])")
_STRUCTURE = re.compile(r"\\.|[;,]|[^\\;,]+|\\", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_OF_CARET = {"n": "\n", "^": "^", "'": '"'}


@dataclass(frozen=True, slots=True)
class Property:
    """One line of a card. `name` and the names of `params` are in capital letters, `value` is still escaped."""

    name: str
    value: str
    params: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    version: str = "4.0"

    @property
    def text(self) -> str:
        """The value as people read it."""
        return self._plain(self.value)

    @property
    def types(self) -> frozenset[str]:
        """In small letters."""
        return frozenset(each.lower() for each in self.params.get("TYPE", ()))

    def parts(self, mark: str = ";") -> list[str]:
        """The parts of a structured value."""
        parts = [""]
        for piece in _STRUCTURE.findall(self.value):
            if piece == mark:
                parts.append("")
            else:
                parts[-1] += piece
        return [self._plain(part) for part in parts]

    def param(self, *names: str) -> str:
        """The first value of the first of these parameters that is there."""
        return next((value for name in names for value in self.params.get(name, ()) if value), "")

    def _plain(self, value: str) -> str:
        escaped = _ESCAPED_BEFORE if self.version == "2.1" else _ESCAPED
        return escaped.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


@dataclass(frozen=True, slots=True)
class Card:
    """A card with its properties, in order."""

    version: str
    properties: tuple[Property, ...]
    written: str

    def every(self, *names: str) -> list[Property]:
        """Its properties of these names that say something, the preferred first."""
        found = [each for each in self.properties if each.name in names and each.value.strip()]
        return sorted(found, key=_preference)

    def first(self, *names: str) -> Property | None:
        """The preferred property of the first of these names that is there."""
        return next((found[0] for name in names if (found := self.every(name))), None)


@dataclass(frozen=True, slots=True)
class BadCard:
    """What is no card, and why."""

    why: str
    written: str


def cards_of(file: BinaryIO) -> Iterator[Card | BadCard]:
    """Every card, and what looks as if it had been one."""
    card: _Open | None = None
    for line in _logical(_physical(file)):
        mark = line.mark
        if card is None:
            card = _Open()
        elif mark == _BEGIN and not card.awaits_agent:
            yield card.broken()
            card = _Open()
        card.add(line, mark)
        if card.depth == 0 and mark == _END:
            yield card.closed()
            card = None
    if card is not None:
        yield card.broken()


@dataclass(slots=True)
class _Line:
    """A logical line: its pieces, each with whether it was folded (and not broken as quoted-printable text is)."""

    pieces: list[tuple[bytes, bool]]
    size: int
    goes_on: bool

    @classmethod
    def of(cls, piece: bytes) -> _Line:
        return cls([(piece, False)], len(piece), piece.endswith(b"="))

    @property
    def mark(self) -> bytes:
        return _mark(self.pieces[0][0])

    @property
    def quoted(self) -> bool:
        """Does its text go on in the next line, since this one ends with `=`?"""
        return self.goes_on and b"QUOTED-PRINTABLE" in self.pieces[0][0].partition(b":")[0].upper()

    @property
    def base64(self) -> bool:
        return _BASE64.search(self.pieces[0][0].partition(b":")[0].upper()) is not None

    def add(self, piece: bytes, *, folded: bool) -> None:
        self.size += len(piece)
        self.goes_on = piece.endswith(b"=")
        if self.size <= MOST_OF_A_LINE:
            self.pieces.append((piece, folded))

    def joined(self, version: str) -> bytes:
        """Unfolded: version 2.1 folds before a space that belongs to the text, the others put one in."""
        first, *rest = self.pieces
        return first[0] + b"".join(
            (piece if version == "2.1" else piece[1:]) if folded else b"\n" + piece for piece, folded in rest
        )


def _mark(piece: bytes) -> bytes:
    return b"".join(piece[:60].split()).upper()


def _physical(file: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends; of a line that is too long, the beginning."""
    start = file.read(2)
    file.seek(0)
    if start in {b"\xff\xfe", b"\xfe\xff"}:
        for text in table_file.lines_of(file):
            yield text.encode("utf-8", "replace").rstrip(b"\r\n")
        return
    first, whole = True, True
    while line := file.readline(MOST_OF_A_LINE):
        begins, whole = whole, line.endswith(b"\n")
        if begins:
            yield (line.removeprefix(b"\xef\xbb\xbf") if first else line).rstrip(b"\r\n")
        first = False


def _logical(physical: Iterator[bytes]) -> Iterator[_Line]:
    line: _Line | None = None
    for piece in physical:
        if line is not None and line.quoted and _mark(piece) not in {_BEGIN, _END}:
            line.add(piece, folded=False)
        elif line is not None and piece[:1] in {b" ", b"\t"}:
            line.add(piece, folded=True)
        elif line is not None and line.base64 and piece and b":" not in piece:
            line.add(piece, folded=False)
        elif piece.strip():
            if line is not None:
                yield line
            line = _Line.of(piece)
    if line is not None:
        yield line


class _Open:
    """A card that is being read."""

    def __init__(self) -> None:
        self.depth = 0
        self.awaits_agent = False
        self._begun = False
        self._ended = False
        self._lines: list[_Line] = []
        self._size = 0

    def add(self, line: _Line, mark: bytes) -> None:
        """The next line. Cards within the card (AGENT) are passed over."""
        if mark == _BEGIN:
            self.depth += 1
            self._begun = True
        elif mark == _END:
            self.depth -= 1
            self._ended = self.depth <= 0
        elif self.depth <= 1:
            self._size += min(line.size, MOST_OF_A_LINE)
            if self._size <= MOST_OF_A_CARD:
                self._lines.append(line)
        self.awaits_agent = self.depth > 0 and mark.startswith(b"AGENT") and mark.endswith(b":")

    def broken(self) -> BadCard:
        """What there is of it, when another card begins or the file ends."""
        missing = "END:VCARD" if self._begun else "BEGIN:VCARD"
        return BadCard(f"it has no {missing}.", self._written())

    def closed(self) -> Card | BadCard:
        """The card, now that it is whole."""
        if self._size > MOST_OF_A_CARD:
            return BadCard(f"it is longer than {MOST_OF_A_CARD:,} bytes.", self._written())
        version = next((v for each in self._lines if (v := _version(each.mark))), "3.0")
        read = []
        for line in self._lines:
            its = _property(line.joined(version), version)
            if its is None:
                said = table_file.clean(table_file.decode(line.pieces[0][0][:60]))
                return BadCard(f"“{said}” is no property.", self._written())
            read.append(its)
        return Card(version, tuple(read), self._written())

    def _written(self) -> str:
        """As it stands in the file, but for cards within it and the rest of pictures."""
        lines = [table_file.decode(b"\r\n".join(piece for piece, _ in line.pieces)) for line in self._lines]
        begin, end = ["BEGIN:VCARD"] * self._begun, ["END:VCARD"] * self._ended
        return "\r\n".join([*begin, *lines, *end, ""])


def _version(mark: bytes) -> str:
    match = re.fullmatch(rb"(?:[A-Z0-9-]+\.)?VERSION(?:;[^:]*)?:([0-9.]+)", mark)
    return match[1].decode() if match is not None else ""


def _property(line: bytes, version: str) -> Property | None:
    """None where the line has no name or no colon."""
    match = _HEAD.match(line)
    colon = match.end() - 1 if match is not None else line.find(b":")
    if colon < 0:
        return None
    head, value = table_file.decode(line[:colon]), line[colon + 1 :]
    first, *rest = _PIECE.findall(head) if head.count('"') % 2 == 0 else head.split(";")
    name = _NAME.fullmatch(first.strip())
    if name is None:
        return None
    params: dict[str, tuple[str, ...]] = {}
    for piece in rest:
        key, values = _param(piece)
        params[key] = (*params.get(key, ()), *values)
    its = name[2].upper()
    text = "" if its in _BINARY else _decoded(value, params)
    return Property(its, text, params, version)


def _param(piece: str) -> tuple[str, list[str]]:
    """`TYPE=home,work`; in version 2.1 also `HOME` and `QUOTED-PRINTABLE`."""
    key, equals, written = piece.partition("=")
    if not equals:
        return ("ENCODING" if key.strip().upper() in _ENCODINGS else "TYPE"), [key.strip()]
    values = [each.strip().strip('"') for each in written.strip('"').split(",")]
    return key.strip().upper(), [_CARET.sub(lambda match: _OF_CARET[match[1]], each) for each in values]


def _decoded(value: bytes, params: Mapping[str, tuple[str, ...]]) -> str:
    encoding = next(iter(params.get("ENCODING", ())), "").upper()
    if encoding == "QUOTED-PRINTABLE":
        value = quopri.decodestring(value)
    elif encoding in {"BASE64", "B"}:
        try:
            value = base64.b64decode(b"".join(value.split()), validate=True)
        except ValueError:
            return ""
    charset = next(iter(params.get("CHARSET", ())), "")
    if charset and "\0" not in charset:
        try:
            return value.decode(charset, "replace")
        except (LookupError, ValueError):
            pass
    return table_file.decode(value)


def _preference(its: Property) -> int:
    """`PREF=1` (4.0) or the type `pref` (before) comes first; else the order of the card is kept."""
    if "pref" in its.types:
        return 1
    try:
        return min(100, max(1, int(its.param("PREF"))))
    except ValueError:
        return 101
