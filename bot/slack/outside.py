"""Outside text on its way to Slack: it cannot ping, format, mask a link or change the order of what surrounds it. Pure.

Slack interprets text in three ways. `rich_text` and `plain_text` show characters as they are, so `literal` only takes
out what no reader should get. `mrkdwn` interprets `*`, `_`, `~`, backquotes, `>` and `:name:`, and knows no escape for
them; `mrkdwn` here puts characters in their place that look alike and mean nothing to Slack. Wherever a block allows it
the renderer uses `rich_text`; `mrkdwn` is left to lines of small print and to text that has a button beside it.
"""

from __future__ import annotations

import re

from bot.words import readable

JOINER = "\u2060"
"""The word joiner: takes no room, allows no break."""

_PINGS = re.compile(r"(<)(?=[!@#])|(@)(?=channel|here|everyone)", re.IGNORECASE)
_EMOJI_NAME = re.compile(r":(?=[\w+'-]{1,100}:)")
_LOOSE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_QUOTING = re.compile(r"^(\s*)>+", re.MULTILINE)
_LOOKALIKES = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def literal(text: str) -> str:
    """For `rich_text` and `plain_text`: what is left shows as it is.

    These are not interpreted there; the joiner keeps them harmless to whoever copies the text into another field.
    """
    cleaned = readable(text)
    return _PINGS.sub(lambda match: match[0] + JOINER, cleaned) if "<" in cleaned or "@" in cleaned else cleaned


def mrkdwn(text: str) -> str:
    """For `mrkdwn` texts, which must also be `verbatim` so that Slack makes no links of its own."""
    text = _LOOSE_UNDERSCORE.sub("ˍ", literal(text).translate(_LOOKALIKES))
    text = _EMOJI_NAME.sub(":" + JOINER, text)
    return _QUOTING.sub(r"\1›", text).translate(_ESCAPES)


def one_line(text: str) -> str:
    """Outside text on a single line."""
    return " ".join(literal(text).split())


def escape(text: str) -> str:
    """The three characters that Slack reads as markup."""
    return text.translate(_ESCAPES)
