"""Answers read by JMESPath into our words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from bot.domain.customer import Purchase, Ticket
from bot.domain.record import Contact
from bot.errors import PermanentError
from integrations.crm.rest.mapping import FindCall, PurchasesCall, TicketsCall

_MILLISECONDS = 100_000_000_000
"""From here on a number is milliseconds: as seconds it would be the year 5138."""


def at(expression: str | None, value: Any) -> Any:
    """What the expression leads to; raises `PermanentError` where it does not fit the answer."""
    if expression is None:
        return None
    try:
        return jmespath.search(expression, value)
    except JMESPathError as error:
        raise PermanentError(f"“{expression}” does not fit the answer: {str(error).splitlines()[0]}") from error


def rows(expression: str, answer: Any) -> list[Any]:
    """A list; nothing is none, one alone is a list of one."""
    found = at(expression, answer)
    if found is None:
        return []
    return list(found) if isinstance(found, list) else [found]


def texts(expression: str | None, row: Any) -> tuple[str, ...]:
    """One text or several."""
    found = at(expression, row)
    several: Sequence[Any] = found if isinstance(found, list) else [found]
    return tuple(dict.fromkeys(text for each in several if (text := _text(each))))


def text(expression: str | None, row: Any) -> str:
    """One text; numbers are written out."""
    return next(iter(texts(expression, row)), "")


def contact(call: FindCall, row: Any) -> Contact | None:
    """A contact; None where it has no id."""
    id = text(call.id, row)  # noqa: A001
    if not id:
        return None
    said = {name: ", ".join(texts(expression, row)) for name, expression in call.attributes.items()}
    return Contact(
        id=id,
        name=text(call.name, row),
        kind=None if call.company is None else "company" if at(call.company, row) else "person",
        url=text(call.url, row) or None,
        emails=texts(call.emails, row),
        phones=texts(call.phones, row),
        attributes={name: value for name, value in said.items() if value},
    )


def purchase(call: PurchasesCall, row: Any) -> Purchase:
    """Something bought."""
    return Purchase(
        key=text(call.key, row),
        what=text(call.what, row),
        at=moment(at(call.at, row)),
        amount=_amount(at(call.amount, row)),
        currency=text(call.currency, row) or None,
    )


def ticket(call: TicketsCall, row: Any) -> Ticket:
    """A ticket."""
    return Ticket(text(call.key, row), text(call.subject, row), text(call.status, row), moment(at(call.at, row)))


def total(expression: str | None, answer: Any) -> int | None:
    """How many there are in all, where it is said."""
    said = _amount(at(expression, answer))
    return int(said) if said is not None else None


def moment(value: Any) -> datetime | None:
    """A moment; without a zone it is UTC. What cannot be read is none."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)
        read = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _amount(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except ValueError:
        return None
