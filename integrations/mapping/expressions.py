"""JMESPath expressions of a mapping: whether they can be read, what they lead to, and which fields they use. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator

Path = tuple[str, ...]

_LEVELS = 30
"""So deep what is left over is kept; nothing that anybody means lies deeper, and the store has its limits."""


def _compiles(written: str) -> str:
    try:
        jmespath.compile(written)
    except JMESPathError as error:
        raise ValueError(f"“{written}” is no JMESPath: {_briefly(error)}") from error
    return written


def _briefly(error: Exception) -> str:
    return str(error).splitlines()[0].partition(", for expression")[0] if str(error) else repr(error)


Expression = Annotated[str, AfterValidator(_compiles)]
"""A JMESPath expression: https://jmespath.org"""


def found_at(expression: str, item: Any) -> Any:
    """What the expression leads to; raises `ValueError` where it does not fit the item."""
    try:
        return jmespath.search(expression, item)
    except (JMESPathError, TypeError, AttributeError, RecursionError) as error:
        # Its functions let errors of Python through for some values, as sort_by does for what cannot be compared.
        raise ValueError(
            f"“{expression}” does not fit: {str(error).splitlines()[0] if str(error) else error!r}"
        ) from error


def used_by(expressions: Iterable[str]) -> frozenset[Path]:
    """The fields that they read, each as the names that lead to it; of a list, what holds it."""
    return frozenset(path for each in expressions for path in _paths(jmespath.compile(each).parsed))


def left_over(item: Any, used: frozenset[Path]) -> Any:
    """What is in the item beside the fields that are used; None where that is nothing."""
    if () in used:
        return None
    if not isinstance(item, dict):
        return item
    kept = {}
    for name, value in item.items():
        below = frozenset(path[1:] for path in used if path[:1] == (name,))
        rest = left_over(value, below) if below else value
        if rest not in (None, "", [], {}):
            kept[str(name)] = rest
    return kept or None


def flat_enough(value: Any, levels: int = _LEVELS) -> Any:
    """The same, with a mark for what lies deeper than can be kept."""
    if isinstance(value, dict):
        return {name: flat_enough(each, levels - 1) for name, each in value.items()} if levels else "…"
    if isinstance(value, list):
        return [flat_enough(each, levels - 1) for each in value] if levels else "…"
    return value


_FROM_ITS_FIRST = frozenset(
    {"index_expression", "projection", "value_projection", "flatten", "filter_projection", "pipe"}
)


def _paths(node: Any) -> set[Path]:
    kind, children = node["type"], node["children"]
    if kind == "field":
        return {(node["value"],)}
    if kind == "subexpression":
        begun = _paths(children[0])
        for child in children[1:]:
            begun = {(*one, *other) for one in begun for other in _paths(child) or {()}}
        return begun
    if kind in _FROM_ITS_FIRST:
        return _paths(children[0])
    if kind == "expref":
        return set()
    return {path for child in children if isinstance(child, dict) for path in _paths(child)}
