"""Is a post about a disaster, a danger to many, or a storm about the company itself: words of several kinds that go together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.domain.triage import Guess, Intent, Why
from integrations.ai.local.vocabulary import Seen

_SHARES = {
    "disaster": 1.0,
    "hazard": 0.8,
    "harm": 0.7,
    "response": 0.7,
    "news": 0.5,
    "product safety": 0.8,
    "breach": 0.9,
    "outrage": 0.8,
    "everyday": 1.0,
}
"""How much each kind of word (words/crisis.toml) tells."""

_MOST = 4.0
"""More of one kind tells nothing more."""

_TOGETHER = 0.3
"""For each further kind of those a report of a disaster has: what happened, to whom, who acts, how it is told."""

_COUNTED = 1.0
"""For numbers of people dead, hurt, missing or brought away."""

_TAGGED = 0.8
"""For a danger in a hashtag of more than its name, as happenings are called: the city's fire, the river's flood."""

_DENIED = 0.2
"""What remains of a word after a `not`."""

_BAR, _STEEPNESS = 1.3, 1.6
"""Where a post is as likely a crisis as not, and how fast that becomes plain."""

_PEOPLE_COUNTED = re.compile(
    r"\d[\d,.]{0,12}\+? ?(?:more |other |people |persons |passengers |workers |children |residents |homes |houses |villages |familias |personas |persone |pessoas |personnes |personen |menschen |osób |kişi ){0,3}"
    r"(?:\w{1,20} )?(?:dead|killed|deaths?|die[ds]?|injured|wounded|hurt|missing|hospitali[sz]ed|trapped|displaced|homeless|evacuated|rescued|affected|bodies|victims|casualties|fatalities|destroyed"
    r"|tote|verletzte|vermisste|muert|herid|desaparec|fallec|damnific|evacuad|morts?\b|bless|disparu|évacu|vittim|mort[io]\b|ferit|dispers|sfollat|mortos|ferido|desabrigad"
    r"|doden|gewond|vermist|ofiar|rannych|zginę|zabit|ölü|yaralı|kayıp)"
    r"|(?:death toll|kill(?:ed|s|ing)|injur(?:ed|es|ing)|at least|more than|about|some|mueren|mata a|tue|uccide) (?:\w{1,20} ){0,2}\d"
    r"|(?:死者|死亡|負傷者|行方不明)\D{0,4}\d|\d ?(?:人死亡|人が死亡|死|人遇难|人受伤|人负伤|人失踪)"
)
_REPORTED = ("disaster", "harm", "response", "news")


class CrisisWords:
    """Judges by words alone; what was not written for a disaster is hardly taken for one."""

    def judge(self, seen: Seen) -> Guess:
        """How likely the post is about a crisis; 0.5 and more means it should be treated as one."""
        return Guess(Intent.CRISIS.value, round(self.likelihood(seen), 3))

    def likelihood(self, seen: Seen) -> float:
        """From 0 to 1."""
        if not seen.of("crisis"):
            return 0.0
        score = sum(weight for _, weight in self._reasons(seen))
        return 1 / (1 + math.exp(-_STEEPNESS * (score - _BAR)))

    def why(self, seen: Seen) -> Why:
        """The words and what they make together."""
        return Why(
            "intents", Intent.CRISIS.value, tuple(sorted(self._reasons(seen), key=lambda reason: -abs(reason[1])))
        )

    def _reasons(self, seen: Seen) -> Iterator[tuple[str, float]]:
        kinds = _by_kind(seen)
        for kind, words in kinds.items():
            total = sum(words.values())
            within = min(1.0, _MOST / abs(total)) if total else 1.0
            for text, weight in words.items():
                yield text, weight * within * _SHARES[kind]
        strength = {kind: sum(words.values()) for kind, words in kinds.items()}
        strength["disaster"] = max(strength.get("disaster", 0.0), strength.get("hazard", 0.0))
        together = sum(strength.get(kind, 0.0) >= 0.5 for kind in _REPORTED)
        if together > 1:
            yield "reported together", _TOGETHER * (together - 1)
        if max(strength.get("harm", 0.0), strength.get("response", 0.0), strength["disaster"]) >= 1:
            if counted := _PEOPLE_COUNTED.search(seen.folded):
                yield counted[0], _COUNTED
            if tagged := _tagged(seen, kinds):
                yield f"#{tagged}", _TAGGED


def _by_kind(seen: Seen) -> dict[str, dict[str, float]]:
    """The words of each kind, each once."""
    kinds: dict[str, dict[str, float]] = {}
    for found in seen.of("crisis"):
        weight = found.weight
        if weight > 0 and seen.negated(found):
            weight *= _DENIED
        words = kinds.setdefault(found.label, {})
        words[found.text] = max(words.get(found.text, weight), weight, key=abs)
    return kinds


def _tagged(seen: Seen, kinds: dict[str, dict[str, float]]) -> str | None:
    dangers = [word for kind in ("disaster", "hazard") for word in kinds.get(kind, {}) if len(word) > 3]
    return next((tag for tag in seen.hashtags for word in dangers if word in tag and word != tag), None)
