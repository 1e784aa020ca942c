"""What an idea's issue says of it: numbers and what was decided, in plain text. No customer's name, handle or word is in it."""

from __future__ import annotations

from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea
from bot.ports import Asking
from bot.speech import say, say_many
from bot.views.idea_trail import actor
from bot.views.wording import one_line

_LONGEST = 500


def issue_body(idea: Idea, asking: Asking) -> str:
    """What a new issue says: how many ask for it, and whose idea it is."""
    return f"{asked_line(asking)}\n\n{source_line(idea)}"


def moved_note(idea: Idea, event: e.Event, asking: Asking, config: Config) -> str:
    """Who decided what, why, and how many ask for it."""
    by = actor(event, config)
    decided = {
        "considered": say("{who} considers it.", who=by),
        "planned": say("{who} plans it.", who=by),
        "shipped": say("{who} shipped it.", who=by),
        "declined": say("{who} declined it.", who=by),
        "reopened": say("{who} takes it up again.", who=by),
    }[event.kind]
    why = one_line(str(getattr(event, "why", "")), _LONGEST)
    lines = [decided, *([f"“{why}”"] if why else []), asked_line(asking)]
    return "\n\n".join([*lines, source_line(idea)])


def asked_note(idea: Idea, asking: Asking) -> str:
    """How many ask for it now."""
    return f"{asked_line(asking)}\n\n{source_line(idea)}"


def asked_line(asking: Asking) -> str:
    """`12 conversations of 11 customers ask for it.`"""
    if not asking.conversations:
        return say("No conversation asks for it yet.")
    if asking.conversations == 1:
        return say("One conversation asks for it.")
    customers = say_many("{n} customer", "{n} customers", asking.customers)
    return say("{n} conversations of {customers} ask for it.", n=f"{asking.conversations:,}", customers=customers)


def source_line(idea: Idea) -> str:
    """Where it is from."""
    return say("Idea {ref} in Baton", ref=idea.ref)
