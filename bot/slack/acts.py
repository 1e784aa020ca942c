"""Buttons and menus as Slack elements, and reading back what was pressed. Pure.

A button's `action_id` is `cmd:<verb>` (`cmd:<verb>:2` for the second one in a block), its value the arguments as JSON.
A menu's is `menu`; its options' values are the verb and the arguments. A link that only opens a page is `link`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from bot.cards import Button, Menu
from bot.slack import outside
from bot.slack.limits import (
    ACTIONS_ELEMENTS,
    BUTTON_TEXT,
    BUTTON_VALUE,
    OPTION_TEXT,
    OPTION_VALUE,
    OVERFLOW_OPTIONS,
    PLACEHOLDER,
    SELECT_OPTIONS,
    Json,
    compact,
    compact_args,
)
from bot.speech import say
from bot.words import cut, web_address

ACTIONS = re.compile(r"^(?:cmd:|menu(?::|$)|link(?::|$))")
"""Every `action_id` made here."""

REST = "…"
"""Begins the value of the option that opens the rest of a menu."""


def plain_text(words: str, limit: int, otherwise: str = "…") -> Json:
    """A text object in which Slack interprets nothing; `otherwise` stands where the words come to nothing."""
    shown = cut(outside.one_line(words[: limit * 8]), limit) or otherwise
    return {"type": "plain_text", "text": shown, "emoji": False}


def button(act: Button) -> Json | None:
    """One button; None for a link that is not a web page."""
    text = plain_text(act.label, BUTTON_TEXT, act.command or say("Open"))
    if not act.command:
        found = web_address(act.url or "")
        return {"type": "button", "text": text, "action_id": "link", "url": found[0]} if found else None
    made: Json = {
        "type": "button",
        "text": text,
        "action_id": f"cmd:{act.command}",
        "value": compact_args(act.args, BUTTON_VALUE),
    }
    return made if act.style == "default" else made | {"style": act.style}


def menu(acts: Menu) -> Iterator[Json]:
    """The overflow menu. Slack's takes five options: of a longer one the last opens the rest, see `read_rest`.

    Where the rest does not fit into that option's value it is a select. That is the lesser choice, for a select keeps
    showing what was chosen and does not fire for the same choice twice; see `fresh_select_ids`.
    """
    options = list(filter(None, map(_option, acts.options)))
    rest = _rest(acts.options[OVERFLOW_OPTIONS - 1 :]) if len(options) > OVERFLOW_OPTIONS else None
    if rest is not None and len(options) == len(acts.options):
        options = [*options[: OVERFLOW_OPTIONS - 1], rest]
    if 0 < len(options) <= OVERFLOW_OPTIONS:
        yield {"type": "overflow", "action_id": "menu", "options": options}
    elif options:
        yield {
            "type": "static_select",
            "action_id": "menu",
            "placeholder": plain_text(
                acts.label if len(acts.label) > 1 else f"{acts.label} {say('More')}", PLACEHOLDER
            ),
            "options": [option for option in options if "url" not in option][:SELECT_OPTIONS],
        }
        yield from filter(None, (button(act) for act in acts.options if not act.command))


def _rest(acts: tuple[Button, ...]) -> Json | None:
    """One option that stands for several acts with the same arguments; None where that cannot be."""
    args = acts[0].args
    packed = f"{REST} {','.join(act.command for act in acts)} {compact(args)}"
    alike = all(act.command and act.args == args for act in acts)
    return (
        {"text": plain_text(say("More…"), OPTION_TEXT), "value": packed}
        if alike and len(packed) <= OPTION_VALUE
        else None
    )


def row(items: Iterable[Button | Menu]) -> Iterator[Json]:
    """Actions blocks of at most 25 elements; each `action_id` is unique in its block."""
    elements: list[Json] = []
    for item in items:
        if isinstance(item, Menu):
            elements += menu(item)
        elif (made := button(item)) is not None:
            elements.append(made)
    for start in range(0, len(elements), ACTIONS_ELEMENTS):
        yield {"type": "actions", "elements": _unique(elements[start : start + ACTIONS_ELEMENTS])}


def _unique(elements: list[Json]) -> list[Json]:
    seen: dict[str, int] = {}
    for element in elements:
        name = element["action_id"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            element["action_id"] = f"{name}:{seen[name]}"
    return elements


def fresh_select_ids(blocks: list[Json]) -> None:
    """Give blocks with a select an id that changes whenever anything in the card does."""
    chosen = [block for block in blocks if any(e.get("type") == "static_select" for e in block.get("elements", ()))]
    if chosen:
        digest = hashlib.blake2b(compact(blocks).encode(), digest_size=6).hexdigest()
        for number, block in enumerate(chosen):
            block["block_id"] = f"menu:{digest}:{number}"


def _option(act: Button) -> Json | None:
    text = plain_text(act.label, OPTION_TEXT, act.command or say("Open"))
    if act.command:
        packed = compact_args(act.args, OPTION_VALUE - len(act.command) - 1)
        return {"text": text, "value": f"{act.command} {packed}"}
    found = web_address(act.url or "")
    return {"text": text, "value": "link", "url": found[0]} if found else None


def read_pressed(action: Mapping[str, object]) -> tuple[str, dict[str, str]] | None:
    """(verb, arguments) of an action from Slack; None where nothing of ours was pressed."""
    name = str(action.get("action_id", ""))
    if name.startswith("cmd:"):
        return name.split(":")[1], _arguments(str(action.get("value") or "{}"))
    option = action.get("selected_option")
    if name.partition(":")[0] == "menu" and isinstance(option, dict):
        verb, _, packed = str(option.get("value", "")).partition(" ")
        return (verb, _arguments(packed or "{}")) if verb != "link" else None
    return None


def read_rest(action: Mapping[str, object]) -> tuple[tuple[str, ...], dict[str, str]] | None:
    """(verbs, their arguments) when somebody asked for the rest of a menu; None when anything else was pressed."""
    option = action.get("selected_option")
    words = str(option.get("value", "")).split(" ", 2) if isinstance(option, dict) else []
    return (tuple(words[1].split(",")), _arguments(words[2])) if len(words) == 3 and words[0] == REST else None


def _arguments(packed: str) -> dict[str, str]:
    """Nothing for what is not ours: a value of an older version is as good as a button without arguments."""
    try:
        read = json.loads(packed)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in read.items()} if isinstance(read, dict) else {}
