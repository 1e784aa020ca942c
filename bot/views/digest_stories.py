"""What the digest names: conversations worth reading, views that differ, those nobody has heard, and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.cards import Block, Bold, Button, Facts, Paragraph, Small, Text, Time, phrase, text
from bot.config import Config
from bot.domain.company_measures import Views
from bot.domain.conversation import Conversation, State
from bot.domain.measures import Failure, Unheard
from bot.domain.stories import Story
from bot.domain.visibility import visible_name
from bot.speech import say, say_many
from bot.views.acts import act
from bot.views.wording import department_of, dotted, name_of, network_name, one_line, quoted, short_number, tame

_QUOTE = 120
_EXCERPT = 80
_VIEW = 60
_NAME = 40

_DIFFERING = 3
"""How many conversations are quoted of those that departments saw differently."""

_DEPARTMENTS = 2
"""How many of their views are quoted."""

FAILURES = 3
"""How many things that failed are named; the doctor names all."""


def story_blocks(stories: tuple[Story, ...], hidden: frozenset[str]) -> tuple[Block, ...]:
    """Each with the customer's words, why it is worth reading, what the company did, and the way to all of it."""
    if not stories:
        return ()
    title = say_many("{n} worth reading", "{n} worth reading", len(stories))
    return (Paragraph(text(Bold(title))), *(_story(story, hidden) for story in stories))


def _story(story: Story, hidden: frozenset[str]) -> Paragraph:
    told, c = story.told, story.told.conversation
    words = one_line(tame(told.text), _QUOTE)
    heading = dotted((text(Bold(c.ref)), text(_whose(told.customer_name, c, hidden)), text(quoted(words))))
    return Paragraph((*heading, "\n", *dotted((text(why_worth(story)), text(done_about(c))))), act("show", c.ref))


def _whose(name: str, c: Conversation, hidden: frozenset[str]) -> str:
    shown = one_line(visible_name(name, hidden), _NAME) or say("Somebody")
    return say("{name} on {network}", name=shown, network=network_name(c.network))


def why_worth(story: Story) -> str:
    """In a few words, why this one."""
    worth = story.told.worth
    match story.kind:
        case "changed" if worth.asked:
            return say_many(
                "Changed something, and {n} other asks for the same",
                "Changed something, and {n} others ask for the same",
                worth.asked,
            )
        case "changed":
            return say("Changed something")
        case "together" if worth.differing:
            return say_many(
                "{n} department worked on it and saw it differently",
                "{n} departments worked on it and saw it differently",
                worth.departments,
            )
        case "together":
            return say_many("{n} department worked on it", "{n} departments worked on it", worth.departments)
        case "crowd":
            return say_many("{n} other says the same", "{n} others say the same", worth.crowd)
        case "won":
            return say("Angry in {ref}, content now", ref=f"B-{worth.angry}")


def done_about(c: Conversation) -> str:
    """What the company did, as it stands: the outcome and what changed, else where it lies."""
    if c.state is State.RESOLVED and c.outcome is not None:
        kind = c.outcome.kind.label
        if not c.outcome.changed_something:
            return say("{outcome}, nothing changed", outcome=kind)
        return say("{outcome}, changed: {changed}", outcome=kind, changed=one_line(tame(c.outcome.changed), _EXCERPT))
    if c.holder is not None:
        return say("{who} is on it", who=name_of(c.holder))
    if c.state is State.WAITING:
        return say("waits for the customer")
    return say("on the floor") if c.first_human_at is None else say("back on the floor")


def view_blocks(views: Views, config: Config) -> tuple[Block, ...]:
    """A line for each conversation that departments saw differently."""
    if not views.named:
        return ()
    more = views.differing - len(views.named[:_DIFFERING])
    title = say_many("{n} seen differently", "{n} seen differently", views.differing)
    rows = tuple((f"B-{each.number}", seen(each.views, config)) for each in views.named[:_DIFFERING])
    said = text(say("and {n} more", n=more)) if more > 0 else ()
    return (Paragraph(text(Bold(title))), Facts(rows), *((Small(said),) if said else ()))


def seen(views: Mapping[str, str], config: Config) -> Text:
    """`Logistics “…” · Support “…”`."""
    first = list(views.items())[:_DEPARTMENTS]
    return dotted(text(f"{department_of(key, config)} {quoted(one_line(tame(said), _VIEW))}") for key, said in first)


def unheard_blocks(unheard: tuple[Unheard, ...], hidden: frozenset[str]) -> tuple[Block, ...]:
    """Those that nobody has heard, each to be claimed."""
    if not unheard:
        return ()
    title = say_many("Nobody has heard this one", "Nobody has heard these {n}", len(unheard))
    return (Paragraph(text(Bold(title))), *(_alone(one, hidden) for one in unheard))


def _alone(one: Unheard, hidden: frozenset[str]) -> Paragraph:
    c = one.conversation
    words = one_line(tame(one.text), _EXCERPT)
    followed: Text = ()
    if one.followers > 1 and "followers" not in hidden:
        followed = text(say("{many} followers", many=short_number(one.followers)))
    ref = text(Bold(c.ref), f" 🔴 {say('Urgent')}") if c.urgent else text(Bold(c.ref))
    whose = text(_whose(one.customer_name, c, hidden))
    parts = [ref, whose, followed, text(quoted(words)) if words else (), text(Time(c.opened_at, "moment"))]
    return Paragraph(dotted(parts), act("claim", c.ref))


def failure_blocks(failures: tuple[Failure, ...]) -> tuple[Block, ...]:
    """What failed is named as failed, never passed over as quiet, with the way to mend it."""
    if not failures:
        return ()
    lines = [Paragraph(_failed(failure), _mend()) for failure in failures[:FAILURES]]
    more = len(failures) - len(lines)
    title = Paragraph(text("⚠️ ", Bold(say("Could not be measured"))))
    rest = say_many("{n} more thing failed.", "{n} more things failed.", more)
    return (title, *lines, *((Small(text(rest)),) if more else ()))


def _failed(failure: Failure) -> Text:
    since: datetime | None = failure.since
    what = Bold(one_line(failure.what, 60))
    said = phrase("{what} failed", what=what)
    if since is not None:
        said = phrase("{what} failed since {since}", what=what, since=Time(since, "moment"))
    return (*said, f" ({one_line(tame(failure.why), 100)})") if failure.why else said


def _mend() -> Button:
    return Button(say("Mend"), "doctor")
