"""Bringing a file of customers to the store, portion by portion; a stopped import goes on where it ended."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import ConfigError, ConflictError, UserError
from bot.ports import ImportedCustomer, Storage, UnitOfWork
from handlers.admin import table_file
from handlers.admin.context import Context
from handlers.admin.customer_files import Unread, read, refuse
from handlers.events import likeness

PORTION = 2_000
"""Customers of one transaction: enough to make its commit cheap, and nobody else who writes waits long."""

TRIES = 5
"""So often a portion is tried while others write the same."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asks for. `skip_bad` is the file to which goes what cannot be read."""

    afresh: bool = False
    skip_bad: Path | None = None
    birthdays: bool = False
    forgotten: bool = False
    """Also those who were forgotten on request."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the customers so far. `done` counts them as they stand in the file, in order from the first;
    `bad_bytes` is the length of the file of those left out; `cursor` is where in a CRM's list the next page begins; `forgotten` counts those
    who were left out because they were forgotten on request."""

    done: int = 0
    new: int = 0
    updated: int = 0
    left_out: int = 0
    bad_bytes: int = 0
    cursor: str = ""
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class _Portion:
    customers: list[ImportedCustomer]
    unread: list[Unread]
    bytes_read: int

    @property
    def count(self) -> int:
        return len(self.customers) + len(self.unread)


async def bring(context: Context, file: Path, wishes: Wishes) -> Tally:
    """All of the file but what an earlier, stopped run has brought.

    Raises `UserError` where something cannot be read and is not to be left out; earlier portions are brought then.
    """
    state = State.of(context, table_file.digest(file))
    if wishes.afresh:
        state.forget()
    tally = begun = state.read()
    console = Console(stderr=True)
    if begun.done:
        console.print(f"{begun.done:,} customers were brought before; going on from there.", highlight=False)
    started = time.monotonic()
    async with context.storage() as storage:
        with table_file.opened(file) as opened, _Left(wishes.skip_bad, begun) as left, _bar(console) as bar:
            task = bar.add_task(f"Importing {file.name}", total=os.fstat(opened.fileno()).st_size)
            portions = _portions(opened, file, begun.done, wishes)
            # The next portion is read while the store writes this one.
            coming = asyncio.create_task(_next(portions))
            while (portion := await coming) is not None:
                coming = asyncio.create_task(_next(portions))
                try:
                    stored = await insistently(storage, context, portion.customers, forgotten=wishes.forgotten)
                except BaseException:
                    # The file is not to be closed under the thread that reads it.
                    await asyncio.wait([coming])
                    raise
                tally = replace(
                    tally,
                    done=tally.done + portion.count,
                    new=tally.new + stored.new,
                    updated=tally.updated + stored.updated,
                    forgotten=tally.forgotten + stored.forgotten,
                    left_out=tally.left_out + len(portion.unread),
                    bad_bytes=left.write(portion.unread),
                )
                state.write(tally)
                bar.update(task, completed=portion.bytes_read)
    state.forget()
    brought, took = tally.done - begun.done, time.monotonic() - started
    if brought > PORTION:
        console.print(f"{brought:,} customers in {took:,.0f} s, {brought / took:,.0f} a second", highlight=False)
    return tally


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


async def _next(portions: Iterator[_Portion]) -> _Portion | None:
    return await asyncio.to_thread(next, portions, None)


def _portions(opened: BinaryIO, file: Path, begin: int, wishes: Wishes) -> Iterator[_Portion]:
    """Raises `UserError` at the first that cannot be read, unless such are left out."""
    rest = read(opened, file, begin=begin, birthdays=wishes.birthdays)
    while found := list(islice(rest, PORTION)):
        unread = [each for each in found if isinstance(each, Unread)]
        if unread and wishes.skip_bad is None:
            raise refuse(file, unread[0])
        yield _Portion([each for each in found if isinstance(each, ImportedCustomer)], unread, opened.tell())


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one portion."""

    new: int
    updated: int
    forgotten: int


async def insistently(
    storage: Storage,
    context: Context,
    customers: Sequence[ImportedCustomer],
    then: Callable[[UnitOfWork, Collection[str]], Awaitable[None]] | None = None,
    *,
    forgotten: bool = False,
) -> Stored:
    """Store a portion. Who loses a race against other writers starts the portion over.

    Whoever was forgotten on request is left out, unless `forgotten` says that they are customers again. `then` does in the same transaction what follows for the customers of these ids.
    """
    for attempt in range(1, TRIES + 1):
        try:
            async with storage.writing() as uow:
                if forgotten:
                    await uow.privacy.forget_no_more(customers)
                out = await uow.privacy.forgotten_among(customers) if not forgotten else frozenset()
                brought = [each for each in customers if each.key not in out]
                new = await uow.customers.bring(brought, context.clock.now())
                await likeness.ask(uow, uow.customers.newcomers())
                if then is not None:
                    await then(uow, uow.customers.newcomers())
                return Stored(new, len(brought) - new, len(customers) - len(brought))
        except ConflictError:
            if attempt == TRIES:
                raise
            await asyncio.sleep(0.1 * 2**attempt)
    raise AssertionError("a try ends with a return or an error")


class State:
    """How far an import came, kept in the data folder for as long as it is not at its end."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, context: Context, what: str) -> State:
        """That of what is imported (a file by what is in it, a CRM by its name and address), into this store."""
        store = hashlib.sha256(context.database_url.encode()).hexdigest()[:8]
        return cls(context.data_dir / "import" / f"{what}-{store}.json")

    def read(self) -> Tally:
        """As it was left; raises `ConfigError` for a damaged one."""
        try:
            return Tally(**json.loads(self._path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Tally()
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{self._path} is damaged: {error}.", "Begin again with --afresh.") from error

    def write(self, tally: Tally) -> None:
        """Put in place in one step, so that a kill at any moment leaves a whole file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        made = self._path.with_suffix(f".{os.getpid()}.new")
        made.write_text(json.dumps(asdict(tally)), encoding="utf-8")
        made.replace(self._path)

    def forget(self) -> None:
        """The import is at its end, or begins again."""
        self._path.unlink(missing_ok=True)


class _Left:
    """The file of those that were left out, one a line in JSON; what a stopped run wrote behind its state is cut off."""

    def __init__(self, path: Path | None, begun: Tally) -> None:
        self._path, self._begun = path, begun
        self._file: BinaryIO | None = None

    def __enter__(self) -> _Left:
        if self._path is None:
            return self
        try:
            self._file = self._path.open("r+b" if self._path.exists() and self._begun.done else "wb")
        except OSError as error:
            raise UserError(f"{self._path} cannot be written: {error.strerror}.", "Name another file.") from error
        self._file.seek(0, os.SEEK_END)
        self._file.truncate(min(self._begun.bad_bytes, self._file.tell()))
        self._file.seek(0, os.SEEK_END)
        return self

    def __exit__(self, *_: Any) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, unread: list[Unread]) -> int:
        """Gives how long the file is now."""
        if self._file is None:
            return 0
        for each in unread:
            line = {"customer": each.number, "why": each.why, "written": each.written}
            self._file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self._file.flush()
        return self._file.tell()
