"""How statements reach a database: one transaction is a `Connection`, and a `Database` gives them out.

Statements are SQLAlchemy constructs, made once and kept in constants; each is compiled once for its database and run by
the driver itself, since building and running them through SQLAlchemy costs several times what the database needs.
Writes that give nothing back are kept (`later`) and sent together with the next query or the commit: on SQLite a whole
unit of work is a few trips to the connection's thread.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, cast

import orjson
from sqlalchemy import (
    ARRAY,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Delete,
    Dialect,
    Insert,
    Select,
    Text,
    Update,
    bindparam,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import Executable

from bot.errors import ConfigError, ConflictError
from storage.wake import Topic, Wake

Row = Sequence[Any]
Values = Mapping[str, Any]
NOTHING: Values = {}


class Among(ColumnElement[bool]):
    """The column's value is in the list given as `name` when the statement runs, however long the list is."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.listed: BindParameter[Any] = bindparam(name, type_=ARRAY(Text))


@compiles(Among, "postgresql")
def _among_on_postgres(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} = ANY({compiler.process(element.listed, **kw)})"


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: SQLCompiler, **kw: Any) -> str:
    listed = compiler.process(element.listed, **kw)
    return f"{compiler.process(element.column, **kw)} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 - a parameter


def binds(*names: str) -> dict[str, BindParameter[Any]]:
    """One parameter per column, named like it: for `insert(table).values(binds(...))`."""
    return {name: bindparam(name) for name in names}


class Prepared:
    """A statement compiled for one database: its text, and the order in which the driver wants the values.

    `locks` tells that it cannot run in a transaction that only reads, on either database.
    """

    __slots__ = ("_defaults", "_json", "_names", "locks", "sql")

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled = cast(SQLCompiler, cast(ClauseElement, statement).compile(dialect=dialect))
        self.sql: str = compiled.string
        self.locks = isinstance(statement, Insert | Update | Delete) or (
            isinstance(statement, Select) and statement._for_update_arg is not None
        )
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        required = {name for name in self._names if compiled.binds[name].required}
        self._defaults = {name: compiled.params[name] for name in self._names if name not in required}
        arrays = {name for name in self._names if isinstance(compiled.binds[name].type, ARRAY)}
        self._json = arrays if dialect.name == "sqlite" else set()

    def args(self, values: Values) -> tuple[Any, ...]:
        """The values in the driver's order."""
        if self._defaults:
            values = {**self._defaults, **values}
        if self._json:
            values = {name: orjson.dumps(v).decode() if name in self._json else v for name, v in values.items()}
        return tuple([values[name] for name in self._names])


@dataclass(frozen=True, slots=True)
class Write:
    """A write that waits to be sent. `expect` is how many rows it must change."""

    sql: str
    rows: list[tuple[Any, ...]]
    expect: int | None


