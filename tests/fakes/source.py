"""A network in memory that takes answers, or does whatever a test has planned for the next ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.delivery import Capabilities, Sent
from bot.domain.post import Post
from bot.domain.templates import Filled, Template
from integrations.http import Http
from integrations.source import Connector, SourceSettings


class Killed(BaseException):
    """The process ends here, as by SIGKILL."""


@dataclass
class Took:
    """The network takes the answer; what the one who sent it sees is this failure instead."""

    then: BaseException


@dataclass(frozen=True)
class Standing:
    """An answer as it stands on the network."""

    post: str
    text: str
    key: str
    sent: Sent


@dataclass
class Plan:
    """What the next calls do, in their order; after them everything succeeds."""

    replies: deque[BaseException | Took] = field(default_factory=deque)
    look_ups: deque[BaseException] = field(default_factory=deque)


class FakeSource(Connector):
    """`standing` is what customers see. `asked` and `looked` count the calls."""

    kind = "demo"
    abilities = Capabilities(reply=True, longest=500, unit="graphemes", once="key")

    def __init__(self, name: str = "demo") -> None:
        super().__init__(SourceSettings(name=name), Http())
        self.plan = Plan()
        self.standing: list[Standing] = []
        self.asked = 0
        self.looked = 0
        self.refusal: str | None = None
        self.offers: list[Template] = []
        self.filled: list[Filled] = []
        self.silent: BaseException | None = None
        """What happens when it is asked for its templates."""

    def able(self, **changes: object) -> None:
        """Change what it can do."""
        self.abilities = replace(self.abilities, **changes)  # type: ignore[arg-type]

    def refuses(self, post: Post, now: datetime) -> str | None:
        """What the test says, or what a connector says."""
        return self.refusal or super().refuses(post, now)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """As planned; where keys are honoured, one that was seen is not taken again."""
        self.asked += 1
        planned = self.plan.replies.popleft() if self.plan.replies else None
        if planned is not None and not isinstance(planned, Took):
            raise planned
        sent = self._take(post, text, idempotency_key)
        if planned is not None:
            raise planned.then
        return sent

    async def templates(self, post: Post) -> Sequence[Template]:
        """Those that a test has it offer."""
        if self.silent is not None:
            raise self.silent
        return self.offers

    async def reply_with(self, post: Post, filled: Filled, text: str, idempotency_key: str) -> Sent:
        """As any other answer, and kept in `filled`."""
        sent = await self.reply(post, text, idempotency_key)
        self.filled.append(filled)
        return sent

    def _take(self, post: Post, text: str, key: str) -> Sent:
        known = next((each for each in self.standing if each.key == key), None)
        if known is not None and self.abilities.once == "key":
            return known.sent
        number = len(self.standing) + 1
        sent = Sent(f"ours-{number}", f"https://social.example/ours/{number}")
        self.standing.append(Standing(post.external_id, text, key, sent))
        return sent

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """What stands there under this post with these words."""
        self.looked += 1
        if self.plan.look_ups:
            raise self.plan.look_ups.popleft()
        there = (each.sent for each in self.standing if (each.post, each.text) == (post.external_id, text))
        return next(there, None)
