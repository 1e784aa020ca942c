"""`$filter` as servers read it: the grammar of OData, with what each vendor leaves out or adds.

From https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html (5.1.1, “System Query Option
$filter”) and https://www.odata.org/documentation/odata-version-2-0/uri-conventions/ (4.5).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:/[A-Za-z_][A-Za-z0-9_]*)*)|(?P<sign>[(),]))",
    re.DOTALL,
)
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: bool(one == other),
    "ne": lambda one, other: bool(one != other),
    "gt": lambda one, other: bool(one is not None and one > other),
    "ge": lambda one, other: bool(one is not None and one >= other),
    "lt": lambda one, other: bool(one is not None and one < other),
    "le": lambda one, other: bool(one is not None and one <= other),
}
_FOUND: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


class BadFilterError(Exception):
    """The server answers 400 with this."""


@dataclass(frozen=True)
class Dialect:
    """What a server can do. `star`: `*` in a text stands for any characters. `folds`: case does not matter.

    `or_of_one`: only conditions on one property may be joined by `or`.
    """

    functions: Collection[str] = ("contains", "startswith", "endswith")
    folds: bool = True
    star: bool = False
    or_of_one: bool = False


@dataclass
class Filter:
    """An expression, read once; `matches` tells whether it holds for a row."""

    expression: str
    fields: Collection[str]
    dialect: Dialect = field(default_factory=Dialect)

    def __post_init__(self) -> None:
        self._tokens = _read(self.expression)
        self._at = 0
        self._holds = self._either()
        if self._at != len(self._tokens):
            raise BadFilterError(f"Syntax error at position {self._at} in '{self.expression}'.")

    def matches(self, row: Mapping[str, Any]) -> bool:
        return self._holds(row)

    # The grammar: either, both, not, one.

    def _either(self) -> Callable[[Mapping[str, Any]], bool]:
        begun = self._at
        parts = [self._both()]
        while self._take("name", "or"):
            parts.append(self._both())
        used = {text for kind, text in self._tokens[begun : self._at] if kind == "name" and text in self.fields}
        if len(parts) > 1 and self.dialect.or_of_one and len(used) > 1:
            raise BadFilterError("Logical OR is supported for the same property only.")
        return lambda row: any(part(row) for part in parts)

    def _both(self) -> Callable[[Mapping[str, Any]], bool]:
        parts = [self._one()]
        while self._take("name", "and"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Callable[[Mapping[str, Any]], bool]:
        if self._take("name", "not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._take("sign", "("):
            inner = self._either()
            self._must("sign", ")")
            return inner
        name = self._must("name")
        if self._take("sign", "("):
            return self._function(name)
        self._known(name)
        compared = self._must("name")
        if compared not in _COMPARED:
            raise BadFilterError(f"'{compared}' is no operator.")
        value = self._value()
        if compared == "eq" and self.dialect.star and isinstance(value, str) and "*" in value:
            pattern = re.compile(".*".join(map(re.escape, value.split("*"))), re.DOTALL | re.IGNORECASE)
            return lambda row: pattern.fullmatch(str(_of(row, name) or "")) is not None
        return lambda row: _COMPARED[compared](self._folded(_of(row, name)), self._folded(value))

    def _function(self, name: str) -> Callable[[Mapping[str, Any]], bool]:
        if name not in self.dialect.functions:
            raise BadFilterError(f"Function '{name}' is not supported.")
        field_ = self._must("name")
        self._known(field_)
        self._must("sign", ",")
        part = str(self._value())
        self._must("sign", ")")
        return lambda row: _FOUND[name](str(self._folded(_of(row, field_) or "")), str(self._folded(part)))

    def _value(self) -> Any:
        kind, text = self._next()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "guid":
            return text.lower()
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "name" and text in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}[text]
        raise BadFilterError(f"'{text}' is no value in '{self.expression}'.")

    def _known(self, name: str) -> None:
        if name not in self.fields:
            raise BadFilterError(f"Could not find a property named '{name}'.")

    def _folded(self, value: Any) -> Any:
        return value.casefold() if isinstance(value, str) and self.dialect.folds else value

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise BadFilterError(f"Expression expected at the end of '{self.expression}'.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, text: str) -> bool:
        there = self._at < len(self._tokens) and self._tokens[self._at] == (kind, text)
        self._at += there
        return there

    def _must(self, kind: str, text: str | None = None) -> str:
        found = self._next()
        if found[0] != kind or text not in {None, found[1]}:
            raise BadFilterError(f"Syntax error at '{found[1]}' in '{self.expression}'.")
        return found[1]


def _read(expression: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    while expression[at:].strip():
        found = _TOKENS.match(expression, at)
        if found is None or found.lastgroup is None:
            raise BadFilterError(f"There is an unterminated literal at position {at} in '{expression}'.")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _of(row: Mapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
