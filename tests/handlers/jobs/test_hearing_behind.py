"""While more waits than is heard at once, what cannot wait goes first; nothing is read twice for it, and nothing is lost."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.config import Config
from bot.domain.triage import Reading
from bot.ports import Browse, Storage
from handlers.jobs.hear_posts import BATCH, HearPosts
from handlers.reading_ahead import AT_ONCE
from integrations.ai.local import LocalTriage
from tests.fakes.clock import SetClock
from tests.handlers.test_hearing import Listening, post

URGENT = "The battery pack caught fire in my hands, there is smoke everywhere"
CALM = "I wonder when the blue one will be back in the shop near the harbour, number"


class CountingTriage(LocalTriage):
    """Counts how often each text is read."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.reads: Counter[str] = Counter()

    def read(self, text: str) -> Reading:
        """As always."""
        self.reads[text] += 1
        return super().read(text)


@pytest.fixture
def triage(config: Config) -> CountingTriage:
    return CountingTriage(config)


@pytest.fixture
def listening(storage: Storage, clock: SetClock, config: Config) -> Listening:
    return Listening(storage, clock, config)


@pytest.fixture
def hears(storage: Storage, clock: SetClock, config: Config, triage: CountingTriage) -> HearPosts:
    return HearPosts(storage, config, clock, triage, lambda: False)


async def numbers(storage: Storage, *ids: str) -> list[int]:
    """The conversations of posts by their external ids."""
    async with storage.reading() as uow:
        found = await uow.posts.by_key([post(id_).key for id_ in ids])
    return [found[post(id_).key].conversation or 0 for id_ in ids]


async def test_what_cannot_wait_is_heard_before_what_came_earlier(
    listening: Listening, hears: HearPosts, storage: Storage, triage: CountingTriage
) -> None:
    calm = [post(f"calm-{n}", f"{CALM} {n}", author=f"a{n}") for n in range(AT_ONCE - 1)]
    await listening.deliver(*calm, post("urgent", URGENT, author="noor"))
    await hears()
    [number] = await numbers(storage, "urgent")
    assert number == BATCH + 1, "the first of the second batch"
    assert sorted(await numbers(storage, *(each.external_id for each in calm))) == [
        *range(1, BATCH + 1),
        *range(BATCH + 2, AT_ONCE + 1),
    ]
    # The first batch was read before anybody knew that there is more.
    assert max(triage.reads.values()) <= 2
    assert sum(triage.reads.values()) <= AT_ONCE + BATCH


async def test_what_few_wait_for_is_heard_in_its_order(
    listening: Listening, hears: HearPosts, storage: Storage, triage: CountingTriage
) -> None:
    await listening.deliver(post("calm", CALM), post("urgent", URGENT, author="noor"))
    await hears()
    assert await numbers(storage, "calm", "urgent") == [1, 2]
    assert set(triage.reads.values()) == {1}


async def test_what_goes_first_still_finds_what_it_answers(
    listening: Listening, hears: HearPosts, storage: Storage
) -> None:
    calm = [post(f"calm-{n}", f"{CALM} {n}", author=f"a{n}") for n in range(2 * BATCH)]
    await listening.deliver(*calm, post("answer", URGENT, author="noor", parent_id=f"calm-{2 * BATCH - 1}"))
    await hears()
    answer, answered = await numbers(storage, "answer", f"calm-{2 * BATCH - 1}")
    assert answer == answered
    async with storage.reading() as uow:
        found = await uow.conversations.get(answer)
    assert found is not None
    assert found.urgent


async def test_what_answers_a_post_that_waits_begins_no_conversation_of_its_own(
    listening: Listening, hears: HearPosts, storage: Storage
) -> None:
    calm = [post(f"calm-{n}", f"{CALM} {n}", author=f"a{n}") for n in range(AT_ONCE + 40)]
    parent = post("parent", "Somebody here whose lantern gets warm as well?", author="maya", parent_id="calm-299")
    await listening.deliver(*calm, parent, post("answer", "Write to the ombudsman", author="noor", parent_id="parent"))
    await hears()
    assert len(set(await numbers(storage, "calm-299", "parent", "answer"))) == 1
    async with storage.reading() as uow:
        assert await uow.conversations.count(Browse("open")) <= AT_ONCE + 40
