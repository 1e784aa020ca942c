"""What the measures need, counted by the database; what takes an order, as a median, is found in the few columns it needs."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import ParamSpec, TypeVar

from bot.domain.campaign_measures import CampaignCount
from bot.domain.company_measures import TWICE, Movement, Recorded, Share, Sides, Views, sides, views
from bot.domain.forecasting import Day
from bot.domain.idea_news import NAMED as NAMED_IDEAS
from bot.domain.idea_news import IdeaNews, NamedIdea
from bot.domain.loops import Loops, loops_of
from bot.domain.measures import DAYS, Tally, Window
from bot.domain.narrowing import Narrowing
from bot.domain.open_time import OpenTime
from bot.domain.outcome import OutcomeKind
from bot.domain.policy import Policies
from bot.domain.shifts import Count
from bot.domain.stories import Worth, won_over, worths
from bot.domain.timing import Course, Step, Timing, timings
from bot.domain.trend import Bands
from bot.ports.measures import Listed, Listing, Measures, NarrowMeasures, Work
from storage import campaign_measures, daily
from storage import measure_ideas as idea_sql
from storage import measure_lists as list_sql
from storage import measure_statements as sql
from storage import measure_stories as story_sql
from storage.acts import Acts, counted_acts
from storage.courses import Courses
from storage.engine import NOTHING
from storage.idea_asking import read_idea
from storage.loops import SHIPPED, counted
from storage.moments import moment, stamp
from storage.narrowed import Asks, Narrowed

P = ParamSpec("P")
Found = TypeVar("Found")

_SECOND = 1_000_000

MANY = 20_000
"""From so many conversations on, their times are put in order beside the bot's other work."""


