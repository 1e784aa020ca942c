"""`doctor` asks the networks: each in its own words, each within its time, and none of them at every look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.config import Config
from bot.errors import NotSetError, PermanentError, RetriableError
from bot.ports import Finding
from bot.ports.tokens import Renew, Token, TokenStanding
from handlers.examination import CHECK_WITHIN, Examination, check_networks
from handlers.source_examination import KEPT, NetworkExamination, token_findings
from integrations.http import Http
from integrations.permission import Permission
from integrations.source import Connector, SourceSettings
from tests.fakes.clock import SetClock

NAME = "Source acme"


class Gated(Connector):
    """Says what a test wants of what is missing."""

    kind = "ping"

    def __init__(self, name: str = "acme") -> None:
        super().__init__(SourceSettings(name), Http())
        self.says: Sequence[str] | Exception = ()
        self.slowly = 0.0
        self.asked = 0

    async def missing(self) -> Sequence[str]:
        self.asked += 1
        await asyncio.sleep(self.slowly)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


class Acting(Gated):
    """Acts by a token of somebody's permission."""

    permission = Permission("https://ping.example/a", "https://ping.example/t")

    def app(self) -> tuple[str, str]:
        return "id", "secret"

    def renewal(self) -> Renew:
        return self.renew

    async def renew(self, kept: str | None) -> Token:
        raise PermanentError("The grant was revoked (invalid_grant).")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def examination(*sources: Connector, clock: SetClock, config: Config | None = None) -> NetworkExamination:
    return NetworkExamination({source.name: source for source in sources}, config or Config(), {}, clock)


async def test_what_is_missing_is_told_in_the_words_of_the_network_with_where_to_read_on(clock: SetClock) -> None:
    source = Gated()
    source.says = ("(#200) Requires pages_read_engagement", "No subscription to “feed”")
    assert await examination(source, clock=clock).examine(1.0) == [
        Finding(NAME, "fail", said, "docs/networks/ping.md says what it needs there.") for said in source.says
    ]


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (PermanentError("403: app not reviewed"), "fail", "403: app not reviewed"),
        (RetriableError("503"), "warn", "it cannot be asked now: 503"),
        (NotSetError("acme is not allowed to act yet"), "warn", "acme is not allowed to act yet"),
        (RuntimeError("a mistake of ours"), "fail", "a mistake of ours"),
    ],
)
async def test_a_network_that_does_not_answer_is_told_of_by_how_it_fails(
    clock: SetClock, error: Exception, state: str, words: str
) -> None:
    source = Gated()
    source.says = error
    [found] = await examination(source, clock=clock).examine(1.0)
    assert (found.state, found.detail) == (state, words)


async def test_a_variable_that_is_not_set_is_told_once(clock: SetClock) -> None:
    source = Gated()
    source.says = NotSetError("acme has no secret yet. Set ACME.")
    config = Config.model_validate({"sources": {"acme": {"kind": "ping", "secret_env": "ACME"}}})
    assert await examination(source, clock=clock, config=config).examine(1.0) == []


async def test_networks_are_asked_at_once_and_again_only_after_some_minutes(clock: SetClock) -> None:
    sources = [Gated(f"s{n}") for n in range(5)]
    for source in sources:
        source.slowly = 0.2
    networks, begun = examination(*sources, clock=clock), time.monotonic()
    await networks.examine(2.0)
    assert time.monotonic() - begun < 0.6
    clock.move(KEPT - timedelta(seconds=1))
    await networks.examine(2.0)
    assert {source.asked for source in sources} == {1}
    clock.move(timedelta(seconds=1))
    await networks.examine(2.0)
    assert {source.asked for source in sources} == {2}


async def test_one_that_is_slow_hides_no_other_and_answers_at_the_next_look(clock: SetClock) -> None:
    slow, fast = Gated("slow"), Gated("fast")
    slow.slowly, slow.says, fast.says = 0.6, ("late words",), ("fast words",)
    networks = examination(slow, fast, clock=clock)
    first = await networks.examine(0.5)
    assert [(each.what, each.detail) for each in first] == [
        ("Source slow", "the network is still being asked"),
        ("Source fast", "fast words"),
    ]
    await asyncio.sleep(0.5)
    assert [each.detail for each in await networks.examine(0.5)] == ["late words", "fast words"]
    assert slow.asked == 1


