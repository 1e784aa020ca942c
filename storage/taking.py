"""Taking work from the outbox and giving it back: what a worker writes, one transaction a turn.

A turn settles what has ended since the last one and takes what may start now. A lane gives one item at a time: the first
by priority, then by age, and not before the lane's rate lets it. Whoever takes an item raises its `attempt`; what a
worker says about an earlier attempt is ignored, so a worker that was thought dead spoils nothing when it comes back.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import orjson

from bot.ports import Clock, Lane, Taken, Work
from storage import outbox_statements as sql
from storage.engine import Connection, Row
from storage.moments import moment, stamp
from storage.outbox import lane_parts
from storage.patience import Again, Dead

Rate = Callable[[str, Lane], float]
"""Seconds between the starts of two items of a key and method; 0 for as fast as they go."""

SECOND = 1_000_000
"""What the store counts in: microseconds."""

TRIES_WITHOUT_END = 50
"""Work during which a worker died this often is given up: it may be what kills them."""


@dataclass(frozen=True, slots=True)
class Held:
    """Work that this worker has leased: as its handler sees it, and what decides how long it is tried."""

    taken: Taken
    lane: str | None
    tries: int
    age: timedelta


@dataclass(frozen=True, slots=True)
class Ended:
    """How a handler ended: `verdict` is None when the work is done."""

    held: Held
    verdict: Again | Dead | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn took, and in how many seconds something may start that could not yet (None: nothing known)."""

    taken: list[Held] = field(default_factory=list)
    next_in: float | None = None


