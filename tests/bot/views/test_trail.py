"""The trail in words: each kind of event has its sentence."""

from __future__ import annotations

from typing import get_args

import pytest

from bot.domain import events as e
from bot.domain.outcome import Outcome, OutcomeKind
from bot.views import made_up as m
from bot.views import tell
from bot.views.trail import together
from tests.bot.domain.readings import reading
from tests.bot.views.plain import plain_text

AT = m.at(10, 2)
LEASE = m.LEASE

TOLD: tuple[tuple[e.Event, str], ...] = (
    (
        e.Opened(at=AT, number=1, customer_id="c", network="x", account="", post_id="p", departments=("legal",)),
        "Heard on X, suggested to Legal",
    ),
    (
        e.Opened(
            at=AT, number=1, customer_id="c", network="rss", account="", post_id="p", urgent=True, why_urgent="danger"
        ),
        "Heard on RSS; urgent, danger",
    ),
    (e.CustomerWrote(at=AT, post_id="p"), "The customer wrote again"),
    (
        e.ReadAgain(
            at=AT,
            post_id="p",
            reading=reading(intents="complaint"),
            departments=("legal",),
            urgent=True,
            why_urgent="a recall",
        ),
        "Read again by a model: Complaint, suggested to Legal; urgent, a recall",
    ),
    (e.ReadAgain(at=AT, post_id="p", reading=reading()), "Read again by a model: nothing more"),
    (e.CustomerWrote(at=AT, post_id="p", urgent=True, why_urgent="danger"), "The customer wrote again; urgent, danger"),
    (e.PostEdited(at=AT, post_id="p", version=1), "The customer edited a post"),
    (e.PostDeleted(at=AT, post_id="p"), "The customer deleted a post"),
    (e.Claimed(at=AT, by=m.ANA, lease=LEASE), "Ana (Support) claimed it until 10:32"),
    (e.Renewed(at=AT, by=m.ANA, lease=LEASE, asked=True), "Ana (Support) keeps it until 10:32"),
    (e.Renewed(at=AT, by=m.ANA, lease=LEASE), "Ana (Support) was active and keeps it until 10:32"),
    (e.LeaseWarned(at=AT), "The holder was reminded that the time is nearly over"),
    (e.LeaseExpired(at=AT, holder=m.ANA), "The time of Ana (Support) ended; back on the floor"),
    (e.Released(at=AT, by=m.ANA), "Ana (Support) gave it back to the floor"),
    (e.Released(at=AT, by=m.ANA, why="lunch"), "Ana (Support) gave it back to the floor: “lunch”"),
    (
        e.PassAsked(at=AT, by=m.ANA, to_department="product", ask="new box?"),
        "Ana (Support) asked Product to take it: “new box?”",
    ),
    (
        e.PassAsked(at=AT, by=m.ANA, to_person=m.BEN, ask="new box?"),
        "Ana (Support) asked Ben (Product) to take it: “new box?”",
    ),
    (e.PassWanted(at=AT, by=m.BEN, holder=m.ANA, ask="my box"), "Ben (Product) asked Ana to pass it: “my box”"),
    (
        e.PassAccepted(at=AT, by=m.BEN, giver=m.ANA, lease=LEASE),
        "Ben (Product) took it from Ana (Support), until 10:32",
    ),
    (e.PassDeclined(at=AT, by=m.BEN, giver=m.ANA, why="no"), "Ben (Product) declined to take it from Ana: “no”"),
    (e.Joined(at=AT, by=m.BEN), "Ben (Product) joined"),
    (e.Noted(at=AT, by=m.BEN, note_id="n"), "Ben (Product) wrote a note"),
    (
        e.PerspectiveGiven(at=AT, by=m.BEN, department="product", text="thin box"),
        "Ben (Product) gave Product's perspective: “thin box”",
    ),
    (
        e.DiscussionCalled(at=AT, by=m.BEN, departments=("legal", "sales"), question="may we?"),
        "Ben (Product) called in Legal and Sales: “may we?”",
    ),
    (e.Escalated(at=AT, by=m.BEN, rung=2, why="press"), "Ben (Product) escalated it to the coordinator: “press”"),
    (e.Escalated(at=AT, rung=1, why="…", overdue=True), "Too long on the floor: it went to a department's lead"),
    (e.IdeaShipped(at=AT, idea=7), "I-7 shipped, for which the customer asked"),
    (e.NotTold(at=AT, idea=7), "There is nothing to tell of I-7 any more"),
    (
        e.NotTold(at=AT, by=m.BEN, idea=7, why="they left"),
        "Ben (Product) decided not to tell the customer that I-7 shipped: “they left”",
    ),
    (
        e.AnswerWritten(at=AT, by=m.BEN, answer_id="a", post_id="p", text="It is here.", idea=7),
        "Ben (Product) wrote the customer that I-7 shipped: “It is here.”",
    ),
    (e.CrisisRaised(at=AT, by=m.BEN, why="fire"), "Ben (Product) called it a crisis: “fire”"),
    (e.WaitingForCustomer(at=AT, by=m.BEN), "Ben (Product) waits for the customer"),
    (e.Snoozed(at=AT, by=m.BEN, until=m.at(9, day=18)), "Ben (Product) snoozed it until 18 Nov 09:00"),
    (e.Woken(at=AT), "It is back in sight"),
    (e.Woken(at=AT, by=m.BEN), "Ben (Product) brought it back in sight"),
    (
        e.Opened(
            at=AT,
            number=7,
            customer_id="c",
            network="reddit",
            account="acme",
            post_id="p",
            departments=("legal",),
            echo_of=5,
        ),
        "Heard on Reddit; says the same as B-5",
    ),
    (
        e.Echoed(at=AT, spread={"mastodon": 2, "reddit": 30}),
        "32 others said the same: 30 on Reddit, 2 on Mastodon",
    ),
    (
        e.Echoed(at=AT, spread={"rss": 1}, urgent=True, why_urgent="danger"),
        "1 other said the same: 1 on RSS; urgent, danger",
    ),
    (e.EchoLeft(at=AT, number=57, network="reddit"), "B-57 stands by itself from now on"),
    (
        e.EchoLeft(at=AT, by=m.BEN, number=57, network="reddit"),
        "B-57 stands by itself from now on, separated by Ben (Product)",
    ),
    (e.Separated(at=AT, leader=5), "Separated from B-5: the customer wrote something else"),
    (e.Separated(at=AT, by=m.BEN, leader=5), "Ben (Product) separated it from B-5"),
    (e.Separated(at=AT, leader=5, heir=True), "Nothing is left of B-5: it stands for those who say the same"),
    (e.LeaderChanged(at=AT, leader=9), "Says the same as B-9, which stands for it from now on"),
    (
        e.Resolved(at=AT, by=m.BEN, outcome=Outcome(OutcomeKind.NO_ACTION, "a reply", "nothing")),
        "Ben (Product) resolved it: No action; wanted: a reply; changed: nothing",
    ),
    (e.Drafted(at=AT, by=m.BEN, text="We are sorry."), "Ben (Product) drafted an answer: “We are sorry.”"),
    (
        e.AnswerWritten(at=AT, by=m.ANA, answer_id="a", post_id="p", text="Sorry."),
        "Ana (Support) answered: “Sorry.”",
    ),
    (
        e.AnswerWritten(at=AT, by=m.ANA, answer_id="a", post_id="p", text="Sorry.", needs=("legal", "product")),
        "Ana (Support) wrote an answer for Legal and Product to approve: “Sorry.”",
    ),
    (e.AnswerApproved(at=AT, by=m.BEN, answer_id="a", department="product"), "Ben (Product) approved the answer"),
    (
        e.AnswerRejected(at=AT, by=m.BEN, answer_id="a", author=m.ANA, text="Sorry.", why="no dates"),
        "Ben (Product) did not approve the answer: “no dates”",
    ),
    (e.AnswerSent(at=AT, answer_id="a"), "The answer stands on the network"),
    (e.AnswerSent(at=AT, by=m.ANA, answer_id="a"), "Ana (Support) saw that the answer arrived"),
    (e.AnswerFailed(at=AT, answer_id="a", why="gone"), "The answer did not go out: gone"),
    (e.AnswerUnclear(at=AT, answer_id="a", why="no reply"), "Nobody knows whether the answer arrived: no reply"),
    (e.AnswerRepeated(at=AT, by=m.ANA, answer_id="a"), "Ana (Support) sent the answer again"),
    (e.Filed(at=AT, via="network"), "Filed, from before Baton listened"),
    (e.Forgotten(at=AT), "The customer was forgotten on request; what was said is gone"),
    (
        e.WasPartOfCrisis(at=AT, crisis=3, began=AT, ended=AT, happened="a lorry burned out", changed="nothing"),
        "It was part of crisis C-3, 10:02 to 10:02: “a lorry burned out”",
    ),
    (e.Filed(at=AT, via="network", posts=2), "Filed, from before Baton listened, with 2 more posts"),
    (e.Reopened(at=AT, via="network"), "Back on the floor, because the customer wrote again"),
    (e.Reopened(at=AT, by=m.BEN, why="again"), "Ben (Product) took it up again: “again”"),
)


