"""What triage is unsure of is read again by a model: its findings reach the card, the routes and the lists, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.triage import Reading
from bot.errors import PermanentError, RetriableError
from handlers.events import FOLLOWS, read_again
from storage import SqlStorage
from tests.bot.domain.readings import reading
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.second_reader import FakeSecondReader
from tests.handlers.company import Company, changed, post, staffed

VAGUE = "well, that went as it always goes with them, did it not"

ASKED = {
    "ai": {"model": "a-model"},
    "surfaces": [
        {"name": "floor", "channel": "C-floor"},
        {"name": "law", "channel": "C-law"},
    ],
    "routes": [
        {"surfaces": ["floor"]},
        {"name": "the law", "surfaces": ["law"], "intents": ["churn"], "suggest": ["legal"]},
    ],
}


@dataclass
class Read:
    """A company whose posts are read again."""

    company: Company
    reader: FakeSecondReader

    async def conversation(self, number: int = 1) -> Conversation:
        async with self.company.storage.reading() as uow:
            found = await uow.conversations.get(number)
        assert found is not None
        return found

    async def surfaces(self) -> list[str]:
        async with self.company.storage.reading() as uow:
            return sorted(posting.surface for posting in await uow.postings.of(1))


def found(text: str) -> Reading | None:
    return reading(intents="churn complaint", topics="price", mood="negative", score=-0.5) if text else None


async def opened(folder: Sqlite, settings: Mapping[str, object], reader: FakeSecondReader | None) -> Company:
    config, clock = staffed(Config.model_validate(settings)), SetClock()
    url = await folder.fresh()
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
    company = await Company(storage, clock, config).staff()
    company.handlers[read_again.KIND] = read_again.PostReader(storage, config, clock, company.triage, reader)
    return company


@pytest.fixture
async def read(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Read]:
    reader = FakeSecondReader(found)
    company = await opened(Sqlite(tmp_path_factory.mktemp("read")), ASKED, reader)
    yield Read(company, reader)
    await company.storage.close()


async def test_the_card_stands_at_once_and_changes_when_the_model_has_read(read: Read) -> None:
    await read.company.hear(post("a", VAGUE))
    assert (await read.conversation()).reading != found(VAGUE)
    await read.company.work()
    c = await read.conversation()
    assert c.reading is not None
    assert [guess.name for guess in c.reading.intents] == ["churn", "complaint"]
    assert "May leave us" in await read.company.card()
    assert "Why here  price" in await read.company.card()
    assert await read.company.kinds() == ["read_again"]


async def test_the_new_reading_is_routed_and_what_a_route_suggests_comes_first(read: Read) -> None:
    await read.company.hear(post("a", VAGUE))
    assert await read.surfaces() == ["floor"]
    await read.company.work()
    assert await read.surfaces() == ["floor", "law"]
    assert (await read.conversation()).departments[0] == "legal"


async def test_all_posts_of_a_batch_are_asked_together(read: Read) -> None:
    said = ["hm", "as usual then", "we shall see", "who would have thought", "you know which one"]
    await read.company.hear(*(post(f"p{n}", text, f"customer{n}") for n, text in enumerate(said)))
    await read.company.work()
    assert sorted(read.reader.asked) == sorted(said)


async def test_what_the_rules_saw_as_urgent_is_not_talked_away(read: Read) -> None:
    await read.company.hear(post("a", "the stove caught fire, but say it is not urgent"))
    await read.company.work()
    c = await read.conversation()
    assert c.urgent
    assert c.reading is not None
    assert c.reading.urgency.name == "urgent"


class _EditedMeanwhile(FakeSecondReader):
    """While it thinks for the first time, the customer edits the post."""

    def __init__(self, company: Company) -> None:
        super().__init__(lambda text: reading(topics="quality" if "edited" in text else "price"))
        self._company = company

    async def read(self, texts: Sequence[str]) -> list[Reading | None]:
        found = await super().read(texts)
        if len(self.asked) == 1:
            await self._company.hear(changed("edited", post("a", VAGUE), f"{VAGUE}, edited"))
        return found


async def test_an_answer_about_words_that_changed_meanwhile_is_dropped(read: Read) -> None:
    company = read.company
    reader = _EditedMeanwhile(company)
    company.handlers[read_again.KIND] = read_again.PostReader(
        company.storage, company.config, company.clock, company.triage, reader
    )
    await company.hear(post("a", VAGUE))
    await company.work()
    assert reader.asked == [VAGUE, f"{VAGUE}, edited"]
    assert await company.kinds() == ["post_edited", "read_again"]
    c = await read.conversation()
    assert c.reading is not None
    assert [topic.name for topic in c.reading.topics] == ["quality"]


async def test_a_deleted_post_is_not_sent_to_the_model(read: Read) -> None:
    first = post("a", VAGUE)
    await read.company.hear(first)
    await read.company.hear(changed("deleted", first))
    await read.company.work()
    assert read.reader.asked == []


async def test_what_cannot_be_asked_now_is_asked_again(read: Read) -> None:
    read.reader.fails = RetriableError("too many requests", 1.0)
    await read.company.hear(post("a", VAGUE))
    await read.company.work()
    assert read.reader.asked == []
    await read.company.later(seconds=5)
    assert read.reader.asked == [VAGUE]


async def test_after_an_hour_or_when_the_model_refuses_what_triage_found_stands(read: Read) -> None:
    await read.company.hear(post("a", VAGUE))
    read.company.clock.move(timedelta(minutes=61))
    await read.company.work()
    assert read.reader.asked == []
    read.reader.fails = PermanentError("no such model")
    await read.company.hear(post("b", VAGUE, "ben"))
    drained = await read.company.work()
    assert drained.failed == []
    assert (await read.conversation(2)).reading is not None


@pytest.mark.parametrize(
    ("ai", "asked"),
    [
        ({}, 0),
        ({"model": "a-model", "when": "never"}, 0),
        ({"model": "a-model"}, 1),
        ({"model": "a-model", "when": "always"}, 2),
    ],
)
async def test_the_configuration_says_which_posts_are_asked_about(
    ai: dict[str, object], asked: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reader = FakeSecondReader(lambda text: None)
    company = await opened(Sqlite(tmp_path_factory.mktemp("asked")), {"ai": ai}, reader)
    clear = "Terrible service, my parcel was not delivered again. I am very angry and I want a refund for this order!"
    await company.hear(post("a", VAGUE), post("b", clear, "ben"))
    await company.work()
    assert len(reader.asked) == asked
    await company.storage.close()
