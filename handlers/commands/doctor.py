"""`doctor`: what is wrong with the installation, and how to mend it."""

from bot.commands import Command, CommandSpec, Invocation, Reply
from bot.ports import Examiner, UnitOfWork
from bot.views import doctor_card

SPEC = CommandSpec(
    name="doctor", summary="What is wrong with the installation, and how to mend it", examples=("doctor",), reads=True
)


async def doctor(invocation: Invocation, uow: UnitOfWork, examiner: Examiner) -> Reply:
    """Every check with its finding; what failed comes first."""
    return Reply(card=doctor_card(await examiner.examine()))


COMMAND = Command(SPEC, doctor)
