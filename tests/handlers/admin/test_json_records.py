"""JSON of any length is read record by record, as the whole would be."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from handlers.admin import json_records
from handlers.admin.json_records import CHUNK, records_of

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


class _Dripping(io.BytesIO):
    """Gives few bytes at a time, so that everything is cut somewhere."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 0, 7))


def read(content: str | bytes, kind: type[io.BytesIO] = io.BytesIO) -> list[Any]:
    return list(records_of(kind(content.encode() if isinstance(content, str) else content), Path("c.json")))


@given(st.lists(_values, max_size=6), st.sampled_from([None, 2]), st.booleans())
def test_wherever_it_is_cut_it_reads_the_same(values: list[Any], indent: int | None, ascii_only: bool) -> None:
    content = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    wrapped = json.dumps({"n": 1.25, "customers": values, "rest": [1, {}]}, indent=indent, ensure_ascii=ascii_only)
    assert read(content, _Dripping) == read(wrapped, _Dripping) == values
    assert read(b"\xef\xbb\xbf" + content.encode()) == values


def test_what_is_longer_than_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [{"key": str(n), "text": "é" * 3_000} for n in range(100)] + [{"key": "long", "text": "x" * 5 * CHUNK}]
    assert read(json.dumps(values, ensure_ascii=False)) == values
    monkeypatch.setattr(json_records, "LONGEST", 2 * CHUNK)
    with pytest.raises(UserError, match="Unterminated string"):
        read(json.dumps(values))


@pytest.mark.parametrize(
    "content",
    ["", " ", "[", "[{}", "[{},]", "[{} {}]", "[{}]]", '[{"a": }]', "{", '{"customers": [{}]', '{"customers": [{}],}',
     '{"customers" [{}]}', "[" * 100_000, b"[{\xff}]", "[tru]"],
)  # fmt: skip
def test_what_is_no_json_is_said_so(content: str | bytes) -> None:
    with pytest.raises(UserError, match="not JSON"):
        read(content)


@pytest.mark.parametrize("content", ["5", '"customers"', "{}", '{"a": [1]}', '{"customers": {"a": 1}}'])
def test_what_is_no_list_of_customers_is_said_so(content: str) -> None:
    with pytest.raises(UserError, match="not a list of customers"):
        read(content)


def test_the_place_of_a_mistake_is_named() -> None:
    with pytest.raises(UserError, match=f"at character {10 * CHUNK + 1}"):
        read("[" + " " * 10 * CHUNK + "?]")
