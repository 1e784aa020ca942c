"""`link`: a customer is a contact of the CRM, or has one more handle; or my accounts on two platforms are one person."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.customer import Customer, Identity
from bot.domain.record import Contact
from bot.errors import UserError
from bot.ports import CrmLink, CrmOffer, CrmSearch, Directory, LinkCode, Storage, UnitOfWork
from bot.speech import mark, say
from bot.views import (
    NOBODY,
    crm_link_form,
    crm_linked_card,
    done_card,
    error_card,
    link_code_card,
    somebody_elses_card,
)
from handlers.events import crm_contacts, likeness
from handlers.events.write_record import write_to
from handlers.meant import refuse_forgotten

SPEC = CommandSpec(
    name="link",
    summary=mark(
        "Say who a customer is in the CRM, add a handle of theirs, or make your accounts on two platforms one"
    ),
    examples=("link B-12", "link B-12 mastodon:maya@example.social", "link me"),
    params=(
        Param(
            "conversation",
            "conversation",
            mark("Conversation"),
            mark("Whose customer is meant; alone, it offers contacts of the CRM"),
            required=False,
        ),
        Param(
            "code",
            "word",
            mark("Contact, handle or code"),
            mark(
                "`tryton:42` or `tryton:maya@mail.example`, `tryton:none` to unlink; `mastodon:maya@example.social`; `me` for a "
                "code to type where your other account is, or that code"
            ),
            required=False,
        ),
        Param("customer", "word", mark("Customer id"), required=False, hidden=True),
        Param("contact", "word", mark("Contact"), required=False, hidden=True),
        Param("crm", "word", mark("CRM"), required=False, hidden=True),
    ),
    button=mark("Link…"),
)

LASTS = timedelta(minutes=10)
"""How long a code can be used, and how long wrong guesses are remembered."""

GUESSES = 5
"""So many wrong codes, and a person has to wait."""

LETTERS, LENGTH = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 10
"""Ten letters of Crockford's base 32: 50 bits, which nobody guesses in ten minutes."""

