"""When the digest is due, in every zone there is: once a week, at its local time, for seven whole local days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import WEEKDAYS, Config, DigestPart
from bot.domain.measures import Window
from handlers.digest import last_full_week
from handlers.jobs.weekly_digest import last_due

WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)

# What is true of the zones that are named, from 2025 to 2027.
ZONES = {
    "Europe/Berlin": (167.0, 168.0, 169.0),
    "America/New_York": (167.0, 168.0, 169.0),
    "Australia/Lord_Howe": (167.5, 168.0, 168.5),
    "America/Santiago": (167.0, 168.0, 169.0),
    "Asia/Kolkata": (168.0,),
    "Africa/Casablanca": (167.0, 168.0, 169.0),
}


@cache
def config(day: str, at: time, timezone: str) -> Config:
    part = DigestPart.model_validate({"day": day, "at": at, "timezone": timezone})
    return Config(digest=part)


def dues(of: Config, first: datetime, last: datetime) -> Iterator[datetime]:
    """Every time at which it is due, the oldest first."""
    found = []
    at = last
    while (due := last_due(at, of)) >= first:
        found.append(due)
        at = due - TICK
    return reversed(found)


def hours(window: Window) -> float:
    return (window.end.astimezone(UTC) - window.start.astimezone(UTC)) / HOUR


def there(at: datetime, zone: ZoneInfo) -> bool:
    """Does the clock ever show this local time?"""
    return at.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at


def check(of: Config, due: datetime, before: datetime | None) -> None:
    """All that has to be true of one digest, and of it and the one before."""
    zone, at = ZoneInfo(of.digest.timezone or ""), of.digest.at
    local, window = due.astimezone(zone), last_full_week(due, of)
    assert last_due(due, of) == due
    assert last_due(due + TICK, of) == due
    day = (local - timedelta(days=(local.weekday() - WEEKDAYS.index(of.digest.day)) % 7)).date()
    meant = datetime.combine(day, at)
    if there(meant, zone):
        assert local.replace(tzinfo=None) == meant, "at its local time"
        assert local.fold == 0, "at the first of the two where it comes twice"
    else:
        skipped = local.replace(tzinfo=None) - meant
        assert timedelta(0) < skipped <= timedelta(days=1), "as much later as the clocks go forward"
    midnight = datetime.combine(day, time(0))
    assert window.end.astimezone(UTC) == midnight.replace(tzinfo=zone).astimezone(UTC)
    assert window.start.astimezone(UTC) == (midnight - WEEK).replace(tzinfo=zone).astimezone(UTC), "whole local days"
    # Where the clocks go back over midnight, a day has begun and not begun yet.
    assert window.end.astimezone(UTC) <= due + HOUR * 2
    if before is not None:
        assert timedelta(days=5.9) < due - before < timedelta(days=8.1)
        assert last_full_week(before, of).end.astimezone(UTC) == window.start.astimezone(UTC), (
            "no day twice, and none left out"
        )
        assert last_due(due - TICK, of) == before


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", WEEKDAYS)
@pytest.mark.parametrize("at", ["00:00", "00:30", "02:30", "08:00", "23:45"])
def test_in_two_years_it_is_due_each_week_for_the_days_before(zone: str, day: str, at: str) -> None:
    of = config(day, time.fromisoformat(at), zone)
    before, lengths = None, set()
    found = list(dues(of, datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)))
    assert len(found) in {104, 105}
    for due in found:
        check(of, due, before)
        before = due
        lengths.add(hours(last_full_week(due, of)))
    assert lengths == set(ZONES[zone]), "weeks in which the clocks change are as much shorter and longer"


@pytest.mark.parametrize(
    ("zone", "day", "at", "due", "local", "length"),
    [
        # Half past two is skipped: an hour later, but for Lord Howe's half an hour.
        ("Europe/Berlin", "sun", "02:30", "2026-03-29T01:30Z", "03:30", 168.0),
        ("America/New_York", "sun", "02:30", "2026-03-08T07:30Z", "03:30", 168.0),
        ("Australia/Lord_Howe", "sun", "02:15", "2026-10-03T15:45Z", "02:45", 168.0),
        ("America/Santiago", "sun", "00:30", "2026-09-06T04:30Z", "01:30", 168.0),
        # It comes twice: the first of the two.
        ("Europe/Berlin", "sun", "02:30", "2026-10-25T00:30Z", "02:30", 168.0),
        ("America/New_York", "sun", "01:30", "2026-11-01T05:30Z", "01:30", 168.0),
        ("Australia/Lord_Howe", "sun", "01:45", "2026-04-04T14:45Z", "01:45", 168.0),
        ("America/Santiago", "sat", "23:30", "2026-04-05T02:30Z", "23:30", 168.0),
        # The Monday after the clocks changed.
        ("Europe/Berlin", "mon", "08:00", "2026-03-30T06:00Z", "08:00", 167.0),
        ("Europe/Berlin", "mon", "08:00", "2026-10-26T07:00Z", "08:00", 169.0),
        ("Australia/Lord_Howe", "mon", "08:00", "2026-10-04T21:00Z", "08:00", 167.5),
        ("America/Santiago", "mon", "08:00", "2026-09-07T11:00Z", "08:00", 167.0),
        ("Asia/Kolkata", "mon", "08:00", "2026-03-30T02:30Z", "08:00", 168.0),
        # In Ramadan the clocks of Casablanca go back, and forward after it.
        ("Africa/Casablanca", "mon", "08:00", "2026-02-16T08:00Z", "08:00", 169.0),
        ("Africa/Casablanca", "mon", "08:00", "2026-03-23T07:00Z", "08:00", 167.0),
    ],
)
def test_around_the_changes_of_the_clocks(zone: str, day: str, at: str, due: str, local: str, length: float) -> None:
    of, expected = config(day, time.fromisoformat(at), zone), datetime.fromisoformat(due)
    assert last_due(expected + 3 * HOUR, of) == expected
    assert last_due(expected - TICK, of) < expected - 6 * timedelta(days=1)
    assert f"{expected.astimezone(ZoneInfo(zone)):%H:%M}" == local
    assert hours(last_full_week(expected, of)) == length
    check(of, expected, last_due(expected - TICK, of))


def test_one_that_is_pushed_over_midnight_covers_the_days_before_the_day_that_was_meant() -> None:
    # In Scoresbysund the clocks go from 23:00 on Saturday to midnight.
    of = config("sat", time(23, 30), "America/Scoresbysund")
    due = datetime.fromisoformat("2026-03-29T01:30Z")
    assert last_due(due, of) == due
    assert f"{due.astimezone(ZoneInfo('America/Scoresbysund')):%a %H:%M}" == "Sun 00:30"
    assert f"{last_full_week(due, of).last_day:%a %d %b}" == "Fri 27 Mar"
    check(of, due, last_due(due - TICK, of))


def test_a_day_that_a_country_left_out_has_its_digest_the_day_after() -> None:
    # Samoa had no 30 December 2011.
    of = config("fri", time(8), "Pacific/Apia")
    due = datetime.fromisoformat("2011-12-30T18:00Z")
    assert last_due(due + HOUR, of) == due
    assert f"{due.astimezone(ZoneInfo('Pacific/Apia')):%a %d %H:%M}" == "Sat 31 08:00"
    assert hours(last_full_week(due, of)) == 168.0
    assert hours(last_full_week(due + WEEK, of)) == 144.0
    check(of, due, last_due(due - TICK, of))


def test_in_every_zone_there_is_through_ten_years() -> None:
    times = [time(0), time(0, 30), time(1, 30), time(2, 30), time(3), time(8), time(23, 30)]
    for number, zone in enumerate(sorted(available_timezones())):
        of = config(WEEKDAYS[number % 7], times[number % 5], zone)
        # Six weeks before and behind each turn of a quarter, when clocks change nearly everywhere.
        for year in range(2018, 2028):
            for month in (3, 10):
                before = None
                for due in dues(of, datetime(year, month, 20, tzinfo=UTC), datetime(year, month + 1, 10, tzinfo=UTC)):
                    check(of, due, before)
                    before = due


@settings(max_examples=300)
@given(
    st.sampled_from(sorted(available_timezones())),
    st.integers(0, 24_000).map(lambda days: datetime(1972, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    st.integers(0, 86_399).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from(WEEKDAYS),
    st.times(),
)
def test_whenever_it_is_asked_the_digest_of_the_last_week_is_due(
    zone: str, midnight: datetime, since: timedelta, day: str, at: time
) -> None:
    of = config(day, at.replace(second=0, microsecond=0), zone)
    now = midnight + since
    due = last_due(now, of)
    assert due <= now < due + timedelta(days=8.1)
    check(of, due, last_due(due - TICK, of))
