"""Windows by name and by days, in the zone's own days, also around changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures import iso_week
from bot.domain.page_windows import LONGEST, days_of, named_window, names, window_of_days
from bot.errors import UserError

WEDNESDAY = datetime(2026, 11, 25, 9, 30, 42, tzinfo=UTC)
PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("last-week", "2026-11-16", "2026-11-22"),
        ("this-week", "2026-11-23", "2026-11-25"),
        ("4-weeks", "2026-10-26", "2026-11-22"),
        ("12-weeks", "2026-08-31", "2026-11-22"),
        ("this-quarter", "2026-10-01", "2026-11-25"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
    ],
)
def test_each_name_means_these_days(name: str, first: str, last: str) -> None:
    window = named_window(name, WEDNESDAY, PARIS)
    assert days_of(window) == (date.fromisoformat(first), date.fromisoformat(last))


def test_the_last_full_week_is_the_one_that_the_digest_prints() -> None:
    assert named_window("last-week", WEDNESDAY, PARIS) == iso_week(2026, 47, PARIS)
    assert {key for key, _ in names()} >= {"last-week", "this-week", "4-weeks", "12-weeks", "last-quarter"}


def test_quarters_at_the_turn_of_the_year() -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert days_of(named_window("this-quarter", new_year, PARIS))[0] == date(2027, 1, 1)
    assert days_of(named_window("last-quarter", new_year, PARIS)) == (date(2026, 10, 1), date(2026, 12, 31))


def test_what_is_not_over_ends_now_to_the_minute() -> None:
    window = named_window("this-week", WEDNESDAY, PARIS)
    assert window.end == WEDNESDAY.replace(second=0)
    assert window_of_days("2026-11-25", "2026-12-24", WEDNESDAY, PARIS).end == WEDNESDAY.replace(second=0)
    monday = datetime(2026, 11, 22, 23, 0, 1, tzinfo=UTC)
    assert named_window("this-week", monday, PARIS).end > named_window("this-week", monday, PARIS).start


@given(
    st.dates(date(2001, 1, 1), date(2027, 12, 31)),
    st.integers(0, LONGEST - 1),
    st.sampled_from([PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
)
def test_days_begin_and_end_with_midnights_of_the_zone(first: date, more: int, zone: str) -> None:
    last = first + timedelta(days=more)
    now = datetime(2029, 1, 1, tzinfo=UTC)
    window = window_of_days(first.isoformat(), last.isoformat(), now, zone)
    assert days_of(window) == (first, last)
    assert window.first_day.hour == 0
    assert window.end.astimezone(ZoneInfo(zone)).date() == last + timedelta(days=1)
    assert len(window.day_ends) == more + 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-11-24", "2026-11-25"),
        ("2026-11-26", "2026-11-27"),
        ("2026-11-02", "2026-11-01"),
        ("x", "2026-11-01"),
        ("0000-01-01", "2026-01-01"),
    ],
)
def test_days_that_make_no_window_are_refused(first: str, last: str) -> None:
    with pytest.raises(UserError):
        window_of_days(first, last, WEDNESDAY, PARIS)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UserError):
        named_window("never", WEDNESDAY, PARIS)
