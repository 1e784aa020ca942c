"""SQLite: one file, one process. One connection writes, a few others read; each has a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Literal, TypeVar

from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.sql.expression import Executable

from bot.errors import ConflictError, RetriableError
from storage.engine import NOTHING, Connection, Database, Row, Values, Write, check_count
from storage.wake import Wake

T = TypeVar("T")

BUSY_TIMEOUT = 10_000
"""Milliseconds to wait for another process that writes."""

READERS = 3

MAPPED = 2_147_418_112
"""Bytes of the file that are read without system calls; the most that SQLite allows. Only addresses are taken."""

_OUT_OF_ORDER = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""What an operator mends: no room, a broken or missing disk, one that went read-only."""

Synchronous = Literal["FULL", "NORMAL"]


@dataclass
class _Call:
    """What is to be run, and for whom. `state` is looked at and changed under the thread's lock."""

    function: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any] | None = None
    state: Literal["waiting", "running", "over", "unwanted"] = "waiting"


class _Thread:
    """A connection on a daemon thread: calls are run one after the other, in the order in which they came."""

    def __init__(self, path: str, pragmas: tuple[str, ...]) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._path, self._pragmas = path, pragmas
        self._loop = asyncio.get_running_loop()
        self._closed = False
        self._connection: sqlite3.Connection | None = None
        self._changing = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="baton-sqlite", daemon=True)
        self._thread.start()

    async def call(self, function: Callable[[sqlite3.Connection], T], *, stops: bool = False) -> T:
        """Run it on the thread. A caller that is cancelled does not stop it, unless it `stops`: then nobody waits for the rest
        of a long statement."""
        if self._closed:
            raise RetriableError("the database is closed")
        future: asyncio.Future[T] = self._loop.create_future()
        call = _Call(function, future)
        self._calls.put(call)
        try:
            return await future
        except asyncio.CancelledError:
            if stops:
                self._stop(call)
            raise

    def send(self, function: Callable[[sqlite3.Connection], object]) -> None:
        """Run it on the thread, before whatever is called next; nobody waits for it."""
        self._calls.put(_Call(function))

    async def close(self) -> None:
        """Finish what was called, close the connection and end the thread."""
        self._closed = True
        self._calls.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _stop(self, call: _Call) -> None:
        with self._changing:
            # The lock is held, so that no other call is run meanwhile, and stopped in its place.
            if call.state == "running" and self._connection is not None:
                self._connection.interrupt()
            elif call.state == "waiting":
                call.state = "unwanted"

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                self._answer(call.future, self._carried_out(call, self._connection), None)
            except BaseException as error:  # it is raised where the caller waits
                self._answer(call.future, None, error)
            # Nothing of a finished call is held on to until the next one comes.
            del call
        if self._connection is not None:
            self._connection.close()

    def _carried_out(self, call: _Call, connection: sqlite3.Connection) -> Any:
        with self._changing:
            if call.state == "unwanted":
                raise RetriableError("nobody waits for this any more")
            call.state = "running"
        try:
            return call.function(connection)
        finally:
            with self._changing:
                call.state = "over"

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            timeout=BUSY_TIMEOUT / 1000,
        )
        for pragma in self._pragmas:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _answer(self, future: asyncio.Future[T] | None, result: Any, error: BaseException | None) -> None:
        if future is None:
            return

        def settle() -> None:
            if future.done():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(settle)


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


class SqliteConnection(Connection):
    """A transaction on one of the threads."""

    def __init__(self, database: SqliteDatabase, thread: _Thread, *, writes: bool) -> None:
        super().__init__(database, writes=writes)
        self._thread = thread
        # IMMEDIATE takes the write lock before anything is read: what was read is still so when it is written.
        self._begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    async def _send(self, queries: list[tuple[str, list[tuple[Any, ...]]]]) -> list[list[Row]]:
        writes, begin = self._take_waiting(), self._begin

        def run(connection: sqlite3.Connection) -> list[list[Row]]:
            if not connection.in_transaction:
                connection.execute(begin)
            _write(connection, writes)
            return [[row for args in rows for row in connection.execute(sql, args)] for sql, rows in queries]

        with _translated():
            return await self._thread.call(run, stops=not self._may_write)

    async def _commit(self) -> None:
        writes, begin = self._take_waiting(), self._begin

        def run(connection: sqlite3.Connection) -> None:
            if not connection.in_transaction:
                if not writes:
                    return
                connection.execute(begin)
            _write(connection, writes)
            connection.execute("COMMIT")

        with _translated():
            await self._thread.call(run)

    def end(self) -> None:
        """Roll back what was not committed."""
        self._thread.send(_rollback)


def _write(connection: sqlite3.Connection, writes: list[Write]) -> None:
    for write in writes:
        if len(write.rows) == 1:
            check_count(write, connection.execute(write.sql, write.rows[0]).rowcount)
        else:
            connection.executemany(write.sql, write.rows)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Another process's lock, or its row where we want ours, is a reason to start over; a full disk is one to wait."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}:
            raise ConflictError("somebody else stored the same in the meantime") from error
        raise
    except sqlite3.OperationalError as error:
        code = error.sqlite_errorcode & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise ConflictError("another process is writing to the database") from error
        if code in _OUT_OF_ORDER:
            raise RetriableError(f"the database cannot be written: {error}", retry_after=5) from error
        raise


class SqliteDatabase(Database):
    """One file. Reading never waits for writing."""

    name = "sqlite"

    def __init__(self, url: URL, synchronous: Synchronous = "FULL", mapped: int = MAPPED) -> None:
        super().__init__(url, sqlite_dialect(), Wake())
        path = str(url.database)
        shared = (
            "journal_mode = WAL",
            f"busy_timeout = {BUSY_TIMEOUT}",
            "temp_store = MEMORY",
            f"mmap_size = {mapped}",
        )
        self._writer = _Thread(
            path,
            (*shared, f"synchronous = {synchronous}", "foreign_keys = ON", "cache_size = -65536"),
        )
        readers = [_Thread(path, (*shared, "query_only = ON", "cache_size = -16384")) for _ in range(READERS)]
        self._threads = [self._writer, *readers]
        self._free: asyncio.LifoQueue[_Thread] = asyncio.LifoQueue()
        for reader in readers:
            self._free.put_nowait(reader)
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """One of the reading connections."""
        thread = await self._free.get()
        connection = SqliteConnection(self, thread, writes=False)
        try:
            yield connection
        finally:
            connection.closed = True
            connection.end()
            self._free.put_nowait(thread)

    async def single(self, statement: Executable, values: Values = NOTHING) -> list[Row]:
        """One call of the thread that writes."""
        prepared = self.prepared(statement)
        args = prepared.args(values)
        async with self._lock:
            with _translated():
                return await self._writer.call(lambda connection: connection.execute(prepared.sql, args).fetchall())

    async def scrub(self) -> None:
        """Write the file anew, without the pages that were freed, and empty the log beside it."""

        def run(connection: sqlite3.Connection) -> bool:
            # What is written anew meanwhile may be larger than the memory.
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("VACUUM")
            connection.execute("PRAGMA temp_store = MEMORY")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return bool(busy)

        async with self._lock:
            with _translated():
                busy = await self._writer.call(run)
        if busy:
            raise RetriableError("somebody still reads the database as it was before", retry_after=1)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        async with self._lock:
            connection = SqliteConnection(self, self._writer, writes=True)
            try:
                yield connection
            finally:
                connection.end()

    async def close(self) -> None:
        """Close all connections."""
        await self.wake.close()
        for thread in self._threads:
            await thread.close()
