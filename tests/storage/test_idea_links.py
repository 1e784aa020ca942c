"""Links of ideas with issues: kept once for each issue, and carried along when ideas are merged and parted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain import idea_events as e
from bot.domain.idea import IdeaState
from bot.domain.tracking import IdeaLink
from storage import SqlStorage
from tests.storage.hearing import ANA, HEARD
from tests.storage.test_ideas import changed, merged, raised

LINK = IdeaLink(
    idea=1,
    tracker="app",
    ref="acme/app#12",
    url="https://github.example/acme/app/issues/12",
    state=IdeaState.NEW,
    word="open",
    updated_at=HEARD,
    linked_at=HEARD,
)


async def keep(storage: SqlStorage, *links: IdeaLink) -> None:
    async with storage.writing() as uow:
        for link in links:
            await uow.idea_links.put(link)


async def of(storage: SqlStorage, idea: int) -> list[IdeaLink]:
    async with storage.reading() as uow:
        return await uow.idea_links.of(idea)


async def test_an_issue_is_one_ideas_and_is_kept_as_it_was_last_seen(storage: SqlStorage) -> None:
    await raised(storage, "gift wrap")
    later = replace(LINK, state=None, word="closed", updated_at=HEARD + timedelta(hours=1), gone=True, told=12)
    await keep(storage, LINK, later)
    assert await of(storage, 1) == [later]
    async with storage.reading() as uow:
        assert await uow.idea_links.get("app", "acme/app#12") == later
        assert await uow.idea_links.get("other", "acme/app#12") is None
    async with storage.writing() as uow:
        await uow.idea_links.drop("app", "acme/app#12")
    assert await of(storage, 1) == []


async def test_merging_brings_links_along_and_parting_takes_them_away_again(storage: SqlStorage) -> None:
    for title in ("gift wrap", "wrapping paper", "boxes"):
        await raised(storage, title)
    links = [replace(LINK, idea=n, ref=f"acme/app#{n}", linked_at=HEARD + timedelta(minutes=n)) for n in (1, 2, 3)]
    await keep(storage, *links)
    await merged(storage, 3, into=2)
    await merged(storage, 2, into=1)
    for number in (1, 2, 3):
        assert await of(storage, number) == links
    await changed(storage, 2, e.Unmerged(at=HEARD, by=ANA, out_of=1))
    assert await of(storage, 1) == links[:1]
    assert await of(storage, 3) == links[1:]
