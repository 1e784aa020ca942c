"""What people and networks can do about answers on the walks' floor, what each act must do, and what always holds.

It belongs to `Floor`, through which acts are tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.domain import answering, life
from bot.domain import events as e
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation, State
from bot.domain.people import Person, PersonRef
from tests.bot.domain.drawing import PEOPLE, REASONS, Choose
from tests.bot.domain.story import Story

NEEDS = ((), (), ("legal",), ("legal", "product"), ("product", "support", "product"), ("support",))
STUCK = {AnswerState.FAILED, AnswerState.UNCLEAR}
BUSY = {AnswerState.SENDING, AnswerState.UNCLEAR}


class Trying(Protocol):
    """The floor, as far as it is needed here."""

    story: Story

    def tries(self, person: Person, legal: bool, act: Callable[[], life.Events]) -> bool:
        """Do it; an act against the rules is refused in plain words, and changes nothing."""
        ...

    def came_from(self, events: life.Events, by: PersonRef | None, via: str) -> None:
        """Each event says when, by whom and from where."""
        ...

    def holds(self, person: Person) -> bool:
        """Is the baton theirs?"""
        ...


class Answers:
    """Answers on their way to one customer."""

    def __init__(self, floor: Trying) -> None:
        self._floor = floor

    @property
    def story(self) -> Story:
        """The conversation that they are in."""
        return self._floor.story

    @property
    def state(self) -> AnswerState | None:
        """Where the latest one is."""
        return self.story.c.answer.state if self.story.c.answer is not None else None

    def turns(self) -> list[Callable[[Choose], None]]:
        """What is likely to happen next to an answer."""
        match self.state:
            case None:
                return []
            case AnswerState.ASKED:
                return [self.who_was_asked_judges] * 4
            case AnswerState.SENDING:
                return [self.its_fate_is_known] * 4
            case AnswerState.FAILED | AnswerState.UNCLEAR if self.story.c.baton is not None:
                return [self.the_holder_settles] * 6
            case _:
                return [self.its_fate_is_known]

    def who_was_asked_judges(self, choose: Choose) -> None:
        """Or somebody else tries."""
        self.judges(choose, choose(PEOPLE))

    def the_holder_settles(self, choose: Choose) -> None:
        """They have looked."""
        self.settles(choose, next(person for person in PEOPLE if self._floor.holds(person)))

    def drafts(self, choose: Choose, person: Person) -> None:
        """Everybody may, as long as it is open."""
        before, words = self.story.c, choose(REASONS)
        legal = before.state is not State.RESOLVED and bool(words.strip())
        if self._floor.tries(person, legal, lambda: self.story.draft(person, words)):
            now = self.story.c
            assert now.draft is not None
            assert now.draft.text == words.strip()
            assert (now.answer, now.state, now.holder) == (before.answer, before.state, before.holder)

    def answers(self, choose: Choose, holder: Person) -> None:
        """To the customer at once, or to other departments first; the author's own is not asked."""
        words, needs = choose(REASONS), choose(NEEDS)
        legal = self.state not in BUSY and bool(words.strip())
        if self._floor.tries(holder, legal, lambda: self.story.answer(holder, words, *needs)):
            answer, others = self.story.c.answer, tuple(dict.fromkeys(key for key in needs if key != holder.department))
            assert answer is not None
            assert (answer.text, answer.by, answer.needs) == (words.strip(), holder.ref, others)
            assert answer.state is (AnswerState.ASKED if others else AnswerState.SENDING)
            assert self.story.c.draft is None

    def judges(self, choose: Choose, person: Person) -> None:
        """Only who is of the department whose turn it is, and never the author."""
        waiting = self.story.c.answer
        due = waiting.waits_for if waiting is not None else None
        those = [each for each in PEOPLE if each.department == due and due is not None]
        person = choose([*those, *those, person])
        seen = choose(("", waiting.id if waiting is not None else "", "an older one"))
        its = waiting is not None and seen in {"", waiting.id} and person.ref.id != waiting.by.id
        may = its and due is not None and person.department == due
        if choose((True, True, False)):
            if self._floor.tries(person, may, lambda: self.story.approve(person, seen)):
                self._is_one_step_further(person)
            return
        why = choose(REASONS)
        if self._floor.tries(person, may and bool(why.strip()), lambda: self.story.reject(person, why, seen)):
            assert waiting is not None
            now = self.story.c
            assert now.answer is None
            assert now.draft is not None
            assert (now.draft.text, now.draft.by) == (waiting.text, waiting.by)

    def _is_one_step_further(self, person: Person) -> None:
        answer = self.story.c.answer
        assert answer is not None
        assert person.department not in answer.needs
        assert answer.approved[-1] == person.ref
        assert (answer.state is AnswerState.SENDING) == (not answer.needs)

    def settles(self, choose: Choose, holder: Person) -> None:
        """What failed may be sent again; of what is of unknown fate the holder may say as well that it arrived."""
        stuck, before = self.state in STUCK, self.story.c
        again = choose((True, False))
        act = self.story.resend if again else self.story.confirm
        if self._floor.tries(holder, stuck, lambda: act(holder)):
            assert before.answer is not None
            now = self.story.c.answer
            assert now is not None
            assert (now.id, now.text, now.why) == (before.answer.id, before.answer.text, "")
            assert now.state is (AnswerState.SENDING if again else AnswerState.SENT)

    def its_fate_is_known(self, choose: Choose) -> None:
        """The network has it, refuses it, or does not say; what comes of another answer changes nothing."""
        before, state = self.story.c, self.state
        what = choose((self.story.arrives, self.story.arrives, self.story.fails, self.story.is_lost))
        mine = choose((True, True, True, False))
        events = what(None if mine else "another")
        self._floor.came_from(events, None, "network")
        expected = {AnswerState.SENDING, *(STUCK if what == self.story.arrives else ())}
        assert bool(events) == (mine and state in expected)
        if what == self.story.arrives and events:
            self._is_the_customers_turn(before)
        elif events:
            now = self.story.c
            assert (now.state, now.baton, now.answered) == (before.state, before.baton, before.answered)

    def _is_the_customers_turn(self, was: Conversation) -> None:
        now = self.story.c
        assert now.answer is not None
        assert now.answer.url is not None
        wrote = was.last_post_at is not None and now.answer.at < was.last_post_at
        rests = was.state is State.HELD and was.is_held_by(now.answer.by) and not wrote and was.pass_request is None
        assert now.state is (State.WAITING if rests else was.state)
        assert (now.baton, now.snoozed_until) == (was.baton, was.snoozed_until)
        assert now.answered == was.answered + 1

    # What always holds.

    def check(self) -> None:
        """Everything that holds of answers in every state."""
        self.what_waits_for_approval_is_the_holders()
        self.one_at_most_is_on_its_way_and_only_what_was_approved()
        self.what_was_sent_is_counted()

    def what_waits_for_approval_is_the_holders(self) -> None:
        c = self.story.c
        if c.answer is None:
            return
        assert c.answer.text.strip()
        assert bool(c.answer.needs) == (c.answer.state is AnswerState.ASKED)
        assert c.answer.by.department not in c.answer.needs
        if c.answer.state is AnswerState.ASKED:
            assert c.is_held_by(c.answer.by)

    def one_at_most_is_on_its_way_and_only_what_was_approved(self) -> None:
        on_its_way: str | None = None
        left: dict[str, list[str]] = {}
        author: dict[str, PersonRef] = {}
        for event in self.story.trail:
            match event:
                case e.AnswerWritten(by=PersonRef() as by):
                    assert on_its_way is None
                    left[event.answer_id], author[event.answer_id] = list(event.needs), by
                    on_its_way = None if event.needs else event.answer_id
                case e.AnswerApproved(by=PersonRef() as by):
                    assert by.id != author[event.answer_id].id
                    assert by.department == event.department == left[event.answer_id].pop(0)
                    on_its_way = None if left[event.answer_id] else event.answer_id
                case e.AnswerRepeated():
                    assert (on_its_way, left[event.answer_id]) == (None, [])
                    on_its_way = event.answer_id
                case e.AnswerSent() | e.AnswerFailed() | e.AnswerUnclear():
                    assert on_its_way in {None, event.answer_id}
                    assert not left[event.answer_id]
                    on_its_way = None
        going = self.story.c.answer if self.state is AnswerState.SENDING else None
        assert on_its_way == (going.id if going is not None else None)
        if going is not None and isinstance(self.story.trail[-1], answering.SENDS):
            assert self.story.c.is_held_by(going.by), "only the holder's answer goes out"

    def what_was_sent_is_counted(self) -> None:
        sent = [event.at for event in self.story.trail if isinstance(event, e.AnswerSent)]
        assert self.story.c.answered == len(sent)
        assert self.story.c.first_answer_at == (sent[0] if sent else None)
