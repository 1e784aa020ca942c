"""The token of a source: had once for many who ask, kept, renewed before its end, and not of another grant."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotSetError, PermanentError, UserError
from bot.ports.tokens import Asking, Renew, Token
from integrations.permission import Permission
from integrations.tokens import InMemory, Tokens, Way

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Network:
    """Gives numbered tokens, each with a refresh token that is taken once."""

    life: timedelta | None = timedelta(hours=1)
    now: datetime = NOW
    given: int = 0
    kept: list[str | None] = field(default_factory=list)
    refused: str = ""
    slowly: float = 0.0

    async def renew(self, kept: str | None) -> Token:
        self.kept.append(kept)
        if self.refused:
            raise PermanentError(self.refused)
        await asyncio.sleep(self.slowly)
        self.given += 1
        ends = self.now + self.life if self.life is not None else None
        return Token(f"token-{self.given}", ends, f"refresh-{self.given}")

    def time(self) -> datetime:
        return self.now


def tokens(network: Network, keeper: InMemory | None = None, *, kind: str = "ping", configured: str = "") -> Tokens:
    made = Tokens("acme", kind, configured, Way(lambda: network.renew), network.time)
    made.keeper = keeper or made.keeper
    return made


async def test_a_token_is_used_until_shortly_before_its_end() -> None:
    network = Network()
    held = tokens(network)
    assert [await held.get(network.renew), await held.get(network.renew)] == ["token-1", "token-1"]
    network.now = NOW + timedelta(minutes=54)
    assert await held.get(network.renew) == "token-1"
    network.now = NOW + timedelta(minutes=56)
    assert await held.get(network.renew) == "token-2"
    assert network.kept == [None, "refresh-1"]


async def test_many_who_are_refused_have_one_fresh_token() -> None:
    network = Network()
    held = tokens(network)
    first = await held.get(network.renew)
    assert set(await asyncio.gather(*(held.get(network.renew, refused=first) for _ in range(5)))) == {"token-2"}


async def test_a_token_of_another_process_is_taken_up_within_a_minute() -> None:
    network, keeper = Network(life=timedelta(days=60)), InMemory()
    here, there = tokens(network, keeper), tokens(network, keeper)
    assert await here.get(network.renew) == "token-1"
    assert await there.get(network.renew, refused="token-1") == "token-2"
    assert await here.get(network.renew, refused="token-1") == "token-2"
    network.now += timedelta(minutes=2)
    await there.get(network.renew, refused="token-2")
    assert await here.get(network.renew) == "token-3"
    assert network.given == 3


async def test_what_was_kept_for_another_kind_or_another_configured_token_is_not_used() -> None:
    network, keeper = Network(), InMemory()
    await tokens(network, keeper, configured="one").get(network.renew)
    assert await tokens(network, keeper, configured="one").get(network.renew) == "token-1"
    assert await tokens(network, keeper).get(network.renew) == "token-1"
    assert await tokens(network, keeper, configured="other").get(network.renew) == "token-2"
    assert await tokens(network, keeper, configured="other", kind="pong").get(network.renew) == "token-3"
    assert network.kept == [None, None, None]


async def test_a_renewal_that_is_under_way_ends_though_nobody_waits_for_it_any_more() -> None:
    network, keeper = Network(slowly=0.2), InMemory()
    task = asyncio.create_task(tokens(network, keeper).get(network.renew))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = await keeper.kept("acme")
    assert kept is not None
    assert kept.refresh == "refresh-1"


async def test_a_token_that_could_not_be_kept_is_kept_before_another_is_asked_for() -> None:
    class Full(InMemory):
        full = True

        async def keep(self, source: str, token: Token) -> None:
            if self.full:
                raise OSError("the disk is full")
            await super().keep(source, token)

    network, keeper = Network(), Full()
    held = tokens(network, keeper)
    with pytest.raises(OSError, match="full"):
        await held.get(network.renew)
    keeper.full = False
    assert await held.get(network.renew) == "token-1"
    assert network.given == 1


@pytest.mark.parametrize(
    ("life", "waits", "again"),
    [
        (timedelta(hours=1), timedelta(hours=23), False),
        (timedelta(hours=1), timedelta(hours=25), True),
        (timedelta(days=60), timedelta(days=49), False),
        (timedelta(days=60), timedelta(days=51), True),
        (timedelta(days=10), timedelta(days=7), False),
        (timedelta(days=10), timedelta(days=9), True),
        (None, timedelta(days=900), False),
    ],
)
async def test_the_clock_renews_a_token_before_it_ends_and_looks_after_refresh_tokens_daily(
    life: timedelta | None, waits: timedelta, again: bool
) -> None:
    network = Network(life=life)
    held = tokens(network)
    await held.renew_ahead()
    network.now += waits
    await held.renew_ahead()
    await held.renew_ahead()
    assert network.given == 1 + again


async def test_a_failure_is_told_until_a_token_is_had() -> None:
    network = Network(refused="The grant was revoked.")
    held = tokens(network)
    assert await held.standing() is None
    with pytest.raises(PermanentError):
        await held.renew_ahead()
    standing = await held.standing()
    assert standing is not None
    assert standing.failure == "The grant was revoked."
    network.refused = ""
    await held.renew_ahead()
    standing = await held.standing()
    assert standing is not None
    assert (standing.failure, standing.ends_at) == ("", NOW + timedelta(hours=1))


async def test_the_end_of_a_refresh_token_that_goes_on_is_remembered() -> None:
    async def first(kept: str | None) -> Token:
        return Token("a", NOW, "refresh", NOW + timedelta(days=365))

    async def second(kept: str | None) -> Token:
        return Token("b", NOW + timedelta(hours=1), kept)

    held = tokens(Network())
    await held.get(first)
    assert await held.get(second) == "b"
    standing = await held.standing()
    assert standing is not None
    assert standing.refresh_ends_at == NOW + timedelta(days=365)


async def test_a_permission_replaces_what_was_there_and_is_refused_where_there_is_no_such_way() -> None:
    network, seen = Network(), []

    async def exchange(code: str, asking: Asking) -> Token:
        seen.append((code, asking.verifier))
        return Token("allowed", NOW + timedelta(days=60), "fresh")

    def renewal() -> Renew | None:
        return network.renew

    way = Way(
        renewal, Permission("https://ping.example/a", "https://ping.example/t"), lambda: ("id", "secret"), exchange
    )
    held = Tokens("acme", "ping", "", way, network.time)
    await held.get(network.renew)
    asking = held.ask("https://127.0.0.1/allowed")
    with pytest.raises(UserError, match="not the answer"):
        await held.allow(asking, "https://127.0.0.1/allowed?code=c&state=mine")
    assert (await held.allow(asking, "c")).access == "allowed"
    assert seen == [("c", asking.verifier)]
    assert await held.get(network.renew) == "allowed"
    with pytest.raises(UserError, match="not allowed in this way"):
        tokens(network).ask("https://127.0.0.1/allowed")


async def test_what_is_not_set_is_no_failure_and_nothing_to_renew() -> None:
    def renewal() -> Renew | None:
        raise NotSetError("acme has no app yet.")

    held = Tokens("acme", "ping", "", Way(renewal))
    assert not held.used
    await held.renew_ahead()
    assert await held.standing() is None


def test_a_token_shows_no_secret() -> None:
    assert "hidden" not in repr(replace(Token("hidden"), refresh="hidden"))
