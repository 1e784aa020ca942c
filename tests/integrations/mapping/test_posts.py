"""Deliveries read by a mapping in the configuration, through the source they come to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import parse
from bot.domain.delivery import Delivery
from bot.domain.post import SourceEvent, Visibility
from bot.errors import ConfigError, PermanentError
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import SourceSettings, open_sources

RECEIVED = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAIN = {"items": "posts", "url": "link", "text": "said", "posted_at": "at", "author_handle": "who"}


def read(mapping: dict[str, Any], body: Any, **headers: str) -> list[SourceEvent]:
    source = GenericWebhook(SourceSettings("tool", secret="s", options={"mapping": mapping}), Http())
    return source.parse(Delivery(json.dumps(body).encode(), RECEIVED, "1", headers))


def item(**more: Any) -> dict[str, Any]:
    return {
        "link": "https://x.com/maya/status/18",
        "said": "Crushed again.",
        "at": "2026-11-22T09:15:00Z",
        "who": "maya",
        **more,
    }


def test_a_post_stands_on_the_network_that_its_address_tells() -> None:
    [event] = read(PLAIN, {"posts": [item(mood="bad", deep={"er": 1})]})
    assert (event.kind, event.network, event.account, event.external_id) == ("created", "x", "tool", "18")
    assert event.post is not None
    assert (event.post.via, event.post.author.handle, event.post.text) == ("tool", "maya", "Crushed again.")
    assert event.post.raw == {"mood": "bad", "deep": {"er": 1}}


def test_one_that_cannot_be_read_keeps_back_no_other_and_says_why() -> None:
    events = read(PLAIN, {"posts": [item(at="soon"), "no object", item(link=None), item(said=None, link=None), item()]})
    assert [event.kind for event in events] == ["unread", "unread", "unread", "unread", "created"]
    assert "posted_at: 'soon' is no time" in events[0].why
    assert "no object" in events[1].why
    assert "neither an id nor an address" in events[2].why


def test_a_list_that_is_not_there_keeps_the_delivery_as_it_came() -> None:
    [event] = read(PLAIN, {"event": "ping"})
    assert (event.kind, event.why) == ("unread", "items: “posts” leads to nothing")
    assert read(PLAIN, {"posts": []}) == []


def test_the_body_itself_may_be_the_list_or_the_post() -> None:
    mapping = {name: value for name, value in PLAIN.items() if name != "items"}
    assert len(read(mapping, [item(), item(link="https://x.com/maya/status/19")])) == 2
    assert len(read(mapping, item())) == 1


def test_what_happened_is_told_by_the_item_the_delivery_or_a_header() -> None:
    kinds = {"gone": "deleted", "Changed": "edited", "ping": "nothing"}
    by_item = {**PLAIN, "kind": "what", "kinds": kinds}
    events = read(
        by_item, {"posts": [item(what="GONE"), item(what="changed"), item(what="ping"), item(what="new?"), item()]}
    )
    assert [event.kind for event in events] == ["deleted", "edited", "unread", "created"]
    assert "'new?' is not known" in events[2].why
    assert events[1].revision
    by_delivery = {**by_item, "kind": "_delivery.event"}
    assert [event.kind for event in read(by_delivery, {"event": "gone", "posts": [item()]})] == ["deleted"]
    by_header = {**by_item, "kind": '_headers."x-event"'}
    assert [event.kind for event in read(by_header, {"posts": [item()]}, **{"X-Event": "gone"})] == ["deleted"]


def test_two_edits_are_told_apart() -> None:
    mapping = {**PLAIN, "kind": "'edited'"}
    revisions = [read(mapping, {"posts": [item(said=said)]})[0].revision for said in ("one", "two", "one")]
    assert revisions[0] == revisions[2] != revisions[1]


def test_names_of_networks_are_understood_or_told() -> None:
    mapping = {"text": "said", "tool_id": "id", "network": "net", "networks": {"TW_DM": "x"}}
    names = ["TWITTER", "Facebook Page", "instagram_comment", "TW_DM", "App Store", "my forum", "GOOGLE_MY_BUSINESS"]
    events = read(mapping, [{"said": "Hello", "id": number, "net": name} for number, name in enumerate(names)])
    assert [event.network for event in events] == [
        "x", "facebook", "instagram", "x", "app_store", "my_forum", "google_business",
    ]  # fmt: skip
    assert [event.external_id for event in events] == [f"tool:{number}" for number in range(len(names))]


def test_the_networks_own_id_is_taken_where_it_is_told() -> None:
    mapping = {**PLAIN, "external_id": "id", "network": "net"}
    [event] = read(mapping, {"posts": [item(id=77, net="mastodon")]})
    assert (event.network, event.external_id) == ("mastodon", "77")


def test_constants_hold_for_every_post() -> None:
    constants = {"network": "trustpilot", "visibility": "private", "via": "oldtool", "best_rating": 10}
    [event] = read(
        {**PLAIN, "external_id": "id", "rating": "stars", "constants": constants}, {"posts": [item(id="a", stars="8")]}
    )
    assert event.post is not None
    post = event.post
    assert (post.network, post.visibility, post.via, post.rating, post.best_rating) == (
        "trustpilot",
        "private",
        "oldtool",
        8,
        10,
    )


def test_what_is_optional_and_cannot_be_read_is_kept_and_harms_nothing() -> None:
    more = {
        "author_followers": "f",
        "lang": "l",
        "rating": "r",
        "author_avatar": "a",
        "metrics": {"likes": "n"},
        "media": "m",
    }
    odd = {
        "f": "many",
        "l": "English, mostly",
        "r": 85,
        "a": "ftp://a",
        "n": "1.5k",
        "m": ["data:x", "https://pics.example/1.jpg"],
    }
    [event] = read({**PLAIN, **more}, {"posts": [item(**odd)]})
    assert event.post is not None
    assert event.post.raw["unreadable"] == {
        "author_followers": "many", "lang": "English, mostly", "rating": 85, "author_avatar": "ftp://a",
        "metrics.likes": "1.5k", "media": "data:x",
    }  # fmt: skip
    assert [media.url for media in event.post.media] == ["https://pics.example/1.jpg"]


def test_what_is_nested_without_end_can_still_be_kept() -> None:
    deep: Any = "end"
    for _ in range(400):
        deep = {"in": [deep]}
    [event] = read({**PLAIN, "lang": "l"}, {"posts": [item(l=deep, left=deep)]})
    assert SourceEvent.model_validate_json(event.model_dump_json()) == event


def test_a_visibility_that_is_not_understood_is_private() -> None:
    [event] = read({**PLAIN, "visibility": "v"}, {"posts": [item(v="followers")]})
    assert event.post is not None
    assert event.post.visibility is Visibility.PRIVATE


def test_html_is_made_plain_and_parts_become_paragraphs() -> None:
    [one] = read(
        {"url": "link", "html": "body"}, {"link": "https://blog.example/a", "body": "<p>Flat &amp; wet</p><p>Again</p>"}
    )
    [two] = read(
        {"url": "link", "text": "[title, said, none]"},
        {"link": "https://blog.example/a", "title": "Flat", "said": "Again"},
    )
    assert one.post is not None
    assert two.post is not None
    assert (one.post.text, two.post.text) == ("Flat & wet\n\nAgain", "Flat\n\nAgain")


def test_a_post_whose_words_are_withheld_is_its_address() -> None:
    [event] = read(PLAIN, {"posts": [item(said=None)]})
    assert event.post is not None
    assert event.post.text == "https://x.com/maya/status/18"


def test_an_answer_joins_the_thread_that_its_address_or_its_parents_tells() -> None:
    mapping = {**PLAIN, "parent_url": "up"}
    comment = item(link="https://www.reddit.com/r/a/comments/1abc2d/x/k9xyz/")
    [by_itself] = read(mapping, {"posts": [comment]})
    [by_parent] = read(mapping, {"posts": [{**comment, "up": "https://www.reddit.com/r/a/comments/1abc2d/x/k8aaa/"}]})
    assert by_itself.post is not None
    assert by_parent.post is not None
    assert (by_itself.post.parent_id, by_itself.post.root_id) == ("t3_1abc2d", "t3_1abc2d")
    assert (by_parent.post.parent_id, by_parent.post.root_id) == ("t1_k8aaa", "t3_1abc2d")


def test_the_body_must_be_json_with_something_in_it() -> None:
    source = GenericWebhook(SourceSettings("tool", secret="s", options={"mapping": PLAIN}), Http())
    for body in (b"", b"nonsense", b"null", b"3", b'"text"'):
        with pytest.raises(PermanentError):
            source.parse(Delivery(body, RECEIVED))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('text = "a..b"', "line 5, sources.tool.mapping.text: “a..b” is no JMESPath"),
        ('txt = "a"', "line 5, sources.tool.mapping.txt: Extra inputs"),
        ('timezone = "Mars/Olympus"', "line 5, sources.tool.mapping.timezone: there is no time zone"),
        ('metrics = { likes = "[" }', "line 5, sources.tool.mapping.metrics.likes: “[” is no JMESPath"),
        ('kinds = { gone = "erased" }', "line 5, sources.tool.mapping.kinds.gone: Input should be"),
        ("constants = { text = 3 }", "`text` cannot be a constant"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_with_line_and_field(line: str, said: str) -> None:
    text = f'[sources.tool]\nkind = "generic"\n[sources.tool.mapping]\nurl = "u"\n{line}\n'
    with pytest.raises(ConfigError) as refused:
        open_sources([GenericWebhook], parse(text if "text" in line else f'{text}html = "h"\n'), {}, Http())
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("mapping", "said"), [({"url": "u"}, "`text` or `html`"), ({"text": "t"}, "`url`, `external_id` or `tool_id`")]
)
def test_a_mapping_says_enough(mapping: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(mapping, {})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["link", "said", "at", "who", "up", "x"]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_every_item_becomes_an_event_whatever_is_in_it(items: list[Any]) -> None:
    more = {
        "parent_url": "up",
        "media": "x",
        "rating": "x",
        "author_id": "x",
        "lang": "x",
        "visibility": "x",
        "account": "x",
    }
    events = read({**PLAIN, **more, "metrics": {"likes": "x"}}, {"posts": items})
    assert len(events) == len(items)
    for event in events:
        assert SourceEvent.model_validate_json(event.model_dump_json()) == event
