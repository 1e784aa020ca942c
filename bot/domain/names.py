"""Names as they are compared: across scripts, accents, nicknames, spellings and typos. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz.distance import OSA

from bot.domain.nicknames import FULL_NAMES

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"['’ʼ`´]")
_LONGEST = 40
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "herr",
        "frau",
        "mme",
        "sir",
        "von",
        "van",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ben",
    ]
)
"""Words that stand in names and tell nobody apart."""

COMPANY = frozenset(
    [
        "gmbh",
        "ag",
        "kg",
        "ug",
        "ohg",
        "ev",
        "inc",
        "ltd",
        "llc",
        "llp",
        "plc",
        "corp",
        "co",
        "company",
        "sarl",
        "sas",
        "sa",
        "srl",
        "spa",
        "sl",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "aps",
        "kk",
        "pty",
        "limited",
        "gbr",
        "kgaa",
        "ooo",
        "sro",
        "doo",
    ]
)
"""How the law names companies, at the end of their names."""

# What one sound is written as, from the longest spelling to the shortest.
_SPELLINGS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"sch|sh", "s"), (r"tch|tsch|cz", "ch"), (r"ph", "f"), (r"ck|q", "k"), (r"ks", "x"), (r"ou|oo|ue", "u"),
        (r"ae", "a"), (r"oe", "o"), (r"ee|ij|iy|yi|ey|ei|ay|ai|y|j", "i"), (r"w", "v"), (r"ff$", "v"), (r"ts|tz", "z"),
        (r"kh", "h"), (r"th", "t"), (r"dh", "d"), (r"gh", "g"), (r"c(?!h)", "k"), (r"(.)\1+", r"\1"), (r"ie|ia$|ii", "i"),
    )
)  # fmt: skip


class Fit(IntEnum):
    """How two words of names, or two names, fit: the greater the better."""

    NONE = 0
    INITIAL = 1
    TYPO = 2
    SPELLING = 3
    SAME = 4


@dataclass(frozen=True, slots=True)
class NameWord:
    """A word of a name: in Latin letters, as it sounds, and the full name that a nickname stands for."""

    latin: str
    sound: str
    full: str
    heard: str
    """The full name as it sounds: one for all ways to write it."""


@lru_cache(maxsize=20_000)
def name_words(name: str) -> tuple[NameWord, ...]:
    """The words by which a person is told apart; initials among them, titles not."""
    found: list[NameWord] = []
    for piece in _WORD.findall(_APOSTROPHE.sub("", unicodedata.normalize("NFKC", name)[:200])):
        for latin in _latin(piece):
            if latin and latin not in TITLES and latin not in COMPANY:
                full = FULL_NAMES.get(latin, latin)
                found.append(NameWord(latin, sound(latin), full, sound(full)))
    return tuple(found[:5])


def _latin(piece: str) -> list[str]:
    """In Latin letters; a Chinese name is written without a space between its words."""
    ascii_ = anyascii(piece)
    parts = _HUMP.split(ascii_) if piece.lower() == piece.upper() else [ascii_]
    return [re.sub(r"[^a-z]", "", part.lower())[:_LONGEST] for part in parts]


@lru_cache(maxsize=50_000)
def sound(latin: str) -> str:
    """One spelling for what is written in several: `Sergey`, `Sergei`; `Mueller`, `Muller`; `Aleksander`, `Alexander`."""
    for pattern, spelling in _SPELLINGS:
        latin = pattern.sub(spelling, latin)
    return latin


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """The first letter and the consonants after it: vowels are what transliterations disagree on."""
    spoken = sound(word)
    return (spoken[:1] + re.sub(r"[aeiou]", "", spoken[1:]))[:5]


def fit(one: NameWord, other: NameWord) -> Fit:
    """How two words of names fit."""
    if one.latin == other.latin:
        return Fit.SAME if len(one.latin) > 1 else Fit.INITIAL
    if len(one.latin) == 1 or len(other.latin) == 1:
        return Fit.INITIAL if one.latin[0] == other.latin[0] else Fit.NONE
    return _spelled(one, other)


@lru_cache(maxsize=100_000)
def _spelled(one: NameWord, other: NameWord) -> Fit:
    if one.full == other.full or (one.sound == other.sound and len(one.sound) > 2):
        return Fit.SPELLING
    longest = max(len(one.latin), len(other.latin))
    if longest >= 5 and OSA.distance(one.latin, other.latin, score_cutoff=1) <= 1:
        return Fit.TYPO
    if longest >= 4 and sorted(one.latin) == sorted(other.latin) and OSA.distance(one.latin, other.latin) == 1:
        return Fit.TYPO
    if longest >= 5 and OSA.distance(one.sound, other.sound, score_cutoff=1) <= 1 and one.latin[0] == other.latin[0]:
        return Fit.TYPO
    consonants = skeleton(one.latin)
    return Fit.TYPO if len(consonants) >= 4 and consonants == skeleton(other.latin) else Fit.NONE


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Which words of two names fit. `missing` are words of the shorter name that the longer one does not have."""

    pairs: tuple[tuple[NameWord, NameWord, Fit], ...]
    missing: int
    shorter: int

    @property
    def conflicts(self) -> bool:
        """Are these names that one person hardly bears both?"""
        return bool(self.missing) and (self.shorter >= 2 or not self.pairs)

    @property
    def whole(self) -> bool:
        """Does a first and a last name fit?"""
        return not self.missing and sum(how > Fit.INITIAL for *_, how in self.pairs) >= 2


def match_names(one: Sequence[NameWord], other: Sequence[NameWord]) -> NameMatch:
    """The best pairing of the words of two names, in whatever order they stand."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    left = list(longer)
    pairs: list[tuple[NameWord, NameWord, Fit]] = []
    missing = 0
    # Whole words first, so that an initial does not take what belongs to another word.
    for word in sorted(shorter, key=lambda each: -len(each.latin)):
        best = max(left, key=lambda each: fit(word, each), default=None)
        how = fit(word, best) if best is not None else Fit.NONE
        if best is None or how is Fit.NONE:
            missing += 1
        else:
            pairs.append((word, best, how))
            left.remove(best)
    if missing and max(len(one), len(other)) > 1 and _run_together(one, other):
        # The space between the words was lost, or came to stand a letter later.
        words = max(one, other, key=lambda name: min(len(word.latin) for word in name))
        words = words if len(words) > 1 else max(one, other, key=len)
        return NameMatch(tuple((word, word, Fit.TYPO) for word in words), 0, len(words))
    return NameMatch(tuple(pairs), missing, len(shorter))


def _run_together(one: Sequence[NameWord], other: Sequence[NameWord]) -> bool:
    first, second = ("".join(word.latin for word in name) for name in (one, other))
    if len(one) == len(other):
        return first == second
    return min(len(first), len(second)) >= 8 and OSA.distance(first, second, score_cutoff=1) <= 1


def compatible(one: str | None, other: str | None) -> bool:
    """May both be names of one person? A name that is not known contradicts nothing."""
    first, second = name_words(one or ""), name_words(other or "")
    return not first or not second or not match_names(first, second).conflicts


def is_company(name: str) -> bool:
    """Does the name end as the law names companies?"""
    words = [re.sub(r"[^a-z]", "", anyascii(word).lower()) for word in name.split()]
    return len(words) > 1 and any(word in COMPANY for word in words[1:])
