"""`pass`: ask another person or department to take the baton."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.domain.conversation import Conversation
from bot.domain.people import Department, Person
from bot.ports import Directory, UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="pass",
    summary=mark("Ask a person or a department to take the baton; you hold it until they accept"),
    examples=("pass B-12 product is this the new box?", "pass B-12 @chloe can you answer in French?"),
    params=(
        CONVERSATION,
        Param("to", "person_or_department", mark("Pass to"), mark("They accept or decline")),
        Param("ask", "text", mark("What you ask of them"), mark("One clear question or task"), lines=True),
    ),
    button=mark("Pass…"),
    likely=("mine",),
)


async def pass_on(invocation: Invocation, uow: UnitOfWork, directory: Directory) -> Reply:
    """The ask waits on the card; naming oneself asks the holder to pass."""
    conversation = await uow.conversations.take(invocation.number)
    to = invocation.args["to"]
    await uow.conversations.save(conversation, life.pass_on(conversation, invocation.act, to, invocation.text("ask")))
    if isinstance(to, Person) and to.id == invocation.actor.id and conversation.holder is not None:
        return Reply(
            card=done_card(
                say("I asked {name} to pass {ref} to you.", name=conversation.holder.name, ref=conversation.ref)
            )
        )
    if isinstance(to, Department) and not await _others(directory, to, invocation.actor):
        # Nobody was told, and whoever passes it must not think so.
        asked = say(
            "{name} is asked to take {ref}, but I know nobody there whom I could tell. You hold it until somebody accepts.",
            name=to.name,
            ref=conversation.ref,
        )
        return Reply(card=done_card(asked))
    return Reply(
        card=done_card(
            say("{name} is asked to take {ref}. You hold it until they accept.", name=to.name, ref=conversation.ref)
        )
    )


async def _others(directory: Directory, department: Department, actor: Person) -> list[Person]:
    return [person for person in await directory.members(department.key) if person.id != actor.id]


def may_pass(conversation: Conversation, invocation: Invocation) -> None:
    """The holder may; others may ask for themselves."""
    to = invocation.args.get("to")
    if isinstance(to, Person) and to.id == invocation.actor.id:
        life.pass_on(conversation, invocation.act, to, "")
    else:
        life.must_hold(conversation, invocation.act)


COMMAND = Command(SPEC, pass_on, may_pass)
