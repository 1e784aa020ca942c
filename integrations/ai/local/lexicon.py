"""The English words that say how something is meant: VADER's lexicon, and what posts to companies say besides."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

SERVICE = Path(__file__).with_name("words") / "service.toml"


@dataclass(frozen=True)
class Lexicon:
    """Weights from -4 (bad) to 4 (good), and the words that change them.

    `valences` is the general lexicon, filled up where it is silent; `cues` and `pairs` (two words with a space between)
    are those of posts to companies alone. The others are told in words/service.toml.
    """

    valences: dict[str, float]
    cues: dict[str, float]
    pairs: dict[str, float]
    boosts: dict[str, float]
    negations: frozenset[str]
    asking: frozenset[str]
    turns: frozenset[str]
    common: frozenset[str]
    glad: frozenset[str]
    cross: frozenset[str]


@cache
def english() -> Lexicon:
    """The lexicon as it ships.

    VADER's (Hutto and Gilbert, 2014) is read from its package, whose code is not: that would load an HTTP client.
    """
    general: dict[str, float] = {}
    for line in files("vaderSentiment").joinpath("vader_lexicon.txt").read_text(encoding="utf-8").splitlines():
        word, mean, *_ = line.split("\t")
        general[word] = float(mean)
    service = tomllib.loads(SERVICE.read_text(encoding="utf-8"))
    cues: dict[str, float] = {}
    pairs: dict[str, float] = {}
    for cue in service["cue"]:
        for word in _list(cue["words"]):
            (pairs if " " in word else cues)[word] = cue["weight"]
    silent = dict.fromkeys(_list(service["silent"]), 0.0)
    # Where the two disagree on the side, as on "joke", companies' posts have the last word.
    agreed = {word: mean for word, mean in general.items() if mean * cues.get(word, mean) >= 0}
    return Lexicon(
        valences=cues | agreed | silent,
        cues=cues,
        pairs=pairs,
        boosts={word: float(factor) for factor, listed in service["boosts"].items() for word in _list(listed)},
        negations=frozenset(_list(service["negations"])),
        asking=frozenset(_list(service["asking"])),
        turns=frozenset(_list(service["turns"])),
        common=frozenset(_list(service["common"])),
        glad=frozenset([*service["glad"], *_list(service["glad_faces"])]),
        cross=frozenset([*service["cross"], *_list(service["cross_faces"])]),
    )


def _list(written: str) -> list[str]:
    return written.split(", ")
