"""One conversation as the tests drive it: a company of a few people, a clock, and the trail as it grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain import answering, echoing, life
from bot.domain import events as e
from bot.domain.conversation import Conversation, State, Timer
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Department, Person
from bot.domain.policy import BusinessHours, Policies
from bot.domain.replay import apply, opened
from bot.domain.second_reading import read_again
from bot.errors import UserError
from tests.bot.domain.readings import reading

ANA = Person("p-ana", "Ana", "support")
BEN = Person("p-ben", "Ben", "support")
CHLOE = Person("p-chloe", "Chloé", "product")
DEV = Person("p-dev", "Dev", "sales")
EVA = Person("p-eva", "Eva", "legal")
FINN = Person("p-finn", "Finn")
"""A colleague whose department nobody knows."""

SUPPORT, PRODUCT, SALES, LEGAL = (Department(k, k.capitalize()) for k in ("support", "product", "sales", "legal"))

ROUND_THE_CLOCK = Policies()

OFFICE = {day: (time(9), time(17)) for day in range(5)}
WITH_HOURS = Policies(
    hours={
        "support": BusinessHours("Europe/Paris", OFFICE),
        "product": BusinessHours("America/New_York", OFFICE),
        "sales": BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), (time(13), time(0)))),
    }
)
"""Support in Paris, Product in New York, Sales in Tokyo until midnight; everybody else round the clock."""

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

ANSWERED = Outcome(OutcomeKind.ANSWERED, "a parcel", "nothing")


class Story:
    """A conversation, its trail and the time. Each verb acts, takes the events in, and gives them back."""

    def __init__(
        self,
        policies: Policies = ROUND_THE_CLOCK,
        *,
        at: datetime = MONDAY,
        urgent: bool = False,
        departments: tuple[str, ...] = ("support",),
        echo_of: int | None = None,
    ) -> None:
        first = e.Opened(
            at=at,
            via="network",
            number=12,
            customer_id="c-1",
            network="mastodon",
            account="acme",
            post_id="post-1",
            urgent=urgent,
            why_urgent="it says smoke" if urgent else None,
            departments=departments,
            echo_of=echo_of,
        )
        self.policies = policies
        self.now = at
        self.trail: list[e.Event] = [first]
        self.c: Conversation = opened(first)

    def later(self, **span: float) -> None:
        """Let time pass: `later(hours=3)`."""
        self.now += timedelta(**span)

    def by(self, person: Person) -> life.Act:
        """The person acts now, from Slack."""
        return life.Act(person.ref, self.now, "slack")

    def take(self, events: life.Events) -> life.Events:
        """Fold events in."""
        for event in events:
            self.c = apply(self.c, event)
            self.trail.append(event)
        return events

    @property
    def timers(self) -> dict[Timer, datetime]:
        """What is due, and when."""
        return self.c.timers(self.policies)

    @property
    def lease_left(self) -> timedelta:
        """Until the baton falls to the floor, from now."""
        assert self.c.baton is not None
        return self.c.baton.lease.until - self.now

    def claim(self, person: Person, asked: timedelta | None = None) -> life.Events:
        return self.take(life.claim(self.c, self.by(person), self.policies, asked))

    def renew(self, person: Person, asked: timedelta | None = None) -> life.Events:
        return self.take(life.renew(self.c, self.by(person), self.policies, asked))

    def release(self, person: Person, why: str = "") -> life.Events:
        return self.take(life.release(self.c, self.by(person), why))

    def hand(self, person: Person, to: Person | Department, ask: str = "is this the new box?") -> life.Events:
        return self.take(life.pass_on(self.c, self.by(person), to, ask))

    def accept(self, person: Person, asked: timedelta | None = None) -> life.Events:
        return self.take(life.accept(self.c, self.by(person), self.policies, asked))

    def decline(self, person: Person, why: str = "not our parcel") -> life.Events:
        return self.take(life.decline(self.c, self.by(person), why))

    def join(self, person: Person) -> life.Events:
        return self.take(life.join(self.c, self.by(person)))

    def note(self, person: Person) -> life.Events:
        return self.take(life.note(self.c, self.by(person), self.policies, f"note-{len(self.trail)}"))

    def perspective(self, person: Person, text: str = "the carrier changed") -> life.Events:
        return self.take(life.perspective(self.c, self.by(person), self.policies, text))

    def discuss(self, person: Person, *departments: str, question: str = "may we say so?") -> life.Events:
        return self.take(life.discuss(self.c, self.by(person), self.policies, departments, question))

    def escalate(self, person: Person, rung: int | None = None, why: str = "press is asking") -> life.Events:
        return self.take(life.escalate(self.c, self.by(person), self.policies, why, rung))

    def raise_crisis(self, person: Person, why: str = "it may catch fire") -> life.Events:
        return self.take(life.raise_crisis(self.c, self.by(person), self.policies, why))

    def wait(self, person: Person) -> life.Events:
        return self.take(life.wait(self.c, self.by(person)))

    def snooze(self, person: Person, until: datetime) -> life.Events:
        return self.take(life.snooze(self.c, self.by(person), until))

    def resolve(self, person: Person, outcome: Outcome = ANSWERED) -> life.Events:
        return self.take(life.resolve(self.c, self.by(person), outcome))

    def reopen(self, person: Person, why: str = "") -> life.Events:
        return self.take(life.reopen(self.c, self.by(person), why))

    def draft(self, person: Person, text: str = "We are sorry.") -> life.Events:
        return self.take(answering.draft(self.c, self.by(person), self.policies, text))

    def answer(self, person: Person, text: str = "A new one is on its way.", *needs: str) -> life.Events:
        act, id_ = self.by(person), f"answer-{len(self.trail) + 1}"
        return self.take(
            answering.answer(self.c, act, self.policies, answer_id=id_, post_id="post-1", text=text, needs=needs)
        )

    def approve(self, person: Person, answer_id: str = "") -> life.Events:
        return self.take(answering.approve(self.c, self.by(person), answer_id))

    def reject(self, person: Person, why: str = "no dates, please", answer_id: str = "") -> life.Events:
        return self.take(answering.reject(self.c, self.by(person), why, answer_id))

    def resend(self, person: Person) -> life.Events:
        return self.take(answering.resend(self.c, self.by(person), self.policies))

    def confirm(self, person: Person) -> life.Events:
        return self.take(answering.confirm(self.c, self.by(person)))

    def arrives(self, answer_id: str | None = None, url: str | None = "https://example.social/9") -> life.Events:
        return self.take(answering.sent(self.c, self.now, self._answer(answer_id), url))

    def fails(self, answer_id: str | None = None, why: str = "suspended") -> life.Events:
        return self.take(answering.failed(self.c, self.now, self._answer(answer_id), why))

    def is_lost(self, answer_id: str | None = None, why: str = "no answer in 20 s") -> life.Events:
        return self.take(answering.unclear(self.c, self.now, self._answer(answer_id), why))

    def _answer(self, answer_id: str | None) -> str:
        latest = self.c.answer.id if self.c.answer is not None else ""
        return latest if answer_id is None else answer_id

    def hear(self, why_urgent: str | None = None, *, same: bool = False) -> life.Events:
        post = f"post-{len(self.trail) + 1}"
        return self.take(life.hear(self.c, self.now, post, self.policies, reading(why_urgent), same=same))

    def echoed(self, why_urgent: str | None = None, **spread: int) -> life.Events:
        urgent = why_urgent is not None
        return self.take(echoing.echoed(self.c, self.now, spread, self.policies, why_urgent, urgent=urgent))

    def left(self, network: str = "mastodon", number: int = 57) -> life.Events:
        """Another one that said the same as this one was separated from it."""
        was = replace(self.c, number=number, network=network, state=State.ECHO, echo_of=self.c.number)
        separated = e.Separated(at=self.now, via="network", leader=self.c.number)
        return self.take(echoing.left(self.c, was, separated, self.now))

    def separate(self, person: Person) -> life.Events:
        return self.take(echoing.separate(self.c, self.by(person)))

    def resolved_with(self, person: Person, outcome: Outcome = ANSWERED) -> life.Events:
        leader = replace(self.c, number=self.c.echo_of or 0, state=State.RESOLVED, outcome=outcome)
        leader = replace(leader, resolved_by=person.ref, resolved_at=self.now)
        return self.take(echoing.resolved_with(self.c, leader, self.now))

    def follows(self, heir: int) -> life.Events:
        return self.take(echoing.follows(self.c, heir, self.now))

    def inherits(self) -> life.Events:
        return self.take(echoing.inherits(self.c, self.now))

    def read_again(self, why_urgent: str | None = None, **found: str | float) -> life.Events:
        found_again = reading(why_urgent, **found)
        return self.take(read_again(self.c, self.now, "post-1", found_again))

    def edited(self) -> life.Events:
        return self.take((e.PostEdited(at=self.now, via="network", post_id="post-1", version=len(self.trail)),))

    def deleted(self) -> life.Events:
        return self.take((e.PostDeleted(at=self.now, via="network", post_id="post-1"),))

    def ring(self, timer: Timer) -> life.Events:
        """What a timer's function answers now."""
        match timer:
            case Timer.LEASE_WARNING:
                return self.take(life.warn(self.c, self.now))
            case Timer.LEASE_EXPIRY:
                return self.take(life.expire(self.c, self.now))
            case Timer.OVERDUE:
                return self.take(life.overdue(self.c, self.now, self.policies))
            case Timer.WAKE:
                return self.take(life.wake(self.c, self.now, self.policies))

    def next_timer(self) -> life.Events:
        """Let time pass until the next timer is due, and let it ring."""
        timer, due = min(self.timers.items(), key=lambda pair: pair[1])
        self.now = max(self.now, due)
        return self.ring(timer)


def refused(act: Callable[..., object], *args: object) -> UserError:
    """What somebody is told whose act is against the rules."""
    with pytest.raises(UserError) as told:
        act(*args)
    return told.value


def offered(error: UserError) -> list[str]:
    """The verbs put beside an error as buttons."""
    return [offer.command for offer in error.offers]