class Taker:
    """One worker's hands. `worker` is a name that no other worker has or had."""

    def __init__(self, worker: str, clock: Clock, rate: Rate, lease: float) -> None:
        self.worker = worker
        self._clock = clock
        self._rate = rate
        self._lease = round(lease * SECOND)

    async def turn(
        self, connection: Connection, ended: Sequence[Ended], *, lanes: int, free: int, sweep: bool = False
    ) -> Turn:
        """Settle what has ended, then take from at most so many lanes and so much work without one.

        With `sweep`, leases that ran out are ended first.
        """
        await self._settle(connection, ended)
        if sweep:
            await self._sweep(connection)
        now = self._now()
        loose, candidates, due = await connection.several(
            (sql.FREE, {"room": max(free, 0)}), (sql.CANDIDATES, now), (sql.NEXT_DUE, now)
        )
        taken = await self._take(connection, sql.TAKE_FREE, "id", [row[0] for row in loose])
        open_lanes = [lane for lane, _, _, may_take in candidates if may_take]
        # Which ones go first when there are more than hands must not depend on their names.
        chosen = open_lanes if len(open_lanes) <= lanes else random.sample(open_lanes, max(lanes, 0))
        taken += await self._take(connection, sql.TAKE_LANE, "lane", chosen)
        self._pace(connection, taken)
        if due[0][0] is not None and due[0][0] <= 0:
            ready = await connection.all(sql.DUE, now)
            connection.later_many(sql.PROMOTE, [{"id": row[0]} for row in ready])
        return Turn(taken, _soonest(candidates, due[0][0]))

    async def renew(self, connection: Connection, held: Iterable[Held]) -> set[tuple[int, int]]:
        """Lengthen the leases of what is still being worked on; gives the (id, attempt) that are no longer ours."""
        mine = {(each.taken.id, each.taken.attempt) for each in held}
        more = {**self._now(), "lease": self._lease}
        kept = await connection.many(sql.RENEW, [{**self._ours(*each), **more} for each in sorted(mine)])
        return mine - {(row[0], row[1]) for row in kept}

    async def abandon_all(self, connection: Connection) -> int:
        """End every lease, whoever has it: for the only worker there is, when it starts. Gives how many."""
        ended = len(await connection.all(sql.ABANDONED))
        await self._sweep(connection)
        return ended

    async def clock_went_back(self, connection: Connection) -> None:
        """What was to wait for a time that is far off now waits no longer; rates hold again from here on."""
        connection.later(sql.FREE_LANES, self._now())
        connection.later(sql.FREE_WAITING, self._now())

    def _now(self) -> dict[str, Any]:
        # PostgreSQL's statements ask its own clock and leave this out.
        return {"now": stamp(self._clock.now())}

    def _ours(self, row_id: int, attempt: int) -> dict[str, Any]:
        return {"id": row_id, "attempt": attempt, "worker": self.worker}

    async def _take(self, connection: Connection, statement: sql.Both, name: str, values: list[Any]) -> list[Held]:
        fixed = {**self._now(), "worker": self.worker, "lease": self._lease}
        taken = []
        for row in await connection.many(statement, [{**fixed, name: value} for value in values]):
            try:
                taken.append(_held(row))
            except ValueError as error:
                # No handler could do anything with it, and it must not stop the others.
                killed = {"id": row[0], "error": f"its payload is damaged: {error}"}
                connection.later(sql.KILL, {**self._now(), **killed})
        return sorted(taken, key=lambda held: (held.taken.work.priority, held.taken.id))

    def _pace(self, connection: Connection, taken: Iterable[Held]) -> None:
        """The next item of a lane may start one interval from now."""
        for held in taken:
            if held.lane is not None:
                interval = self._rate(held.taken.work.key or "", held.taken.work.lane)
                if interval > 0:
                    self._hold(connection, held.lane, interval)

    def _hold(self, connection: Connection, lane: str, seconds: float) -> None:
        connection.later(sql.HOLD, {**self._now(), "lane": lane, "pause": round(seconds * SECOND)})

    async def _settle(self, connection: Connection, ended: Sequence[Ended]) -> None:
        now = self._now()
        done = [
            {**self._ours(each.held.taken.id, each.held.taken.attempt), **now} for each in ended if each.verdict is None
        ]
        connection.later_many(sql.DONE, done)
        dead = [
            {**self._ours(each.held.taken.id, each.held.taken.attempt), **now, "why": each.verdict.why}
            for each in ended
            if isinstance(each.verdict, Dead)
        ]
        connection.later_many(sql.DEAD, dead)
        for each in ended:
            if isinstance(each.verdict, Again):
                await self._again(connection, each.held, each.verdict)

    async def _again(self, connection: Connection, held: Held, verdict: Again) -> None:
        row = await connection.one(sql.HELD, self._ours(held.taken.id, held.taken.attempt))
        if row is None:
            return
        pause = verdict.pause
        if held.lane is not None and verdict.hold is not None:
            # The lane as a whole waits; the item stays the first in it.
            self._hold(connection, held.lane, verdict.hold)
            pause = 0.0
        await self._back(connection, held.taken.id, row[0], row[1], verdict.why, pause)

    async def _back(
        self, connection: Connection, id: int, kind: str, dedup: str | None, error: str, pause: float
    ) -> None:
        """Make a leased row pending again. A later item of the same work gives way and leaves it its better terms."""
        twin = await connection.one(sql.ABSORB, {**self._now(), "kind": kind, "dedup": dedup}) if dedup else None
        values = {"id": id, "error": error, "pause": round(pause * SECOND)}
        connection.later(sql.AGAIN, {**self._now(), **values, **_terms(twin)})

    async def _sweep(self, connection: Connection) -> None:
        for row_id, kind, dedup, tries in await connection.all(sql.EXPIRED, self._now()):
            if tries >= TRIES_WITHOUT_END:
                why = f"never came to an end in {tries} tries: its worker died each time"
                connection.later(sql.KILL, {**self._now(), "id": row_id, "error": why})
            else:
                await self._back(connection, row_id, kind, dedup, "its worker stopped before the end", 0.0)


def _terms(twin: Row | None) -> dict[str, Any]:
    """Priority and lane of a later item of the same work, for the one that goes on; the least of all if there is none."""
    return {"priority": sql.LEAST_PRIORITY, "lane": None} if twin is None else {"priority": twin[0], "lane": twin[1]}


def _soonest(candidates: Sequence[Row], due: int | None) -> float | None:
    """Seconds until the first lane may go on or the first item becomes due."""
    waits = [next_at - now for _, next_at, now, _ in candidates if next_at > now]
    if due is not None:
        waits.append(due)
    return max(0, min(waits)) / SECOND if waits else None


def _held(row: Row) -> Held:
    row_id, kind, payload, lane, priority, dedup, once, due_at, attempt, tries, since, created_at, now = row
    key, method = (None, "other") if lane is None else lane_parts(lane)
    work = Work(
        kind=kind,
        payload=orjson.loads(payload),
        key=key,
        lane=cast("Lane", method),
        priority=priority,
        dedup=dedup,
        due=moment(due_at),
        once=once,
    )
    taken = Taken(row_id, work, attempt, moment(created_at))
    return Held(taken, lane, tries, timedelta(microseconds=now - since))
