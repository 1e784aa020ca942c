"""The measures as a page asks for them: any window, narrowed or not, as sections of charts and tables that any page can draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.cards import Chart
from bot.domain.measures import Window
from bot.domain.narrowing import ALL, Narrowing
from bot.domain.people import Person
from bot.ports.measures import Listed, Listing

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Behind:
    """Which conversations are behind a number: of the page's window and narrowing, and narrowed further."""

    which: Listing
    further: Narrowing = ALL


@dataclass(frozen=True, slots=True)
class Cell:
    """`shown` is what people read, `value` what programs do: spans in seconds, shares in per cent, moments in ISO 8601."""

    shown: str
    value: Value
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is the heading for programs, `name` that for people."""

    key: str
    name: str
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """The first column says what each row is about. `key` is unique on the page, and names its CSV file."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page. With `missing` it says why there are no figures, and has none."""

    key: str
    title: str
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    note: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to narrow by, as (value, name): what is in the window, and all departments."""

    networks: tuple[tuple[str, str], ...] = ()
    topics: tuple[tuple[str, str], ...] = ()
    departments: tuple[tuple[str, str], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    """All sections of a window; `at` is when they were counted."""

    window: Window
    narrowing: Narrowing
    sections: tuple[Section, ...]
    choices: Choices
    at: datetime

    @property
    def tables(self) -> Mapping[str, Table]:
        """Every table by its key."""
        return {table.key: table for section in self.sections for table in section.tables}


@dataclass(frozen=True, slots=True)
class ListedPage:
    """The conversations behind a number, the newest first; `more` says that there are more than these."""

    listed: tuple[Listed, ...]
    more: bool
    table: Table


class MeasuresDesk(Protocol):
    """Counts the measures for whoever looks at them. What was counted a moment ago is not counted again."""

    def now(self) -> datetime:
        """The desk's clock."""
        ...

    @property
    def company(self) -> str:
        """How the company is called."""
        ...

    @property
    def timezone(self) -> str:
        """The zone whose days the windows cover."""
        ...

    @property
    def departments(self) -> Mapping[str, str]:
        """What people read for each department's key."""
        ...

    async def page(self, reader: Person, window: Window, narrowing: Narrowing) -> MeasuresPage:
        """Everything of a window, as this person may see it. Cancelled, it stops counting when nobody else waits for it.

        Raises `RetriableError` while too much is being counted already.
        """
        ...

    async def behind(self, reader: Person, window: Window, narrowing: Narrowing, which: Listing) -> ListedPage:
        """The conversations behind a number."""
        ...


class Visitors(Protocol):
    """Who may look, and who is signed in."""

    async def key(self) -> bytes:
        """32 bytes with which this installation seals what it gives to browsers; the same for every replica."""
        ...

    async def let_in(self, platform: str, teams: tuple[str, ...], user: str) -> Person | None:
        """The colleague with this account in one of these workspaces; None for anybody else, guests among them."""
        ...

    async def sign_out(self, session: str, until: datetime) -> None:
        """The session is over, whoever still has its cookie; it would have ended by itself then."""
        ...

    async def is_over(self, session: str) -> bool:
        """Was it ended before its time?"""
        ...
