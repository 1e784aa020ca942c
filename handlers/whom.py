"""Which customer is meant by what somebody typed: a conversation, a handle on a network, an address, an id of a button."""

from __future__ import annotations

import re

from bot.dispatch.grammar import read_ref
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import say
from handlers.meant import refuse_forgotten

SURE = 0.95
"""Only a handle, an e-mail or a phone number names somebody so surely."""

_NAMES_SOMEBODY = re.compile(r"^(?:b-?\d+|@.+|.+@.+|[a-z0-9_.-]+:\S+|\+?\d{6,})$", re.IGNORECASE)
_ON_NETWORK = re.compile(r"^[a-z0-9][a-z0-9_.-]*:(?!//)")


def names_somebody(typed: str) -> bool:
    """Is it a conversation, a handle or an address, and not the beginning of a sentence?"""
    return _NAMES_SOMEBODY.match(typed) is not None


async def customer_named(uow: UnitOfWork, typed: str) -> str:
    """The customer's own id; raises `UserError` unless exactly one is surely meant, of whom something is kept."""
    customer_id = await _named(uow, typed)
    await refuse_forgotten(uow, customer_id)
    return customer_id


async def _named(uow: UnitOfWork, typed: str) -> str:
    ref = read_ref(typed, bare=False)
    if ref is not None:
        conversation = await uow.conversations.get(int(ref))
        if conversation is None:
            raise UserError(say("There is no B-{ref}.", ref=ref), say("See what there is with `/baton list`."))
        return conversation.customer_id
    if await uow.identities.root(typed) is not None:
        return typed
    query = _ON_NETWORK.sub("", typed) if "@" not in typed.partition(":")[0] else typed
    sure = [match for match in await uow.customers.find(query) if match.confidence >= SURE]
    if len({match.customer.id for match in sure}) != 1:
        said = (
            say("I cannot tell surely who “{typed}” is.", typed=typed[:60])
            if sure
            else say("I do not know who “{typed}” is.", typed=typed[:60])
        )
        raise UserError(
            said,
            say("Name one of their conversations, or their handle or e-mail."),
        )
    return sure[0].customer.id
