"""How far the places of an account have been read: one round over all of them, then the next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

import orjson

from bot.domain.post import SourceEvent
from integrations.source import FIRST_LOOK

_BACK = FIRST_LOOK.total_seconds()
"""A round reads so far back behind the one before: Google may show a review some time after it was written."""

_REMEMBERED = 2_000
_MOST_VANISHED = 10
"""So many reviews of a place that are missing in its list are asked for one by one in a round."""


@dataclass(slots=True)
class Round:
    """What was changed before `since` (Unix seconds) is done; `left` are the places still to be read in the round that began
    at `begun`, the first of them from `page` on. `seen` has the revision of what was heard, by id."""

    since: float
    begun: float = 0.0
    left: list[str] = field(default_factory=list)
    page: str = ""
    seen: dict[str, str] = field(default_factory=dict)
    _met: list[str] | None = None
    """What the lists of the present place have shown; None where they were begun by an earlier poll."""

    @classmethod
    def read(cls, cursor: str | None, now: datetime) -> Self:
        """As written; without one, a day back."""
        said = orjson.loads(cursor) if cursor else {"since": now.timestamp() - _BACK}
        return cls(**said, _met=None if said.get("page") else [])

    def write(self) -> str:
        """As a cursor."""
        kept = {name: value for name, value in asdict(self).items() if name != "_met"}
        return orjson.dumps({**kept, "seen": dict(list(self.seen.items())[-_REMEMBERED:])}).decode()

    def begin(self, places: Iterable[str], now: datetime) -> None:
        """The next round, where none is under way."""
        if not self.left:
            self.left, self.begun, self.page, self._met = list(places), now.timestamp(), "", []

    def expect(self, ids: Iterable[str]) -> None:
        """What was heard otherwise: a list will show it, or it is gone."""
        for id_ in ids:
            self.seen.setdefault(id_, "")

    def refused(self) -> bool:
        """Google gives no list: where it was a further page, the place is begun anew, else left out. Is it left out?"""
        if out := not self.page:
            self._on()
        self.page, self._met = "", []
        return out

    def news(self, events: Sequence[SourceEvent], page: str) -> tuple[list[SourceEvent], list[str]]:
        """What of a page is new; and at the end of a place the ids that should have been there and were not."""
        news, oldest = list[SourceEvent](), self.begun
        for event in events:
            if event.post is None:
                news.append(event)
                continue
            oldest = changed = float(event.revision)
            if self._met is not None:
                self._met.append(event.external_id)
            if changed >= self.since or event.external_id in self.seen:
                before = self.seen.pop(event.external_id, None)
                self.seen[event.external_id] = event.revision
                news += [event] if before != event.revision else []
        if page and (not events or oldest >= self.since):
            self.page = page
            return news, []
        vanished = self._vanished(oldest if page else 0.0)
        self.page, self._met = "", []
        self._on()
        return news, vanished

    def forgotten(self, gone: Sequence[str]) -> Sequence[str]:
        """The same; they are not looked for any more."""
        self.seen = {id_: at for id_, at in self.seen.items() if id_ not in gone}
        return gone

    def _vanished(self, down_to: float) -> list[str]:
        if self._met is None:
            return []
        here, met = f"{self.left[0]}/", set(self._met)
        should = [id_ for id_, at in self.seen.items() if id_.startswith(here) and float(at or self.begun) > down_to]
        return [id_ for id_ in should if id_ not in met][-_MOST_VANISHED:]

    def _on(self) -> None:
        self.left = self.left[1:]
        if not self.left:
            self.since = self.begun - _BACK
