"""Conversations as their trails tell them: when they were opened, who acted, how the baton went, how they ended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.recount.rows import Rows, instant, micros

SURE = 0.5
"""From this confidence on triage is sure."""

NOTHING = {"", "nothing", "none", "no", "-", "n/a"}

Told = tuple[str, datetime, Mapping[str, Any]]
"""An event: its kind, when, and all of it."""


@dataclass
class Life:
    """One conversation: its row, and its events in order."""

    number: int
    customer: str
    network: str
    rung: int
    urgent: bool
    state: str
    events: list[Told] = field(default_factory=list)

    @property
    def opened_at(self) -> datetime:
        return next(at for kind, at, _ in self.events if kind == "opened")

    @property
    def suggested(self) -> list[str]:
        """Departments by the last event that says so."""
        said = [
            body["departments"]
            for kind, _, body in self.events
            if kind in {"opened", "routed"} and "departments" in body
        ]
        return list(said[-1]) if said else []

    def acts(self, end: datetime) -> list[Told]:
        """What colleagues did before the end."""
        return [event for event in self.events if event[2].get("by") and event[1] < end]

    def first(self, end: datetime, kind: str | None = None) -> datetime | None:
        """When a colleague first acted, or the first event of a kind."""
        times = [at for told, at, body in self.events if (told == kind if kind else body.get("by")) and at < end]
        return min(times, default=None)

    def resolution(self, end: datetime) -> Told | None:
        """How it ended, if it is over now and was by the end."""
        last = next((event for event in reversed(self.events) if event[0] in {"resolved", "reopened"}), None)
        return last if last is not None and last[0] == "resolved" and last[1] < end else None

    def departments(self, end: datetime) -> set[str]:
        """Whose people acted."""
        return {body["by"]["department"] for _, _, body in self.acts(end) if body["by"].get("department")}

    def hands(self, end: datetime) -> list[str]:
        """The departments in whose hands the baton was, one after the other; a colleague without one stands for themselves."""
        stops: list[str] = []
        for kind, _, body in self.acts(end):
            stop = body["by"].get("department") or body["by"]["name"]
            if kind in {"claimed", "pass_accepted"} and stops[-1:] != [stop]:
                stops.append(stop)
        return stops

    def views(self, end: datetime) -> dict[str, str]:
        """The latest view of each department."""
        return {body["department"]: body["text"] for kind, _, body in self.acts(end) if kind == "perspective_given"}

    @property
    def campaigns(self) -> set[str]:
        """Those whose rules one of its posts fits."""
        return {name for _, _, body in self.events for name in body.get("campaigns", ())}

    @property
    def reading(self) -> Mapping[str, Any]:
        """What triage made of its newest post."""
        return next((body["reading"] for _, _, body in reversed(self.events) if body.get("reading")), {})

    @property
    def mood(self) -> str | None:
        mood = self.reading.get("mood")
        return mood["name"] if mood and mood["confidence"] >= SURE else None

    @property
    def topic(self) -> str | None:
        sure = [topic["name"] for topic in self.reading.get("topics", ()) if topic["confidence"] >= SURE]
        return next((name for name in sure if not name.startswith("#")), sure[0] if sure else None)


async def lives(rows: Rows, start: datetime, end: datetime) -> list[Life]:
    """All that were opened in this time, but for those filed."""
    among = f"c.opened_at >= {micros(start)} AND c.opened_at < {micros(end)} AND c.filed IS NULL"
    found: dict[int, Life] = {}
    for number, customer, network, rung, urgent, state in await rows.all(
        f"SELECT number, customer_id, network, rung, urgent, state FROM conversations c WHERE {among} ORDER BY number"
    ):
        found[number] = Life(number, customer, network, rung, bool(urgent), state)
    for number, kind, at, body in await rows.all(
        "SELECT t.number, t.kind, t.at, t.body FROM trail t JOIN conversations c ON c.number = t.number "
        f"WHERE {among} ORDER BY t.number, t.seq"
    ):
        found[number].events.append((kind, instant(at), json.loads(body)))
    return list(found.values())


def opened_in(every: Iterable[Life], start: datetime, end: datetime) -> list[Life]:
    return [life for life in every if start <= life.opened_at < end]
