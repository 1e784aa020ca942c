"""The clock renews tokens ahead of their end: each source by itself, and one that refuses is left alone for a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.errors import PermanentError, RetriableError
from bot.ports.tokens import Renew, Token
from handlers.jobs.renew_tokens import AFTER_FAILURE, RenewTokens
from integrations.http import Http
from integrations.source import Connector, SourceSettings
from integrations.tokens import InMemory, Tokens, Way
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource


class Acting(Connector):
    """Acts by tokens that hold for 60 days."""

    kind = "ping"

    def __init__(self, name: str, clock: SetClock) -> None:
        super().__init__(SourceSettings(name), Http())
        self.clock = clock
        self.asked = 0
        self.error: Exception | None = None
        self.slowly = 0.0
        self.tokens = Tokens(name, self.kind, "", Way(self.renewal), clock.now)
        self.tokens.keeper = Remembering(clock)

    def renewal(self) -> Renew:
        """Its own."""
        return self.renew

    async def renew(self, kept: str | None) -> Token:
        self.asked += 1
        await asyncio.sleep(self.slowly)
        if self.error is not None:
            raise self.error
        return Token(f"token-{self.asked}", self.clock.now() + timedelta(days=60), "refresh")


class Remembering(InMemory):
    """Knows when it failed by the clock of the test."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__()
        self._clock = clock

    async def failed(self, source: str, why: str) -> None:
        """At the time of the test."""
        self._failures[source] = (why, self._clock.now())


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


async def test_a_source_that_never_asks_anything_has_a_token_that_holds_all_the_same(clock: SetClock) -> None:
    source = Acting("acme", clock)
    job = RenewTokens([source, FakeSource()], clock)
    for _ in range(100):
        await job()
        clock.move(timedelta(days=1))
    assert source.asked == 2
    standing = await source.tokens.standing()
    assert standing is not None
    assert standing.ends_at is not None
    assert standing.ends_at > clock.now() + timedelta(days=9)


@pytest.mark.parametrize("error", [PermanentError("It was revoked."), RetriableError("busy")])
async def test_one_that_is_refused_keeps_back_no_other_and_is_left_alone_for_a_while(
    clock: SetClock, error: Exception
) -> None:
    refused, fine = Acting("refused", clock), Acting("fine", clock)
    refused.error = error
    job = RenewTokens([refused, fine], clock)
    await job()
    await job()
    assert (refused.asked, fine.asked) == (1, 1)
    clock.move(AFTER_FAILURE)
    refused.error = None
    await job()
    assert refused.asked == 2
    standing = await refused.tokens.standing()
    assert standing is not None
    assert not standing.failure


async def test_what_is_under_way_ends_before_the_store_is_closed(clock: SetClock) -> None:
    source = Acting("acme", clock)
    source.slowly = 0.2
    job = RenewTokens([source], clock)
    running = asyncio.create_task(job())
    await asyncio.sleep(0.05)
    await job.close()
    assert await source.tokens.keeper.kept("acme") is not None
    await running
