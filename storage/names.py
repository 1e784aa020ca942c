"""How handles, numbers and names are compared, and how a mistyped name still finds its customer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

_WORD = re.compile(r"[^\W_]+")
_PHONE = re.compile(r"^\+?[\d\s().\-/]{6,30}$")

_LONGEST = 40
"""Letters of a word that count."""

_MOST_WORDS = 8

BEGINNING = 7
"""Letters of a word that lead to it: a typo behind them is found all the same, and a word has few pieces."""

EXACT_NAME = 0.97
"""Confidence that a customer of exactly this name is meant."""


def normal_handle(handle: str) -> str:
    """A handle or e-mail address as it is compared: without a leading @, in one case."""
    stripped = handle.replace("\0", "").strip()
    return unicodedata.normalize("NFKC", stripped.lstrip("@") or stripped).casefold()


def normal_phone(typed: str) -> str | None:
    """The digits of a phone number; None when it is none."""
    if not _PHONE.match(typed.strip()):
        return None
    digits = re.sub(r"\D", "", typed)
    return digits.removeprefix("00") if len(digits) >= 6 else None


def words_of(*names: str | None) -> list[str]:
    """The words of names: in one case, without accents; bare numbers and single letters say nothing."""
    found: dict[str, None] = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name or "").casefold()
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
        for word in _WORD.findall(plain):
            if not word.isdecimal() and (len(word) > 1 or not word.isascii()):
                found[word[:_LONGEST]] = None
    return list(found)[:_MOST_WORDS]


def pieces(word: str) -> list[str]:
    """The word's beginning, whole and with one letter left out: two words a typo apart have a piece in common."""
    beginning = word[:BEGINNING]
    shorter = (beginning[:at] + beginning[at + 1 :] for at in range(len(beginning)))
    return [beginning, *dict.fromkeys(piece for piece in shorter if piece and piece != beginning)]


def resembling(typed: str, vocabulary: Iterable[str], most: int) -> list[str]:
    """The words that `typed` may stand for, the likeliest first."""
    words = set(vocabulary)
    # A word that there is was hardly meant to be one that differs much.
    allowed = 1 if len(typed) <= 4 or typed in words else 2
    scored = [(OSA.distance(typed, word, score_cutoff=allowed), word) for word in words]
    return [word for distance, word in sorted(scored) if distance <= allowed][:most]


def likeness(typed: Sequence[str], names: Iterable[str]) -> float:
    """How well typed words fit the best of some names, from 0 to `EXACT_NAME`."""
    return max((_likeness(typed, words_of(name)) for name in names), default=0.0)


def _likeness(typed: Sequence[str], words: Sequence[str]) -> float:
    if not typed or not words:
        return 0.0
    if list(typed) == list(words):
        return EXACT_NAME
    fits = [max(_fit(word, other) for other in words) for word in typed]
    # Words of the name that nobody typed make it less likely, but not much.
    unasked = max(0, len(words) - len(typed)) * 0.03
    return max(0.0, min(0.94, sum(fits) / len(fits)) - unasked)


def _fit(typed: str, word: str) -> float:
    if len(typed) >= 3 and word.startswith(typed) and word != typed:
        return 0.85
    return OSA.normalized_similarity(typed, word)