class Connection(ABC):
    """One transaction. It begins with its first statement."""

    def __init__(self, database: Database, *, writes: bool) -> None:
        self.database = database
        self._may_write = writes
        self._waiting: list[Write] = []
        self._topics: set[Topic] = set()
        self._afterwards: list[Callable[[], None]] = []
        self.closed = False

    def later(self, statement: Executable, values: Values = NOTHING, *, expect: int | None = None) -> None:
        """Write without an answer: sent before the next query or with the commit.

        The sending raises `ConflictError` when `expect` is given and another number of rows was changed.
        """
        prepared = self._prepare(statement)
        self._waiting.append(Write(prepared.sql, [prepared.args(values)], expect))

    def later_many(self, statement: Executable, rows: Iterable[Values]) -> None:
        """The same write for many rows."""
        prepared = self._prepare(statement)
        args = [prepared.args(values) for values in rows]
        if args:
            self._waiting.append(Write(prepared.sql, args, None))

    async def all(self, statement: Executable, values: Values = NOTHING) -> list[Row]:
        """All rows of a query, or of a write that returns rows."""
        prepared = self._reading(statement)
        return (await self._send([(prepared.sql, [prepared.args(values)])]))[0]

    async def one(self, statement: Executable, values: Values = NOTHING) -> Row | None:
        """The first row, or None."""
        rows = await self.all(statement, values)
        return rows[0] if rows else None

    async def several(self, *queries: tuple[Executable, Values]) -> list[list[Row]]:
        """The rows of several queries, in one trip where the database allows it."""
        prepared = [(self._reading(statement), values) for statement, values in queries]
        return await self._send([(each.sql, [each.args(values)]) for each, values in prepared])

    async def many(self, statement: Executable, rows: Iterable[Values]) -> list[Row]:
        """One statement for many rows of values; what each of them returned, one after the other."""
        prepared = self._reading(statement)
        args = [prepared.args(values) for values in rows]
        return (await self._send([(prepared.sql, args)]))[0] if args else []

    def wake(self, topic: Topic) -> None:
        """Wake the loops of this topic once the transaction is committed."""
        self._topics.add(topic)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction is committed."""
        self._afterwards.append(call)

    async def commit(self) -> None:
        """Send what waits, commit, and tell those who wait for it."""
        await self._commit()
        for call in self._afterwards:
            call()
        for topic in self._topics:
            self.database.wake.fire(topic)

    def _prepare(self, statement: Executable) -> Prepared:
        if not self._may_write:
            raise RuntimeError("this unit of work only reads")
        return self.database.prepared(statement)

    def _reading(self, statement: Executable) -> Prepared:
        prepared = self.database.prepared(statement)
        if prepared.locks and not self._may_write:
            raise RuntimeError("this unit of work only reads")
        return prepared

    def _take_waiting(self) -> list[Write]:
        waiting, self._waiting = self._waiting, []
        return waiting

    @abstractmethod
    async def _send(self, queries: list[tuple[str, list[tuple[Any, ...]]]]) -> list[list[Row]]:
        """Send what waits, then the queries; the rows of each query, of all its argument rows together."""

    @abstractmethod
    async def _commit(self) -> None:
        """Send what waits and commit."""


def check_count(write: Write, count: int) -> None:
    """Raise `ConflictError` when a write did not change as many rows as it must."""
    if write.expect is not None and count != write.expect:
        raise ConflictError("the record was changed by somebody else in the meantime")


_open_here: ContextVar[tuple[asyncio.Task[Any] | None, Connection] | None] = ContextVar("_open_here", default=None)


class Database(ABC):
    """A database that gives out transactions."""

    name: Literal["sqlite", "postgresql"]

    def __init__(self, url: URL, dialect: Dialect, wake: Wake) -> None:
        self.url = url
        self.wake = wake
        self._dialect = dialect
        self._prepared: dict[Executable, Prepared] = {}

    def prepared(self, statement: Executable) -> Prepared:
        """The statement, compiled. Statements are kept for good: make them once, at module level."""
        found = self._prepared.get(statement)
        if found is None:
            found = self._prepared[statement] = Prepared(statement, self._dialect)
        return found

    @abstractmethod
    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction that sees one state of the database and cannot write."""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A transaction that is committed when the block ends without an error."""
        if self._current() is not None:
            raise RuntimeError("a unit of work is open in this task already")
        async with self._transaction() as connection:
            token = _open_here.set((asyncio.current_task(), connection))
            try:
                yield connection
                await connection.commit()
            finally:
                connection.closed = True
                _open_here.reset(token)

    @abstractmethod
    async def single(self, statement: Executable, values: Values = NOTHING) -> list[Row]:
        """One statement that is a transaction by itself: it is committed when its rows are there."""

    @asynccontextmanager
    async def joining(self) -> AsyncIterator[Connection]:
        """The transaction that is open in this task, which then commits, or one of its own."""
        current = self._current()
        if current is not None:
            yield current
            return
        async with self.writing() as connection:
            yield connection

    def _current(self) -> Connection | None:
        here = _open_here.get()
        if here is None or here[0] is not asyncio.current_task():
            return None
        return here[1] if here[1].database is self and not here[1].closed else None

    @abstractmethod
    def _transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction that is rolled back when the block ends, unless it was committed."""

    @abstractmethod
    async def scrub(self) -> None:
        """Overwrite what was deleted; raises `RetriableError` while somebody still reads what was there before."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""


def parse_url(url: str) -> URL:
    """A database's URL with the driver we use; raises `ConfigError` when it names another database."""
    try:
        parsed = make_url(url)
        if parsed.port is not None and not 0 < parsed.port < 65536:
            raise ValueError("a port has at most five digits")
    except (ArgumentError, ValueError) as error:
        # The URL may hold a password, and so may what the parser says of it.
        raise ConfigError(
            "The database's URL cannot be read.", "Write it like postgresql://user@host/baton."
        ) from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database not in {None, "", ":memory:"}:
            return parsed.set(drivername="sqlite+aiosqlite")
        case "sqlite":
            raise ConfigError("The database must be a file.", "Write it like sqlite+aiosqlite:////var/lib/baton.db.")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+asyncpg")
    raise ConfigError(
        f"Baton cannot keep its data in {parsed.get_backend_name()}.", "Use sqlite+aiosqlite:// or postgresql://."
    )
