"""OData, versions 2 and 4: values in filters, addresses, pages, dates, and what a refusal says. Pure.

https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html
https://www.odata.org/documentation/odata-version-2-0/uri-conventions/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from yarl import URL

from bot.errors import PermanentError, RetriableError, quoted
from integrations.http import Answer
from integrations.json_text import read_json

Row = Mapping[str, Any]
"""An entity as an answer holds it."""

REFUSALS = frozenset({400, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428})
"""Statuses with a reason in their body; ask with `expected=REFUSALS` and give the answer to `granted`."""

_LONGEST_ADDRESS = 254
_FEWEST_DIGITS = 6
_ADDRESS = re.compile(r"[^@]+@[^@]+")
_TICKS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{1,4})?\)/")
_FRACTION = re.compile(r"(?<=\.[0-9]{6})[0-9]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def literal(text: str) -> str:
    """The text as a string in a filter or a key: in quotes, with the quotes in it doubled. Both versions say the same."""
    return "'" + text.replace("'", "''") + "'"


def equals(fields: Iterable[str], *values: str) -> str:
    """That one of the fields is one of the texts."""
    parts = [f"{field} eq {literal(value)}" for value in values for field in fields]
    return parts[0] if len(parts) == 1 else "(" + " or ".join(parts) + ")"


def query(**options: str) -> str:
    """The system options as the end of an address: `query(top="5")` is `?$top=5`. Nothing in a value ends it."""
    return "?" + "&".join(f"${name}={quote(value, safe='')}" for name, value in options.items())


def address(text: str, without: str = "") -> str | None:
    """The e-mail address in it, if that can be asked for: one line without white space and without these characters."""
    text = text.strip()
    fit = _ADDRESS.fullmatch(text) and text.isprintable() and " " not in text and len(text) <= _LONGEST_ADDRESS
    return text if fit and not set(without) & set(text) else None


def digits(text: str) -> str:
    """A phone number without what people put between the digits, `+` first if it is there; empty when it is no number."""
    found = "".join(re.findall(r"[0-9]", text))
    if len(found) < _FEWEST_DIGITS or not text.isprintable():
        return ""
    return "+" + found if text.strip().startswith("+") else found


def words(text: str, without: str = "") -> str | None:
    """A name on one line, if that can be asked for: printable and without these characters."""
    text = " ".join(text.split())
    return text if text and text.isprintable() and not set(without) & set(text) else None


def read(answer: Answer) -> dict[str, Any]:
    """The object that the answer is; raises `RetriableError` for what is none."""
    try:
        said = read_json(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise RetriableError(f"{URL(answer.url).host} answered something that cannot be read.")
    return said


def rows(answer: Answer) -> list[Row]:
    """The entities of a page: `value` in version 4, `d.results` or `d` in version 2."""
    said = read(answer)
    found = said.get("value", said.get("d"))
    if isinstance(found, dict):
        found = found.get("results", [])
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def one(answer: Answer) -> Row:
    """The entity that the answer is, in version 4, in version 2, or as SAP's services of today wrap it in `value`."""
    said: Any = read(answer)
    for wrapped in ("d", "results", "value"):
        if isinstance(said.get(wrapped), dict):
            said = said[wrapped]
    return said if isinstance(said, dict) else {}


def total(answer: Answer) -> int | None:
    """How many there are on all pages together, where it was asked for."""
    said = read(answer)
    inner = said.get("d")
    counted = said.get("@odata.count", said.get("count"))
    if counted is None and isinstance(inner, dict):
        counted = inner.get("__count")
    try:
        return int(counted) if counted is not None else None
    except (TypeError, ValueError):
        return None


def onward(answer: Answer) -> str | None:
    """The address of the next page; raises `PermanentError` when it is on another server, which must not see our token."""
    said = read(answer)
    inner = said.get("d")
    link = said.get("@odata.nextLink") or (inner.get("__next") if isinstance(inner, dict) else None)
    if not isinstance(link, str) or not link:
        return None
    here = URL(answer.url)
    there = here.join(URL(link))
    if there.origin() != here.origin():
        raise PermanentError(f"{here.host} says that its next page is on {there.host}.")
    return str(there)


def skip_token(link: str | None) -> str | None:
    """By what the next page is asked for, of its whole address."""
    return URL(link).query.get("$skiptoken") if link is not None else None


def granted(answer: Answer, name: str, *also: int) -> Answer:
    """The answer, if it is no refusal or one of these statuses; raises `PermanentError` with the reason it gives."""
    if 200 <= answer.status < 300 or answer.status in also:
        return answer
    raise PermanentError(f"{name} refuses that ({answer.status}): {quoted(reason(answer))}")


def reason(answer: Answer) -> str:
    """What a refusal says, in the form of either version; without that, the beginning of the text."""
    try:
        said = read_json(answer.body)
    except ValueError:
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    if isinstance(message, dict):
        message = message.get("value")
    if not isinstance(message, str) or not message.strip():
        message = answer.body[:300].decode("utf-8", "replace")
    return " ".join(message.split())[:500] or "no reason given."


def moment(value: object) -> datetime | None:
    """A date and time as either version writes it: `/Date(1351534600660)/`, or ISO 8601; None when it is neither."""
    if not isinstance(value, str):
        return None
    try:
        if ticks := _TICKS.fullmatch(value):
            return _EPOCH + timedelta(milliseconds=int(ticks[1]))
        at = datetime.fromisoformat(_FRACTION.sub("", value))
    except (ValueError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def text_of(row: Row, field: str, kind: Literal["said", "shown"] = "said") -> str:
    """A field as text, empty where there is none; `shown`: as the server writes it for people, where it does."""
    shown = row.get(f"{field}@OData.Community.Display.V1.FormattedValue") if kind == "shown" else None
    value = shown if shown is not None else row.get(field)
    return str(value).strip() if value is not None and not isinstance(value, (dict, list)) else ""
