"""`why`: why a conversation is where it is, and what triage found in its newest post."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Triage, UnitOfWork
from bot.views import newest_words, why_card

SPEC = CommandSpec(
    name="why",
    summary="Why it is here: what triage found, how sure it is, and which words spoke for it",
    examples=("why B-12", "why"),
    params=(CONVERSATION,),
    button="Why here",
    reads=True,
)


async def why(invocation: Invocation, uow: UnitOfWork, config: Config, triage: Triage) -> Reply:
    """The findings with their reasons, to the asker alone."""
    sight = await uow.conversations.sight(invocation.number)
    if sight is None:
        raise UserError(f"There is no B-{invocation.number}.", "See what there is with `/baton list`.")
    c, words = sight.conversation, newest_words(sight)
    if c.reading is None or not words:
        raise UserError(
            f"There are no words in {c.ref} to tell it by.", f"See the conversation itself: `show {c.ref}`."
        )
    reasons = triage.explain(words) if c.reading.by == "local" else ()
    return Reply(card=why_card(c, sight.customer, c.reading, reasons, config))


COMMAND = Command(SPEC, why)
"""The words that spoke are looked for anew in the post: none of them is kept."""
