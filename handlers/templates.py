"""Answering with a text that the network approved, when its time for other answers is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards import Form
from bot.commands import Invocation
from bot.config import Config
from bot.domain.templates import MOST_PLACES, Filled, Template, as_value, digest, spoken_first
from bot.errors import PermanentError, RetriableError
from bot.ports import Answering, Storage
from bot.speech import mark, sentence
from bot.views.templates import Templated, choose_template_form, fill_template_form
from handlers.answer_form import Answerable, way_to
from handlers.loops import live_posts

VALUES = tuple(f"value_{number}" for number in range(1, MOST_PLACES + 1))
"""The names of a form's fields for the places of a template."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The templates that can be sent now; or why there are none."""

    templates: Sequence[Template] = ()
    why: str = ""


async def offered(invocation: Invocation, storage: Storage, answering: Answering) -> Offered | None:
    """Asks the network, before anything is written; None where an answer in other words is possible, or none at all."""
    async with storage.reading() as uow:
        posts = await live_posts(uow, invocation.number)
        way = await way_to(posts[-1], invocation.at, uow, answering) if posts else None
    if way is None or not way.templates:
        return None
    try:
        templates = await answering.templates(posts[-1])
    except (RetriableError, PermanentError) as error:
        return Offered(why=sentence(str(error)))
    none = mark("The network has approved no text that could be sent instead.")
    return Offered(templates, "" if templates else sentence(none))


def template_form(found: Answerable, offer: Offered, invocation: Invocation, config: Config, note: str = "") -> Form:
    """The next form: to choose one, or to fill in the one that was chosen and to see it."""
    about = Templated(found.conversation, found.sight.customer, found.answered, found.way, found.needs)
    templates = spoken_first(offer.templates, _language(found))
    chosen = chosen_of(templates, invocation)
    if chosen is None:
        return choose_template_form(about, templates, config, invocation.at)
    values = values_of(chosen, invocation) or _unsent(found, chosen)
    return fill_template_form(about, chosen, values, config, invocation.at, note=note)


def chosen_of(templates: Sequence[Template], invocation: Invocation) -> Template | None:
    """The one that was chosen; the only one needs no choosing."""
    if len(templates) == 1:
        return templates[0]
    return next((each for each in templates if each.key == invocation.text("template")), None)


def values_of(template: Template, invocation: Invocation) -> tuple[str, ...]:
    """What was filled in, one for each of its places; nothing where nothing was."""
    values = tuple(as_value(invocation.text(name)) for name in VALUES[: len(template.places)])
    return values if any(values) else ()


def filled(template: Template, invocation: Invocation) -> tuple[str, Filled] | None:
    """What the customer is to read, and how it is sent; None where a place is empty, or it was not seen as it is."""
    values = values_of(template, invocation)
    reads = template.filled(values)
    if len(values) != len(template.places) or not all(values) or invocation.text("seen") != digest(reads):
        return None
    return reads, Filled(template.name, template.language, values)


def _language(found: Answerable) -> str | None:
    reading = found.conversation.reading
    return found.answered.post.lang or (reading.language.name if reading is not None else None)


def _unsent(found: Answerable, template: Template) -> tuple[str, ...]:
    """What was filled in for an answer that did not arrive or waits for approval."""
    answer = found.conversation.answer
    named = answer.template if answer is not None and answer.state != "sent" else None
    same = named is not None and (named.name, named.language) == (template.name, template.language)
    return named.values if named is not None and same else ()
