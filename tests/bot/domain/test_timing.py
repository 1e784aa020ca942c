"""How long things take: medians and worst cases, by the clock and in business hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.open_time import OpenTime
from bot.domain.policy import BusinessHours
from bot.domain.timing import Course, p90, plain_between, timings

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = BusinessHours("UTC", {day: (time(9), time(17)) for day in range(5)})

HOURS = st.builds(
    BusinessHours,
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"]),
    st.dictionaries(
        st.integers(0, 6),
        st.sampled_from([(time(9), time(17)), (time(0), time(0)), (time(22, 30), time(23))]),
        max_size=7,
    ),
)
# Around both changes of the year.
MOMENTS = st.integers(0, 233 * 24 * 60).map(lambda minutes: datetime(2026, 3, 20, tzinfo=UTC) + minutes * MINUTE)


@given(HOURS, MOMENTS, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_openings_laid_out_once_say_the_same_as_counted_anew(
    hours: BusinessHours, first: datetime, pairs: list[tuple[float, float]]
) -> None:
    last = first + timedelta(days=9)
    laid_out = OpenTime(hours, first, last)
    for begin, end in pairs:
        start, until = first + begin * (last - first), first + end * (last - first)
        assert laid_out.between(start, until) == hours.between(start, until)


def test_what_came_at_night_and_was_taken_up_at_nine_has_waited_nothing() -> None:
    courses = [Course(MONDAY + 2 * HOUR, first_human=MONDAY + 9 * HOUR)]
    found = timings(courses, plain_between(lambda _: OFFICE))
    assert found["first_human"].median == 7 * HOUR
    assert found["first_human"].business_median == timedelta()


def test_each_conversation_waits_in_the_hours_of_its_own_department() -> None:
    course = Course(MONDAY, outcome=MONDAY + 20 * HOUR, department="logistics")
    always = BusinessHours()
    found = timings([course], plain_between(lambda key: always if key == "logistics" else OFFICE))
    assert found["outcome"].business_median == 20 * HOUR
    assert timings([course], plain_between(lambda _: OFFICE))["outcome"].business_median == 8 * HOUR


def test_only_those_to_which_a_step_happened_count_for_it() -> None:
    courses = [
        Course(MONDAY, first_human=MONDAY + MINUTE, first_answer=MONDAY + HOUR),
        Course(MONDAY, first_human=MONDAY + 3 * MINUTE),
        Course(MONDAY),
    ]
    found = timings(courses, plain_between(lambda _: BusinessHours()))
    assert (found["first_human"].count, found["first_human"].median) == (2, 2 * MINUTE)
    assert found["first_answer"].count == 1
    assert "outcome" not in found


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (20, 18), (100, 90)])
def test_nine_in_ten_took_no_longer_than_the_worst_case(count: int, rank: int) -> None:
    assert p90([at * MINUTE for at in range(1, count + 1)]) == rank * MINUTE
