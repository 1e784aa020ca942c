"""Writes docs/configuration.md from the model of baton.toml."""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Mapping
from datetime import time, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot import config
from bot.config import Config

TITLES = {
    "company": ("[company]", None),
    "departments": ("[departments.<key>]", "Without any, there are eight without settings: {departments}."),
    "people": ("[[people]]", "Optional, but only those who have a role here are told of escalations."),
    "surfaces": ("[[surfaces]]", "Without any: `floor` on `#floor`, and `management` on `#management`."),
    "routes": ("[[routes]]", "Without any, every conversation is shown on every surface whose purpose is `floor`."),
    "campaigns": ("[[campaigns]]", "Without any, nothing belongs to one."),
    "triage": ("[triage]", None),
    "policies": ("[policies]", None),
    "approvals": ("[[approvals]]", "Without any, whoever holds the baton answers alone."),
    "sources": ("[sources.<name>]", "Without any: `demo`, of kind `generic`, with its secret in `BATON_HOOK_SECRET`."),
    "crm": ("[crm.<name>]", "Without any, outcomes stand in Baton's own record alone."),
    "directories": ("[directories.<name>]", "Without any, nobody is known as a colleague or a vendor."),
    "trackers": ("[trackers.<name>]", "Without any, ideas have no issues."),
    "marks": ("[[marks]]", "Without any, nobody bears one."),
    "visibility": ("[[visibility]]", "Without any, every colleague sees the whole record, and nobody else any of it."),
    "privacy": ("[privacy]", "[privacy.md](privacy.md) says what happens then."),
    "retention": ("[[retention]]", "Without any, all is kept until somebody is forgotten."),
    "digest": ("[digest]", None),
    "mail": ("[mail]", "It is of use only where `[digest]` names addresses."),
    "crisis": ("[crisis]", "[crises.md](crises.md) says how one goes."),
    "ai": ("[ai]", "The key stands in `OPENAI_API_KEY`. Without a `model`, nothing is asked of anybody."),
    "voice": ("[voice]", "It is of use only where `[ai]` names a model."),
    "web": ("[web]", "[web-page.md](web-page.md) says how to set it up."),
}
"""Each part of the file as its heading says it, and what holds without it."""

INTRODUCTION = """\
# baton.toml, setting by setting

Written by `make docs` from the model in `bot/config/`; do not edit it here.

Baton reads the file that `BATON_CONFIG` names, else `baton.toml` in the folder it is started in; without one, the
defaults below hold. It is read at the start: restart Baton after a change. A mistake stops the start, with the line and
the mend. Secrets never stand in it: they come [from the environment](operate.md#environment).
[examples/baton.toml](examples/baton.toml) is a whole one to begin with.

| How it is written | Example |
|---|---|
| key: small letters, digits, `-`, `_`; at most 40 | `customer-care` |
| span: a length of time | `"45m"`, `"4h"`, `"1h30"`, `"2d"` |
| age: days, weeks or years | `"400d"`, `"26w"`, `"2y"` |
| clock: a time of day | `"08:00"` |
| budget: so many in so long | `"300 in 5m"` |
| hours: opening hours by weekday | `"Mon-Fri 09:00-17:00, Sat 10:00-14:00"` |
| language: its two letters (ISO 639-1) | `"en"` |
| zone: a time zone of the IANA list | `"Europe/Paris"` |
"""

_NAMED: list[tuple[Any, str]] = [
    (config.Address, "e-mail address"),
    (config.When, "day or moment"),
    (config.Age, "age"),
    (config.Span, "span"),
    (config.Rungs, "list of three spans"),
    (config.Budget, "budget"),
    (config.Clock, "clock"),
    (config.Hours, "hours"),
    (config.Zone, "zone"),
    (config.Key, "key"),
    (config.Language, "language"),
    (config.OwnAddress, "address"),
    (config.PageAddress, "address"),
    (config.Session, "span"),
    (str, "text"),
    (bool, "true or false"),
    (int, "whole number"),
    (float, "number"),
]


def configuration_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for name, annotation in get_type_hints(Config, include_extras=True).items():
        if name in Config.model_fields:
            parts.append(_part(name, _model(annotation)))
    return "\n".join(parts)


def _part(name: str, model: type[BaseModel]) -> str:
    heading, otherwise = TITLES[name]
    said = [f"## `{heading}`", "", inspect.cleandoc(model.__doc__ or "")]
    if otherwise is not None:
        said += ["", otherwise.format(departments=", ".join(f"`{key}`" for key in Config().departments))]
    said += ["", *settings_table(model)]
    return "\n".join(said) + "\n"


def settings_table(model: type[BaseModel]) -> list[str]:
    """The settings of a part, a row each."""
    said = ["| Setting | Value | Default | Meaning |", "|---|---|---|---|"]
    hints = get_type_hints(model, include_extras=True)
    for setting, field in model.model_fields.items():
        cells = (
            f"`{field.alias or setting}`",
            _value(hints[setting]),
            _default(field),
            _meaning(model, setting, field),
        )
        said.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return said


def _model(annotation: Any) -> type[BaseModel]:
    """The model of a part: itself, or that of the items of a list or table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(_model(inner) for inner in reversed(get_args(annotation)) if inner is not Ellipsis)


def _value(annotation: Any) -> str:
    for known, words in _NAMED:
        if annotation == known:
            return words
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in {Union, types.UnionType}:
        return " or ".join(_value(each) for each in inner if each is not type(None))
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in inner)
    if origin is tuple:
        return f"list of {_several(_value(inner[0]))}"
    if origin is frozenset:
        return f"list of {_value(inner[0])}"
    if origin in {dict, Mapping}:
        return f"table of {_several(_value(inner[1]))}"
    if origin is Annotated:
        return _value(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    if annotation is Any:
        return "anything"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{choice.value}`" for choice in annotation)
    raise TypeError(f"say in {__name__} how a setting of type {annotation} is written")


def _several(kind: str) -> str:
    if kind.startswith("list of "):
        return kind.replace("list", "lists", 1)
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    return f"`{_toml(default)}`" if default not in (None, "", (), frozenset(), {}) else "–"


def _toml(value: Any) -> str:
    if isinstance(value, frozenset):
        value = tuple(sorted(value))
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, timedelta):
        return f'"{_span(value)}"'
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    return json.dumps(value, ensure_ascii=False)


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _meaning(model: type[BaseModel], setting: str, field: FieldInfo) -> str:
    said = field.description or next(
        # One that only has another default says nothing anew.
        (
            text
            for base in model.__mro__[1:]
            if (text := getattr(base, "model_fields", {}).get(setting, field).description)
        ),
        None,
    )
    if not said:
        raise ValueError(f"{model.__name__}.{setting} has no text under it that says what it does")
    return " ".join(said.split())
