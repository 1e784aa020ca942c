"""`settings`: what is configured, one's own department, and the language one is spoken to in."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.people import Department
from bot.errors import UserError
from bot.languages import languages, speaking_to
from bot.ports import Directory, UnitOfWork
from bot.speech import mark, say
from bot.views import done_card, settings_card
from bot.views.wording import language_name, language_word

AS_ELSEWHERE = "auto"
"""Instead of a language: the one that the chat client is set to."""

SPEC = CommandSpec(
    name="settings",
    summary=mark(
        "What is configured; `settings department support` says which department you are in, `settings language de` what I speak with you"
    ),
    examples=("settings", "settings department support", "settings language de"),
    params=(
        Param(
            "what",
            "choice",
            mark("Setting"),
            required=False,
            choices=(Choice("department", mark("My department")), Choice("language", mark("My language"))),
        ),
        Param(
            "language",
            "choice",
            mark("Language"),
            required=False,
            choices=(
                *(Choice(tag, language_word(tag)) for tag in languages()),
                Choice(AS_ELSEWHERE, mark("As my chat client")),
            ),
        ),
        Param("department", "department", mark("Department"), required=False),
    ),
    reads=True,
)


async def settings(invocation: Invocation, uow: UnitOfWork, config: Config, directory: Directory) -> Reply:
    """Shows the settings; a department named in baton.toml stays as it is there."""
    department, language = invocation.args.get("department"), invocation.text("language")
    if language:
        return await _speak(language, invocation, directory)
    if isinstance(department, Department):
        return await _belong(department, invocation, config, directory)
    if invocation.text("what") == "language":
        spoken = ", ".join([*languages(), AS_ELSEWHERE])
        raise UserError(
            say("Which language do you read?"), say("Name one: `settings language …` with one of {them}.", them=spoken)
        )
    if invocation.text("what"):
        names = ", ".join(config.departments)
        raise UserError(
            say("Which department are you in?"),
            say("Name one: `settings department …` with one of {names}.", names=names),
        )
    return Reply(card=settings_card(config, invocation.actor))


async def _belong(department: Department, invocation: Invocation, config: Config, directory: Directory) -> Reply:
    email = (invocation.actor.email or "").lower()
    fixed = next((person.department for person in config.people if person.email.lower() == email), None)
    if fixed is not None and fixed != department.key:
        raise UserError(
            say("baton.toml says that you are in {department}.", department=config.department_name(fixed)),
            say("Ask whoever looks after Baton to change it there."),
        )
    await directory.set_department(invocation.actor.id, department.key)
    return Reply(card=done_card(say("You are in {department} now.", department=department.name)))


async def _speak(language: str, invocation: Invocation, directory: Directory) -> Reply:
    """Confirmed in the language that was chosen, so that one sees at once what it means."""
    if language == AS_ELSEWHERE:
        await directory.set_language(invocation.actor.id, None)
        return Reply(card=done_card(say("From now on I speak what your chat client is set to.")))
    await directory.set_language(invocation.actor.id, language)
    with speaking_to(language):
        return Reply(card=done_card(say("I speak {language} with you from now on.", language=language_name(language))))


COMMAND = Command(SPEC, settings)
