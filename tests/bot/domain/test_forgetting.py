"""What of a conversation stays without words, and who decides that somebody is forgotten."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import events as e
from bot.domain.forgetting import Forgetting, anonymous, anonymous_event, decide, needles
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.policy import Lease
from bot.domain.replay import replay
from bot.domain.templates import Filled
from bot.errors import UserError

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = PersonRef("p1", "Ana", "support"), PersonRef("p2", "Ben", "product")
LEASE = Lease(AT + timedelta(hours=4), AT + timedelta(hours=3))

TRAIL: tuple[e.Event, ...] = (
    e.Opened(at=AT, number=1, customer_id="c", network="mastodon", account="acme", post_id="1", urgent=True,
             why_urgent="said “secret”", departments=("support",)),
    e.Claimed(at=AT, by=ANA, lease=LEASE),
    e.PassAsked(at=AT, by=ANA, to_department="product", ask="secret"),
    e.PassDeclined(at=AT, by=BEN, giver=ANA, why="secret"),
    e.DiscussionCalled(at=AT, by=ANA, departments=("legal",), question="secret"),
    e.PerspectiveGiven(at=AT, by=ANA, department="support", text="secret"),
    e.Escalated(at=AT, by=ANA, rung=1, why="secret"),
    e.CrisisRaised(at=AT, by=ANA, why="secret"),
    e.Drafted(at=AT, by=BEN, text="secret"),
    e.AnswerWritten(at=AT, by=ANA, answer_id="a", post_id="1", text="secret",
                    template=Filled("news", "en", ("secret",))),
    e.AnswerSent(at=AT, answer_id="a", url="https://secret.example"),
    e.Resolved(at=AT, by=ANA, outcome=Outcome(OutcomeKind.FIXED, "secret", "secret")),
    e.Forgotten(at=AT),
)  # fmt: skip


@pytest.mark.parametrize("length", range(1, len(TRAIL) + 1))
def test_the_state_without_words_is_what_the_trail_without_words_leads_to(length: int) -> None:
    trail = TRAIL[:length]
    assert replay(map(anonymous_event, trail)) == anonymous(replay(trail))


def test_no_word_is_left_and_all_that_is_counted_is() -> None:
    state = replay(TRAIL)
    without = anonymous(state)
    assert "secret" not in repr(without)
    assert "secret" not in repr([anonymous_event(event) for event in TRAIL])
    assert without.outcome is not None
    assert without.outcome.changed_something
    assert (without.touched, without.route, without.bounces) == (state.touched, state.route, state.bounces)


def test_two_persons_decide() -> None:
    request = Forgetting("f", "c", ANA, AT, AT + timedelta(days=7), "asked")
    assert decide(request, BEN, AT, allowed=True, confirm=True).state == "confirmed"
    assert decide(request, BEN, AT, allowed=True, confirm=False).state == "refused"
    assert decide(request, ANA, AT, allowed=False, confirm=False).state == "refused", "who asked may take it back"
    for by, at, allowed in ((ANA, AT, True), (BEN, AT, False), (BEN, AT + timedelta(days=8), True)):
        with pytest.raises(UserError):
            decide(request, by, at, allowed=allowed, confirm=True)
    with pytest.raises(UserError):
        decide(replace(request, state="done"), BEN, AT, allowed=True, confirm=True)


def test_short_names_are_not_searched_for() -> None:
    assert needles(["@maya@example.social", "Bo", None, "Maya"]) == ("maya@example.social", "Maya")


@pytest.mark.parametrize("number", ["+16505550123", "16505550123", "+1 (650) 555-0123"])
def test_a_number_is_searched_for_as_ids_have_it(number: str) -> None:
    in_an_id = b64encode(b"\x1c\x18\x0b16505550123\x15\x02\x00").decode()
    searched = needles([number])
    assert number in searched
    assert "16505550123" in searched
    assert any(each in in_an_id for each in searched)
