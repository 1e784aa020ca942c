"""The holding statement: drafted in the company's voice, changed and agreed on by people, and sent to nobody by itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain import crisis as k
from bot.domain.crisis import Crisis
from bot.domain.writing import Announce
from bot.ports import Storage, UnitOfWork, WritingDesk
from bot.speech import mark, say, sentence
from bot.views import suggestion_note
from bot.views.crisis_forms import statement_form
from bot.views.wording import listed, network_name
from handlers.crisis_acts import agree_one
from handlers.crisis_meant import meant

_FAILED = mark("The model wrote nothing.")

SITUATION = "crisis"
"""The phrase of `[voice]` that is said in this situation, where there is one."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Words to begin with, and what is to be said of them."""

    text: str
    note: str


async def draft(invocation: Invocation, storage: Storage, config: Config, writing_desk: WritingDesk) -> Draft | None:
    """A draft, before anything is written; None where none is asked for."""
    if invocation.text("what") != "statement" or invocation.origin.by == "form":
        return None
    async with storage.reading() as uow:
        found = await meant(invocation, uow)
        crisis = found.crisis
        if crisis is None or found.words:
            return None
        standing = await uow.crises.standing(crisis.number, invocation.at)
    template = from_template(config, next(iter((*crisis.figures.topics, *standing.topics)), "this"))
    if not config.ai.has_writer:
        return template
    piece = await writing_desk.ask(Announce(crisis.number, _facts(crisis)))
    if piece.written is not None:
        return Draft(piece.written.text, suggestion_note(piece.written))
    why = (
        say("A model is still at it: close this and ask again in a moment.")
        if piece.state == "late"
        else sentence(_FAILED)
    )
    return Draft(template.text, f"{template.note} {why}")


def _facts(crisis: Crisis) -> tuple[str, ...]:
    """What may be said outside, and stays the same while somebody waits for the draft."""
    figures = crisis.figures
    known = [
        f"It is about: {crisis.title}",
        f"Topics: {', '.join(figures.topics)}" if figures.topics else "",
        f"People write about it on: {listed(map(network_name, figures.spread))}" if figures.spread else "",
    ]
    return tuple(filter(None, known))


def from_template(config: Config, topic: str) -> Draft:
    """From the configuration: the company's own phrase for a crisis, else the statement of `[crisis]`."""
    words = config.voice.phrases.get(SITUATION) or config.crisis.statement
    text = words.replace("{topic}", topic).replace("{company}", config.company.name)
    end = config.voice.sign_off.strip()
    return Draft(f"{text}\n\n{end}" if end else text, say("A draft from the configuration. Change it as you need it."))


async def statement(invocation: Invocation, uow: UnitOfWork, crisis: Crisis, words: str, asked: Draft | None) -> Reply:
    """With words they are agreed on; without, a form begins with what was agreed on before, or with a draft."""
    if words or invocation.origin.by == "form":
        return await agree_one(invocation, uow, crisis, words)
    k.must_be_open(crisis)
    if crisis.statement:
        by = crisis.statement_by.name if crisis.statement_by is not None else say("Baton")
        return Reply(
            form=statement_form(
                crisis, crisis.statement, say("{by} agreed on these words. Change them as you need.", by=by)
            )
        )
    drafted = asked or Draft("", "")
    return Reply(form=statement_form(crisis, drafted.text, drafted.note))
