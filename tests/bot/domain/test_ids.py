"""Ids sort in the order in which they were made."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from bot.domain.ids import new_id


def test_ids_of_one_moment_sort_in_the_order_in_which_they_were_made() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert all(earlier < later for earlier, later in pairwise(ids))
    assert {len(each) for each in ids} == {26}


def test_ids_made_after_the_clock_was_set_back_sort_after_those_before(monkeypatch: pytest.MonkeyPatch) -> None:
    before, now = new_id(), time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 3_600_000_000_000)
    after = [new_id() for _ in range(100)]
    assert sorted([*after, before]) == [before, *after]


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [new_id() for _ in range(2_000)], range(8)))
    assert len({each for ids in made for each in ids}) == 16_000
    assert all(ids == sorted(ids) for ids in made)
