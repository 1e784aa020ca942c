"""Limits of interactive elements and of what they are made of: options, confirmations, texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.limits.rules import (
    Fields,
    Problems,
    Rule,
    anything,
    boolean,
    check_object,
    items,
    objects,
    only,
    plain_text,
    required,
    string,
    text,
    whole_number,
)

ACTION_ID = string(255)
_CONFIRM = objects(
    {
        "title": required(plain_text(100)),
        "text": required(text(300)),
        "confirm": required(plain_text(30)),
        "deny": required(plain_text(30)),
        "style": only("primary", "danger"),
    }
)
_OPTION_FIELDS: Fields = {
    "text": required(plain_text(75)),
    "value": required(string(150)),
    "description": plain_text(75),
    "url": string(3000),
}
OPTION = objects(_OPTION_FIELDS)
# Checkboxes and radio buttons may mark up their options.
MARKED_OPTION = objects({**_OPTION_FIELDS, "text": required(text(75)), "description": text(75)})
_GROUP = objects({"label": required(plain_text(75)), "options": required(items(OPTION, 100))})
_ANY_ACTION: Fields = {"action_id": ACTION_ID, "confirm": _CONFIRM, "focus_on_load": boolean}
_MENU: Fields = {**_ANY_ACTION, "placeholder": plain_text(150)}
_SEVERAL: Fields = {**_MENU, "max_selected_items": whole_number(1, 10_000)}
_ENTRY: Fields = {
    "action_id": ACTION_ID,
    "placeholder": plain_text(150),
    "focus_on_load": boolean,
    "dispatch_action_config": anything,
}
_FILTER: Fields = {"filter": anything, "default_to_current_conversation": boolean, "response_url_enabled": boolean}
_STATIC: Fields = {"options": items(OPTION, 100), "option_groups": items(_GROUP, 100)}
_IDS = items(string(255), 100, least=0)

ELEMENTS: dict[str, Fields] = {
    "button": {
        **_ANY_ACTION,
        "text": required(plain_text(75)),
        "url": string(3000),
        "value": string(2000, least=0),
        "style": only("primary", "danger"),
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
    },
    "workflow_button": {
        "action_id": ACTION_ID,
        "text": required(plain_text(75)),
        "workflow": required(anything),
        "style": only("primary", "danger"),
        "accessibility_label": string(75),
    },
    "icon_button": {
        "action_id": ACTION_ID,
        "icon": required(string(75)),
        "text": required(plain_text(75)),
        "value": string(2000, least=0),
        "confirm": _CONFIRM,
        "accessibility_label": string(75),
        "visible_to_user_ids": _IDS,
    },
    "feedback_buttons": {
        "action_id": ACTION_ID,
        "positive_button": required(anything),
        "negative_button": required(anything),
    },
    "overflow": {"action_id": ACTION_ID, "confirm": _CONFIRM, "options": required(items(OPTION, 5))},
    "static_select": {**_MENU, **_STATIC, "initial_option": OPTION},
    "multi_static_select": {**_SEVERAL, **_STATIC, "initial_options": items(OPTION, 100)},
    "external_select": {**_MENU, "initial_option": OPTION, "min_query_length": whole_number(0, 1000)},
    "multi_external_select": {
        **_SEVERAL,
        "initial_options": items(OPTION, 100),
        "min_query_length": whole_number(0, 1000),
    },
    "users_select": {**_MENU, "initial_user": string(255)},
    "multi_users_select": {**_SEVERAL, "initial_users": _IDS},
    "conversations_select": {**_MENU, **_FILTER, "initial_conversation": string(255)},
    "multi_conversations_select": {**_SEVERAL, **_FILTER, "initial_conversations": _IDS},
    "channels_select": {**_MENU, "initial_channel": string(255), "response_url_enabled": boolean},
    "multi_channels_select": {**_SEVERAL, "initial_channels": _IDS},
    "checkboxes": {
        **_ANY_ACTION,
        "options": required(items(MARKED_OPTION, 10)),
        "initial_options": items(MARKED_OPTION, 10),
    },
    "radio_buttons": {
        **_ANY_ACTION,
        "options": required(items(MARKED_OPTION, 10)),
        "initial_option": MARKED_OPTION,
    },
    "datepicker": {**_MENU, "initial_date": string(10, least=10)},
    "timepicker": {**_MENU, "initial_time": string(5, least=5), "timezone": string(255)},
    "datetimepicker": {**_ANY_ACTION, "initial_date_time": whole_number(1_000_000_000, 9_999_999_999)},
    "plain_text_input": {
        **_ENTRY,
        "initial_value": string(3000, least=0),
        "multiline": boolean,
        "min_length": whole_number(0, 3000),
        "max_length": whole_number(1, 3000),
    },
    "number_input": {
        **_ENTRY,
        "is_decimal_allowed": required(boolean),
        "initial_value": string(255),
        "min_value": string(255),
        "max_value": string(255),
    },
    "email_text_input": {**_ENTRY, "initial_value": string(3000, least=0)},
    "url_text_input": {**_ENTRY, "initial_value": string(3000, least=0)},
    "rich_text_input": {**_ENTRY, "initial_value": anything},
    "file_input": {"action_id": ACTION_ID, "filetypes": anything, "max_files": whole_number(1, 10)},
}
_STATIC_MENUS = frozenset({"static_select", "multi_static_select"})


def element_of(allowed: frozenset[str]) -> Rule:
    """An element of one of these types."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in allowed or kind not in ELEMENTS:
            problems.add(f"unsupported type: {kind}", f"{pointer}/type")
            return
        check_object(value, ELEMENTS[kind], pointer, problems, also=frozenset({"type"}))
        for check in _BEYOND_FIELDS:
            check(value, pointer, problems)

    return rule


def _one_source_of_options(element: dict[str, Any], pointer: str, problems: Problems) -> None:
    if element["type"] in _STATIC_MENUS and bool(element.get("options")) == bool(element.get("option_groups")):
        problems.add("must have either options or option_groups", pointer)


def _initial_is_offered(element: dict[str, Any], pointer: str, problems: Problems) -> None:
    if element["type"] not in _STATIC_MENUS | {"checkboxes", "radio_buttons"}:
        return
    groups = [group for group in element.get("option_groups") or [] if isinstance(group, dict)]
    offered = [*(element.get("options") or []), *(option for group in groups for option in group.get("options") or [])]
    for name in ("initial_option", "initial_options"):
        chosen = element.get(name) or []
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if not any(_same(one, option) for option in offered):
                problems.add(f"{name} must be one of the options, unchanged", f"{pointer}/{name}")


def _same(one: Any, other: Any) -> bool:
    """Slack compares an initial option with the options by value and by text."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    texts = [option["text"].get("text") if isinstance(option.get("text"), dict) else None for option in (one, other)]
    return one.get("value") == other.get("value") and texts[0] == texts[1]


_BEYOND_FIELDS: tuple[Callable[[dict[str, Any], str, Problems], None], ...] = (
    _one_source_of_options,
    _initial_is_offered,
)
