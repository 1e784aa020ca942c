"""What is kept of a digest is all that was counted, and shows the same card again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from handlers.digest import measure_all
from handlers.digest_forms import card_of
from handlers.digest_kept import KeptDigest, in_words, window_of, written
from storage.dead_letters import OutboxDesk
from tests.fakes.clock import SetClock
from tests.handlers.admin.commands import Installed
from tests.handlers.admin.test_digest import PARIS, Monday

DUE = datetime(2026, 11, 23, 7, tzinfo=UTC)


async def test_all_that_was_counted_of_a_busy_week_comes_back(tmp_path: Path) -> None:
    of = Installed(tmp_path, config=PARIS, clock=Monday())
    assert (await of.run("seed", "--conversations", "900", "--weeks", "8")).exit_code == 0
    window = window_of({"window": ["2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00", "Europe/Paris"]})
    assert window_of({"window": in_words(window)}) == window
    async with of.storage() as storage:
        async with storage.reading() as uow:
            counted = await measure_all(uow, window, of.config)
        assert counted.digest.tally.passed, "pairs of departments, which JSON has no keys for"
        assert counted.stories
        letters = OutboxDesk(storage.database, SetClock())
        kept = [KeptDigest(storage, letters, of.config, SetClock()) for _ in range(2)]
        found = await asyncio.gather(*(each.of(DUE, window) for each in kept for _ in range(3)))
        async with storage.reading() as uow:
            body = await uow.digests.get(DUE.isoformat())
    assert body == written(counted)
    for each in found:
        assert each == counted
        assert card_of(each, of.config) == card_of(counted, of.config)
