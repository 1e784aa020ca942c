"""The history of the tables, and how a database is brought up to date."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import ConfigError, RetriableError
from storage.engine import parse_url

_LOCK = 7_234_201_183
"""Any number, as long as every Baton takes the same: the advisory lock under which PostgreSQL's tables change."""

_TRIES, _PAUSE = 100, 0.1


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for an open connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def migrate(url: str) -> None:
    """Bring a database up to date, making it when it is an SQLite file that is not there yet.

    Safe when several processes start at once: one works, the others wait and find nothing left to do.
    """
    parsed = parse_url(url)
    engine = _engine(parsed)
    try:
        if parsed.get_backend_name() == "sqlite":
            await asyncio.to_thread(_prepare_file, Path(str(parsed.database)))
        async with engine.begin() as connection:
            if parsed.get_backend_name() == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "postgresql":
        return create_async_engine(url, async_creator=partial(_connected_to_postgres, url))
    engine = create_async_engine(url)
    if url.get_backend_name() == "sqlite":

        @event.listens_for(engine.sync_engine, "connect")
        def _connected(connection: Any, _record: object) -> None:
            # The driver leaves transactions to us: changes of tables are part of them.
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 60000")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def _begun(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def _connected_to_postgres(url: URL) -> Any:
    """The driver reads the URL itself, as it does when Baton runs: options like `sslmode` mean the same here."""
    try:
        return await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise RetriableError(f"The database cannot be reached: {error}") from error


def _prepare_file(path: Path) -> None:
    """Make the folder, and switch the file to write-ahead logging, which SQLite may refuse while others are at it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for tried in range(_TRIES):
        try:
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise ConfigError(f"{path} cannot be used: {error}.", "Check who may write there.") from error
            if tried == _TRIES - 1:
                raise
            time.sleep(_PAUSE)
