"""What triage found, as a conversation's card says it: what kind of post it is, and why it is here. The whole is in `why.py`."""

from __future__ import annotations

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.customer import Customer
from bot.domain.routing import Fit, Reason, case_of
from bot.domain.triage import HASHTAG, UNSURE, Guess, Intent, Reading
from bot.speech import mark, per_cent, say, sentence
from bot.views.wording import department_of, language_name, network_name, one_line, reason_words, topic_name

_INTENTS = {
    Intent.COMPLAINT: mark("Complaint"),
    Intent.QUESTION: mark("Question"),
    Intent.PRAISE: mark("Praise"),
    Intent.IDEA: mark("Idea"),
    Intent.PURCHASE: mark("Wants to buy"),
    Intent.CHURN: mark("May leave us"),
    Intent.CRISIS: mark("May be a crisis"),
    Intent.SPAM: mark("Looks like spam"),
}

_MOODS = {"negative": mark("Unhappy"), "neutral": mark("Neutral"), "positive": mark("Happy")}

MOST_TOPICS = 3
"""So many topics a card names."""


def intent_name(name: str) -> str:
    """What people read for an intent."""
    return sentence(_INTENTS[Intent(name)]) if name in set(Intent) else one_line(name, 40)


def mood_name(name: str) -> str:
    """What people read for a mood."""
    return sentence(_MOODS[name]) if name in _MOODS else one_line(name, 40)


def percent(guess: Guess) -> str:
    """`82 %`."""
    return per_cent(round(100 * guess.confidence))


def kind_of_post(c: Conversation) -> str:
    """`Complaint`; empty when triage is not sure what it is."""
    first = c.reading.intents[0] if c.reading is not None and c.reading.intents else None
    return intent_name(first.name) if first is not None and first.confidence >= UNSURE else ""


def urgent_because(c: Conversation) -> str:
    """Why it is urgent; without the customer's own words once they deleted any."""
    why = one_line(c.why_urgent or "", 120)
    return reason_words(why.partition(": “")[0] if c.deleted_posts else why)


def why_here(c: Conversation, customer: Customer, config: Config) -> str:
    """`danger: “caught fire” · delivery · in German (route “dach”) → Logistics, Support (82 %)`."""
    found = [urgent_because(c)] if c.urgent and not c.crisis else []
    topics = _topics(c)
    found.append(", ".join(topics))
    routed = config.routed(case_of(c, customer))
    found += [_of_route(fit, {*topics, "urgent"}) for fit in routed.fits]
    whom = ", ".join(department_of(key, config) for key in c.departments)
    if whom and (sure := _sure_of(c.departments[0], c.reading)):
        whom = f"{whom} ({sure})"
    why = " · ".join(filter(None, dict.fromkeys(found)))
    if not whom:
        return why
    return f"{why} → {whom}" if why else say("suggested to {whom}", whom=whom)


def _topics(c: Conversation) -> list[str]:
    if c.reading is None or c.deleted_posts:
        return []
    sure = (topic for topic in c.reading.topics if topic.confidence >= UNSURE and not topic.name.startswith(HASHTAG))
    return [topic_name(topic.name) for topic in sure][:MOST_TOPICS]


def _sure_of(department: str, reading: Reading | None) -> str:
    """How sure triage is of the department.

    What a rule suggests has no such figure, nor what an earlier post spoke of and the newest one does not.
    """
    named = reading.departments if reading is not None else ()
    return next((percent(guess) for guess in named if guess.name == department and guess.confidence >= UNSURE), "")


def _of_route(fit: Fit, said: set[str]) -> str:
    reasons = ", ".join(dict.fromkeys(name for reason in fit.reasons if (name := _reason(reason)) not in said))
    name = say("route “{name}”", name=one_line(fit.rule.name, 60)) if fit.rule.name else ""
    if reasons and name:
        return f"{reasons} ({name})"
    # What goes everywhere needs no reason, and what a department is suggested for stands behind the arrow.
    return reasons or name


def _reason(reason: Reason) -> str:
    match reason.what:
        case "language":
            return say("in {language}", language=language_name(reason.name))
        case "intent":
            return intent_name(reason.name).lower()
        case "sentiment":
            return mood_name(reason.name).lower()
        case "network":
            return say("on {network}", network=network_name(reason.name))
        case "department":
            return ""
        case _:
            return one_line(reason.name, 40)
