"""Everybody who can do something to a conversation, what each act must do, and what must always hold.

Every act says first whether the rules allow it, judged from the state alone, and then checks that the core agrees: an
allowed act has its effect, any other is refused in plain words and changes nothing. `choose` decides what is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain import life
from bot.domain.conversation import Conversation, State, Timer
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Department, Person, PersonRef
from bot.domain.replay import replay
from bot.errors import UserError
from tests.bot.domain.drawing import PEOPLE, REASONS, Choose
from tests.bot.domain.floor_answers import Answers
from tests.bot.domain.floor_echoes import Echoes
from tests.bot.domain.story import EVA, LEGAL, PRODUCT, SALES, SUPPORT, Story

DEPARTMENTS = (SUPPORT, PRODUCT, SALES, LEGAL)
COULD_BE_ASKED: tuple[Person | Department, ...] = (*PEOPLE, *DEPARTMENTS)
SPANS = (timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=9), timedelta(days=30))
MINUTES = (-1, 0, 1, 7, 20, 60, 240, 1500, 6000)

EVENT: TypeAdapter[Any] = TypeAdapter(e.Event)
CONVERSATION = TypeAdapter(Conversation)


class Floor:
    """Several people of several departments, a customer, and a clock, all at one conversation."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.answers = Answers(self)
        self.echoes = Echoes(self)

    def turn(self, choose: Choose) -> None:
        """One thing happens, whoever can make it happen."""
        turns: list[Callable[[Choose], None]] = [self.time_passes, self.customer_acts, self.somebody_takes_it_up]
        turns += [self.anybody_acts, self.a_timer_rings, self.nobody_else_may]
        if self.story.timers:
            turns.append(self.the_next_timer_rings)
        if self.story.c.baton is not None:
            turns += [self.the_holder_acts] * 3
        if self.asked():
            turns += [self.who_was_asked_answers] * 3
        turns += self.echoes.turns()
        turns += self.answers.turns()
        choose(turns)(choose)

    def time_passes(self, choose: Choose) -> None:
        """Or the clock is set back a little."""
        self.story.later(minutes=choose(MINUTES))

    def a_timer_rings(self, choose: Choose) -> None:
        """On time or not: it does something just when `timers` says that it is due."""
        timer = choose(tuple(Timer))
        due = self.story.timers.get(timer)
        rings = self.story.ring(timer)
        assert bool(rings) == (due is not None and due <= self.story.now)
        self.came_from(rings, None, "timer")

    def the_next_timer_rings(self, choose: Choose) -> None:
        rings = self.story.next_timer()
        assert rings, "a timer that is due must not be due for ever"
        self.came_from(rings, None, "timer")

    def customer_acts(self, choose: Choose) -> None:
        choose((self.writes, self.writes, self.edits_or_deletes, self.is_read_again))(choose)

    def somebody_takes_it_up(self, choose: Choose) -> None:
        resting = self.story.c.state in {State.RESOLVED, State.WAITING}
        act = self.reopens if resting and choose((True, False)) else self.claims
        act(choose, choose(PEOPLE))

    def the_holder_acts(self, choose: Choose) -> None:
        acts = [self.hands, self.hands, self.renews, self.releases, self.waits, self.resolves, self.snoozes]
        choose([*acts, *[self.answers.answers] * 4, self.answers.settles])(choose, self.holder())

    def who_was_asked_answers(self, choose: Choose) -> None:
        choose((self.accepts, self.declines))(choose, choose(self.asked()))

    def anybody_acts(self, choose: Choose) -> None:
        acts = (self.says, self.escalates, self.calls_a_crisis, self.joins, self.wants, self.snoozes, self.reopens)
        choose((*acts, self.answers.drafts, self.answers.judges))(choose, choose(PEOPLE))

    def nobody_else_may(self, choose: Choose) -> None:
        """What only the holder may do, or only who was asked."""
        person = choose(PEOPLE)
        other = LEGAL if person is not EVA else SALES
        theirs: list[Callable[[], life.Events]] = []
        if not self.holds(person):
            theirs += [lambda: self.story.renew(person), lambda: self.story.release(person)]
            theirs += [lambda: self.story.hand(person, other), lambda: self.story.wait(person)]
            theirs += [lambda: self.story.resolve(person), lambda: self.story.answer(person)]
            theirs += [lambda: self.story.resend(person), lambda: self.story.confirm(person)]
        if not self._is_asked(person):
            theirs += [lambda: self.story.accept(person), lambda: self.story.decline(person)]
        for act in theirs:
            self.tries(person, False, act)

    # What the customer does.

    def writes(self, choose: Choose) -> None:
        before, at, same = self.story.c, self.story.now, choose((True, False))
        self.came_from(self.story.hear(choose((None, "it says fire")), same=same), None, "network")
        now = self.story.c
        if before.state is State.ECHO:
            assert (now.state is State.ECHO) == (same and now.urgent == before.urgent)
            assert (now.echo_of is None) == (now.state is State.FLOOR)
            return
        assert now.posts == before.posts + 1
        assert now.snoozed_until is None
        assert now.last_post_at == at
        assert now.state in ({State.FLOOR} if before.state is State.RESOLVED else {State.FLOOR, State.HELD})
        assert now.holder == before.holder
        assert now.reopened == before.reopened + (before.state is State.RESOLVED)

    def is_read_again(self, choose: Choose) -> None:
        before, why = self.story.c, choose((None, "a recall"))
        happened = self.story.read_again(why, intents="complaint", departments="legal", score=choose((0.1, 0.2)))
        if before.state in {State.RESOLVED, State.ECHO}:
            assert happened == ()
            return
        self.came_from(happened, None, "model")
        now = self.story.c
        assert now.urgent == (before.urgent or why is not None)
        assert now.departments == (("legal",) if happened else before.departments)
        assert (now.state, now.baton, now.posts) == (before.state, before.baton, before.posts)

    def edits_or_deletes(self, choose: Choose) -> None:
        before, deletes = self.story.c, choose((True, False))
        self.came_from(self.story.deleted() if deletes else self.story.edited(), None, "network")
        now = self.story.c
        assert (now.deleted_at if deletes else now.edited_at) == self.story.now
        assert now.deleted_posts == before.deleted_posts + deletes
        assert (now.state, now.baton, now.posts) == (before.state, before.baton, before.posts)

    # What colleagues do.

    def claims(self, choose: Choose, person: Person) -> None:
        c, span = self.story.c, choose((None, *SPANS))
        free = c.baton is None or (c.state is State.WAITING and c.baton.lease.until <= self.story.now)
        legal = c.state is not State.RESOLVED and (free or self.holds(person) or self._is_asked(person))
        if self.tries(person, legal, lambda: self.story.claim(person, span)):
            assert self.story.c.holder == person.ref
            assert self.story.c.state is State.HELD
            assert self.story.c.snoozed_until is None

    def renews(self, choose: Choose, holder: Person) -> None:
        c, span = self.story.c, choose((None, *SPANS))
        legal = c.state is State.HELD and c.snoozed_until is None
        self.tries(holder, legal, lambda: self.story.renew(holder, span))

    def releases(self, choose: Choose, holder: Person) -> None:
        assert self.tries(holder, True, lambda: self.story.release(holder))
        assert self.story.c.state is State.FLOOR
        assert self.story.c.floor_since == self.story.now
        assert self.story.c.pass_request is None

    def hands(self, choose: Choose, holder: Person) -> None:
        before, ask = self.story.c, choose(REASONS)
        to = choose(COULD_BE_ASKED)
        legal = bool(ask.strip()) and not (isinstance(to, Person) and self.holds(to))
        if self.tries(holder, legal, lambda: self.story.hand(holder, to, ask)):
            assert self.story.c.baton == before.baton, "until it is accepted, the giver holds it"

    def wants(self, choose: Choose, person: Person) -> None:
        before = self.story.c
        legal = before.baton is not None and not self.holds(person) and not self._is_asked(person)
        if self.tries(person, legal, lambda: self.story.hand(person, person, choose(REASONS))):
            assert (self.story.c.baton, self.story.c.pass_request) == (before.baton, before.pass_request)

    def accepts(self, choose: Choose, person: Person) -> None:
        span = choose((None, *SPANS))
        assert self.tries(person, True, lambda: self.story.accept(person, span))
        assert self.story.c.holder == person.ref
        assert self.story.c.pass_request is None

    def declines(self, choose: Choose, person: Person) -> None:
        before, why = self.story.c, choose(REASONS)
        if self.tries(person, bool(why.strip()), lambda: self.story.decline(person, why)):
            assert (self.story.c.baton, self.story.c.state) == (before.baton, before.state)
            assert self.story.c.pass_request is None

    def joins(self, choose: Choose, person: Person) -> None:
        legal = self.story.c.baton is not None and not self.holds(person)
        if self.tries(person, legal, lambda: self.story.join(person)):
            assert person.ref in self.story.c.joined

    def says(self, choose: Choose, person: Person) -> None:
        """A note, a perspective, a question: everyone's right, whoever holds it and even when it is resolved."""
        before, text = self.story.c, choose(REASONS)
        keys = choose(((), ("legal",), ("product", "legal", "product")))
        self.tries(person, True, lambda: self.story.note(person), echo=True)
        if self.tries(person, bool(person.department and text.strip()), lambda: self.story.perspective(person, text)):
            assert self.story.c.perspectives[person.department or ""].by == person.ref
        if self.tries(person, bool(keys), lambda: self.story.discuss(person, *keys)):
            assert set(keys) <= set(self.story.c.discussing)
        now = self.story.c
        assert (now.state, now.holder, now.snoozed_until) == (before.state, before.holder, before.snoozed_until)

    def escalates(self, choose: Choose, person: Person) -> None:
        c, rung, why = self.story.c, choose((None, None, 1, 2, 3)), choose(REASONS)
        target = c.rung + 1 if rung is None else rung
        legal = c.state is not State.RESOLVED and c.rung < target <= 3 and bool(why.strip())
        if self.tries(person, legal, lambda: self.story.escalate(person, rung, why)):
            assert self.story.c.rung == target
            assert self.story.c.snoozed_until is None

    def calls_a_crisis(self, choose: Choose, person: Person) -> None:
        c, why = self.story.c, choose(REASONS)
        legal = c.state is not State.RESOLVED and not c.crisis and bool(why.strip())
        if self.tries(person, legal, lambda: self.story.raise_crisis(person, why)):
            assert self.story.c.crisis
            assert self.story.c.urgent
            assert self.story.c.snoozed_until is None

    def waits(self, choose: Choose, holder: Person) -> None:
        if self.tries(holder, self.story.c.state is State.HELD, lambda: self.story.wait(holder)):
            assert self.story.c.state is State.WAITING
            assert not self.story.timers

    def snoozes(self, choose: Choose, person: Person) -> None:
        c, minutes = self.story.c, choose((-5, 0, 10, 10, 3000, 600_000))
        until = self.story.now + timedelta(minutes=minutes)
        free = c.state is not State.RESOLVED and (c.baton is None or self.holds(person))
        if self.tries(person, free and 0 < minutes < 600_000, lambda: self.story.snooze(person, until)):
            assert self.story.timers == {Timer.WAKE: until}

    def resolves(self, choose: Choose, holder: Person) -> None:
        wanted, changed = choose(REASONS), choose(("nothing", "the label", "  ", ""))
        outcome = Outcome(choose(tuple(OutcomeKind)), wanted, changed)
        legal = bool(wanted.strip()) and bool(changed.strip())
        if self.tries(holder, legal, lambda: self.story.resolve(holder, outcome)):
            assert self.story.c.outcome == outcome
            assert self.story.c.resolved_by == holder.ref

    def reopens(self, choose: Choose, person: Person) -> None:
        c = self.story.c
        legal = c.state is State.RESOLVED or (c.state is State.WAITING and self.holds(person))
        if self.tries(person, legal, lambda: self.story.reopen(person)):
            assert self.story.c.state is State.FLOOR
            assert (self.story.c.rung, self.story.c.told, self.story.c.outcome) == (0, (), None)
            assert self.story.c.pass_request is None

    # How an act is tried, and what every event carries.

    def tries(self, person: Person, legal: bool, act: Callable[[], life.Events], *, echo: bool = False) -> bool:
        """Do it; an act against the rules is refused in plain words, and changes nothing.

        Few things can be done to one that says the same as another (`echo`); of the others its leader is offered.
        """
        if legal and (echo or not self.echoes.is_echo()):
            self.came_from(act(), person.ref, "slack")
            return True
        before, length = self.story.c, len(self.story.trail)
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.message.strip()
        assert refused.value.hint.strip()
        for offer in refused.value.offers:
            assert offer.label.strip()
            assert dict(offer.args)["conversation"] in {before.ref, f"B-{before.echo_of}"}
        assert self.story.c is before
        assert len(self.story.trail) == length
        return False

    def came_from(self, events: life.Events, by: PersonRef | None, via: str) -> None:
        for event in events:
            assert (event.at, event.by, event.via) == (self.story.now, by, via)
        if events:
            assert self.story.trail[-len(events) :] == list(events)
            assert self.story.c.changed_at == self.story.now

    def holder(self) -> Person:
        return next(person for person in PEOPLE if self.holds(person))

    def asked(self) -> list[Person]:
        return [person for person in PEOPLE if self._is_asked(person)]

    def holds(self, person: Person) -> bool:
        return self.story.c.is_held_by(person.ref)

    def _is_asked(self, person: Person) -> bool:
        request = self.story.c.pass_request
        if request is None or request.giver.id == person.id:
            return False
        if request.to_person is not None:
            return request.to_person.id == person.id
        return request.to_department == person.department

    # What always holds.

    def check(self) -> None:
        """Everything that holds in every state."""
        self.one_holder_or_none()
        self.the_trail_replays_to_the_same_state()
        self.state_and_last_event_survive_json()
        self.each_rung_is_told_once_in_an_opening()
        self.timers_fit_the_state()
        self.echoes.check()
        self.a_lease_ends_after_it_was_granted()
        self.the_route_and_the_bounces_are_those_of_the_trail()
        self.every_department_that_acted_counts_as_touching_it()
        self.answers.check()

    def one_holder_or_none(self) -> None:
        c = self.story.c
        assert (c.baton is not None) == (c.state in {State.HELD, State.WAITING})
        assert c.holder not in c.joined
        assert len({person.id for person in c.joined}) == len(c.joined)

    def the_trail_replays_to_the_same_state(self) -> None:
        assert replay(self.story.trail) == self.story.c
        assert self.story.c.version == len(self.story.trail)

    def state_and_last_event_survive_json(self) -> None:
        c, event = self.story.c, self.story.trail[-1]
        assert CONVERSATION.validate_json(CONVERSATION.dump_json(c)) == c
        read = EVENT.validate_json(EVENT.dump_json(event))
        assert type(read) is type(event)
        assert read == event

    def each_rung_is_told_once_in_an_opening(self) -> None:
        told: list[int] = []
        for event in self.story.trail:
            if isinstance(event, e.Reopened):
                told = []
            elif isinstance(event, e.Escalated):
                told.append(event.rung)
        assert told == sorted(set(told))
        assert self.story.c.told == tuple(told)
        assert self.story.c.rung == (told[-1] if told else 0)

    def timers_fit_the_state(self) -> None:
        c, timers = self.story.c, set(self.story.timers)
        if c.state is State.ECHO:
            assert not timers
        elif c.state is State.RESOLVED:
            assert not timers
            assert c.snoozed_until is None
            assert c.pass_request is None
            assert c.outcome is not None
        elif c.snoozed_until is not None:
            assert timers == {Timer.WAKE}
        elif c.state is State.HELD:
            assert Timer.LEASE_EXPIRY in timers
            assert timers <= {Timer.LEASE_EXPIRY, Timer.LEASE_WARNING}
        elif c.state is State.WAITING:
            assert not timers
        else:
            assert timers == ({Timer.OVERDUE} if c.rung < 3 else set())

    def a_lease_ends_after_it_was_granted(self) -> None:
        event = self.story.trail[-1]
        lease = getattr(event, "lease", None)
        if lease is not None:
            assert event.at < lease.warn_at <= lease.until
            assert self.story.c.baton is not None
            assert self.story.c.baton.lease == lease
            assert not self.story.c.baton.warned

    def the_route_and_the_bounces_are_those_of_the_trail(self) -> None:
        route: list[str] = []
        for event in self.story.trail:
            if isinstance(event, e.Claimed | e.PassAccepted) and event.by is not None:
                stop = event.by.department or event.by.name
                if route[-1:] != [stop]:
                    route.append(stop)
        assert self.story.c.route == tuple(route)
        assert self.story.c.bounces == sum(isinstance(event, e.PassDeclined) for event in self.story.trail)

    def every_department_that_acted_counts_as_touching_it(self) -> None:
        people = [event.by for event in self.story.trail if event.by is not None]
        assert set(self.story.c.touched) == {person.department for person in people if person.department}
        acted = [event.at for event in self.story.trail if event.by is not None]
        assert self.story.c.first_human_at == (acted[0] if acted else None)
