"""An idea without the name of somebody who was forgotten: colleagues may have written it into a title or a reason. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

from bot.domain.idea import Idea
from bot.domain.idea_events import Event

SOMEBODY = "somebody"
"""What stands for the name."""

_WORDS = frozenset({"title", "text", "why", "ask"})
"""Fields of events that hold what people wrote."""


def nameless_event(event: Event, names: Sequence[str]) -> Event:
    """The event with what people wrote, but for these names."""
    written = {each.name for each in fields(event)} & _WORDS
    changes: dict[str, Any] = {name: _without(getattr(event, name), names) for name in written}
    return replace(event, **changes)


def nameless(idea: Idea, names: Sequence[str]) -> Idea:
    """The state without these names: the same as what a trail of nameless events leads to."""
    asked = idea.pass_request
    return replace(
        idea,
        title=_without(idea.title, names),
        why=_without(idea.why, names),
        news=_without(idea.news, names),
        votes={key: replace(vote, text=_without(vote.text, names)) for key, vote in idea.votes.items()},
        pass_request=replace(asked, ask=_without(asked.ask, names)) if asked is not None else None,
    )


def _without(words: str, names: Sequence[str]) -> str:
    for name in names:
        words = re.sub(re.escape(name), SOMEBODY, words, flags=re.IGNORECASE)
    return words
