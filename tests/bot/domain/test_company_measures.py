"""How the company works, how its customers move, and which rung that makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import events as e
from bot.domain.company_measures import Share, Stream, departments, differ, movement, sides, streams, told, views
from bot.domain.conversation import Conversation, State
from bot.domain.maturity import RUNGS, Maturity, maturity
from bot.domain.measures import Tally
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef, Role
from bot.domain.policy import Lease

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA, CHLOE = PersonRef("a", "Ana", "support"), PersonRef("c", "Chloé", "product")


def conversation(number: int, customer: str, network: str, hours: int = 0) -> Conversation:
    return Conversation(number, customer, network, "acme", AT + hours * HOUR, AT)


def trail() -> list[e.Event]:
    lease = Lease(AT + 9 * HOUR, AT + 8 * HOUR)
    return [
        e.Opened(at=AT, via="network", number=1, customer_id="m", network="x", account="", post_id="1"),
        e.Claimed(at=AT + HOUR, by=ANA, via="slack", lease=lease),
        e.PassAsked(at=AT + 2 * HOUR, by=ANA, via="slack", to_department="product", ask="yours?"),
        e.PassDeclined(at=AT + 3 * HOUR, by=CHLOE, via="slack", giver=ANA, why="no"),
        e.Resolved(at=AT + 4 * HOUR, by=ANA, via="slack", outcome=Outcome(OutcomeKind.FIXED, "a box", "the box")),
        e.Reopened(at=AT + 5 * HOUR, via="network", why="again"),
    ]


def test_departments_and_passes_count_by_the_end_of_the_window() -> None:
    early, late = told(trail(), AT + 2 * HOUR), told(trail(), AT + 4 * HOUR)
    assert (early.touched, early.bounces, early.route) == (("support",), 0, ("support",))
    assert (late.touched, late.bounces) == (("support", "product"), 1)


def test_what_was_reopened_later_counts_as_open_in_a_later_look() -> None:
    assert told(trail()[:-1], AT + 5 * HOUR).state is State.RESOLVED
    assert told(trail(), AT + 5 * HOUR).state is State.FLOOR


def test_what_was_opened_after_the_window_has_nothing_in_it() -> None:
    assert told(trail(), AT).touched == ()


def test_customers_move_from_where_they_wrote_last_to_where_they_write_now() -> None:
    before = [conversation(1, "maya", "x"), conversation(2, "maya", "email", 1), conversation(3, "tom", "x")]
    now = [conversation(4, "maya", "bluesky", 9), conversation(5, "tom", "x", 9), conversation(6, "new", "x", 9)]
    found = movement(before, now, lambda id_: id_)
    assert (found.moved, found.stayed, found.new, found.moves) == ({("email", "bluesky"): 1}, 1, 1, 1)


def test_those_who_are_one_move_as_one() -> None:
    one = {"maya-x": "maya", "maya-b": "maya"}
    found = movement([conversation(1, "maya-x", "x")], [conversation(2, "maya-b", "bluesky")], one.__getitem__)
    assert (found.moved, found.new) == ({("x", "bluesky"): 1}, 0)


def test_two_kind_words_make_an_advocate_and_two_bad_ones_a_risk() -> None:
    moods = {
        "fan": {"positive": 3},
        "once": {"positive": 1},
        "mixed": {"positive": 2, "negative": 1},
        "angry": {"negative": 3, "positive": 1},
        "even": {"negative": 2, "positive": 2},
        "elsewhere": {"negative": 9},
    }
    found = sides(moods, ["fan", "once", "mixed", "angry", "even"], str.upper)
    assert [each.name for each in found.best] == ["FAN"]
    assert [each.name for each in found.worst] == ["ANGRY"]
    assert (found.advocates, found.at_risk) == (1, 1)


def test_a_department_is_silent_that_was_asked_and_did_nothing() -> None:
    stories = [
        replace(conversation(1, "m", "x"), departments=("legal", "support"), touched=("support",)),
        replace(conversation(2, "m", "x"), departments=("support",)),
    ]
    found = departments(stories)
    assert found == {"legal": Share(0, 1), "support": Share(1, 1)}
    assert found["legal"].silent
    assert not found["support"].silent
    assert not Share(0, 0).silent


@pytest.mark.parametrize(
    ("texts", "differing"),
    [
        (["the carrier lost it", "carriers lose parcels"], False),
        (["the carrier lost it", "a weak seam of the pack"], True),
        (["known weakness", "Known weakness!"], False),
        (["price", "price, quality and colour"], False),
        (["no", "yes"], False),
        (["one view alone"], False),
    ],
)
def test_views_differ_that_share_few_words(texts: list[str], differing: bool) -> None:
    assert differ(texts) is differing


def test_views_of_one_department_alone_are_no_difference() -> None:
    found = views({1: {"support": "asks for money"}, 2: {"support": "asks for money", "legal": "threatens a lawsuit"}})
    assert (found.several, found.differing) == (1, 1)
    assert [each.number for each in found.named] == [2]


# The rung

EVERY = {"a": Share(9, 9), "b": Share(9, 9), "c": Share(9, 9)}


def rung(tally: Tally, shares: dict[str, Share] = EVERY, roles: tuple[Role, ...] = (), taken: int = 10) -> Maturity:
    return maturity(tally, shares, roles, (10, taken))


def test_the_rungs_are_climbed_one_by_one() -> None:
    both = (Role.COORDINATOR, Role.SPONSOR)
    assert rung(Tally(), {}).name == "none"
    assert rung(Tally(heard=100, touched=6), {"a": Share(6, 9)}).name == "informal network"
    assert rung(Tally(heard=100, touched=30, several=4)).name == "cross-functional team"
    assert rung(Tally(heard=100, touched=45, several=6), roles=both).name == "coordinator"
    assert rung(Tally(heard=100, touched=70, several=9, changed=10), roles=both).name == RUNGS[-1]


def test_what_would_raise_it_is_what_the_next_rung_lacks() -> None:
    found = rung(Tally(heard=100, touched=45, several=6), taken=3)
    assert found.rung == 2
    assert [(each.what, each.met) for each in found.missing] == [
        ("people with the role of coordinator", False),
        ("of what was raised to the coordinator, taken up", False),
    ]
    highest = rung(Tally(heard=10, touched=10, several=9, changed=9), roles=(Role.COORDINATOR, Role.SPONSOR))
    assert highest.missing == ()


def test_a_silent_department_keeps_from_the_highest_rung() -> None:
    tally, both = Tally(heard=100, touched=70, several=9, changed=10), (Role.COORDINATOR, Role.SPONSOR)
    found = rung(tally, {**EVERY, "legal": Share(0, 3)}, both)
    assert found.rung == 3
    assert [each.what for each in found.missing] == ["silent departments"]


def test_between_two_networks_only_the_way_that_more_went_is_told_and_whether_that_is_clear() -> None:
    moved = {
        ("x", "bluesky"): 30,
        ("bluesky", "x"): 8,
        ("x", "reddit"): 6,
        ("reddit", "x"): 5,
        ("a", "b"): 4,
        ("b", "a"): 4,
    }
    assert streams(moved) == (
        Stream("x", "bluesky", 30, 8, clear=True),
        Stream("x", "reddit", 6, 5, clear=False),
    )
    assert streams({("x", "bluesky"): 9}) == (Stream("x", "bluesky", 9, 0, clear=False),)
    assert streams({("x", "bluesky"): 10}) == (Stream("x", "bluesky", 10, 0, clear=True),)
    assert streams({}) == ()
