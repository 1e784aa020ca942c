"""Sources come from the configuration, with their secrets from the environment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.config import Config, Source, parse
from bot.domain.delivery import Capabilities, Inbound, Reject
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import ConfigError, PermanentError, RetriableError
from integrations.every_source import CONNECTORS
from integrations.http import Answer, Http
from integrations.source import Connector, Options, SourceSettings, open_sources, written

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
POST = Post(network="x", external_id="1", author=Author(handle="a"), text="t", posted_at=NOW - timedelta(hours=3))


class Window(Connector):
    """Answers may be sent for two hours."""

    abilities = Capabilities(reply=True, longest=280, reply_window=timedelta(hours=2))


def test_each_configured_source_is_opened_with_its_secret() -> None:
    config = Config(
        sources={
            "desk": Source(secret_env="DESK_SECRET"),
            "blog": Source(kind="rss", url="https://a.example/feed", network="blogs", every=timedelta(minutes=3)),
        }
    )
    sources = open_sources(CONNECTORS, config, {"DESK_SECRET": "s"}, Http())
    assert {name: source.kind for name, source in sources.items()} == {"desk": "generic", "blog": "rss"}
    assert sources["desk"].settings.secret == "s"
    assert sources["blog"].every == timedelta(minutes=3)


def test_a_kind_without_a_connector_is_named_with_those_there_are() -> None:
    config = Config(sources={"desk": Source(kind="myspace")})
    with pytest.raises(
        ConfigError, match=r"sources\.desk\.kind: there is no kind “myspace”\. Use one of: .*generic, .*rss"
    ):
        open_sources(CONNECTORS, config, {}, Http())


TOOL = """[sources.tool]
kind = "generic"
account = "acme"

