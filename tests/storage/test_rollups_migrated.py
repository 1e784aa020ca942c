"""What triage found becomes columns of conversations that were heard before there were any, and goes back again."""

from __future__ import annotations

from typing import Any

from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.policy import Policies
from bot.domain.triage import Guess, Reading
from storage import SqlStorage
from storage.engine import parse_url
from storage.migrations import alembic_config, migrate
from tests.fakes.clock import SetClock
from tests.storage.test_rollups import heard, reading, rolled

FOUND = text("SELECT number, mood, topic, language FROM conversations ORDER BY number")

BARE = Reading(Guess("en", 0.0), Guess("neutral", 0.0), 0.0, Guess("calm", 0.0))
UNRULY = Reading(
    language=Guess("ja", 0.9),
    mood=Guess("negative", 0.5),
    score=-0.5,
    urgency=Guess("urgent", 0.9),
    topics=(Guess("#\N{FIRE} \"quoted\" 'and' \\ :colon", 0.5),),
    urgent_for="danger: “\x00 \\u0000”\\u0000",
)


async def test_what_was_found_before_is_counted_and_an_earlier_baton_starts(url: str) -> None:
    readings = [
        reading("negative", 0.9, [("#trailx", 0.9), ("delivery", 0.8), ("price", 0.95)], "de"),
        reading("negative", 0.49, [("#only", 0.9), ("delivery", 0.49)], "fr"),
        reading("positive", 0.5, [("#second", 0.6), ("#first", 0.9)], "tr"),
        reading("neutral", 0.8, [], "zh"),
        BARE,
        UNRULY,
        None,
    ]
    storage = await SqlStorage.connect(url, policies=Policies(), clock=SetClock())
    try:
        await rolled(storage, await heard(storage, len(readings), readings=readings))
    finally:
        await storage.close()
    written = await _in_database(url, _found)
    assert written == [
        (1, "negative", "delivery", "de"),
        (2, None, "#only", "fr"),
        (3, "positive", "#second", "tr"),
        (4, "neutral", None, "zh"),
        (5, None, None, "en"),
        (6, "negative", UNRULY.topics[0].name, "ja"),
        (7, None, None, None),
    ]
    await _in_database(url, lambda connection: command.downgrade(alembic_config(connection), "0012"))
    assert not {"mood", "topic", "language", "rollup"} & await _in_database(url, _columns)
    await migrate(url)
    assert await _in_database(url, _found) == written
    assert await _in_database(url, lambda c: c.execute(text("SELECT count(*) FROM postings")).scalar()) == 7


def _found(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(FOUND)]


def _columns(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    return {column["name"] for table in ("conversations", "postings") for column in inspector.get_columns(table)}


async def _in_database(url: str, function: object) -> Any:
    engine = create_async_engine(parse_url(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(function)  # type: ignore[arg-type]
    finally:
        await engine.dispose()
