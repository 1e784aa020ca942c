"""A window has a name that leads back to it: what a button carries, and what people type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.measures import Window, iso_week, last_week, week_until
from bot.domain.trend import WEEKS, weeks_until
from bot.domain.window_names import name_of, read_window
from bot.errors import UserError

ZONES = st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
INSTANTS = st.integers(0, 4 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(INSTANTS, ZONES)
def test_the_windows_of_digests_are_found_again(at: datetime, zone: str) -> None:
    for window in (last_week(at, zone), iso_week(*at.isocalendar()[:2], zone)):
        assert read_window(name_of(window), zone) == window
    so_far = week_until(at, zone)
    again = read_window(name_of(so_far), zone)
    # An hour that comes twice has one name.
    assert (again.start, again.timezone) == (so_far.start, zone)
    assert abs(again.end - so_far.end) in (timedelta(), timedelta(hours=1))


def test_names_are_short_and_plain() -> None:
    assert name_of(iso_week(2026, 47, "Europe/Paris")) == "2026-W47"
    wednesday = last_week(datetime(2026, 11, 25, 9, tzinfo=UTC), "Europe/Paris")
    assert name_of(wednesday) == "2026-11-18"
    assert name_of(week_until(datetime(2026, 11, 23, 8, 30, tzinfo=UTC), "UTC")) == "2026-11-17/2026-11-23T08:30"
    month = Window(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert name_of(month) == "2026-11-01/2026-12-01"


@pytest.mark.parametrize("typed", ["2026-W47", "2026w47", " 2026-W47 "])
def test_weeks_are_read_as_people_type_them(typed: str) -> None:
    assert read_window(typed, "UTC") == iso_week(2026, 47, "UTC")


@pytest.mark.parametrize(
    "typed",
    ["47", "last", "2025-W53", "2026-W00", "2026-02-30", "2026-11-17/2026-11-17", "2026-11-17/2026-11-16", "2020-01-01/2026-01-01", "9999-12-31", "x" * 5000],
)  # fmt: skip
def test_what_names_no_window_is_said_to(typed: str) -> None:
    with pytest.raises(UserError, match="is no week"):
        read_window(typed, "Pacific/Auckland")


def test_the_last_weeks_follow_each_other_by_the_calendar() -> None:
    # The clocks go back in Paris on 25 October 2026.
    window = iso_week(2026, 47, "Europe/Paris")
    weeks = weeks_until(window)
    assert len(weeks) == WEEKS
    assert weeks[-1] == window
    assert all(one.end == other.start for one, other in pairwise(weeks))
    assert {week.first_day.hour for week in weeks} == {0}
