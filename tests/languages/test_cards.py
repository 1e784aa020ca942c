"""Every card and form in every language: both platforms take it, and nothing that Baton says stays English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cards import (
    Actions,
    Block,
    Bold,
    Card,
    Chart,
    Facts,
    Header,
    Italic,
    Link,
    Menu,
    Paragraph,
    Small,
    Sparkline,
    Text,
)
from bot.commands import Origin
from bot.dispatch.forms import command_form
from bot.domain.people import Person
from bot.languages import languages, speech
from bot.ports import Line
from bot.slack.forms import Carried, modal
from bot.slack.render import home, message
from bot.slack.spans import Spelling as SlackSpelling
from bot.speech import Speech, speaking
from bot.teams.forms import form_card
from bot.teams.render import adaptive
from bot.teams.spans import Spelling as TeamsSpelling
from bot.views import made_up
from bot.views.examples import examples
from handlers.commands import COMMANDS
from tests.bot.neutral import COLLEAGUES
from tests.bot.slack.judged import judge_message, judge_view
from tests.bot.teams.judged import judge_card
from tests.languages.extraction import ROOT

OTHERS = languages()[1:]
IN_SLACK, IN_TEAMS = SlackSpelling({"p-1": "U0ANALIMA1"}), {"p-1": "29:ana"}


@pytest.mark.parametrize("tag", OTHERS)
def test_both_platforms_take_every_card(tag: str) -> None:
    with speaking(speech(tag)):
        for _, card in examples():
            judge_message(message(card, IN_SLACK))
            judge_view(home(card, IN_SLACK))
            judge_card(adaptive(card, TeamsSpelling(IN_TEAMS), acts=frozenset({"claim", "pass"}), dialogs=True))


@pytest.mark.parametrize("tag", OTHERS)
def test_both_platforms_take_the_form_of_every_verb(tag: str) -> None:
    people = [Person(person.id, person.name, person.department) for person in COLLEAGUES]
    likely = [Line(made_up.FLOOR, "Maya Okafor", "Third parcel")]
    with speaking(speech(tag)):
        for command in COMMANDS:
            form = command_form(command.spec, {}, made_up.CONFIG, people=people, likely=likely)
            if form.fields:
                judge_view(modal(form, Carried(Origin("slack"), {}), IN_SLACK))
                judge_card(form_card(form, TeamsSpelling(IN_TEAMS), dialog=False))


@pytest.mark.parametrize("tag", OTHERS)
def test_no_button_and_no_title_has_to_be_cut(tag: str) -> None:
    with speaking(speech(tag)):
        cards = [card for name, card in examples() if "hostile" not in name]
    for card in cards:
        for block in card.blocks:
            if isinstance(block, Header):
                assert len(block.text) <= 150
            for label in _labels(block):
                assert len(label) <= 75


class Marked:
    """Says everything in English between marks."""

    def gettext(self, message: str) -> str:
        # How days are written is no sentence.
        return message if re.fullmatch(r"[dEMy ,.]*", message) else f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def test_nothing_that_stands_in_the_code_is_said_past_the_catalogues() -> None:
    with speaking(Speech("x", Marked())):
        said = [(name, words) for name, card in examples() if name not in _MADE_UP for words in _words(card)]
    past = {(name, piece) for name, words in said for piece in _pieces(words)}
    literals = _literals(of_examples=False) - _literals(of_examples=True)
    found = sorted(f"{piece!r} in “{name}”" for name, piece in past if piece in literals)
    assert not found


def _pieces(words: str) -> Iterator[str]:
    """What stands outside of marks, as runs of words; single small words may be data as well as ours."""
    outside, depth = "", 0
    for letter in words:
        depth += (letter == "⟦") - (letter == "⟧")
        outside += letter if depth == 0 and letter != "⟧" else "\0"
    for run in re.split("[^A-Za-zÀ-ÿ' ]+", outside):
        piece = " ".join(run.split())
        if re.search("[a-z]{3}", piece) and (" " in piece or piece[0].isupper()):
            yield piece


# Names of companies and their things, which are the same in every language.
_NAMES = {"Mastodon", "Bluesky", "Reddit", "Instagram", "Facebook", "Discourse", "Slack", "Teams", "Baton"}
_MADE_UP = {"charts of every kind"}
"""Examples that no card of Baton looks like."""


def _literals(*, of_examples: bool) -> set[str]:
    """Runs of words of every string of the code of views, or of that of their examples, that is no documentation."""
    found = set()
    for path in sorted(Path(ROOT / "bot" / "views").rglob("*.py")):
        if of_examples != (path.name == "made_up.py" or path.parent.name == "examples"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                for run in re.split("[^A-Za-zÀ-ÿ' ]+", node.value):
                    piece = " ".join(run.split())
                    if piece not in _NAMES:
                        found.add(piece)
    return found


def _words(card: Card) -> Iterator[str]:
    """All that people read of a card, but for what a customer wrote and what one may type."""
    yield card.summary
    for block in card.blocks:
        match block:
            case Header():
                yield block.text
            case Paragraph() | Small():
                yield _plain(block.text)
            case Facts():
                for label, text in block.rows:
                    yield label
                    yield _plain(text)
            case Sparkline():
                yield from (block.label, block.alt)
            case Chart():
                yield from (block.title, block.alt, *block.labels, *(series.name for series in block.series))
            case _:
                pass
        yield from _labels(block)


def _labels(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph) and block.beside is not None:
        yield block.beside.label
    for item in block.items if isinstance(block, Actions) else ():
        yield from (act.label for act in (item.options if isinstance(item, Menu) else (item,)))


def _plain(text: Text) -> str:
    said = ""
    for span in text:
        match span:
            case str():
                said += span
            case Bold() | Italic():
                said += span.text
            case Link():
                said += span.label
            case _:
                said += "\0"
    return said
