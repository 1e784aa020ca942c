"""Answering with a text that the network approved: choosing one, filling in its places, seeing what the customer would read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cards import Block, Choice, Facts, Field, Form, Paragraph, Quote, Small, Text, phrase, text
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.customer import Customer
from bot.domain.post import StoredPost
from bot.domain.templates import LONGEST_VALUE, Template, digest
from bot.domain.visibility import visible_customer
from bot.ports import Way
from bot.speech import say, sentence
from bot.views.said import customer_name
from bot.views.wording import cut, department_of, listed, network_name, one_line, tame, when

LONGEST = 1_500
"""Characters of a template that a form shows; networks approve none that are longer."""


@dataclass(frozen=True, slots=True)
class Templated:
    """What is answered with a template, and what stands in the way of other words (`way.refusal`)."""

    conversation: Conversation
    customer: Customer
    post: StoredPost
    way: Way
    needs: tuple[str, ...] = ()


def choose_template_form(about: Templated, templates: Sequence[Template], config: Config, now: datetime) -> Form:
    """The form to choose one, those in the customer's language first."""
    ref = about.conversation.ref
    return Form(
        title=say("Reply {ref}", ref=ref),
        command="reply",
        submit=say("Next"),
        fields=(
            Field(
                "template",
                say("Approved text"),
                kind="choice",
                default=templates[0].key,
                choices=tuple(Choice(each.key, _named(each)) for each in templates),
            ),
        ),
        args={"conversation": ref, "post": about.post.id},
        intro=tuple(_about(about, config, now)),
    )


def fill_template_form(
    about: Templated, template: Template, values: Sequence[str], config: Config, now: datetime, *, note: str = ""
) -> Form:
    """The form to fill in its places. It sends what it shows: where a place is empty, or was changed since,
    the text is shown first."""
    reads, ref = template.filled(values), about.conversation.ref
    whole = all(values) and len(values) == len(template.places)
    blocks = _about(about, config, now)
    if note:
        blocks.insert(0, Paragraph(text("⚠ ", note)))
    blocks.append(Small(phrase("{customer} would read:", customer=customer_name(about.customer))))
    blocks.append(Quote(cut(tame(reads), LONGEST), LONGEST))
    send = say("Ask for approval") if about.needs else say("Send")
    return Form(
        title=say("Reply {ref}", ref=ref),
        command="reply",
        submit=send if whole else say("Preview"),
        fields=tuple(_field(number, template, values) for number in range(1, len(template.places) + 1)),
        args={
            "conversation": ref,
            "post": about.post.id,
            "template": template.key,
            **({"seen": digest(reads)} if whole else {}),
        },
        intro=tuple(blocks),
    )


def _about(about: Templated, config: Config, now: datetime) -> list[Block]:
    customer = visible_customer(about.customer, config.hidden_from(None))
    way, post = about.way, about.post
    account, network = one_line(way.account, 80) or say("us"), network_name(about.conversation.network)
    rows: list[tuple[str, Text]] = [
        (say("As"), phrase("{account} on {network}", account=account, network=network)),
    ]
    if about.needs:
        asked = listed(department_of(key, config) for key in about.needs)
        rows.append((say("Approval"), phrase("{asked} must approve it before it goes out", asked=asked)))
    why = sentence(way.refusal) if way.refusal else ""
    return [
        Paragraph(phrase("{why} A text that {network} approved can be sent all the same.", why=why, network=network)),
        Facts(tuple(rows)),
        Small(text(customer_name(customer), ", ", *when(post.post.posted_at, now, config))),
        Quote(cut(tame(post.post.text), 400) or say("no words, only what is attached"), 400),
    ]


def _named(template: Template) -> str:
    return one_line(f"{template.name} ({template.language}): {template.body}", 75)


def _field(number: int, template: Template, values: Sequence[str]) -> Field:
    place = template.places[number - 1]
    label = say("Place {number}", number=number) if place.name.isdecimal() else one_line(place.name, 60)
    hint = say("For example: {example}", example=one_line(place.example, 80)) if place.example else ""
    value = values[number - 1] if number <= len(values) else ""
    return Field(f"value_{number}", label, hint=hint, default=value, longest=LONGEST_VALUE)
