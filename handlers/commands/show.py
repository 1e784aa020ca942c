"""`show`: the whole conversation: posts, trail, notes."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Answering, UnitOfWork
from bot.speech import mark, say
from bot.views import is_answerable, show_card

SPEC = CommandSpec(
    name="show",
    summary=mark("The whole conversation: posts, trail, notes"),
    examples=("show B-12", "show"),
    params=(CONVERSATION,),
    button=mark("Show"),
    reads=True,
)


async def show(invocation: Invocation, uow: UnitOfWork, config: Config, answering: Answering) -> Reply:
    """Everything that happened, in order."""
    sight = await uow.conversations.sight(invocation.number)
    if sight is None:
        raise UserError(
            say("There is no B-{number}.", number=invocation.number), say("See what there is with `/baton list`.")
        )
    number = invocation.number
    posts, trail, notes = (
        await uow.posts.of(number),
        await uow.conversations.trail(number),
        await uow.notes.of(number),
    )
    versions = {post.id: await uow.posts.versions(post.id) for post in posts if post.version}
    now, me = invocation.at, invocation.actor.ref
    answerable = is_answerable(sight, answering, now)
    entries = await uow.records.of_conversation(number)
    card = show_card(
        sight, posts, trail, notes, versions, config, now=now, me=me, answerable=answerable, entries=entries
    )
    return Reply(card=card)


COMMAND = Command(SPEC, show)
