"""The ideas of a made-up past: raised by conversations, voted on, decided, and those who asked told of what shipped."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain import answering, idea_life, telling
from bot.domain import events as e
from bot.domain import idea_events as ie
from bot.domain.acting import Act
from bot.domain.conversation import State
from bot.domain.idea import Idea, IdeaState, apply, raised
from bot.domain.ids import id_at
from bot.domain.loops import Loop, LoopState, Why
from bot.domain.outcome import OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.replay import apply as lived_on
from bot.domain.triage import theme
from bot.ports import Grown, Lived, Said
from handlers.admin.history import sayings
from handlers.admin.history.people import Staff
from handlers.admin.history.rhythm import Rhythm

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Wish:
    at: datetime
    by: PersonRef
    lived: Lived


class Wishes:
    """Holds back the conversations that ended with an idea until all are there, and plays what became of the ideas."""

    def __init__(self, config: Config, staff: Staff, rhythm: Rhythm, chance: random.Random) -> None:
        self._policies = config.life_policies
        self._people = [person for desk in staff.desks.values() for person in desk.people]
        self._rhythm = rhythm
        self._chance = chance
        self._wishes: dict[str, list[_Wish]] = {}

    def take(self, lived: Lived) -> bool:
        """Is it one of those? Then it comes back with `granted`."""
        c = lived.conversation
        if c.state is not State.RESOLVED or c.outcome is None or c.outcome.kind is not OutcomeKind.IDEA:
            return False
        if c.resolved_by is None or c.resolved_at is None:
            return False
        about = theme(c.reading) if c.reading is not None else None
        titles = sayings.IDEAS.get(about or "", sayings.IDEAS["service"])
        title = titles[int(len(titles) * self._chance.random() ** 2)]
        self._wishes.setdefault(title, []).append(_Wish(c.resolved_at, c.resolved_by, lived))
        return True

    def granted(self, number: int) -> Iterator[tuple[Grown, list[Lived]]]:
        """Each idea, numbered from this one on, with the conversations that asked for it."""
        for at, (title, wishes) in enumerate(sorted(self._wishes.items()), number):
            yield self._play(at, title, sorted(wishes, key=lambda wish: (wish.at, wish.lived.conversation.number)))

    def _play(self, number: int, title: str, wishes: list[_Wish]) -> tuple[Grown, list[Lived]]:
        first = wishes[0]
        begun = ie.Raised(
            at=first.at, by=first.by, via="slack", number=number, title=title,
            conversation=first.lived.conversation.number,
        )  # fmt: skip
        idea, trail = raised(begun), list[ie.Event]([begun])
        decisions = self._decisions(first.at)
        over: datetime | None = None
        for at, wish, to in self._in_order(wishes[1:], decisions):
            if idea.state.is_over:
                break
            by = wish.by if wish is not None else self._chance.choice(self._people)
            happened = self._step(idea, Act(by, at, "slack"), wish, to)
            for event in happened:
                idea = apply(idea, event)
                trail.append(event)
            over = at if idea.state.is_over else None
        loops: list[Loop] = []
        told = [self._tell(idea, over, wish.lived, loops) for wish in wishes]
        return Grown(idea, tuple(trail), tuple(loops)), told

    def _decisions(self, begun: datetime) -> list[tuple[datetime, IdeaState | None]]:
        """When departments vote (None), and when it comes into which state."""
        day, chance = timedelta(days=1), self._chance
        votes = [(begun + day * chance.uniform(1, 12), None) for _ in range(chance.randrange(4))]
        considered = begun + day * chance.uniform(2, 12)
        found: list[tuple[datetime, IdeaState | None]] = [*votes, (considered, IdeaState.CONSIDERING)]
        fate = chance.random()
        if fate < 0.2:
            return [*found, (considered + day * chance.uniform(2, 12), IdeaState.DECLINED)]
        planned = considered + day * chance.uniform(4, 16)
        found.append((planned, IdeaState.PLANNED))
        if fate < 0.65:
            found.append((planned + day * chance.uniform(4, 30), IdeaState.SHIPPED))
        return found

    def _in_order(
        self, wishes: list[_Wish], decisions: list[tuple[datetime, IdeaState | None]]
    ) -> list[tuple[datetime, _Wish | None, IdeaState | None]]:
        every: list[tuple[datetime, _Wish | None, IdeaState | None]] = [(wish.at, wish, None) for wish in wishes]
        every += [(at, None, to) for at, to in decisions if at < self._rhythm.now]
        return sorted(every, key=lambda each: each[0])

    def _step(self, idea: Idea, act: Act, wish: _Wish | None, to: IdeaState | None) -> tuple[ie.Event, ...]:
        if wish is not None:
            return tuple(idea_life.ask(idea, act, [wish.lived.conversation.number]))
        if to is not None:
            why = self._chance.choice(sayings.WHY_DECLINED) if to is IdeaState.DECLINED else ""
            return tuple(idea_life.move(idea, to, act.at, by=act.by, via="slack", why=why))
        against = self._chance.random() < 0.2
        words = self._chance.choice(sayings.VOTES_AGAINST if against else sayings.VOTES)
        return tuple(idea_life.vote(idea, act, words, against=against))

    def _tell(self, idea: Idea, shipped: datetime | None, lived: Lived, loops: list[Loop]) -> Lived:
        """What the customer of one conversation hears of an idea that shipped."""
        last = lived.trail[-1].at
        if idea.state is not IdeaState.SHIPPED or shipped is None or last >= shipped:
            return lived
        c, at = lived.conversation, shipped + _SECOND
        if at >= self._rhythm.now:
            return lived
        events = list[e.Event](telling.shipped(c, at, idea.number))
        for event in events:
            c = lived_on(c, event)
        loop = Loop(idea.number, c.number, LoopState.DRAFTED, c.opened_at, at, idea.version, sayings.NEWS)
        fate, said = self._chance.random(), lived.said
        later = at + timedelta(hours=self._chance.uniform(0.5, 120))
        if fate < 0.1:
            loop = replace(loop, state=LoopState.UNTOLD, why=self._chance.choice((Why.WINDOW, Why.REFUSED)))
        elif fate < 0.82 and later + _SECOND < self._rhythm.now and idea.state_by is not None:
            answer = id_at(int(later.timestamp() * 1000), self._chance.getrandbits(80))
            act, post = Act(idea.state_by, later, "slack"), str(lived.posts[-1][0])
            written = telling.tell(
                c, act, self._policies, idea=idea.number, answer_id=answer, post_id=post, text=sayings.NEWS
            )
            for event in written:
                c = lived_on(c, event)
            external = f"answer-{answer}"
            sent = answering.sent(c, later + _SECOND, answer, f"https://{c.network}.example/{external}")
            for event in sent:
                c = lived_on(c, event)
            loop = telling.moved(loop, c, (*written, *sent))
            events += [*written, *sent]
            said = (*said, Said(answer, post, external))
        loops.append(loop)
        return replace(lived, conversation=c, trail=(*lived.trail, *events), said=said)
