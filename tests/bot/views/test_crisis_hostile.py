"""What people and posts say of a crisis stays words on every card about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from hypothesis import given

from bot.cards import Actions, Card, Span
from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.crisis_events import Figures
from bot.ports import Standing
from bot.views import made_up as m
from bot.views.acts import VERBS
from bot.views.crises import (
    crises_card,
    crisis_card,
    crisis_cleared_card,
    crisis_done_card,
    crisis_list_card,
    crisis_offer_card,
    crisis_proposal_card,
    crisis_room_card,
    crisis_statement_card,
)
from bot.views.crisis_board import crisis_board_card
from bot.views.crisis_forms import clear_form, dismiss_form, log_form, propose_form, statement_form
from bot.views.crisis_names import room_name, where
from tests.bot.views.plain import plain
from tests.bot.views.test_hostile import HOSTILE, MARK, UNRULY, spans_of


def hostile(words: str, state: CrisisState) -> Crisis:
    figures = Figures(
        9, timedelta(minutes=1), 1.5, 0.9, (words, words), {"negative": 3}, {"mastodon": 3}, (1, 2), (words,)
    )
    return Crisis(
        3, words[:200] or "floor", k.title_of(words, figures), words, m.HEARD, m.BEN, figures, state, m.HEARD, m.ANA,
        "slack", "C-1", invited=(m.ANA,), statement=words, statement_by=m.ANA, ended_at=m.NOW, ended_by=m.BEN,
        ended_why=words, changed=words,
    )  # fmt: skip


def cards(words: str) -> Iterator[Card]:
    now, config = m.NOW, m.CONFIG
    topics = {words: 2, "delivery": 1}
    standing = Standing(3, 4, 1, 2, {"floor": 3}, {"mastodon": 3}, {"negative": 3}, topics, 1, (m.HELD,))
    told: e.Events = (
        e.Proposed(at=m.HEARD, by=m.BEN, number=3, surface="floor", title=words, why=words),
        e.Logged(at=m.HEARD, by=m.ANA, text=words),
        e.StatementAgreed(at=m.HEARD, by=m.ANA, text=words),
        e.Dismissed(at=m.HEARD, by=m.ANA, why=words),
        e.Cleared(at=m.HEARD, by=m.ANA, happened=words, changed=words),
    )
    for state in CrisisState:
        crisis = hostile(words, state)
        yield crisis_proposal_card(crisis, standing, config, now=now)
        yield crisis_proposal_card(crisis, Standing(), config, now=now)
        yield crisis_board_card(crisis, standing, told, config, now=now)
        yield crisis_cleared_card(crisis, standing, config, now=now)
        yield crisis_card(crisis, standing, told, config, now=now, earlier=3)
        yield crisis_room_card(crisis, config, now=now)
        yield crisis_statement_card(crisis, config)
        yield crisis_done_card(crisis, where(crisis))
        yield crisis_offer_card(crisis, "B-1", "Ana calls B-1 a crisis.")
        yield crisis_list_card(crisis, [], [], standing)
        yield crises_card([crisis, replace(crisis, title=words)], config, now=now)
        forms = (clear_form, log_form, dismiss_form)
        yield from (Card("form", form(crisis).intro) for form in forms)
        yield Card("form", statement_form(crisis, words, "a draft").intro)
        yield Card("form", propose_form(words).intro)


def is_words(span: Span) -> bool:
    return isinstance(span, str) or MARK not in repr(span) or type(span).__name__ == "Bold"


@given(HOSTILE)
def test_what_is_said_stays_words(words: str) -> None:
    for card in cards(words):
        assert all(is_words(span) for span in spans_of(card))
        assert not UNRULY.search(plain(card)), card.summary
        assert not UNRULY.search(card.summary)
        for block in card.blocks:
            for button in block.items if isinstance(block, Actions) else ():
                assert MARK not in button.label
                assert getattr(button, "command", "crisis") in VERBS
    assert all(letter.isalnum() or letter == "-" for letter in room_name(hostile(words, CrisisState.OPEN)))
