"""`mute`: no notices to me."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.ports import Directory, UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="mute",
    summary=mark("No notices to you; cards and threads stay as they are"),
    examples=("mute", "mute off"),
    params=(
        Param(
            "switch",
            "choice",
            mark("Notices"),
            required=False,
            choices=(Choice("on", mark("On: no notices")), Choice("off", mark("Off: notices again"))),
        ),
    ),
    reads=True,
)


async def mute(invocation: Invocation, uow: UnitOfWork, directory: Directory) -> Reply:
    """Escalations that name the person as lead, coordinator or sponsor are duties, and still come."""
    muted = invocation.text("switch") != "off"
    await directory.set_muted(invocation.actor.id, muted)
    if muted:
        return Reply(
            card=done_card(say("You get no notices from me; escalations to you still come. `mute off` ends it."))
        )
    return Reply(card=done_card(say("You get notices again.")))


COMMAND = Command(SPEC, mute)