_NETWORK = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,49}$")

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "`": None})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the CRMs said: whom they offer, or with `crm` who is meant there (`contact` None: nobody)."""

    customer: Customer
    links: Mapping[str, CrmLink]
    offers: tuple[CrmOffer, ...] = ()
    crm: str = ""
    contact: Contact | None = field(default=None)


async def ask(invocation: Invocation, storage: Storage, config: Config, crm_search: CrmSearch) -> Asked | None:
    """Ask the CRMs, before anything is written; None where it is about a handle or a code."""
    typed, customer_id = invocation.text("code").strip(), invocation.text("customer")
    about_contact = "conversation" in invocation.args and (not typed or typed.partition(":")[0] in config.crm)
    if not customer_id and not about_contact:
        return None
    if not config.crm:
        hint = say("`link B-12 mastodon:maya@example.social` adds a handle, `link me` is for your own accounts.")
        raise UserError(say("There is no CRM in which they could be somebody."), hint)
    async with storage.reading() as uow:
        conversation = None if customer_id else await uow.conversations.get(invocation.number)
        if conversation is not None:
            customer_id = conversation.customer_id
        await refuse_forgotten(uow, customer_id)
        record = await uow.customers.record(customer_id)
        found = [await uow.records.link(customer_id, crm) for crm in config.crm]
    if record is None:
        raise UserError(say("That customer is no longer there."), say("Search again by name or handle."))
    links = {link.crm: link for link in found if link is not None}
    named = _named(invocation, typed, config)
    if named is None:
        return Asked(record.customer, links, await crm_search.matches(record, links))
    crm, contact = named
    if contact == NOBODY and crm in config.crm:
        return Asked(record.customer, links, crm=crm)
    return Asked(record.customer, links, crm=crm, contact=await crm_search.contact(crm, contact))


def _named(invocation: Invocation, typed: str, config: Config) -> tuple[str, str] | None:
    """The CRM and the contact that are named; None where none is, and it was no form that asked for one."""
    crm, _, contact = (typed or invocation.text("contact")).partition(":")
    if crm in config.crm and contact.strip():
        return crm, contact.strip()
    crm = invocation.text("crm") or next(iter(config.crm))
    if typed and (len(config.crm) == 1 or invocation.text("crm")):
        return crm, typed
    if typed:
        raise UserError(say("In which CRM?"), say("Write it before: `{crm}:{typed}`.", crm=crm, typed=typed[:40]))
    if invocation.origin.by == "form":
        raise UserError(say("Who is it?"), say("Choose a contact, or give an id or an e-mail address."))
    return None


async def link(
    invocation: Invocation, uow: UnitOfWork, directory: Directory, config: Config, asked: Asked | None
) -> Reply:
    """A contact, a handle or a code: without a code one is given, and with one whoever got it and whoever types it are the
    same from then on."""
    if asked is not None:
        return await _to_contact(invocation, uow, config, asked)
    typed = invocation.text("code").strip()
    if ":" in typed:
        return await _add(invocation, uow, typed)
    if typed.lower() in {"", "me", "@me", "myself"}:
        return await _give(invocation, uow)
    actor, at = invocation.actor, invocation.at
    if await uow.links.wrong_guesses(actor.id, at - LASTS) >= GUESSES:
        raise UserError(
            say("That were too many wrong codes."), say("Wait ten minutes, then type `link me` for a new one.")
        )
    code = await uow.links.use(typed.upper().translate(_READ_AS), at)
    if code is None:
        # Said and not raised: what is raised leaves no trace, and this guess is to be counted.
        await uow.links.guessed_wrong(actor.id, at, at - LASTS)
        wrong = UserError(
            say("That code is not valid."),
            say("A code lasts ten minutes and works once: type `link me` on your other account for a new one."),
        )
        return Reply(card=error_card(wrong))
    if code.person == actor.id:
        return Reply(card=done_card(say("Your accounts are one already.")))
    if (code.platform, code.team) == (invocation.origin.platform, invocation.origin.team):
        raise UserError(say("That code was given here."), say("Type it where your other account is."))
    giver = await directory.by_id(code.person)
    joined = await directory.join(code.person, actor.id) if giver is not None and not giver.outsider else None
    if joined is None:
        raise UserError(
            say("These accounts cannot be one person."),
            say("Both are in the same workspace, or one of them is a guest's."),
        )
    return Reply(card=done_card(say("Your accounts are one now: you are {name} on all of them.", name=joined.name)))


async def _to_contact(invocation: Invocation, uow: UnitOfWork, config: Config, asked: Asked) -> Reply:
    """Offers contacts, or keeps what was said of one."""
    hidden, customer = config.hidden_from(invocation.actor), asked.customer
    # Once more: while the CRMs were asked, much may have happened.
    await refuse_forgotten(uow, customer.id)
    if not asked.crm:
        # What the CRMs tell of those they offer is more than a name: it is in the trail.
        via = f"{invocation.origin.platform} contacts offered"
        await uow.customers.looked_up(customer.id, invocation.actor.ref, via, invocation.at)
        return Reply(form=crm_link_form(customer, asked.offers, asked.links, config, hidden))
    contact_id = asked.contact.id if asked.contact is not None else None
    before = await uow.records.link(customer.id, asked.crm)
    if before is not None and before.by_colleague and before.contact_id == contact_id:
        return Reply(card=done_card(say("That is known already: {how}.", how=before.how)))
    by, via = invocation.actor.ref, invocation.origin.platform
    former = await crm_contacts.said(uow, customer.id, asked.crm, asked.contact, by, invocation.at, via)
    if asked.contact is not None:
        await write_to(uow, asked.crm, customer.id)
    moved = former is not None and former.contact_id != contact_id
    card = crm_linked_card(customer, asked.crm, asked.contact, config, former=moved, hidden=hidden)
    return Reply(card=card)


async def _add(invocation: Invocation, uow: UnitOfWork, typed: str) -> Reply:
    """A handle or an address is the customer's, too; one that is known as another's asks whether they are one."""
    network, _, handle = typed.partition(":")
    network, handle = network.lower(), handle.strip().lstrip("@")
    if _NETWORK.match(network) is None or not handle or len(handle) > 255 or handle.startswith("//"):
        raise UserError(
            say("“{typed}” is no handle.", typed=typed[:60]),
            say("Write the network before it: `mastodon:maya@example.social`."),
        )
    conversation = await uow.conversations.get(invocation.number) if "conversation" in invocation.args else None
    if conversation is None:
        raise UserError(
            say("Whose handle is it?"), say("Name a conversation of theirs: `link B-12 mastodon:maya@example.social`.")
        )
    customer_id = conversation.customer_id
    await refuse_forgotten(uow, customer_id)
    holder = await uow.identities.add(customer_id, Identity(network, handle), invocation.at)
    if holder is None:
        await likeness.ask(uow, [customer_id])
        return Reply(card=done_card(say("Linked: {typed} is theirs, too.", typed=typed[:80])))
    if await uow.identities.root(holder) == await uow.identities.root(customer_id):
        return Reply(card=done_card(say("That is known already.")))
    other = await uow.customers.get(holder)
    if other is None:
        raise UserError(say("That handle is somebody's who is no longer there."), say("Look them up again."))
    return Reply(card=somebody_elses_card(typed, other, customer_id))


async def _give(invocation: Invocation, uow: UnitOfWork) -> Reply:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    origin, until = invocation.origin, invocation.at + LASTS
    await uow.links.give(code, LinkCode(invocation.actor.id, origin.platform, origin.team, until), invocation.at)
    return Reply(card=link_code_card(f"{code[:5]}-{code[5:]}", until), secret=True)


COMMAND = Command(SPEC, link, before=ask)
