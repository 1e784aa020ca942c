"""Interactive elements: what they hold at first, what a person's choice makes of it, and whether it will do.

The state of an element is what Slack puts under `state.values`: its type and the chosen value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from playground.refusal import Json, Refused

# What the state of each type is called, and what the first value is called.
_SINGLE = {
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
}
_MANY = {
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
_ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons"})
_MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_FIELDS = {
    **{kind: names[0] for kind, names in (_SINGLE | _MANY).items()},
    **dict.fromkeys(_ONE_OPTION, "selected_option"),
    **dict.fromkeys(_MANY_OPTIONS, "selected_options"),
}
STATEFUL = frozenset(_FIELDS)
_NOT_STATEFUL = frozenset({"button", "overflow", "workflow_button", "icon_button"})

Offered = Mapping[str, Json]
"""The options, by value, that the app offers for an external select."""


@dataclass(frozen=True)
class Placed:
    """An element and the block it stands in."""

    element: Json
    block: Json

    @property
    def action_id(self) -> str:
        """The element's `action_id`."""
        return str(self.element.get("action_id", ""))

    @property
    def block_id(self) -> str:
        """The block's `block_id`."""
        return str(self.block.get("block_id", ""))

    @property
    def is_input(self) -> bool:
        """True when it stands in an input block, which a form submits."""
        return self.block.get("type") == "input"


def placed_elements(blocks: list[Json]) -> Iterator[Placed]:
    """Every element that a person can act on."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        for element in candidates:
            if isinstance(element, dict) and element.get("type") in STATEFUL | _NOT_STATEFUL:
                yield Placed(element, block)


def options_of(element: Json) -> list[Json]:
    """The options of a select, those in groups too."""
    grouped = [option for group in element.get("option_groups") or [] for option in group.get("options", [])]
    return [*(element.get("options") or []), *grouped]


def initial_state(element: Json) -> Json:
    """The state of an element that nobody has touched."""
    kind = element["type"]
    if kind in _SINGLE:
        field, initial = _SINGLE[kind]
        return {"type": kind, field: element.get(initial)}
    if kind in _MANY:
        field, initial = _MANY[kind]
        return {"type": kind, field: list(element.get(initial) or [])}
    if kind in _ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    return {"type": kind, "selected_options": list(element.get("initial_options") or [])}


def initial_values(blocks: list[Json]) -> dict[str, Json]:
    """The `state.values` of blocks that nobody has touched."""
    values: dict[str, Json] = {}
    for placed in placed_elements(blocks):
        if placed.element["type"] in STATEFUL:
            values.setdefault(placed.block_id, {})[placed.action_id] = initial_state(placed.element)
    return values


def carried_over(blocks: list[Json], before: dict[str, Json]) -> dict[str, Json]:
    """The `state.values` of changed blocks: what was entered stays where the same element is still there."""
    values = initial_values(blocks)
    for block_id, elements in values.items():
        for action_id, state in elements.items():
            kept = before.get(block_id, {}).get(action_id)
            if kept is not None and kept.get("type") == state["type"]:
                elements[action_id] = kept
    return values


def bare_value(element: Json, value: Any) -> Any:
    """What was chosen, out of a state in Slack's own form."""
    field = _FIELDS.get(element["type"])
    return value[field] if isinstance(value, dict) and field in value else value


def chosen_state(element: Json, value: Any, offered: Offered) -> Json:
    """The state after a person chose `value`: a plain value, a list of them, or a state in Slack's own form.

    Raises `unknown_option` for what the element does not offer.
    """
    kind = element["type"]
    field = _FIELDS[kind]
    value = bare_value(element, value)
    if kind in _ONE_OPTION:
        return {"type": kind, field: None if _blank(value) else _option(element, value, offered)}
    if kind in _MANY_OPTIONS:
        return {"type": kind, field: [_option(element, entry, offered) for entry in _as_list(value)]}
    if kind in _MANY:
        return {"type": kind, field: [str(entry) for entry in _as_list(value)]}
    if _blank(value):
        return {"type": kind, field: None}
    if kind == "datetimepicker":
        return {"type": kind, field: _whole(value)}
    return {"type": kind, field: str(value)}


def chosen_fields(placed: Placed, value: Any, offered: Offered) -> Json:
    """The fields that an action carries beside its ids: a button's value, the chosen option, the date …"""
    element = placed.element
    kind = element["type"]
    if kind in STATEFUL:
        fields = {key: part for key, part in chosen_state(element, value, offered).items() if key != "type"}
        for name in (
            "initial_option",
            "initial_options",
            "initial_user",
            "initial_date",
            "initial_time",
            "placeholder",
        ):
            if name in element:
                fields[name] = element[name]
        return fields
    if kind == "overflow":
        return {"selected_option": _option(element, value, offered)}
    return {name: element[name] for name in ("text", "value", "style", "url", "icon") if name in element}


def offers(element: Json, value: Any) -> bool:
    """True when a person who means `value` can mean this element: the button with it, the menu that offers it."""
    if element["type"] in {"static_select", "radio_buttons", "overflow"}:
        return any(option.get("value") == value for option in options_of(element))
    if element["type"] in _NOT_STATEFUL:
        return bool(element.get("value") == value)
    return True


def is_empty(state: Json) -> bool:
    """True when nothing is chosen or entered."""
    return all(_blank(value) for field, value in state.items() if field != "type")


def complaint(element: Json, state: Json) -> str | None:
    """Why Slack's client would not take this entry, in a sentence; None when it would."""
    kind = element["type"]
    value = next((part for field, part in state.items() if field != "type"), None)
    if _blank(value):
        return None
    if kind == "plain_text_input":
        return _length_complaint(element, str(value))
    if kind == "number_input":
        return _number_complaint(element, str(value))
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+", str(value)):
        return "This is not an e-mail address."
    if kind == "url_text_input" and not re.match(r"[a-z][a-z0-9+.-]*://\S+$", str(value), re.IGNORECASE):
        return "This is not a web address."
    if kind == "datepicker" and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
        return "This is not a date such as 2025-11-30."
    if kind == "timepicker" and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value)):
        return "This is not a time such as 09:30."
    most = element.get("max_selected_items")
    if isinstance(value, list) and most and len(value) > most:
        return f"Choose at most {most}."
    return None


def _length_complaint(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Enter at least {least} characters."
    return f"Enter at most {most} characters." if len(value) > most else None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "This is not a number." if element.get("is_decimal_allowed") else "This is not a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Enter {least} or more."
    return f"Enter {most} or less." if most is not None and number > float(most) else None


def _option(element: Json, value: Any, offered: Offered) -> Json:
    wanted = value.get("value") if isinstance(value, dict) else value
    for option in options_of(element):
        if option.get("value") == wanted:
            return option
    if "external" in element["type"] and str(wanted) in offered:
        return offered[str(wanted)]
    raise Refused("unknown_option", f"{element.get('action_id', 'The element')} does not offer {wanted!r}.")


def _as_list(value: Any) -> list[Any]:
    if _blank(value):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _blank(value: Any) -> bool:
    return value is None or value == "" or value == []


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refused("invalid_value", f"{value!r} is not a time in seconds since 1970.") from None
