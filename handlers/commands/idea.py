"""`idea`: raise one from a conversation, add who asks for it, vote, move it on, take its next step."""

from bot.cards import Choice
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.idea_life import LONGEST_LINE
from bot.errors import Offer, UserError
from bot.ports import Directory, UnitOfWork
from bot.speech import mark, say
from handlers.idea_acts import DOING
from handlers.idea_meant import WORDS, Doing, read
from handlers.idea_raising import raise_or_ask, show_most_asked

SPEC = CommandSpec(
    name="idea",
    summary=mark(
        "Raise an idea from a conversation; with an idea's number: add who asks for it, vote, plan, ship, decline"
    ),
    examples=(
        "idea B-12 gift wrap at checkout",
        "idea I-7 B-13",
        "idea I-7 vote customers ask for it every week",
        "idea I-7 plan",
        "idea I-7 decline too dear for so few",
        "idea I-7 merge I-9",
        "idea I-7 claim",
    ),
    params=(
        Param(CONVERSATION.name, "conversation", CONVERSATION.label, CONVERSATION.hint, required=False),
        Param("idea", "idea", mark("Idea"), mark("Like I-7; left out, a new one is raised"), required=False),
        Param(
            "text",
            "text",
            mark("Title, or what to do"),
            mark(
                "What would be better, in a few words; with an idea: vote, consider, plan, ship, decline, reopen, claim, pass, "
                "release, merge, title, add, remove, list"
            ),
            required=False,
            longest=LONGEST_LINE,
        ),
        Param("what", "word", mark("What"), required=False, hidden=True),
        Param("other", "idea", mark("The other idea"), required=False, hidden=True),
        Param("to", "person_or_department", mark("Pass to"), required=False, hidden=True),
        Param(
            "stand",
            "choice",
            mark("For or against"),
            required=False,
            hidden=True,
            choices=(Choice("for", mark("For it")), Choice("against", mark("Against it"))),
        ),
        Param("new", "word", mark("It is another one"), required=False, hidden=True),
        Param("page", "word", mark("Page"), required=False, hidden=True),
    ),
    button=mark("Idea…"),
    submit=mark("Note it"),
    takes_over=(
        *(
            (verb, verb)
            for verb in ("show", "claim", "renew", "release", "pass", "accept", "reopen", "merge", "unmerge")
        ),
        # To decline an idea is another thing than to decline a pass of it.
        ("decline", "refuse"),
    ),
)


async def idea(invocation: Invocation, uow: UnitOfWork, config: Config, directory: Directory) -> Reply:
    """Anybody may; the next step is whose who holds it."""
    number: int | None = invocation.args.get("idea")
    if invocation.text("what") == "raise":
        return await raise_or_ask(invocation, uow, chosen=number)
    if number is not None:
        what, words = read(invocation, number)
        if what not in DOING:
            raise UserError(
                say("This button is from an older version of Baton."), say("See it: `idea I-{number}`.", number=number)
            )
        return await DOING[what](Doing(invocation, uow, config, directory, what, number, words))
    words = invocation.text("text").strip()
    if "conversation" not in invocation.args and not words:
        return await show_most_asked(uow, config, invocation)
    if words.lower() in WORDS:
        raise UserError(
            say("Which idea do you mean?"),
            say("Name it: `idea I-7 {words}`. `ideas` shows all.", words=words.lower()),
            (Offer(say("Ideas"), "ideas"),),
        )
    return await raise_or_ask(invocation, uow)


COMMAND = Command(SPEC, idea)
