"""`idea`: raise one from a conversation, add who asks for it, vote, move it on, take its next step."""

from bot.cards import Choice
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.idea_life import LONGEST_LINE
from bot.errors import Offer, UserError
from bot.ports import Directory, UnitOfWork
from handlers.idea_acts import DOING
from handlers.idea_meant import WORDS, Doing, read
from handlers.idea_raising import raise_or_ask, show_most_asked

SPEC = CommandSpec(
    name="idea",
    summary="Raise an idea from a conversation; with an idea's number: add who asks for it, vote, plan, ship, decline",
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
        Param("idea", "idea", "Idea", "Like I-7; left out, a new one is raised", required=False),
        Param(
            "text",
            "text",
            "Title, or what to do",
            "What would be better, in a few words; with an idea: vote, consider, plan, ship, decline, reopen, claim, pass, "
            "release, merge, title, add, remove, list",
            required=False,
            longest=LONGEST_LINE,
        ),
        Param("what", "word", "What", required=False, hidden=True),
        Param("other", "idea", "The other idea", required=False, hidden=True),
        Param("to", "person_or_department", "Pass to", required=False, hidden=True),
        Param(
            "stand",
            "choice",
            "For or against",
            required=False,
            hidden=True,
            choices=(Choice("for", "For it"), Choice("against", "Against it")),
        ),
        Param("new", "word", "It is another one", required=False, hidden=True),
        Param("page", "word", "Page", required=False, hidden=True),
    ),
    button="Idea…",
    submit="Note it",
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
            raise UserError("This button is from an older version of Baton.", f"See it: `idea I-{number}`.")
        return await DOING[what](Doing(invocation, uow, config, directory, what, number, words))
    words = invocation.text("text").strip()
    if "conversation" not in invocation.args and not words:
        return await show_most_asked(uow, config, invocation)
    if words.lower() in WORDS:
        raise UserError(
            "Which idea do you mean?",
            f"Name it: `idea I-7 {words.lower()}`. `ideas` shows all.",
            (Offer("Ideas", "ideas"),),
        )
    return await raise_or_ask(invocation, uow)


COMMAND = Command(SPEC, idea)
