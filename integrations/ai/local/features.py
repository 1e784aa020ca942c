"""What an English text holds that speaks for a mood: its words, pairs and pieces of words, and marks from a lexicon.

Words, pairs and pieces are hashed (crc32) into a table of fixed size; marks have names and places of their own behind it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from integrations.ai.local.lexicon import Lexicon

TABLE = 1 << 17
PIECE = 4
"""How many characters a piece of a word has."""
SCALE = 3.0
"""What the hashed features of a text weigh together, beside its marks."""
_REACH = 4
_TURNED = -0.74

_URL = re.compile(r"https?://\S+|www\.\S+")
_MENTION = re.compile(r"(?<!\w)@\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STRETCHED = re.compile(r"(.)\1{2,}")
_TOKEN = re.compile(
    r"[<>]?[:;=8][-o*']?[)\](\[dDpP/:}{@|\\]|<3|#\w+|[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,:]\d+)*|[!?]+|\.{2,}|[.,;:]"
    r"|[\u2190-\u2bff\U0001f000-\U0001faff]"
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "\ufe0f": None})

_STEPS = {
    "good": (0.1, 1.5, 2.5, 4.0, 7.0),
    "bad": (0.1, 1.5, 2.5, 4.0, 7.0),
    "best": (1.5, 2.5, 3.2),
    "worst": (1.5, 2.5, 3.2),
    "praise": (0.5, 2.0, 4.0),
    "complaint": (0.5, 2.0, 4.0),
    "length": (4.0, 8.0, 14.0, 22.0),
}
_PLAIN = (
    "balance sum-good sum-bad sum-praise sum-complaint ends-good ends-bad begins-good begins-bad mixed after-but-good "
    "after-but-bad after-but-nothing glad-emoji cross-emoji exclamation exclamations question questions ends-asking "
    "begins-asking stretched some-capitals all-capitals link negation"
)
MARKS: dict[str, int] = {
    name: TABLE + place
    for place, name in enumerate(
        [*_PLAIN.split(), *(f"balance-{step}" for step in range(10))]
        + [f"{name}-{step}" for name, steps in _STEPS.items() for step in range(1, len(steps) + 1)]
    )
}
"""Every mark, and its place in the weights."""
SIZE = TABLE + len(MARKS)


@dataclass(slots=True)
class Clues:
    """What a text holds: words, pairs of words and turned words (`not… good`), and how strong each mark is.

    `valences` has what the lexicon says of each word, turned and strengthened as the text does.
    """

    words: list[str]
    pairs: list[str]
    marks: dict[str, float]
    valences: list[float]


@dataclass(slots=True)
class _Shape:
    """How a text is written."""

    shouted: list[bool]
    capitals: int = 0
    letters: int = 0
    exclamations: int = 0
    questions: int = 0
    stretched: bool = False
    link: bool = False

    @property
    def some_capitals(self) -> bool:
        return 0 < self.capitals < self.letters


def clues(text: str, lexicon: Lexicon) -> Clues:
    """What speaks for a mood in a text."""
    words, shape = _read(text)
    turned = _turned(words, lexicon.negations)
    valences = _valences(words, turned, shape, lexicon)
    pairs = [f"{before} {word}" for before, word in pairwise(["<", *words, ">"])]
    pairs += [f"not… {word}" for word, is_turned in zip(words, turned, strict=True) if is_turned]
    marks = dict(_marks_of_shape(words, shape, lexicon))
    marks |= _marks_of_valences(words, valences, lexicon.turns)
    marks |= _marks_of_cues(words, turned, lexicon)
    return Clues(words, pairs, marks, valences)


def place(key: str) -> int:
    """Where a hashed feature stands in the table."""
    return crc32(key.encode()) & (TABLE - 1)


def places_of(word: str) -> list[int]:
    """Where a word stands, and its pieces: what it shares with its other forms, and with misspellings."""
    found = [place(word)]
    if len(word) >= PIECE and word[0].isalpha():
        whole = f"<{word}>"
        found += [place(f"~{whole[at : at + PIECE]}") for at in range(len(whole) - PIECE + 1)]
    return found


def share(count: int) -> float:
    """What each of so many hashed features counts: long texts do not outshout short ones."""
    return SCALE / math.sqrt(count) if count else 0.0


def _read(text: str) -> tuple[list[str], _Shape]:
    if "&" in text:
        text = html.unescape(text)
    text = text.translate(_QUOTES)
    shape = _Shape([])
    if "http" in text or "www." in text:
        text, links = _URL.subn(" ", text)
        shape.link = links > 0
    if "@" in text:
        text = _MENTION.sub(" ", text)
    words: list[str] = []
    for token in _TOKEN.findall(text):
        for word in _parts(token, shape):
            words.append(word)
            shape.shouted.append(len(word) > 1 and token.isupper())
    return words, shape


def _parts(token: str, shape: _Shape) -> Iterator[str]:
    """A token as words: numbers become 0, hashtags what they are made of; how it is written goes into the shape."""
    first = token[0]
    if first == "#":
        token = _CAMEL.sub(" ", token[1:])
        yield from token.lower().split()
    elif first.isalpha():
        shape.letters += 1
        shape.capitals += len(token) > 1 and token.isupper()
        word = token.lower()
        plain = _STRETCHED.sub(r"\1\1", word)
        shape.stretched |= plain != word
        yield plain
    elif first.isdigit():
        yield "0"
    elif first in "!?":
        shape.exclamations += token.count("!")
        shape.questions += token.count("?")
        yield "?!" if "!" in token and "?" in token else token[:2]
    else:
        yield token


def _turned(words: Sequence[str], negations: frozenset[str]) -> list[bool]:
    """Which words a negation before them turns round: the next few, within the clause."""
    turned: list[bool] = []
    left = 0
    for word in words:
        if word[0] in ".,;!?":
            left = 0
        turned.append(left > 0 and word[0].isalpha())
        if word in negations or word.endswith("n't"):
            left = _REACH
        elif left:
            left -= 1
    return turned


def _valences(words: Sequence[str], turned: Sequence[bool], shape: _Shape, lexicon: Lexicon) -> list[float]:
    valences: list[float] = []
    boost = 1.0
    get = lexicon.valences.get
    for word, is_turned, shouted in zip(words, turned, shape.shouted, strict=True):
        valence = get(word, 0.0)
        if valence:
            valence *= boost * (_TURNED if is_turned else 1.0)
            if shouted and shape.some_capitals:
                valence *= 1.25
        valences.append(valence)
        boost = lexicon.boosts.get(word, 1.0)
    return valences


def _marks_of_shape(words: Sequence[str], shape: _Shape, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    present = {
        "exclamation": shape.exclamations > 0,
        "exclamations": shape.exclamations > 1,
        "question": shape.questions > 0,
        "questions": shape.questions > 1,
        "ends-asking": bool(words) and words[-1][0] == "?",
        "begins-asking": bool(words) and words[0] in lexicon.asking,
        "stretched": shape.stretched,
        "some-capitals": shape.some_capitals,
        "all-capitals": shape.capitals > 2 and shape.capitals == shape.letters,
        "link": shape.link,
        "glad-emoji": not lexicon.glad.isdisjoint(words),
        "cross-emoji": not lexicon.cross.isdisjoint(words),
        "negation": any(word in lexicon.negations or word.endswith("n't") for word in words),
    }
    yield from ((name, 1.0) for name, is_there in present.items() if is_there)
    yield from _step("length", float(len(words)))


def _marks_of_valences(words: Sequence[str], valences: Sequence[float], turns: frozenset[str]) -> dict[str, float]:
    felt = [valence for valence in valences if valence]
    # Exact sums: what sum() makes of floats differs between versions of Python, and the weights are made once for all.
    good = math.fsum(valence for valence in felt if valence > 0)
    bad = -math.fsum(valence for valence in felt if valence < 0)
    balance = (good - bad) / math.sqrt((good - bad) ** 2 + 15)
    marks = {"balance": balance, f"balance-{int((balance + 1) * 4.999)}": 1.0}
    if not felt:
        return marks
    marks |= {"sum-good": min(good, 8.0) / 4, "sum-bad": min(bad, 8.0) / 4}
    marks |= {"ends-good" if felt[-1] > 0 else "ends-bad": 1.0, "begins-good" if felt[0] > 0 else "begins-bad": 1.0}
    for name, amount in (("good", good), ("bad", bad), ("best", max(felt)), ("worst", -min(felt))):
        marks |= _step(name, amount)
    if good and bad:
        marks["mixed"] = 1.0
    if (last := max((at for at, word in enumerate(words) if word in turns), default=None)) is not None:
        after = math.fsum(valences[last:])
        marks["after-but-good" if after > 0 else "after-but-bad" if after < 0 else "after-but-nothing"] = 1.0
    return marks


def _marks_of_cues(words: Sequence[str], turned: Sequence[bool], lexicon: Lexicon) -> dict[str, float]:
    """What the words and pairs of posts to companies say; a cue for trouble that is turned counts for half."""
    praise = complaint = 0.0
    before = ""
    for word, is_turned in zip(words, turned, strict=True):
        weight = lexicon.cues.get(word, 0.0)
        if is_turned:
            weight *= -0.6
        for found in (weight, lexicon.pairs.get(f"{before} {word}", 0.0)):
            if found > 0:
                praise += found
            else:
                complaint -= found
        before = word
    marks: dict[str, float] = {}
    if praise:
        marks |= {"sum-praise": min(praise, 6.0) / 2, **dict(_step("praise", praise))}
    if complaint:
        marks |= {"sum-complaint": min(complaint, 6.0) / 2, **dict(_step("complaint", complaint))}
    return marks


def _step(name: str, amount: float) -> list[tuple[str, float]]:
    """The mark of the step an amount has reached, if any."""
    reached = sum(amount >= step for step in _STEPS[name])
    return [(f"{name}-{reached}", 1.0)] if reached else []
