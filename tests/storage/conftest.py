"""A fresh database for each test, of either kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.domain.policy import Policies
from storage import SqlStorage
from storage.engine import Database
from tests.databases import Postgres, Sqlite, opened, serve_postgres
from tests.fakes.clock import SetClock
from tests.storage.passing_time import PassingTime


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of this test process."""
    yield from serve_postgres()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """A folder of files."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
async def sqlite_url(sqlite: Sqlite) -> str:
    """The URL of a fresh, migrated file."""
    return await sqlite.fresh()


@pytest.fixture
async def postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database on the server."""
    url = await postgres.fresh()
    yield url
    await postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database; the test runs on each kind."""
    found: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """That database, open."""
    database = await opened(url)
    await database.wake.start()
    yield database
    await database.close()


@pytest.fixture
def time(database: Database) -> PassingTime:
    """The clock of the test."""
    return PassingTime(database)


@pytest.fixture
def clock() -> SetClock:
    """Stands still until the test moves it."""
    return SetClock()


@pytest.fixture
def storage(database: Database, clock: SetClock) -> SqlStorage:
    """Units of work on that database, with nothing that follows from them."""
    return SqlStorage(database, policies=Policies(), follows=(), clock=clock)
