"""An idea goes its way whatever people do in whatever order: one holder, one vote a department; its trail replays to its state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

from bot.domain import idea as i
from bot.domain import idea_events as e
from bot.domain import idea_life as life
from bot.domain.idea import Idea, IdeaState
from bot.domain.idea_forgetting import nameless, nameless_event
from bot.domain.life import Act
from bot.domain.people import Department, Person, PersonRef
from bot.domain.policy import LeasePolicy, Policies
from bot.errors import UserError

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PEOPLE = (PersonRef("ben", "Ben", "product"), PersonRef("ana", "Ana", "support"), PersonRef("new", "Nia"))
RAISED = e.Raised(at=AT, by=PEOPLE[1], via="slack", number=7, title="Gift wrap at checkout", conversation=12)
OTHER = i.raised(e.Raised(at=AT, number=9, title="Gift wrapping"))
EVENTS: TypeAdapter[Any] = TypeAdapter(list[Annotated[e.Event, Field(discriminator="kind")]])
P = Policies(LeasePolicy(longest=timedelta(hours=5)))
WORDS = st.sampled_from(["", "  ", "customers ask for it", "too dear", "x" * 501])
SPANS = st.sampled_from([None, timedelta(minutes=2), timedelta(hours=3)])
TO = st.sampled_from([Department("product", "Product"), *(Person(p.id, p.name, p.department) for p in PEOPLE)])

STEPS = st.one_of(
    st.tuples(st.just("ask"), st.lists(st.integers(1, 5), max_size=3)),
    st.tuples(st.just("vote"), WORDS),
    st.tuples(st.just("retitle"), st.sampled_from(["", "Gift wrap", "…", "x" * 121])),
    st.tuples(st.just("move"), st.sampled_from(list(IdeaState)), WORDS),
    st.tuples(st.just("reopen"), WORDS),
    st.tuples(st.just("merge"), st.just(OTHER)),
    st.tuples(st.just("unmerge")),
    st.tuples(st.just("keep_apart"), st.just(OTHER)),
    st.tuples(st.just("claim"), SPANS),
    st.tuples(st.just("renew"), SPANS),
    st.tuples(st.just("accept"), SPANS),
    st.tuples(st.just("release")),
    st.tuples(st.just("pass_on"), TO, WORDS),
    st.tuples(st.just("refuse"), WORDS),
    st.tuples(st.just("warn")),
    st.tuples(st.just("expire")),
)
WITH_POLICIES = {"claim", "renew", "accept"}


def act(by: PersonRef = PEOPLE[0], minutes: int = 1) -> Act:
    return Act(by, AT + timedelta(minutes=minutes), "slack")


def fresh(**more: Any) -> Idea:
    return i.raised(RAISED)


def after(idea: Idea, events: e.Events) -> Idea:
    for event in events:
        idea = i.apply(idea, event)
    return idea


def taken(idea: Idea, step: tuple[Any, ...], by: PersonRef, minutes: int) -> e.Events:
    name, *args = step
    given_ = act(by, minutes)
    if name == "move":
        return life.move(idea, args[0], given_.at, by=by, via="slack", why=args[1])
    if name in {"warn", "expire"}:
        args = []
    elif name in WITH_POLICIES:
        args.insert(0, P)
    events: e.Events = getattr(life, name)(idea, given_.at if name in {"warn", "expire"} else given_, *args)
    return events


@given(st.lists(st.tuples(STEPS, st.sampled_from(PEOPLE), st.integers(0, 200)), max_size=30))
def test_whatever_is_done_the_rules_hold(steps: list[tuple[tuple[Any, ...], PersonRef, int]]) -> None:
    idea, minutes = fresh(), 0
    trail: list[e.Event] = [RAISED]
    refused: list[UserError] = []
    for step, by, passed in steps:
        minutes += passed
        before = idea
        try:
            events = taken(idea, step, by, minutes)
        except UserError as error:
            refused.append(error)
            continue
        idea = after(idea, events)
        trail += events
        if before.merged_into is not None:
            assert {event.kind for event in events} <= {"unmerged"}, "what was merged stands still"
        if before.baton is not None and idea.baton is not None and before.holder != idea.holder:
            assert step[0] in {"accept", "claim"}, "a baton changes hands only when it is accepted"
            assert before.pass_request is not None
        if events and before.state.is_over:
            assert idea.baton is None
    assert all(error.message and error.hint for error in refused)
    assert idea.baton is None or (not idea.state.is_over and idea.merged_into is None)
    assert idea.pass_request is None or idea.baton is not None
    assert idea.state is not IdeaState.DECLINED or idea.why
    assert set(idea.votes) <= {"product", "support"}
    assert idea.asked == 1 + sum(len(event.numbers) for event in trail if isinstance(event, e.AskedFor))
    assert idea.bounces == sum(isinstance(event, e.PassDeclined) for event in trail)
    assert idea.version == len(trail)
    assert i.replay(trail) == idea
    assert EVENTS.validate_json(EVENTS.dump_json(trail)) == trail
    kept = TypeAdapter(Idea)
    assert kept.validate_json(kept.dump_json(idea, exclude_defaults=True)) == idea


@given(st.lists(st.tuples(STEPS, st.sampled_from(PEOPLE)), max_size=15))
def test_time_does_what_is_due_and_no_more(steps: list[tuple[tuple[Any, ...], PersonRef]]) -> None:
    idea = fresh()
    for minutes, (step, by) in enumerate(steps):
        try:
            idea = after(idea, taken(idea, step, by, minutes))
        except UserError:
            continue
    while (due := idea.due) is not None:
        early = due - timedelta(seconds=1)
        assert (life.expire(idea, early), life.warn(idea, early)) == ((), ())
        events = life.expire(idea, due) or life.warn(idea, due)
        assert events
        idea = after(idea, events)
    assert idea.baton is None


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    kinds = [kind.__dataclass_fields__["kind"].default for kind in e.Event.__args__]
    assert len(set(kinds)) == len(kinds)


def test_a_trail_begins_with_its_being_raised() -> None:
    with pytest.raises(ValueError, match="begins with Raised"):
        i.replay(())


def test_a_department_has_one_vote_and_may_change_it() -> None:
    idea = after(fresh(), life.vote(fresh(), act(), "cheap to do"))
    assert life.vote(idea, act(), " cheap  to do ") == ()
    idea = after(idea, life.vote(idea, act(minutes=5), "not before spring", against=True))
    assert {key: (vote.text, vote.against) for key, vote in idea.votes.items()} == {
        "product": ("not before spring", True)
    }
    with pytest.raises(UserError, match="does not know yours"):
        life.vote(idea, act(PEOPLE[2]), "me too")


def test_who_holds_the_next_step_is_told_to_whom_else_claims_it() -> None:
    idea = after(fresh(), life.claim(fresh(), act(), P))
    with pytest.raises(UserError, match="Ben holds the next step of I-7") as told:
        life.claim(idea, act(PEOPLE[1]), P)
    assert told.value.until == AT + timedelta(minutes=1, hours=5)


def test_a_lease_lasts_as_long_as_any_unless_said_otherwise() -> None:
    [claimed] = life.claim(fresh(), act(), P, timedelta(hours=2))
    assert isinstance(claimed, e.Claimed)
    assert claimed.lease.until == AT + timedelta(minutes=1, hours=2)
    idea = after(fresh(), life.claim(fresh(), act(), P))
    [renewed] = life.renew(idea, act(minutes=2), P, timedelta(hours=1))
    assert isinstance(renewed, e.Renewed)
    assert renewed.lease.until == AT + timedelta(minutes=2, hours=1)


def test_a_pass_is_accepted_or_refused_with_a_reason() -> None:
    idea = after(fresh(), life.claim(fresh(), act(), P))
    idea = after(idea, life.pass_on(idea, act(), Department("support", "Support"), "who asked most?"))
    assert idea.is_held_by(PEOPLE[0]), "until it is accepted the giver holds it"
    with pytest.raises(UserError, match="asks support, not you"):
        life.accept(idea, act(PEOPLE[2]), P)
    refused = after(idea, life.refuse(idea, act(PEOPLE[1]), "no time"))
    assert (refused.bounces, refused.pass_request, refused.holder) == (1, None, PEOPLE[0])
    accepted = after(idea, life.claim(idea, act(PEOPLE[1]), P))
    assert accepted.holder == PEOPLE[1]


def test_another_system_moves_it_as_a_colleague_does() -> None:
    idea = after(fresh(), life.move(fresh(), IdeaState.PLANNED, AT, via="github"))
    [shipped] = life.move(idea, IdeaState.SHIPPED, AT, via="github")
    assert (shipped.by, shipped.via, after(idea, (shipped,)).state) == (None, "github", IdeaState.SHIPPED)
    assert life.move(after(idea, (shipped,)), IdeaState.SHIPPED, AT) == ()


def test_what_is_over_is_reopened_before_it_moves_on() -> None:
    idea = after(fresh(), life.move(fresh(), IdeaState.DECLINED, AT, why="too dear"))
    assert idea.why == "too dear"
    with pytest.raises(UserError, match="I-7 is declined"):
        life.claim(idea, act(), P)
    events = life.move(idea, IdeaState.PLANNED, AT)
    assert [event.kind for event in events] == ["reopened", "planned"]
    assert after(idea, events).why == ""
    assert after(idea, life.reopen(idea, act(), "the supplier is cheaper now")).state is IdeaState.CONSIDERING


def test_a_new_idea_that_nobody_asks_for_any_more_is_dropped() -> None:
    idea = after(fresh(), life.ask(fresh(), act(), [13, 13, 14]))
    assert idea.asked == 3
    idea = after(idea, life.ask_no_longer(idea, act(), [13]))
    assert (idea.asked, idea.state) == (2, IdeaState.NEW)
    voted = after(idea, life.vote(idea, act(), "we want it"))
    assert after(voted, life.ask_no_longer(voted, act(), [12, 14])).state is IdeaState.NEW
    assert after(idea, life.ask_no_longer(idea, act(), [12, 14])).state is IdeaState.DECLINED
    assert life.ask_no_longer(idea, act(), []) == ()


def test_what_was_merged_says_what_stands_for_it_and_can_be_parted_again() -> None:
    idea = after(fresh(), life.merge(fresh(), act(), OTHER, "“gift” in both"))
    with pytest.raises(UserError, match="I-7 was merged into I-9") as told:
        life.vote(idea, act(), "yes")
    assert [offered.label for offered in told.value.offers] == ["Show I-9", "Undo the merge"]
    with pytest.raises(UserError, match="was merged"):
        life.merge(OTHER, act(), idea)
    with pytest.raises(UserError, match="one idea"):
        life.merge(OTHER, act(), OTHER)
    parted = after(idea, life.unmerge(idea, act()))
    assert (parted.merged_into, parted.apart) == (None, (9,))
    assert life.keep_apart(parted, act(), OTHER) == ()


@pytest.mark.parametrize("words", ["", " ", "…!?", "x" * 121])
def test_a_title_has_letters_and_an_end(words: str) -> None:
    with pytest.raises(UserError):
        life.title_of(words)
    assert life.title_of(" Gift\n wrap ") == "Gift wrap"


def test_a_name_that_colleagues_wrote_becomes_somebody_in_the_state_and_in_its_trail() -> None:
    trail: list[e.Event] = [e.Raised(at=AT, by=PEOPLE[0], number=7, title="Gift wrap for MAYA OKAFOR")]
    for name, *words in (
        ("vote", "maya okafor asks"),
        ("claim", P),
        ("pass_on", Department("legal", "Legal"), "ask Maya"),
    ):
        trail += getattr(life, str(name))(i.replay(trail), act(), *words)
    names = ("Maya Okafor", "Maya")
    after_it = i.replay([nameless_event(event, names) for event in trail])
    assert after_it == nameless(i.replay(trail), names)
    assert after_it.title == "Gift wrap for somebody"
    assert after_it.votes["product"].text == "somebody asks"
    assert after_it.pass_request is not None
    assert after_it.pass_request.ask == "ask somebody"
