"""PostgreSQL, through asyncpg: the database for many replicas."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, cast

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.engine import URL
from sqlalchemy.sql.expression import Executable

from bot.errors import ConfigError, ConflictError, RetriableError
from storage.engine import NOTHING, Connection, Database, Row, Values, Write, check_count
from storage.wake import PostgresWake

Proxy: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = "BEGIN"

_START_OVER = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.UniqueViolationError,
)
_UNREACHABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # no connection, no memory or no room on the disk
    asyncpg.ReadOnlySQLTransactionError,  # a standby that is not yet the primary
    asyncpg.InterfaceError,
    OSError,
)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """What starting over mends, and what waiting mends."""
    try:
        yield
    except _START_OVER as error:
        raise ConflictError("another transaction came first") from error
    except _UNREACHABLE as error:
        raise RetriableError(f"the database cannot be reached: {error}") from error


@contextlib.contextmanager
def _refused() -> Iterator[None]:
    """A wrong database, user or password: trying again does not help."""
    try:
        yield
    except (asyncpg.InvalidCatalogNameError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise ConfigError(
            f"PostgreSQL refuses Baton: {error}.", "Look at database, user and password in the URL."
        ) from error


class PostgresConnection(Connection):
    """A transaction on a connection of the pool, which is taken with the first statement."""

    def __init__(self, database: PostgresDatabase, *, writes: bool) -> None:
        super().__init__(database, writes=writes)
        self._pool = database.pool
        self._proxy: Proxy | None = None
        self._begin = _WRITE if writes else _READ

    async def _started(self) -> Proxy:
        if self._proxy is None:
            self._proxy = await self._pool.acquire()
            await self._proxy.execute(self._begin)
        return self._proxy

    async def _send(self, queries: list[tuple[str, list[tuple[Any, ...]]]]) -> list[list[Row]]:
        with _translated():
            proxy = await self._started()
            await _write(proxy, self._take_waiting())
            return [await _rows(proxy, sql, args) for sql, args in queries]

    async def _commit(self) -> None:
        writes = self._take_waiting()
        if self._proxy is None and not writes:
            return
        with _translated():
            proxy = await self._started()
            await _write(proxy, writes)
            await proxy.execute("COMMIT")

    async def end(self) -> None:
        """Roll back what was not committed, and give the connection back; the pool drops one that is broken."""
        if self._proxy is not None:
            proxy, self._proxy = self._proxy, None
            try:
                with contextlib.suppress(*_UNREACHABLE):
                    if proxy.is_in_transaction():
                        await proxy.execute("ROLLBACK")
            finally:
                with contextlib.suppress(*_UNREACHABLE):
                    await self._pool.release(proxy)


async def _rows(proxy: Proxy, sql: str, args: list[tuple[Any, ...]]) -> list[Row]:
    if len(args) == 1:
        return cast(list[Row], await proxy.fetch(sql, *args[0]))
    return cast(list[Row], await proxy.fetchmany(sql, args))


async def _write(proxy: Proxy, writes: list[Write]) -> None:
    for write in writes:
        if len(write.rows) == 1:
            status = await proxy.execute(write.sql, *write.rows[0])
            if write.expect is not None:
                check_count(write, int(status.rsplit(" ", 1)[1]))
        else:
            await proxy.executemany(write.sql, write.rows)


async def _no_reset(_connection: Any) -> None:
    """A transaction leaves nothing in the session that would have to be reset."""


class PostgresDatabase(Database):
    """A pool of connections; they all may read and write."""

    name = "postgresql"

    def __init__(self, url: URL, pool: asyncpg.Pool[asyncpg.Record], dsn: str) -> None:
        super().__init__(
            url,
            asyncpg_dialect(),  # type: ignore[no-untyped-call]
            PostgresWake(dsn),
        )
        self.dsn = dsn
        self.pool = pool

    @classmethod
    async def connect(cls, url: URL, connections: int = 10) -> PostgresDatabase:
        """Open the pool; raises `RetriableError` when the server cannot be reached, `ConfigError` when it refuses us."""
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with _translated(), _refused():
            pool = await asyncpg.create_pool(
                dsn,
                min_size=2,
                max_size=connections,
                reset=_no_reset,
                statement_cache_size=500,
                max_cached_statement_lifetime=0,
                # Compiling a query pays for analyses, not for what runs here; and no look-up is to read a whole table
                # because the server has not counted its rows yet.
                server_settings={"jit": "off", "random_page_cost": "1.1", "application_name": "baton"},
            )
        return cls(url, pool, dsn)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A snapshot."""
        connection = PostgresConnection(self, writes=False)
        try:
            yield connection
        finally:
            connection.closed = True
            await connection.end()

    async def single(self, statement: Executable, values: Values = NOTHING) -> list[Row]:
        """One trip to the server instead of three."""
        prepared = self.prepared(statement)
        with _translated():
            return cast(list[Row], await self.pool.fetch(prepared.sql, *prepared.args(values)))

    async def scrub(self) -> None:
        """Free the rows that were deleted and replaced, so that their room is used again."""
        with _translated():
            await self.pool.execute("VACUUM")

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        connection = PostgresConnection(self, writes=True)
        try:
            yield connection
        finally:
            await connection.end()

    async def close(self) -> None:
        """Close all connections."""
        await self.wake.close()
        await self.pool.close()
