"""Words in a picture: outside text on one line, in letters that some font has, as wide as there is room. With matplotlib.

matplotlib brings DejaVu Sans, which has Latin, Greek, Cyrillic, Arabic, Hebrew and some emoji. For other scripts fonts of
the machine are used where it has any of those below; what no font has is drawn as an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from bot.words import cut, readable

OWN_FONT = "DejaVu Sans"
_OTHER_FONTS = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans JP",
    "Noto Sans SC",
    "Noto Sans KR",
    "Source Han Sans",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Thai",
    "Noto Sans Symbols2",
    "Noto Emoji",
    "Segoe UI Symbol",
    "Arial Unicode MS",
)
_BOX = "□"
_LONGEST = 60
"""Characters of which no more are drawn, however narrow; measuring more would take time."""


@lru_cache(maxsize=1)
def fonts() -> tuple[str, ...]:
    """Families in the order in which letters are looked for."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return (OWN_FONT, *(name for name in _OTHER_FONTS if name in here))


@lru_cache(maxsize=1)
def _letters_of_fonts() -> tuple[frozenset[int], ...]:
    """The letters that each of the fonts has."""
    paths = [font_manager.findfont(FontProperties(family=family)) for family in fonts()]
    return tuple(frozenset(font_manager.get_font(path).get_charmap()) for path in paths)


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """Every letter that one of the fonts has."""
    return frozenset().union(*_letters_of_fonts())


def one_line(text: str, *, drawn: bool) -> str:
    """Outside text as one line; where it is `drawn` letter by letter, with a box for each letter that no font has."""
    line = " ".join(readable(text[: _LONGEST * 4]).split())
    if drawn and not line.isascii():
        line = "".join(_letter(character) for character in _marked_by_one_font(line))
    return cut(line, _LONGEST)


def _marked_by_one_font(line: str) -> Iterator[str]:
    """The line without marks that no font has together with their letter: both are drawn with one, or the letter is lost."""
    letter = ""
    for character in line:
        if unicodedata.category(character).startswith("M"):
            if not any(ord(character) in font and (not letter or ord(letter) in font) for font in _letters_of_fonts()):
                continue
        else:
            letter = character
        yield character


def _letter(character: str) -> str:
    if ord(character) in _letters():
        return character
    # Joiners, selectors of a variant, accents: nothing is missed where their letter is drawn without them.
    return "" if unicodedata.category(character) in {"Cf", "Mn", "Me", "Sk"} else _BOX


class Ruler:
    """How wide words are, in pixels of the size in which the picture is shown."""

    def __init__(self, size: float) -> None:
        self.size = size
        self._renderer = RendererAgg(8, 8, 72)
        # At 72 dots an inch a point is a pixel.
        self._font = FontProperties(family=list(fonts()), size=size)

    def width(self, text: str) -> float:
        """Of one line."""
        return float(self._renderer.get_text_width_height_descent(text, self._font, ismath=False)[0]) if text else 0.0

    def cut(self, text: str, room: float) -> str:
        """As much of a line as has room; where something is missing it ends with `…`."""
        length = len(text)
        while length > 1 and self.width(cut(text, length)) > room:
            length -= 1 + int(length > 24) * 4
        return cut(text, max(length, 1))

    def wrapped(self, text: str, room: float) -> str:
        """In two lines at most, broken between words."""
        if self.width(text) <= room:
            return text
        words = text.split(" ")
        first = 1
        while first < len(words) and self.width(" ".join(words[: first + 1])) <= room:
            first += 1
        rest = " ".join(words[first:])
        line = self.cut(" ".join(words[:first]), room)
        return f"{line}\n{self.cut(rest, room)}" if rest else line
