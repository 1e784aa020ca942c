"""What the last minute spoke of: whether a post is one of many about the same thing, or about something else. Pure.

Near-duplicates share a card already. A storm has as many who say it in their own words: what they have in common are a
few words that were rare before. Posts are compared with those in their own language.
"""

from __future__ import annotations

import math
import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sys import intern

from bot.domain.signature import normalised

WINDOW = timedelta(seconds=60)
"""What was heard for so long is what is spoken of now."""

ALIKE = 0.15
"""From this likeness on, of 1, a post is one of those that many write just now.

Of 702 urgent posts of a made-up storm in four languages 5 % are below it, of 20 urgent ones about other things all; in
posts of six disasters 1 to 8 % and all.
"""

FEWEST = 20
"""So many posts of a language must have been heard in the window for anything to be said of them."""

UNKNOWN = ALIKE / 2
"""The likeness of a post in a language of which too little was heard yet, when so much was heard in all …"""

_MANY = FEWEST
_SPOKEN = 0.05
"""… and so large a part of it in that language; a language that nearly nobody writes in makes a post unlike the others."""

_MOST = 5_000
"""Posts of the window that are looked at: of more, the latest."""
_WORDS = 40
"""Different words of a post that are looked at."""
_SHORTEST = 4
"""Letters of the shortest word that tells what a text is about."""
_LONGEST_WORD = 60
"""Letters of the longest; longer ones are made by machines, and many of them would fill the memory."""
_WIDE = 0x2E80
"""From here on scripts write words without spaces: there, two characters stand for a word."""

_OFTEN = 0.015
"""Part of the window's posts that must have a word for it to count, …"""
_RISEN = 3.0
"""… and so many times as large a part as before."""
_REMEMBERED = 20_000
"""From so many posts before the window on, older ones count for less and less, …"""
_KNOWN = 100_000
"""… and from so many words on: who makes up words fills no memory with them."""
_USUAL_AFTER = timedelta(hours=1)
"""What was said is usual only after so long: or else a storm would be as usual as anything once it has lasted a minute."""
_USUAL_AFTER_A_CRISIS = timedelta(hours=12)
"""… and not while people deal with it, unless they forget to say that it is over."""
_MINUTE = timedelta(minutes=1)
_RARE = 0.004
"""Words of so small a part of a minute's posts are not remembered from it: they could not be risen ones."""
_THEME = 0.1
"""Part of all posts of the window that must have a word for it to be named as what they are about."""
_LATEST, _LONGEST = 60, 500
"""So many of the latest texts are kept as they were written, and so many letters of each: to spell a word as people do."""
_WRITTEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LOOKED_AT = 300
"""So many posts tell as much of a window as all of them."""

Words = frozenset[str]


def compared(words: Iterable[str]) -> Words:
    """Words as they are compared."""
    return frozenset(normalised(word) for word in words)


def words(text: str) -> Words:
    """The words of a text that may tell what it is about."""
    found: dict[str, None] = {}
    for word in normalised(text).split():
        if ord(word[0]) >= _WIDE:
            found.update((word[at : at + 2], None) for at in range(len(word) - 1))
        elif _SHORTEST <= len(word) <= _LONGEST_WORD:
            found[intern(word)] = None
        if len(found) >= _WORDS:
            break
    return frozenset(found)


@dataclass(slots=True)
class _Minute:
    """What left the window together."""

    began: datetime
    words: Counter[str] = field(default_factory=Counter)
    posts: int = 0

    def thin(self) -> None:
        self.words = Counter({word: many for word, many in self.words.items() if many >= _RARE * self.posts})


