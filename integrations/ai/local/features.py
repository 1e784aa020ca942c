"""What an English text holds that speaks for a mood: its words, pairs and pieces of words, and marks from a lexicon.

Words, pairs and pieces are hashed (crc32) into a table of fixed size; marks have names and places of their own behind it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from integrations.ai.local.lexicon import Lexicon

TABLE = 1 << 17
PIECE = 4
"""How many characters a piece of a word has."""
SCALE = 3.0
"""What the hashed features of a text weigh together, beside its marks."""
_REACH = 4
_LONGEST = 64
"""Of what is longer than any word only the beginning is looked at, and kept in memory."""
_TURNED = -0.74

_URL = re.compile(r"\bhttps?\b(?::\S*)?|\bwww\.\S+")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
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


class _Token(NamedTuple):
    """A token as words: numbers become 0, hashtags what they are made of; and how it is written."""

    words: tuple[str, ...]
    shouted: bool = False
    letters: int = 0
    capitals: int = 0
    exclamations: int = 0
    questions: int = 0
    stretched: bool = False


@dataclass(slots=True)
class _Shape:
    """How a text is written."""

    shouted: list[bool]
    letters: int = 0
    capitals: int = 0
    exclamations: int = 0
    questions: int = 0
    stretched: bool = False
    link: bool = False


def clues(text: str, lexicon: Lexicon) -> Clues:
    """What speaks for a mood in a text."""
    words, shape = _read(text)
    turned = _turned(words, lexicon.negations)
    valences = _valences(words, turned, shape, lexicon)
    pairs = list(map(" ".join, pairwise(["<", *words, ">"])))
    marks = dict(_marks_of_shape(words, shape, lexicon))
    marks |= _marks_of_valences(words, valences, lexicon.turns)
    marks |= _marks_of_cues(words, pairs, turned, lexicon)
    if turned:
        pairs += [f"not… {words[at]}" for at in sorted(turned)]
        marks["negation"] = 1.0
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
    if "\\u" in text:
        text = _ESCAPES.sub(_meant, text)
    if not text.isascii():
        text = text.translate(_QUOTES)
    shape = _Shape([])
    if "http" in text or "www." in text:
        text, links = _URL.subn(" ", text)
        shape.link = links > 0
    if "@" in text:
        text = _MENTION.sub(" ", text)
    words: list[str] = []
    for written in _TOKEN.findall(text):
        token = _token(written[:_LONGEST])
        words += token.words
        shape.shouted += [token.shouted] * len(token.words)
        shape.letters += token.letters
        shape.capitals += token.capitals
        shape.exclamations += token.exclamations
        shape.questions += token.questions
        shape.stretched |= token.stretched
    return words, shape


def _meant(escapes: re.Match[str]) -> str:
    """The characters that escapes stand for, as some exports leave them in texts."""
    return bytes.fromhex(escapes[0].replace("\\u", "")).decode("utf-16-be", "ignore")


@lru_cache(maxsize=1 << 15)
def _token(token: str) -> _Token:
    first = token[0]
    shouted = len(token) > 1 and token.isupper()
    if first == "#":
        return _Token(tuple(_CAMEL.sub(" ", token[1:]).lower().split()), shouted)
    if first.isalpha():
        word = token.lower()
        plain = _STRETCHED.sub(r"\1\1", word)
        return _Token((plain,), shouted, letters=1, capitals=int(shouted), stretched=plain != word)
    if first.isdigit():
        return _Token(("0",))
    if first in "!?":
        asked, cried = token.count("?"), token.count("!")
        return _Token(("?!" if asked and cried else token[:2],), exclamations=cried, questions=asked)
    return _Token((token,), shouted)


def _turned(words: Sequence[str], negations: frozenset[str]) -> set[int]:
    """Where the words stand that a negation before them turns round: the next few, within the clause."""
    turned: set[int] = set()
    if negations.isdisjoint(words):
        return turned
    for negation in (at for at, word in enumerate(words) if word in negations):
        for at in range(negation + 1, min(negation + 1 + _REACH, len(words))):
            if words[at][0] in ".,;!?":
                break
            if words[at][0].isalpha():
                turned.add(at)
    return turned


def _valences(words: Sequence[str], turned: set[int], shape: _Shape, lexicon: Lexicon) -> list[float]:
    valences = [lexicon.valences.get(word, 0.0) for word in words]
    some_capitals = 0 < shape.capitals < shape.letters
    for at, valence in enumerate(valences):
        if valence:
            if at:
                valence *= lexicon.boosts.get(words[at - 1], 1.0)
            if at in turned:
                valence *= _TURNED
            if some_capitals and shape.shouted[at]:
                valence *= 1.25
            valences[at] = valence
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
        "some-capitals": 0 < shape.capitals < shape.letters,
        "all-capitals": shape.capitals > 2 and shape.capitals == shape.letters,
        "link": shape.link,
        "glad-emoji": not lexicon.glad.isdisjoint(words),
        "cross-emoji": not lexicon.cross.isdisjoint(words),
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


def _marks_of_cues(words: Sequence[str], pairs: Sequence[str], turned: set[int], lexicon: Lexicon) -> dict[str, float]:
    """What the words and pairs of posts to companies say; a word that is turned says the opposite, less loudly."""
    weights = [
        weight * _TURNED if at in turned else weight
        for at, word in enumerate(words)
        if (weight := lexicon.cues.get(word, 0.0))
    ]
    weights += [weight for pair in pairs if (weight := lexicon.pairs.get(pair, 0.0))]
    if not weights:
        return {}
    praise = math.fsum(weight for weight in weights if weight > 0)
    complaint = -math.fsum(weight for weight in weights if weight < 0)
    marks = dict(_step("praise", praise) + _step("complaint", complaint))
    return marks | {"sum-praise": min(praise, 6.0) / 2, "sum-complaint": min(complaint, 6.0) / 2}


def _step(name: str, amount: float) -> list[tuple[str, float]]:
    """The mark of the step an amount has reached, if any."""
    reached = sum(amount >= step for step in _STEPS[name])
    return [(f"{name}-{reached}", 1.0)] if reached else []
