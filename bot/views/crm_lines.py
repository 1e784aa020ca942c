"""What the CRMs said, or did not, as lines of the customer's card: a slow or failing one costs its part alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Block, Button, Paragraph, Small, Text, Time, text
from bot.config import Config
from bot.domain.customer import Customer
from bot.ports import LINKED_BY, CrmAnswer
from bot.views.wording import crm_name, dotted, is_web, one_line


def crm_lines(customer: Customer, answers: Sequence[CrmAnswer], config: Config) -> tuple[Block, ...]:
    """One line for each that has not answered, with another try; one small line for all that have."""
    again = Button("Retry", "customer", {"id": customer.id})
    blocks = tuple(
        Paragraph(text(_missing(each, config)), again) for each in answers if each.state in {"late", "failed"}
    )
    answered = dotted(_answered(each, config) for each in answers if each.state in {"known", "nobody"})
    return (*blocks, Small(answered)) if answered else blocks


def _missing(answer: CrmAnswer, config: Config) -> str:
    crm = crm_name(answer.crm, config)
    if answer.state == "late":
        return f"Orders: {crm} has not answered in {answer.seconds:.1f} s"
    return f"Orders: {crm} cannot be read now: {one_line(answer.why, 160)}"


def _answered(answer: CrmAnswer, config: Config) -> Text:
    crm = crm_name(answer.crm, config)
    if answer.state == "nobody" and answer.how:
        return text(f"Nobody in {crm}, {one_line(answer.how, 80)}")
    if answer.state == "nobody":
        return text(f"{crm} knows nobody who surely is this customer")
    # How it was found by itself may name an address; a colleague's word is told.
    said = f", {one_line(answer.how, 80)}" if answer.how.startswith(LINKED_BY) else ""
    if answer.kept:
        return text(f"{crm} as of ", Time(answer.at), said)
    return text(f"{crm} answered in {max(answer.seconds, 0.1):.1f} s{said}")


def crm_buttons(customer: Customer, answers: Sequence[CrmAnswer], config: Config) -> tuple[Button, ...]:
    """To their page in each CRM."""
    pages = {answer.url: f"Open in {crm_name(answer.crm, config)}" for answer in answers if answer.url}
    if customer.crm_url is not None:
        pages.setdefault(customer.crm_url, "Open in the CRM")
    return tuple(Button(label, url=url) for url, label in pages.items() if is_web(url))