@dataclass(slots=True)
class _Stream:
    """The posts in one language."""

    now: deque[tuple[datetime, Words]] = field(default_factory=deque)
    counts: Counter[str] = field(default_factory=Counter)
    texts: deque[str] = field(default_factory=lambda: deque(maxlen=_LATEST))
    lately: deque[_Minute] = field(default_factory=deque)
    usual: Counter[str] = field(default_factory=Counter)
    before: int = 0

    def hear(self, at: datetime, said: Words, text: str) -> None:
        self.now.append((at, said))
        self.counts.update(said)
        self.texts.append(text[:_LONGEST])

    def forget(self, at: datetime, usual_after: timedelta) -> None:
        # What seems to come from later was heard before the clock was set back.
        while self.now and (abs(at - self.now[0][0]) >= WINDOW or len(self.now) > _MOST):
            then, said = self.now.popleft()
            for word in said:
                self.counts[word] -= 1
                if not self.counts[word]:
                    del self.counts[word]
            self._keep(then, said)
        while self.lately and self.lately[0].began <= at - usual_after:
            minute = self.lately.popleft()
            self.usual.update(minute.words)
            self.before += minute.posts
        if self.before > _REMEMBERED or len(self.usual) > _KNOWN:
            self.usual = Counter({word: many // 2 for word, many in self.usual.items() if many > 1})
            self.before //= 2

    def _keep(self, then: datetime, said: Words) -> None:
        if not self.lately or then >= self.lately[-1].began + _MINUTE:
            if self.lately:
                self.lately[-1].thin()
            self.lately.append(_Minute(then))
        self.lately[-1].words.update(said)
        self.lately[-1].posts += 1

    def likeness(self, said: Words) -> float:
        if len(self.now) < FEWEST or not said:
            return 0.0
        # A long post has more in common with any other by chance.
        return min(1.0, sum(map(self.share, said)) / math.sqrt(len(said)))

    def spelled(self, word: str) -> str:
        """The word as people write it: it is compared without accents, and without letters written twice."""
        written = Counter(each.lower() for text in self.texts for each in _WRITTEN.findall(text))
        spelled = [each for each, _ in written.most_common() if normalised(each) == word]
        return spelled[0] if spelled else word

    def share(self, word: str) -> float:
        """The part of the posts that have a word; 0 where it says nothing of this minute."""
        many = self.counts.get(word, 0)
        share = many / len(self.now)
        # One post alone is like itself.
        if many < FEWEST // 4 or share < _OFTEN:
            return 0.0
        usual = self.usual.get(word, 0) / self.before if self.before >= FEWEST else 0.0
        return share if share >= _RISEN * usual else 0.0


class Surge:
    """The posts of the last minute by their words, against those before. `common` words tell nothing."""

    def __init__(self, common: Words = frozenset()) -> None:
        self._common = common
        self._streams: dict[str, _Stream] = {}
        self.in_crisis = False
        """Do people deal with what many write? It does not become usual meanwhile."""

    def __len__(self) -> int:
        """How many posts of the window are known."""
        return sum(len(stream.now) for stream in self._streams.values())

    def hear(self, at: datetime, posts: Iterable[tuple[str, str]]) -> None:
        """Posts that were heard at this moment, each with its language."""
        for language, text in posts:
            self._streams.setdefault(language, _Stream()).hear(at, words(text) - self._common, text)
        self.forget(at)

    def forget(self, at: datetime) -> None:
        """What is older than the window by now is what was usual before."""
        usual_after = _USUAL_AFTER_A_CRISIS if self.in_crisis else _USUAL_AFTER
        for stream in self._streams.values():
            stream.forget(at, usual_after)

    def likeness(self, language: str, text: str) -> float:
        """How much a post is about what many write just now, of 1; the post itself may be among them."""
        stream = self._streams.get(language)
        heard = len(stream.now) if stream is not None else 0
        if stream is None or heard < FEWEST:
            in_all = len(self)
            return UNKNOWN if in_all >= _MANY and heard >= _SPOKEN * in_all else 0.0
        return stream.likeness(words(text) - self._common)

    def alike(self) -> float:
        """The part of the window's posts that are about the same, of 1."""
        in_all = len(self)
        if in_all < FEWEST:
            return 0.0
        step = max(1, in_all // _LOOKED_AT)
        looked_at = [stream.likeness(said) for stream in self._streams.values() for _, said in list(stream.now)[::step]]
        return sum(likeness >= ALIKE for likeness in looked_at) / len(looked_at)

    def theme(self, most: int = 3) -> tuple[str, ...]:
        """The words that most have in common, as people write them; none where posts are about this and that."""
        in_all = len(self)
        if in_all < FEWEST:
            return ()
        found: dict[str, tuple[float, _Stream]] = {}
        for stream in self._streams.values():
            for word, many in stream.counts.most_common(10 * most) if len(stream.now) >= FEWEST else ():
                if many >= _THEME * in_all and stream.share(word):
                    found.setdefault(word, (many / in_all, stream))
        best = sorted(found, key=lambda word: (-found[word][0], word))[:most]
        return tuple(found[word][1].spelled(word) for word in best)
