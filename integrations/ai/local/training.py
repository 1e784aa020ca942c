"""`python -m integrations.ai.local.training DATA`: train the mood model's weights, the same bytes from the same data.

DATA is the folder of GoEmotions (Demszky et al., 2020; Apache-2.0): train.tsv, dev.tsv, labels.txt. What companies hear and Reddit
does not is taught by words/sayings.toml. Nothing here runs when Baton runs.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from integrations.ai.local.features import MARKS, SIZE, TABLE, clues, place, places_of, share
from integrations.ai.local.lexicon import english
from integrations.ai.local.weights import FILE, Weights

PINNED = {
    "train.tsv": "1c254a142be5c00e80d819b9ae1bbd36d94b2eeb8f4b1271846508d57e57d9c5",
    "dev.tsv": "575489c079c9de1097062a01738f998590d6b7ead66dd1c9fd1d2ba01fd8bc62",
    "labels.txt": "45c3ef86782d2a4d7fedcd6d8c111aa0d0e94720689bd164fac94fefb4495a89",
}
"""The files that are trained on, by SHA-256."""
SAYINGS = Path(__file__).with_name("words") / "sayings.toml"
NEGATIVE = frozenset(
    ("anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment", "fear", "grief")
)
NEGATIVE |= {"nervousness", "remorse", "sadness"}
NEUTRAL = frozenset(("neutral", "confusion", "curiosity", "realization", "surprise"))
"""Neutral, and what the paper calls ambiguous; all others but the negative ones are positive."""

ROUNDS = 8
BATCH = 256
RATE = 0.1
SMOOTHING = 0.1
TURNS = 6
"""How often each saying is said, with other words in its slots."""
SAYINGS_WEIGH = 0.25
"""What all sayings together weigh, the comments being 1."""
LEAN = (0.3, 0.0)
"""Added for negative and positive: who writes to a company complains more often than who comments on Reddit."""

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Example = tuple[str, int]
"""A text and its mood: 0 negative, 1 neutral, 2 positive."""


class WrongData(Exception):
    """The data is not the data the weights are made from; the message says what differs."""


@dataclass(frozen=True)
class _Texts:
    """Texts as numbers: text i has the features `places[starts[i]:starts[i + 1]]`, as strong as `strengths` says."""

    places: Places
    strengths: Floats
    starts: Places

    def sums(self, weights: Floats) -> Floats:
        """What the weights of each text's features add up to, for each mood."""
        return np.add.reduceat(weights[self.places] * self.strengths[:, None], self.starts[:-1], axis=0)

    def some(self, chosen: Places) -> _Texts:
        """The texts chosen, in that order."""
        lengths = np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        at = np.repeat(self.starts[:-1][chosen] - starts[:-1], lengths) + np.arange(starts[-1])
        return _Texts(self.places[at], self.strengths[at], starts)


def main(words: Sequence[str] | None = None) -> int:
    """Train on the pinned data, and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m integrations.ai.local.training", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with train.tsv, dev.tsv and labels.txt")
    parser.add_argument("--output", type=Path, default=FILE, help="where the weights go (%(default)s)")
    options = parser.parse_args(words)
    try:
        content = trained_on(options.data)
    except (WrongData, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    options.output.write_bytes(content)
    sys.stderr.write(f"{options.output}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}\n")
    return 0


def trained_on(data: Path) -> bytes:
    """The weights file for the pinned data in a folder; raises `WrongData` when it is other data, OSError when none."""
    for name, pinned in PINNED.items():
        if (found := hashlib.sha256((data / name).read_bytes()).hexdigest()) != pinned:
            raise WrongData(f"{data / name} has the SHA-256 {found}, and not {pinned}.")
    return train(list(comments(data / "train.tsv")), list(comments(data / "dev.tsv")), PINNED).packed()


def comments(path: Path) -> Iterator[Example]:
    """The comments of a file whose emotions are not both good and bad, each with its mood; labels.txt lies beside it.

    The names the data set's authors took out, as `[NAME]`, are left out altogether: they would read as capitals.
    """
    labels = path.with_name("labels.txt").read_text(encoding="utf-8").splitlines()
    for line in path.read_text(encoding="utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        emotions = {labels[int(number)] for number in numbers.split(",")}
        negative, positive = emotions & NEGATIVE, emotions - NEGATIVE - NEUTRAL
        if not (negative and positive):
            yield re.sub(r"\[(?:NAME|RELIGION)\]", " ", text), 0 if negative else 2 if positive else 1


def sayings() -> Iterator[Example]:
    """The sentences of words/sayings.toml, each some times with other words in its slots; always the same."""
    written = tomllib.loads(SAYINGS.read_text(encoding="utf-8"))
    slots: dict[str, list[str]] = written["slots"]
    for mood, name in enumerate(("negative", "neutral", "positive")):
        for sentence in written["said"][name]:
            yield from ((text, mood) for text in dict.fromkeys(_said(sentence, turn, slots) for turn in range(TURNS)))


def _said(sentence: str, turn: int, slots: dict[str, list[str]]) -> str:
    """A sentence with its slots filled; which word is taken is drawn from the sentence itself."""

    def word(slot: re.Match[str]) -> str:
        choice = slots[slot[1]]
        return choice[crc32(f"{sentence} {turn} {slot.start()}".encode()) % len(choice)]

    if turn % 2:
        sentence += "{beside}"
    return re.sub(r"{(\w+)}", word, sentence)


def train(examples: Sequence[Example], held_out: Sequence[Example], data: dict[str, str]) -> Weights:
    """Weights from examples and the sayings; how sure findings are said to be is set by what was held out."""
    taught = list(sayings())
    moods = np.array([mood for _, mood in (*examples, *taught)])
    importance = np.concatenate([_balanced(examples), SAYINGS_WEIGH * len(examples) / len(taught) * _balanced(taught)])
    texts = _numbers(text for text, _ in (*examples, *taught))
    weights, bias = _fit(texts, moods, importance / importance.mean())
    # Neutral becomes the zero of the other two.
    weights = weights[:, [0, 2]] - weights[:, [1]]
    bias = bias[[0, 2]] - bias[1] + LEAN
    unit = round(float(np.abs(weights[:TABLE]).max()) / 127, 6)
    table = np.clip(np.rint(weights[:TABLE] / unit), -127, 127).astype(np.int8)
    marks = np.round(weights[TABLE:], 4)
    rounded = np.concatenate([table * unit, marks])
    sums = _numbers(text for text, _ in held_out).sums(rounded) + np.round(bias, 4)
    return Weights(
        table=table.tobytes(),
        unit=unit,
        marks={name: (float(marks[at - TABLE, 0]), float(marks[at - TABLE, 1])) for name, at in MARKS.items()},
        bias=(round(float(bias[0]), 4), round(float(bias[1]), 4)),
        heat=_heat(sums, np.array([mood for _, mood in held_out])),
        data=data,
    )


def _balanced(examples: Sequence[Example]) -> Floats:
    """The importance of each example: each mood's together weigh the same."""
    moods = np.array([mood for _, mood in examples])
    counts = np.bincount(moods, minlength=3)
    balanced: Floats = len(examples) / 3 / counts[moods]
    return balanced


