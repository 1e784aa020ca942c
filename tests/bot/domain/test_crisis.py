"""A crisis is proposed, opened once and ended once, whatever people do in whatever order; its timeline replays to its state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.crisis_events import Figures
from bot.domain.life import Act
from bot.domain.people import PersonRef
from bot.errors import UserError

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = (PersonRef("omar", "Omar", "operations"), PersonRef("ana", "Ana", "support"), PersonRef("new", "Nia"))
WORDS = st.text(max_size=40)
FIGURES = Figures(412, timedelta(minutes=1), 6.4, 0.8, ("delivery",), {"negative": 3}, {"x": 3}, (1, 2), ("support",))
PROPOSED = e.Proposed(at=AT, number=1, surface="floor", title="Parcels burn", why="many at once", figures=FIGURES)
EVENTS: TypeAdapter[Any] = TypeAdapter(list[Annotated[e.Event, Field(discriminator="kind")]])


def act(by: PersonRef = PEOPLE[0], minutes: int = 1) -> Act:
    return Act(by, AT + timedelta(minutes=minutes), "slack")


STEPS = st.one_of(
    st.tuples(st.just("open_room"), st.sampled_from(["slack", "teams"])),
    st.tuples(st.just("dismiss"), WORDS),
    st.tuples(st.just("log"), WORDS),
    st.tuples(st.just("agree"), WORDS),
    st.tuples(st.just("add"), st.lists(st.integers(1, 5), max_size=3)),
    st.tuples(st.just("clear"), WORDS, WORDS),
    st.tuples(st.just("room_made"), st.sampled_from(["C-1", "C-2"])),
    st.tuples(st.just("invited"), st.lists(st.sampled_from(PEOPLE), max_size=3)),
    st.tuples(st.just("recorded"), st.integers(0, 9)),
)
BY_ITSELF = {"room_made", "invited", "recorded"}


def taken(crisis: Crisis, step: tuple[Any, ...], by: PersonRef, minutes: int) -> e.Events:
    name, *args = step
    given_ = act(by, minutes)
    events: e.Events = getattr(k, name)(crisis, given_.at if name in BY_ITSELF else given_, *args)
    return events


@given(st.lists(st.tuples(STEPS, st.sampled_from(PEOPLE)), max_size=25))
def test_whatever_is_done_the_rules_hold(steps: list[tuple[tuple[Any, ...], PersonRef]]) -> None:
    crisis = k.proposed(PROPOSED)
    trail: list[e.Event] = [PROPOSED]
    refused: list[UserError] = []
    for minutes, (step, by) in enumerate(steps, start=1):
        before = crisis
        try:
            events = taken(crisis, step, by, minutes)
        except UserError as error:
            refused.append(error)
            continue
        for event in events:
            crisis = k.apply(crisis, event)
            trail.append(event)
        if before.state in {CrisisState.OVER, CrisisState.DISMISSED}:
            assert crisis.state is before.state, "what has ended stays so"
            assert {event.kind for event in events} <= {"recorded", "room_made", "invited"}
    assert all(error.message and error.hint for error in refused)
    kinds: list[str] = [event.kind for event in trail]
    assert all(
        kinds.count(once) <= 1 for once in ("proposed", "opened", "room_made", "cleared", "dismissed", "recorded")
    )
    assert not {"cleared", "dismissed"} <= set(kinds)
    assert (crisis.opened_at is not None) == ("opened" in kinds)
    assert "cleared" not in kinds or kinds.index("opened") < kinds.index("cleared")
    assert (crisis.ended_at is not None) == (not crisis.is_live)
    assert len({person.id for person in crisis.invited}) == len(crisis.invited)
    assert [event.at for event in trail] == sorted(event.at for event in trail)
    assert crisis.version == len(trail)
    assert k.replay(trail) == crisis
    assert EVENTS.validate_json(EVENTS.dump_json(trail)) == trail
    state = TypeAdapter(Crisis)
    assert state.validate_json(state.dump_json(crisis, exclude_defaults=True)) == crisis


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    kinds = [kind.__dataclass_fields__["kind"].default for kind in e.Event.__args__]
    assert len(set(kinds)) == len(kinds)


def test_a_timeline_begins_with_the_proposal() -> None:
    with pytest.raises(ValueError, match="begins with Proposed"):
        k.replay(())


def test_only_the_first_opens() -> None:
    crisis = k.proposed(PROPOSED)
    [opened] = k.open_room(crisis, act(), "slack")
    assert k.open_room(k.apply(crisis, opened), act(PEOPLE[1]), "teams") == ()


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 1001])
def test_a_line_has_words_and_an_end(words: str) -> None:
    with pytest.raises(UserError):
        k.log(k.proposed(PROPOSED), act(), words)


def test_the_same_statement_again_changes_nothing() -> None:
    crisis = k.apply(k.proposed(PROPOSED), k.open_room(k.proposed(PROPOSED), act(), "slack")[0])
    [agreed] = k.agree(crisis, act(), " We know. ")
    crisis = k.apply(crisis, agreed)
    assert crisis.statement == "We know."
    assert k.agree(crisis, act(PEOPLE[1]), "We know.") == ()


@pytest.mark.parametrize(
    ("words", "topics", "title"),
    [
        ("Parcels\n burn ", ("delivery",), "Parcels burn"),
        ("", ("delivery", "damaged"), "Delivery"),
        ("", (), "Many posts at once"),
        ("x" * 200, (), "x" * 79 + "…"),
    ],
)
def test_it_has_a_short_name(words: str, topics: tuple[str, ...], title: str) -> None:
    assert k.title_of(words, Figures(topics=topics)) == title


def test_what_comes_late_stands_after_what_it_follows_from() -> None:
    crisis = k.apply(k.proposed(PROPOSED), k.open_room(k.proposed(PROPOSED), act(minutes=5), "slack")[0])
    [made] = k.room_made(crisis, AT, "C-1")
    assert made.at == crisis.opened_at
