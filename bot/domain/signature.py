"""Telling that two posts say the same in the same words: retweeted, cut off, with a word more or a letter wrong. Pure.

A text's signature holds the smallest hashes of its runs of five characters (a sample that two texts take alike), and a
few of its longer runs as keys, under which a database finds what may be the same. Hashes are of `zlib.crc32`: the same
in every process and every version of Python.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

FEWEST = 30
"""Characters that must remain for two texts to be compared: shorter ones are the same by chance, as thanks are."""

SAME = 0.55
"""Texts resembling each other so much, of 1, say the same."""

_WHOLE = 0.9
"""A text of which so much stands in a longer one was cut off or quoted, if the two begin alike …"""
_HALF = 0.4
"""… or have so much in common."""

_RUN = 5
_HASHES = 64
_FEWEST_RUNS = 20
"""Of different ones: a word written five times says too little."""
_KEY_RUN = 11
_KEYS = 5
_BEGINNING = 24
_LONGEST = 2_000
"""Characters of a long text that are looked at."""
_KEY = 1 << 62
"""Keys have this bit, and with it 63; hashes have 32."""
_BEGINS = 1 << 61
"""The key of how a text begins has this one too."""
_ALL = 1 << 32

_CUT = re.compile(r"[^\s…\u2e80-\uffff]*(?:…|\.{3,})\s*$")
_LINK = re.compile(r"https?:\S*|www\.\S+", re.IGNORECASE)
_MENTION = re.compile(r"@[\w.-]*\w", re.ASCII)
_BETWEEN = re.compile(r"[\W_]+")
_REPEATED = re.compile(r"([^\W\d])\1+")
_REPEATED_ASCII = re.compile(rb"([a-z])\1+")
_MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u0652]+")
_PASSED_ON = ("rt ", "mt ", "fwd ", "via ", "h t ", "cc ")
_WIDE = 0x2E80
"""From here on scripts write words without spaces, and with a character what others take two for."""
_PLAIN = bytes(code if chr(code).isalnum() else 32 for code in range(128)).lower() + bytes(128)


def normalised(text: str) -> str:
    """What is compared: lower case, single spaces, without accents, signs, links, names, and letters written twice.

    Without what shows that it was passed on, too: `RT @name:`, `via @name`, and the word that an ellipsis cut.
    """
    text = text[:_LONGEST]
    if "http" in text or "www." in text or "HTTP" in text:
        text = _LINK.sub(" ", text)
    if text.rstrip().endswith(("…", "...")):
        text = _CUT.sub("", text)
    if "@" in text:
        text = _MENTION.sub(" ", text)
    if text.isascii():
        plain = b" ".join(text.encode("ascii").translate(_PLAIN).split())
        text = _REPEATED_ASCII.sub(rb"\1", plain).decode("ascii")
    else:
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())))
        text = _REPEATED.sub(r"\1", _BETWEEN.sub(" ", text)).strip()
    while text.startswith(_PASSED_ON):
        text = text.partition(" ")[2]
    while text.endswith((" via", " cc", " rt")):
        text = text.rpartition(" ")[0]
    return text


def signature(text: str) -> tuple[int, ...]:
    """The signature of a text: the smallest hashes, then keys; empty where the text is too short to be compared."""
    text = normalised(text)
    wide = not text.isascii() and any(ord(letter) >= _WIDE for letter in text)
    length = sum(2 if ord(letter) >= _WIDE else 1 for letter in text) if wide else len(text)
    if length < FEWEST:
        return ()
    runs = _runs(text, _RUN - 2 if wide else _RUN)
    if len(runs) < _FEWEST_RUNS - (8 if wide else 0):
        return ()
    beginning = _key(text[: _BEGINNING // 2 if wide else _BEGINNING].encode("utf-8", "surrogatepass")) | _BEGINS
    return (*sorted(set(map(crc32, runs)))[:_HASHES], *_keys(text, wide), beginning)


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How much two texts have in common, from 0 to 1; 0 where one was too short to be compared.

    Estimated from those hashes that both would hold. Where the shorter text stands nearly whole in the longer one, and they
    begin alike or are not much unlike in length, it is the share of the shorter one: it was cut off, or passed on with a
    word added.
    """
    if not one or not other:
        return 0.0
    first, second = _hashes(one), _hashes(other)
    limit = min(_limit(first), _limit(second))
    left, right = set(first[: bisect_right(first, limit)]), set(second[: bisect_right(second, limit)])
    if not left or not right:
        # All that one of them holds is beyond what the other one would: they have nothing in common that is known.
        return 0.0
    common = len(left & right)
    shared, contained = common / len(left | right), common / min(len(left), len(right))
    whole = contained >= _WHOLE and (shared >= _HALF or one[-1] == other[-1])
    return contained if whole else shared