@pytest.mark.parametrize(("event", "words"), [pytest.param(event, words, id=words) for event, words in TOLD])
def test_is_told(event: e.Event, words: str) -> None:
    assert plain_text(tell(event, m.CONFIG)) == words


def test_no_kind_of_event_is_without_a_sentence() -> None:
    assert {type(event) for event, _ in TOLD} == set(get_args(e.Event))


def test_those_who_said_the_same_one_after_the_other_are_told_in_one_line() -> None:
    trail: list[e.Event] = [
        e.Echoed(at=AT, spread={"reddit": 30}),
        e.Echoed(at=AT, spread={"reddit": 2, "mastodon": 1}),
        e.EchoLeft(at=AT, number=57, network="reddit"),
        e.Echoed(at=AT, spread={"mastodon": 1}),
        e.Echoed(at=AT, spread={"mastodon": 1}, urgent=True),
    ]
    assert [plain_text(tell(event, m.CONFIG)) for event in together(trail)] == [
        "33 others said the same: 32 on Reddit, 1 on Mastodon",
        "B-57 stands by itself from now on",
        "1 other said the same: 1 on Mastodon",
        "1 other said the same: 1 on Mastodon; urgent",
    ]


def test_a_long_ask_is_cut() -> None:
    told = plain_text(tell(e.Released(at=AT, by=m.ANA, why="because " * 100), m.CONFIG))
    assert len(told) < 220
    assert told.endswith("…”")
