"""Expressions of a mapping: what they lead to, and which fields they leave over."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.mapping.expressions import found_at, left_over, used_by

ITEM = {
    "id": "7",
    "author": {"id": "4711", "name": "Maya", "place": {"city": "Leeds"}},
    "media": [{"url": "https://pics.example/1.jpg", "width": 3}],
    "text": "Crushed again.",
    "empty": None,
    "none": [],
}


@pytest.mark.parametrize(
    ("expressions", "left"),
    [
        (["id", "text"], {"author": ITEM["author"], "media": ITEM["media"]}),
        (["author.id", "author.name"], {"id": "7", "author": {"place": {"city": "Leeds"}}, "media": ITEM["media"], "text": "Crushed again."}),
        (["media[].url", "author", "text || title"], {"id": "7"}),
        (["media[?width > `1`].url | [0]", "join(' ', [author.name, text])"], {"id": "7", "author": {"id": "4711", "place": {"city": "Leeds"}}}),
        (["{a: id, b: author.place.city}"], {"author": {"id": "4711", "name": "Maya"}, "media": ITEM["media"], "text": "Crushed again."}),
        (["'constant'"], {name: ITEM[name] for name in ("id", "author", "media", "text")}),
    ],
)  # fmt: skip
def test_what_no_expression_uses_is_left_over(expressions: list[str], left: dict[str, Any]) -> None:
    assert left_over(ITEM, used_by(expressions)) == left


def test_an_expression_that_does_not_fit_says_so() -> None:
    with pytest.raises(ValueError, match="“length\\(id\\)” does not fit"):
        found_at("length(id)", {"id": 7})
    with pytest.raises(ValueError, match="does not fit"):
        found_at("sort_by(a, &b)", {"a": [{"b": 1}, {"b": "x"}]})
