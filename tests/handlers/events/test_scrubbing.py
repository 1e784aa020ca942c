"""The database is written anew once for all who wait, and by a run that outlasts whoever waits for it."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import RetriableError
from handlers.events.scrubbing import Scrubber


class Slow:
    """A run that ends when it is let."""

    def __init__(self) -> None:
        self.begun = 0
        self.ended = 0
        self.may_end = asyncio.Event()
        self.fails = 0

    async def __call__(self) -> None:
        self.begun += 1
        await self.may_end.wait()
        if self.fails:
            self.fails -= 1
            raise RetriableError("somebody still reads")
        self.ended += 1


async def test_whoever_gives_up_waits_for_the_same_run_when_they_come_again() -> None:
    slow = Slow()
    scrubber = Scrubber(slow)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(scrubber("one"), 0.01)
    slow.may_end.set()
    await scrubber("one")
    assert (slow.begun, slow.ended) == (1, 1)


async def test_those_who_come_while_it_runs_share_the_next_run() -> None:
    slow = Slow()
    scrubber = Scrubber(slow)
    first = asyncio.create_task(scrubber("first"))
    await asyncio.sleep(0.01)
    later = [asyncio.create_task(scrubber(f"later {number}")) for number in range(5)]
    await asyncio.sleep(0.01)
    slow.may_end.set()
    await asyncio.gather(first, *later)
    # What they erased may not have been erased yet when the first run began.
    assert (slow.begun, slow.ended) == (2, 2)


async def test_one_that_fails_is_begun_again_by_the_next_who_comes() -> None:
    slow = Slow()
    slow.fails = 1
    slow.may_end.set()
    scrubber = Scrubber(slow)
    with pytest.raises(RetriableError):
        await scrubber("one")
    await scrubber("one")
    assert (slow.begun, slow.ended) == (2, 1)
