"""What a digest tells beside its counts: the last weeks, three stories, ideas of the week, ways between networks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import combinations
from math import erfc, sqrt
from typing import Any

from tests.recount.counted import Found, Weeks, changed_something, differ, movement
from tests.recount.lives import Life, lives
from tests.recount.rows import Rows, instant, micros

WEEKS = 8
CROWD = 3
STATES = ("considering", "planned", "shipped", "declined")


async def weeks(w: Weeks, rows: Rows) -> list[Found]:
    """The same days of eight weeks, each as of its own end."""
    monday = w.monday.date()
    found = []
    for back in reversed(range(WEEKS)):
        start, end = (
            datetime.combine(monday - timedelta(weeks=back - after), time(0), w.company.zone) for after in (0, 1)
        )
        some = await lives(rows, start, end)
        found.append({
            "start": start.isoformat(),
            "heard": len(some),
            "touched": sum(life.first(end) is not None for life in some),
            "changed": sum(changed_something(life, end) for life in some),
        })  # fmt: skip
    return found


def ways(w: Weeks) -> list[Found]:
    """Between each two networks, the way that more customers went."""
    went = Counter({(each["from"], each["to"]): each["customers"] for each in movement(w)["moved"]})
    networks = sorted({network for pair in went for network in pair})
    found: list[Found] = []
    for one, other in combinations(networks, 2):
        (many, way), (few, _) = sorted(
            ((went[one, other], (one, other)), (went[other, one], (other, one))), reverse=True
        )
        if many > few:
            by_chance = erfc((many - few - 1) / sqrt(many + few) / sqrt(2))
            clear = many + few >= 10 and by_chance <= 0.05
            found.append({"from": way[0], "to": way[1], "there": many, "back": few, "clear": clear})
    return sorted(found, key=lambda each: (each["back"] - each["there"], each["from"], each["to"]))


async def stories(w: Weeks, rows: Rows) -> list[Found]:
    """The first of each kind; then the second of each, until there are three."""
    facts = await _facts(w, rows)
    texts = await _texts(rows)
    told = [fact for fact in facts if texts.get(fact["number"], "").strip()]
    orders: list[tuple[str, Callable[[Found], Any], Callable[[Found], bool]]] = [
        ("changed", lambda f: (f["asked"], f["departments"]), lambda f: f["changed"]),
        ("together", lambda f: (f["departments"], f["differing"]), lambda f: f["departments"] >= 2),
        ("crowd", lambda f: f["crowd"], lambda f: f["crowd"] >= CROWD),
        ("won", lambda f: (f["changed"], f["departments"]), lambda f: f["angry"] is not None),
    ]
    chosen: list[tuple[str, Found]] = []
    for _ in range(2):
        for kind, order, fits in orders:
            left = [fact for fact in told if fits(fact) and fact not in [each for _, each in chosen]]
            if left and len(chosen) < 3:
                chosen.append((kind, max(left, key=lambda fact: (order(fact), fact["number"]))))
    chosen.sort(key=lambda each: [kind for kind, _, _ in orders].index(each[0]))
    names = {row[0]: row[1] for row in await rows.all("SELECT id, name FROM customers")}
    return [_shown(kind, fact, names, w, texts) for kind, fact in chosen]


def _shown(kind: str, fact: Found, names: Mapping[str, str], w: Weeks, texts: Mapping[int, str]) -> Found:
    life: Life = fact["life"]
    ended = next((body for told, _, body in reversed(life.events) if told == "resolved"), None)
    outcome = ended["outcome"] if ended is not None and life.state == "resolved" else None
    return {
        "kind": kind,
        "ref": f"B-{life.number}",
        "network": life.network,
        "customer": names[w.persons[life.customer]],
        "text": texts[life.number],
        "asked": fact["asked"],
        "crowd": fact["crowd"],
        "departments": fact["departments"],
        "differing": fact["differing"],
        "angry": f"B-{fact['angry']}" if fact["angry"] is not None else None,
        "state": life.state,
        "outcome": outcome["kind"] if outcome is not None else None,
        "changed": outcome["changed"] if outcome is not None else None,
    }


async def _facts(w: Weeks, rows: Rows) -> list[Found]:
    here = {life.number for life in w.now}
    same = [(number, leader) for number, leader in await _echoes(rows) if number in here]
    crowd = Counter(leader for _, leader in same)
    asking: defaultdict[int, set[int]] = defaultdict(set)
    for number, idea in await _asking(rows):
        if number in here:
            asking[idea].add(number)
    found = []
    for life in w.now:
        others = {other for numbers in asking.values() if life.number in numbers for other in numbers} - {life.number}
        departments = life.departments(w.end)
        # One department alone is no working together, and does not count for the order either.
        found.append({
            "number": life.number,
            "life": life,
            "changed": changed_something(life, w.end),
            "crowd": crowd[life.number],
            "asked": crowd[life.number] + len(others),
            "departments": len(departments) if len(departments) > 1 else 0,
            "differing": differ(list(life.views(w.end).values())),
            "angry": _angry(life, w),
        })  # fmt: skip
    return found


def _angry(life: Life, w: Weeks) -> int | None:
    if life.mood != "positive":
        return None
    person = w.persons[life.customer]
    before = [
        other.number
        for other in (*w.earlier, *w.now)
        if w.persons[other.customer] == person
        and other.mood == "negative"
        and other.state == "resolved"
        and (ended := other.resolution(datetime.max.replace(tzinfo=w.end.tzinfo))) is not None
        and ended[1] <= life.opened_at
    ]
    return max(before, default=None)


async def _texts(rows: Rows) -> dict[int, str]:
    found: dict[int, str] = {}
    for number, body in await rows.all(
        "SELECT conversation, body FROM posts WHERE conversation IS NOT NULL ORDER BY id DESC"
    ):
        found[number] = json.loads(body).get("text", "")
    return found


async def _echoes(rows: Rows) -> Sequence[Sequence[Any]]:
    return await rows.all("SELECT number, echo_of FROM conversations WHERE echo_of IS NOT NULL")


async def _asking(rows: Rows) -> Sequence[Sequence[Any]]:
    return await rows.all(
        "SELECT a.number, i.root FROM idea_conversations a JOIN ideas i ON i.number = a.idea GROUP BY a.number, i.root"
    )


async def ideas_of_the_week(w: Weeks, rows: Rows) -> Found:
    """What became of ideas; those merged into others are left out."""
    start, end = micros(w.monday), micros(w.end)
    kept = [
        (number, state, raised, since, json.loads(body)["title"])
        for number, state, raised, since, body in await rows.all(
            "SELECT number, state, raised_at, state_since, body FROM ideas WHERE merged_into IS NULL"
        )
    ]
    now = [each for each in kept if start <= each[3] < end]
    here = {life.number for life in w.now}
    asking: defaultdict[int, set[int]] = defaultdict(set)
    leaders = dict(map(tuple, await _echoes(rows)))
    said = await _asking(rows)
    for number, idea in said:
        asking[idea] |= {number} & here
        asking[idea] |= {echo for echo, leader in leaders.items() if leader == number and echo in here}
    titles = {number: (title, state) for number, state, _, _, title in kept}
    most = sorted(((-len(some), idea) for idea, some in asking.items() if some))[:5]

    def latest(state: str) -> list[Found]:
        found = sorted(((since, number) for number, its, _, since, _ in now if its == state), reverse=True)[:5]
        return [_idea(number, titles) for _, number in found]

    return {
        "raised": sum(start <= each[2] < end for each in kept),
        "became": {state: sum(each[1] == state for each in now) for state in STATES},
        "shipped": latest("shipped"),
        "declined": latest("declined"),
        "asked_in_window": [_idea(idea, titles) | {"conversations": -many} for many, idea in most],
        "loops": await _loops(rows, [number for number, state, _, _, _ in now if state == "shipped"], w.end),
    }


def _idea(number: int, titles: Mapping[int, tuple[str, str]]) -> Found:
    title, state = titles[number]
    return {"ref": f"I-{number}", "title": title, "state": state}


async def _loops(rows: Rows, shipped: Sequence[int], end: datetime) -> Found:
    """Who had asked for what shipped, as it stood at the end: what was settled later was open then."""
    untold = Counter[str]()
    left = waiting = told = askers = closed = 0
    for idea in shipped:
        its = [
            (state if instant(at) < end else "open", why)
            for state, why, opened, at in await rows.all(
                f"SELECT state, why, opened_at, at FROM loops WHERE idea = {int(idea)}"
            )
            if instant(opened) < end
        ]
        states = Counter(state for state, _ in its)
        untold.update(why for state, why in its if state == "untold")
        left, told, askers = left + states["left"], told + states["told"], askers + len(its)
        waiting += len(its) - states["left"] - states["told"] - states["untold"]
        closed += bool(its) and states["told"] == len(its)
    whys = ("window", "refused", "deleted", "forgotten", "failed", "unclear")
    return {
        "ideas": len(shipped),
        "closed": closed,
        "askers": askers,
        "told": told,
        "left": left,
        "waiting": waiting,
        "untold": {why: untold[why] for why in whys},
    }
