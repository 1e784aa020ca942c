"""What single people are told about customers who wait to hear that an idea shipped: that they are needed for it."""

from __future__ import annotations

from bot.cards import Actions, Bold, Button, Card, Paragraph, Text, phrase
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.idea import Idea
from bot.speech import say
from bot.views.acts import act, idea_act
from bot.views.idea_forms import idea_title
from bot.views.loops import tell_act
from bot.views.wording import department_of, one_line


def held_card(idea: Idea, conversation: Conversation) -> Card:
    """To who holds a conversation: its customer can be told."""
    ref = conversation.ref
    said = phrase(
        "{idea} has shipped. The customer of {conversation}, which you hold, asked for it and does not know yet.",
        idea=Bold(idea_title(idea)),
        conversation=Bold(ref),
    )
    tells = tell_act(idea.ref, "one", say("Tell…"), style="primary", conversation=ref)
    return _notice(
        say("{idea} has shipped: tell the customer of {conversation}", idea=idea.ref, conversation=ref),
        said,
        tells,
        act("show", ref),
    )


def approvals_card(idea: Idea, department: str, config: Config) -> Card:
    """To the people of a department: answers wait for them."""
    asked = department_of(department, config)
    said = phrase("Answers about {idea} wait for {who} to approve them.", idea=Bold(idea_title(idea)), who=asked)
    reads = tell_act(idea.ref, "approve", say("Read them"), style="primary")
    return _notice(say("Answers about {idea} wait for {who}", idea=idea.ref, who=asked), said, reads)


def rejected_card(idea: Idea, by: str, why: str) -> Card:
    """To who told them: a department did not approve it."""
    said = phrase(
        "{who} did not approve your answers about {idea}: “{why}”. They are drafts again.",
        who=by or say("Somebody"),
        idea=Bold(idea_title(idea)),
        why=one_line(why, 300),
    )
    tells = tell_act(idea.ref, "all", say("Change it…"), style="primary")
    summary = say("{who} did not approve your answers about {idea}", who=by or say("Somebody"), idea=idea.ref)
    return _notice(summary, said, tells, idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref)))


def stuck_card(idea: Idea) -> Card:
    """To who told them: some answers did not go out, or nobody knows."""
    said = phrase("Some answers about {idea} did not go out, or may not have.", idea=Bold(idea_title(idea)))
    shows = tell_act(idea.ref, "untold", say("Who is not told"), style="primary")
    return _notice(
        say("Some answers about {idea} did not go out", idea=idea.ref),
        said,
        shows,
        idea_act("show", idea.ref, say("Show {idea}", idea=idea.ref)),
    )


def _notice(summary: str, said: Text, *acts: Button) -> Card:
    return Card(one_line(summary, 200), (Paragraph(said), Actions(acts)))
