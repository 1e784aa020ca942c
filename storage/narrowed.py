"""Statements over conversations, narrowed to some of them: each is derived from the one for all, once for each kind of narrowing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Select, bindparam
from sqlalchemy.sql import visitors

from bot.domain.narrowing import Narrowing
from storage.engine import NOTHING, Row, Values
from storage.tables import conversations

_PREFIX = "only_"
"""How the parameters begin that narrow: a statement's own ones never do."""


class Asks(Protocol):
    """What queries are asked of: a connection, or one that narrows them."""

    async def all(self, statement: Any, values: Values = NOTHING) -> list[Row]:
        """All rows of a query."""
        ...

    async def one(self, statement: Any, values: Values = NOTHING) -> Row | None:
        """The first row, or None."""
        ...

    async def several(self, *queries: tuple[Any, Values]) -> list[list[Row]]:
        """The rows of several queries."""
        ...


class Narrowed:
    """Asks every query of some conversations alone; raises ValueError for one that does not choose among them itself."""

    def __init__(self, connection: Asks, narrowing: Narrowing) -> None:
        self._connection = connection
        self._shape = tuple(narrowing.values)
        self._values = {f"{_PREFIX}{name}": value for name, value in narrowing.values.items()}

    async def all(self, statement: Any, values: Values = NOTHING) -> list[Row]:
        """All rows of a query."""
        return await self._connection.all(narrowed(statement, self._shape), {**values, **self._values})

    async def one(self, statement: Any, values: Values = NOTHING) -> Row | None:
        """The first row, or None."""
        return await self._connection.one(narrowed(statement, self._shape), {**values, **self._values})

    async def several(self, *queries: tuple[Any, Values]) -> list[list[Row]]:
        """The rows of several queries."""
        asked: Sequence[tuple[Any, Values]] = [
            (narrowed(statement, self._shape), {**values, **self._values}) for statement, values in queries
        ]
        return await self._connection.several(*asked)


@cache
def narrowed(statement: Select[Any], shape: tuple[str, ...]) -> Select[Any]:
    """The statement with a condition on each of these columns. Kept for good, as statements are: there are few shapes."""
    chosen = visitors.iterate(statement.whereclause) if statement.whereclause is not None else ()
    if not any(getattr(each, "table", None) is conversations for each in chosen):
        raise ValueError("this statement does not choose among conversations itself")
    return statement.where(*(conversations.c[name] == bindparam(f"{_PREFIX}{name}") for name in shape))
