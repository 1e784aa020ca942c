"""What single people are told about an idea: that their time runs out, that they are asked to take it, what became of it."""

from __future__ import annotations

from datetime import datetime

from bot.cards import Actions, Bold, Button, Card, Paragraph, Text, phrase, text
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea
from bot.speech import say, say_many
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.idea_trail import actor
from bot.views.loops import tell_act
from bot.views.wording import department_of, one_line, when

_LONGEST = 300
"""How much of an ask or a reason a notice takes."""


def idea_notice_card(idea: Idea, event: e.Event, config: Config, *, now: datetime, waiting: int = 0) -> Card | None:
    """The notice; None where it is no longer so. `waiting` is for how many customers a draft is there."""
    by = actor(event, config)
    match event:
        case e.LeaseWarned() if idea.baton is not None and idea.baton.warned:
            until = when(idea.baton.lease.until, now, config)
            said = text("You hold the next step of ", Bold(idea_title(idea)), " until ", *until, ".")
            return _notice(
                idea,
                f"Your time with {idea.ref} is nearly over",
                said,
                ("renew", "Keep it"),
                ("release", "Give it back"),
            )
        case e.LeaseExpired():
            said = text("Your time with ", Bold(idea_title(idea)), " is over. Nobody holds its next step now.")
            still_free = idea.baton is None and not idea.state.is_over
            return _notice(
                idea, f"Your time with {idea.ref} is over", said, *((("claim", "Claim"),) if still_free else ())
            )
        case e.PassAsked() if idea.pass_request is not None:
            target = "you" if event.to_person is not None else department_of(event.to_department or "", config)
            said = text(
                f"{by} asks {target} to take the next step of ", Bold(idea_title(idea)), f": {_said(event.ask)}"
            )
            return _notice(
                idea, f"{by} asks {target} to take {idea.ref}", said, ("accept", "Accept"), ("refuse", "Refuse…")
            )
        case e.PassAccepted():
            said = text(f"{by} took the next step of ", Bold(idea_title(idea)), " from you.")
            return _notice(idea, f"{by} took {idea.ref}", said)
        case e.PassDeclined():
            said = text(f"{by} does not take ", Bold(idea_title(idea)), f": {_said(event.why)}. You still hold it.")
            return _notice(idea, f"{by} does not take {idea.ref}", said, ("pass", "Ask another…"))
        case e.Shipped() if waiting:
            return _drafts_card(idea, by, waiting)
        case e.Shipped():
            return _notice(
                idea, f"{idea.ref} is shipped", text(f"{by} shipped ", Bold(idea_title(idea)), ", which you raised.")
            )
        case e.Declined():
            said = text(f"{by} declined ", Bold(idea_title(idea)), f", which you raised: {_said(event.why)}")
            return _notice(idea, f"{idea.ref} is declined", said)
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
    return f"“{one_line(words, _LONGEST)}”"


def _notice(idea: Idea, summary: str, said: Text, *acts: tuple[str, str]) -> Card:
    buttons: list[Button] = [idea_act(what, idea.ref, label) for what, label in acts]
    buttons.append(idea_act("show", idea.ref, f"Show {idea.ref}"))
    return Card(one_line(summary, 200), (Paragraph(said), Actions(tuple(buttons))))
