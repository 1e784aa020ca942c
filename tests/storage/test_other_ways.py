"""What comes by several ways is found by indexes alone, and what was heard before can be found, too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.sql.expression import Executable

from bot.domain.post import Post
from storage import SqlStorage, other_ways, post_changes
from storage.engine import Database, parse_url
from storage.migrations import alembic_config
from tests.storage.hearing import HEARD, created, hear, post

_FILL = text(
    "INSERT INTO posts (network, account, external_id, source, heard_at, body) VALUES ('x', :account, :id, 'demo', 1, '{}')"
)


async def stored(storage: SqlStorage, *posts: Post) -> None:
    async with storage.writing() as uow:
        await uow.posts.accept([created(each) for each in posts], "demo", HEARD)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (other_ways.BY_TOOLS, {"network": "x", "external_id": "7"}),
        (other_ways.BY_PAGE, {"page": "p"}),
        (other_ways.BY_KEY, {"network": "x", "account": "a", "external_id": "7"}),
        (other_ways.FIRST_ACCOUNT, {"network": "x"}),
        (other_ways.NEXT_ACCOUNT, {"network": "x", "after": "a"}),
        (other_ways.ANY_TOOL, {}),
        (post_changes.STRAYS, {"limit": 10}),
    ],
    ids=["tools", "page", "key", "account", "next account", "any", "strays"],
)
async def test_every_look_up_steps_into_an_index(
    database: Database, statement: Executable, values: Mapping[str, Any]
) -> None:
    async with database.writing() as connection:
        rows = [{"account": f"account-{n % 5}", "id": str(n)} for n in range(3_000)]
        connection.later_many(_FILL, rows)
    prepared = database.prepared(statement)
    explain = "EXPLAIN QUERY PLAN " if database.name == "sqlite" else "EXPLAIN (FORMAT JSON) "
    async with database.writing() as connection:
        if database.name == "postgresql":
            await connection.all(text("SELECT set_config('enable_seqscan', 'off', true)"))
        plan = await connection._send([(explain + prepared.sql, [prepared.args(values)])])
    said = json.dumps([list(map(str, row)) for row in plan[0]])
    assert "Seq Scan" not in said
    assert not any("SCAN posts" in line and "INDEX" not in line for line in said.split('", "'))


async def test_what_was_heard_before_is_found_by_its_page_and_by_its_tool(storage: SqlStorage, url: str) -> None:
    mine = post("1", url="https://x.com/maya/status/1", raw={"via": "x", "n": 10**400})
    tools = post("2", via="brandwatch")
    await hear(storage, mine, tools)
    await stored(storage, post("3", url="https://x.com/maya/status/3"))

    def _there_and_back(connection: Connection) -> None:
        command.downgrade(alembic_config(connection), "0022")
        command.upgrade(alembic_config(connection), "head")

    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_there_and_back)
    finally:
        await engine.dispose()
    async with storage.database.reading() as reading:
        rows = await reading.all(text("SELECT external_id, via, page FROM posts ORDER BY id"))
    assert [(row[0], bool(row[1]), row[2]) for row in rows] == [
        ("1", False, other_ways.page_key(mine)),
        ("2", True, None),
        ("3", False, None),
    ]
    assert rows[0][2] is not None
