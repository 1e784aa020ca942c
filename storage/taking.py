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
        connection.later(sql.PROMOTE, now)
        loose, candidates, due = await connection.several(
            (sql.TAKE_FREE, {**now, "worker": self.worker, "lease": self._lease, "room": max(free, 0)}),
            (sql.CANDIDATES, now),
            (sql.NEXT_DUE, now),
        )
        taken = [_held(row) for row in loose]
        open_lanes = [str(lane) for lane, _, _, may_take in candidates if may_take]
        # Which ones go first when there are more than hands must not depend on their names.
        chosen = open_lanes if len(open_lanes) <= lanes else random.sample(open_lanes, max(lanes, 0))
        if chosen:
            taken += await self._take_lanes(connection, chosen)
        taken.sort(key=lambda held: (held.taken.work.priority, held.taken.id))
        return Turn(taken, _soonest(candidates, due[0][0]))

    async def renew(self, connection: Connection, held: Iterable[Held]) -> set[tuple[int, int]]:
        """Lengthen the leases of what is still being worked on; gives the (id, attempt) that are no longer ours."""
        mine = {(each.taken.id, each.taken.attempt) for each in held}
        rows = await connection.all(
            sql.RENEW,
            {**self._now(), "lease": self._lease, "worker": self.worker, "held": _attempts(mine)},
        )
        kept = {int(row[0]) for row in rows}
        return {each for each in mine if each[0] not in kept}

    async def abandon_all(self, connection: Connection) -> int:
        """End every lease, whoever has it: for the only worker there is, when it starts. Gives how many."""
        ended = len(await connection.all(sql.ABANDONED))
        await self._sweep(connection)
        return ended

    def _now(self) -> dict[str, Any]:
        # PostgreSQL's statements ask its own clock and leave this out.
        return {"now": stamp(self._clock.now())}

    async def _take_lanes(self, connection: Connection, lanes: list[str]) -> list[Held]:
        wanted = orjson.dumps([{"lane": lane} for lane in lanes]).decode()
        rows = await connection.all(
            sql.TAKE_LANES, {**self._now(), "worker": self.worker, "lease": self._lease, "lanes": wanted}
        )
        taken = [_held(row) for row in rows]
        pauses = {held.lane: self._rate(held.taken.work.key or "", held.taken.work.lane) for held in taken}
        self._hold(connection, {lane: pause for lane, pause in pauses.items() if lane is not None and pause > 0})
        return taken

    def _hold(self, connection: Connection, pauses: dict[str, float]) -> None:
        if pauses:
            rows = [{"lane": lane, "pause": round(pause * SECOND)} for lane, pause in sorted(pauses.items())]
            connection.later(sql.HOLD, {**self._now(), "lanes": orjson.dumps(rows).decode()})

    async def _settle(self, connection: Connection, ended: Sequence[Ended]) -> None:
        done = [(each.held.taken.id, each.held.taken.attempt) for each in ended if each.verdict is None]
        if done:
            connection.later(sql.DONE, {**self._now(), "worker": self.worker, "ended": _attempts(done)})
        dead = [
            {"id": each.held.taken.id, "attempt": each.held.taken.attempt, "why": each.verdict.why}
            for each in ended
            if isinstance(each.verdict, Dead)
        ]
        if dead:
            values = {**self._now(), "worker": self.worker, "ended": orjson.dumps(dead).decode()}
            connection.later(sql.DEAD, values)
        for each in ended:
            if isinstance(each.verdict, Again):
                await self._again(connection, each.held, each.verdict)

    async def _again(self, connection: Connection, held: Held, verdict: Again) -> None:
        ours = {"id": held.taken.id, "attempt": held.taken.attempt, "worker": self.worker}
        row = await connection.one(sql.HELD, ours)
        if row is None:
            return
        pause = verdict.pause
        if held.lane is not None and verdict.hold is not None:
            # The lane as a whole waits; the item stays the first in it.
            self._hold(connection, {held.lane: verdict.hold})
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


def _attempts(held: Iterable[tuple[int, int]]) -> str:
    return orjson.dumps([{"id": row_id, "attempt": attempt} for row_id, attempt in held]).decode()


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
