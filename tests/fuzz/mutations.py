"""Saved payloads, changed as little or as much as networks, proxies and people may change them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.letters import changed_letter
from tests.fuzz.markup import changed_markup
from tests.fuzz.oddities import BYTES, CHARSETS, DEEP, DEEPLY, NUMBERS, OTHERS, TEXTS

Draw = Callable[..., Any]

MOST_CHANGES = 5
_SMALL = st.integers(0, 2**16 - 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A payload as it arrives. `rough`: its bytes were changed without regard to what they mean."""

    path: Path
    body: bytes
    rough: bool


@st.composite
def cases(draw: Draw, paths: list[Path]) -> Case:
    """One of these payloads, changed: its structure, at times its bytes too."""
    path = draw(st.sampled_from(paths))
    match path.suffix:
        case ".json":
            body = _changed_json(draw, json.loads(path.read_bytes()))
        case ".xml" | ".rss" | ".atom":
            body = changed_markup(draw, path.read_bytes())
        case _:
            body = changed_letter(draw, path.read_bytes())
    rough = draw(_SMALL) % 5 == 4
    return Case(path, _roughened(draw, body) if rough else body, rough)


def _changed_json(draw: Draw, document: Any) -> bytes:
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        document = _changed(draw, document)
    plain = draw(st.booleans())
    body = json.dumps(document, ensure_ascii=plain).encode("utf-8", "surrogatepass")
    return body.replace(f'"{DEEP}"'.encode(), DEEPLY)


Place = tuple[Any, Any]
"""A list or an object, and the index or key of a value in it."""


def _places(document: Any) -> Iterator[Place]:
    """Every value but the whole, outermost first."""
    waiting = [document]
    while waiting:
        within = waiting.pop(0)
        keys = within.keys() if isinstance(within, dict) else range(len(within)) if isinstance(within, list) else ()
        for key in keys:
            yield within, key
            waiting.append(within[key])


def _changed(draw: Draw, document: Any) -> Any:
    places = list(_places(document))
    if not places:
        return copy.deepcopy(draw(st.sampled_from(OTHERS)))
    within, key = places[draw(_SMALL) % len(places)]
    change = draw(st.sampled_from(_CHANGES))
    change(draw, within, key, places)
    return document


def _drop(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    del within[key]


def _null(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    within[key] = None


def _odd_text(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    within[key] = draw(st.sampled_from(TEXTS))


def _any_text(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    within[key] = draw(st.text(max_size=20))


def _odd_number(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    within[key] = draw(st.sampled_from(NUMBERS))


def _other_type(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    within[key] = copy.deepcopy(draw(st.sampled_from(OTHERS)))


def _slightly(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    """As it was, but for a little; what is no text or number comes twice, the other way round, or in a list."""
    value = within[key]
    if isinstance(value, str):
        half = len(value) // 2
        within[key] = draw(
            st.sampled_from([value[:half], value * 2, value[::-1], value.upper(), f" {value}\n", value + "\u0301"])
        )
    elif isinstance(value, int | float):
        within[key] = draw(st.sampled_from([value + 1, -value, str(value), float(value), value * 1000]))
    elif isinstance(value, list):
        within[key] = draw(st.sampled_from([value[::-1], value + copy.deepcopy(value), value[1:], [value]]))
    else:
        within[key] = [value]


def _twice(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    """The same thing once more, beside it."""
    if isinstance(within, list):
        within.insert(key, copy.deepcopy(within[key]))
    else:
        within[f"{key}_2"] = copy.deepcopy(within[key])


def _renamed(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    """A field of another name: of a later version of the interface, or of a kind that nobody knows yet."""
    if isinstance(within, dict):
        within[draw(st.sampled_from(["new_" + str(key), "kind", "type", "id", "$type", ""]))] = within.pop(key)


def _from_elsewhere(draw: Draw, within: Any, key: Any, places: list[Place]) -> None:
    """What stands at another place of the same payload."""
    there, name = places[draw(_SMALL) % len(places)]
    within[key] = copy.deepcopy(there[name])


_CHANGES = (
    _drop, _null, _odd_text, _any_text, _odd_number, _other_type, _slightly, _twice, _renamed, _from_elsewhere,
)  # fmt: skip


def _roughened(draw: Draw, body: bytes) -> bytes:
    """Cut off, mistaken for another encoding, or with a few other bytes."""
    match draw(st.integers(0, 4)):
        case 0:
            return body[: draw(_SMALL) % (len(body) + 1)]
        case 1:
            return body.decode("utf-8", "replace").encode(str(draw(st.sampled_from(CHARSETS))), "replace")
        case 2:
            return body + bytes(draw(st.sampled_from([body, b"\0", b" ", b"\xff", b"{}"])))
        case 3:
            return bytes(draw(st.binary(max_size=60)))
    for _ in range(draw(st.integers(1, 4))):
        at, other, over = draw(_SMALL) % (len(body) + 1), draw(st.sampled_from(BYTES)), draw(st.integers(0, 2))
        body = bytes(body[:at] + other + body[at + over :])
    return body