class StoredMeasures(Measures):
    """See `bot.ports.measures.Measures`."""

    def __init__(self, connection: Asks, policies: Policies) -> None:
        self._connection = connection
        self._policies = policies
        # Several measures of a window rest on the same rows.
        self._courses: dict[Window, Courses] = {}
        self._acts: dict[Window, Acts] = {}

    def narrowed(self, narrowing: Narrowing) -> NarrowMeasures:
        """The same over some of the conversations."""
        return StoredMeasures(Narrowed(self._connection, narrowing), self._policies)

    async def began(self) -> datetime | None:
        """When the first conversation was opened."""
        row = await self._connection.one(sql.BEGAN, NOTHING)
        return moment(row[0]) if row is not None else None

    async def tally(self, window: Window) -> Tally:
        """Heard, touched, changed and what belongs to them."""
        then = _of(window)
        totals, ended = await self._connection.several((sql.TOTALS, then), (sql.OUTCOMES, then))
        heard, touched, resolved, changed, *_ = totals[0]
        rows, acts = await self._rows(window), await self._acts_in(window)
        first_human, to_outcome, days = await _beside(len(rows), _waits, rows, window)
        outcomes: dict[str, dict[OutcomeKind, int]] = {}
        for department, kind, many in ended:
            outcomes.setdefault(department, {})[OutcomeKind(kind)] = many
        return Tally(
            heard=heard,
            touched=touched,
            changed=changed,
            resolved=resolved,
            several=acts.several,
            handovers=acts.passed.total(),
            bounces=acts.bounces,
            first_human=first_human,
            to_outcome=to_outcome,
            outcomes=outcomes,
            passed=dict(acts.passed),
            days=days,
        )

    async def weeks(self, windows: Sequence[Window]) -> tuple[Bands, ...]:
        """Heard, touched and changed of each."""
        asked = {
            f"{name}{at}": stamp(instant)
            for at, window in enumerate(windows)
            for name, instant in (("start", window.start), ("end", window.end))
        }
        rows = await self._connection.all(sql.bands(len(windows)), asked)
        return tuple(Bands(windows[at], *counts) for at, *counts in sorted(map(tuple, rows)))

    async def timings(self, window: Window) -> Mapping[Step, Timing]:
        """How long each step took."""
        rows, end = await self._rows(window), stamp(window.end)
        courses = (
            Course(
                opened_at=moment(opened),
                first_human=moment(human) if _before(human, end) else None,
                first_answer=moment(answer) if _before(answer, end) else None,
                outcome=moment(outcome),
                department=department,
            )
            for department, opened, human, answer, outcome in rows
        )
        laid_out: dict[str | None, OpenTime] = {}

        def between(department: str | None, start: datetime, until: datetime) -> timedelta:
            found = laid_out.get(department)
            if found is None:
                hours = self._policies.hours_of(department)
                found = laid_out[department] = OpenTime(hours, window.start, window.end)
            return found.between(start, until)

        return await _beside(len(rows), timings, courses, between)

    async def found(self, start: datetime, end: datetime) -> list[Count]:
        """How many there are by network, topic and mood."""
        rows = await self._connection.all(sql.FOUND, {"start": stamp(start), "end": stamp(end)})
        return [Count(*row) for row in rows]

    async def movement(self, window: Window, before: datetime) -> Movement:
        """Where the customers of the window wrote since `before`."""
        rows = await self._connection.all(sql.MOVED, _of(window) | {"before": stamp(before)})
        moved = {(then, now): many for then, now, many in rows if then is not None and then != now}
        return Movement(
            stayed=sum(many for then, now, many in rows if then == now),
            moved=moved,
            new=sum(many for then, _, many in rows if then is None),
        )

    async def sides(self, window: Window, before: datetime) -> Sides:
        """Advocates and customers at risk, by their moods since `before`."""
        asked = _of(window) | {"before": stamp(before), "twice": TWICE}
        rows = await self._connection.all(sql.SIDES, asked)
        moods = {person: {"positive": positive, "negative": negative} for person, positive, negative in rows}
        told = sides(moods, moods)
        named = [each.customer_id for each in (*told.best, *told.worst)]
        names: dict[str, str] = dict(map(tuple, await self._connection.all(sql.NAMES, {"ids": named})))
        return sides(moods, moods, lambda id_: names.get(id_, ""))

    async def work(self, window: Window) -> Work:
        """Who worked on them."""
        totals, suggested = await self._connection.several((sql.TOTALS, _of(window)), (sql.SUGGESTED, _of(window)))
        by_whom = (await self._acts_in(window)).acted
        to_whom: dict[str, int] = dict(map(tuple, suggested))
        departments = {key: Share(by_whom.get(key, 0), to_whom.get(key, 0)) for key in by_whom.keys() | to_whom.keys()}
        return Work(departments, raised=(totals[0][4], totals[0][5]))

    async def views(self, window: Window) -> Views:
        """What departments saw in them."""
        return views((await self._acts_in(window)).seen)

    async def recorded(self, window: Window) -> Recorded:
        """What of their outcomes stands on the record."""
        kept, entries = await self._connection.several((sql.KEPT, _of(window)), (sql.ENTRIES, _of(window)))
        resolved, written = kept[0]
        return Recorded(written=written, missing=resolved - written, crm=dict(map(tuple, entries)))

    async def loops(self, window: Window) -> Loops:
        """Of the ideas that shipped in the window, how many of those who asked were told until its end."""
        return loops_of(map(counted, await self._connection.all(SHIPPED, _of(window))))

    async def ideas(self, window: Window) -> IdeaNews:
        """What became of ideas in it."""
        then = _of(window)
        limited = then | {"limit": NAMED_IDEAS}
        raised, became, shipped, declined, asked = await self._connection.several(
            (idea_sql.RAISED, then),
            (idea_sql.BECAME, then),
            (idea_sql.SHIPPED, limited),
            (idea_sql.DECLINED, limited),
            (idea_sql.MOST_ASKED, limited),
        )
        return IdeaNews(
            raised=raised[0][0],
            became=dict(map(tuple, became)),
            shipped=tuple(_named(body) for (body,) in shipped),
            declined=tuple(_named(body) for (body,) in declined),
            asked=tuple(_named(body, many) for body, many in asked),
        )

    async def worths(self, window: Window, before: datetime) -> list[Worth]:
        """What makes its conversations worth telling; those that nothing does are left out."""
        then = _of(window)
        changed, crowds, asking, content, angry = await self._connection.several(
            (story_sql.CHANGED, then),
            (story_sql.CROWDS, then),
            (story_sql.ASKING, then),
            (story_sql.CONTENT, then),
            (story_sql.ANGRY, then | {"before": stamp(before)}),
        )
        acts = await self._acts_in(window)
        return worths(
            changed={number for (number,) in changed},
            crowds=dict(map(tuple, crowds)),
            asking=[(root, number) for root, number in asking],
            departments=acts.together,
            seen=acts.seen,
            angry=won_over(content, angry),
        )

    async def daily(self, window: Window) -> list[Day]:
        """What was heard on each of its days."""
        return await daily.daily(self._connection, window)

    async def campaigns(self, window: Window) -> tuple[CampaignCount, ...]:
        """Campaigns beside each other and beside all else."""
        return await campaign_measures.campaigns(self._connection, window)

    async def unheard(self, start: datetime, end: datetime, limit: int) -> list[int]:
        """Conversations that nobody has acted on, the best first."""
        asked = {"start": stamp(start), "end": stamp(end), "limit": limit}
        return [number for (number,) in await self._connection.all(sql.UNHEARD, asked)]

    async def listed(self, window: Window, which: Listing, limit: int) -> list[Listed]:
        """The conversations behind a number, the newest first."""
        rows = await self._connection.all(list_sql.LISTED[which], _of(window) | {"limit": limit})
        return [
            Listed(number, network, topic, mood, department, state, bool(urgent), moment(opened))
            for number, network, topic, mood, department, state, urgent, opened in rows
        ]

    async def languages(self, start: datetime, end: datetime) -> list[str]:
        """In which languages people wrote, the most frequent first."""
        rows = await self._connection.all(list_sql.LANGUAGES, {"start": stamp(start), "end": stamp(end)})
        return [language for (language,) in rows]

    async def _acts_in(self, window: Window) -> Acts:
        if window not in self._acts:
            found = Acts()
            for part in _parts(window):
                counted_acts(await self._connection.all(sql.ACTS, part), found)
            self._acts[window] = found
        return self._acts[window]

    async def _rows(self, window: Window) -> Courses:
        if window not in self._courses:
            found = Courses()
            for part in _parts(window):
                found.add(await self._connection.all(sql.COURSES, part))
            self._courses[window] = found
        return self._courses[window]


