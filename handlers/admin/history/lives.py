"""The life of each conversation of a made-up past: played by the domain's own rules, so that it could have been so."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta

from bot.config import Config
from bot.domain import answering, life
from bot.domain import events as e
from bot.domain.acting import Act, Events
from bot.domain.conversation import Conversation, State, Timer
from bot.domain.customer import PastConversation
from bot.domain.ids import id_at
from bot.domain.outcome import NOTHING, Outcome, OutcomeKind
from bot.domain.people import Department, PersonRef
from bot.domain.policy import BusinessHours, Policies
from bot.domain.replay import apply, opened
from bot.errors import UserError
from bot.ports import Lived, Note, Said
from handlers.admin.history import sayings
from handlers.admin.history.people import Desk, Staff, Writer
from handlers.admin.history.posts import MadePost
from handlers.admin.history.rhythm import Rhythm
from handlers.events.log_outcome import entry_of

_ENDS: dict[str, tuple[tuple[OutcomeKind, int], ...]] = {
    "negative": (
        (OutcomeKind.ANSWERED, 45),
        (OutcomeKind.FIXED, 30),
        (OutcomeKind.IDEA, 10),
        (OutcomeKind.NO_ACTION, 15),
    ),
    "neutral": (
        (OutcomeKind.ANSWERED, 62),
        (OutcomeKind.LEAD, 14),
        (OutcomeKind.IDEA, 12),
        (OutcomeKind.NO_ACTION, 12),
    ),
    "positive": (
        (OutcomeKind.PRAISE, 66),
        (OutcomeKind.ANSWERED, 18),
        (OutcomeKind.LEAD, 8),
        (OutcomeKind.NO_ACTION, 8),
    ),
}
_MOST_TIMERS = 12


class _OverError(Exception):
    """Nothing more is done: the present has come, or somebody else goes on."""


class Chronicle:
    """Plays conversations one after the other, each from its first post to what it is now."""

    def __init__(self, config: Config, staff: Staff, rhythm: Rhythm, chance: random.Random) -> None:
        self.policies = config.life_policies
        self.staff = staff
        self.rhythm = rhythm
        self.chance = chance
        week = {day: (time(8), time(18)) for day in range(5)}
        self.at_work = BusinessHours(config.company.timezone, week)

    def tell(self, first: MadePost, further: MadePost, writer: Writer) -> Lived:
        """What became of a post, and of another one by which the customer comes back to it, if they do."""
        return _Life(self, first, further, writer).tell()


class _Life:
    def __init__(self, chronicle: Chronicle, first: MadePost, further: MadePost, writer: Writer) -> None:
        self._of = chronicle
        self._chance = chronicle.chance
        self._further = further
        self._writer = writer
        begun = first.opened(writer)
        self.c = opened(begun)
        self.trail: list[e.Event] = [begun]
        self.posts = [(first.id, first.post, begun.at)]
        self.notes: list[Note] = []
        self.said: list[Said] = []
        self.kept: list[tuple[str, PastConversation]] = []
        self.mood = first.mood
        self.now = begun.at

    def tell(self) -> Lived:
        # What the rules do not allow by then, as to pass on what was lost meanwhile, is left undone.
        with suppress(_OverError, UserError):
            self._play()
        self._pass(self._of.rhythm.now)
        return Lived(
            self.c, tuple(self.trail), tuple(self.posts), tuple(self.notes), tuple(self.said), tuple(self.kept)
        )

    def _play(self) -> None:
        desk = self._who_hears()
        if desk is None:
            return
        holder = self._chance.choice(desk.people)
        wait = timedelta(minutes=self._chance.lognormvariate(3.6 if self.c.urgent else 4.6, 1.1) * desk.pace)
        self._go_on(self._of.at_work.after(self.now, wait))
        self._does(life.claim(self.c, self._act(holder), self._policies))
        self._think(holder)
        if self._chance.random() < 0.24:
            desk, holder = self._hand_over(desk, holder)
        if self._chance.random() < 0.07:
            self._later(6)
            why = self._chance.choice(sayings.WHY_ESCALATED)
            if self.c.rung < 3:
                self._does(life.escalate(self.c, self._act(holder), self._policies, why))
        answered = self._chance.random() < 0.72
        if answered:
            self._answer(desk, holder)
        if self._chance.random() < (0.85 if answered else 0.6):
            self._resolve(desk, holder)

    def _who_hears(self) -> Desk | None:
        """Whoever takes it from the floor; None where nobody does."""
        rhythm, staff = self._of.rhythm, self._of.staff
        heard = 0.34 + 0.14 * rhythm.passed(self.now)
        heard *= 0.7 if rhythm.in_spike(self.now) else 1.0
        heard *= 1.5 if self.c.urgent else 1.0
        first = self.c.departments[0]
        if first == staff.silent:
            heard *= 0.5
        if self._chance.random() >= heard:
            return None
        desk = staff.desks.get(first)
        return desk if desk is not None and self._chance.random() < 0.85 else staff.other(first, self._chance)

    def _think(self, holder: PersonRef) -> None:
        """Notes, perspectives, a discussion."""
        if self._chance.random() < 0.12:
            self._later(8)
            note = id_at(int(self.now.timestamp() * 1000), self._chance.getrandbits(80))
            text = self._chance.choice(sayings.NOTES)
            self.notes.append(Note(note, self.c.number, holder, self.now, text, via="slack"))
            self._does(life.note(self.c, self._act(holder), self._policies, note))
        if self._chance.random() < 0.1:
            self._later(5)
            self._sees(holder)
            other = self._of.staff.other(holder.department, self._chance)
            if other is not None and self._chance.random() < 0.55:
                self._later(25)
                self._sees(self._chance.choice(other.people))
        if self._chance.random() < 0.06:
            other = self._of.staff.other(holder.department, self._chance)
            if other is not None:
                self._later(7)
                question = self._chance.choice(sayings.QUESTIONS)
                act = self._act(holder)
                self._does(life.discuss(self.c, act, self._policies, (other.key,), question))

    def _sees(self, person: PersonRef) -> None:
        views: Sequence[str] = sayings.VIEWS.get(person.department or "", sayings.VIEWS["support"])
        if self._chance.random() < 0.5:
            views = sayings.COMMON_VIEWS
        self._does(life.perspective(self.c, self._act(person), self._policies, self._chance.choice(views)))

    def _hand_over(self, desk: Desk, holder: PersonRef) -> tuple[Desk, PersonRef]:
        other = self._of.staff.other(desk.key, self._chance)
        if other is None:
            return desk, holder
        self._later(12)
        self._holds(holder)
        ask = self._chance.choice(sayings.ASKS)
        department = Department(other.key, other.key.capitalize())
        self._does(life.pass_on(self.c, self._act(holder), department, ask))
        self._later(35)
        asked = self._chance.choice(other.people)
        if self._chance.random() < 0.26:
            self._does(life.decline(self.c, self._act(asked), self._chance.choice(sayings.REFUSALS)))
            return desk, holder
        self._does(life.accept(self.c, self._act(asked), self._policies))
        return other, asked

    def _answer(self, desk: Desk, holder: PersonRef) -> None:
        self._later(20 * desk.pace)
        self._holds(holder)
        answer = id_at(int(self.now.timestamp() * 1000), self._chance.getrandbits(80))
        post = str(self.posts[-1][0])
        text = self._chance.choice(sayings.ANSWERS)
        written = answering.answer(self.c, self._act(holder), self._policies, answer_id=answer, post_id=post, text=text)
        self._does(written)
        sent = self.now + timedelta(seconds=self._chance.randrange(2, 90))
        if sent >= self._of.rhythm.now:
            # What was written in the last minute is there, too: nothing is left on its way.
            sent = self.now
        external = f"answer-{answer}"
        self._does(answering.sent(self.c, sent, answer, f"https://{self.c.network}.example/{external}"))
        self.said.append(Said(answer, post, external))
        self.now = sent
        if self._chance.random() < 0.3:
            self._go_on(self.now + timedelta(minutes=self._chance.lognormvariate(4.2, 1.0)))
            further = self._further
            self.posts.append((further.id, further.post_at(self.now), self.now))
            self._does(life.hear(self.c, self.now, str(further.id), self._policies, further.reading))

    def _resolve(self, desk: Desk, holder: PersonRef) -> None:
        self._later(40 * desk.pace)
        self._holds(holder)
        kinds = _ENDS[self.mood]
        kind = self._chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        mends = desk.mends * (0.8 + 0.4 * self._of.rhythm.passed(self.now))
        mends *= 1.6 if kind in {OutcomeKind.FIXED, OutcomeKind.IDEA} else 0.4
        changed = self._chance.choice(sayings.CHANGED) if self._chance.random() < mends else NOTHING
        outcome = Outcome(kind, self._chance.choice(sayings.WANTED), changed)
        happened = life.resolve(self.c, self._act(holder), outcome)
        self._does(happened)
        self.kept += [entry_of(self.c, event) for event in happened if isinstance(event, e.Resolved)]
        if self._chance.random() < 0.03:
            self._go_on(self._of.at_work.after(self.now, timedelta(hours=self._chance.uniform(1, 60))))
            self._does(life.reopen(self.c, self._act(holder), "it came back"))

    @property
    def _policies(self) -> Policies:
        return self._of.policies

    def _act(self, person: PersonRef) -> Act:
        return Act(person, self.now, "slack")

    def _holds(self, holder: PersonRef) -> None:
        """What ran out meanwhile is taken up again, mostly; who waits for the customer takes it up, too."""
        if self.c.is_held_by(holder):
            return
        free = self.c.baton is None and self.c.state is State.FLOOR
        if not free or self._chance.random() < 0.25:
            raise _OverError
        self._does(life.claim(self.c, self._act(holder), self._policies))

    def _later(self, minutes: float) -> None:
        """Somebody takes about so long for the next step, in working hours."""
        took = timedelta(minutes=self._chance.lognormvariate(0, 0.9) * minutes)
        self._go_on(self._of.at_work.after(self.now, took))

    def _go_on(self, to: datetime) -> None:
        if to >= self._of.rhythm.now:
            raise _OverError
        self._pass(to)
        self.now = to

    def _pass(self, to: datetime) -> None:
        """What time alone does until then."""
        for _ in range(_MOST_TIMERS):
            due = self.c.timers(self._policies)
            timer, at = min(due.items(), key=lambda pair: pair[1], default=(None, to))
            if timer is None or at > to:
                return
            self._does(self._when_due(timer, at))

    def _when_due(self, timer: Timer, at: datetime) -> Events:
        c: Conversation = self.c
        match timer:
            case Timer.LEASE_WARNING:
                return life.warn(c, at)
            case Timer.LEASE_EXPIRY:
                return life.expire(c, at)
            case Timer.OVERDUE:
                return life.overdue(c, at, self._policies)
            case Timer.WAKE:
                return life.wake(c, at, self._policies)

    def _does(self, events: Events) -> None:
        for event in events:
            self.c = apply(self.c, event)
            self.trail.append(event)
