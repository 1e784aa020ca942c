"""`link`: my accounts on two platforms are one person; or a customer has one more handle or address."""

import re
import secrets
from datetime import timedelta

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.domain.customer import Identity
from bot.errors import UserError
from bot.ports import Directory, LinkCode, UnitOfWork
from bot.views import done_card, error_card, link_code_card, somebody_elses_card
from handlers.events import likeness

SPEC = CommandSpec(
    name="link",
    summary="Add a handle to a customer, or make your accounts on two platforms one",
    examples=("link B-12 mastodon:maya@example.social", "link me", "link 7QF2M-9XT4K"),
    params=(
        Param("conversation", "conversation", "Conversation", "Whose customer has one more handle", required=False),
        Param(
            "code",
            "word",
            "Handle or code",
            "`mastodon:maya@example.social`; `me` for a code to type where your other account is, or that code",
            required=False,
        ),
    ),
)

LASTS = timedelta(minutes=10)
"""How long a code can be used, and how long wrong guesses are remembered."""

GUESSES = 5
"""So many wrong codes, and a person has to wait."""

LETTERS, LENGTH = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 10
"""Ten letters of Crockford's base 32: 50 bits, which nobody guesses in ten minutes."""

_NETWORK = re.compile(r"^[a-z0-9][a-z0-9_.-]{0,49}$")

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "`": None})


async def link(invocation: Invocation, uow: UnitOfWork, directory: Directory) -> Reply:
    """Without a code one is given; with one, whoever got it and whoever types it are the same from then on."""
    typed = invocation.text("code").strip()
    if ":" in typed:
        return await _add(invocation, uow, typed)
    if typed.lower() in {"", "me", "@me", "myself"}:
        return await _give(invocation, uow)
    actor, at = invocation.actor, invocation.at
    if await uow.links.wrong_guesses(actor.id, at - LASTS) >= GUESSES:
        raise UserError("That were too many wrong codes.", "Wait ten minutes, then type `link me` for a new one.")
    code = await uow.links.use(typed.upper().translate(_READ_AS), at)
    if code is None:
        # Said and not raised: what is raised leaves no trace, and this guess is to be counted.
        await uow.links.guessed_wrong(actor.id, at, at - LASTS)
        wrong = UserError(
            "That code is not valid.",
            "A code lasts ten minutes and works once: type `link me` on your other account for a new one.",
        )
        return Reply(card=error_card(wrong))
    if code.person == actor.id:
        return Reply(card=done_card("Your accounts are one already."))
    if (code.platform, code.team) == (invocation.origin.platform, invocation.origin.team):
        raise UserError("That code was given here.", "Type it where your other account is.")
    giver = await directory.by_id(code.person)
    joined = await directory.join(code.person, actor.id) if giver is not None and not giver.outsider else None
    if joined is None:
        raise UserError(
            "These accounts cannot be one person.", "Both are in the same workspace, or one of them is a guest's."
        )
    return Reply(card=done_card(f"Your accounts are one now: you are {joined.name} on all of them."))


async def _add(invocation: Invocation, uow: UnitOfWork, typed: str) -> Reply:
    """A handle or an address is the customer's, too; one that is known as another's asks whether they are one."""
    network, _, handle = typed.partition(":")
    network, handle = network.lower(), handle.strip().lstrip("@")
    if _NETWORK.match(network) is None or not handle or len(handle) > 255 or handle.startswith("//"):
        raise UserError(f"“{typed[:60]}” is no handle.", "Write the network before it: `mastodon:maya@example.social`.")
    conversation = await uow.conversations.get(invocation.number) if "conversation" in invocation.args else None
    if conversation is None:
        raise UserError(
            "Whose handle is it?", "Name a conversation of theirs: `link B-12 mastodon:maya@example.social`."
        )
    customer_id = conversation.customer_id
    holder = await uow.identities.add(customer_id, Identity(network, handle), invocation.at)
    if holder is None:
        await likeness.ask(uow, [customer_id])
        return Reply(card=done_card(f"Linked: {typed[:80]} is theirs, too."))
    if await uow.identities.root(holder) == await uow.identities.root(customer_id):
        return Reply(card=done_card("That is known already."))
    other = await uow.customers.get(holder)
    if other is None:
        raise UserError("That handle is somebody's who is no longer there.", "Look them up again.")
    return Reply(card=somebody_elses_card(typed, other, customer_id))


async def _give(invocation: Invocation, uow: UnitOfWork) -> Reply:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    origin, until = invocation.origin, invocation.at + LASTS
    await uow.links.give(code, LinkCode(invocation.actor.id, origin.platform, origin.team, until), invocation.at)
    return Reply(card=link_code_card(f"{code[:5]}-{code[5:]}", until), secret=True)


COMMAND = Command(SPEC, link)