def _named(body: str, asked: int = 0) -> NamedIdea:
    idea = read_idea(body)
    return NamedIdea(idea.number, idea.title, idea.state.value, asked)


def _of(window: Window) -> dict[str, int]:
    return {"start": stamp(window.start), "end": stamp(window.end)}


async def _beside(many: int, count: Callable[P, Found], *args: P.args, **kwargs: P.kwargs) -> Found:
    """Counts; where there is much, in a thread: it takes seconds for a year of many, and meanwhile the bot goes on."""
    return count(*args, **kwargs) if many < MANY else await asyncio.to_thread(count, *args, **kwargs)


def _waits(rows: Courses, window: Window) -> tuple[timedelta | None, timedelta | None, tuple[int, ...]]:
    """The medians to the first act of a colleague and to the outcome, and how many were opened each day."""
    end = stamp(window.end)
    return (
        _median(human - opened for _, opened, human, _, _ in rows if human is not None and human < end),
        _median(outcome - opened for _, opened, _, _, outcome in rows if outcome is not None),
        _days(rows.opened, window),
    )


def _parts(window: Window) -> list[dict[str, int]]:
    """The window in parts of a week, so that not all that a long one has is in memory at once."""
    start, end, step = stamp(window.start), stamp(window.end), DAYS * 86_400 * _SECOND
    return [{"start": at, "until": min(at + step, end), "end": end} for at in range(start, end, step)]


def _before(at: int | None, end: int) -> bool:
    return at is not None and at < end


def _median(spans: Iterable[int]) -> timedelta | None:
    """Of microseconds; None without any."""
    ordered = list(spans)
    return timedelta(seconds=median(each / _SECOND for each in ordered)) if ordered else None


def _days(opened: Sequence[int], window: Window) -> tuple[int, ...]:
    ends = [stamp(at) for at in window.day_ends]
    counted = [0] * len(ends)
    for at in opened:
        counted[bisect_right(ends, at)] += 1
    return tuple(counted)
