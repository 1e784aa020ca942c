"""When an idea ships, each conversation that asked for it gets a draft, or why its customer cannot be told. Nothing is sent."""

from __future__ import annotations

from dataclasses import replace

from bot.config import Config
from bot.domain import idea_events as e
from bot.domain import telling
from bot.domain.conversation import Conversation
from bot.domain.idea import Idea, IdeaState
from bot.domain.loops import Loop, LoopState, Why
from bot.domain.triage import UNSURE
from bot.domain.writing import Translate
from bot.ports import Answering, Clock, Storage, Taken, Triage, UnitOfWork, Work, WritingDesk
from bot.views.loops import usual_news
from handlers.ideas import EVENT, TELL
from handlers.loops import judged, live_posts

PAGE = 50
"""So many conversations are read at once; each is written by itself, so that nobody waits long for any."""

_OPEN = (LoopState.DRAFTED, LoopState.UNTOLD)


class LoopDrafter:
    """Brings the drafts of one idea up to date, as often as it is asked: what is there already is left as it is."""

    def __init__(
        self, storage: Storage, answering: Answering, desk: WritingDesk, triage: Triage, config: Config, clock: Clock
    ) -> None:
        self._storage = storage
        self._answering = answering
        self._desk = desk
        self._triage = triage
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """A draft for each that asks for what shipped; none for those who ask no more, or where it did not ship after all."""
        payload = taken.work.payload
        number = int(payload["idea"])
        async with self._storage.reading() as uow:
            idea = await uow.ideas.get(number)
        if idea is None:
            return
        asking: set[int] = set()
        if _stands(idea):
            news, after = _News(idea, self._desk, self._triage, self._config), 0
            while page := await self._asking(number, after):
                for each in page:
                    await self._look(idea, each, news, again=bool(payload.get("again")))
                asking.update(page)
                after = page[-1]
        await self._withdraw(idea, asking)
        if "shipped" in payload:
            await self._tell(idea, int(payload["shipped"]), payload.get("holder"))

    async def look(self, taken: Taken) -> None:
        """Whether one customer can be told now."""
        payload = taken.work.payload
        async with self._storage.reading() as uow:
            idea = await uow.ideas.get(int(payload["idea"]))
        if idea is not None and _stands(idea):
            news = _News(idea, self._desk, self._triage, self._config)
            await self._look(idea, int(payload["number"]), news, again=bool(payload["again"]))

    async def _asking(self, number: int, after: int) -> list[int]:
        async with self._storage.reading() as uow:
            return await uow.ideas.conversations(number, after, PAGE)

    async def _look(self, idea: Idea, number: int, news: _News, *, again: bool = False) -> None:
        async with self._storage.reading() as uow:
            conversation = await uow.conversations.get(number)
            loop = await uow.loops.get(idea.number, number)
            posts = await live_posts(uow, number)
        if conversation is None or (loop is not None and not loop.is_open):
            return
        now = self._clock.now()
        if loop is not None and loop.shipped == idea.wordings and idea.number in conversation.shipped:
            stays = loop.why is Why.FAILED and not again
            if stays or judged(loop, conversation, posts, self._answering, now) == loop:
                return
        text, language, translated = await news.to(conversation)
        async with self._storage.writing() as uow:
            c = await uow.conversations.take(number)
            before, idea_now = await uow.loops.get(idea.number, number), await uow.ideas.get(idea.number)
            loop = before
            if idea_now is None or not _stands(idea_now) or idea_now.wordings != idea.wordings:
                return  # Work of its own follows from that.
            if loop is not None and not loop.is_open:
                return
            fresh = loop is None or loop.shipped != idea.wordings
            if loop is not None and loop.why is Why.FAILED and not (fresh or again):
                return
            if loop is None:
                loop = Loop(idea.number, number, LoopState.DRAFTED, opened_at=now, at=now)
            if fresh:
                loop = replace(loop, shipped=idea.wordings, text=text, language=language, translated=translated)
            told = await _told_of(uow, idea.number, number)
            if told is not None:
                await uow.loops.keep(replace(loop, state=LoopState.TOLD, text=told.text, at=told.at))
                return
            found = judged(loop, c, await live_posts(uow, number), self._answering, now)
            if found != before:
                await uow.loops.keep(found)
            await uow.conversations.save(c, telling.shipped(c, max(now, c.changed_at or now), idea.number))

    async def _withdraw(self, idea: Idea, asking: set[int]) -> None:
        """Drafts of those who do not ask for it."""
        after = 0
        while True:
            async with self._storage.reading() as uow:
                page = await uow.loops.page(idea.number, _OPEN, after, PAGE)
            if not page:
                return
            for loop in page:
                if loop.number not in asking:
                    await self._drop(idea, loop.number)
            after = page[-1].number

    async def _drop(self, idea: Idea, number: int) -> None:
        now = self._clock.now()
        async with self._storage.writing() as uow:
            c = await uow.conversations.take(number)
            loop = await uow.loops.get(idea.number, number)
            if loop is None or not loop.is_open:
                return
            # Where that is not so any more, work follows that writes it anew.
            await uow.loops.drop(idea.number, number)
            await uow.conversations.save(c, telling.withdraw(c, max(now, c.changed_at or now), idea.number))

    async def _tell(self, idea: Idea, version: int, holder: str | None) -> None:
        """Whoever raised it, and held its next step, is told once that it shipped and that drafts are there."""
        async with self._storage.reading() as uow:
            trail = await uow.ideas.trail(idea.number)
            counts = (await uow.loops.counts([idea.number])).get(idea.number)
        event = trail[version - 1]
        if not isinstance(event, e.Shipped):
            return
        mark = f"idea:{idea.number}:{version}"
        payload = {
            "idea": idea.number,
            "event": EVENT.dump_python(event, mode="json"),
            "mark": mark,
            "holder": holder,
            "waiting": counts.waiting if counts is not None else 0,
        }
        async with self._storage.writing() as uow:
            await uow.outbox.put(Work(TELL, payload, priority=0, once=mark))


class _News:
    """What the customers of one idea are told, each in their language where a model can write it."""

    def __init__(self, idea: Idea, desk: WritingDesk, triage: Triage, config: Config) -> None:
        # What follows from changes is carried out in the company's language.
        self._text = idea.news or usual_news(idea.title)
        self._desk = desk
        self._config = config
        read = triage.read(self._text).language
        self._language = read.name if read.confidence >= UNSURE else config.company.language
        self._translated: dict[str, str] = {}

    async def to(self, conversation: Conversation) -> tuple[str, str, bool]:
        """The text, the customer's language where that is another one, and whether the text is in it."""
        reading = conversation.reading
        language = reading.language.name if reading is not None and reading.language.confidence >= UNSURE else ""
        if language in {"", self._language}:
            return self._text, "", False
        if not self._config.ai.has_writer:
            return self._text, language, False
        if language not in self._translated:
            piece = await self._desk.wait(Translate(0, "", self._text, language))
            self._translated[language] = piece.written.text if piece.written is not None else ""
        translated = self._translated[language]
        return (translated, language, True) if translated else (self._text, language, False)


def _stands(idea: Idea) -> bool:
    """Has it shipped, and is it not another by now?"""
    return idea.state is IdeaState.SHIPPED and idea.merged_into is None


async def _told_of(uow: UnitOfWork, idea: int, number: int) -> Loop | None:
    """They were told of an idea that was merged into this one."""
    merged = {each.number for each in await uow.ideas.merged(idea)}
    told = [loop for loop in await uow.loops.of_conversation(number) if loop.idea in merged]
    return next((loop for loop in told if loop.state is LoopState.TOLD), None)
