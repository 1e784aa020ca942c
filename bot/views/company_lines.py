"""What the company's directories said of a customer, as lines of the card: that they work here, or are a vendor."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Block, Button, Paragraph, text
from bot.config import Config
from bot.domain.belonging import Listed
from bot.domain.customer import Customer
from bot.ports import DirectoryAnswer
from bot.speech import in_figures, say, sentence
from bot.views.wording import one_line

_LONGEST = 80


def company_lines(customer: Customer, answers: Sequence[DirectoryAnswer], config: Config) -> tuple[Block, ...]:
    """A line for each thing that is known, then one for each directory that has not answered, with another try."""
    known = [_said(listed, config) for answer in answers for listed in answer.listed]
    again = Button(say("Retry"), "customer", {"id": customer.id})
    missing = [_missing(answer) for answer in answers if answer.state in {"late", "failed"}]
    return (
        *(Paragraph(text(line)) for line in dict.fromkeys(known)),
        *(Paragraph(text(line), again) for line in missing),
    )


def _said(listed: Listed, config: Config) -> str:
    if listed.kind == "vendor":
        return say("One of our vendors: {name}", name=one_line(listed.name or listed.id, _LONGEST))
    department = config.find_department(listed.department)
    name = department.name if department is not None else one_line(listed.department, _LONGEST)
    return say("Works here, in {name}", name=name) if name else say("Works here")


def _missing(answer: DirectoryAnswer) -> str:
    name = one_line(answer.directory, 40)
    if answer.state == "late":
        return say(
            "Works here, or a vendor: {name} has not answered in {seconds} s",
            name=name,
            seconds=in_figures(answer.seconds, 1),
        )
    return say(
        "Works here, or a vendor: {name} cannot be read now: {why}", name=name, why=one_line(sentence(answer.why), 160)
    )
