"""What the CRMs said, or did not, as lines of the customer's card: a slow or failing one costs its part alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Block, Button, Paragraph, Small, Text, Time, phrase, text
from bot.config import Config
from bot.domain.customer import Customer
from bot.ports import LINKED_BY, CrmAnswer
from bot.speech import in_figures, say, sentence
from bot.views.wording import crm_name, dotted, is_web, one_line


def crm_lines(customer: Customer, answers: Sequence[CrmAnswer], config: Config) -> tuple[Block, ...]:
    """One line for each that has not answered, with another try; one small line for all that have."""
    again = Button(say("Retry"), "customer", {"id": customer.id})
    blocks = tuple(
        Paragraph(text(_missing(each, config)), again) for each in answers if each.state in {"late", "failed"}
    )
    answered = dotted(_answered(each, config) for each in answers if each.state in {"known", "nobody"})
    return (*blocks, Small(answered)) if answered else blocks


def _missing(answer: CrmAnswer, config: Config) -> str:
    crm = crm_name(answer.crm, config)
    if answer.state == "late":
        return say("Orders: {crm} has not answered in {seconds} s", crm=crm, seconds=in_figures(answer.seconds, 1))
    return say("Orders: {crm} cannot be read now: {why}", crm=crm, why=one_line(sentence(answer.why), 160))


def _answered(answer: CrmAnswer, config: Config) -> Text:
    crm = crm_name(answer.crm, config)
    if answer.state == "nobody" and answer.how:
        return phrase("Nobody in {crm}, {how}", crm=crm, how=one_line(answer.how, 80))
    if answer.state == "nobody":
        return phrase("{crm} knows nobody who surely is this customer", crm=crm)
    # How it was found by itself may name an address; a colleague's word is told.
    said = f", {one_line(answer.how, 80)}" if answer.how.startswith(LINKED_BY) else ""
    if answer.kept:
        return phrase("{crm} as of {when}{said}", crm=crm, when=Time(answer.at), said=said)
    seconds = in_figures(max(answer.seconds, 0.1), 1)
    return phrase("{crm} answered in {seconds} s{said}", crm=crm, seconds=seconds, said=said)


def crm_buttons(customer: Customer, answers: Sequence[CrmAnswer], config: Config) -> tuple[Button, ...]:
    """To their page in each CRM."""
    pages = {answer.url: say("Open in {crm}", crm=crm_name(answer.crm, config)) for answer in answers if answer.url}
    if customer.crm_url is not None:
        pages.setdefault(customer.crm_url, say("Open in the CRM"))
    return tuple(Button(label, url=url) for url, label in pages.items() if is_web(url))
