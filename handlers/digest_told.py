"""What the digest tells beside its counts, as plain data: the last weeks, stories, ideas of the window, who was told."""

from __future__ import annotations

from typing import Any

from bot.config import Config
from bot.domain.company_measures import Movement, streams
from bot.domain.idea_news import IdeaNews, NamedIdea
from bot.domain.loops import Loops, Why
from bot.domain.stories import Story
from bot.domain.trend import Bands
from bot.domain.visibility import visible_name

STATES = ("considering", "planned", "shipped", "declined")
"""The states into which an idea comes."""


def weeks_data(weeks: tuple[Bands, ...]) -> list[dict[str, Any]]:
    """Each week by its first day, the oldest first."""
    return [
        {
            "start": week.window.first_day.isoformat(),
            "heard": week.heard,
            "touched": week.touched,
            "changed": week.changed,
        }
        for week in weeks
    ]


def stories_data(stories: tuple[Story, ...], config: Config) -> list[dict[str, Any]]:
    """Each with what makes it worth reading, and what the company did."""
    return [_story(story, config) for story in stories]


def _story(story: Story, config: Config) -> dict[str, Any]:
    worth, c = story.told.worth, story.told.conversation
    return {
        "kind": story.kind,
        "ref": c.ref,
        "network": c.network,
        "customer": visible_name(story.told.customer_name, config.hidden_from(None)),
        "text": story.told.text,
        "asked": worth.asked,
        "crowd": worth.crowd,
        "departments": worth.departments,
        "differing": worth.differing,
        "angry": f"B-{worth.angry}" if worth.angry is not None else None,
        "state": c.state.value,
        "outcome": c.outcome.kind.value if c.outcome is not None else None,
        "changed": c.outcome.changed if c.outcome is not None else None,
    }


def ideas_data(news: IdeaNews, loops: Loops) -> dict[str, Any]:
    """What became of ideas in the window, and of those who had asked for what shipped, how many were told."""
    return {
        "raised": news.raised,
        "became": {state: news.many(state) for state in STATES},
        "shipped": [_idea(idea) for idea in news.shipped],
        "declined": [_idea(idea) for idea in news.declined],
        "asked_in_window": [_idea(idea) | {"conversations": idea.asked} for idea in news.asked],
        "loops": {
            "ideas": loops.ideas,
            "closed": loops.closed,
            "askers": loops.askers,
            "told": loops.told,
            "left": loops.left,
            "waiting": loops.waiting,
            "untold": {why.value: loops.untold.get(why, 0) for why in Why},
        },
    }


def _idea(idea: NamedIdea) -> dict[str, Any]:
    return {"ref": idea.ref, "title": idea.title, "state": idea.state}


def streams_data(movement: Movement) -> list[dict[str, Any]]:
    """Which way more customers went than back."""
    return [
        {"from": each.origin, "to": each.goal, "there": each.there, "back": each.back, "clear": each.clear}
        for each in streams(movement.moved)
    ]
