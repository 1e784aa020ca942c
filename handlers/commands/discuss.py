"""`discuss`: call departments into the card's thread."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from bot.views.wording import listed

SPEC = CommandSpec(
    name="discuss",
    summary=mark("Call departments into the thread, with a question"),
    examples=("discuss B-12 legal, product may we say so?", "discuss B-12 logistics which carrier was it?"),
    params=(
        CONVERSATION,
        Param("departments", "departments", mark("Departments"), mark("Their people are told in the thread")),
        Param("question", "text", mark("Question"), mark("What you would like to know from them"), lines=True),
    ),
    button=mark("Discuss…"),
    submit=mark("Discuss"),
    slash="/discuss",
    likely=("mine", "floor"),
)


async def discuss(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Anyone may, whoever holds the baton."""
    conversation = await uow.conversations.take(invocation.number)
    life.must_be_remembered(conversation)
    departments = tuple(dict.fromkeys(department.key for department in invocation.args["departments"]))
    question = invocation.text("question")
    events = life.discuss(conversation, invocation.act, config.life_policies, departments, question)
    await uow.conversations.save(conversation, events)
    names = listed(map(config.department_name, departments))
    return Reply(
        card=done_card(say("I called {names} into the thread of {ref}.", names=names, ref=conversation.ref)), quiet=True
    )


COMMAND = Command(SPEC, discuss)
