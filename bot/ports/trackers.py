"""Issue trackers, and which idea has which issue there."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IdeaLink, IssueDraft, TrackedIssue


class Tracker(Protocol):
    """One project of a tracker. `kind` names the connector, `name` is the key in baton.toml, `project` what people call it.

    Every call raises `RetriableError` (not now; with the seconds to wait where the tracker says so), `GoneError` where the
    issue is not there any more, or `PermanentError` (in words for whoever can mend it). Texts are plain; the connector
    sees to it that nothing in them pings, links or formats.
    """

    kind: str
    name: str
    project: str

    def ref_of(self, typed: str) -> str | None:
        """The issue meant by an address, `#12` or the like; None where it is none of this project."""
        ...

    def shown(self, state: IdeaState) -> IdeaState:
        """As what an idea in this state is seen there."""
        ...

    async def create(self, draft: IssueDraft, key: str) -> TrackedIssue:
        """Make an issue; raises `UnknownResultError` where it may have been made: `find` tells."""
        ...

    async def find(self, key: str, since: datetime) -> TrackedIssue | None:
        """The issue that was made with this key, not before `since`."""
        ...

    async def look_up(self, ref: str) -> TrackedIssue | None:
        """How it stands now; None where it was deleted or moved elsewhere."""
        ...

    async def news(self, since: datetime) -> list[str]:
        """The issues that changed since then, so that nothing is missed while no webhook came in."""
        ...

    async def move(self, ref: str, state: IdeaState) -> TrackedIssue:
        """Show this state there; the same call again changes nothing."""
        ...

    async def comment(self, ref: str, text: str, key: str, again_since: datetime | None = None) -> None:
        """Write a comment. With `again_since` it may have been written since then: it is looked for first."""
        ...

    def verify(self, request: Inbound, now: datetime) -> Delivery | Reject:
        """Does this request come from the tracker? Looks at nothing but the request and the secret."""
        ...

    def parse(self, delivery: Delivery) -> list[str]:
        """Of which issues of the project it tells that they changed; raises `PermanentError` for what is none of its events.

        What it says of them is not believed: they are looked up. So nothing late, doubled or played again does harm.
        """
        ...

    async def examine(self) -> str:
        """What we may do there, in a line for `doctor`; raises when not."""
        ...


class IdeaLinks(Protocol):
    """Which idea has which issue."""

    async def get(self, tracker: str, ref: str) -> IdeaLink | None:
        """The link to an issue."""
        ...

    async def of(self, idea: int) -> list[IdeaLink]:
        """Those of an idea and of all that it stands for, the oldest first."""
        ...

    async def put(self, link: IdeaLink) -> None:
        """Keep it as it is now."""
        ...

    async def drop(self, tracker: str, ref: str) -> None:
        """The issue is no idea's."""
        ...
