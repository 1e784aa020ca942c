"""A card as a page: every block is there for whoever sees pictures and whoever does not, and outside text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Chart,
    Code,
    Facts,
    Header,
    Italic,
    Link,
    Mention,
    Menu,
    Paragraph,
    Quote,
    Rule,
    Series,
    Small,
    Sparkline,
    Time,
    text,
)
from bot.domain.people import PersonRef
from bot.page import Setting, as_text, drawn_charts, page
from bot.page.setting import Drawn
from bot.views.examples import EXAMPLES
from bot.words import readable
from tests.bot.page.reading import Read, read
from tests.bot.views.test_hostile import HOSTILE, MARK, hostile_cards

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
BERLIN = Setting("Europe/Berlin", NOW)
CHART = Chart(
    "Heard, three weeks",
    "lines",
    ("W45", "W46", "W47"),
    (Series("Heard", (900, None, 1204.5)), Series("Touched", (500, 560))),
    "Heard rose from 900 to 1,204",
)
ELEMENTS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "p",
        "br",
        "hr",
        "strong",
    ),
    *("em", "code", "a", "time", "blockquote", "span", "div", "img", "picture", "source"),
}


def shown(*blocks: Block, setting: Setting = BERLIN) -> Read:
    return read(page(Card("What it says", blocks), setting))


def told(*blocks: Block) -> str:
    return as_text(Card("What it says", blocks), BERLIN)


@pytest.mark.parametrize(("name", "card"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_card_is_a_whole_page_and_a_text(name: str, card: Card) -> None:
    found = read(page(card, BERLIN))
    assert {tag for tag, _ in found.elements} <= ELEMENTS
    assert found.all("html") == [{"lang": "en", "dir": "ltr"}]
    assert len(found.all("h1")) <= 1, "one title"
    for block in card.blocks:
        if isinstance(block, Header):
            assert readable(block.text) in found.text
            assert block.text.split("\n")[0] in as_text(card, BERLIN)
    assert all(len(line) <= 76 or " " not in line.strip() for line in as_text(card, BERLIN).splitlines())


def test_it_is_read_in_the_language_and_zone_that_are_asked_for() -> None:
    at = Time(datetime(2026, 3, 2, 8, 2, tzinfo=UTC), "moment")
    kathmandu = replace(BERLIN, timezone="Asia/Kathmandu", language="fr")
    assert "2 Mar 13:47" in shown(Paragraph((at,)), setting=kathmandu).text
    assert shown(setting=kathmandu).all("html")[0]["lang"] == "fr"
    found = shown(Paragraph((at, " ", replace(at, style="time"), " ", replace(at, style="day"))))
    assert "2 Mar 09:02 09:02 2 Mar" in found.text
    assert found.all("time")[0]["datetime"] == "2026-03-02T08:02:00+00:00"
    assert "2 Mar 2025" in told(Small((Time(datetime(2025, 3, 2, 8, tzinfo=UTC), "day"),)))


def test_the_year_is_told_where_it_is_another_one_in_the_page_s_zone() -> None:
    new_year = Time(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "day")
    assert "1 Jan 2027" in told(Paragraph((new_year,)))
    assert "31 Dec\n" in as_text(Card("x", (Paragraph((new_year,)),)), replace(BERLIN, timezone="UTC"))


def test_spans_are_what_they_mean() -> None:
    found = shown(
        Paragraph(text(Bold("bold"), Italic("soft"), Code("/baton"), Mention(PersonRef("p-1", "Ana Lima")), " a\nb"))
    )
    assert [tag for tag, _ in found.elements][-6:] == ["p", "strong", "em", "code", "strong", "br"]
    assert "Ana Lima a\nb" in found.text


def test_a_link_shows_where_it_leads_and_leads_only_to_pages() -> None:
    found = shown(
        Paragraph(text(Link("our bank", "https://evil.example/x?a=1&b=2"), Link("run", "javascript:alert(1)")))
    )
    assert [link["href"] for link in found.all("a")] == ["https://evil.example/x?a=1&b=2"]
    assert "our bank (evil.example)run" in found.text
    assert "our bank (https://evil.example/x)" in told(Paragraph(text(Link("our bank", "https://evil.example/x"))))


def test_a_button_says_what_to_type_or_is_a_link() -> None:
    claim = Button("Claim", "claim", {"conversation": "B-12"})
    row = Actions((Button("Open", url="https://acme.example/b"), claim, Menu((Button("Mute", "mute"),))))
    assert "mute" not in shown(row).text + told(row), "what only the menu has is not for readers"
    for block in (row, Actions((Menu((claim,)),)), Paragraph(("Somebody asks",), claim)):
        assert "Claim: /baton claim B-12" in shown(block).text
        assert "Claim: /baton claim B-12" in told(block)
    assert shown(row).all("a")[0]["href"] == "https://acme.example/b"
    assert "Open: https://acme.example/b" in told(row)


def test_facts_have_their_labels() -> None:
    found = shown(Facts((("Together", text("31 ", Bold("%"))), ("", text("and more")))))
    assert [cell["scope"] for cell in found.all("th")] == ["row"]
    assert "Together" in found.text
    assert "Together: 31 %\nand more" in told(Facts((("Together", text("31 ", Bold("%"))), ("", text("and more")))))


def test_a_quotation_is_cut_and_reads_in_its_own_direction() -> None:
    found = shown(Quote("مرحبا " + "x" * 50, limit=20))
    assert found.all("blockquote")[0]["dir"] == "auto"
    assert "x…" in found.text
    assert told(Quote("one\ntwo")) == "> one\n> two\n"
    assert shown(Quote("  ")).all("blockquote") == []


def test_a_chart_without_a_picture_is_a_table_of_its_numbers() -> None:
    found = shown(CHART)
    assert found.all("img") == []
    assert "Heard rose from 900 to 1,204" in found.text
    assert [cell["scope"] for cell in found.all("th")] == ["col", "col", "row", "row", "row"]
    assert re.sub(r"\s+", " ", found.text).strip().endswith("W45 900 500 W46 – 560 W47 1,204.5 –")
    assert "  Heard: W45 900, W46 –, W47 1,204.5" in told(CHART)
    assert "Touched: W45 500, W46 560" in told(CHART)


def test_a_painted_chart_has_its_picture_for_each_screen_and_words_for_those_who_see_none() -> None:
    drawn = Drawn("data:image/svg+xml;base64,AAAA", 640, 320, "data:image/svg+xml;base64,BBBB")
    found = shown(CHART, setting=replace(BERLIN, pictures={CHART: drawn}))
    [img] = found.all("img")
    assert (img["src"], img["alt"], img["width"]) == (drawn.address, CHART.alt, "640")
    [dark] = found.all("source")
    assert (dark["srcset"], dark["media"]) == (drawn.dark, "(prefers-color-scheme: dark)")
    assert CHART.title in found.text
    assert drawn_charts(Card("x", (CHART, Rule(), CHART))) == (CHART,)


def test_a_small_bar_chart_is_told_in_words() -> None:
    line = Sparkline("Heard each day", (1, 2, 4), "1, 2, 4, oldest first")
    found = shown(line)
    assert "Heard each day ▃▅█ 1, 2, 4, oldest first" in found.text
    assert found.all("span")[0]["aria-hidden"] == "true"
    assert told(line) == "Heard each day: 1, 2, 4, oldest first\n"


def test_nothing_is_loaded_from_anywhere() -> None:
    html = page(Card("x", (Header("Title"), CHART)), BERLIN)
    assert not re.search(r"""(?:src|href|srcset)=["'](?!data:|cid:)|url\(|@import|<link|<script""", html)


@given(HOSTILE)
def test_hostile_text_stays_text(words: str) -> None:
    for card in hostile_cards(words):
        found = read(page(card, BERLIN))
        assert {tag for tag, _ in found.elements} <= ELEMENTS
        for tag, attributes in found.elements:
            assert {name for name in attributes if name.startswith("on")} == set()
            assert not any(MARK in value for name, value in attributes.items() if name not in {"alt", "href"})
            assert attributes.get("href", "https://").startswith(("https://", "http://")), tag
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", found.text)
        plain = as_text(card, BERLIN)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]", plain)


@given(HOSTILE)
def test_what_was_written_is_all_there(words: str) -> None:
    found = shown(Quote(words, limit=10_000))
    assert found.text.strip() == readable(words).strip()
