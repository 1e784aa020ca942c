"""Which campaigns a post belongs to: however it is written, and whoever tries to look as if."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.domain.campaigns import Campaign, Signs, address, campaigns_of, fold
from bot.domain.post import Author, Post

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def rules(*campaigns: dict[str, Any]) -> tuple[Campaign, ...]:
    parts = [{"name": f"c{at}", **each} for at, each in enumerate(campaigns)]
    return Config.model_validate({"company": {"timezone": "Europe/Paris"}, "campaigns": parts}).campaign_rules


def post(text: str = "hello", **more: Any) -> Post:
    return Post(
        network=more.pop("network", "mastodon"),
        account=more.pop("account", "acme"),
        external_id="1",
        author=Author(handle="maya"),
        text=text,
        posted_at=AT,
        **more,
    )


def fits(rule: dict[str, Any], text: str, at: datetime = AT, source: str = "", **more: Any) -> bool:
    return bool(campaigns_of(rules(rule), post(text, **more), at, source))


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("#Spring", "love it #spring"),
        ("spring", "#SPRING!"),
        ("#spring", "＃ＳＰＲＩＮＧ"),
        ("#straße", "#STRASSE"),
        ("#हिन्दी", "नमस्ते #हिन्दी।"),
        ("#春", "今日は#春 です"),
        ("#spring", "#sale#spring"),
        ("#spring", "#spr\u200cing"),
        ("#café", "#cafe\u0301"),
        ("#été2026", "(#Été2026)"),
        ("#spring", "&#35;spring as some networks send it"),
    ],
)
def test_a_hashtag_is_found_however_it_is_written(tag: str, text: str) -> None:
    assert fits({"hashtags": [tag]}, text)


@pytest.mark.parametrize(
    "text", ["spring", "#springtime", "#offspring", "offer#spring", "https://x.example/page#spring", "/#spring"]
)
def test_what_only_contains_the_word_is_no_hashtag(text: str) -> None:
    assert not fits({"hashtags": ["#spring"]}, text)


@pytest.mark.parametrize(
    "text",
    [
        "see https://acme.example/spring",
        "https://www.ACME.example/spring/shoes?size=40#top",
        "acme.example/spring.",
        "(http://acme.example:80/spring)",
        "https://acme.example/%73pring",
        "https://acme.example/winter/../spring/",
        "“https://acme.example/spring”，你好",
    ],
)
def test_a_link_is_found_by_its_host_and_the_beginning_of_its_path(text: str) -> None:
    assert fits({"links": ["acme.example/spring"]}, text)


@pytest.mark.parametrize(
    "text",
    [
        "https://acme.example/springtime",
        "https://acme.example/",
        "https://acme.example.evil.example/spring",
        "https://notacme.example/spring",
        "https://shop.acme.example/spring",
        "https://acme.example@evil.example/spring",
        "https://evil.example\\@acme.example/spring",
        "https://evil.example/?to=https://acme.example/spring",
        "https://evil.example/acme.example/spring",
        "mail me@acme.example/spring",
        "https://acme.example/spring/../other",
        "https://acme.example:8443/spring",
    ],
)
def test_what_only_looks_like_the_page_is_not_it(text: str) -> None:
    assert not fits({"links": ["https://acme.example/spring/"]}, text)


def test_a_link_behind_words_counts_and_hosts_are_compared_as_browsers_read_them() -> None:
    assert fits(
        {"links": ["acme.example/spring"]}, "here", html='<a href="https://acme.example/spring?a=1&amp;b">here</a>'
    )
    assert fits({"links": ["bücher.example"]}, "https://xn--bcher-kva.example/neu")
    assert address("HTTPS://WWW.Acme.Example./") == address("acme.example")
    assert address("javascript://acme.example/spring") is None
    assert address("https://[half") is None


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("hello @ACME", {}),
        ("＠acme: hello", {}),
        ("hello", {"account": "@Acme"}),
        ("hello", {"source": "ACME"}),
    ],
)
def test_an_account_is_one_that_it_came_to_or_mentions(text: str, more: dict[str, Any]) -> None:
    assert fits({"accounts": ["@acme"]}, text, **{"account": "another", **more})


@pytest.mark.parametrize(
    "text", ["acme", "me@acme", "@acmeshop", "@acme@evil.example", "@acme.evil", "https://x.example/@acme"]
)
def test_an_account_like_ours_is_not_ours(text: str) -> None:
    assert not fits({"accounts": ["acme"]}, text, account="another")


def test_of_hashtags_links_and_accounts_one_is_enough_network_and_time_must_fit_besides() -> None:
    rule = {"hashtags": ["a"], "accounts": ["b"], "networks": ["Mastodon"], "from": "2026-11-20", "until": "2026-11-21"}
    assert fits(rule, "#a")
    assert fits(rule, "@b")
    assert not fits(rule, "nothing of it")
    assert not fits(rule, "#a", network="x")
    assert not fits(rule, "#a", at=AT - timedelta(days=1))
    assert fits({"networks": ["x"]}, "anything", network="x")


def test_days_are_whole_days_of_the_company_s_zone_also_where_a_clock_changes() -> None:
    (rule,) = rules({"from": "2026-10-25", "until": "2026-10-25"})
    # In Paris that day has 25 hours: from 22:00 to 23:00 UTC.
    edges = {
        datetime(2026, 10, 24, 21, 59, tzinfo=UTC): False,
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC): True,
        datetime(2026, 10, 25, 22, 59, tzinfo=UTC): True,
        datetime(2026, 10, 25, 23, 0, tzinfo=UTC): False,
    }
    assert {at: rule.fits(Signs("", "x"), at) for at in edges} == edges


def test_a_post_may_belong_to_several_in_the_order_of_the_file() -> None:
    every = rules({"hashtags": ["b"]}, {"hashtags": ["x"]}, {"hashtags": ["a"]})
    assert campaigns_of(every, post("#a #b"), AT) == ("c0", "c2")
    assert campaigns_of((), post("#a #b"), AT) == ()


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    signs = Signs(text, "x", text, text, f'<a href="{text}">')
    assert all(fold(tag) == tag for tag in signs.hashtags)
    assert all("." in link.host for link in signs.links)
    assert signs.accounts is not None


@pytest.mark.parametrize(
    "text", ["@" * 50_000, "#" * 50_000, "a." * 25_000, "https://" * 6_000, "@a." * 16_000, "a.b/" * 12_000]
)
def test_long_posts_are_read_at_once(text: str) -> None:
    begun = datetime.now(UTC)
    assert not fits({"hashtags": ["x"], "links": ["x.example"], "accounts": ["@nobody"]}, text)
    assert datetime.now(UTC) - begun < timedelta(seconds=2)
