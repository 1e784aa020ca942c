"""The small language in which limits are written: a rule looks at one value and notes its problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where, as a JSON pointer."""

    what: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.what} [json-pointer:{self.pointer}]"


@dataclass
class Problems:
    """The problems found so far."""

    found: list[Problem] = field(default_factory=list)

    def add(self, what: str, pointer: str) -> None:
        """Notes a problem."""
        self.found.append(Problem(what, pointer))

    def as_messages(self) -> list[str]:
        """As `response_metadata.messages` has them."""
        return [f"[ERROR] {problem}" for problem in self.found]


Rule = Callable[[Any, str, Problems], None]
Fields = Mapping[str, Rule]


@dataclass(frozen=True)
class Required:
    """A rule for a field that must be there."""

    rule: Rule

    def __call__(self, value: Any, pointer: str, problems: Problems) -> None:
        """Checks a value that is there."""
        self.rule(value, pointer, problems)


def required(rule: Rule) -> Required:
    """Marks a field that must be there."""
    return Required(rule)


def check_object(
    value: Any, fields: Fields, pointer: str, problems: Problems, *, also: frozenset[str] = frozenset()
) -> None:
    """Checks an object's fields; names beside `fields` and `also` are refused."""
    if not isinstance(value, dict):
        problems.add("must provide an object", pointer)
        return
    for name in value:
        if name not in fields and name not in also:
            problems.add(f"invalid additional property: {name}", pointer)
    for name, rule in fields.items():
        if value.get(name) is not None:
            rule(value[name], f"{pointer}/{name}", problems)
        elif isinstance(rule, Required):
            problems.add(f"missing required field: {name}", pointer)


def objects(fields: Fields) -> Rule:
    """An object with these fields."""
    return lambda value, pointer, problems: check_object(value, fields, pointer, problems)


def string(most: int, least: int = 1) -> Rule:
    """Text of a length between two bounds."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add("must be a string", pointer)
        elif len(value) < least:
            problems.add(f"must be more than {least - 1} characters", pointer)
        elif len(value) > most:
            problems.add(f"must be less than {most + 1} characters", pointer)

    return rule


def anything(value: Any, pointer: str, problems: Problems) -> None:
    """Whatever there is."""


def boolean(value: Any, pointer: str, problems: Problems) -> None:
    """Yes or no."""
    if not isinstance(value, bool):
        problems.add("must be a boolean", pointer)


def whole_number(least: int, most: int) -> Rule:
    """A whole number between two bounds."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            problems.add("must be an integer", pointer)
        elif value < least:
            problems.add(f"must be greater than {least - 1}", pointer)
        elif value > most:
            problems.add(f"must be less than {most + 1}", pointer)

    return rule


def only(*allowed: str) -> Rule:
    """One of a few words."""

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(f"must be one of: {', '.join(allowed)}", pointer)

    return rule


def items(rule: Rule, most: int, least: int = 1) -> Rule:
    """A list with a number of entries between two bounds, each following a rule."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add("must provide a list", pointer)
            return
        if len(value) < least:
            problems.add(f"no less than {least} items allowed", pointer)
        if len(value) > most:
            problems.add(f"no more than {most} items allowed", pointer)
        for index, entry in enumerate(value):
            rule(entry, f"{pointer}/{index}", problems)

    return check


def plain_text(most: int) -> Rule:
    """A `plain_text` object."""
    return objects({"type": required(only("plain_text")), "text": required(string(most)), "emoji": boolean})


def text(most: int) -> Rule:
    """A `plain_text` or `mrkdwn` object."""
    marked = objects({"type": required(only("mrkdwn")), "text": required(string(most)), "verbatim": boolean})
    plain = plain_text(most)

    def rule(value: Any, pointer: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in ("plain_text", "mrkdwn"):
            problems.add("must be a plain_text or mrkdwn object", pointer)
        else:
            (marked if kind == "mrkdwn" else plain)(value, pointer, problems)

    return rule
