"""Which contact of a CRM a customer is: the form that offers those it may be, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards import Actions, Block, Button, Card, Choice, Field, Form, Paragraph, Small, phrase, text
from bot.config import Config
from bot.domain.customer import Customer
from bot.domain.record import SURE, Contact, ContactMatch
from bot.domain.visibility import visible_contact
from bot.ports import CrmLink, CrmOffer
from bot.speech import mark, per_cent, say, sentence
from bot.views.said import customer_name
from bot.views.wording import crm_name, listed, one_line

NOBODY = "none"
"""In the place of a contact's id: the customer is nobody there."""

STAYS = mark("What was written to the earlier record, entries and names on networks, stays there.")


def crm_link_form(
    customer: Customer,
    offers: Sequence[CrmOffer],
    links: Mapping[str, CrmLink],
    config: Config,
    hidden: frozenset[str] = frozenset(),
) -> Form:
    """Offers whom the CRMs take for the customer, as far as the asker may see it, and a field for somebody else."""
    name, names = customer_name(customer), {crm: crm_name(crm, config) for crm in config.crm}
    several = len(names) > 1
    choices = [
        Choice(f"{offer.crm}:{match.contact.id}", _offered(match, names[offer.crm] if several else "", hidden))
        for offer in offers
        for match in offer.matches
    ]
    linked = {crm: link for crm, link in links.items() if link.contact_id is not None}
    choices += [Choice(f"{crm}:{NOBODY}", say("Nobody in {names}: unlink", names=names[crm])) for crm in linked]
    intro: list[Block] = [Paragraph(phrase("Who is {name} in {names}?", name=name, names=listed(names.values())))]
    intro += [Small(text(_standing(link, offers, names, hidden))) for link in links.values()]
    intro += [Small(text(said)) for offer in offers if (said := _missing(offer, names[offer.crm]))]
    if linked:
        intro.append(
            Small(phrase("What was written to that record so far, entries and names on networks, stays there."))
        )
    fields = [Field("contact", say("Contact"), "choice", required=False, choices=tuple(choices))] if choices else []
    fields.append(
        Field(
            "code",
            say("Another contact") if choices else say("Contact"),
            hint=say("Its id there, or its e-mail address"),
            required=not choices,
            longest=255,
        )
    )
    if several:
        fields.append(
            Field(
                "crm",
                say("In which CRM"),
                "choice",
                hint=say("For another contact"),
                required=False,
                choices=tuple(Choice(crm, crm_name(crm, config)) for crm in names),
            )
        )
    return Form(say("Link"), "link", say("Link"), tuple(fields), {"customer": customer.id}, tuple(intro))


def _offered(match: ContactMatch, crm: str, hidden: frozenset[str]) -> str:
    """`Maya Okafor, Acme, maya@mail.example (sure)`."""
    contact = visible_contact(match.contact, hidden)
    named = one_line(contact.name, 40) or say("contact {id}", id=one_line(contact.id, 20))
    company = one_line(contact.attributes.get("company", ""), 25) if contact.kind != "company" else say("company")
    email = one_line(contact.emails[0], 40) if contact.emails else ""
    likely = say("sure") if match.confidence >= SURE else per_cent(round(100 * match.confidence))
    where = f"{crm}: " if crm else ""
    return f"{where}{', '.join(filter(None, (named, company, email)))} ({likely})"


def _standing(link: CrmLink, offers: Sequence[CrmOffer], names: Mapping[str, str], hidden: frozenset[str]) -> str:
    """`Now: Maya Okafor in Tryton, linked by Ana`."""
    crm = names.get(link.crm, one_line(link.crm, 40))
    how = one_line(link.how, 80)
    if link.contact_id is None:
        return say("Now: nobody in {crm}, {how}", crm=crm, how=how)
    contact = next((offer.linked for offer in offers if offer.crm == link.crm), None)
    named = one_line(visible_contact(contact, hidden).name, 60) if contact is not None else ""
    # How it was found may name an address.
    named = named or say("contact {id}", id=one_line(link.contact_id, 40))
    if not link.by_colleague:
        return say("Now: {named} in {crm}, found by itself", named=named, crm=crm)
    return say("Now: {named} in {crm}, {how}", named=named, crm=crm, how=how)


def _missing(offer: CrmOffer, crm: str) -> str:
    match offer.state:
        case "late":
            return say("{crm} has not answered in time", crm=crm)
        case "failed":
            return say("{crm} cannot be asked now: {why}", crm=crm, why=one_line(offer.why, 160))
        case _:
            return "" if offer.matches else say("{crm} knows nobody who may be this customer", crm=crm)


def crm_linked_card(
    customer: Customer, crm: str, contact: Contact | None, config: Config, *, former: bool, hidden: frozenset[str]
) -> Card:
    """Who the customer is there from now on; `former`: there was another contact before."""
    name, where = customer_name(customer), crm_name(crm, config)
    if contact is None:
        said = say(
            "{name} is nobody in {where} from now on. What comes of their conversations waits until they are linked.",
            name=name,
            where=where,
        )
    else:
        shown = one_line(visible_contact(contact, hidden).name, 60) or say("contact {id}", id=one_line(contact.id, 40))
        said = say(
            "{name} is {shown} in {where} from now on; what comes of their conversations is written there.",
            name=name,
            shown=shown,
            where=where,
        )
    after = (Small(text(sentence(STAYS))),) if former else ()
    buttons = (
        Button(say("Customer"), "customer", {"id": customer.id}),
        Button(say("Link…"), "link", {"customer": customer.id}),
    )
    return Card(said, (Paragraph(text(said)), *after, Actions(buttons)))
