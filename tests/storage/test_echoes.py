"""Who says the same is found by a few keys, among open conversations heard lately; their numbers come in order."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy.sql.expression import Executable

from bot.domain import life
from bot.domain.conversation import Conversation, State
from bot.domain.events import Resolved
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.policy import Policies
from bot.domain.signature import bands, signature
from bot.ports import Browse
from storage import SqlStorage
from storage.conversation_lists import ECHOES
from storage.echoes import ALIKE, MOST, WAITING
from storage.moments import stamp
from tests.databases import opened
from tests.storage.hearing import ANA, HEARD, act, hear, post

CRUSHED = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
WARM = "The new jacket keeps me warm on every walk, and the zip still runs like on the first day"
AGO = HEARD - timedelta(hours=48)


async def remember(storage: SqlStorage, words: str, *numbers: int, at: datetime = HEARD) -> None:
    async with storage.writing() as uow:
        await uow.echoes.remember({number: (at, signature(words)) for number in numbers})


async def alike(storage: SqlStorage, words: str, since: datetime = AGO) -> list[int]:
    async with storage.reading() as uow:
        found = await uow.echoes.alike(bands(signature(words)), since)
    assert set(found.values()) <= {signature(words)}
    return sorted(found)


async def test_open_ones_that_share_a_key_are_found_with_what_they_say(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n)) for n in range(4)))
    await remember(storage, CRUSHED, 1)
    await remember(storage, WARM, 2)
    await remember(storage, CRUSHED, 3, at=AGO - timedelta(seconds=1))
    assert await alike(storage, CRUSHED) == [1]
    assert await alike(storage, WARM) == [2]
    assert await alike(storage, "Nothing of all this has ever been said before by anybody at all") == []
    async with storage.reading() as uow:
        assert await uow.echoes.alike((), AGO) == {}


async def test_what_is_resolved_is_not_found_until_it_is_open_again(storage: SqlStorage) -> None:
    await hear(storage, post())
    await remember(storage, CRUSHED, 1)
    steps: tuple[tuple[Callable[[Conversation], life.Events], list[int]], ...] = (
        (lambda c: life.claim(c, act(), Policies()), [1]),
        (lambda c: life.resolve(c, act(), Outcome(OutcomeKind.FIXED, "a", "b")), []),
        (lambda c: life.reopen(c, act()), [1]),
    )
    for step, found in steps:
        async with storage.writing() as uow:
            c = await uow.conversations.take(1)
            await uow.conversations.save(c, step(c))
        assert await alike(storage, CRUSHED) == found


async def test_of_a_common_phrase_only_the_newest_are_compared(storage: SqlStorage) -> None:
    many = MOST + 3
    await hear(storage, *(post(str(n)) for n in range(many)))
    await remember(storage, CRUSHED, *range(1, many + 1))
    assert await alike(storage, CRUSHED) == list(range(4, many + 1))


async def test_what_is_forgotten_or_too_old_is_not_compared_with(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n)) for n in range(3)))
    await remember(storage, CRUSHED, 1, 2)
    await remember(storage, CRUSHED, 3, at=HEARD - timedelta(hours=1))
    async with storage.writing() as uow:
        await uow.echoes.forget(1)
        await uow.echoes.forget(77)
    assert await alike(storage, CRUSHED) == [2, 3]
    async with storage.writing() as uow:
        await uow.echoes.clear(HEARD)
    assert await alike(storage, CRUSHED) == [2]


async def test_echoes_are_listed_newest_first_and_wait_oldest_first(storage: SqlStorage) -> None:
    await hear(storage, post("1", CRUSHED))
    await hear(storage, *(post(str(n), f"{CRUSHED} {n}") for n in range(2, 6)), departments=("support",), echo_of=1)
    async with storage.writing() as uow:
        c = await uow.conversations.take(3)
        resolved = Resolved(at=HEARD, by=ANA, outcome=Outcome(OutcomeKind.FIXED, "a", "b"))
        await uow.conversations.save(c, (resolved,))
    async with storage.reading() as uow:
        assert [line.conversation.number for line in await uow.echoes.browse(1, 2)] == [5, 4]
        page = await uow.echoes.browse(1, 2, 2)
        assert [line.conversation.number for line in page] == [3, 2]
        assert page[1].text == f"{CRUSHED} 2"
        assert await uow.echoes.waiting(1) == [2, 4, 5]
        assert await uow.echoes.waiting(1, 2, 1) == [4]
        assert await uow.echoes.waiting(2) == []
        assert [line.conversation.number for line in await uow.conversations.browse(Browse("open", ANA))] == [1]
        assert await uow.conversations.count(Browse("floor", ANA)) == 1
        assert await uow.conversations.count(Browse("department", ANA, "support")) == 0
        assert (await uow.counts()).conversations_by_state == {"echo": 3, "floor": 1, "resolved": 1}
        echo = await uow.conversations.get(2)
    assert echo is not None
    assert (echo.state, echo.echo_of) == (State.ECHO, 1)


async def test_looking_for_them_goes_by_index(sqlite_url: str) -> None:
    database = await opened(sqlite_url)
    keys = orjson.dumps([{"key": key} for key in bands(signature(CRUSHED))]).decode()
    numbers: dict[str, Any] = {"leader": 1, "after": 0, "limit": 10, "offset": 0}
    same = {"keys": keys, "others": MOST - 1, "since": stamp(AGO)}
    asked: list[tuple[Executable, dict[str, Any]]] = [(ALIKE, same), (WAITING, numbers), (ECHOES, numbers)]
    connection = sqlite3.connect(str(database.url.database))
    for statement, values in asked:
        prepared = database.prepared(statement)
        steps = [
            str(row[-1]) for row in connection.execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.args(values))
        ]
        assert not [step for step in steps if _WHOLE.fullmatch(step)], prepared.sql
        assert any("USING" in step for step in steps)
    connection.close()
    await database.close()


_WHOLE = re.compile("SCAN (c|k|n|s|conversations|signatures|signature_keys|posts|customers)")
"""A step that reads all of a table."""
