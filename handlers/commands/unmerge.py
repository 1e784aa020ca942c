"""`unmerge`: two customers who were made one are two again, each with what was theirs before and what they wrote since."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card, which_merge_card
from handlers.events import likeness
from handlers.whom import customer_named, names_somebody

SPEC = CommandSpec(
    name="unmerge",
    summary=mark("Undo that two customers are one"),
    examples=("unmerge B-12 father and son", "unmerge maya@okafor.example"),
    params=(
        Param(
            "who", "word", mark("Customer"), mark("Handle, e-mail, or one of their conversations: B-12"), required=False
        ),
        Param("why", "text", mark("Why"), mark("How you know"), required=False, longest=300),
        Param("merge", "word", mark("Merge"), required=False, hidden=True),
        Param("conversation", "conversation", mark("Conversation"), required=False, hidden=True),
    ),
    submit=mark("They are two"),
    likely=(),
)


async def unmerge(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """Undoes the one merge there is, or asks which of several; what is undone is not proposed again."""
    why = invocation.text("why").strip()
    merge_id = invocation.text("merge")
    if not merge_id:
        who = invocation.text("who").strip()
        if who and not names_somebody(who) and "conversation" in invocation.args:
            why, who = f"{who} {why}".strip(), ""
        if not who and "conversation" not in invocation.args:
            raise UserError(say("Who are two?"), say("Name a conversation, a handle or an e-mail: `unmerge B-12`."))
        customer_id = await customer_named(uow, who or f"B-{invocation.number}")
        standing = [merge for merge in await uow.identities.merges(customer_id) if merge.undone_at is None]
        customer = await uow.customers.get(customer_id)
        if not standing or customer is None:
            raise UserError(say("Nobody was joined with that customer."), say("Look at the whole: `/baton customer`."))
        if len(standing) > 1:
            return Reply(card=which_merge_card(customer, standing))
        merge_id = standing[0].id
    actor, at = invocation.actor.ref, invocation.at
    undone = await uow.identities.unmerge(merge_id, why or mark("not the same"), at, actor, invocation.origin.platform)
    if undone is None:
        return Reply(card=done_card(say("That is undone already.")))
    for customer_id in (undone.one, undone.other):
        await likeness.refresh(uow, customer_id)
    await likeness.ask(uow, [undone.one, undone.other])
    return Reply(card=done_card(say("They are two again, each with what is theirs. I shall not propose it again.")))


COMMAND = Command(SPEC, unmerge)
