"""Judges of blocks that were not written for Baton: Slack's own models, and the playground's list of what Slack refuses."""

from __future__ import annotations

import json
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from playground.limits import check_message_blocks, check_view

Json = dict[str, Any]
MESSAGE_CHARACTERS = 13_200


def judge_message(message: Json) -> None:
    """Fails when Slack would refuse the message."""
    blocks = message["blocks"]
    for parsed in Block.parse_all(blocks):
        parsed.to_dict()
    assert len(Block.parse_all(blocks)) == len(blocks)
    check_message_blocks(blocks)
    assert 0 < len(blocks) <= 50
    assert len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) <= MESSAGE_CHARACTERS
    assert 0 < len(message["text"]) <= 3000
    assert message["unfurl_links"] is False
    assert message["unfurl_media"] is False
    judge_rich_text(blocks)
    # What cannot be encoded cannot be sent.
    json.dumps(message, ensure_ascii=False).encode()


def judge_view(view: Json) -> None:
    """Fails when Slack would refuse the view."""
    View(**view).to_dict()
    for parsed in Block.parse_all(view["blocks"]):
        parsed.to_dict()
    check_view(view)
    judge_rich_text(view["blocks"])
    json.dumps(view, ensure_ascii=False).encode()


def judge_rich_text(blocks: list[Json]) -> None:
    """Neither the models nor the playground look into `rich_text`: no empty texts, no addresses but of web pages."""
    for block in blocks:
        if block["type"] == "rich_text":
            for part in block["elements"]:
                assert part["elements"]
                for element in part["elements"]:
                    assert element.get("text") != ""
                    assert element["type"] in {"text", "link", "user", "date"}
                    assert element.get("url", "https://").startswith(("http://", "https://"))


def strings(value: object) -> list[str]:
    """Every string anywhere in a structure that somebody sees: not what a button carries."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, part in value.items() if name != "value" for text in strings(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in strings(part)]
    return []


def interpreted(value: object) -> list[str]:
    """Every `mrkdwn` text anywhere in a structure."""
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for part in value.values() for text in interpreted(part)]
    return [text for part in value for text in interpreted(part)] if isinstance(value, list) else []


def visible(blocks: list[Json]) -> str:
    """The texts of blocks, one block a line."""
    lines = []
    for block in blocks:
        found: list[str] = []
        _texts(block, found)
        lines.append("".join(found))
    return "\n".join(lines)


def _texts(value: object, found: list[str]) -> None:
    if isinstance(value, dict):
        text = value.get("text")
        if isinstance(text, str):
            found.append(text)
        for part in value.values():
            _texts(part, found)
    elif isinstance(value, list):
        for part in value:
            _texts(part, found)
