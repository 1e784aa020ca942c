"""Message templates of WhatsApp: which of them can be filled in with words, and how one is sent. Pure.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.domain.templates import MOST_PLACES, Filled, Place, Template

_PLACE = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
_TEXTS = ("HEADER", "BODY", "FOOTER")
_PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "URL", "PHONE_NUMBER", "VOICE_CALL", "REQUEST_CONTACT_INFO"})
"""Buttons that are sent as they were approved, unless there is a place in their address."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A template as it is offered, and by part of it the places there, as WhatsApp calls them; `named`: by words, not numbers."""

    template: Template
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    named: bool


def read_template(row: Mapping[str, Any]) -> Listed | None:
    """One of the list; None where words alone do not fill it in: it has a picture, a code, a carousel …

    Raises `LookupError`, `TypeError` or `ValueError` where it cannot be read.
    """
    components = {str(each["type"]).upper(): each for each in row["components"]}
    if row.get("status") != "APPROVED" or row.get("category") == "AUTHENTICATION" or not _is_plain(components):
        return None
    texts, places, parts = list[str](), list[Place](), list[tuple[str, tuple[str, ...]]]()
    for kind in _TEXTS:
        if kind not in components:
            continue
        text, names = str(components[kind].get("text") or ""), tuple(_places(components[kind]))
        numbers = {name: len(places) + at for at, name in enumerate(names, 1)}
        texts.append(_PLACE.sub(partial(_numbered, numbers), text))
        shown = _examples(components[kind], kind, names)
        places += [Place(name, shown.get(name, "")) for name in names]
        parts += [(kind.lower(), names)] if names else []
    if len(places) > MOST_PLACES:
        return None
    named = row.get("parameter_format") == "NAMED"
    template = Template(str(row["name"]), str(row["language"]), "\n\n".join(filter(None, texts)), tuple(places))
    return Listed(template, tuple(parts), named)


def as_sent(listed: Listed, filled: Filled) -> dict[str, Any]:
    """The `template` of a message."""
    values, components = iter(filled.values), []
    for kind, names in listed.parts:
        parameters = [
            {"type": "text", **({"parameter_name": name} if listed.named else {}), "text": next(values)}
            for name in names
        ]
        components.append({"type": kind, "parameters": parameters})
    return {"name": filled.name, "language": {"code": filled.language}, "components": components}


def _is_plain(components: Mapping[str, Mapping[str, Any]]) -> bool:
    if not components.keys() <= {*_TEXTS, "BUTTONS"} or "BODY" not in components:
        return False
    if components.get("HEADER", {}).get("format", "TEXT") != "TEXT":
        return False
    buttons = components.get("BUTTONS", {}).get("buttons") or []
    return all(each.get("type") in _PLAIN_BUTTONS and "{{" not in str(each.get("url") or "") for each in buttons)


def _places(component: Mapping[str, Any]) -> list[str]:
    """In the order in which WhatsApp wants their values: of their numbers, or as they stand."""
    names = list(dict.fromkeys(_PLACE.findall(str(component.get("text") or ""))))
    return sorted(names, key=int) if all(name.isdecimal() for name in names) else names


def _examples(component: Mapping[str, Any], kind: str, names: tuple[str, ...]) -> dict[str, str]:
    """What was given as examples when the template was handed in."""
    example = component.get("example")
    if not isinstance(example, dict):
        return {}
    listed = example.get(f"{kind.lower()}_text_named_params")
    if isinstance(listed, list):
        return {str(each.get("param_name")): str(each.get("example") or "") for each in listed}
    rows = example.get(f"{kind.lower()}_text")
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], list) else rows
    return dict(zip(names, map(str, row), strict=False)) if isinstance(row, list) else {}


def _numbered(numbers: Mapping[str, int], found: re.Match[str]) -> str:
    return "{{" + str(numbers[found[1]]) + "}}"
