"""Every card as people see it, from its example: the snapshots double as wireframes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.cards import Actions, Block, Button, Card, Header, Menu, Paragraph
from bot.views import EXAMPLES
from bot.views.acts import VERBS
from handlers.commands import COMMANDS
from tests.bot.views.plain import plain

CARDS = [pytest.param(card, id=name) for name, card in EXAMPLES]
SPECS = {command.spec.name: command.spec for command in COMMANDS}

ICON = re.compile("[\U0001f300-\U0001faff\u2600-\u26ff\u2700-\u27bf\u2b06]")
PHONE = 22
"""Lines that a phone shows at once, with its longer lines broken once or twice."""


def buttons_of(card: Card) -> Iterator[Button]:
    """Every button and every line of a menu."""
    for block in card.blocks:
        yield from _buttons(block)


def _buttons(block: Block) -> Iterator[Button]:
    if isinstance(block, Paragraph) and block.beside is not None:
        yield block.beside
    if isinstance(block, Actions):
        for item in block.items:
            yield from item.options if isinstance(item, Menu) else (item,)


@pytest.mark.parametrize("card", CARDS)
def test_looks_as_drawn(card: Card, snapshot: SnapshotAssertion) -> None:
    assert plain(card) == snapshot


def test_names_of_examples_are_unique() -> None:
    assert len({name for name, _ in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("card", CARDS)
def test_every_button_runs_a_verb_or_opens_a_page(card: Card) -> None:
    for button in buttons_of(card):
        assert (button.command in VERBS) != (button.url is not None)


@pytest.mark.parametrize("card", CARDS)
def test_every_button_gives_arguments_its_verb_takes(card: Card) -> None:
    for button in buttons_of(card):
        if button.url is None:
            spec = SPECS[button.command]
            assert set(button.args) <= {param.name for param in spec.params}
            assert "conversation" in button.args or not spec.needs_conversation


@pytest.mark.parametrize("card", CARDS)
def test_a_line_has_one_icon_at_most(card: Card) -> None:
    for line in plain(card).splitlines():
        assert len(ICON.findall(line)) <= 1, line


@pytest.mark.parametrize("card", CARDS)
def test_a_menu_ends_its_row(card: Card) -> None:
    for block in card.blocks:
        if isinstance(block, Actions):
            assert block.items
            assert not any(isinstance(item, Menu) for item in block.items[:-1])


@pytest.mark.parametrize("card", CARDS)
def test_our_own_words_do_not_shout(card: Card) -> None:
    labels = [button.label for button in buttons_of(card)]
    headers = [block.text for block in card.blocks if isinstance(block, Header)]
    assert not [words for words in (*labels, *headers) if "!" in words]


@pytest.mark.parametrize("card", [p for p in CARDS if str(p.id).startswith(("conversation", "help", "you hold"))])
def test_fits_a_phone_screen(card: Card) -> None:
    lines = plain(card).splitlines()[1:]
    assert sum(1 + len(line) // 90 for line in lines) <= PHONE


@pytest.mark.parametrize("card", CARDS)
def test_the_summary_is_one_short_line(card: Card) -> None:
    assert card.summary
    assert "\n" not in card.summary
    assert len(card.summary) <= 300


def test_every_verb_of_the_slash_command_can_be_reached_from_help() -> None:
    shown = plain(dict(EXAMPLES)["help"])
    assert all(f"`{verb}`" in shown for verb in VERBS)
