"""A fresh store for each test, with what follows from changes wired as in app.py, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.config import Config
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.databases import Postgres, Sqlite, serve_postgres
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, staffed


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of this test process."""
    yield from serve_postgres()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """A folder of files."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def clock() -> SetClock:
    """Monday, 2 March 2026, 09:00 UTC."""
    return SetClock()


@pytest.fixture
def config() -> Config:
    """What holds without a baton.toml."""
    return Config()


@pytest.fixture
async def storage(sqlite: Sqlite, clock: SetClock, config: Config) -> AsyncIterator[SqlStorage]:
    """A store on SQLite."""
    storage = await connect(await sqlite.fresh(), clock, config)
    yield storage
    await storage.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_storage(request: pytest.FixtureRequest, clock: SetClock, config: Config) -> AsyncIterator[SqlStorage]:
    """A store; the test runs on each kind of database."""
    kind = {"sqlite": "sqlite", "postgresql": "postgres"}[request.param]
    server: Sqlite | Postgres = request.getfixturevalue(kind)
    url = await server.fresh()
    storage = await connect(url, clock, config)
    yield storage
    await storage.close()
    if isinstance(server, Postgres):
        await server.drop(url)


@pytest.fixture
async def company(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """A company with everybody in it, and nothing on its floor."""
    return await Company(storage, clock, staffed(config)).staff()


@pytest.fixture
async def either_company(either_storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """The same, on each kind of database."""
    return await Company(either_storage, clock, staffed(config)).staff()


async def connect(url: str, clock: SetClock, config: Config) -> SqlStorage:
    """Open a migrated database."""
    return await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
