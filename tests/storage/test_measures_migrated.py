"""What the measures count by is filled in for conversations from before, and is what a change would have written."""

from __future__ import annotations

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage.engine import parse_url
from storage.migrations import alembic_config
from storage.pouring import pouring
from storage.tables import settings
from tests.storage.past import pour_past

_COLUMNS = (
    "SELECT number, department, first_answer_at, changed, resolved_department, filed FROM conversations ORDER BY 1"
)


async def test_columns_of_before_are_filled_as_changes_fill_them(url: str) -> None:
    await pour_past(url, 400)
    written = await _rows(url)
    assert {row[3] for row in written} >= {None, True, False}
    assert sum(row[2] is not None for row in written) > 20

    def _there_and_back(connection: Connection) -> None:
        command.downgrade(alembic_config(connection), "0015")
        command.upgrade(alembic_config(connection), "head")

    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_there_and_back)
    finally:
        await engine.dispose()
    assert await _rows(url) == written


async def _rows(url: str) -> list[tuple[object, ...]]:
    async with pouring(url, [settings]) as pour:
        return [tuple(row) for row in await pour.rows(_COLUMNS)]
