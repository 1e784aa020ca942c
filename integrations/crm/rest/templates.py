"""Requests with placeholders, filled in such a way that no value becomes part of the question. Pure.

- In a path a value is one segment: percent-encoded, and neither empty nor “.” nor “..”.
- In the query a value is percent-encoded as a whole. Where it stands inside an expression of a query language, it either is
  plain (letters, digits and a few harmless signs) or stands in single quotes as `'{name:quoted}'`, which doubles them.
- In a body a value is a value of the JSON: templates are filled after they were read, never before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bot.errors import PermanentError

Values = Mapping[str, str | bool]

PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::(quoted|number))?\}")
_PLAIN = re.compile(r"[\w@.+ /:-]+")


class UnaskableError(PermanentError):
    """A value cannot be said in this request without a risk: it is not asked."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A request as it is sent; `path` is encoded already."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None


def placeholders(template: Any) -> Iterator[tuple[str, str]]:
    """Names and forms of the placeholders anywhere in a template."""
    if isinstance(template, str):
        yield from ((match[1], match[2] or "") for match in PLACEHOLDER.finditer(template))
    elif isinstance(template, Mapping):
        for each in template.values():
            yield from placeholders(each)
    elif isinstance(template, list):
        for each in template:
            yield from placeholders(each)


def fault_of(text: str) -> str | None:
    """What is wrong with a template of a path or parameter; None when values in it are safe."""
    quotes = {"'": False, '"': False}
    at = 0
    for match in PLACEHOLDER.finditer(text):
        for sign in text[at : match.start()]:
            other = quotes['"' if sign == "'" else "'"]
            if sign in quotes and not other:
                quotes[sign] = not quotes[sign]
        at = match.end()
        if quotes['"']:
            return f"{match[0]} stands in double quotes: use single ones, or a parameter of its own"
        if quotes["'"] != (match[2] == "quoted"):
            return f"'{{{match[1]}:quoted}}' is how a value stands in quotes, and nowhere else"
    rest = PLACEHOLDER.sub("", text)
    return "a brace that belongs to no placeholder" if "{" in rest or "}" in rest else None


def fill_path(template: str, values: Values) -> str:
    """A path, encoded; raises `UnaskableError`."""

    def segment(match: re.Match[str]) -> str:
        value = _text(values, match[1])
        if value.strip() in {"", ".", ".."}:
            raise UnaskableError(f"{match[1]} has no value that could stand in a path")
        return quote(value.replace("'", "''") if match[2] == "quoted" else value, safe="")

    return PLACEHOLDER.sub(segment, template)


def fill_parameter(template: str, values: Values) -> str:
    """The value of a parameter, not yet encoded; raises `UnaskableError`."""
    whole = PLACEHOLDER.fullmatch(template) is not None

    def part(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise UnaskableError(f"{match[1]} has no value")
        value = _text(values, match[1])
        if match[2] == "quoted":
            return value.replace("'", "''")
        if not whole and not _PLAIN.fullmatch(value):
            raise UnaskableError(f"{match[1]} holds signs that may mean something there")
        return value

    return PLACEHOLDER.sub(part, template)


def fill_body(template: Any, values: Values) -> Any:
    """JSON whose texts are filled; a text that is one placeholder alone may become a number, true or false."""
    if isinstance(template, Mapping):
        return {name: fill_body(each, values) for name, each in template.items()}
    if isinstance(template, list):
        return [fill_body(each, values) for each in template]
    if not isinstance(template, str):
        return template
    if whole := PLACEHOLDER.fullmatch(template):
        return _number(values, whole[1]) if whole[2] == "number" else values.get(whole[1], "")
    return PLACEHOLDER.sub(lambda match: _text(values, match[1]), template)


def _text(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else str(value).lower()


def _number(values: Values, name: str) -> int:
    text = _text(values, name)
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise UnaskableError(f"{name} is no number")
    return int(text)
