"""The mappings in docs/examples/mappings read the deliveries that their tools are known for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from bot.config import parse
from bot.domain.delivery import Delivery
from bot.domain.post import SourceEvent
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.mapping import Mapping
from integrations.source import open_sources
from integrations.tried import open_tried

ROOT = Path(__file__).parent.parent.parent.parent
MAPPINGS = ROOT / "docs" / "examples" / "mappings"
PAYLOADS = ROOT / "tests" / "payloads" / "mappings"
RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(name: str) -> list[SourceEvent]:
    source = open_tried(MAPPINGS / f"{name.partition('_')[0]}.toml")
    return source.parse(Delivery((PAYLOADS / f"{name}.json").read_bytes(), RECEIVED))


def told(events: list[SourceEvent]) -> list[tuple[str, str, str]]:
    return [(event.kind, event.network, event.external_id) for event in events]


def test_sprinklr() -> None:
    [event] = read("sprinklr")
    assert told([event]) == [("created", "x", "1890000000000000001")]
    assert event.post is not None
    assert (event.post.account, event.post.via, event.post.author.handle) == ("acme-listening", "sprinklr", "maya_o")
    assert (event.post.author.followers, event.post.lang, len(event.post.media)) == (1204, "en", 1)
    assert event.post.posted_at == datetime(2026, 11, 22, 8, 15, 0, 123000, tzinfo=UTC)
    assert event.post.raw["payload"]["sentiment"] == -1
    assert told(read("sprinklr_deleted")) == [("deleted", "x", "1890000000000000001")]


def test_talkwalker() -> None:
    article, withheld = read("talkwalker")
    assert told([article, withheld]) == [
        ("created", "web", "https://blog.example/2026/11/crushed-parcels"),
        ("created", "x", "1890000000000000002"),
    ]
    assert article.post is not None
    assert withheld.post is not None
    assert article.post.text.startswith("Crushed parcels, again\n\nWe ordered")
    assert article.post.metrics == {"reach": 42276, "engagement": 12, "comments": 3}
    assert withheld.post.text == "https://x.com/i/status/1890000000000000002"


def test_sprout() -> None:
    comment, direct, review, unread = read("sprout")
    assert told([comment, direct, review]) == [
        ("created", "facebook", "123_456"),
        ("created", "x", "sprout:dm:8"),
        ("created", "google_play", "gp:AOqpTOE_x-1"),
    ]
    assert comment.post is not None
    assert direct.post is not None
    assert review.post is not None
    assert (comment.post.parent_id, comment.post.visibility) == ("9_123", "public")
    assert direct.post.visibility == "private"
    assert (review.post.rating, review.post.lang) == (2, "ja")
    assert unread.kind == "unread"


def test_every_example_is_tried() -> None:
    assert {path.stem for path in MAPPINGS.glob("*.toml")} == {"sprinklr", "talkwalker", "sprout"}


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: str(path.stem))
def test_an_example_says_how_its_deliveries_are_checked(path: Path) -> None:
    assert "auth = " in path.read_text("utf-8")


def test_the_page_explains_a_mapping_that_works_and_names_every_expression() -> None:
    page = (ROOT / "docs" / "listening.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    [source] = open_sources(CONNECTORS, parse(example[1]), {}, Http()).values()
    message = {"permalink": "https://x.com/maya/status/18", "content": {"text": "Flat"}, "createdTime": 1795335300}
    body = orjson.dumps({"eventType": "message.updated", "data": [{"message": message}]})
    assert told(source.parse(Delivery(body, RECEIVED))) == [("edited", "x", "18")]
    assert [name for name in Mapping.model_fields if f"`{name}`" not in page] == []
