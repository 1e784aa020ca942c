"""Every card becomes an Adaptive Card that clients take, whatever is in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
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
    Small,
    Span,
    Sparkline,
    Time,
    mentioned,
)
from bot.domain.people import PersonRef
from bot.views import EXAMPLES
from tests.bot.teams.judged import markdown_marks, markdown_words, parts, visible
from tests.bot.teams.rendered import made, rendered
from tests.integrations.charts.any_charts import any_chart

NINE = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)
ANA = PersonRef("p-1", "Ana Lima", "support")

pieces = st.sampled_from(
    [
        "<at>Ana Lima</at>",
        "{{TIME(2026-03-02T09:02:00Z)}}",
        "${x}",
        "**b**",
        "`",
        "[bank.com](https://a.b)",
        "1. ",
        "- ",
        "#",
        "&lt;",
        "\\",
        "\n",
        "\u202e",
        "مرحبا",
        "😀",
        "x" * 900,
    ]
)
words = st.lists(st.one_of(pieces, st.text(max_size=30)), max_size=8).map(" ".join)
huge = st.builds(lambda piece, times: piece * times, st.one_of(pieces, words), st.integers(1, 60)).map(
    lambda t: t[:50_000]
)
texts = st.one_of(words, words, huge)
urls = st.one_of(
    st.just("https://example.org/a?b=(1)&c=<x>|y"), st.just("javascript:alert(1)"), texts, st.just("http://[::1")
)
spans: st.SearchStrategy[Span] = st.one_of(
    texts,
    texts.map(Bold),
    texts.map(Italic),
    texts.map(Code),
    st.builds(Link, texts, urls),
    st.builds(Time, st.just(NINE), st.sampled_from(["time", "day", "moment"])),
    st.builds(Mention, st.builds(PersonRef, st.sampled_from(["p-1", "p-2", "p-3"]), texts)),
)
lines = st.lists(spans, max_size=6).map(tuple)
verbs = st.sampled_from(["claim", "show", "pass", "customer"])
args = st.dictionaries(st.sampled_from(["conversation", "query"]), texts, max_size=2)
buttons = st.one_of(st.builds(Button, texts, verbs, args), st.builds(Button, texts, url=urls))
menus = st.builds(Menu, st.lists(buttons, max_size=9).map(tuple))
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Header, texts),
    st.builds(Paragraph, lines, st.none() | buttons),
    st.builds(Quote, texts),
    st.builds(Facts, st.lists(st.tuples(texts, lines), max_size=8).map(tuple)),
    st.builds(Small, lines),
    st.just(Rule()),
    st.builds(Actions, st.lists(st.one_of(buttons, menus), max_size=30).map(tuple)),
    st.builds(Sparkline, texts, st.lists(st.floats(), max_size=12).map(tuple), texts),
    any_chart,
)
cards = st.builds(
    lambda summary, some, times: Card(summary, tuple(some) * times),
    texts,
    st.lists(blocks, max_size=6),
    st.sampled_from([1, 1, 1, 30]),
)


def text_of(*some: Block) -> str:
    (element,) = rendered(*some)
    assert element["type"] == "TextBlock"
    return str(element["text"])


@pytest.mark.parametrize("dialogs", [True, False])
@pytest.mark.parametrize(("name", "card"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_every_example_is_a_card_that_clients_take(name: str, card: Card, dialogs: bool) -> None:
    made(card, dialogs=dialogs)
    made(card, inside=True, leave=Button("Back", "list"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cards)
def test_no_card_breaks_a_limit_mentions_or_formats_whatever_is_in_it(card: Card) -> None:
    shown = made(card)
    ours = {entity["text"] for entity in shown["msteams"]["entities"]}
    for part in parts(shown["body"]):
        if part.get("type") == "TextBlock":
            assert markdown_marks(part["text"]) <= {"strong", "em", "link", "html_inline"}
            assert set(re.findall(r"<at>.*?</at>", part["text"])) <= ours
            assert not re.search(r"\$\{", part["text"])
        if part.get("type") == "TextRun":
            assert not re.search(r"\{\{(DATE|TIME)|\$\{|<at", part["text"])
        if part.get("type") == "Action.OpenUrl":
            assert part["url"].startswith(("http://", "https://"))


def test_a_customers_words_are_quoted_without_being_interpreted() -> None:
    (element,) = rendered(Quote("*Hello* <b>\n`x` & https://a.example"))
    assert element == {
        "type": "Container",
        "style": "emphasis",
        "items": [
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": "*Hello* <\u2060b>\n`x` & https://a.example"}],
            }
        ],
    }


def test_text_without_times_names_and_links_is_not_markdown_and_shows_what_to_type() -> None:
    (element,) = rendered(Paragraph(("Type ", Code("claim B-1"), " or ", Bold("press"), Italic("!"))))
    assert element == {
        "type": "RichTextBlock",
        "inlines": [
            {"type": "TextRun", "text": "Type "},
            {"type": "TextRun", "text": "claim B-1", "fontType": "monospace"},
            {"type": "TextRun", "text": " or "},
            {"type": "TextRun", "text": "press", "weight": "bolder"},
            {"type": "TextRun", "text": "!", "italic": True},
        ],
    }


def test_times_names_and_links_become_what_teams_knows() -> None:
    shown = made(
        Card(
            "x",
            (
                Paragraph(
                    (
                        "held by ",
                        Mention(ANA),
                        " until ",
                        Time(NINE),
                        ", ",
                        Time(NINE, "moment"),
                        ", see ",
                        Link("the post", "https://example.org/1"),
                    )
                ),
            ),
        )
    )
    assert shown["body"][0]["text"] == (
        "held by <at>Ana Lima</at> until {{TIME(2026-03-02T09:02:00Z)}}, "
        "{{DATE(2026-03-02T09:02:00Z, SHORT)}} {{TIME(2026-03-02T09:02:00Z)}}, "
        "see [the post](https://example.org/1) (example.org)"
    )
    assert shown["msteams"]["entities"] == [
        {"type": "mention", "text": "<at>Ana Lima</at>", "mentioned": {"id": "29:ana", "name": "Ana Lima"}}
    ]


def test_somebody_elses_clock_is_told_in_utc() -> None:
    tokyo = datetime.fromisoformat("2026-03-02T18:02:00.25+09:00")
    assert text_of(Paragraph((Time(tokyo, "day"),))) == "{{DATE(2026-03-02T09:02:00Z, SHORT)}}"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (Link("your bank", "https://bank.example@evil.example/x"), "your bank (evil.example)"),
        (Link("paypal", "https://pаypal.com"), "paypal (xn--pypal-4ve.com)"),
        (Link("example.org", "https://example.org"), "example.org"),
        (Link("the card", "https://teams.microsoft.com/l/message/1"), "the card"),
        (Link("not teams", "https://notteams.microsoft.com.evil.example"), "not teams (notteams.microsoft.com.evil.example)"),
        (Link("a](https://evil.example", "https://a.example"), "a)(https://evil.example (a.example)"),
        (Link("click", "javascript:alert(1)"), "click"),
        (Link("click", "https://"), "click"),
    ],
)  # fmt: skip
def test_a_links_true_host_can_be_seen(link: Link, shown: str) -> None:
    assert markdown_words(text_of(Paragraph((link,)))) == shown


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example&sol;@good.example/",
        "https://a.example/)[x](https://evil.example",
        "https://a.example/ \"title\" 'x'",
        "https://a.example/<b>\n\n# x",
    ],
)
def test_an_address_ends_where_it_should_and_leads_to_the_host_that_is_shown(url: str) -> None:
    spelled = text_of(Paragraph((Link("here", url),)))
    found = re.fullmatch(r"\[here\]\(([^\s()]*)\) \(([\w.-]+)\)", spelled.replace("\u2060", ""))
    assert found is not None
    assert markdown_marks(spelled) == {"link"}
    assert not re.search(r"&\w+;", found[1])
    assert found[2] in {"good.example", "a.example"}


def test_namesakes_are_told_apart_and_the_same_person_is_mentioned_once() -> None:
    other = PersonRef("p-3", "Ana Lima", "legal")
    shown = made(Card("x", (Paragraph((Mention(ANA), " ", Mention(other), " ", Mention(ANA))),)))
    assert shown["body"][0]["text"] == "<at>Ana Lima</at> <at>Ana Lima 2</at> <at>Ana Lima</at>"
    assert [entity["mentioned"]["id"] for entity in shown["msteams"]["entities"]] == ["29:ana", "29:other"]


def test_a_colleague_without_a_teams_account_is_named() -> None:
    card = Card("x", (Paragraph((Mention(PersonRef("p-9", "Zoë")),)), Facts((("Baton", (Mention(ANA),)),))))
    assert mentioned(card.blocks) == {"p-1", "p-9"}
    assert visible(made(card)).startswith("Zoë\n")
    assert len(made(card)["msteams"]["entities"]) == 1


def test_a_hostile_name_mentions_nobody_else() -> None:
    shown = made(Card("x", (Paragraph((Mention(PersonRef("p-1", "</at><at>Boss</at> *x*")),)),)))
    (entity,) = shown["msteams"]["entities"]
    assert entity["text"].count("<at>") == 1
    assert shown["body"][0]["text"] == entity["text"]


def test_marks_side_by_side_stay_apart() -> None:
    spelled = text_of(Paragraph((Bold("a"), Bold("b."), "c", Italic("(d)"), Italic("e"), Bold("f"), " ", Time(NINE))))
    assert markdown_marks(spelled) == {"strong", "em"}
    assert markdown_words(spelled) == "ab.c(d)ef {{TIME(2026-03-02T09:02:00Z)}}"


def test_facts_stand_in_two_columns_that_begin_at_the_same_place() -> None:
    (element,) = rendered(Facts((("Baton", ("on the floor\nsince",)), ("Why it is here", ("low",)), ("", ("more",)))))
    assert visible({"body": [element]}) == "Baton  on the floor\nsince\nWhy it is here  low\nmore"
    assert [row["columns"][0]["width"] for row in element["items"][:2]] == ["134px", "134px"]


def test_a_rule_is_a_line_above_what_follows_it() -> None:
    first, second = rendered(Paragraph(("a",)), Rule(), Rule(), Paragraph(("b",)), Rule())
    assert "separator" not in first
    assert second["separator"] is True


def test_small_print_is_close_to_words_but_apart_from_facts() -> None:
    body = rendered(Paragraph(("a",)), Small(("b",)), Facts((("c", ("d",)),)), Small(("e",)))
    assert [element.get("spacing") for element in body] == [None, "small", None, "medium"]


def test_a_long_quotation_is_cut_and_a_button_shows_all_of_it() -> None:
    body = rendered(Quote("word " * 2000, limit=300), Actions((Button("Claim", "claim", {"conversation": "B-3"}),)))
    assert len(visible({"body": body[:1]})) <= 300
    assert visible({"body": body[:1]}).endswith("…")
    assert [act["title"] for act in body[-1]["actions"]] == ["Claim", "Show all"]
    assert body[-1]["actions"][-1]["data"]["args"] == {"conversation": "B-3"}


def test_a_card_with_too_many_parts_keeps_its_buttons_and_says_what_is_missing() -> None:
    many = [Paragraph((f"line {number} " + "é" * 500,)) for number in range(80)]
    body = rendered(
        *many, Actions((Button("Claim", "claim", {"conversation": "B-3"}), Menu((Button("Note", "note"),))))
    )
    said = visible({"body": body})
    kept = said.count("line ")
    assert 20 < kept < 80
    assert f"{80 - kept} more parts did not fit" in said
    assert [act["title"] for act in body[-1]["actions"]] == ["Claim", "Show all", "Note"]


def test_when_the_button_that_shows_all_is_cut_off_another_one_takes_its_place() -> None:
    many = [Paragraph(("é" * 3000,)) for _ in range(20)]
    show = Paragraph(("all of it",), Button("Show", "show", {"conversation": "B-3"}))
    body = rendered(*many, show, Small(("end",)))
    assert [act["title"] for act in body[-1]["actions"]] == ["Show all"]


def test_a_card_that_fits_offers_nothing_more() -> None:
    body = rendered(Quote("short"), Actions((Button("Claim", "claim", {"conversation": "B-3"}),)))
    assert [act["title"] for act in body[-1]["actions"]] == ["Claim"]


def test_an_empty_card_is_still_a_message() -> None:
    assert visible({"body": rendered()}) == "Nothing to show."


def test_the_summary_is_said_where_the_card_cannot_be_shown() -> None:
    shown = made(Card("<at>Ana</at> & {{TIME(x)}}\nnow", ()))
    assert shown["fallbackText"] == "<\u2060at>Ana<\u2060/at> &\u2060 {\u2060{\u2060TIME(x)}} now"
    assert not re.search("[<>&]", shown["speak"])


def test_size_is_that_of_what_is_sent() -> None:
    shown = made(Card("x", tuple(Quote("😀" * 4000, limit=4000) for _ in range(9))))
    assert 30_000 < len(json.dumps(shown)) < 80_000
