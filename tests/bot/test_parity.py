"""Slack and Teams show the same: each fact and each button of every card, within the limits of each.

Both are held against the neutral card, so that neither can be wrong in the same way as the other without its being seen.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

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
    Text,
    Time,
)
from bot.slack import spans as slack_spans
from bot.slack.render import message
from bot.teams import spans as teams_spans
from bot.teams.render import adaptive
from bot.views import EXAMPLES, made_up
from handlers.commands import COMMANDS
from tests.bot.neutral import ON_SLACK, ON_TEAMS, SLACK_NAMES, TEAMS_NAMES, said
from tests.bot.seen_on import Json, Press, Seen, norm, on_slack, on_teams, pressed
from tests.bot.slack.judged import judge_message
from tests.bot.teams.judged import judge_card

SPECS = [command.spec for command in COMMANDS]
ACTS = frozenset(spec.name for spec in SPECS if not spec.reads)
CARDS = [pytest.param(card, id=name) for name, card in EXAMPLES]

EVERYTHING = Card(
    "Everything a card can hold",
    (
        Header("Every *kind* of part"),
        Paragraph((Bold("a*b"), " ", Italic("c_d"), " ", Code("/baton claim"), " & <at>Ana</at>")),
        Paragraph(
            (
                Mention(made_up.ANA),
                " ",
                Time(made_up.NOW),
                " ",
                Time(made_up.NOW, "day"),
                " ",
                Time(made_up.NOW, "moment"),
            ),
            Button("Claim", "claim", {"conversation": "B-1"}, "primary"),
        ),
        Quote("1. [bank](https://evil.example)\n- <!channel> {{DATE(2026-01-01T00:00:00Z)}}"),
        Rule(),
        Facts(
            (
                ("Post", ("see ", Link("the post", "https://a.example/x"), " of today")),
                ("Mood", ("low\nfalling",)),
                ("", ("more",)),
            )
        ),
        Sparkline("Heard", (1.0, 2.0, 3.0), "1, 2, 3, oldest first"),
        Chart(
            "*Moods* <b>", "lines", ("1 Sep", "8 Sep"), (Series("Mastodon", (0.5, None)),), "Down to _nothing_ & up."
        ),
        Small(("by ", Mention(made_up.BEN), ", ", Bold("38 %"))),
        Actions(
            (
                *(Button(f"Claim {n}", "claim", {"conversation": f"B-{n}"}) for n in range(7)),
                Button("Open", url="https://a.example"),
                Menu(
                    tuple(
                        Button(f"{verb}…", verb, {"conversation": "B-1"})
                        for verb in ("note", "pass", "wait", "mute", "join", "show")
                    )
                ),
            )
        ),
    ),
)


def slack_message(card: Card) -> list[Json]:
    pictures = {block: f"F{at:09}" for at, block in enumerate(card.blocks) if isinstance(block, Chart)}
    made = message(card, slack_spans.Spelling(ON_SLACK, pictures))
    judge_message(made)
    blocks: list[Json] = made["blocks"]
    return blocks


def teams_card(card: Card, *, dialogs: bool) -> Json:
    made = adaptive(card, teams_spans.Spelling(ON_TEAMS), acts=ACTS, dialogs=dialogs)
    judge_card(made)
    return made


# What the neutral card says.


def typed_on_teams(card: Card) -> Card:
    """The card with what is to be typed as it is typed on Teams, which has no slash commands."""
    return replace(card, blocks=tuple(map(_retyped, card.blocks)))


def _retyped(block: Block) -> Block:
    match block:
        case Paragraph() | Small():
            return replace(block, text=_respelled(block.text))
        case Facts():
            return Facts(tuple((_called(label), _respelled(value)) for label, value in block.rows))
        case _:
            return block


def _respelled(text: Text) -> Text:
    return tuple(Code(_called(span.text)) if isinstance(span, Code) else span for span in text)


def _called(words: str) -> str:
    head, _, rest = words.partition(" ")
    if head == "/baton":
        return f"@Baton {rest}".strip()
    return f"@Baton {head[1:]}" if head.startswith("/") and not rest else words


def presses(card: Card) -> Iterator[Press]:
    for block in card.blocks:
        if isinstance(block, Paragraph) and block.beside is not None:
            yield _press(block.beside)
        for item in block.items if isinstance(block, Actions) else ():
            yield from map(_press, item.options if isinstance(item, Menu) else (item,))


def _press(act: Button) -> Press:
    return pressed(act.label, act.command, act.args, act.url or "")


# What is amiss with what a platform shows of it.


def missing(card: Card, seen: Seen) -> list[str]:
    """What the card says and the platform does not, or the other way round; nothing when all is well."""
    found: list[str] = []
    place = 0
    for text in said(card):
        at = seen.words.find(text, place)
        if at < 0:
            found.append(f"not said: {text}")
        else:
            place = at + len(text)
    # A chart is drawn, or stands there in words, with a bar of text for each of its series.
    small = [len(block.values) for block in card.blocks if isinstance(block, Sparkline)]
    every = [many for block in card.blocks for many in _bars(block)]
    found += [f"bars: {seen.bars}"] if seen.bars not in (small, every) else []
    return found + unlike(Counter(presses(card)), Counter(seen.presses))


def _bars(block: Block) -> list[int]:
    match block:
        case Sparkline():
            return [len(block.values)]
        case Chart():
            return [len(series.values) for series in block.series]
        case _:
            return []


def unlike(wanted: Counter[Press], shown: Counter[Press]) -> list[str]:
    """Where a label is shown only later, the verb and its arguments count."""
    lacking, extra = wanted - shown, shown - wanted
    for press in list(extra.elements()):
        later = next((want for want in lacking if not press.label and want.verb and _same_act(want, press)), None)
        if later is not None:
            lacking -= Counter([later])
            extra -= Counter([press])
        elif press.label == norm("Show all"):
            extra -= Counter([press])
    return [f"no button: {press}" for press in lacking] + [f"another button: {press}" for press in extra]


def _same_act(one: Press, other: Press) -> bool:
    return (one.verb, one.args) == (other.verb, other.args)


@pytest.mark.parametrize("card", [*CARDS, pytest.param(EVERYTHING, id="everything")])
def test_slack_shows_all_of_a_card(card: Card) -> None:
    assert missing(card, on_slack(slack_message(card), SLACK_NAMES)) == []


@pytest.mark.parametrize("dialogs", [True, False], ids=["dialogs", "in place"])
@pytest.mark.parametrize("card", [*CARDS, pytest.param(EVERYTHING, id="everything")])
def test_teams_shows_all_of_a_card(card: Card, dialogs: bool) -> None:
    assert missing(typed_on_teams(card), on_teams(teams_card(card, dialogs=dialogs), TEAMS_NAMES)) == []


@pytest.mark.parametrize("card", [*CARDS, pytest.param(EVERYTHING, id="everything")])
def test_on_teams_only_what_changes_something_acts_at_once(card: Card) -> None:
    for element in _action_sets(teams_card(card, dialogs=True)["body"]):
        for act in element["actions"]:
            asks = act["title"].endswith("…")
            at_once = act["type"] == "Action.Execute"
            assert at_once == (act.get("verb") in ACTS and not asks)
            if act["type"] == "Action.Submit":
                assert act["data"]["msteams"] == {"type": "task/fetch"}


def _action_sets(elements: list[Json]) -> Iterator[Json]:
    for element in elements:
        if element["type"] == "ActionSet":
            yield element
        for column in element.get("columns", ()):
            yield from _action_sets(column["items"])


# Would the comparison notice?


def without_each_part(value: object, keys: frozenset[str]) -> Iterator[Json]:
    """Copies of a structure that each lack one of the things in its lists of that name."""
    for path, length in list(_lists(value, keys, ())):
        for number in range(length):
            lesser = copy.deepcopy(value)
            target: object = lesser
            for step in path:
                target = target[step]  # type: ignore[index]
            assert isinstance(target, list)
            del target[number]
            assert isinstance(lesser, dict)
            yield lesser


def _lists(
    value: object, keys: frozenset[str], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if name in keys and isinstance(part, list):
                yield (*path, name), len(part)
            if name not in {"fallback", "data"}:
                yield from _lists(part, keys, (*path, name))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _lists(part, keys, (*path, number))


@pytest.mark.parametrize("card", [*CARDS, pytest.param(EVERYTHING, id="everything")])
def test_whatever_teams_would_lack_is_noticed(card: Card) -> None:
    parts = frozenset({"body", "items", "columns", "inlines", "actions"})
    made = teams_card(card, dialogs=True)
    whole, noticed = on_teams(made, TEAMS_NAMES), 0
    for lacking in without_each_part(made, parts):
        seen = on_teams(lacking, TEAMS_NAMES)
        if seen != whole:
            noticed += 1
            assert missing(typed_on_teams(card), seen)
    assert noticed >= sum(not isinstance(block, Rule) for block in card.blocks)


@pytest.mark.parametrize("card", [*CARDS, pytest.param(EVERYTHING, id="everything")])
def test_whatever_slack_would_lack_is_noticed(card: Card) -> None:
    made = {"blocks": slack_message(card)}
    whole, noticed = on_slack(made["blocks"], SLACK_NAMES), 0
    for lacking in without_each_part(made, frozenset({"blocks", "elements", "options"})):
        seen = on_slack(lacking["blocks"], SLACK_NAMES)
        if seen != whole:
            noticed += 1
            assert missing(card, seen)
    assert noticed >= sum(not isinstance(block, Rule) for block in card.blocks)


def test_a_wrong_word_verb_or_argument_is_noticed() -> None:
    seen = on_teams(teams_card(EVERYTHING, dialogs=True), TEAMS_NAMES)
    assert missing(EVERYTHING, Seen(seen.words.replace("low", "high"), seen.presses, [], seen.bars))
    first, *rest = seen.presses
    for wrong in (
        Press(first.label, "join", first.args),
        Press(first.label, first.verb, (("conversation", "B-2"),)),
        Press("Other", first.verb, first.args),
    ):
        assert missing(EVERYTHING, Seen(seen.words, [wrong, *rest], [], seen.bars))
