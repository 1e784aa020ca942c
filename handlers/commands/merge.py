"""`merge`: two customers are one. Everybody may say so, since `unmerge` restores both, however much later."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card, merged_card
from handlers.events import likeness
from handlers.whom import customer_named, names_somebody

SPEC = CommandSpec(
    name="merge",
    summary=mark("Two customers are one; unmerge undoes it"),
    examples=("merge B-12 B-40 same order number", "merge @maya@example.social maya@okafor.example"),
    params=(
        Param("who", "word", mark("Customer"), mark("Handle, e-mail, or one of their conversations: B-12")),
        Param(
            "other",
            "word",
            mark("The other"),
            mark("The same; in a card's thread its customer is meant"),
            required=False,
        ),
        Param("why", "text", mark("Why"), mark("How you know"), required=False, longest=300),
        Param("answer", "word", mark("Answer"), required=False, hidden=True),
        Param("conversation", "conversation", mark("Conversation"), required=False, hidden=True),
    ),
    submit=mark("They are one"),
    likely=(),
)


async def merge(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """Joins them, or, with the button [Not], never proposes them again."""
    one, other, why = await _named(invocation, uow)
    actor, at = invocation.actor.ref, invocation.at
    roots = [await uow.identities.root(one), await uow.identities.root(other)]
    if roots[0] == roots[1]:
        return Reply(card=done_card(say("They are one already.")))
    if invocation.text("answer") == "no":
        await uow.identities.refuse(one, other, actor, at)
        # With that known, somebody else may be likelier.
        await likeness.ask(uow, [one, other])
        return Reply(card=done_card(say("Noted: these are two. I shall not propose it again.")))
    made = await uow.identities.merge(one, other, why or mark("same person"), at, actor, invocation.origin.platform)
    root = await uow.identities.root(one)
    customer = await uow.customers.get(root) if root is not None else None
    if made is None or customer is None:
        raise UserError(say("One of them is no longer there."), say("Look them up again."))
    await likeness.refresh(uow, one)
    await likeness.ask(uow, [customer.id])
    return Reply(card=merged_card(customer, made))


async def _named(invocation: Invocation, uow: UnitOfWork) -> tuple[str, str, str]:
    """Two customers and a reason, from `B-12 B-40 why`, `@a @b why`, or in a card's thread `@b why`."""
    who, other, why = (invocation.text(name).strip() for name in ("who", "other", "why"))
    here = invocation.args.get("conversation")
    one = await customer_named(uow, who)
    if other and (here is None or names_somebody(other) or await uow.identities.root(other) is not None):
        return one, await customer_named(uow, other), why
    if here is None:
        raise UserError(say("Who is the other one?"), say("Name both: `merge B-12 B-40`."))
    return await customer_named(uow, f"B-{here}"), one, f"{other} {why}".strip()


COMMAND = Command(SPEC, merge)
