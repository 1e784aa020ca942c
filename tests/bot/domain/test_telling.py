"""Telling a customer that what they asked for has shipped: who may, what it leaves as it was, and what becomes of the loop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from bot.domain import answering, telling
from bot.domain import events as e
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation, State
from bot.domain.loops import Counted, Loop, Loops, LoopState, Why, loops_of
from bot.domain.people import Person
from bot.domain.replay import replay
from tests.bot.domain.story import ANA, BEN, CHLOE, EVA, MONDAY, Story, offered, refused

IDEA = 7
NEWS = "What you asked for is here now."


def asker(*, resolved: bool = True) -> Story:
    """A conversation that asked for the idea, which has shipped."""
    story = Story()
    if resolved:
        story.claim(ANA)
        story.resolve(ANA)
    story.take(telling.shipped(story.c, story.now, IDEA))
    return story


def tell(story: Story, person: Person, *needs: str, text: str = NEWS) -> None:
    act, id_ = story.by(person), f"answer-{len(story.trail) + 1}"
    story.take(
        telling.tell(story.c, act, story.policies, idea=IDEA, answer_id=id_, post_id="post-1", text=text, needs=needs)
    )


def loop(story: Story, *, since: int = 0) -> Loop:
    """The loop of the story's conversation after what happened to it."""
    fresh = Loop(IDEA, story.c.number, LoopState.DRAFTED, MONDAY, MONDAY, text=NEWS)
    return telling.moved(fresh, story.c, story.trail[since:])


def test_a_resolved_conversation_is_told_by_anybody_and_stays_resolved() -> None:
    story = asker()
    assert IDEA in story.c.shipped
    tell(story, CHLOE)
    assert answering.is_going_out(story.c, story.c.answer.id if story.c.answer else "")
    assert loop(story).state is LoopState.SENDING
    story.arrives()
    assert (story.c.state, story.c.baton, story.c.reopened) == (State.RESOLVED, None, 0)
    assert len(story.c.shipped) == 0
    assert loop(story).state is LoopState.TOLD
    assert "nothing to tell" in refused(tell, story, CHLOE).message, "nobody is told twice"
    story.hear()
    assert story.c.state is State.FLOOR, "their answer is taken up as ever"


def test_who_holds_an_open_conversation_is_who_tells_and_keeps_it() -> None:
    story = asker(resolved=False)
    story.claim(ANA)
    error = refused(tell, story, BEN)
    assert "Ana holds the baton" in error.message
    assert "join" in offered(error)
    tell(story, ANA)
    story.arrives()
    assert story.c.state is State.HELD, "their question is still open"
    assert story.c.is_held_by(ANA.ref)


def test_on_the_floor_it_stays_there_and_a_draft_of_something_else_is_kept() -> None:
    story = asker(resolved=False)
    story.draft(BEN, "About your parcel: ")
    tell(story, CHLOE)
    story.arrives()
    assert story.c.state is State.FLOOR
    assert story.c.draft is not None
    assert story.c.draft.text == "About your parcel:"


def test_who_rested_on_it_too_long_keeps_nobody_from_telling() -> None:
    story = asker(resolved=False)
    story.claim(ANA, timedelta(hours=1))
    story.wait(ANA)
    assert "holds the baton" in refused(tell, story, CHLOE).message
    story.later(hours=2)
    tell(story, CHLOE)
    assert story.c.answer is not None
    assert story.c.answer.by == CHLOE.ref


def test_an_answer_that_is_under_way_is_not_overrun() -> None:
    story = asker(resolved=False)
    story.claim(ANA)
    story.answer(ANA, "Sorry.", "legal")
    assert "waits for approval" in refused(tell, story, ANA).message
    story.approve(EVA)
    assert "still going out" in refused(tell, story, ANA).message
    story.fails()
    assert offered(refused(tell, story, ANA)) == ["resend", "show"]
    story.resend(ANA)
    story.arrives()
    story.claim(ANA)
    tell(story, ANA)


