"""Whom a colleague would tell of an idea that shipped: gathered for the form, and looked at again when it goes out."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.config import Config
from bot.domain import telling
from bot.domain.acting import Act
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation
from bot.domain.idea import Idea
from bot.domain.loops import LoopState
from bot.domain.people import PersonRef
from bot.errors import UserError
from bot.ports import Answering, LoopLine, UnitOfWork, Way
from bot.views import too_long
from bot.views.loop_forms import TEXTS, Muster
from bot.views.loops import usual_news
from handlers.answer_form import approvals_needed
from handlers.loops import live_posts, who_alone_tells

MOST = 500
"""So many are looked at for one form; who is left over is told with the next one."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, and with what it is found out whether they can."""

    uow: UnitOfWork
    config: Config
    answering: Answering
    act: Act

    async def needs(self, c: Conversation) -> tuple[str, ...]:
        """Whose approval their answer needs."""
        return await approvals_needed(c, self.act.by.department, self.uow, self.config)

    def busy(self, c: Conversation, idea: int) -> bool:
        """Is another answer under way, so that this one waits? Who holds it is looked at before."""
        try:
            telling.must_be_tellable(c, self.act, idea)
        except UserError:
            return True
        return False


async def muster(teller: Teller, idea: Idea, words: str = "") -> Muster:
    """Whom they would tell now; with `words`, those instead of what most are told."""
    lines = await teller.uow.loops.lines(idea.number, [LoopState.DRAFTED], 0, MOST)
    counts = (await teller.uow.loops.counts([idea.number])).get(idea.number)
    drafts = counts.waiting - counts.sending if counts is not None else len(lines)
    base = common_text(idea, lines)
    found = _Sorted(teller, idea.number, base, words or base)
    for line in lines:
        await found.take(line)
    return found.muster(max(0, drafts - len(lines)))


def common_text(idea: Idea, lines: Iterable[LoopLine]) -> str:
    """What most of these are told, who write the company's language or are told in it."""
    texts = Counter(line.loop.text for line in lines if not line.loop.translated)
    return texts.most_common(1)[0][0] if texts else (idea.news or usual_news(idea.title))


class _Sorted:
    """Drafts, sorted by what becomes of them now."""

    def __init__(self, teller: Teller, idea: int, base: str, words: str) -> None:
        self._teller = teller
        self._idea = idea
        self._base = base
        self._words = words
        self._ways: dict[tuple[str, str], Way] = {}
        self._going: list[LoopLine] = []
        self._others: dict[str, list[LoopLine]] = defaultdict(list)
        self._needs: Counter[str] = Counter()
        self._held: list[tuple[LoopLine, PersonRef]] = []
        self._busy: list[LoopLine] = []
        self._long: list[tuple[LoopLine, str]] = []
        self._more = 0

    async def take(self, line: LoopLine) -> None:
        """One of them."""
        c, teller = line.conversation, self._teller
        text = self._words if line.loop.text == self._base else line.loop.text
        holder = await who_alone_tells(teller.uow, c, teller.act.at)
        if holder is not None and holder.id != teller.act.by.id:
            self._held.append((line, holder))
        elif teller.busy(c, self._idea):
            self._busy.append(line)
        elif why := await self._too_long(c, text):
            self._long.append((line, why))
        elif line.loop.text == self._base:
            self._going.append(line)
            self._needs.update(await teller.needs(c))
        elif text in self._others or len(self._others) < TEXTS:
            self._others[text].append(line)
            self._needs.update(await teller.needs(c))
        else:
            self._more += 1

    async def _too_long(self, c: Conversation, text: str) -> str:
        # Conversations of one account go through one source, which counts them alike; one of each is looked at.
        key = (c.network, c.account)
        if key not in self._ways:
            posts = await live_posts(self._teller.uow, c.number)
            if not posts:
                return ""
            self._ways[key] = self._teller.answering.way(posts[-1], self._teller.act.at)
        return too_long(text, self._ways[key], c.network)

    def muster(self, more: int) -> Muster:
        """All of them."""
        return Muster(
            text=self._words,
            base=self._base,
            going=self._going,
            others=dict(self._others),
            needs=dict(self._needs.most_common()),
            held=self._held,
            busy=self._busy,
            long=self._long,
            more=self._more + more,
        )


async def waiting_for(teller: Teller, idea: int) -> Mapping[str, list[LoopLine]]:
    """The answers about an idea that wait for the department of whoever asks, by what they say; their own are left out."""
    texts: dict[str, list[LoopLine]] = defaultdict(list)
    for line in await teller.uow.loops.lines(idea, [LoopState.SENDING], 0, MOST):
        answer = line.conversation.answer
        if answer is None or answer.idea != idea or answer.state is not AnswerState.ASKED:
            continue
        if answer.waits_for == teller.act.by.department and answer.by.id != teller.act.by.id:
            texts[answer.text].append(line)
    return dict(sorted(texts.items(), key=lambda item: (-len(item[1]), item[0]))[:TEXTS])


def seen_as(texts: Iterable[str]) -> str:
    """Tells what was read from what waits by now."""
    return hashlib.blake2b("\0".join(sorted(texts)).encode(), digest_size=8).hexdigest()


def marks_of(texts: Iterable[str]) -> str:
    """A mark for each text, so that one is known that came up after these were read."""
    return "-".join(seen_as([text]) for text in texts)


def unread(texts: Iterable[str], marks: str) -> bool:
    """Is one among them that has none of these marks?"""
    read = marks.split("-")
    return any(seen_as([text]) not in read for text in texts)
