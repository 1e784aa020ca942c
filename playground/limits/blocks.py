"""Limits of blocks: which fields each has, which elements it may hold, and what must not occur twice."""

from __future__ import annotations

import re
from typing import Any

from playground.limits.elements import ELEMENTS, element_of
from playground.limits.rules import (
    Fields,
    Problems,
    anything,
    boolean,
    check_object,
    items,
    only,
    plain_text,
    required,
    string,
    text,
)
from playground.refusal import Json


def _file_id(value: Any, pointer: str, problems: Problems) -> None:
    string(255)(value, pointer, problems)
    if isinstance(value, str) and not _FILE_ID.fullmatch(value):
        problems.add(f"input must match regex pattern: ^{_FILE_ID.pattern}$", pointer)


def _slack_file(value: Any, pointer: str, problems: Problems) -> None:
    """A file by its id or by its address, not by both."""
    check_object(value, {"id": _file_id, "url": string(3000)}, pointer, problems)
    if isinstance(value, dict) and bool(value.get("id")) == bool(value.get("url")):
        problems.add("must have either id or url", pointer)


_FILE_ID = re.compile("[F][A-Z0-9]{8,}")
_IMAGE_FIELDS: Fields = {
    "alt_text": required(string(2000)),
    "image_url": string(3000),
    "slack_file": _slack_file,
    "image_width": anything,
    "image_height": anything,
    "image_bytes": anything,
    "fallback": anything,
}
_SINGLE_MENUS = frozenset(
    {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}
)
_MENUS = _SINGLE_MENUS | frozenset(f"multi_{menu}" for menu in _SINGLE_MENUS)
_PICKERS = frozenset({"datepicker", "timepicker", "checkboxes", "radio_buttons"})
ACTION_ELEMENTS = _SINGLE_MENUS | _PICKERS | {"datetimepicker", "button", "workflow_button", "overflow"}
ACCESSORIES = _MENUS | _PICKERS | {"button", "workflow_button", "overflow"}
INPUT_ELEMENTS = frozenset(ELEMENTS) - {
    "button",
    "workflow_button",
    "icon_button",
    "feedback_buttons",
    "overflow",
}


def _accessory(value: Any, pointer: str, problems: Problems) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        _check_image(value, pointer, problems, {})
        return
    element_of(frozenset(ACCESSORIES))(value, pointer, problems)


def _context_element(value: Any, pointer: str, problems: Problems) -> None:
    if isinstance(value, dict) and value.get("type") == "image":
        _check_image(value, pointer, problems, {})
        return
    text(3000)(value, pointer, problems)


def _check_image(value: Json, pointer: str, problems: Problems, more: Fields) -> None:
    check_object(value, {**_IMAGE_FIELDS, **more}, pointer, problems, also=frozenset({"type"}))
    if not value.get("image_url") and not value.get("slack_file"):
        problems.add("must have either image_url or slack_file", pointer)


_BLOCK_ID: Fields = {"block_id": string(255)}
BLOCKS: dict[str, Fields] = {
    "section": {
        "text": text(3000),
        "fields": items(text(2000), 10),
        "accessory": _accessory,
        "expand": boolean,
    },
    "divider": {},
    "header": {"text": required(plain_text(150)), "level": anything},
    "actions": {"elements": required(items(element_of(frozenset(ACTION_ELEMENTS)), 25))},
    "context": {"elements": required(items(_context_element, 10))},
    "context_actions": {
        "elements": required(items(element_of(frozenset({"feedback_buttons", "icon_button"})), 5)),
    },
    "input": {
        "label": required(plain_text(2000)),
        "element": required(element_of(INPUT_ELEMENTS)),
        "hint": plain_text(2000),
        "optional": boolean,
        "dispatch_action": boolean,
    },
    "image": {**_IMAGE_FIELDS, "title": plain_text(2000)},
    "markdown": {"text": required(string(12_000))},
    "video": {
        "alt_text": required(string(2000)),
        "title": required(plain_text(200)),
        "thumbnail_url": required(string(3000)),
        "video_url": required(string(3000)),
        "author_name": string(50),
        "description": plain_text(200),
        "provider_icon_url": string(3000),
        "provider_name": string(50),
        "title_url": string(3000),
    },
    "file": {
        "external_id": required(string(255)),
        "source": required(only("remote")),
        "file_id": anything,
        "file": anything,
    },
    "rich_text": {"elements": required(items(anything, 1000))},
    "table": {
        "rows": required(items(items(anything, 20), 100)),
        "column_settings": items(anything, 20, least=0),
    },
}
# Newer blocks whose contents are not checked here.
UNCHECKED = frozenset(
    {"alert", "card", "carousel", "container", "data_table", "data_visualization", "plan", "task_card", "call"}
)


def check_blocks(
    blocks: list[Json], pointer: str, problems: Problems, *, most: int, refused: frozenset[str] = frozenset()
) -> None:
    """Checks a list of blocks; `refused` are the types that this surface does not show."""
    if len(blocks) > most:
        problems.add(f"no more than {most} items allowed", pointer)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        where = f"{pointer}/{index}"
        kind = block.get("type")
        if not isinstance(kind, str) or kind in refused or (kind not in BLOCKS and kind not in UNCHECKED):
            problems.add(f"unsupported type: {kind}", f"{where}/type")
            continue
        if kind in BLOCKS:
            check_object(block, {**BLOCKS[kind], **_BLOCK_ID}, where, problems, also=frozenset({"type"}))
            _check_beyond_fields(block, where, problems)
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                problems.add(f"`block_id` `{block_id}` already exists", f"{where}/block_id")
            seen.add(block_id)


def text_characters(value: object) -> int:
    """How many characters of text a block shows, in all its parts."""
    if isinstance(value, dict):
        own = value.get("text")
        return (len(own) if isinstance(own, str) else 0) + sum(text_characters(part) for part in value.values())
    if isinstance(value, list):
        return sum(text_characters(part) for part in value)
    return 0


def _check_beyond_fields(block: Json, pointer: str, problems: Problems) -> None:
    kind = block["type"]
    if kind == "section" and not block.get("text") and not block.get("fields"):
        problems.add("must have either text or fields", pointer)
    if kind == "image" and not block.get("image_url") and not block.get("slack_file"):
        problems.add("must have either image_url or slack_file", pointer)
    if kind == "actions" and isinstance(block.get("elements"), list):
        _check_action_ids(block["elements"], f"{pointer}/elements", problems)


def _check_action_ids(elements: list[Any], pointer: str, problems: Problems) -> None:
    seen: set[str] = set()
    for index, element in enumerate(elements):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(action_id, str):
            continue
        if action_id in seen:
            problems.add(f"`action_id` `{action_id}` already exists", f"{pointer}/{index}/action_id")
        seen.add(action_id)
