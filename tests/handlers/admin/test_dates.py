"""Dates as files write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.admin.dates import parse_date

NOON = datetime(2015, 2, 24, 11, 35, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-24 03:35:52 -0800",
        "2015-02-24T11:35:52Z",
        "2015-02-24 11:35:52",
        "2015-02-24 11:35:52 UTC",
        "20150224T113552Z",
        "2015-02-24T12:35:52.000+01:00",
        "1424777752",
        "1424777752.0",
        "1424777752000",
        "1424777752000000",
        "Tue, 24 Feb 2015 12:35:52 +0100",
        "24 Feb 2015 11:35:52 GMT",
        "Tue Feb 24 11:35:52 +0000 2015",
        "Tue Feb 24 03:35:52 PST 2015",
        "24 February 2015 11:35:52",
        "24. Februar 2015, 11:35:52",
        "February 24, 2015 11:35:52 am",
        "24/02/2015 11:35:52",
        "02/24/2015 11:35:52 AM",
        "24.02.2015 11:35:52",
        "24-Feb-15 11:35:52",
        "2015/02/24 11:35:52",
        "  2015-02-24   11:35:52  ",
    ],
)
def test_one_moment_in_many_forms(written: str) -> None:
    assert parse_date(written) == NOON


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3/4/2026", (2026, 4, 3)),
        ("1er mars 2020", (2020, 3, 1)),
        ("24 de febrero de 2015", (2015, 2, 24)),
        ("12th of March 2021", (2021, 3, 12)),
        ("2015-02-24", (2015, 2, 24)),
        ("24 Feb 98", (1998, 2, 24)),
    ],
)
def test_days_alone_are_midnight_utc_and_day_comes_first(written: str, day: tuple[int, int, int]) -> None:
    assert parse_date(written) == datetime(*day, tzinfo=UTC)


def test_afternoons() -> None:
    assert parse_date("24 Feb 2015 1:05 p.m.") == datetime(2015, 2, 24, 13, 5, tzinfo=UTC)
    assert parse_date("24 Feb 2015 12:05 AM") == datetime(2015, 2, 24, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["", "   ", "yesterday", "0000-00-00", "31/31/2015", "99999999999999999999", "Feb", "10:30", "2015-02-30"],
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert parse_date(written) is None


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789-/:. TZ+Feb,", max_size=30)))
def test_nothing_breaks_it_and_answers_are_in_utc(written: str) -> None:
    moment = parse_date(written)
    assert moment is None or moment.tzinfo is UTC


@given(st.integers(min_value=0, max_value=7_000_000_000))
def test_iso_and_epoch_say_the_same(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert parse_date(moment.isoformat()) == moment
    assert parse_date(f"{seconds:010}") == moment
