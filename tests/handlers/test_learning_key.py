"""The key of learned words' numbers: where it is kept, that it outlives restarts, and that two keys never meet in one store."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from bot.config import Config
from bot.domain.learning import Learning, number, numbers
from bot.errors import ConfigError, ConflictError
from handlers.learning import TakeUpLearned, learned
from handlers.learning_key import FILE, KEPT, LearningKey, forget_key, secret_of
from integrations.ai.local import LocalTriage
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.company import Company

SQLITE, POSTGRES = "sqlite+aiosqlite:////var/baton.db", "postgresql+asyncpg://baton@db/baton"
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
    key = await LearningKey(None).of(store)
    assert key is not None
    assert await LearningKey(None).of(store) == key
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


class TestWhereItComesFrom:
    """The environment first; then, for one process alone, a file beside the database."""

    def test_the_environment_s_secret_is_used_on_either_database(self, tmp_path: Path) -> None:
        for url in (SQLITE, POSTGRES):
            assert secret_of({"BATON_SECRET": SECRET.decode()}, url, tmp_path) == SECRET
        assert not list(tmp_path.iterdir())

    def test_a_single_process_keeps_a_random_one_that_only_it_may_read(self, tmp_path: Path) -> None:
        made = secret_of({}, SQLITE, tmp_path)
        assert made is not None
        assert len(made) == 64
        assert secret_of({}, SQLITE, tmp_path) == made
        assert [path.name for path in tmp_path.iterdir()] == [FILE]
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600

    def test_replicas_share_no_folder(self, tmp_path: Path) -> None:
        assert secret_of({}, POSTGRES, tmp_path) is None
        assert not list(tmp_path.iterdir())

    def test_a_short_secret_is_refused_without_being_told(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="shorter than 16") as refused:
            secret_of({"BATON_SECRET": "hunter2"}, SQLITE, tmp_path)
        assert "hunter2" not in str(refused.value)

    def test_an_empty_file_is_no_key(self, tmp_path: Path) -> None:
        (tmp_path / FILE).write_text("")
        with pytest.raises(ConfigError, match="holds no key"):
            secret_of({}, SQLITE, tmp_path)
