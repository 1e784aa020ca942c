"""A company with its store, for what only a whole dispatcher shows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.config import Config
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, staffed


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """A folder of files."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
async def company(sqlite: Sqlite) -> AsyncIterator[Company]:
    """Everybody is there, and nothing is on the floor."""
    clock, config = SetClock(), staffed(Config())
    storage = await SqlStorage.connect(
        await sqlite.fresh(), policies=config.life_policies, clock=clock, follows=FOLLOWS
    )
    yield await Company(storage, clock, config).staff()
    await storage.close()
