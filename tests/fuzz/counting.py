"""How things in a payload are counted: all of them, and those that may be left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from tests.fuzz.mutations import Case

ACCOUNT = "acme"
"""Our own account on every network; what it writes is not heard."""


class Items(NamedTuple):
    """The fewest events that a payload may become, and the most: those between may be left out on purpose."""

    fewest: int
    most: int


Counter = Callable[[Case, Mapping[str, str]], Items | None]


def read_json(body: bytes) -> Any:
    """As lenient as it gets: half a character or a byte that is none are no reason to lose the rest."""
    return json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_no_number)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def counted(things: Iterable[Any], left_out: Callable[[Any], bool]) -> Items:
    """All of them, of which some may be left out."""
    listed = list(things)
    return Items(sum(not (left_out(each) or by_us(each)) for each in listed), len(listed))


def by_us(thing: Any) -> bool:
    """Does it name our account anywhere? Then it may be our own."""
    if isinstance(thing, str):
        return thing.strip().lstrip("@").casefold() == ACCOUNT
    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
    return any(by_us(part) for part in parts)


def no_reason(thing: Any) -> bool:
    """Nothing of this network is left out on purpose but our own posts."""
    return False


def listed_under(name: str, left_out: Callable[[Any], bool] = no_reason) -> Counter:
    """An object with the list of items under this name."""

    def count(case: Case, headers: Mapping[str, str]) -> Items | None:
        said = read_json(case.body)
        return counted(said[name], left_out) if isinstance(said[name], list) else None

    return count


def object_in(value: Any) -> dict[str, Any]:
    """An object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}
