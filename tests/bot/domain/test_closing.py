"""Perspectives and discussions, resolving, and what happens afterwards; events and states as they are stored."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain.conversation import Conversation, State
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.replay import replay
from tests.bot.domain.story import ANA, ANSWERED, BEN, CHLOE, DEV, EVA, FINN, PRODUCT, Story, offered, refused

OPEN_ONLY = ("claim", "renew", "release", "join", "escalate", "raise_crisis", "wait", "accept", "decline", "resolve")


def resolved() -> Story:
    story = Story()
    story.claim(ANA)
    story.later(hours=1)
    story.resolve(ANA)
    return story


def test_resolving_keeps_the_outcome_by_whom_and_when_and_ends_lease_pass_and_snooze() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    story.snooze(ANA, story.now.replace(year=2027, month=1))
    outcome = Outcome(OutcomeKind.FIXED, "a new box", "we wrap it twice")
    story.resolve(ANA, outcome)
    c = story.c
    assert (c.state, c.outcome, c.resolved_by, c.resolved_at) == (State.RESOLVED, outcome, ANA.ref, story.now)
    assert (c.baton, c.pass_request, c.snoozed_until, story.timers) == (None, None, None, {})


def test_only_the_holder_resolves() -> None:
    story = Story()
    assert offered(refused(story.resolve, ANA)) == ["claim"]
    story.claim(ANA)
    assert offered(refused(story.resolve, BEN)) == ["join", "pass"]


@pytest.mark.parametrize(("wanted", "changed"), [("", "nothing"), ("a box", ""), ("  ", "\n")])
def test_resolving_needs_what_the_customer_wanted_and_what_we_changed(wanted: str, changed: str) -> None:
    story = Story()
    story.claim(ANA)
    error = refused(story.resolve, ANA, Outcome(OutcomeKind.ANSWERED, wanted, changed))
    assert "nothing" in error.hint
    assert story.c.state is State.HELD


def test_nothing_is_an_answer_to_what_changed_and_is_counted_as_such() -> None:
    assert not ANSWERED.changed_something
    assert not Outcome(OutcomeKind.PRAISE, "thanks", " Nothing ").changed_something
    assert Outcome(OutcomeKind.FIXED, "a box", "the label").changed_something


@pytest.mark.parametrize("verb", OPEN_ONLY)
def test_a_resolved_conversation_refuses_and_offers_to_reopen(verb: str) -> None:
    story = resolved()
    error = refused(getattr(story, verb), ANA)
    assert error.message == "B-12 is resolved."
    assert offered(error) == ["reopen"]


def test_a_resolved_conversation_cannot_be_passed_or_snoozed() -> None:
    story = resolved()
    assert offered(refused(story.hand, ANA, PRODUCT)) == ["reopen"]
    assert offered(refused(story.snooze, ANA, story.now.replace(year=2027))) == ["reopen"]


def test_notes_perspectives_and_questions_are_welcome_after_it_is_resolved() -> None:
    story = resolved()
    story.note(CHLOE)
    story.perspective(CHLOE)
    story.discuss(CHLOE, "legal")
    assert story.c.state is State.RESOLVED
    assert story.c.touched == ("support", "product")


def test_a_customer_who_writes_again_reopens_it_on_the_floor() -> None:
    story = resolved()
    story.later(days=2)
    kinds = [event.kind for event in story.hear()]
    assert kinds == ["customer_wrote", "reopened"]
    c = story.c
    assert (c.state, c.outcome, c.resolved_by, c.resolved_at) == (State.FLOOR, None, None, None)
    assert (c.reopened, c.floor_since, c.posts) == (1, story.now, 2)


def test_a_customer_who_edits_or_deletes_a_post_does_not_reopen_it() -> None:
    story = resolved()
    story.edited()
    story.deleted()
    assert story.c.state is State.RESOLVED
    assert (story.c.deleted_posts, story.c.edited_at, story.c.deleted_at) == (1, story.now, story.now)
    assert story.timers == {}


def test_a_deletion_leaves_the_holder_with_the_baton() -> None:
    story = Story()
    story.claim(ANA)
    story.deleted()
    assert story.c.holder == ANA.ref


def test_anybody_reopens_what_is_resolved_but_nobody_what_is_open() -> None:
    story = resolved()
    story.reopen(FINN, "the new one broke too")
    assert story.c.state is State.FLOOR
    assert "is open" in refused(story.reopen, FINN).message


def test_a_perspective_is_one_line_for_each_department_and_a_later_one_replaces_it() -> None:
    story = Story()
    story.perspective(ANA, "the carrier\n  changed ")
    story.perspective(CHLOE, "the box is new")
    story.perspective(BEN, "the carrier changed in May")
    assert {key: one.text for key, one in story.c.perspectives.items()} == {
        "support": "the carrier changed in May",
        "product": "the box is new",
    }
    assert story.c.perspectives["support"].by == BEN.ref


def test_a_perspective_needs_a_department_and_a_line() -> None:
    story = Story()
    assert "does not know yours" in refused(story.perspective, FINN).message
    assert "needs a line" in refused(story.perspective, ANA, " \n ").message


def test_a_discussion_calls_each_department_once_and_remembers_all() -> None:
    story = Story()
    (event, *_) = story.discuss(DEV, "legal", "product", "legal")
    assert isinstance(event, e.DiscussionCalled)
    assert event.departments == ("legal", "product")
    story.discuss(EVA, "product", "sales")
    assert story.c.discussing == ("legal", "product", "sales")
    assert "at least one department" in refused(story.discuss, EVA).message


def test_the_first_colleague_and_every_department_that_acted_are_remembered() -> None:
    story = Story()
    story.hear()
    assert story.c.first_human_at is None
    story.later(minutes=5)
    first = story.now
    story.note(FINN)
    story.later(minutes=5)
    story.claim(ANA)
    assert story.c.first_human_at == first
    assert story.c.touched == ("support",)


def whole_life() -> Story:
    """Every kind of event once at least."""
    story = Story(urgent=True)
    story.next_timer()
    story.hear("smoke")
    story.read_again("a recall", intents="complaint", topics="safety", departments="legal")
    story.edited()
    story.deleted()
    story.claim(ANA)
    story.next_timer()
    story.renew(ANA)
    story.hand(DEV, DEV, "a key account")
    story.hand(ANA, PRODUCT)
    story.decline(CHLOE, "“no”\u2028🤷")
    story.hand(ANA, CHLOE)
    story.accept(CHLOE)
    for act in (story.join, story.note, story.perspective, story.escalate, story.raise_crisis):
        act(EVA)
    story.discuss(EVA, "sales", "support")
    story.next_timer()
    story.next_timer()
    story.claim(BEN)
    story.release(BEN, "off")
    story.snooze(FINN, story.now.replace(year=2027, month=1))
    story.next_timer()
    story.claim(FINN)
    story.wait(FINN)
    story.hear()
    story.draft(EVA)
    story.answer(FINN, "Sorry “🤷”", "legal", "product")
    story.reject(EVA)
    story.answer(FINN, "Sorry\u2028", "legal")
    story.approve(EVA)
    story.is_lost()
    story.resend(FINN)
    story.fails()
    story.resend(FINN)
    story.arrives()
    story.resolve(FINN)
    story.reopen(ANA)
    story.echoed("danger: “fire”", reddit=2, mastodon=1)
    story.left("reddit")
    return story


def says_the_same() -> Story:
    """What can happen to one that says the same as another."""
    story = Story(echo_of=5)
    story.follows(7)
    story.separate(ANA)
    return story


def test_every_event_and_the_state_are_the_same_after_a_round_trip_through_json() -> None:
    stories = (whole_life(), says_the_same())
    trail: TypeAdapter[Any] = TypeAdapter(list[e.Event])
    state = TypeAdapter(Conversation)
    # What is filed comes from no act, nor the end of a crisis: handlers/test_filing.py and test_crises.py have them, and
    # test_telling.py what tells of ideas.
    happened = {type(event) for story in stories for event in story.trail}
    assert happened == set(e.Event.__args__) - {e.Filed, e.Forgotten, e.WasPartOfCrisis, e.IdeaShipped, e.NotTold}
    for story in stories:
        assert trail.validate_json(trail.dump_json(story.trail)) == story.trail
        assert state.validate_json(state.dump_json(story.c)) == story.c
        assert replay(trail.validate_json(trail.dump_json(story.trail))) == story.c


def test_every_kind_of_event_has_a_name_of_its_own() -> None:
    kinds = [kind.__dataclass_fields__["kind"].default for kind in e.Event.__args__]
    assert len(set(kinds)) == len(kinds)
