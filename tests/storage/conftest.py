"""A fresh database for each test, of either kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from storage.engine import Database
from tests.databases import Postgres, Sqlite, opened, serve_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of this test process."""
    yield from serve_postgres()


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """A folder of files."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The URL of a fresh, migrated database; the test runs on each kind."""
    if request.param == "sqlite":
        files: Sqlite = request.getfixturevalue("sqlite")
        yield await files.fresh()
        return
    server: Postgres = request.getfixturevalue("postgres")
    fresh = await server.fresh()
    yield fresh
    await server.drop(fresh)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """That database, open."""
    database = await opened(url)
    await database.wake.start()
    yield database
    await database.close()