def _numbers(texts: Iterable[str]) -> _Texts:
    lexicon = english()
    places: list[int] = []
    strengths: list[float] = []
    starts = [0]
    known: dict[str, list[int]] = {}
    for text in texts:
        found = clues(text, lexicon)
        hashed = [place(pair) for pair in found.pairs]
        for word in found.words:
            if word not in known:
                known[word] = places_of(word)
            hashed += known[word]
        places += [*hashed, *(MARKS[name] for name in found.marks)]
        strengths += [*[share(len(hashed))] * len(hashed), *found.marks.values()]
        starts.append(len(places))
    return _Texts(np.array(places), np.array(strengths), np.array(starts))


def _fit(texts: _Texts, moods: Places, importance: Floats) -> tuple[Floats, Floats]:
    """Logistic regression by steps that grow smaller for what is seen often (AdaGrad), averaged over the last rounds."""
    count = len(moods)
    wanted = np.eye(3)[moods] * (1 - SMOOTHING) + SMOOTHING / 3
    weights, bias = np.zeros((SIZE, 3)), np.zeros(3)
    seen, seen_bias = np.full((SIZE, 3), 1e-3), np.full(3, 1e-3)
    average, average_bias = np.zeros((SIZE, 3)), np.zeros(3)
    for turn in range(ROUNDS):
        order = np.argsort([crc32(f"{turn} {at}".encode()) for at in range(count)], kind="stable")
        for batch in (order[at : at + BATCH] for at in range(0, count, BATCH)):
            some = texts.some(batch)
            off = (_shares(some.sums(weights) + bias) - wanted[batch]) * importance[batch, None] / BATCH
            there, where = np.unique(some.places, return_inverse=True)
            each = np.repeat(off, np.diff(some.starts), axis=0) * some.strengths[:, None]
            slope = np.stack([np.bincount(where, each[:, mood], len(there)) for mood in range(3)], axis=1)
            seen[there] += slope**2
            weights[there] -= RATE * slope / np.sqrt(seen[there])
            slope_bias = off.sum(axis=0)
            seen_bias += slope_bias**2
            bias -= RATE * slope_bias / np.sqrt(seen_bias)
        if turn >= ROUNDS // 2:
            average += weights
            average_bias += bias
    kept = ROUNDS - ROUNDS // 2
    return average / kept, average_bias / kept


def _shares(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _heat(sums: Floats, moods: Places) -> float:
    """The heat at which the moods held out are least surprising."""
    of_three = np.stack([sums[:, 0], np.zeros(len(sums)), sums[:, 1]], axis=1)

    def surprise(heat: float) -> float:
        return float(-np.log(_shares(of_three / heat)[np.arange(len(moods)), moods]).mean())

    return _least(surprise, [round(0.3 + step / 50, 2) for step in range(100)])


def _least(measure: Callable[[float], float], candidates: Iterable[float]) -> float:
    return min(candidates, key=measure)


if __name__ == "__main__":
    sys.exit(main())
