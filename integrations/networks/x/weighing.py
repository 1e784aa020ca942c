"""How long X takes a text to be. Pure. https://docs.x.com/fundamentals/counting-characters

The weights are those of version 3 of X's own library: https://github.com/twitter/twitter-text/blob/master/config/v3.json
"""

from __future__ import annotations

from unicodedata import normalize

import regex

LINK = 23
"""What every link counts."""

_LINK = regex.compile(
    r"https?://[^\s<>\"\u0530-\U0010ffff]*[^\s<>\"\u0530-\U0010ffff.,;:!?)\]}']"
    # Without a scheme, where the end is one that names a country or is in common use: rather one too many.
    r"|(?<![\w@.#$/-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|info|biz|app|dev|shop|store|online|[a-z]{2})(?![\w@-])(?:/[^\s<>\"\u0530-\U0010ffff]*)?",
    regex.IGNORECASE,
)
_EMOJI = regex.compile(r"(?![©®](?!\ufe0f))\p{Extended_Pictographic}|\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3")
_LIGHT = regex.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def weighted(text: str) -> int:
    """The weight: links 23, emoji 2 however many code points they have, other letters 1 or 2."""
    rest, links = _LINK.subn("", normalize("NFC", text))
    return links * LINK + sum(_weight(grapheme) for grapheme in regex.findall(r"\X", rest))


def has_link(text: str) -> bool:
    """Does X take something in it for a link?"""
    return _LINK.search(text) is not None


def _weight(grapheme: str) -> int:
    if _EMOJI.search(grapheme):
        return 2
    return sum(1 if _LIGHT.match(letter) else 2 for letter in grapheme)
