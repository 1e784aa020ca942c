"""What single people are told about an idea: that their time runs out, that they are asked to take it, what became of it."""

from __future__ import annotations

from datetime import datetime

from bot.cards import Actions, Bold, Button, Card, Paragraph, Span, Text, phrase, text
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea
from bot.speech import say, say_many
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.idea_trail import actor
from bot.views.loops import tell_act
from bot.views.wording import department_of, one_line, quoted, when

_LONGEST = 300
"""How much of an ask or a reason a notice takes."""


def idea_notice_card(idea: Idea, event: e.Event, config: Config, *, now: datetime, waiting: int = 0) -> Card | None:
    """The notice; None where it is no longer so. `waiting` is for how many customers a draft is there."""
    by = actor(event, config)
    match event:
        case e.LeaseWarned() if idea.baton is not None and idea.baton.warned:
            until = when(idea.baton.lease.until, now, config)
            said = phrase("You hold the next step of {title} until {until}.", title=Bold(idea_title(idea)), until=until)
            return _notice(
                idea,
                say("Your time with {ref} is nearly over", ref=idea.ref),
                said,
                ("renew", say("Keep it")),
                ("release", say("Give it back")),
            )
        case e.LeaseExpired():
            said = phrase(
                "Your time with {title} is over. Nobody holds its next step now.",
                title=Bold(idea_title(idea)),
            )
            still_free = idea.baton is None and not idea.state.is_over
            return _notice(
                idea,
                say("Your time with {ref} is over", ref=idea.ref),
                said,
                *((("claim", say("Claim")),) if still_free else ()),
            )
        case e.PassAsked() if idea.pass_request is not None:
            target = department_of(event.to_department or "", config)
            asked: dict[str, Span] = {"by": by, "title": Bold(idea_title(idea)), "ask": _said(event.ask)}
            one = event.to_person is not None
            return _notice(
                idea,
                say("{by} asks you to take {ref}", by=by, ref=idea.ref)
                if one
                else say("{by} asks {target} to take {ref}", by=by, target=target, ref=idea.ref),
                phrase("{by} asks you to take the next step of {title}: {ask}", **asked)
                if one
                else phrase("{by} asks {target} to take the next step of {title}: {ask}", target=target, **asked),
                ("accept", say("Accept")),
                ("refuse", say("Refuse…")),
            )
        case e.PassAccepted():
            said = phrase("{by} took the next step of {title} from you.", by=by, title=Bold(idea_title(idea)))
            return _notice(idea, say("{by} took {ref}", by=by, ref=idea.ref), said)
        case e.PassDeclined():
            said = phrase(
                "{by} does not take {title}: {said}. You still hold it.",
                by=by,
                title=Bold(idea_title(idea)),
                said=_said(event.why),
            )
            return _notice(
                idea, say("{by} does not take {ref}", by=by, ref=idea.ref), said, ("pass", say("Ask another…"))
            )
        case e.Shipped() if waiting:
            return _drafts_card(idea, by, waiting)
        case e.Shipped():
            return _notice(
                idea,
                say("{ref} is shipped", ref=idea.ref),
                phrase("{by} shipped {title}, which you raised.", by=by, title=Bold(idea_title(idea))),
            )
        case e.Declined():
            said = phrase(
                "{by} declined {title}, which you raised: {said}",
                by=by,
                title=Bold(idea_title(idea)),
                said=_said(event.why),
            )
            return _notice(idea, say("{ref} is declined", ref=idea.ref), said)
        case _:
            return None


def _drafts_card(idea: Idea, by: str, waiting: int) -> Card:
    """It shipped, and those who asked can be told."""
    said = phrase("{who} shipped {idea}.", who=by, idea=Bold(idea_title(idea)))
    ready = say_many(
        "A draft is ready for {n} conversation that asked for it.",
        "Drafts are ready for {n} conversations that asked for it.",
        waiting,
    )
    acts = (
        tell_act(idea.ref, "all", say("Tell those who asked…"), style="primary"),
        idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref)),
    )
    summary = say("{idea} is shipped: tell those who asked", idea=idea.ref)
    return Card(one_line(summary, 200), (Paragraph(said), Paragraph(text(ready)), Actions(acts)))


def _said(words: str) -> str:
    return quoted(one_line(words, _LONGEST))


def _notice(idea: Idea, summary: str, said: Text, *acts: tuple[str, str]) -> Card:
    buttons: list[Button] = [idea_act(what, idea.ref, label) for what, label in acts]
    buttons.append(idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref)))
    return Card(one_line(summary, 200), (Paragraph(said), Actions(tuple(buttons))))
