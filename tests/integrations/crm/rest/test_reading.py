"""Answers of any shape, read by JMESPath."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.errors import PermanentError
from integrations.crm.rest.mapping import FindCall, PurchasesCall
from integrations.crm.rest.reading import at, contact, moment, purchase, rows, text, texts, total

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-03T12:00:00Z", NOON),
        ("2026-11-03 12:00:00", NOON),
        ("2026-11-03T13:00:00+01:00", NOON.astimezone(timezone(timedelta(hours=1)))),
        ("2026-11-03", NOON.replace(hour=0)),
        (NOON.timestamp(), NOON),
        (int(NOON.timestamp() * 1000), NOON),
        ("soon", None),
        (None, None),
        (True, None),
        (1e300, None),
        ({}, None),
    ],
)
def test_times_are_read_as_they_are_written(value: Any, expected: datetime | None) -> None:
    assert moment(value) == expected


def test_one_or_several_or_none() -> None:
    assert rows("data", {"data": [1, 2]}) == [1, 2]
    assert rows("data", {"data": {"id": 1}}) == [{"id": 1}]
    assert rows("data", {}) == rows("data", None) == []
    assert texts("email", {"email": [" a@b.example ", None, "", 7, "a@b.example", {}, True]}) == ("a@b.example", "7")
    assert text("email", {"email": None}) == ""


def test_totals_and_amounts_may_be_texts_and_may_be_missing() -> None:
    assert total("n", {"n": "12"}) == 12
    assert total("n", {"n": "many"}) is total("n", {}) is total(None, {"n": 1}) is None
    call = PurchasesCall(path="/orders", what="name", amount="sum")
    assert purchase(call, {"id": 7, "name": "Trail 30", "sum": "103.50"}).amount == 103.5
    assert purchase(call, {"id": 7, "sum": "free"}).amount is None


def test_a_row_without_an_id_is_no_contact() -> None:
    call = FindCall(path="/customers", company="type == 'company'")
    assert contact(call, {"name": "Maya"}) is contact(call, None) is None
    acme = contact(call, {"id": 7, "name": "Acme", "type": "company"})
    assert acme is not None
    assert (acme.id, acme.kind, acme.emails) == ("7", "company", ())


def test_an_expression_that_does_not_fit_is_named() -> None:
    with pytest.raises(PermanentError, match="join"):
        at("join(' ', name)", {"name": 7})
