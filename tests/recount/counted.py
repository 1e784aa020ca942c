"""The numbers of a window, counted from the lives of its conversations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.recount.lives import NOTHING, Life, lives, opened_in
from tests.recount.rows import Rows, micros
from tests.recount.shifted import table

Found = dict[str, Any]


@dataclass(frozen=True)
class Company:
    """What of baton.toml the measures depend on: the zone; on which weekdays (0: Monday) which hours are open, for the company
    and for departments of their own; who has which role."""

    zone: ZoneInfo
    hours: Mapping[str | None, tuple[frozenset[int], time, time]]
    coordinators: int
    sponsors: int

    def open_seconds(self, department: str | None, start: datetime, end: datetime) -> float:
        """How long it was open between two instants."""
        weekdays, opens, closes = self.hours.get(department, self.hours[None])
        seconds, day = 0.0, start.astimezone(self.zone).date()
        while day <= end.astimezone(self.zone).date():
            if day.weekday() in weekdays:
                begin = max(start, datetime.combine(day, opens, self.zone))
                seconds += max(0.0, (min(end, datetime.combine(day, closes, self.zone)) - begin).total_seconds())
            day += timedelta(days=1)
        return seconds


@dataclass(frozen=True)
class Weeks:
    """The week that is counted, the one before it, and the four before it, with the lives in them."""

    company: Company
    monday: datetime
    end: datetime
    since: datetime | None
    now: Sequence[Life]
    before: Sequence[Life]
    earlier: Sequence[Life]
    persons: Mapping[str, str]

    @property
    def share(self) -> float:
        return (self.end - self.monday) / (self.monday - self.since) if self.since is not None else 0.0

    def days(self) -> list[date]:
        first = self.monday.astimezone(self.company.zone).date()
        return [first + timedelta(days=at) for at in range(7)]


async def weeks_of(rows: Rows, week: str, company: Company) -> Weeks:
    """Read the rows of a week (`2026-W47`) and of the four before it."""
    year, number = (int(part) for part in re.findall(r"\d+", week))
    first = date.fromisocalendar(year, number, 1)
    monday, end, last, reference = (
        datetime.combine(first + timedelta(days=days), time(0), company.zone) for days in (0, 7, -7, -28)
    )
    ((began,),) = await rows.all("SELECT min(opened_at) FROM conversations WHERE filed IS NULL")
    listened = max(micros(reference), began)
    compared = (micros(monday) - listened) >= micros(end) - micros(monday)
    since = datetime.fromtimestamp(listened / 1e6, company.zone) if compared else None
    every = await lives(rows, min(reference, last), end)
    persons = {id_: into or id_ for id_, into in await rows.all("SELECT id, merged_into FROM customers")}
    return Weeks(
        company,
        monday,
        end,
        since,
        opened_in(every, monday, end),
        opened_in(every, last, monday),
        opened_in(every, reference, monday),
        persons,
    )


def window(w: Weeks) -> Found:
    return {
        "start": w.monday.isoformat(),
        "end": w.end.isoformat(),
        "timezone": w.company.zone.key,
        "compared_since": w.since.isoformat() if w.since is not None else None,
    }


def bands(w: Weeks) -> Found:
    """Heard, touched, changed and unheard."""
    last = w.monday
    now, before = _banded(w.now, w.end), _banded(w.before, last)
    days = Counter(life.opened_at.astimezone(w.company.zone).date() for life in w.now)
    alone = now["heard"] - now["touched"]
    found: Found = {
        "heard": {"count": now["heard"], "before": before["heard"] or None, "days": [days[day] for day in w.days()]},
        "unheard": {"count": alone, "share": percent(alone, now["heard"])},
    }
    for band in ("touched", "changed"):
        found[band] = {
            "count": now[band],
            "before": before[band] if before["heard"] else None,
            "share": percent(now[band], now["heard"]),
            "share_before": percent(before[band], before["heard"]),
        }
    return found


def _banded(some: Sequence[Life], end: datetime) -> dict[str, int]:
    return {
        "heard": len(some),
        "touched": sum(life.first(end) is not None for life in some),
        "changed": sum(changed_something(life, end) for life in some),
    }


def changed_something(life: Life, end: datetime) -> bool:
    ended = life.resolution(end)
    return ended is not None and ended[2]["outcome"]["changed"].strip().lower() not in NOTHING


def times(w: Weeks) -> Found:
    return {
        step: {"now": _step(w, step, w.now, w.end), "before": _step(w, step, w.before, w.monday)}
        for step in ("first_human", "first_answer", "outcome")
    }


def _step(w: Weeks, step: str, some: Sequence[Life], end: datetime) -> Found | None:
    waits, open_waits = [], []
    for life in some:
        ended = life.resolution(end)
        at = {
            "first_human": life.first(end),
            "first_answer": life.first(end, "answer_sent"),
            "outcome": ended[1] if ended is not None else None,
        }[step]
        if at is not None:
            waits.append((at - life.opened_at).total_seconds())
            department = life.suggested[0] if life.suggested else None
            open_waits.append(w.company.open_seconds(department, life.opened_at, at))
    if not waits:
        return None
    return {
        "count": len(waits),
        "median_seconds": round(median(waits)),
        "p90_seconds": round(ninth(waits)),
        "business_median_seconds": round(median(open_waits)),
        "business_p90_seconds": round(ninth(open_waits)),
    }


def ninth(values: Sequence[float]) -> float:
    """The smallest that nine in ten do not exceed."""
    return sorted(values)[ceil(len(values) * 9 / 10) - 1]


def sentiment(w: Weeks) -> Found:
    before = w.earlier if w.since is not None else []
    overall = table(w.now, before, w.share, lambda _: "")
    return {
        "overall": overall[0],
        "networks": table(w.now, before, w.share, lambda life: life.network),
        "topics": table(w.now, before, w.share, lambda life: life.topic),
    }


def movement(w: Weeks) -> Found:
    def last(some: Iterable[Life]) -> dict[str, str]:
        ordered = sorted(some, key=lambda life: (life.opened_at, life.number))
        return {w.persons[life.customer]: life.network for life in ordered}

    now, then = last(w.now), last(w.earlier)
    moved = Counter((then[who], here) for who, here in now.items() if who in then and then[who] != here)
    return {
        "stayed": sum(then.get(who) == here for who, here in now.items()),
        "new": sum(who not in then for who in now),
        "moves": moved.total(),
        "moved": [
            {"from": one, "to": other, "customers": many}
            for (one, other), many in sorted(moved.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    }


def collaboration(w: Weeks) -> Found:
    acting = [life.departments(w.end) for life in w.now]
    several = sum(len(each) > 1 for each in acting)
    touched = sum(life.first(w.end) is not None for life in w.now)
    stops = [life.hands(w.end) for life in w.now]
    passed = Counter(pair for each in stops for pair in pairwise(each))
    acted = Counter(key for each in acting for key in each)
    suggested = Counter(life.suggested[0] for life in w.now if life.suggested)
    departments = {
        key: {"acted": acted[key], "suggested": suggested[key], "silent": not acted[key] and suggested[key] > 0}
        for key in sorted({*acted, *suggested})
    }
    return {
        "several": several,
        "several_share": percent(several, touched),
        "handovers": passed.total(),
        "bounces": sum(kind == "pass_declined" for life in w.now for kind, _, _ in life.acts(w.end)),
        "passed": [
            {"from": one, "to": other, "times": many}
            for (one, other), many in sorted(passed.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
        "departments": departments,
        "silent": sorted(key for key, share in departments.items() if share["silent"]),
    }


def perspectives(w: Weeks) -> Found:
    views = {life.number: life.views(w.end) for life in w.now}
    several = {number: each for number, each in views.items() if len(each) > 1}
    return {"several": len(several), "differing": sum(differ(list(each.values())) for each in several.values())}


def differ(texts: Sequence[str]) -> bool:
    said = [{word[:6] for word in re.findall(r"[^\W\d_]+", text.casefold()) if len(word) >= 4} for text in texts]
    return any(
        min(len(one), len(other)) > 0 and len(one & other) < min(len(one), len(other)) / 2
        for at, one in enumerate(said)
        for other in said[:at]
    )


async def outcomes(w: Weeks, rows: Rows) -> Found:
    resolved = [(life, ended) for life in w.now if (ended := life.resolution(w.end)) is not None]
    by_department: dict[str, Counter[str]] = {}
    for _, (_, _, body) in resolved:
        by_department.setdefault(body["by"].get("department") or "", Counter())[body["outcome"]["kind"]] += 1
    kept = {tuple(row) for row in await rows.all("SELECT customer_id, number FROM outcomes")}
    written = sum((life.customer, life.number) in kept for life, _ in resolved)
    numbers = {life.number for life in w.now}
    crm = Counter(
        state for number, state in await rows.all("SELECT number, state FROM crm_entries") if number in numbers
    )
    return {
        "resolved": len(resolved),
        "by_department": {key: dict(kinds) for key, kinds in sorted(by_department.items())},
        "written": written,
        "missing": len(resolved) - written,
        "crm": dict(crm),
    }


def customers(w: Weeks) -> Found:
    moods: dict[str, Counter[str]] = {}
    for life in (*w.earlier, *w.now):
        moods.setdefault(w.persons[life.customer], Counter())[life.mood or "unsure"] += 1
    heard = [moods[who] for who in {w.persons[life.customer] for life in w.now}]
    return {
        "advocates": sum(mood["positive"] >= 2 and not mood["negative"] for mood in heard),
        "at_risk": sum(mood["negative"] >= 2 and mood["negative"] > mood["positive"] for mood in heard),
    }


def maturity(w: Weeks) -> Found:
    departments = collaboration(w)["departments"].values()
    heard, touched = len(w.now), sum(life.first(w.end) is not None for life in w.now)
    several = sum(len(life.departments(w.end)) > 1 for life in w.now)
    raised = [life for life in w.now if life.rung >= 2]
    taken = sum(life.first(w.end) is not None for life in raised)
    acting = sum(each["acted"] > 0 for each in departments)
    silent = sum(each["silent"] for each in departments)
    asked = sum(each["suggested"] > 0 for each in departments)
    changed = sum(changed_something(life, w.end) for life in w.now)
    values = {
        "departments that act": acting,
        "conversations touched": 100 * touched / heard,
        "of these, with two or more departments": 100 * several / touched if touched else 0,
        "people with the role of coordinator": min(w.company.coordinators, 1),
        "of what was raised to the coordinator, taken up": 100 * taken / len(raised) if raised else 100,
        "silent departments": silent,
        "people with the role of sponsor": min(w.company.sponsors, 1),
        "conversations that changed something": 100 * changed / heard,
    }
    takes = (
        (1, "departments that act", 1, ""), (1, "conversations touched", 5, "%"),
        (2, "departments that act", 3, ""), (2, "conversations touched", 25, "%"),
        (2, "of these, with two or more departments", 10, "%"),
        (3, "people with the role of coordinator", 1, ""), (3, "conversations touched", 40, "%"),
        (3, "of what was raised to the coordinator, taken up", 50, "%"),
        (3, "silent departments", max(1, asked // 3), ""),
        (4, "people with the role of sponsor", 1, ""), (4, "conversations touched", 60, "%"),
        (4, "conversations that changed something", 9, "%"),
        (4, "of what was raised to the coordinator, taken up", 80, "%"), (4, "silent departments", 0, ""),
    )  # fmt: skip
    criteria = []
    for rung, what, needed, unit in takes:
        value, most = values[what], what == "silent departments"
        met = value <= needed if most else value >= needed
        criteria.append(
            {
                "rung": rung,
                "what": what,
                "value": round(value, 1),
                "needed": needed,
                "unit": unit,
                "at_most": most,
                "met": met,
            }
        )
    reached = 0
    while reached < 4 and all(each["met"] for each in criteria if each["rung"] == reached + 1):
        reached += 1
    missing = [each for each in criteria if each["rung"] == reached + 1 and not each["met"]]
    return {"rung": reached, "criteria": criteria, "missing": missing}


def forecast(w: Weeks) -> Found:
    """Which weeks it speaks of; in a past that was brought whole nothing was forecast."""
    first = w.monday.astimezone(w.company.zone).date()
    return {
        "made_at": None,
        "interval": 80,
        "past_weeks": [(first + timedelta(weeks=at)).isoformat() for at in range(-7, 1)],
        "weeks": [(first + timedelta(weeks=at)).isoformat() for at in range(1, 5)],
        "networks": [],
        "too_little_known": [],
    }


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
