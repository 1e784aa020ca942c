"""`tell`: those who asked for an idea hear that it shipped; one by one, or all who can be told. Only a form sends."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.idea_life import LONGEST_NEWS
from bot.errors import Offer, UserError
from bot.ports import Answering, UnitOfWork
from bot.speech import mark, say
from handlers.telling_acts import Telling, again, approve_all, leave, reject_all, tell_all, tell_one, untold

SPEC = CommandSpec(
    name="tell",
    summary=mark(
        "Tell those who asked for an idea that it shipped: a form shows what goes out, to whom, and who cannot be told"
    ),
    examples=("tell I-7", "tell B-12", "tell I-7 approve", "tell I-7 untold"),
    params=(
        Param(
            "idea",
            "idea",
            mark("Idea"),
            mark("Like I-7; left out, the one that the conversation asked for"),
            required=False,
        ),
        Param(
            CONVERSATION.name,
            "conversation",
            CONVERSATION.label,
            mark("Like B-12; left out, all who asked"),
            required=False,
        ),
        Param(
            "text",
            "text",
            mark("What goes out"),
            mark("Left out, the draft; or: approve, reject why, untold, leave, again"),
            required=False,
            lines=True,
            longest=LONGEST_NEWS,
        ),
        Param("what", "word", mark("What"), required=False, hidden=True),
        Param("post", "word", mark("The post that is answered"), required=False, hidden=True),
        Param("wordings", "word", mark("The wording that was read"), required=False, hidden=True),
        Param("seen", "word", mark("What was read"), required=False, hidden=True),
        Param("page", "word", mark("Page"), required=False, hidden=True),
    ),
    button=mark("Tell…"),
    submit=mark("Send"),
    takes_over=(("approve", "approve"), ("reject", "reject")),
)

_DOING: Mapping[str, Callable[[Telling], Awaitable[Reply]]] = {
    "all": tell_all,
    "one": tell_one,
    "approve": approve_all,
    "reject": reject_all,
    "untold": untold,
    "leave": leave,
    "again": again,
}


async def tell(invocation: Invocation, uow: UnitOfWork, config: Config, answering: Answering) -> Reply:
    """Anybody may, but for conversations that a colleague holds."""
    what, words = _read(invocation)
    number: int | None = invocation.args.get("conversation")
    if what in {"all", "approve", "reject", "untold", "again"}:
        number = None
    idea: int | None = invocation.args.get("idea")
    if idea is None and number is None:
        raise UserError(
            say("Which idea do you mean?"),
            say("Name it: `tell I-7`. `ideas shipped` shows them."),
            (Offer(say("Shipped ideas"), "ideas", (("which", "shipped"),)),),
        )
    if what not in _DOING:
        raise UserError(
            say("This button is from an older version of Baton."), say("See what there is with `/baton ideas shipped`.")
        )
    return await _DOING[what](Telling(invocation, uow, config, answering, idea, number, words))


def _read(invocation: Invocation) -> tuple[str, str]:
    """What is to be done, and the other words."""
    words = invocation.text("text").strip()
    if what := invocation.text("what"):
        return what, words
    first, rest = (*words.split(maxsplit=1), "", "")[:2]
    if first.lower() == "reject" and invocation.args.get("conversation") is None:
        return "reject", rest
    if words.lower() in {"approve", "reject", "untold", "leave", "again"}:
        return words.lower(), ""
    return ("one" if "conversation" in invocation.args else "all"), words


COMMAND = Command(SPEC, tell)
