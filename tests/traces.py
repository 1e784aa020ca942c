"""What is left of somebody in bytes: words are searched for in every form in which programs keep text."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus


def left_in(data: bytes, words: Iterable[str]) -> list[str]:
    """Those of the words that occur: whatever their case, in UTF-8 or UTF-16, escaped for JSON, HTML or an address."""
    lowered = data.lower()
    return [word for word in words if any(form in lowered for form in _forms(word))]


def bytes_of(*files: Path) -> bytes:
    """What stands in these files, those that are there."""
    return b"\n".join(file.read_bytes() for file in files if file.exists())


def files_of(database: Path) -> list[Path]:
    """The file of SQLite, and those beside it."""
    return [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm", "-journal")]


@cache
def _forms(word: str) -> frozenset[bytes]:
    spelled = {word, word.lower(), word.upper(), word.title()}
    spelled |= {unicodedata.normalize(form, each) for each in spelled for form in ("NFC", "NFD")}
    written = {form for each in spelled for form in _escaped(each)}
    encoded = {each.encode(code) for each in written for code in ("utf-8", "utf-16-le", "utf-16-be")}
    # Folds the case of ASCII letters alone, in UTF-16 as well; that of others is among the spellings.
    return frozenset(each.lower() for each in encoded)


def _escaped(text: str) -> Iterator[str]:
    yield text
    in_json = json.dumps(text)[1:-1]
    # JSON is kept within JSON, too.
    yield from (in_json, json.dumps(in_json)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield text.encode("unicode_escape").decode("ascii")
    numbered = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    hexadecimal = "".join(each if each.isascii() else f"&#x{ord(each):x};" for each in text)
    yield from (html.escape(text), html.escape(text, quote=False), numbered, hexadecimal)
    yield from (quote(text), quote(text, safe=""), quote_plus(text), quote(quote(text, safe=""), safe=""))