async def test_doctor_in_a_chat_waits_no_longer_than_a_chat_does(clock: SetClock) -> None:
    hung = Gated()
    hung.slowly = 60
    networks, begun = examination(hung, clock=clock), time.monotonic()
    [found] = await Examination({"Networks": check_networks(networks)}).examine()
    assert time.monotonic() - begun < CHECK_WITHIN
    assert (found.state, found.mend) == ("warn", "Ask again in a minute.")
    await networks.close()


async def test_a_token_that_could_not_be_had_is_told_once_with_how_to_allow_it_anew(clock: SetClock) -> None:
    source = Acting()
    source.says = PermanentError("The grant was revoked (invalid_grant).")
    networks = examination(source, clock=clock)
    with pytest.raises(PermanentError):
        await source.tokens.renew_ahead()
    found = [each for each in await networks.examine(1.0) if each.what == NAME]
    assert len(found) == 1
    assert found[0].state == "fail"
    assert "could not be renewed at" in found[0].detail
    assert "The grant was revoked (invalid_grant)" in found[0].detail
    assert "`app.py sources allow acme`" in found[0].mend


async def test_without_a_secret_to_keep_tokens_with_it_says_so(clock: SetClock) -> None:
    [found] = await examination(Acting(), clock=clock).examine(1.0)
    assert (found.what, found.state, found.mend) == ("Access tokens", "warn", "Set BATON_SECRET: docs/operate.md.")


class TestWhatIsSaidOfATokenAlone:
    """From what is known of it, without it."""

    def said(self, standing: TokenStanding, *, askable: bool = True) -> list[tuple[str, str]]:
        found = token_findings(Acting(), standing, SetClock().now(), askable=askable)
        return [(each.state, each.detail) for each in found]

    def test_one_that_holds_is_not_talked_about(self) -> None:
        now = SetClock().now()
        assert self.said(TokenStanding(now - timedelta(days=1), now + timedelta(days=300))) == []

    def test_a_permission_that_ends_soon_or_is_over_is(self) -> None:
        now = SetClock().now()
        soon, over = now + timedelta(days=20), now - timedelta(days=1)
        assert self.said(TokenStanding(refresh_ends_at=soon)) == [("warn", "its permission ends on 2026-03-22")]
        assert self.said(TokenStanding(refresh_ends_at=over)) == [("fail", "its permission is over since 2026-03-01")]

    def test_one_that_came_without_a_refresh_token_ends_as_it_is(self) -> None:
        now = SetClock().now()
        soon = TokenStanding(now + timedelta(days=20), alone=True)
        assert self.said(soon) == [("warn", "its permission ends on 2026-03-22")]
        assert self.said(soon, askable=False) == [], "the application has another for itself"
        assert self.said(TokenStanding(now + timedelta(days=50), alone=True)) == []

    def test_a_renewal_that_was_cut_off_is_told_where_the_network_then_refuses(self) -> None:
        now = SetClock().now()
        standing = TokenStanding(failure="It was used before.", failed_at=now, cut_off_at=now - timedelta(hours=1))
        [(state, detail)] = self.said(standing)
        assert state == "fail"
        assert "2026-03-02 09:00 UTC: It was used before. A process ended in the middle" in detail
        assert self.said(TokenStanding(cut_off_at=now)) == []

    def test_one_that_was_sealed_with_another_secret_names_the_secret(self) -> None:
        [(state, detail)] = self.said(TokenStanding(unreadable=True))
        assert (state, "another BATON_SECRET" in detail) == ("warn", True)

    def test_where_nobody_can_be_asked_in_a_browser_the_page_of_the_network_helps(self) -> None:
        standing = TokenStanding(failure="No.", failed_at=SetClock().now())
        [found] = token_findings(Acting(), standing, SetClock().now(), askable=False)
        assert found.mend == "docs/networks/ping.md says what it needs there."
