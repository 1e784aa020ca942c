"""How long a text is as a network counts it. Pure."""

from __future__ import annotations

import regex

from bot.domain.delivery import Unit

_LINK = regex.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'…]")


def length(text: str, unit: Unit, link: int | None = None) -> int:
    """The length in `unit`. With `link`, every web address counts as so many, however long it is.

    Graphemes are the extended grapheme clusters of https://unicode.org/reports/tr29/.
    """
    if link is not None:
        text, links = _LINK.subn("", text)
        return length(text, unit) + links * link
    match unit:
        case "characters":
            return len(text)
        case "graphemes":
            return len(regex.findall(r"\X", text))
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
