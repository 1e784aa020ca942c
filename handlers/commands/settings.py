"""`settings`: what is configured, and one's own department."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.people import Department
from bot.errors import UserError
from bot.ports import Directory, UnitOfWork
from bot.views import done_card, settings_card

SPEC = CommandSpec(
    name="settings",
    summary="What is configured; `settings department support` says which department you are in",
    examples=("settings", "settings department support"),
    params=(
        Param("what", "choice", "Setting", required=False, choices=(Choice("department", "My department"),)),
        Param("department", "department", "Department", required=False),
    ),
    reads=True,
)


async def settings(invocation: Invocation, uow: UnitOfWork, config: Config, directory: Directory) -> Reply:
    """Shows the settings; a department named in baton.toml stays as it is there."""
    department = invocation.args.get("department")
    if not isinstance(department, Department):
        if invocation.text("what"):
            names = ", ".join(config.departments)
            raise UserError("Which department are you in?", f"Name one: `settings department …` with one of {names}.")
        return Reply(card=settings_card(config, invocation.actor))
    email = (invocation.actor.email or "").lower()
    fixed = next((person.department for person in config.people if person.email.lower() == email), None)
    if fixed is not None and fixed != department.key:
        raise UserError(
            f"baton.toml says that you are in {config.department_name(fixed)}.",
            "Ask whoever looks after Baton to change it there.",
        )
    await directory.set_department(invocation.actor.id, department.key)
    return Reply(card=done_card(f"You are in {department.name} now."))


COMMAND = Command(SPEC, settings)
