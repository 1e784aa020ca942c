"""Slack's limits, and cutting to them. Source: the Block Kit and views reference at docs.slack.dev; the size of a whole
message is measured, not documented."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_SIZE = 12_500
"""Characters of all blocks of a message as JSON. Slack refuses messages from about 13,200 on."""

VIEW_SIZE = 100_000
SECTION_TEXT = 3000
CONTEXT_TEXT = 2000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
ACTIONS_ELEMENTS = 25
ALT_TEXT = 2000
LABEL = 2000
PLACEHOLDER = 150
INPUT_TEXT = 3000
VIEW_TITLE = 24
PRIVATE_METADATA = 3000
FALLBACK_TEXT = 3000


def compact(value: object) -> str:
    """JSON without spaces; halves of characters, which nothing can send, become question marks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace").decode()


def compact_args(args: dict[str, str], limit: int) -> str:
    """Arguments as JSON of at most `limit` characters: the longest of them are shortened until they fit."""
    kept = dict(args)
    while len(packed := compact(kept)) > limit:
        longest = max(kept, key=lambda name: len(kept[name]))
        kept[longest] = kept[longest][: min(len(kept[longest]) * limit // len(packed), len(kept[longest]) - 1)]
        if not kept[longest]:
            del kept[longest]
    return packed


def size(block: Json) -> int:
    """What a block counts towards `MESSAGE_SIZE`."""
    return len(compact(block)) + 1
