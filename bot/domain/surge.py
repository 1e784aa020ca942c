"""What the last minute spoke of: whether a post is one of many about the same thing, or about something else. Pure.

Near-duplicates share a card already. A storm has as many who say it in their own words: what they have in common are a
few words that were rare before.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from bot.domain.signature import normalised

WINDOW = timedelta(seconds=60)
"""What was heard for so long is what is spoken of now."""

ALIKE = 0.35
"""From this likeness on, of 1, a post is one of those that many write just now."""

FEWEST = 20
"""So many posts must have been heard in the window for anything to be said of them."""

_MOST = 5_000
"""Posts of the window that are looked at: of more, the latest."""
_WORDS = 40
"""Different words of a post that are looked at."""
_SHORTEST = 4
"""Letters of the shortest word that tells what a text is about."""
_WIDE = 0x2E80
"""From here on scripts write words without spaces: there, two characters stand for a word."""

_OFTEN = 0.05
"""Part of the window's posts that must have a word for it to count, …"""
_RISEN = 3.0
"""… and so many times as large a part as before."""
_STRONGEST = 3
"""So many words in common are added up: a long post has more in common with any other by chance."""
_REMEMBERED = 20_000
"""From so many posts before the window on, the older half counts for less and less."""

_USUAL_AFTER = timedelta(hours=1)
"""What was said is usual only after so long: or else a storm would be as usual as anything once it has lasted a minute."""
_MINUTE = timedelta(minutes=1)
_RARE = 0.01
"""Words of so small a part of a minute's posts are not remembered from it: they could not be risen ones."""

Words = frozenset[int]


def words(text: str) -> Words:
    """The words of a text that may tell what it is about, as numbers."""
    found: dict[int, None] = {}
    for word in normalised(text).split():
        if ord(word[0]) >= _WIDE:
            found.update((crc32(word[at : at + 2].encode()), None) for at in range(len(word) - 1))
        elif len(word) >= _SHORTEST:
            found[crc32(word.encode())] = None
        if len(found) >= _WORDS:
            break
    return frozenset(found)


@dataclass(slots=True)
class _Minute:
    """What left the window together."""

    began: datetime
    words: Counter[int]
    posts: int = 0

    def thin(self) -> None:
        self.words = Counter({word: many for word, many in self.words.items() if many >= _RARE * self.posts})


class Surge:
    """The posts of the last minute, by their words, against those before."""

    def __init__(self) -> None:
        self._now: deque[tuple[datetime, Words]] = deque()
        self._counts: Counter[int] = Counter()
        self._lately: deque[_Minute] = deque()
        self._usual: Counter[int] = Counter()
        self._before = 0

    def __len__(self) -> int:
        """How many posts of the window are known."""
        return len(self._now)

    def hear(self, at: datetime, posts: Iterable[Words]) -> None:
        """Posts that were heard at this moment."""
        for said in posts:
            self._now.append((at, said))
            self._counts.update(said)
        self.forget(at)

    def forget(self, at: datetime) -> None:
        """What is older than the window by now leaves it, and is what was usual before after a while."""
        while self._now and (self._now[0][0] <= at - WINDOW or len(self._now) > _MOST):
            then, said = self._now.popleft()
            for word in said:
                self._counts[word] -= 1
                if not self._counts[word]:
                    del self._counts[word]
            self._keep(then, said)
        while self._lately and self._lately[0].began <= at - _USUAL_AFTER:
            minute = self._lately.popleft()
            self._usual.update(minute.words)
            self._before += minute.posts
        if self._before > _REMEMBERED:
            self._usual = Counter({word: many // 2 for word, many in self._usual.items() if many > 1})
            self._before //= 2

    def _keep(self, then: datetime, said: Words) -> None:
        if not self._lately or then >= self._lately[-1].began + _MINUTE:
            if self._lately:
                self._lately[-1].thin()
            self._lately.append(_Minute(then, Counter()))
        self._lately[-1].words.update(said)
        self._lately[-1].posts += 1

    def likeness(self, said: Words) -> float:
        """How much a post is about what many write just now, of 1; the post itself may be among them."""
        if len(self._now) < FEWEST:
            return 0.0
        shares = sorted((share for word in said if (share := self._share(word))), reverse=True)
        return min(1.0, sum(shares[:_STRONGEST]))

    def alike(self) -> float:
        """The part of the window's posts that are about the same, of 1."""
        if len(self._now) < FEWEST:
            return 0.0
        # A few hundred tell as much as all of them.
        step = max(1, len(self._now) // 300)
        looked_at = [said for _, said in list(self._now)[::step]]
        return sum(self.likeness(said) >= ALIKE for said in looked_at) / len(looked_at)

    def _share(self, word: int) -> float:
        """The part of the window's posts that have a word; 0 where it says nothing of this minute."""
        many = self._counts.get(word, 0)
        share = many / len(self._now)
        # One post alone is like itself.
        if many < FEWEST // 2 or share < _OFTEN:
            return 0.0
        usual = self._usual.get(word, 0) / self._before if self._before >= FEWEST else 0.0
        return share if share >= _RISEN * usual else 0.0
