"""Answering the customer: only the holder sends, other departments approve, and nothing goes out twice by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answer import AnswerState
from bot.domain.conversation import State, Timer
from tests.bot.domain.story import ANA, BEN, CHLOE, DEV, EVA, FINN, PRODUCT, Story, offered, refused


def held() -> Story:
    """Ana of Support holds it."""
    story = Story()
    story.claim(ANA)
    return story


def asked(*needs: str) -> Story:
    """Her answer waits for approval."""
    story = held()
    story.answer(ANA, "A new one is on its way.", *(needs or ("legal",)))
    return story


def state(story: Story) -> AnswerState | None:
    return story.c.answer.state if story.c.answer is not None else None


def test_the_holders_answer_goes_out_at_once_where_nobody_has_to_approve_it() -> None:
    story = held()
    story.answer(ANA, "  A new one is on its way.\n")
    answer = story.c.answer
    assert answer is not None
    assert (answer.text, answer.by, answer.state) == ("A new one is on its way.", ANA.ref, AnswerState.SENDING)


def test_only_the_holder_answers() -> None:
    story = Story()
    assert offered(refused(story.answer, ANA)) == ["claim"]
    story.claim(ANA)
    assert offered(refused(story.answer, BEN)) == ["join", "pass"]
    story.resolve(ANA)
    assert offered(refused(story.answer, ANA)) == ["reopen"]


def test_an_answer_needs_words() -> None:
    story = held()
    assert "needs words" in refused(story.answer, ANA, " \n ").message
    assert "needs words" in refused(story.draft, ANA, "").message


def test_answering_renews_the_lease() -> None:
    story = held()
    story.later(hours=3)
    assert [event.kind for event in story.answer(ANA)] == ["answer_written", "renewed"]


def test_anybody_drafts_and_the_latest_draft_stays_until_it_is_answered() -> None:
    story = Story()
    story.draft(EVA, "We are sorry.")
    assert story.draft(EVA, " We are sorry. ") == ()
    story.draft(FINN, "We are very sorry.")
    assert story.c.draft is not None
    assert (story.c.draft.text, story.c.draft.by) == ("We are very sorry.", FINN.ref)
    story.claim(ANA)
    story.answer(ANA)
    assert story.c == replace(story.c, draft=None)
    story.resolve(ANA)
    assert offered(refused(story.draft, ANA)) == ["reopen"]


def test_when_it_is_sent_the_next_step_is_the_customers() -> None:
    story = held()
    story.answer(ANA)
    story.later(seconds=2)
    story.arrives(url="https://example.social/9")
    c = story.c
    assert c.answer is not None
    assert (c.answer.state, c.answer.url) == (AnswerState.SENT, "https://example.social/9")
    assert (c.state, c.holder, story.timers) == (State.WAITING, ANA.ref, {})
    assert (c.answered, c.first_answer_at) == (1, story.now)


def test_the_first_answer_stays_the_first() -> None:
    story = held()
    for _ in range(2):
        story.answer(ANA)
        story.arrives()
        story.later(minutes=5)
    assert (story.c.answered, story.c.first_answer_at) == (2, story.trail[0].at)


def test_who_has_more_to_say_answers_while_the_customer_is_waited_for() -> None:
    story = held()
    story.answer(ANA)
    story.arrives()
    story.answer(ANA, "One more thing.")
    assert (story.c.state, state(story)) == (State.WAITING, AnswerState.SENDING)


def wrote(story: Story) -> None:
    story.later(seconds=1)
    story.hear()


def passed(story: Story) -> None:
    story.hand(ANA, PRODUCT)


def taken_over(story: Story) -> None:
    story.hand(ANA, PRODUCT)
    story.accept(CHLOE)


@pytest.mark.parametrize("meanwhile", [wrote, passed, taken_over])
def test_what_happened_while_it_went_out_keeps_it_from_waiting(meanwhile: Callable[[Story], None]) -> None:
    story = held()
    story.answer(ANA)
    meanwhile(story)
    before = story.c
    story.arrives()
    assert (story.c.state, story.c.baton, story.c.pass_request) == (State.HELD, before.baton, before.pass_request)


def test_a_snooze_outlasts_the_answer() -> None:
    story = held()
    until = story.now + timedelta(days=1)
    story.snooze(ANA, until)
    story.answer(ANA, "You hear from us tomorrow.")
    story.arrives()
    assert story.timers == {Timer.WAKE: until}


def test_when_the_customer_writes_the_holder_has_it_back_with_a_fresh_lease() -> None:
    story = held()
    story.answer(ANA)
    story.arrives()
    story.later(days=3)
    story.hear()
    assert (story.c.state, story.c.holder, story.lease_left) == (State.HELD, ANA.ref, timedelta(hours=4))


def test_when_nobody_holds_it_any_more_it_is_on_the_floor() -> None:
    story = held()
    story.answer(ANA)
    story.arrives()
    story.release(ANA)
    story.hear()
    assert (story.c.state, story.c.holder) == (State.FLOOR, None)


@pytest.mark.parametrize("end", ["fails", "is_lost"])
def test_what_did_not_arrive_for_certain_keeps_the_holder_in_charge(end: str) -> None:
    story = held()
    story.answer(ANA)
    getattr(story, end)()
    assert story.c.answer is not None
    assert story.c.answer.why
    assert (story.c.state, story.c.answered, story.c.first_answer_at) == (State.HELD, 0, None)
    assert Timer.LEASE_EXPIRY in story.timers


def test_one_answer_at_a_time() -> None:
    story = held()
    story.answer(ANA)
    assert "still going out" in refused(story.answer, ANA).message
    story.is_lost()
    error = refused(story.answer, ANA)
    assert "Nobody knows" in error.message
    assert offered(error) == ["sent", "resend"]


def test_what_failed_is_sent_again_changed_or_unchanged() -> None:
    story = held()
    story.answer(ANA)
    story.fails()
    first = story.c.answer
    story.resend(ANA)
    assert story.c.answer is not None
    assert first is not None
    assert (story.c.answer.id, story.c.answer.text, state(story)) == (first.id, first.text, AnswerState.SENDING)
    story.fails()
    story.answer(ANA, "Changed.")
    assert (story.c.answer.id == first.id, state(story)) == (False, AnswerState.SENDING)


def test_who_took_over_sends_it_as_their_own() -> None:
    story = held()
    story.answer(ANA)
    story.fails()
    story.hand(ANA, PRODUCT)
    story.accept(CHLOE)
    assert offered(refused(story.resend, ANA)) == ["join", "pass"]
    story.resend(CHLOE)
    assert story.c.answer is not None
    assert story.c.answer.by == CHLOE.ref
    story.arrives()
    assert story.c.state is State.WAITING


def test_the_holder_says_that_it_arrived_after_all() -> None:
    story = held()
    story.answer(ANA)
    story.is_lost()
    assert offered(refused(story.confirm, BEN)) == ["join", "pass"]
    story.confirm(ANA)
    assert (state(story), story.c.state, story.c.answered) == (AnswerState.SENT, State.WAITING, 1)
    assert offered(refused(story.confirm, ANA)) == ["reply"]
    assert offered(refused(story.resend, ANA)) == ["reply"]


def test_what_is_known_late_is_still_known() -> None:
    story = held()
    story.answer(ANA)
    story.is_lost()
    assert [event.kind for event in story.arrives()] == ["answer_sent"]
    assert story.arrives() == ()
    assert story.fails() == story.is_lost() == ()


def test_what_becomes_of_an_older_answer_changes_nothing() -> None:
    story = held()
    story.answer(ANA)
    assert story.arrives("older") == story.fails("older") == story.is_lost("older") == ()
    assert state(story) is AnswerState.SENDING


def test_an_answer_of_a_resolved_conversation_still_arrives() -> None:
    story = held()
    story.answer(ANA)
    story.resolve(ANA)
    story.arrives()
    assert (state(story), story.c.state, story.c.answered) == (AnswerState.SENT, State.RESOLVED, 1)


# Approval.


def test_an_answer_waits_for_each_department_in_its_order_but_not_for_the_authors_own() -> None:
    story = asked("legal", "support", "product", "legal")
    assert story.c.answer is not None
    assert (story.c.answer.needs, story.c.answer.waits_for) == (("legal", "product"), "legal")
    assert "waits for Legal" in refused(story.approve, CHLOE).message
    story.approve(EVA)
    assert story.c.answer is not None
    assert (state(story), story.c.answer.waits_for) == (AnswerState.ASKED, "product")
    assert offered(refused(story.approve, EVA)) == ["note"]
    story.approve(CHLOE)
    assert (state(story), story.c.answer.approved) == (AnswerState.SENDING, (EVA.ref, CHLOE.ref))


def test_nobody_approves_their_own_answer_nor_another_departments() -> None:
    story = asked()
    assert "for others to approve" in refused(story.approve, ANA).message
    for person in (BEN, DEV, FINN):
        assert "not of that department" in refused(story.approve, person).message
        assert "not of that department" in refused(story.reject, person).message


def test_nobody_approves_another_answer_than_the_one_they_read() -> None:
    story = asked()
    assert story.c.answer is not None
    read = story.c.answer.id
    story.answer(ANA, "Another text.", "legal")
    assert "replaced" in refused(story.approve, EVA, read).message
    story.approve(EVA, story.c.answer.id)
    assert state(story) is AnswerState.SENDING


def test_what_was_rejected_is_a_draft_again() -> None:
    story = asked()
    assert "needs a reason" in refused(story.reject, EVA, " ").message
    story.reject(EVA, "we may not promise a date")
    assert story.c.answer is None
    assert story.c.draft is not None
    assert (story.c.draft.text, story.c.draft.by) == ("A new one is on its way.", ANA.ref)
    assert "No answer" in refused(story.approve, EVA).message


def expired(story: Story) -> None:
    story.later(hours=5)
    story.ring(Timer.LEASE_EXPIRY)


@pytest.mark.parametrize(
    "leaves",
    [expired, taken_over, lambda story: story.release(ANA), lambda story: story.resolve(ANA)],
    ids=["expired", "passed", "released", "resolved"],
)
def test_it_is_taken_back_when_the_baton_leaves_its_authors_hand(leaves: Callable[[Story], None]) -> None:
    story = asked()
    leaves(story)
    assert story.c.answer is None
    assert story.c.draft is not None
    assert story.c.draft.text == "A new one is on its way."
    refused(story.approve, EVA)


def test_it_is_taken_back_when_another_takes_up_what_waited_for_the_customer() -> None:
    story = asked()
    story.wait(ANA)
    story.later(days=2)
    story.claim(DEV)
    assert (story.c.answer, story.c.holder) == (None, DEV.ref)


def test_it_stays_while_the_author_holds_on() -> None:
    story = asked()
    acts: list[Callable[[], object]] = [lambda: story.renew(ANA), lambda: story.wait(ANA), lambda: story.claim(ANA)]
    acts.append(lambda: story.hand(ANA, PRODUCT))
    for act in acts:
        act()
        assert state(story) is AnswerState.ASKED
    story.decline(CHLOE)
    assert state(story) is AnswerState.ASKED


def test_what_is_on_its_way_goes_on_whoever_holds_the_baton() -> None:
    story = held()
    story.answer(ANA)
    story.release(ANA)
    story.claim(BEN)
    assert state(story) is AnswerState.SENDING
    story.arrives()
    assert (state(story), story.c.state, story.c.holder) == (AnswerState.SENT, State.HELD, BEN.ref)