[sources.tool.mapping]
text = "words"
url = "link"
author_handle = "who"
posted_at = "at"
"""


def test_a_tool_has_another_account_than_a_networks_own_source() -> None:
    own = '[sources.sky]\nkind = "bluesky"\naccount = "acme"\npassword_env = "SKY"\n'
    with pytest.raises(ConfigError, match=r"line 3, sources\.tool\.account: sources\.sky has this account, too"):
        open_sources(CONNECTORS, parse(TOOL + own), {}, Http())
    other = TOOL.replace("sources.tool", "sources.other")
    assert set(open_sources(CONNECTORS, parse(TOOL + other), {}, Http())) == {"tool", "other"}


def test_replies_are_possible_within_the_networks_window() -> None:
    source = Window(SourceSettings("x"), Http())
    assert source.refuses(POST, NOW) == "The network takes answers for 2 hours after a post, and those are over."
    assert source.refuses(POST, NOW - timedelta(hours=2)) is None
    assert Connector(SourceSettings("x"), Http()).refuses(POST, NOW)


class FussyOptions(Options):
    channel: str
    """The channel."""
    token_env: str = "FUSSY_TOKEN"
    """The token."""


class Fussy(Connector):
    """Has a setting and a token of its own."""

    Options = FussyOptions
    options: FussyOptions
    kind = "fussy"
    needs = ("url",)


def test_a_kinds_own_settings_are_checked_with_the_line() -> None:
    missing = parse('[sources.a]\nkind = "fussy"\nurl = "https://a.example"\n')
    with pytest.raises(ConfigError, match=r"baton\.toml, line 1, sources\.a\.channel: Field required"):
        open_sources([Fussy], missing, {}, Http())
    unknown = parse('[sources.a]\nkind = "fussy"\nurl = "https://a.example"\nchannel = "x"\ncolour = "red"\n')
    with pytest.raises(ConfigError, match=r"line 5, sources\.a\.colour: .*these settings: channel, token_env"):
        open_sources([Fussy], unknown, {}, Http())
    near = parse('[sources.a]\nkind = "fussy"\nurl = "https://a.example"\nchannel = "x"\nbuget = "3 in 1h"\n')
    with pytest.raises(ConfigError, match=r"line 5, sources\.a\.buget: .*Did you mean `budget`\?"):
        open_sources([Fussy], near, {}, Http())
    without = parse('[sources.a]\nkind = "fussy"\nchannel = "x"\n')
    with pytest.raises(ConfigError, match=r"sources\.a: a source of kind “fussy” needs `url`"):
        open_sources([Fussy], without, {}, Http())


def test_a_token_comes_from_the_environment_and_says_what_to_set() -> None:
    config = parse('[sources.a]\nkind = "fussy"\nurl = "https://a.example"\nchannel = "x"\ntoken_env = "TOKEN_A"\n')
    source = open_sources([Fussy], config, {"TOKEN_A": "abc123"}, Http())["a"]
    assert source.secret("token_env") == "abc123"
    with pytest.raises(PermanentError, match="Set TOKEN_A"):
        open_sources([Fussy], config, {}, Http())["a"].secret("token_env")


async def test_a_request_that_must_wait_fails_unless_somebody_waits_for_it() -> None:
    class Later(Http):
        def __init__(self) -> None:
            super().__init__()
            self.refusals = [RetriableError("429", 5), RetriableError("503", None)]

        async def send(self, method: str, url: str, **request: Any) -> Answer:
            raise self.refusals.pop(0)

    waited: list[RetriableError] = []

    async def waits(error: RetriableError) -> None:
        waited.append(error)

    with pytest.raises(RetriableError, match="429"):
        await Connector(SourceSettings("x"), Later()).ask("GET", "https://a.example")
    patient = Connector(SourceSettings("x"), Later())
    patient.waits = waits
    with pytest.raises(RetriableError, match="503"):
        await patient.ask("GET", "https://a.example")
    assert [error.retry_after for error in waited] == [5]


def test_settings_do_not_show_their_secrets() -> None:
    settings = SourceSettings("x", secret="abc123", secrets={"token_env": "def456"})
    assert "abc123" not in repr(settings)
    assert "def456" not in repr(settings)


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_what_a_refusal_repeats_of_a_secret_is_hidden(status: int) -> None:
    class Repeats(Http):
        async def send(self, method: str, url: str, **request: Any) -> Answer:
            said = b'{"error": {"message": "Malformed access token EAAB-4711, secret abc123"}}'
            return Answer(status, CIMultiDictProxy(CIMultiDict()), said, url)

    source = Connector(SourceSettings("x", secrets={"client_secret_env": "abc123"}), Repeats())
    answer = await source.ask("GET", "https://a.example", secrets=("EAAB-4711", "a"), expected=(400, 401, 500))
    assert answer.body.decode() == '{"error": {"message": "Malformed access token •••, secret •••"}}'


def test_the_window_of_a_budget_is_told_and_restored() -> None:
    source = Connector(SourceSettings("x", budget=(3, timedelta(hours=1))), Http())
    assert source.spent() is None
    source.restore_spent(NOW, 2)
    assert source.spent() == (NOW, 2)
    assert (source.budget, Connector(SourceSettings("x"), Http()).budget) == ((3, timedelta(hours=1)), None)


def test_one_item_that_cannot_be_read_keeps_back_no_other() -> None:
    source = Connector(SourceSettings("x", network="n"), Http())

    def read(item: dict[str, str]) -> SourceEvent | None:
        at = datetime.fromtimestamp(float(item.get("at", "0")), UTC)
        return written(Post(network="n", external_id=item["id"], author=Author(handle="a"), text="t", posted_at=at))

    far = str(-(2**63))
    items: list[dict[str, str]] = [{"id": "1"}, {"no": "id"}, {"id": ""}, {"id": "far", "at": far}, {"id": "2"}]
    events = source.each(items, read)
    assert [event.kind for event in events] == ["created", "unread", "unread", "unread", "created"]
    assert events[1].why == "'id' is missing"
    assert events[1].raw == '{"no":"id"}'
    assert source.each(items, read) == events


def test_an_item_that_is_nested_too_deep_keeps_back_no_other() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"a": deep}
    source = Connector(SourceSettings("x"), Http())
    events = source.each([deep, 1], lambda item: source.hint(str(item), item))
    assert [event.kind for event in events] == ["unread", "hint"]
    assert "'a'" in events[0].raw


async def test_what_a_connector_does_not_override_it_cannot_do() -> None:
    source = Connector(SourceSettings("x"), Http())
    assert isinstance(source.verify(Inbound("POST", {}, {}, b""), NOW), Reject)
    assert [portion async for portion in source.backfill(NOW)] == []
    with pytest.raises(PermanentError):
        await source.poll(None, 1)
    with pytest.raises(PermanentError):
        await source.reply(POST, "hi", "key")
