"""Teams' limits, and keeping to them. Source: "Format your bot messages" and the cards reference at learn.microsoft.com;
those of texts are ours, so that a card stays a card."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

CARD_SIZE = 80_000
"""Bytes of a card as the SDK sends it. Teams refuses messages above 100 KB, of which the envelope takes some."""

ROW_ACTIONS = 5
"""Buttons shown in one row. Clients drop what is beyond their own number, the least of which is this."""

ROW_WORDS = 45
"""Characters of all buttons of a row: where there is less room than they need, clients cut their words."""

TEXT = 4000
SMALL_TEXT = 2000
HEADER_TEXT = 150
LABEL = 500
BUTTON_TEXT = 75
BUTTON_ARGS = 4000
CHOICE_TEXT = 100
FORM_ARGS = 20_000
INPUT_TEXT = 4000
SUMMARY = 1000


def size(value: object) -> int:
    """Bytes of a value as the SDK sends it: JSON with every other character than ASCII escaped."""
    return len(json.dumps(value))


def short_args(args: dict[str, str], limit: int) -> dict[str, str]:
    """Arguments of at most `limit` bytes as JSON: the longest of them are shortened until they fit."""
    kept = dict(args)
    while (packed := size(kept)) > limit:
        longest = max(kept, key=lambda name: len(kept[name]))
        kept[longest] = kept[longest][: min(len(kept[longest]) * limit // packed, len(kept[longest]) - 1)]
        if not kept[longest]:
            del kept[longest]
    return kept
