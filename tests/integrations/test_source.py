"""Sources come from the configuration, with their secrets from the environment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Config, Source
from bot.domain.delivery import Capabilities, Inbound, Reject
from bot.domain.post import Author, Post
from bot.errors import ConfigError, PermanentError
from integrations.http import Http
from integrations.networks import CONNECTORS
from integrations.source import Connector, SourceSettings, open_sources

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
    with pytest.raises(ConfigError, match=r"sources\.desk: there is no kind “myspace”\. Use one of: generic, rss"):
        open_sources(CONNECTORS, config, {}, Http())


def test_replies_are_possible_within_the_networks_window() -> None:
    source = Window(SourceSettings("x"), Http())
    assert not source.can_reply(POST, NOW)
    assert source.can_reply(POST, NOW - timedelta(hours=2))
    assert not Connector(SourceSettings("x"), Http()).can_reply(POST, NOW)


async def test_what_a_connector_does_not_override_it_cannot_do() -> None:
    source = Connector(SourceSettings("x"), Http())
    assert isinstance(source.verify(Inbound("POST", {}, {}, b""), NOW), Reject)
    assert [portion async for portion in source.backfill(NOW)] == []
    with pytest.raises(PermanentError):
        await source.poll(None, 1)
    with pytest.raises(PermanentError):
        await source.reply(POST, "hi", "key")
