"""`customer`: look a customer up by handle, e-mail, name or conversation."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.cards import Card
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.domain.customer import CustomerRecord
from bot.domain.gathering import gather
from bot.domain.visibility import visible
from bot.errors import UserError
from bot.ports import CompanyDesk, CrmDesk, CrmLink, DirectoryAnswer, Match, Storage, UnitOfWork
from bot.speech import mark, say
from bot.views import (
    customer_card,
    customer_choice_card,
    customer_conversations_card,
    customer_ideas_card,
    customer_posts_card,
    customer_unknown_card,
    identity_blocks,
    visible_match,
)
from handlers.meant import refuse_forgotten

SURE = 0.85
"""From this confidence on, and well ahead of the next, the first match is shown at once."""

AHEAD = 0.1

SPEC = CommandSpec(
    name="customer",
    summary=mark("Who this is and everything we know"),
    examples=("customer @maya@example.social", "customer Maya Okafor", "customer B-12"),
    params=(
        Param(
            "conversation",
            "conversation",
            mark("Conversation"),
            mark("Or leave it empty and search by name or handle"),
            required=False,
        ),
        Param("query", "text", mark("Handle, e-mail or name"), required=False, longest=320),
        Param("id", "word", mark("Customer id"), required=False, hidden=True),
        Param("part", "word", mark("What of them alone"), required=False, hidden=True),
    ),
    button=mark("Customer"),
    submit=mark("Look up"),
    asks=True,
    slash="/customer",
    shortcut=mark("Look up the customer"),
    reads=True,
)


async def customer(
    invocation: Invocation, config: Config, storage: Storage, crm_desk: CrmDesk, company_desk: CompanyDesk
) -> Reply:
    """The 360 degree card; several likely ones are offered to choose from. Every look-up is in the audit trail."""
    hidden = config.hidden_from(invocation.actor)
    async with storage.reading() as uow:
        found = await _which(invocation, uow)
        if isinstance(found, str):
            await refuse_forgotten(uow, found)
        record = await uow.customers.record(found) if isinstance(found, str) else None
        links = await _links(uow, record, config) if record is not None else {}
        proposals = await uow.identities.proposals(record.customer.id) if record is not None else []
        merges = await uow.identities.merges(record.customer.id) if record is not None else []
    if not isinstance(found, str):
        return await _offered(storage, invocation, found, hidden)
    if record is None:
        raise UserError(say("That customer is no longer there."), say("Search again by name or handle."))
    await _remember(storage, invocation, [record.customer.id], "")
    if (part := invocation.text("part")) in _PARTS:
        return Reply(card=_PARTS[part](visible(record, hidden)[0], config))
    # Who does not see where somebody belongs causes no question about it.
    asked = company_desk.ask(record) if "directory" not in hidden else _nothing()
    answers, belongs = await asyncio.gather(crm_desk.ask(record, links), asked)
    whole = gather(record, [answer.history for answer in answers if answer.history is not None])
    seen, left_out = visible(whole, hidden)
    if "crm" in hidden:
        answers = tuple(replace(answer, url=None) for answer in answers)
    identity = identity_blocks(seen.customer, proposals, merges, hidden)
    card = customer_card(
        seen,
        config,
        answers,
        left_out=left_out,
        reader=invocation.actor.department,
        identity=identity,
        belongs=belongs,
    )
    return Reply(card=card)


_PARTS: dict[str, Callable[[CustomerRecord, Config], Card]] = {
    "conversations": customer_conversations_card,
    "posts": customer_posts_card,
    "ideas": customer_ideas_card,
}
"""What the card leaves out for its length, each as a card of its own."""


async def _nothing() -> tuple[DirectoryAnswer, ...]:
    return ()


async def _links(uow: UnitOfWork, record: CustomerRecord, config: Config) -> dict[str, CrmLink]:
    found = [await uow.records.link(record.customer.id, name) for name in config.crm]
    return {link.crm: link for link in found if link is not None}


async def _offered(
    storage: Storage, invocation: Invocation, found: tuple[str, list[Match]], hidden: frozenset[str]
) -> Reply:
    """Who of several is meant. What is told of each is more than a name: it is in the trail."""
    query, matches = found
    if not matches:
        return Reply(card=customer_unknown_card(query))
    await _remember(storage, invocation, [match.customer.id for match in matches], " choice")
    return Reply(card=customer_choice_card(query, [visible_match(match, hidden) for match in matches]))


async def _which(invocation: Invocation, uow: UnitOfWork) -> str | tuple[str, list[Match]]:
    """The customer's id, or what was looked for with those who may be meant."""
    if chosen := invocation.text("id"):
        return chosen
    query = invocation.text("query").strip()
    number = invocation.args.get("conversation") or (int(ref) if (ref := read_ref(query, bare=False)) else None)
    if number is not None and not (query and read_ref(query, bare=False) is None):
        conversation = await uow.conversations.get(number)
        if conversation is None:
            raise UserError(say("There is no B-{number}.", number=number), say("See what there is with `/baton list`."))
        return conversation.customer_id
    if not query:
        raise UserError(
            say("Whom shall I look up?"), say("Name a handle, an e-mail, a name or a conversation: `customer B-12`.")
        )
    matches = await uow.customers.find(query)
    sure = bool(matches) and matches[0].confidence >= SURE
    if sure and (len(matches) == 1 or matches[0].confidence - matches[1].confidence >= AHEAD):
        return matches[0].customer.id
    return query, matches


async def _remember(storage: Storage, invocation: Invocation, customers: Sequence[str], what: str) -> None:
    via = f"{invocation.origin.platform}{what}"
    async with storage.writing() as uow:
        for customer_id in customers:
            await uow.customers.looked_up(customer_id, invocation.actor.ref, via, invocation.at)


COMMAND = Command(SPEC, customer, waits=True)
