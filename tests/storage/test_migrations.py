"""The migrations lead to the tables, from nothing, once, however many processes begin at the same time."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.conversation import State
from bot.domain.events import Echoed, Noted
from bot.domain.policy import Policies
from bot.errors import ConfigError
from bot.ports import Browse
from storage import SqlStorage
from storage.engine import parse_url
from storage.migrations import alembic_config, migrate
from storage.tables import metadata
from tests.databases import Postgres
from tests.fakes.clock import SetClock
from tests.storage.hearing import ANA, HEARD, hear, post


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without tables; the SQLite file and its folder are not even there."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/data of baton/100%/baton.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = await server.empty()
    yield url
    await server.drop(url)


async def in_database(url: str, function: object) -> object:
    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(function)  # type: ignore[arg-type]
    finally:
        await engine.dispose()


def _differences(connection: Connection) -> list[object]:
    """What Alembic would write into a new migration."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def _description(connection: Connection) -> dict[str, list[str]]:
    """Every column, index and constraint as the database itself tells it."""
    inspector = inspect(connection)
    found: dict[str, list[str]] = {}
    for table in sorted(metadata.tables):
        parts: list[object] = [*inspector.get_columns(table), inspector.get_pk_constraint(table)]
        parts += [*inspector.get_indexes(table), *inspector.get_unique_constraints(table)]
        parts += [*inspector.get_foreign_keys(table), *inspector.get_check_constraints(table)]
        found[table] = sorted(_told(part) for part in parts)
    return found


def _told(part: object) -> str:
    if isinstance(part, dict):
        return str({key: _told(value) for key, value in sorted(part.items())})
    if isinstance(part, list | tuple):
        return str([_told(value) for value in part])
    return str(part)


async def test_nothing_is_left_to_migrate(empty: str) -> None:
    await migrate(empty)
    assert await in_database(empty, _differences) == []


async def test_the_migrated_schema_is_that_of_the_tables(empty: str, tmp_path: Path, postgres: Postgres) -> None:
    await migrate(empty)
    made = f"sqlite:///{tmp_path}/made.db" if empty.startswith("sqlite") else await postgres.empty()
    await in_database(made, metadata.create_all)
    assert await in_database(empty, _description) == await in_database(made, _description)


async def test_migrating_again_changes_nothing(empty: str) -> None:
    await migrate(empty)
    await in_database(empty, lambda connection: connection.execute(_KEEP))
    await migrate(empty)
    assert await in_database(empty, lambda connection: connection.execute(_KEPT).scalar()) == "kept"


async def test_a_postgresql_url_takes_the_driver_s_options(postgres: Postgres) -> None:
    url = await postgres.empty()
    await migrate(f"{url}{'&' if '?' in url else '?'}sslmode=prefer")
    assert await in_database(url, _differences) == []
    await postgres.drop(url)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "baton.db").write_text("something else " * 100)
    with pytest.raises(ConfigError, match=r"baton\.db cannot be used: file is not a database"):
        await migrate(f"sqlite:///{tmp_path}/baton.db")


_KEEP = text("INSERT INTO settings (key, value) VALUES ('a', 'kept')")
_KEPT = text("SELECT value FROM settings")


async def test_the_first_migration_can_be_taken_back(empty: str) -> None:
    await migrate(empty)
    await in_database(empty, lambda connection: command.downgrade(alembic_config(connection), "base"))
    assert await in_database(empty, lambda connection: inspect(connection).get_table_names()) == ["alembic_version"]
    await migrate(empty)
    assert await in_database(empty, _differences) == []


async def test_an_earlier_baton_finds_those_that_said_the_same_on_the_floor(empty: str) -> None:
    await migrate(empty)
    said = 'They wrote "state":"echo" on the box'
    async with _storage(empty) as storage:
        await hear(storage, post("1", said))
        [echo] = await hear(storage, post("2", said), echo_of=1)
        async with storage.writing() as uow:
            await uow.echoes.remember({1: (HEARD, (1, 2, 3))})
            await uow.conversations.save(await uow.conversations.take(1), (Echoed(at=HEARD, spread={"mastodon": 1}),))
            await uow.conversations.save(echo, (Noted(at=HEARD, by=ANA, note_id="n-1"),))
    await in_database(empty, lambda connection: command.downgrade(alembic_config(connection), "0010"))
    rows = await in_database(empty, lambda connection: connection.execute(_STATES).all())
    assert [(state, '"state":"echo"' in body) for state, body in rows] == [("floor", False)] * 2  # type: ignore[attr-defined]
    kinds = await in_database(empty, lambda connection: connection.execute(_KINDS).scalars().all())
    assert kinds == ["opened", "opened", "noted"]
    await migrate(empty)
    assert await in_database(empty, _differences) == []
    async with _storage(empty) as storage, storage.reading() as uow:
        lines = await uow.conversations.browse(Browse("open"))
        assert [line.conversation.state for line in lines] == [State.FLOOR, State.FLOOR]
        assert [line.text for line in lines] == [said, said]


_STATES = text("SELECT state, body FROM conversations ORDER BY number")
_KINDS = text("SELECT kind FROM trail ORDER BY number, seq")


@asynccontextmanager
async def _storage(url: str) -> AsyncIterator[SqlStorage]:
    storage = await SqlStorage.connect(url, policies=Policies(), clock=SetClock())
    yield storage
    await storage.close()


def _migrate(url: str, barrier: object) -> None:
    barrier.wait()  # type: ignore[attr-defined]
    asyncio.run(migrate(url))


async def test_processes_that_start_at_once_migrate_once(empty: str) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    processes = [context.Process(target=_migrate, args=(empty, barrier)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join, 60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert await in_database(empty, _differences) == []
