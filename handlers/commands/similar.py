"""`similar`: who else says the same."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.life import must_be_remembered
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import similar_card

ON_A_CARD = 8

SPEC = CommandSpec(
    name="similar",
    summary=mark("Who else says the same: one card stands for all of them"),
    examples=("similar B-12", "similar"),
    params=(CONVERSATION, Param("page", "word", mark("Page"), required=False, hidden=True)),
    button=mark("Similar"),
    reads=True,
)


async def similar(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The newest ones first, a page at a time; of one that goes with another, those beside it."""
    conversation = await uow.conversations.get(invocation.number)
    if conversation is not None and conversation.echo_of is not None:
        conversation = await uow.conversations.get(conversation.echo_of)
    if conversation is None:
        raise UserError(
            say("There is no B-{number}.", number=invocation.number), say("See what there is with `/baton list`.")
        )
    must_be_remembered(conversation)
    page = invocation.text("page")
    before = (int(page) - 1) * ON_A_CARD if page.isdecimal() and 0 < int(page) < 1_000_000 else 0
    lines = await uow.echoes.browse(conversation.number, ON_A_CARD, before)
    return Reply(card=similar_card(conversation, lines, config, before=before, most=ON_A_CARD, now=invocation.at))


COMMAND = Command(SPEC, similar)
