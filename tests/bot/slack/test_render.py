"""Every card becomes blocks that Slack takes, whatever is in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

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
    Span,
    Sparkline,
    Time,
    mentioned,
)
from bot.domain.people import PersonRef
from bot.slack.acts import ACTIONS, read_pressed, read_rest
from bot.slack.render import home, message, sparkline
from bot.slack.spans import Spelling
from bot.views import EXAMPLES, made_up
from tests.bot.slack.judged import Json, interpreted, judge_message, judge_view, strings, visible
from tests.integrations.charts.any_charts import any_chart

CARDS = EXAMPLES
NINE = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)
ANA = PersonRef("p-1", "Ana Lima", "support")
SPELLING = Spelling({"p-1": "U0ANALIMA1"})

pieces = st.sampled_from(
    [
        "<!channel>",
        "<@U123>",
        "<!subteam^S1>",
        "*b*",
        "`",
        "|",
        ">",
        "&",
        "\n",
        "\u202e",
        "مرحبا",
        "😀",
        "x" * 900,
        "<https://a.b|bank.com>",
    ]
)
words = st.lists(st.one_of(pieces, st.text(max_size=30)), max_size=8).map(" ".join)
huge = st.builds(lambda piece, times: piece * times, st.one_of(pieces, words), st.integers(1, 60)).map(
    lambda t: t[:50_000]
)
texts = st.one_of(words, words, huge)
urls = st.one_of(
    st.just("https://example.org/a?b=1&c=<x>|y"), st.just("javascript:alert(1)"), texts, st.just("http://[::1")
)
spans: st.SearchStrategy[Span] = st.one_of(
    texts,
    texts.map(Bold),
    texts.map(Italic),
    texts.map(Code),
    st.builds(Link, texts, urls),
    st.builds(Time, st.just(NINE), st.sampled_from(["time", "day", "moment"])),
    st.builds(Mention, st.builds(PersonRef, st.sampled_from(["p-1", "p-2"]), texts)),
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
    st.builds(Sparkline, texts, st.lists(st.floats(-1e6, 1e6), max_size=12).map(tuple), texts),
    any_chart,
)
cards = st.builds(
    lambda summary, some, times: Card(summary, tuple(some) * times),
    texts,
    st.lists(blocks, max_size=6),
    st.sampled_from([1, 1, 1, 30]),
)


def rendered(*parts: Block) -> list[Json]:
    card = Card("A card", parts)
    made = message(card, SPELLING)
    judge_message(made)
    found: list[Json] = made["blocks"]
    return found


@pytest.mark.parametrize(("name", "card"), CARDS, ids=[name for name, _ in CARDS])
def test_every_example_is_a_message_and_a_home_that_slack_takes(name: str, card: Card) -> None:
    judge_message(message(card, SPELLING))
    judge_view(home(card, SPELLING))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cards)
def test_no_card_breaks_a_limit_or_pings_whatever_is_in_it(card: Card) -> None:
    made = message(card, SPELLING)
    judge_message(made)
    judge_view(home(card, SPELLING))
    for text in [made["text"], *interpreted(made["blocks"])]:
        for entity in re.findall(r"<[^>]*>", text):
            assert re.match(r"<(@U0ANALIMA1>|!date\^|https?://)", entity), entity
    for text in strings(made):
        assert not re.search(r"<!(channel|here|everyone|subteam)|<@U123", text)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_a_customers_words_are_quoted_without_being_interpreted() -> None:
    (block,) = rendered(Quote("*Hello* <b>\n`x` & https://a.example"))
    assert block["elements"] == [
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "*Hello* <b>\n`x` & https://a.example"}]}
    ]


def test_spans_become_pieces_of_rich_text() -> None:
    (block,) = rendered(
        Paragraph(
            (
                "held by ",
                Mention(ANA),
                " until ",
                Time(NINE),
                ", see ",
                Link("the post", "https://example.org/1"),
                Code("x"),
            )
        )
    )
    (section,) = block["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "held by "},
        {"type": "user", "user_id": "U0ANALIMA1"},
        {"type": "text", "text": " until "},
        {"type": "date", "timestamp": 1772442120, "format": "{time}", "fallback": "09:02 UTC"},
        {"type": "text", "text": ", see "},
        {"type": "link", "url": "https://example.org/1", "text": "the post"},
        {"type": "text", "text": " (example.org)"},
        {"type": "text", "text": "x", "style": {"code": True}},
    ]


def test_beside_a_button_the_same_spans_become_escaped_mrkdwn() -> None:
    line = (
        Bold("Ana*"),
        " <!here> ",
        Mention(ANA),
        " ",
        Time(NINE, "moment"),
        " ",
        Link("a|b", "https://example.org/?a=1&b=|"),
    )
    (block,) = rendered(Paragraph(line, Button("Claim", "claim", {"conversation": "B-1"})))
    assert block["text"] == {
        "type": "mrkdwn",
        "verbatim": True,
        "text": "*Ana∗* &lt;\u2060!here&gt; <@U0ANALIMA1> <!date^1772442120^{date_short_pretty} {time}|2026-03-02 09:02 UTC> "
        "<https://example.org/?a=1&amp;b=%7C|a|b> (example.org)",
    }
    assert block["accessory"]["action_id"] == "cmd:claim"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (Link("your bank", "https://bank.example@evil.example/x"), "your bank (evil.example)"),
        (Link("paypal", "https://pаypal.com"), "paypal (xn--pypal-4ve.com)"),
        (Link("example.org", "https://example.org"), "example.org"),
        (Link("the card", "https://acme.slack.com/archives/C1/p1"), "the card"),
        (Link("not slack", "https://notslack.com"), "not slack (notslack.com)"),
        (Link("click", "javascript:alert(1)"), "click"),
        (Link("click", "https://"), "click"),
    ],
)
def test_a_links_true_host_can_be_seen(link: Link, shown: str) -> None:
    assert visible(rendered(Paragraph((link,)))) == shown


def test_a_colleague_without_a_slack_account_is_named() -> None:
    card = Card("x", (Paragraph((Mention(PersonRef("p-9", "Zoë")),)), Facts((("Baton", (Mention(ANA),)),))))
    assert mentioned(card.blocks) == {"p-1", "p-9"}
    assert visible(message(card, SPELLING)["blocks"]).startswith("Zoë\n")


def test_facts_are_one_block_with_a_line_each() -> None:
    (block,) = rendered(Facts((("Baton", ("on the floor\nsince",)), ("Mood", ("low",)))))
    assert visible([block]) == "Baton  on the floor since\nMood  low"


def test_the_same_verb_twice_in_a_row_of_buttons_can_be_told_apart() -> None:
    row = Actions(tuple(Button(f"Claim {n}", "claim", {"conversation": f"B-{n}"}) for n in (1, 2, 3)))
    (block,) = rendered(row)
    assert [element["action_id"] for element in block["elements"]] == ["cmd:claim", "cmd:claim:2", "cmd:claim:3"]
    assert [read_pressed(element) for element in block["elements"]] == [
        ("claim", {"conversation": f"B-{n}"}) for n in (1, 2, 3)
    ]


def test_what_a_menu_offers_can_be_read_back() -> None:
    (block,) = rendered(
        Actions((Menu((Button("Note…", "note", {"conversation": "B-7"}), Button("Open", url="https://a.example"))),))
    )
    (menu,) = block["elements"]
    assert menu["type"] == "overflow"
    assert [read_pressed({"action_id": "menu", "selected_option": option}) for option in menu["options"]] == [
        ("note", {"conversation": "B-7"}),
        None,
    ]


def test_a_menu_of_more_than_five_opens_the_rest() -> None:
    menu = Menu(tuple(Button(f"Do {verb}", verb, {"conversation": "B-7"}) for verb in "abcdefghi"))
    (block,) = rendered(Actions((menu,)))
    *first, rest = block["elements"][0]["options"]
    assert [option["text"]["text"] for option in first] == ["Do a", "Do b", "Do c", "Do d"]
    chosen = {"action_id": "menu", "selected_option": rest}
    assert read_rest(chosen) == (("e", "f", "g", "h", "i"), {"conversation": "B-7"})
    assert read_rest({"action_id": "menu", "selected_option": first[0]}) is None
    assert read_rest({"action_id": "cmd:a", "value": "{}"}) is None


@pytest.mark.parametrize("card", [card for name, card in EXAMPLES if name.endswith("a model at hand")])
def test_the_longest_menu_of_a_conversation_still_opens_its_rest(card: Card) -> None:
    longest = made_up.HELD.number * 10_000
    menus = [
        item for block in card.blocks if isinstance(block, Actions) for item in block.items if isinstance(item, Menu)
    ]
    (menu,) = [
        Menu(tuple(replace(act, args={"conversation": f"B-{longest}"}) for act in each.options)) for each in menus
    ]
    (block,) = rendered(Actions((menu,)))
    (drawn,) = block["elements"]
    assert drawn["type"] == "overflow"
    verbs, _ = read_rest({"action_id": "menu", "selected_option": drawn["options"][-1]}) or ((), {})
    shown = [read_pressed({"action_id": "menu", "selected_option": each}) for each in drawn["options"][:-1]]
    assert [*(verb for verb, _ in filter(None, shown)), *verbs] == [act.command for act in menu.options]


def test_a_long_menu_of_unlike_acts_is_a_select_that_a_changed_card_resets() -> None:
    menu = Menu(tuple(Button(f"Do {verb}", verb, {"conversation": f"B-{verb}"}) for verb in "abcdefghi"))
    (first,), (second,) = rendered(Actions((menu,))), rendered(Paragraph(("changed",)), Actions((menu,)))[1:]
    assert first["elements"][0]["type"] == "static_select"
    assert len(first["elements"][0]["options"]) == 9
    assert first["block_id"] != second["block_id"]


def test_every_action_id_is_listened_to() -> None:
    row = Actions(
        (
            Button("A", "claim"),
            Button("B", url="https://a.example"),
            Button("C", url="https://b.example"),
            Menu((Button("D", "note"),)),
        )
    )
    (block,) = rendered(row)
    assert all(ACTIONS.match(element["action_id"]) for element in block["elements"])


def test_a_press_on_something_of_an_older_version_is_still_readable() -> None:
    assert read_pressed({"action_id": "cmd:claim", "value": "not json"}) == ("claim", {})
    assert read_pressed({"action_id": "link"}) is None
    assert read_pressed({}) is None


def test_a_long_quotation_is_cut_and_a_button_shows_all_of_it() -> None:
    blocks = rendered(Quote("word " * 2000, limit=300), Actions((Button("Claim", "claim", {"conversation": "B-3"}),)))
    assert len(visible(blocks[:1])) <= 300
    assert visible(blocks[:1]).endswith("…")
    assert blocks[-1]["elements"][-1]["action_id"] == "cmd:show"
    assert json.loads(blocks[-1]["elements"][-1]["value"]) == {"conversation": "B-3"}


def test_a_card_with_too_many_parts_keeps_its_buttons_and_says_what_is_missing() -> None:
    many = [Paragraph((f"line {number}",)) for number in range(80)]
    blocks = rendered(
        *many, Actions((Button("Claim", "claim", {"conversation": "B-3"}), Menu((Button("Note", "note"),))))
    )
    assert visible(blocks).count("line ") == 47
    assert "more parts did not fit" in visible(blocks)
    assert [element["action_id"] for element in blocks[-1]["elements"]] == ["cmd:claim", "cmd:show", "menu"]


def test_a_card_that_fits_offers_nothing_more() -> None:
    blocks = rendered(Quote("short"), Actions((Button("Claim", "claim", {"conversation": "B-3"}),)))
    assert [element["action_id"] for element in blocks[-1]["elements"]] == ["cmd:claim"]


def test_an_empty_card_is_still_a_message() -> None:
    assert visible(rendered()) == "Nothing to show."


def test_a_chart_is_drawn_in_text_and_said_in_words() -> None:
    assert sparkline((1, 2, 3, 8)) == "▁▂▃█"
    assert sparkline((4, 4)) == "▄▄"
    assert sparkline(()) == ""
    assert (
        visible(rendered(Sparkline("Mood", (3, 2, 1), "falling since October"))) == "Mood  █▅▁  falling since October"
    )


CHART = Chart(
    "Heard *a week*", "bars", ("1 Sep", "8 Sep", "15 Sep"), (Series("Heard", (3, None, 9)),), "From 3\nto <b>9</b>."
)


def test_a_chart_is_the_picture_that_was_uploaded_with_its_words() -> None:
    made = message(Card("A card", (CHART,)), Spelling({}, {CHART: "F0123456789"}))
    judge_message(made)
    (image,) = made["blocks"]
    assert (image["type"], image["slack_file"]) == ("image", {"id": "F0123456789"})
    assert image["alt_text"] == "From 3 to <b>9</b>."
    assert image["title"]["text"] == "Heard *a week*"


def test_without_a_picture_a_chart_is_bars_of_text_and_words() -> None:
    assert visible(rendered(CHART)) == "Heard *a week*  From 3 to <b>9</b>.\n▃·█  Heard"


@settings(max_examples=40)
@given(any_chart)
@example(Chart("\u202egnp.exe\x00\ud800", "bars", (), (), ""))
def test_any_picture_has_words_that_slack_takes(chart: Chart) -> None:
    judge_message(message(Card("A card", (chart,)), Spelling({}, {chart: "F0123456789"})))


def test_the_notification_text_is_escaped() -> None:
    assert message(Card("<!channel> *now*", ()), SPELLING)["text"] == "&lt;\u2060!channel&gt; ∗now∗"
