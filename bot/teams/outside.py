"""Outside text on its way to Teams: it cannot mention, format, link, become a date or disorder what surrounds it. Pure.

A `TextBlock` is markdown, and so are the titles of facts; each client reads it with a parser of its own, and they do not
agree about backslashes or character references. So nothing is escaped: a mark that means something is followed by a word
joiner, which takes no room, or stands as a character that looks alike. A `RichTextBlock` and the words on buttons are not
markdown, but even there clients look for `{{DATE(…)}}`, for `${…}` and for `<at>`; see `literal`.
"""

from __future__ import annotations

import re

from bot.words import readable

JOINER = "\u2060"
"""The word joiner: takes no room, allows no break."""

_WHEREVER = re.compile(rf"\{{(?!{JOINER})|\$(?=\{{|$)|<(?=[/!?\w])")
_MARKS = re.compile(r"[\[\]\\&!]|:(?=//)|www(?=\.)", re.IGNORECASE)
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_LINE_START = re.compile(r"^[^\S\n]*(?:(\d+)(?=[.)])|(?=[-+#>|=]))", re.MULTILINE)
_CALL = "@Baton"
_ROOT = re.compile(r"^/baton\b")
_ALIAS = re.compile(r"/(?!baton\b)[a-z]+")
_INDENT = re.compile(r"^[^\S\n]+", re.MULTILINE)


def literal(text: str) -> str:
    """For what is not markdown: words on buttons, in fields and in a `RichTextBlock`."""
    return _WHEREVER.sub(lambda match: match[0] + JOINER, readable(text))


def markdown(text: str) -> str:
    """For a piece of a `TextBlock`; the finished block goes through `lines`."""
    text = _LOOSE_UNDERSCORE.sub("ˍ", literal(text).translate(_LOOKALIKES))
    return _MARKS.sub(lambda match: match[0] + JOINER, text)


def lines(spelled: str) -> str:
    """A finished markdown text: no line begins a list, a heading, a quotation or a table, and each stays a line.

    Teams joins lines with a single break between them; an empty line keeps them apart.
    """
    spelled = _LINE_START.sub(lambda match: (match[1] or "") + JOINER, _INDENT.sub("", spelled))
    return re.sub(r"\n+", "\n\n", spelled)


def one_line(text: str) -> str:
    """Outside text on a single line, where nothing is markdown."""
    return " ".join(literal(text).split())


def typed(words: str) -> str:
    """Something to type, as it is typed on Teams, which has no slash commands: `/baton claim B-12` → `@Baton claim B-12`."""
    if _ALIAS.fullmatch(words):
        return f"{_CALL} {words[1:]}"
    return _ROOT.sub(_CALL, words)
