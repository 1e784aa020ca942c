"""How far we have read X's lists, which come newest first: kept in the cursor, so that nothing is read and billed twice. Pure.

Pages are asked for by the ids between which they lie: https://docs.x.com/x-api/posts/timelines/integrate
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

import orjson

from integrations.networks.x.posts import row, rows

FIELDS = {
    "tweet.fields": "created_at,conversation_id,author_id,entities,lang,note_tweet,public_metrics,referenced_tweets,"
    "in_reply_to_user_id,attachments,edit_history_tweet_ids",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "username,name,verified,profile_image_url,public_metrics",
    "media.fields": "url,preview_image_url,type,alt_text",
}

SEARCHED = timedelta(days=6, hours=23)
"""So far back search goes: seven days."""

_EPOCH_MS = 1_288_834_974_657
_KNOWN = 100
_GONE = ("resource-not-found", "not-authorized-for-resource", "resource-unavailable")


class Went(Enum):
    """What a page was: one before the last, another than was asked for, or the last."""

    ON = auto()
    IGNORED = auto()
    DONE = auto()


def id_at(at: datetime) -> int:
    """The least id of a post of that moment. https://github.com/twitter-archive/snowflake"""
    return max(0, int(at.timestamp() * 1000) - _EPOCH_MS) << 22


@dataclass(slots=True)
class Spot:
    """Where we are in a list: `since` and before is read; below `until` a walk goes on that began at `newest`."""

    since: int = 0
    until: int = 0
    newest: int = 0

    def asks(self, oldest: int = 0) -> dict[str, str]:
        """The parameters of the next page; nothing at or before `oldest` is asked for."""
        until = {"until_id": str(self.until)} if self.until else {}
        return {"since_id": str(max(self.since, oldest)), **until}

    def went(self, ids: Iterable[int], *, more: bool) -> Went:
        """A page came with these; `more`: X says that there are older ones."""
        there = list(ids)
        fresh = [each for each in there if each > self.since and (not self.until or each < self.until)]
        if self.until and there and not fresh and min(there) > self.since:
            return Went.IGNORED
        self.newest = max(self.newest, *fresh, 0)
        if more and fresh and min(there) > self.since:
            self.until = min(fresh)
            return Went.ON
        walked, self.since, self.until, self.newest = bool(self.until), max(self.since, self.newest), 0, 0
        # While we walked, more may have come at the top.
        return Went.ON if walked else Went.DONE


@dataclass(slots=True)
class Place:
    """The cursor: the spot in each list, the newest posts, and the day on which they were last looked up."""

    lists: dict[str, Spot] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    looked: str = ""

    @classmethod
    def read(cls, text: str | None) -> Place:
        """What was kept; nothing where it cannot be read."""
        try:
            kept = orjson.loads(text or "{}")
            lists = {str(name): Spot(**spot) for name, spot in kept.get("lists", {}).items()}
            return cls(lists, [str(each) for each in kept.get("known", ())], str(kept.get("looked", "")))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def spot(self, name: str, first: timedelta) -> Spot:
        """That of a list; of one that was not read yet, so far back."""
        return self.lists.setdefault(name, Spot(id_at(datetime.now(UTC) - first)))

    def write(self) -> str:
        """As text."""
        self.known = list(dict.fromkeys(self.known))[-_KNOWN:]
        return orjson.dumps(asdict(self)).decode()


def ids_of(said: Mapping[str, Any]) -> list[int]:
    """The ids of a page that are numbers."""
    found = (str(row(each).get("id") or "") for each in rows(said.get("data") or []))
    return [int(each) for each in found if each.isdecimal() and len(each) < 20]


def gone(said: Mapping[str, Any]) -> list[str]:
    """The ids that were looked up and are not shown any more: deleted, or of an account that is gone or protected."""
    found = (row(each) for each in rows(said.get("errors") or []))
    return [
        str(each.get("resource_id") or each.get("value")) for each in found if str(each.get("type")).endswith(_GONE)
    ]
