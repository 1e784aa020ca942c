"""Whether a post can wait: danger, harm, helplessness, crime, law, press, and time that runs out; and why, in words."""

from __future__ import annotations

from bot.domain.triage import Guess, Why
from integrations.ai.local.vocabulary import Found, Seen, tables

REASONS = tuple(tables("urgency"))
"""What makes a post urgent, gravest first."""

OURS = "one of our words"

_ALONE, _TOGETHER = 0.55, 0.85
"""A word below this needs others beside it; they count when they weigh so much together."""

_FOREIGN = 0.25
"""A word of another language than the post's is taken for one that only looks like it, below this."""

_SURE = {
    "danger": 0.9,
    "somebody is hurt": 0.9,
    "somebody is helpless": 0.8,
    "money or data at risk": 0.8,
    "law or press": 0.75,
}


class UrgencyWords:
    """Judges by words."""

    def judge(self, seen: Seen) -> tuple[Guess, str | None]:
        """Urgent or normal, and for the urgent why, as the card says it: `danger: “caught fire”`."""
        grave = reasons(seen)
        if not grave:
            return Guess("normal", 0.6 if seen.of("urgency") else 0.8), None
        first = grave[0]
        if first.label == "":
            return Guess("urgent", 0.95), f"{OURS}: “{first.text}”"
        sure = _SURE.get(first.label, 0.7) + 0.05 * min(2, len({found.label for found in grave}) - 1)
        return Guess("urgent", round(min(0.95, sure), 3)), f"{first.label}: “{first.text}”"

    def why(self, seen: Seen) -> tuple[Why, ...]:
        """The words that made it urgent, gravest first; nothing for what can wait."""
        words = tuple((found.text, found.weight) for found in reasons(seen))
        return (Why("urgency", "urgent", words),) if words else ()


def reasons(seen: Seen) -> list[Found]:
    """The words that count: the company's own, then by gravity those that no `not` takes back; weak ones last, and with company."""
    found = [one for one in seen.of("urgency") if one.weight >= _FOREIGN or one.label == ""]
    meant = [one for one in found if one.label == "" or not seen.negated(one)]
    weak = {one.text: one.weight for one in meant if one.weight < _ALONE}
    if sum(weak.values()) < _TOGETHER and not any(one.weight >= _ALONE for one in meant):
        return []
    return sorted(meant, key=_gravity)


def _gravity(found: Found) -> tuple[bool, int, float, int]:
    grave = REASONS.index(found.label) if found.label else -1
    return (found.weight < _ALONE, grave, -found.weight, found.start)
