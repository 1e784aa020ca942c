"""`share`: bring onto the floor what a customer said where Baton does not listen: at a counter, on the phone, in a chat."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.ids import new_id
from bot.domain.post import WORD_OF_MOUTH, Author, Post, SourceEvent, Visibility
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from bot.views.wording import cut, one_line, who

NOBODY_KNOWN = "somebody"
"""The handle of a customer whom nobody asked for a name."""

SPEC = CommandSpec(
    name="share",
    summary=mark("Put on the floor what a customer told you elsewhere"),
    examples=(
        "share the zip breaks when it freezes | Maya Okafor",
        "share two people at the fair asked for a smaller one",
    ),
    params=(
        Param(
            "text", "text", mark("What they said"), mark("In their own words, as far as you remember them"), lines=True
        ),
        Param(
            "who",
            "text",
            mark("Who said it"),
            mark("An e-mail address if you know it, otherwise a name"),
            required=False,
            longest=250,
        ),
    ),
    button=mark("Share…"),
    submit=mark("Put it on the floor"),
    asks=True,
    shortcut=mark("Share with Baton"),
)


async def share(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """It becomes a post like any other: heard, routed, with a card."""
    person = one_line(invocation.text("who"), 250)
    post = Post(
        network=WORD_OF_MOUTH,
        external_id=new_id(),
        author=_author(person),
        text=invocation.text("text"),
        posted_at=invocation.at,
        visibility=Visibility.UNLISTED,
        via=cut(who(invocation.actor.ref, config), 50),
    )
    network, account, external_id = post.key
    said = SourceEvent(kind="created", network=network, account=account, external_id=external_id, post=post)
    await uow.posts.accept([said], WORD_OF_MOUTH, invocation.at)
    return Reply(card=done_card(say("Thank you. It is on the floor in a moment, with a card like any other.")))


def _author(person: str) -> Author:
    """An e-mail address names one customer. A name, or a handle on no network, may be anybody's: another one each time."""
    if "@" in person[1:] and " " not in person:
        return Author(handle=person, email=person)
    return Author(handle=person or NOBODY_KNOWN, display_name=person or None, external_id=new_id())


COMMAND = Command(SPEC, share)
