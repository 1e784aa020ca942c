"""How long it takes until somebody acts, until the customer has an answer, and until an outcome: medians and worst cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from bot.domain.policy import BusinessHours

Step = Literal["first_human", "first_answer", "outcome"]
"""Until a colleague acts, until the first answer stands on its network, until it is resolved."""

STEPS: tuple[Step, ...] = ("first_human", "first_answer", "outcome")


@dataclass(frozen=True, slots=True)
class Course:
    """When things happened to one conversation; None: not by the end of the window. `department` is whom it was suggested to
    first: its hours count."""

    opened_at: datetime
    first_human: datetime | None = None
    first_answer: datetime | None = None
    outcome: datetime | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Of how many, and how long one step took: the median and the 90th percentile, by the clock and in business hours."""

    count: int
    median: timedelta
    p90: timedelta
    business_median: timedelta
    business_p90: timedelta


Between = Callable[[str | None, datetime, datetime], timedelta]
"""Open time of a department (None: the company) between two instants."""


def timings(courses: Iterable[Course], between: Between) -> Mapping[Step, Timing]:
    """Each step that happened at all, over the conversations to which it had happened."""
    spans: dict[Step, tuple[list[timedelta], list[timedelta]]] = {step: ([], []) for step in STEPS}
    for each in courses:
        for step, (wall, open_) in spans.items():
            if (at := _at(each, step)) is not None:
                wall.append(max(timedelta(), at - each.opened_at))
                open_.append(between(each.department, each.opened_at, at))
    return {step: _timing(wall, open_) for step, (wall, open_) in spans.items() if wall}


def _timing(wall: list[timedelta], open_: list[timedelta]) -> Timing:
    wall.sort()
    open_.sort()
    return Timing(len(wall), _middle(wall), p90(wall), _middle(open_), p90(open_))


def plain_between(hours: Callable[[str | None], BusinessHours]) -> Between:
    """Open time, counted anew for each pair."""
    return lambda department, start, end: hours(department).between(start, end)


def p90(ordered: Sequence[timedelta]) -> timedelta:
    """The smallest that nine in ten do not exceed, the nearest rank: one of the values themselves."""
    rank = -(-len(ordered) * 9 // 10)
    return ordered[max(rank, 1) - 1]


def _middle(ordered: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in ordered))


def _at(course: Course, step: Step) -> datetime | None:
    match step:
        case "first_human":
            return course.first_human
        case "first_answer":
            return course.first_answer
        case "outcome":
            return course.outcome
