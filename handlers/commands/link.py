"""`link`: my accounts on two platforms are one person."""

import secrets
from datetime import timedelta

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.errors import UserError
from bot.ports import Directory, LinkCode, UnitOfWork
from bot.views import done_card, error_card, link_code_card

SPEC = CommandSpec(
    name="link",
    summary="Make your accounts on two platforms one person",
    examples=("link me", "link 7QF2M-9XT4K"),
    params=(Param("code", "word", "Code", "`me` for a new one, to type where your other account is", required=False),),
)

LASTS = timedelta(minutes=10)
"""How long a code can be used, and how long wrong guesses are remembered."""

GUESSES = 5
"""So many wrong codes, and a person has to wait."""

LETTERS, LENGTH = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 10
"""Ten letters of Crockford's base 32: 50 bits, which nobody guesses in ten minutes."""

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "`": None})


async def link(invocation: Invocation, uow: UnitOfWork, directory: Directory) -> Reply:
    """Without a code one is given; with one, whoever got it and whoever types it are the same from then on."""
    typed = invocation.text("code").strip()
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


async def _give(invocation: Invocation, uow: UnitOfWork) -> Reply:
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    origin, until = invocation.origin, invocation.at + LASTS
    await uow.links.give(code, LinkCode(invocation.actor.id, origin.platform, origin.team, until), invocation.at)
    return Reply(card=link_code_card(f"{code[:5]}-{code[5:]}", until), secret=True)


COMMAND = Command(SPEC, link)
