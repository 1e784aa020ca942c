"""Lengths of time and moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.spans import format_span, need_moment, need_span, parse_clock, parse_moment, parse_span
from bot.errors import UserError

FRIDAY = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
"""14:00 in Paris, 8:00 in New York."""

typed_times = st.text() | st.text(alphabet="0123456789:.,-+ hmdws/TZapAPuntilforin\n", max_size=25)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("30m", 30), ("45 min", 45), ("2h", 120), ("1h30", 90), ("1h 30m", 90), ("1 h, 30 min", 90), ("1.5 hours", 90),
        ("90", 90), ("for 2h", 120), ("For 2 Hours", 120), ("1d", 1440), ("1d 12", 2160), ("1w", 10080), ("1w2", 12960),
        ("2 days", 2880), ("30s", 0.5), ("366d", 366 * 1440), ("٣٠m", 30),
    ],
)  # fmt: skip
def test_lengths_of_time_as_people_write_them(typed: str, minutes: float) -> None:
    assert parse_span(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "for ", "0", "0m", "-5m", "367d", "999999w", "tomorrow", "2x", "1h30x", "1..5h", "1.5.5", "20261124",
     "30m 45", "30 45", "h", "²", "1:30", "two hours", "1h\u0000"],
)  # fmt: skip
def test_anything_else_is_no_length_of_time(typed: str) -> None:
    assert parse_span(typed) is None
    with pytest.raises(UserError) as told:
        need_span(typed)
    assert "30m" in told.value.hint


@given(typed_times)
def test_a_length_of_time_is_positive_and_at_most_a_year_or_none_at_all(typed: str) -> None:
    span = parse_span(typed)
    assert span is None or timedelta() < span <= timedelta(days=366)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(), "under a minute"), (timedelta(seconds=29), "under a minute"), (timedelta(minutes=45), "45 min"),
        (timedelta(hours=1), "1 h"), (timedelta(hours=1, minutes=2), "1 h 02"), (timedelta(minutes=1439.9), "1 day"),
        (timedelta(days=1), "1 day"), (timedelta(hours=25), "1 day"), (timedelta(days=2), "2 days"),
        (timedelta(days=3.5), "3.5 days"), (timedelta(days=2.97), "3 days"), (timedelta(seconds=-5), "under a minute"),
    ],
)  # fmt: skip
def test_lengths_of_time_as_people_read_them(span: timedelta, said: str) -> None:
    assert format_span(span) == said


@given(st.integers(1, 300 * 1440))
@example(1439)
@example(1441)
def test_what_is_shown_can_be_typed_again(minutes: int) -> None:
    span = timedelta(minutes=minutes)
    again = parse_span(format_span(span))
    assert again is not None
    assert abs(again - span) <= (timedelta() if minutes < 1440 else timedelta(days=0.051))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2h", "2026-11-20 16:00"), ("in 2 h", "2026-11-20 16:00"), ("30", "2026-11-20 14:30"),
        ("17:00", "2026-11-20 17:00"), ("until 17:00", "2026-11-20 17:00"), ("9:00", "2026-11-21 09:00"),
        ("until 9", "2026-11-21 09:00"), ("at 16", "2026-11-20 16:00"), ("5pm", "2026-11-20 17:00"),
        ("12am", "2026-11-21 00:00"), ("12 pm", "2026-11-21 12:00"), ("today 15:00", "2026-11-20 15:00"),
        ("tomorrow", "2026-11-21 09:00"), ("Tomorrow at 14:30", "2026-11-21 14:30"),
        ("  tomorrow\n 9:15 ", "2026-11-21 09:15"), ("monday", "2026-11-23 09:00"), ("mon 8", "2026-11-23 08:00"),
        ("friday", "2026-11-27 09:00"), ("thu 2:30 pm", "2026-11-26 14:30"), ("2026-11-24", "2026-11-24 09:00"),
        ("2026-11-24 17:00", "2026-11-24 17:00"), ("2026-11-24 9am", "2026-11-24 09:00"),
        ("2026-11-24T17:00", "2026-11-24 17:00"), ("2026-11-24T17:00Z", "2026-11-24 18:00"),
        ("2026-11-24T17:00+02:00", "2026-11-24 16:00"), ("20261124", "2026-11-24 09:00"),
    ],
)  # fmt: skip
def test_moments_as_people_write_them_are_in_their_own_zone(typed: str, moment: str) -> None:
    found = parse_moment(typed, FRIDAY, "Europe/Paris")
    assert found == paris(moment)


@pytest.mark.parametrize("typed", ["", "someday", "25:00", "9:60", "99pm", "13pm", "tomorrow 25", "mo", "9999-99-99"])
def test_anything_else_is_no_moment(typed: str) -> None:
    assert parse_moment(typed, FRIDAY, "Europe/Paris") is None
    with pytest.raises(UserError) as told:
        need_moment(typed, FRIDAY, "Europe/Paris")
    assert "tomorrow 9:00" in told.value.hint


def test_tomorrow_is_the_day_after_the_persons_today() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert parse_moment("tomorrow", late, "Asia/Tokyo") == datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert parse_moment("tomorrow", late, "America/New_York") == datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def test_a_moment_on_the_other_side_of_a_clock_change_is_by_the_clock_on_the_wall() -> None:
    saturday = paris("2026-10-24 12:00").astimezone(UTC)
    assert parse_moment("monday 9:00", saturday, "Europe/Paris") == datetime(2026, 10, 26, 8, 0, tzinfo=UTC)
    assert parse_moment("tomorrow 2:30", saturday, "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("timezone", ["", "Europe", "W. Europe Standard Time", "../etc/passwd", "Nowhere/Else", "\0"])
def test_a_person_whose_zone_is_unknown_is_taken_to_be_in_utc(timezone: str) -> None:
    assert parse_moment("tomorrow 9:00", FRIDAY, timezone) == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@given(typed_times, st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Pacific/Kiritimati")))
@example("9999-12-31 23:59", "America/New_York")
@example("0001-01-01 00:00", "Pacific/Kiritimati")
@example("2026-11-24 02:30\ud800", "UTC")
def test_a_moment_is_an_instant_in_utc_or_none_at_all(typed: str, timezone: str) -> None:
    moment = parse_moment(typed, FRIDAY, timezone)
    assert moment is None or moment.utcoffset() == timedelta()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 (as it is typed: without a zone)
def test_a_moment_that_is_shown_can_be_typed_again(shown: datetime) -> None:
    shown = shown.replace(second=0, microsecond=0)
    expected = shown.replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)
    assert parse_moment(f"{shown:%Y-%m-%d %H:%M}", FRIDAY, "Europe/Paris") == expected


@pytest.mark.parametrize(
    ("typed", "clock"),
    [("9", time(9)), ("9:30", time(9, 30)), ("09:30", time(9, 30)), ("2:30 PM", time(14, 30)), ("0:00", time(0)),
     ("24:00", None), ("9:5", None), ("noon", None), ("0am", None), ("", None)],
)  # fmt: skip
def test_times_of_day_as_people_write_them(typed: str, clock: time | None) -> None:
    assert parse_clock(typed) == clock