def test_it_waits_for_the_departments_that_approve_also_where_it_is_resolved() -> None:
    story = asker()
    tell(story, ANA, "legal")
    assert story.c.answer is not None
    assert story.c.answer.waits_for == "legal"
    story.approve(EVA)
    story.arrives()
    assert loop(story).state is LoopState.TOLD


def test_what_is_not_approved_is_a_draft_of_the_loop_again_and_none_of_the_conversation() -> None:
    story = asker()
    tell(story, ANA, "legal", text="It heals everything.")
    story.reject(EVA, "does it")
    rejected = loop(story)
    assert (rejected.state, rejected.text, rejected.detail) == (LoopState.DRAFTED, "It heals everything.", "does it")
    assert (story.c.answer, story.c.draft, story.c.shipped) == (None, None, (IDEA,))


def test_one_that_waits_for_approval_while_the_conversation_is_taken_up_is_a_draft_again() -> None:
    story = asker()
    tell(story, ANA, "legal")
    story.hear()
    assert loop(story).state is LoopState.DRAFTED
    assert (story.c.answer, story.c.draft) == (None, None)


@pytest.mark.parametrize(
    ("ends", "state", "why"), [("fails", "untold", Why.FAILED), ("is_lost", "sending", Why.UNCLEAR)]
)
def test_what_did_not_arrive_or_may_not_have_is_mended_by_anybody_where_nobody_holds_it(
    ends: str, state: str, why: Why
) -> None:
    story = asker()
    tell(story, ANA)
    getattr(story, ends)()
    stuck = loop(story)
    assert (stuck.state, stuck.why, bool(stuck.detail)) == (state, why, True)
    story.resend(BEN)
    assert loop(story).state is LoopState.SENDING
    story.is_lost()
    story.confirm(CHLOE)
    assert (loop(story).state, loop(story).why) == (LoopState.TOLD, None)


def test_a_colleague_may_decide_not_to_and_what_did_not_ship_after_all_is_withdrawn() -> None:
    story = asker()
    story.take(telling.leave(story.c, story.by(ANA), IDEA, "they are\n angry"))
    assert (loop(story).state, loop(story).detail, story.c.shipped) == (LoopState.LEFT, "they are angry", ())
    story = asker()
    story.take(telling.withdraw(story.c, story.now, IDEA, "I-7 is being considered"))
    assert story.c.shipped == ()
    assert telling.withdraw(story.c, story.now, IDEA) == ()


def test_another_answer_in_its_place_makes_it_a_draft_again() -> None:
    story = asker(resolved=False)
    story.claim(ANA)
    tell(story, ANA, "legal")
    story.answer(ANA, "First of all: sorry.")
    assert loop(story).state is LoopState.DRAFTED


def test_the_trail_gives_the_same_state_again() -> None:
    story = asker()
    tell(story, ANA, "legal")
    story.reject(EVA)
    tell(story, ANA)
    story.arrives()
    story.take(telling.shipped(story.c, story.now, 8))
    story.take(telling.leave(story.c, story.by(BEN), 8))
    trail: TypeAdapter[list[e.Event]] = TypeAdapter(list[e.Event])
    assert replay(trail.validate_json(trail.dump_json(story.trail))) == story.c
    state = TypeAdapter(Conversation)
    assert state.validate_json(state.dump_json(story.c)) == story.c
    assert story.c.answer is not None
    assert story.c.answer.state is AnswerState.SENT


def test_loops_of_several_ideas_are_put_together() -> None:
    counted = [
        Counted(1, LoopState.TOLD, None, 12),
        Counted(2, LoopState.TOLD, None, 3),
        Counted(2, LoopState.UNTOLD, Why.WINDOW, 2),
        Counted(2, LoopState.SENDING, Why.UNCLEAR, 1),
        Counted(2, LoopState.LEFT, None, 1),
        Counted(3, None, None, 1),
    ]
    found = loops_of(counted)
    assert found == Loops(ideas=3, closed=1, askers=19, told=15, left=1, waiting=1, sending=1, untold={Why.WINDOW: 2})
    assert (found.cannot, found.share) == (2, 15 / 19)
    assert loops_of([]) == Loops()
    assert Loops().share is None
