"""`why`: why a conversation is where it is, and what triage found in its newest post."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Triage, UnitOfWork
from bot.speech import mark, say
from bot.views import newest_words, why_card

SPEC = CommandSpec(
    name="why",
    summary=mark("Why it is here: what triage found, how sure it is, and which words spoke for it"),
    examples=("why B-12", "why"),
    params=(CONVERSATION,),
    button=mark("Why here"),
    reads=True,
)


async def why(invocation: Invocation, uow: UnitOfWork, config: Config, triage: Triage) -> Reply:
    """The findings with their reasons, to the asker alone."""
    sight = await uow.conversations.sight(invocation.number)
    if sight is None:
        raise UserError(
            say("There is no B-{number}.", number=invocation.number), say("See what there is with `/baton list`.")
        )
    c, words = sight.conversation, newest_words(sight)
    if c.reading is None or not words:
        raise UserError(
            say("There are no words in {ref} to tell it by.", ref=c.ref),
            say("See the conversation itself: `show {ref}`.", ref=c.ref),
        )
    reasons = triage.explain(words) if c.reading.by == "local" else ()
    return Reply(card=why_card(c, sight.customer, c.reading, reasons, config))


COMMAND = Command(SPEC, why)
"""The words that spoke are looked for anew in the post: none of them is kept."""
