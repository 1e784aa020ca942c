"""Business hours, leases and overdue times, through weekends, midnights and clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy import BusinessHours, LeasePolicy, OverduePolicy, Policies

WEEKDAYS_9_TO_5 = {day: (time(9), time(17)) for day in range(5)}
PARIS = BusinessHours("Europe/Paris", WEEKDAYS_9_TO_5)
NEW_YORK = BusinessHours("America/New_York", WEEKDAYS_9_TO_5)


@st.composite
def opening_hours(draw: st.DrawFn) -> BusinessHours:
    zone = draw(st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")))
    days = {}
    for day in draw(st.sets(st.integers(0, 6), max_size=7)):
        opens = draw(st.integers(0, 22 * 60))
        closes = draw(st.integers(opens + 120, 24 * 60)) % (24 * 60)
        days[day] = (time(opens // 60, opens % 60), time(closes // 60, closes % 60))
    return BusinessHours(zone, days)


instants = st.integers(0, 2 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
spans = st.integers(1, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def at(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def test_a_lease_that_does_not_fit_the_day_goes_on_in_the_morning() -> None:
    end = PARIS.after(at("Europe/Paris", "2026-03-03 15:30"), timedelta(hours=4))
    assert end == at("Europe/Paris", "2026-03-04 11:30")


def test_a_lease_granted_on_friday_afternoon_goes_on_on_monday() -> None:
    end = PARIS.after(at("Europe/Paris", "2026-03-06 16:00"), timedelta(hours=4))
    assert end == at("Europe/Paris", "2026-03-09 12:00")


def test_a_lease_granted_at_night_or_at_the_weekend_begins_when_the_department_opens() -> None:
    for start in ("2026-03-07 03:00", "2026-03-08 23:00", "2026-03-09 08:59"):
        assert PARIS.after(at("Europe/Paris", start), timedelta(hours=1)) == at("Europe/Paris", "2026-03-09 10:00")


def test_a_lease_that_just_fits_ends_when_the_department_closes() -> None:
    end = PARIS.after(at("Europe/Paris", "2026-03-03 13:00"), timedelta(hours=4))
    assert end == at("Europe/Paris", "2026-03-03 17:00")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-27 16:00", "2026-03-30 10:00"),  # the weekend on which Paris loses an hour
        ("2026-10-23 16:00", "2026-10-26 10:00"),  # the weekend on which it wins one
    ],
)
def test_office_hours_are_those_of_the_clock_on_the_wall_across_a_clock_change(start: str, end: str) -> None:
    assert PARIS.after(at("Europe/Paris", start), timedelta(hours=2)) == at("Europe/Paris", end)


def test_a_day_that_is_an_hour_shorter_or_longer_counts_its_real_hours() -> None:
    night = BusinessHours("Europe/Paris", dict.fromkeys(range(7), (time(0), time(0))))
    for day, length in (("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)):
        start = at("Europe/Paris", f"{day} 00:00")
        end = at("Europe/Paris", f"{day} 00:00") + timedelta(days=1)
        assert night.between(start, end) == timedelta(hours=length)
        assert night.after(start, timedelta(hours=length)) == end.astimezone(UTC)


def test_round_the_clock_counts_real_time_whatever_the_zone_of_the_instant() -> None:
    start = at("Europe/Paris", "2026-03-28 22:00")
    assert BusinessHours().after(start, timedelta(hours=8)) == at("Europe/Paris", "2026-03-29 07:00")
    assert BusinessHours().between(start, at("Europe/Paris", "2026-03-29 07:00")) == timedelta(hours=8)


def test_midnight_as_closing_time_is_the_end_of_the_day() -> None:
    late = BusinessHours("Asia/Tokyo", {0: (time(13), time(0))})
    start = at("Asia/Tokyo", "2026-03-02 22:00")
    assert late.after(start, timedelta(hours=2)) == at("Asia/Tokyo", "2026-03-03 00:00")
    assert late.after(start, timedelta(hours=3)) == at("Asia/Tokyo", "2026-03-09 14:00")


def test_each_department_has_its_own_zone_and_the_company_s_hours_are_the_default() -> None:
    policies = Policies(hours={"support": PARIS}, default_hours=NEW_YORK)
    assert policies.hours_of("support") is PARIS
    assert policies.hours_of("legal") is NEW_YORK
    assert policies.hours_of(None) is NEW_YORK


def test_a_department_that_never_opens_is_taken_as_open_so_that_a_lease_ends() -> None:
    never = BusinessHours("UTC", {2: (time(10), time(9))})
    start = datetime(2026, 3, 2, tzinfo=UTC)
    assert never.after(start, timedelta(hours=4)) == start + timedelta(hours=4)


def test_a_department_that_hardly_ever_opens_lets_a_lease_end_within_a_little_more_than_a_year() -> None:
    hardly = BusinessHours("UTC", {0: (time(9), time(9, 1))})
    start = datetime(2026, 3, 2, tzinfo=UTC)
    ends = [hardly.after(start, timedelta(minutes=minutes)) for minutes in (1, 2, 57, 58, 240)]
    assert ends == sorted(ends)
    assert ends[-1] < start + timedelta(days=401)


def test_leases_warn_at_three_quarters_of_the_open_time() -> None:
    lease = LeasePolicy().grant(at("Europe/Paris", "2026-03-03 15:00"), PARIS, urgent=False)
    assert lease.warn_at == at("Europe/Paris", "2026-03-04 10:00")
    assert lease.until == at("Europe/Paris", "2026-03-04 11:00")


def test_overdue_times_count_open_hours_too() -> None:
    start = at("Europe/Paris", "2026-03-06 16:30")
    due = [OverduePolicy().due(start, rung, PARIS, urgent=True) for rung in (1, 2, 3)]
    assert due == [
        at("Europe/Paris", "2026-03-06 16:45"),
        at("Europe/Paris", "2026-03-09 09:15"),
        at("Europe/Paris", "2026-03-09 10:30"),
    ]


@given(opening_hours(), instants, spans, spans)
def test_waiting_a_while_and_then_some_more_is_waiting_for_both(
    hours: BusinessHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert hours.after(hours.after(start, first), second) == hours.after(start, first + second)


@given(opening_hours(), instants, spans)
def test_the_open_time_until_the_end_of_a_span_is_the_span(
    hours: BusinessHours, start: datetime, span: timedelta
) -> None:
    end = hours.after(start, span)
    assert end >= start + span
    assert end.tzinfo is UTC
    assert hours.between(start, end) == span
    assert hours.between(end, start) == timedelta()


@given(opening_hours(), instants, st.booleans(), st.none() | spans)
def test_a_lease_warns_after_it_begins_and_not_after_it_ends(
    hours: BusinessHours, start: datetime, urgent: bool, asked: timedelta | None
) -> None:
    lease = LeasePolicy().grant(start, hours, urgent=urgent, asked=asked)
    assert start < lease.warn_at < lease.until
