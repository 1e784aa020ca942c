"""The customers in a file, one after the other: CSV, JSON, JSON Lines and vCard, by the file's ending."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from bot.errors import UserError
from bot.ports import ImportedCustomer
from handlers.admin import table_file
from handlers.admin.customer_records import NotRead, customer_of
from handlers.admin.json_records import records_of
from handlers.admin.table_file import EndlessLine, lines_of, rows_of
from handlers.admin.vcard import BadCard, cards_of
from handlers.admin.vcard_contacts import is_customer, record_of


@dataclass(frozen=True, slots=True)
class Unread:
    """What cannot be read: `number` counts the customers of the file, `written` is how it stands there."""

    number: int
    why: str
    written: Any


@dataclass(frozen=True, slots=True)
class _Broken:
    why: str
    written: Any


_Found = tuple[Mapping[str, Any], Any] | _Broken
"""A record and how it stands in the file, where that is something else."""


def read(file: BinaryIO, path: Path, *, begin: int = 0, birthdays: bool = False) -> Iterator[ImportedCustomer | Unread]:
    """All but the first `begin`. Raises `UserError` where the file as a whole is not what its ending says."""
    for number, found in enumerate(_found(file, path, birthdays), start=1):
        if number <= begin:
            continue
        if isinstance(found, _Broken):
            yield Unread(number, found.why, found.written)
            continue
        record, written = found
        try:
            yield customer_of(record)
        except NotRead as error:
            yield Unread(number, str(error), written)


def _found(file: BinaryIO, path: Path, birthdays: bool) -> Iterator[_Found]:
    match path.suffix.lower():
        case ".json":
            return map(_object, records_of(file, path))
        case ".jsonl" | ".ndjson":
            return _json_lines(file, path)
        case ".vcf" | ".vcard":
            return _vcards(file, path, birthdays)
        case _:
            return map(_object, rows_of(file, path))


def refuse(path: Path, unread: Unread) -> UserError:
    """The error that names what cannot be read."""
    return UserError(
        f"{path.name}, customer {unread.number}: {unread.why}",
        "Mend it and import again, or leave such customers out with --skip-bad FILE.",
    )


def read_customers(path: Path) -> Iterator[ImportedCustomer]:
    """The customers of a file; raises `UserError` that names the first which cannot be read."""
    with table_file.opened(path) as file:
        for each in read(file, path):
            if isinstance(each, Unread):
                raise refuse(path, each)
            yield each


def _object(record: Any) -> _Found:
    return (record, record) if isinstance(record, dict) else _Broken("it is no object.", record)


def _json_lines(file: BinaryIO, path: Path) -> Iterator[_Found]:
    try:
        for line in lines_of(file):
            if not line.strip():
                continue
            try:
                yield _object(json.loads(line))
            except (ValueError, RecursionError) as error:
                yield _Broken(f"it is not JSON: {error}.", line)
    except EndlessLine as error:
        raise UserError(f"{path}: {error}.", "Write one customer a line.") from error


def _vcards(file: BinaryIO, path: Path, birthdays: bool) -> Iterator[_Found]:
    try:
        for card in cards_of(file):
            if isinstance(card, BadCard):
                yield _Broken(card.why, card.written)
            elif is_customer(card):
                yield record_of(card, birthdays=birthdays), card.written
    except EndlessLine as error:
        raise UserError(f"{path}: {error}.", "Is it a vCard file?") from error
