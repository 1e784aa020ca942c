"""`track`: an idea gets an issue in the tracker, a new one or one that there is."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import idea_life as life
from bot.domain.tracking import TrackedIssue
from bot.errors import BatonError, Offer, UserError
from bot.ports import Tracker, UnitOfWork
from bot.speech import mark, say
from bot.views.tracking import being_made_card, linked_card, project_name, track_form
from handlers.tracking import creation, link_to, root_of

WITHIN = 2.0
"""Seconds that a tracker has to say how an issue stands, so that the answer still fits a slash command's three."""

SPEC = CommandSpec(
    name="track",
    summary=mark("Give an idea an issue in the tracker: a new one, or one that there is"),
    examples=("track I-7", "track I-7 #12", "track I-7 https://github.com/acme/app/issues/12"),
    params=(
        Param("idea", "idea", mark("Idea"), mark("Like I-7")),
        Param(
            "issue",
            "word",
            mark("Issue"),
            mark("`#12`, or its address; left out, one is made"),
            required=False,
            longest=500,
        ),
        Param(
            "tracker", "word", mark("Tracker"), mark("Its name in baton.toml, where there are several"), required=False
        ),
    ),
    button=mark("Link an issue…"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """In which tracker, and the issue as it stands there; None: one is to be made."""

    tracker: Tracker
    issue: TrackedIssue | None = None


async def look(invocation: Invocation, trackers: Mapping[str, Tracker], config: Config) -> Asked | None:
    """Ask the tracker, before anything is written; None where a form is to ask first."""
    if not trackers:
        raise UserError(
            say("There is no issue tracker."),
            say("Whoever looks after Baton can set up GitHub, GitLab or Jira: docs/trackers.md says how."),
        )
    words = [word for word in (invocation.text("issue"), invocation.text("tracker")) if word]
    named = [trackers[word] for word in words if word in trackers]
    typed = next((word for word in words if word not in trackers), "")
    if not typed:
        if invocation.origin.by == "button" and not words:
            return None
        if not named and len(trackers) > 1:
            raise _which(invocation, trackers, config)
        return Asked((named or list(trackers.values()))[0])
    found = [(each, ref) for each in named or trackers.values() if (ref := each.ref_of(typed)) is not None]
    if not found:
        raise UserError(
            say("“{issue}” is no issue there.", issue=typed[:80]), say("Write it like `#12`, or give its address.")
        )
    if len(found) > 1:
        raise _which(invocation, trackers, config)
    tracker, ref = found[0]
    try:
        issue = await asyncio.wait_for(tracker.look_up(ref), WITHIN)
    except TimeoutError as error:
        raise UserError(_silent(tracker, config), say("Try it again in a moment.")) from error
    except BatonError as error:
        raise UserError(str(error), say("Once that is mended, try it again.")) from error
    if issue is None:
        raise UserError(say("There is no {issue}.", issue=ref), say("Look at its number, or give its address."))
    return Asked(tracker, issue)


def _silent(tracker: Tracker, config: Config) -> str:
    return say("{where} does not answer.", where=project_name(tracker.name, config))


def _which(invocation: Invocation, trackers: Mapping[str, Tracker], config: Config) -> UserError:
    ref, issue = f"I-{invocation.args['idea']}", invocation.text("issue")
    offers = tuple(
        Offer(
            project_name(name, config),
            "track",
            (("idea", ref), ("tracker", name), *((("issue", issue),) if issue else ())),
        )
        for name in trackers
    )
    example = " ".join(["track", ref, *([issue] if issue else []), next(iter(trackers))])
    return UserError(say("In which tracker?"), say("Name it: `{example}`.", example=example), offers[:5])


async def track(
    invocation: Invocation, uow: UnitOfWork, config: Config, trackers: Mapping[str, Tracker], asked: Asked | None
) -> Reply:
    """Anybody may, with their name in the trail; making an issue follows as work of its own."""
    idea, act = await uow.ideas.take(int(invocation.args["idea"])), invocation.act
    life.must_stand_alone(idea)
    if asked is None:
        return Reply(form=track_form(idea, tuple(trackers), config))
    tracker, issue = asked.tracker, asked.issue
    if issue is None:
        known = [
            link for link in await uow.idea_links.of(idea.number) if link.tracker == tracker.name and not link.gone
        ]
        if known:
            raise UserError(
                say("{ref} has {issue} already.", ref=idea.ref, issue=known[0].ref),
                say("To link another one, name it: `track {ref} #12`.", ref=idea.ref),
                (life.offer(idea, say("Show {ref}", ref=idea.ref)),),
            )
        await uow.outbox.put(creation(tracker.name, idea, act.by, act.via))
        return Reply(card=being_made_card(idea, tracker.name, config))
    link = await uow.idea_links.get(tracker.name, issue.ref)
    if link is not None and not link.gone:
        its = await root_of(uow, link.idea)
        if its is not None and its.number != idea.number:
            raise UserError(
                say("{issue} is the issue of {ref}.", issue=issue.ref, ref=its.ref),
                say("Are they one idea? `merge {one} {other}` says so.", one=idea.ref, other=its.ref),
                (life.offer(its, say("Show {ref}", ref=its.ref)),),
            )
    else:
        asking = await uow.ideas.asking(idea.number)
        await link_to(uow, idea, tracker.name, issue, act.at, by=act.by, via=act.via, told=asking.conversations)
    alike = tracker.shown(idea.state) is issue.state
    return Reply(card=linked_card(idea, tracker.name, issue, config, shown_alike=alike))


COMMAND = Command(SPEC, track, before=look)
