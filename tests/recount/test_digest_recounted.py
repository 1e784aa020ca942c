"""Every number that `app.py digest` prints is the one that a second count finds; and the second count notices a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recount.__main__ import again, last_full_week, store
from tests.recount.recounted import differences


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_every_number_that_is_printed_is_counted_again_and_is_the_same(kind: str, tmp_path: Path) -> None:
    async with store(kind, tmp_path) as url:
        assert await again(url, tmp_path, 2_000, 8, last_full_week()) == []


def test_a_number_that_differs_is_missing_or_was_not_counted_is_named() -> None:
    printed = {"heard": {"count": 3, "days": [1, 2]}, "new": 1, "text": "x"}
    counted = {"heard": {"count": 4, "days": [1, 2, 1]}, "gone": 0}
    assert differences(printed, counted, "text") == [
        "heard.count: 3 was printed, 4 counted",
        "heard.days#: 2 was printed, 3 counted",
        "new: 1 was not counted again",
        "heard.days.2: 1 was counted, and not printed",
        "gone: 0 was counted, and not printed",
    ]
