"""A pretended network and the connector to it: what a test of the contract does with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound
from bot.domain.post import Post, SourceEvent
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, open_sources
from tests.contract.networks import PRETENDED
from tests.fakes.inbox import MemoryInbox
from tests.fakes.networks.pretend import PretendNetwork, Sending

SAID = "My parcel with the grey backpack is late again 📦 ¿dónde está?"
MOST_POLLS = 40
"""So many polls bring everything that a few pages hold."""


@dataclass
class Both:
    """A network and the connector to it; `inbox` has what was heard."""

    network: PretendNetwork
    source: Connector
    inbox: MemoryInbox = field(default_factory=MemoryInbox)
    cursor: str | None = None

    async def hear(self) -> None:
        """Take in whatever the network pushes, and then whatever it gives when it is asked."""
        waiting, self.network.waiting = self.network.waiting, []
        for sending in waiting:
            await self.take(self.source.parse(delivered(self.source, sending)))
        if self.source.capabilities().poll:
            await self.poll()

    async def poll(self) -> None:
        """Ask until there is no more."""
        for _ in range(MOST_POLLS):
            polled = await self.source.poll(self.cursor, 100)
            self.cursor = polled.cursor
            await self.take(polled.events)
            if polled.next_after != timedelta(0):
                return
        raise AssertionError(f"{self.source.name} asks for ever")

    async def take(self, events: Sequence[SourceEvent]) -> None:
        """Keep them; what is but a hint is looked up."""
        fresh = await self.inbox.accept(events, self.source.name)
        for event, new in zip(events, fresh, strict=True):
            if event.kind == "hint" and new:
                await self.take(await self.source.look_up(event))

    def posts(self) -> dict[str, Post]:
        """What customers wrote as it stands now, by id."""
        standing: dict[str, Post] = {}
        for event in self.inbox.events:
            if event.post is not None:
                standing[event.external_id] = event.post
            elif event.kind == "deleted":
                standing.pop(event.external_id, None)
        return standing

    def written(self) -> list[str]:
        """The ids of the posts that came, as often as each was new."""
        return [event.external_id for event in self.inbox.events if event.kind == "created"]

    async def heard(self, text: str = SAID) -> Post:
        """A customer writes, and we hear it."""
        written = self.network.write(text)
        await self.hear()
        assert written in self.posts(), (written, [event.model_dump() for event in self.inbox.events])
        return self.posts()[written]


def opened(network: PretendNetwork, http: Http, **more: Any) -> Connector:
    """As the program opens it."""
    config = Config.model_validate({"sources": {network.kind: {**network.settings, **more}}})
    return open_sources(CONNECTORS, config, network.environment, http)[network.kind]


def inbound(sending: Sending, changed: Mapping[str, str] | None = None) -> Inbound:
    """A webhook as it reaches the door."""
    return Inbound("POST", CIMultiDict({**sending.headers, **(changed or {})}), {}, sending.body)


def delivered(source: Connector, sending: Sending) -> Delivery:
    """A webhook that is let in."""
    verdict = source.verify(inbound(sending), datetime.now(UTC))
    assert isinstance(verdict, Delivery), verdict
    return verdict


def kinds(**can: bool) -> pytest.MarkDecorator:
    """The networks whose connector can do this, by the names of `Capabilities`, or that have it, by those of `PretendNetwork`."""
    by_kind = {connector.kind: connector for connector in CONNECTORS}

    def fits(kind: str) -> bool:
        able = by_kind[kind].abilities
        return all(getattr(able, name, None) or getattr(PRETENDED[kind], name, False) for name in can)

    return pytest.mark.parametrize("kind", [kind for kind in PRETENDED if fits(kind)])


EVERY = kinds()
