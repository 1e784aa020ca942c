"""Whether a post can wait: danger, harm, helplessness, crime, law, press, and time that runs out; and why, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.triage import Guess, Why
from integrations.ai.local.vocabulary import Found, Seen, tables

REASONS = tuple(tables("urgency"))
"""What makes a post urgent, gravest first."""

OURS = "one of our words"

_ALONE = 0.55
"""A word below this needs a second one beside it."""

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
        grave = list(_reasons(seen))
        if not grave:
            return Guess("normal", 0.6 if seen.of("urgency") else 0.8), None
        first = grave[0]
        if first.label == "":
            return Guess("urgent", 0.95), f"{OURS}: “{first.text}”"
        sure = _SURE.get(first.label, 0.7) + 0.05 * min(2, len({found.label for found in grave}) - 1)
        return Guess("urgent", round(min(0.95, sure), 3)), f"{first.label}: “{first.text}”"

    def why(self, seen: Seen) -> tuple[Why, ...]:
        """The words that made it urgent, gravest first; nothing for what can wait."""
        words = tuple((found.text, found.weight) for found in _reasons(seen))
        return (Why("urgency", "urgent", words),) if words else ()


def _reasons(seen: Seen) -> Iterator[Found]:
    """The words that count, gravest first: the company's own, then those that no `not` takes back, weak ones with company."""
    found = [one for one in seen.of("urgency") if one.weight >= _FOREIGN or one.label == ""]
    meant = [one for one in found if one.label == "" or _stands(seen, one)]
    weak = {one.text for one in meant if one.weight < _ALONE}
    strong = any(one.weight >= _ALONE for one in meant)
    for one in sorted(meant, key=_gravity):
        if one.weight >= _ALONE or strong or len(weak) > 1:
            yield one


def _stands(seen: Seen, found: Found) -> bool:
    """Is it not taken back? What says no itself, as `not safe`, cannot be told from what does twice."""
    return not seen.negated(found)


def _gravity(found: Found) -> tuple[int, float, int]:
    grave = REASONS.index(found.label) if found.label else -1
    return (grave, -found.weight, found.start)
