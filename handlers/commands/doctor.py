"""`doctor`: what is wrong with the installation, and how to mend it."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.ports import DeadLetters, Examiner
from bot.speech import mark, say, say_many
from bot.views import doctor_card, done_card
from handlers.events.write_record import KIND

SPEC = CommandSpec(
    name="doctor",
    summary=mark("What is wrong with the installation, and how to mend it"),
    examples=("doctor", "doctor replay"),
    params=(
        Param(
            "replay",
            "choice",
            mark("Again"),
            mark("Has written to the CRM what was given up"),
            required=False,
            choices=(Choice("replay", mark("Write again what was given up")),),
        ),
    ),
    reads=True,
)

MOST = 10_000
"""So many entries are put back at once."""


async def doctor(invocation: Invocation, examiner: Examiner, dead_letters: DeadLetters) -> Reply:
    """Every check with its finding; what failed comes first. Entries can be written again by anybody: each is there once."""
    letters = await dead_letters.dead(MOST, KIND)
    if not invocation.text("replay"):
        return Reply(card=doctor_card(await examiner.examine(), len(letters)))
    put_back = await dead_letters.replay([letter.id for letter in letters]) if letters else 0
    if not put_back:
        return Reply(card=done_card(say("No entry was given up; there is nothing to write again.")))
    return Reply(
        card=done_card(
            say_many("{n} entry will be written again now.", "{n} entries will be written again now.", put_back)
        )
    )


COMMAND = Command(SPEC, doctor, waits=True)
