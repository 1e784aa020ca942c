"""Two replicas hear the same words at the same moment: one conversation leads, whichever of them was first."""

from __future__ import annotations

import asyncio

from bot.config import Config
from bot.errors import ConflictError
from bot.ports import Change, UnitOfWork
from handlers.events import FOLLOWS
from handlers.hearing import hear
from integrations.ai.local import LocalTriage
from storage import SqlStorage
from tests.databases import Postgres
from tests.fakes.clock import SetClock
from tests.handlers.company import post
from tests.storage.hearing import created

CRUSHED = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
NEARLY = "RT @maya: Third parcel in a row that arrives crushed, and nobody at Acme answers the phone!!"
WARM = "The new jacket keeps me warm on every walk, and the zip still runs like on the first day"
FIRST = "An older post, so that conversations are counted already when the two replicas begin"


class Slowly:
    """Keeps a transaction open once its posts were compared, so that the other replica's comes as far as it can."""

    async def __call__(self, _uow: UnitOfWork, _change: Change) -> None:
        await asyncio.sleep(0.3)


async def heard_at_once(postgres: Postgres, clock: SetClock, config: Config, *texts: str) -> list[int | None]:
    """Each of as many replicas hears one of these texts; whom each conversation echoes, the first of all left out."""
    url, triage = await postgres.fresh(), LocalTriage(config)
    replicas = [
        await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=(*FOLLOWS, Slowly()))
        for _ in texts
    ]

    async def hears(storage: SqlStorage) -> None:
        while True:
            try:
                await hear(storage, config, config.life_policies, clock, triage, limit=1)
            except ConflictError:
                continue
            return

    posts = [post(f"post-{n}", text, f"customer{n}") for n, text in enumerate((FIRST, *texts))]
    try:
        for came in (posts[:1], posts[1:]):
            async with replicas[0].writing() as uow:
                await uow.posts.accept([created(each) for each in came], "demo", clock.now())
            await asyncio.gather(*(hears(replica) for replica in replicas[: len(came)]))
        async with replicas[0].reading() as uow:
            conversations = [await uow.conversations.get(number) for number in range(2, len(posts) + 1)]
    finally:
        for replica in replicas:
            await replica.close()
        await postgres.drop(url)
    return [each.echo_of for each in conversations if each is not None]


async def test_of_the_same_words_all_go_with_the_first(postgres: Postgres, clock: SetClock, config: Config) -> None:
    # Conversations are numbered without gaps, so who opens some waits for who is about to: only then posts are compared.
    assert await heard_at_once(postgres, clock, config, CRUSHED, NEARLY, CRUSHED) == [None, 2, 2]


async def test_different_words_stand_by_themselves(postgres: Postgres, clock: SetClock, config: Config) -> None:
    assert await heard_at_once(postgres, clock, config, CRUSHED, WARM) == [None, None]
