"""How a post is meant that has no word of praise or anger: what burns, is stolen or given notice of tells it, too."""

from __future__ import annotations

from bot.domain.triage import Intent
from integrations.ai.local.urgency import reasons
from integrations.ai.local.vocabulary import Seen

_GRAVE = frozenset({"danger", "somebody is hurt", "somebody is helpless", "money or data at risk"})
_SIGNS = {Intent.COMPLAINT: -1.0, Intent.CHURN: -1.0, Intent.PRAISE: 1.0}
_PLAIN = 1.2
"""A term of an intent below this says too little of the mood."""


def implied(seen: Seen) -> tuple[tuple[str, float], ...]:
    """The words of urgency and of intents that tell of a mood, each once, with what they weigh (below 0: anger)."""
    told = {found.text: -1.0 for found in reasons(seen) if found.label in _GRAVE}
    for found in seen.of("intents"):
        sign = _SIGNS.get(Intent(found.label), 0.0)
        if sign and found.weight >= _PLAIN and not seen.negated(found):
            told.setdefault(found.text, sign)
    return tuple(told.items())