def bands(signature: tuple[int, ...]) -> tuple[int, ...]:
    """Up to six keys of 63 bits, for an index: what says the same has at least one in common, and little else has."""
    return tuple(value for value in signature if value >= _KEY)


def _runs(text: str, run: int) -> set[bytes]:
    size = 1 if text.isascii() else 2
    raw = text.encode("ascii" if size == 1 else "utf-16-le", "surrogatepass")
    step = run * size
    return {raw[at : at + step] for at in range(0, len(raw) - step + size, size)}


def _keys(text: str, wide: bool) -> list[int]:
    """Keys of some longer runs that begin with a word; those with the smallest hashes, so that two texts choose alike."""
    runs, at = [], 0
    for word in text.split(" "):
        if wide and word and ord(word[0]) >= _WIDE:
            runs += [text[begin : begin + _RUN + 1] for begin in range(at, at + len(word))]
        else:
            runs.append(text[at : at + _KEY_RUN])
        at += len(word) + 1
    hashed = sorted({(crc32(raw), raw) for raw in (run.encode("utf-8", "surrogatepass") for run in runs)})
    return [_key(raw) for _, raw in hashed[:_KEYS]]


def _key(raw: bytes) -> int:
    # The check of bytes read backwards is another one: both together fill a database's whole number.
    return _KEY | (crc32(raw) >> 2) << 31 | crc32(raw[::-1]) >> 1


def _hashes(signature: tuple[int, ...]) -> tuple[int, ...]:
    # They stand before the keys, in order.
    return signature[: bisect_left(signature, _KEY)]


def _limit(hashes: tuple[int, ...]) -> int:
    """Up to here the hashes are all there are."""
    return hashes[-1] if len(hashes) == _HASHES else _ALL


_PER_KEY = 16
"""So many texts are kept under a key: more have nothing new to say, or the key is a common phrase."""


class _Kept(NamedTuple):
    number: int
    heard: datetime | None
    signature: tuple[int, ...]


class Window:
    """The signatures of the last texts, in memory: at most `most` of them, none older than `span`."""

    def __init__(self, most: int = 20_000, span: timedelta = timedelta(hours=24)) -> None:
        self._most, self._span = most, span
        self._texts: OrderedDict[str, _Kept] = OrderedDict()
        self._under: dict[int, deque[str]] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, id: str, signature: tuple[int, ...], at: datetime | None = None) -> None:
        """Keep a text, heard at `at`; those that it pushes out and those too old then are forgotten. Without a time none is."""
        self.drop(id)
        self._count += 1
        self._texts[id] = _Kept(self._count, at, signature)
        for key in bands(signature):
            self._under.setdefault(key, deque(maxlen=_PER_KEY)).append(id)
        while self._texts:
            oldest, kept = next(iter(self._texts.items()))
            old = at is not None and kept.heard is not None and at - kept.heard > self._span
            if len(self._texts) <= self._most and not old:
                break
            self.drop(oldest)

    def drop(self, id: str) -> None:
        """Forget a text; nothing happens where it is not kept."""
        kept = self._texts.pop(id, None)
        for key in bands(kept.signature) if kept is not None else ():
            under = self._under.get(key)
            if under is not None and id in under:
                under.remove(id)
                if not under:
                    del self._under[key]

    def nearest(self, signature: tuple[int, ...]) -> str | None:
        """The kept text that says the same, the most alike; of several the one added first. None where there is none."""
        candidates = {each for key in bands(signature) for each in self._under.get(key, ())}
        alike = [(resemblance(signature, self._texts[each].signature), each) for each in candidates]
        best = max((value for value, _ in alike), default=0.0)
        if best < SAME:
            return None
        return min((self._texts[each].number, each) for value, each in alike if value == best)[1]
