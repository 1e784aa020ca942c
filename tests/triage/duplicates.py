"""How many posts are known again after people passed them on; how many are taken for one that are not; how fast."""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from time import process_time

from rapidfuzz import fuzz

from bot.domain.signature import SAME, bands, normalised, resemblance, signature
from tests.triage.data import airline, crisis
from tests.triage.edits import EDITS
from tests.triage.report import Line

_PART = "duplicates"
_SAMPLE = 800
_ALIKE = 75
"""What rapidfuzz gives at least to two texts that say the same, of 100: a measure of another kind than ours."""


def measure(data: Path) -> list[Line]:
    """Recall by edit, of joining and of the keys; precision among posts of the same events; signatures a second."""
    texts = [post.text for post in crisis(data)] + [post.text for post in airline(data)]
    begun = process_time()
    signed = [(text, signature(text)) for text in texts]
    speed = len(texts) / (process_time() - begun)
    signed = [(text, own) for text, own in signed if own]
    return [*_recall(signed), _precision(signed), Line(_PART, "signatures a second", speed, 15_000)]


def _recall(signed: list[tuple[str, tuple[int, ...]]]) -> list[Line]:
    chance = random.Random(6)
    sample = chance.sample(signed, _SAMPLE)
    known, found, count = 0, 0, 0
    lines = []
    for name, edit in EDITS.items():
        others = [(own, signature(edit(text, chance))) for text, own in sample]
        others = [(own, other) for own, other in others if other]
        joined = sum(resemblance(own, other) >= SAME for own, other in others)
        lines.append(Line(_PART, f"known again: {name}, %", 100 * joined / len(others)))
        known, count = known + joined, count + len(others)
        found += sum(not set(bands(own)).isdisjoint(bands(other)) for own, other in others)
    return [
        Line(_PART, "known again, %", 100 * known / count, 98),
        Line(_PART, "found by a key, %", 100 * found / count, 98),
        *lines,
    ]


def _precision(signed: list[tuple[str, tuple[int, ...]]]) -> Line:
    """Of pairs among all given posts, many of the same event, those that another measure finds alike too."""
    under: defaultdict[int, list[int]] = defaultdict(list)
    for place, (_, own) in enumerate(signed):
        for key in bands(own):
            under[key].append(place)
    pairs = {pair for places in under.values() if len(places) < 400 for pair in combinations(places, 2)}
    joined = [
        (signed[one], signed[other]) for one, other in pairs if resemblance(signed[one][1], signed[other][1]) >= SAME
    ]
    right = sum(_alike(one[0], other[0]) for one, other in joined)
    return Line(_PART, "joined rightly, of posts of the same events, %", 100 * right / max(1, len(joined)), 98)


def _alike(one: str, other: str) -> bool:
    first, second = normalised(one), normalised(other)
    return max(fuzz.ratio(first, second), fuzz.partial_ratio(first, second)) >= _ALIKE
