"""Lists, the choice of a conversation, and the home page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Paragraph
from bot.domain.answer import AnswerState
from bot.domain.conversation import PassRequest
from bot.domain.people import PersonRef
from bot.ports import Browse, Line, Which
from bot.views import likely_card, list_card
from bot.views import made_up as m
from bot.views.lists import CLAIMABLE
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of

LINES = [Line(replace(m.FLOOR, number=n), "Maya Okafor", "the strap broke") for n in range(1, 11)]


@pytest.mark.parametrize(
    ("which", "none", "one", "two"),
    [
        ("open", "No conversation is open.", "1 open conversation", "2 open conversations"),
        ("floor", "Nothing is on the floor: all is taken up.", "1 conversation on the floor", "2 conversations on the floor"),
        ("mine", "You hold no baton.", "You hold 1 baton", "You hold 2 batons"),
        ("waiting", "Nothing waits for a customer.", "1 conversation waits for the customer", "2 conversations wait for the customer"),
        ("asked", "Nothing is asked of you.", "1 thing asked of you", "2 things asked of you"),
        ("department", "Legal has no open conversation.", "Legal: 1 open conversation", "Legal: 2 open conversations"),
    ],
)  # fmt: skip
def test_titles_agree_with_what_is_listed(which: Which, none: str, one: str, two: str) -> None:
    browse = Browse(which, PersonRef("p", "Ana"), "legal")
    titles = [list_card(LINES[:n], browse, n, m.CONFIG, now=m.NOW).summary for n in range(3)]
    assert titles == [none, one, two]


def test_says_how_many_are_left_out() -> None:
    assert "10 of 1,204 shown" in plain(list_card(LINES, Browse(), 1204, m.CONFIG, now=m.NOW))
    assert "shown" not in plain(list_card(LINES, Browse(), 10, m.CONFIG, now=m.NOW))


def test_only_the_first_lines_have_a_button() -> None:
    card = list_card(LINES, Browse(), 10, m.CONFIG, now=m.NOW)
    assert [b.args["conversation"] for b in buttons_of(card) if b.command == "claim"] == [
        f"B-{n}" for n in range(1, CLAIMABLE + 1)
    ]


def test_what_is_held_is_shown_rather_than_claimed() -> None:
    card = list_card([Line(m.HELD, "Maya", "x")], Browse(), 1, m.CONFIG, now=m.NOW)
    assert not [b for b in buttons_of(card) if b.command == "claim"]
    assert "Ana (Support) until 10:32" in plain(card)


def test_ones_own_list_says_the_time_left_and_not_whose_it_is() -> None:
    now = m.LEASE.until - timedelta(minutes=5)
    said = plain(list_card([Line(m.HELD, "Maya", "x")], Browse("mine", m.ANA_HERSELF.ref), 1, m.CONFIG, now=now))
    assert "until 10:32 · 5 min left" in said
    assert "Ana" not in said


def test_a_long_text_is_cut_to_a_line() -> None:
    card = list_card([Line(m.FLOOR, "Maya", "word\n" * 100)], Browse(), 1, m.CONFIG, now=m.NOW)
    line = next(block for block in card.blocks if isinstance(block, Paragraph))
    assert all("\n" not in span for span in line.text if isinstance(span, str))
    assert len(plain(card).splitlines()) == 4


def test_a_choice_runs_the_verb_with_what_was_typed_beside_it() -> None:
    card = likely_card(m.CLAIM, LINES[:2], m.CONFIG, args={"span": "2h"})
    assert [b.args for b in buttons_of(card)] == [
        {"span": "2h", "conversation": "B-1"},
        {"span": "2h", "conversation": "B-2"},
    ]
    assert {b.command for b in buttons_of(card)} == {"claim"}


def test_a_line_says_all_that_is_asked() -> None:
    asked = PassRequest(m.ANA, "this box?", m.NOW, to_department="product")
    answer = replace(m.ANSWER, state=AnswerState.ASKED, needs=("legal",))
    line = Line(replace(m.HELD, answer=answer, pass_request=asked), "Maya", "x")
    said = plain(list_card([line], Browse("asked"), 1, m.CONFIG, now=m.NOW))
    assert "Ana asks Legal to approve an answer · Ana asks Product: “this box?”" in said
