"""`customers import FILE`: brings customers, their purchases and tickets from a CSV or JSON file of the company's own."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from bot.domain.customer import Identity, Purchase, Ticket
from bot.errors import UserError
from bot.ports import ImportedCustomer
from handlers.admin import table_file
from handlers.admin.context import Context, context_of
from handlers.admin.dates import parse_date
from handlers.admin.lookups import lookups

BATCH = 500

T = TypeVar("T")

customers = typer.Typer(help="The customer record.", no_args_is_help=True)


customers.command("lookups")(lookups)


@customers.callback()
def _group() -> None:
    """The customer record."""


@customers.command("import")
def import_file(
    typed: typer.Context,
    file: Annotated[Path, typer.Argument(help=".csv or .json; docs/import.md says what may be in it")],
) -> None:
    """Insert or update customers by their key. Importing a file twice changes nothing."""
    read = list(read_customers(file))
    new = asyncio.run(_bring(context_of(typed), read))
    typer.echo(f"customers {len(read)}")
    typer.echo(f"new {new}")
    typer.echo(f"updated {len(read) - new}")


async def _bring(context: Context, read: list[ImportedCustomer]) -> int:
    new = 0
    console = Console(stderr=True)
    batches = list(_batches(read))
    async with context.storage() as storage:
        shown = track(batches, "Importing customers", console=console, disable=not console.is_terminal)
        for batch in shown:
            async with storage.writing() as uow:
                new += await uow.customers.bring(batch, context.clock.now())
    return new


def _batches(read: Iterable[ImportedCustomer]) -> Iterator[list[ImportedCustomer]]:
    rest = iter(read)
    while batch := list(islice(rest, BATCH)):
        yield batch


def read_customers(file: Path) -> Iterator[ImportedCustomer]:
    """The customers of a file; raises `UserError` that names the record which cannot be read."""
    records: Iterable[Mapping[str, Any]] = _json(file) if file.suffix.lower() == ".json" else table_file.rows(file)
    for number, record in enumerate(records, start=1):
        try:
            yield _customer(record)
        except _NotRead as error:
            raise UserError(f"{file.name}, customer {number}: {error}", "Mend it and import again.") from error


def _json(file: Path) -> list[dict[str, Any]]:
    try:
        read = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file} is not JSON: {error}.", "Mend it and import again.") from error
    if isinstance(read, dict):
        read = read.get("customers")
    if not isinstance(read, list) or not all(isinstance(record, dict) for record in read):
        raise UserError(f"{file} is not a list of customers.", 'Write [{"key": "…", "name": "…"}, …].')
    return read


class _NotRead(Exception):
    """What is wrong with a record, in words."""


_OWN = frozenset({"key", "name", "email", "phone", "handles", "since", "purchases", "tickets", "attributes"})


def _customer(record: Mapping[str, Any]) -> ImportedCustomer:
    name, email, phone = (_text(record.get(field)) for field in ("name", "email", "phone"))
    key = _text(record.get("key")) or email or phone
    if not key:
        raise _NotRead("it has no key (nor e-mail, nor phone).")
    identities = [Identity("email", email)] if email else []
    identities += [Identity("phone", phone)] if phone else []
    identities += _handles(record.get("handles"))
    own = record.get("attributes") or {}
    attributes = {k: v for k, v in record.items() if k not in _OWN and not k.startswith(("purchase", "ticket"))}
    if isinstance(own, dict):
        attributes |= own
    return ImportedCustomer(
        key=key,
        name=name or email or key,
        identities=tuple(identities),
        attributes={_text(k): text for k, v in attributes.items() if (text := _text(v))},
        since=parse_date(_text(record.get("since"))),
        purchases=tuple(_each(record, "purchase", _purchase)),
        tickets=tuple(_each(record, "ticket", _ticket)),
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return table_file.clean(str(value)).strip()


def _handles(value: Any) -> list[Identity]:
    """`mastodon:maya@social.example; x:maya_o`, or a list of such."""
    pieces = value if isinstance(value, list) else str(value or "").split(";")
    found = []
    for piece in filter(None, map(_text, pieces)):
        network, colon, handle = piece.partition(":")
        if not colon or not handle.strip():
            raise _NotRead(f"handles: “{piece}” is not of the form network:handle.")
        found.append(Identity(network.strip().lower(), handle.strip().lstrip("@")))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One purchase or ticket as it stands in the file."""

    fields: Mapping[str, Any]
    position: int

    def text(self, *names: str) -> str:
        return next((text for name in names if (text := _text(self.fields.get(name)))), "")


def _each(record: Mapping[str, Any], name: str, read: Callable[[_Part], T]) -> list[T]:
    """From `purchases` (a list, or JSON in a CSV field) and from columns such as `purchase_1_what`, `purchase_2_what`."""
    listed = record.get(f"{name}s") or []
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError) as error:
            raise _NotRead(f"{name}s: this is not JSON: {error}.") from error
    if not isinstance(listed, list) or not all(isinstance(fields, dict) for fields in listed):
        raise _NotRead(f"{name}s: this is not a list of objects.")
    columns: dict[str, dict[str, Any]] = {}
    for column, value in record.items():
        match = re.fullmatch(rf"{name}[ _]?(\d*)[ _](\w+)", column)
        if match is not None and _text(value):
            columns.setdefault(match[1], {})[match[2]] = value
    return [read(_Part(fields, position)) for position, fields in enumerate([*listed, *columns.values()], start=1)]


def _purchase(part: _Part) -> Purchase:
    amount = part.text("amount", "price")
    try:
        value = float(amount.replace(",", ".")) if amount else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise _NotRead(f"purchases: “{amount}” is not an amount.")
    what = part.text("what", "product", "item")
    return Purchase(
        key=part.text("key", "id", "order") or f"{part.position}-{what}"[:200],
        what=what,
        at=parse_date(part.text("at", "date")),
        amount=value,
        currency=part.text("currency").upper() or None,
    )


def _ticket(part: _Part) -> Ticket:
    subject = part.text("subject", "title")
    return Ticket(
        key=part.text("key", "id") or f"{part.position}-{subject}"[:200],
        subject=subject,
        status=part.text("status"),
        at=parse_date(part.text("at", "date")),
    )
