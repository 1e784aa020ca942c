"""Slack and Teams show the same: each fact, each button and each field of every card and form, within the limits of each.

Both are held against the neutral card, so that neither can be wrong in the same way as the other without its being seen.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

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
    Field,
    Form,
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
    Text,
    Time,
)
from bot.commands import Origin
from bot.dispatch.forms import command_form
from bot.domain.people import Person, PersonRef
from bot.ports import Line
from bot.slack import forms as slack_forms
from bot.slack import spans as slack_spans
from bot.slack.render import message
from bot.teams import forms as teams_forms
from bot.teams import spans as teams_spans
from bot.teams.render import adaptive
from bot.views import EXAMPLES, made_up
from handlers.commands import COMMANDS
from tests.bot.seen_on import Asked, Json, Press, Seen, instant, norm, on_slack, on_teams, pressed
from tests.bot.slack.forms import EVERY_KIND
from tests.bot.slack.judged import judge_message, judge_view
from tests.bot.teams.judged import judge_card

SPECS = [command.spec for command in COMMANDS]
ACTS = frozenset(spec.name for spec in SPECS if not spec.reads)
COLLEAGUES = (made_up.ANA, made_up.BEN, made_up.ELIF, made_up.JONAS, PersonRef("p-1", "Ana Lima"))
ON_SLACK = {person.id: f"U0{number}" for number, person in enumerate(COLLEAGUES)}
ON_TEAMS = {person.id: f"29:{number}" for number, person in enumerate(COLLEAGUES)}
SLACK_NAMES = {ON_SLACK[person.id]: person.name for person in COLLEAGUES}
TEAMS_NAMES = {ON_TEAMS[person.id]: person.name for person in COLLEAGUES}
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
        Chart("Heard", (1.0, 2.0, 3.0), "1, 2, 3, oldest first"),
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
    made = message(card, slack_spans.Spelling(ON_SLACK))
    judge_message(made)
    blocks: list[Json] = made["blocks"]
    return blocks


def teams_card(card: Card, *, dialogs: bool) -> Json:
    made = adaptive(card, teams_spans.Spelling(ON_TEAMS), acts=ACTS, dialogs=dialogs)
    judge_card(made)
    return made


# What the neutral card says.


def said(card: Card) -> Iterator[str]:
    """Every text of a card, a fact's label and value as one, in reading order."""
    for block in card.blocks:
        match block:
            case Header():
                yield norm(block.text)
            case Quote():
                yield norm(block.text)[: block.limit * 3 // 4]
            case Paragraph() | Small():
                yield words(block.text)
            case Facts():
                yield from (norm(label) + words(text) for label, text in block.rows)
            case Chart():
                yield norm(block.label)
                yield norm(block.alt)


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


def words(text: Text) -> str:
    return "".join(norm(_span(span)) for span in text)


def _span(span: Span) -> str:
    match span:
        case Time():
            seconds = int(span.at.timestamp())
            kinds = {"time": "t", "day": "d", "moment": "dt"}[span.style]
            return "".join(instant(kind, seconds) for kind in kinds)
        case Mention():
            return span.person.name
        case Link():
            return f"{span.label} ({urlsplit(span.url).hostname})"
        case str():
            return span
        case _:
            return span.text


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
    bars = [len(block.values) for block in card.blocks if isinstance(block, Chart)]
    found += [f"bars: {seen.bars}"] if seen.bars != bars else []
    return found + unlike(Counter(presses(card)), Counter(seen.presses))


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


# Forms.


def _forms() -> Iterator[tuple[str, Form]]:
    people = [Person(person.id, person.name, person.department) for person in COLLEAGUES]
    likely = [Line(made_up.FLOOR, "Maya <b> *Okafor*", "Third parcel"), Line(made_up.HELD, "", "")]
    for spec in SPECS:
        for given in ({}, {"conversation": "B-12"}):
            form = command_form(spec, given, made_up.CONFIG, people=people, likely=likely)
            if form.fields:
                yield f"{spec.name}{' B-12' if given else ''}", form
    yield "every kind", EVERY_KIND


FORMS = [pytest.param(form, id=name) for name, form in _forms()]
SLACK_KINDS = {"department": "choice", "departments": "several", "person_or_department": "choice"}


def questions(form: Form, users: dict[str, str]) -> Iterator[Asked]:
    """What the neutral form asks."""
    for asked in form.fields:
        kind = SLACK_KINDS.get(asked.kind, asked.kind)
        if kind in {"choice", "several"} and not asked.choices:
            kind = "line"
        options = tuple((choice.value, norm(choice.label)) for choice in asked.choices)
        yield Asked(
            asked.name,
            norm(asked.label),
            kind,
            asked.required,
            norm(asked.hint),
            _filled(asked, kind, users),
            options if kind in {"choice", "several"} else (),
        )


def _filled(asked: Field, kind: str, users: dict[str, str]) -> str:
    values = {choice.value for choice in asked.choices}
    match kind:
        case "several":
            return ",".join(sorted(part.strip() for part in asked.default.split(",") if part.strip() in values))
        case "choice":
            return asked.default if asked.default in values else ""
        case "person":
            return users.get(asked.default.removeprefix("person:"), "")
        case "moment":
            return str(int(datetime.fromisoformat(asked.default).timestamp())) if asked.default else ""
        case _:
            return asked.default


@pytest.mark.parametrize("form", FORMS)
def test_slack_asks_all_of_a_form(form: Form) -> None:
    carried = slack_forms.Carried(Origin("slack", "T1", "C1"), {})
    view = slack_forms.modal(form, carried, slack_spans.Spelling(ON_SLACK))
    judge_view(view)
    assert on_slack(view["blocks"], SLACK_NAMES).asked == list(questions(form, ON_SLACK))
    assert view["submit"]["text"] == form.submit
    assert slack_forms.read_carried(view).args == form.args


@pytest.mark.parametrize("dialog", [True, False], ids=["dialog", "in place"])
@pytest.mark.parametrize("form", FORMS)
def test_teams_asks_all_of_a_form(form: Form, dialog: bool) -> None:
    card = teams_forms.form_card(form, teams_spans.Spelling(ON_TEAMS), dialog=dialog)
    judge_card(card)
    seen = on_teams(card, TEAMS_NAMES)
    assert [_undepartmented(asked) for asked in seen.asked] == list(questions(form, ON_TEAMS))
    assert seen.presses == [pressed(form.submit, form.command, form.args)]
    assert all(text in seen.words for text in said(Card("intro", form.intro)))


def _undepartmented(asked: Asked) -> Asked:
    """Where Slack has a heading above the departments, Teams says of each that it is one."""
    options = tuple(
        (value, label.removesuffix("(department)") if value.startswith("department:") else label)
        for value, label in asked.options
    )
    return Asked(asked.name, asked.label, asked.kind, asked.required, asked.hint, asked.filled, options)
