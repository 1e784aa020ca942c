"""How often the language is told rightly, of whole posts and of short ones, dressed as posts are; how sure it is; how fast.

On posts written for the bench; with `DATA/languages/CODE.txt` (a text a line) also on those.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from integrations.ai.local.language import LIKELY, LanguageReader, clean
from tests.triage.language_posts import posts
from tests.triage.report import Line

_PART = "language"
_SHORT = 40
_DRESSES = (
    "{}",
    "@shop {}",
    "RT @someone: {}",
    "{} https://example.com/x",
    "{} 😡😡",
    "{} #help",
    "{} …",
    "@a @b {} 🙏 #now",
)


def measure(data: Path) -> list[Line]:
    """The share told rightly, all and short, and how sure it was of the right and the wrong ones."""
    begun = process_time()
    reader = LanguageReader()
    reader.warm()
    warm = process_time() - begun
    chance = random.Random(6)
    dressed = [(language, chance.choice(_DRESSES).format(text)) for language, text in posts()]
    lines = _told(reader, "", dressed)
    given = [
        (path.stem, text)
        for path in sorted(data.glob("languages/*.txt"))
        for text in path.read_text("utf-8").splitlines()
    ]
    if given:
        lines += _told(reader, "given, ", given)
    begun = process_time()
    for _ in range(5):
        for _, text in dressed:
            reader.guess(text)
    speed = 5 * len(dressed) / (process_time() - begun)
    return [
        *lines,
        Line(_PART, "posts a second", speed, 6_000),
        Line(_PART, "loading, s of the processor", warm, 1.0, better="lower"),
    ]


def _told(reader: LanguageReader, name: str, texts: Sequence[tuple[str, str]]) -> list[Line]:
    read = [(language, text, reader.guess(text)) for language, text in texts]
    right = [guess.name == language for language, _, guess in read]
    likely = [one for one, (language, _, _) in zip(right, read, strict=True) if language in LIKELY]
    short = [one for one, (_, text, _) in zip(right, read, strict=True) if len(clean(text)) < _SHORT]
    sure = [guess.confidence for one, (_, _, guess) in zip(right, read, strict=True) if one]
    unsure = [guess.confidence for one, (_, _, guess) in zip(right, read, strict=True) if not one]
    return [
        Line(_PART, f"{name}told rightly, %", 100 * sum(right) / len(right), 97),
        Line(_PART, f"{name}of the likely ones, %", 100 * sum(likely) / max(1, len(likely)), 97),
        Line(_PART, f"{name}shorter than 40, %", 100 * sum(short) / max(1, len(short)), 91),
        Line(_PART, f"{name}confidence where right, %", 100 * sum(sure) / max(1, len(sure))),
        Line(_PART, f"{name}confidence where wrong, %", 100 * sum(unsure) / max(1, len(unsure))),
    ]
