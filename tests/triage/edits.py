"""What becomes of a post as people pass it on: retweeted, cut off, with a word more, a letter wrong. From a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Edit = Callable[[str, random.Random], str]


def _cut(text: str, chance: random.Random) -> int:
    return max(60, int(len(text) * chance.uniform(0.55, 0.95)))


def slips(text: str, chance: random.Random, count: int) -> str:
    """The text with so many letters changed, left out or put in."""
    letters = list(text)
    for _ in range(count):
        at = chance.choice([place for place, letter in enumerate(letters) if letter.isalpha()] or [0])
        new = chance.choice("abcdefghijklmnopqrstuvwxyz")
        letters[at : at + 1] = chance.choice(([new], [], [letters[at], new]))
    return "".join(letters)


def _other_word(text: str, chance: random.Random) -> str:
    words = text.split()
    words[chance.randrange(len(words))] = chance.choice(("really", "house", "people", "today", "thing"))
    return " ".join(words)


def _word_less(text: str, chance: random.Random) -> str:
    words = text.split()
    del words[chance.randrange(len(words))]
    return " ".join(words)


def _retweet(text: str, chance: random.Random) -> str:
    return f"RT @{chance.choice(('someone', 'news_24', 'a_b_c'))}: {text}"


def _tags(text: str, chance: random.Random) -> str:
    return f"{text} {' '.join(chance.sample(('#news', '#help', '#fail', '#breaking', '#wow'), chance.randint(1, 3)))}"


EDITS: dict[str, Edit] = {
    "retweet": _retweet,
    "retweet, cut": lambda text, chance: _retweet(text, chance)[: _cut(text, chance)] + "…",
    "cut": lambda text, chance: text[: _cut(text, chance)] + chance.choice(("...", "…", "… https://example.com/s")),
    "hashtags": _tags,
    "emoji": lambda text, chance: f"😡😡 {text} 🙏",
    "link": lambda text, chance: f"{text} https://example.com/{chance.randrange(10**8)}",
    "a letter": lambda text, chance: slips(text, chance, 1),
    "two letters": lambda text, chance: slips(text, chance, 2),
    "case": lambda text, chance: chance.choice((text.upper(), text.lower(), text.title())),
    "numbers": lambda text, chance: re.sub(
        r"\d+", lambda found: str(int(found[0][:9]) + chance.randint(1, 5)), text, count=1
    ),
    "quoted": lambda text, chance: f"“@someone: {text}” so true",
    "said on top": lambda text, chance: (
        f"{chance.choice(('omg', 'Unbelievable!!', 'So sad'))} {_retweet(text, chance)}"
    ),
    "via": lambda text, chance: f"{text} (via @news)",
    "signs": lambda text, chance: re.sub(r"[.,!?;:]", "", text) + chance.choice(("!!!", "...", "?!")),
    "letters repeated": lambda text, chance: re.sub(
        r"([aeiou])\b", lambda found: found[1] * chance.randint(1, 4), text, count=3
    ),
    "another word": _other_word,
    "a word less": _word_less,
    "several": lambda text, chance: _tags(_retweet(slips(text, chance, 1), chance), chance),
}
