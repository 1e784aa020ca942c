"""`untrack`: an issue is no longer an idea's; the issue itself stays as it is."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import idea_events as e
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views.tracking import unlinked_card, which_issue_card
from handlers.ideas import save

SPEC = CommandSpec(
    name="untrack",
    summary=mark("An issue of the tracker is no longer linked with an idea; the issue stays as it is"),
    examples=("untrack I-7", "untrack I-7 acme/app#12"),
    params=(
        Param("idea", "idea", mark("Idea"), mark("Like I-7")),
        Param("issue", "word", mark("Issue"), mark("Which, where there are several"), required=False),
    ),
    button=mark("Unlink"),
)


async def untrack(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Anybody may, with their name in the trail."""
    idea, act = await uow.ideas.take(int(invocation.args["idea"])), invocation.act
    links, typed = await uow.idea_links.of(idea.number), invocation.text("issue").casefold()
    meant = [link for link in links if not typed or link.ref.casefold().endswith(typed)]
    if not meant:
        raise UserError(
            say("{ref} has no such issue.", ref=idea.ref) if links else say("{ref} has no issue.", ref=idea.ref),
            say("To link one: `track {ref}`.", ref=idea.ref),
        )
    if len(meant) > 1:
        return Reply(card=which_issue_card(idea, meant, config))
    link = meant[0]
    await uow.idea_links.drop(link.tracker, link.ref)
    gone = e.Unlinked(at=act.at, by=act.by, via=act.via, tracker=link.tracker, ref=link.ref)
    idea = await save(uow, idea, (gone,))
    return Reply(card=unlinked_card(idea, link))


COMMAND = Command(SPEC, untrack)
