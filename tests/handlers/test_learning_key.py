"""The key of learned words' numbers: where it is kept, that it outlives restarts, and that two keys never meet in one store."""

from __future__ import annotations

import asyncio

import pytest

from bot.config import Config
from bot.domain.learning import Learning, number, numbers
from bot.errors import ConflictError
from handlers.learning import TakeUpLearned, learned
from handlers.learning_key import KEPT, LearningKey, forget_key
from integrations.ai.local import LocalTriage
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.company import Company

WORDS = ("scooter", "helmet")
SECRET = b"a long secret of this installation"


@pytest.fixture
async def store(either_storage: SqlStorage, clock: SetClock, config: Config) -> SqlStorage:
    """With two words that were kept before there were keys."""
    company = await Company(either_storage, clock, config).staff()
    await company.opened("one", "two")
    for conversation in (1, 2):
        async with either_storage.writing() as uow:
            await uow.lessons.teach(conversation, numbers(WORDS), "support", 1.0)
    return either_storage


async def kept(storage: SqlStorage) -> dict[int, float]:
    async with storage.reading() as uow:
        return {word: posts for word, _, posts in await uow.lessons.words((-1, ""), 100)}


async def test_words_that_were_kept_before_get_keyed_numbers_once_and_lose_no_count(store: SqlStorage) -> None:
    key = await LearningKey(SECRET).of(store)
    assert key is not None
    assert await kept(store) == dict.fromkeys(numbers(WORDS, key), 2.0)
    assert not numbers(WORDS) & numbers(WORDS, key), "whoever has the database can try no word"
    assert await LearningKey(SECRET).of(store) == key
    assert await kept(store) == dict.fromkeys(numbers(WORDS, key), 2.0)


async def test_every_replica_with_the_same_secret_has_the_same_key(store: SqlStorage) -> None:
    keys = [LearningKey(SECRET) for _ in range(3)]
    found = []
    for again in range(20):
        ended = await asyncio.gather(*(key.of(store) for key in keys), return_exceptions=True)
        found = [each for each in ended if not isinstance(each, ConflictError)]
        if len(found) == len(keys):
            break
        assert again < 19
    assert len(set(found)) == 1
    assert isinstance(found[0], bytes)
    assert await kept(store) == dict.fromkeys(numbers(WORDS, found[0]), 2.0)


async def test_with_another_secret_nothing_is_read_and_nothing_learned(store: SqlStorage, config: Config) -> None:
    await LearningKey(SECRET).of(store)
    before = await kept(store)
    other, triage = LearningKey(b"quite another secret"), LocalTriage(config)
    assert await other.of(store) is None
    await TakeUpLearned(store, config, triage, other)()
    assert triage.telling("Where is my scooter and my helmet?") == frozenset()
    assert await kept(store) == before


async def test_once_all_was_forgotten_another_secret_holds(store: SqlStorage) -> None:
    await LearningKey(SECRET).of(store)
    async with store.writing() as uow:
        await uow.lessons.reset()
        await forget_key(uow)
    other = LearningKey(b"quite another secret")
    key = await other.of(store)
    assert key is not None
    assert await kept(store) == {}
    assert await LearningKey(SECRET).of(store) is None


async def test_without_a_secret_the_key_is_made_once_and_kept_in_the_database(store: SqlStorage) -> None:
    key = await LearningKey().of(store)
    assert key is not None
    assert await LearningKey().of(store) == key
    async with store.reading() as uow:
        assert await uow.setting(KEPT) == key.hex()


async def test_a_secret_is_not_in_the_database(store: SqlStorage) -> None:
    key = await LearningKey(SECRET).of(store)
    assert key is not None
    async with store.reading() as uow:
        assert await uow.setting(KEPT) is None
        assert len((await learned(uow, ("support",), key=key)).words) == 2
        assert len((await learned(uow, ("support",), key=None)).words) == 0


def test_without_a_key_nothing_is_numbered() -> None:
    nothing = Learning({"support": 20.0}, {number("scooter"): {"support": 20.0}}, key=None)
    assert nothing.numbers(WORDS) == frozenset()
    assert nothing.said("scooter") == {}


async def test_while_the_secret_is_changed_the_words_are_read_with_the_one_they_were_numbered_with(
    store: SqlStorage,
) -> None:
    key = await LearningKey(SECRET).of(store)
    assert await LearningKey(b"quite another secret", SECRET).of(store) == key
    assert await LearningKey(b"quite another secret", b"and no secret of ours").of(store) is None
