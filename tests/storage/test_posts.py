"""Posts: each is stored once, edits keep versions, deletes leave nothing, whatever order they come in."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text

from bot.domain.post import Author, Media, Post, SourceEvent, StoredPost
from storage import SqlStorage
from tests.storage.hearing import HEARD, created, deleted, edited, hear, metrics, post

SECRET = "my number is 555 123"


async def deliver(storage: SqlStorage, *events: SourceEvent) -> list[bool]:
    async with storage.writing() as uow:
        return await uow.posts.accept(events, "demo", HEARD)


async def stored(storage: SqlStorage, what: Post) -> StoredPost:
    async with storage.reading() as uow:
        return (await uow.posts.by_key([what.key]))[what.key]


async def apply_changes(storage: SqlStorage) -> list[str]:
    """Apply what waits as the handler of changes does; gives the kinds."""
    async with storage.writing() as uow:
        waiting = await uow.posts.changes(100)
        for _, event, there in waiting:
            assert there is not None
            if event.kind == "deleted":
                await uow.posts.erase(there.id, HEARD)
            elif event.kind == "edited":
                await uow.posts.edit(there.id, event, HEARD)
            else:
                await uow.posts.measure(there.id, event.metrics)
        await uow.posts.done([change for change, _, _ in waiting])
    return [event.kind for _, event, _ in waiting]


async def everything(storage: SqlStorage) -> str:
    """All that the database holds about posts, as text."""
    async with storage.reading() as uow:
        connection = uow._connection  # type: ignore[attr-defined]
        rows = await connection.several(
            (text("SELECT body FROM posts"), {}),
            (text("SELECT text FROM post_versions"), {}),
            (text("SELECT body FROM post_changes"), {}),
        )
    return repr([[tuple(row) for row in each] for each in rows])


async def test_a_post_is_stored_once_however_often_it_is_delivered(storage: SqlStorage) -> None:
    assert await deliver(storage, created(post("1")), created(post("2")), created(post("1"))) == [True, True, False]
    assert await deliver(storage, created(post("1"))) == [False]


async def test_the_same_post_delivered_in_parallel_is_one_post(storage: SqlStorage) -> None:
    answers = await asyncio.gather(*(deliver(storage, created(post("1")), created(post("2"))) for _ in range(8)))
    assert sorted(answers) == [[False, False]] * 7 + [[True, True]]
    async with storage.reading() as uow:
        assert (await uow.counts()).posts == 2


async def test_the_same_id_on_another_account_is_another_post(storage: SqlStorage) -> None:
    assert await deliver(storage, created(post("1")), created(post("1", account="other"))) == [True, True]


async def test_a_stored_post_is_the_delivered_one(storage: SqlStorage) -> None:
    full = post(
        html="<p>crushed</p>",
        root_id="r",
        parent_id="p",
        lang="de",
        rating=1.5,
        media=(Media(url="https://example.social/1.png", alt="a crushed box"),),
        metrics={"likes": 3},
        raw={"spoiler": True},
        text="nul \0 and \U0001f4e6 and \u202e",
    )
    await deliver(storage, created(full))
    there = await stored(storage, full)
    assert there.post == full
    assert (there.heard_at, there.conversation, there.version, there.deleted_at) == (HEARD, None, 0, None)


async def test_unknown_fields_are_kept_under_raw(storage: SqlStorage) -> None:
    strange = Post.model_validate(
        post(raw={"a": 1}).model_dump() | {"mood": "bad", "author": {"handle": "maya", "shoe_size": 38}}
    )
    await deliver(storage, created(strange))
    there = (await stored(storage, strange)).post
    assert there.raw == {"a": 1, "mood": "bad", "author": {"shoe_size": 38}}
    assert there.model_extra == {}
    assert there.author == Author(handle="maya")


async def test_unheard_posts_come_in_the_order_of_arrival_until_they_are_placed(storage: SqlStorage) -> None:
    await deliver(storage, created(post("2")), created(post("1")), created(post("3")))
    async with storage.writing() as uow:
        assert [each.post.external_id for each in await uow.posts.unheard(2)] == ["2", "1"]
    await hear(storage, post("1"))
    async with storage.writing() as uow:
        assert [each.post.external_id for each in await uow.posts.unheard(9)] == ["2", "3"]
        [placed] = await uow.posts.of(1)
    assert (placed.post.external_id, placed.conversation) == ("1", 1)


async def test_two_workers_never_hear_the_same_post(storage: SqlStorage) -> None:
    await deliver(storage, *(created(post(str(n))) for n in range(20)))
    [conversation] = await hear(storage, post("first"))
    heard: list[str] = []

    async def worker() -> None:
        while True:
            async with storage.writing() as uow:
                batch = await uow.posts.unheard(3)
                await asyncio.sleep(0)
                await uow.posts.place([(each.id, 1, conversation.customer_id) for each in batch])
            if not batch:
                return
            heard.extend(each.post.external_id for each in batch)

    await asyncio.gather(worker(), worker(), worker())
    assert sorted(heard, key=int) == [str(n) for n in range(20)]


async def test_an_edit_keeps_the_old_text_as_a_version(storage: SqlStorage) -> None:
    await deliver(storage, created(post(text="one", metrics={"likes": 1}, parent_id="p")))
    for version, wrote in enumerate(("two", "three"), 1):
        at = HEARD + timedelta(hours=version)
        assert await deliver(storage, edited(post(text=wrote, edited_at=at), wrote)) == [True]
        assert await apply_changes(storage) == ["edited"]
    there = await stored(storage, post())
    assert (there.post.text, there.version, there.edited_at) == ("three", 2, HEARD)
    assert (there.post.metrics, there.post.parent_id) == ({"likes": 1}, "p")
    async with storage.reading() as uow:
        assert await uow.posts.versions(there.id) == [(HEARD, "one"), (HEARD, "two")]


async def test_an_edit_delivered_twice_is_applied_once(storage: SqlStorage) -> None:
    await deliver(storage, created(post(text="one")))
    edit = edited(post(text="two"))
    assert await deliver(storage, edit, edit) == [True, False]
    await apply_changes(storage)
    assert await deliver(storage, edit) == [False]
    assert await apply_changes(storage) == []
    assert (await stored(storage, post())).version == 1


async def test_an_edit_that_is_older_or_changes_nothing_is_no_edit(storage: SqlStorage) -> None:
    await deliver(storage, created(post(text="new", edited_at=HEARD + timedelta(hours=2))))
    there = await stored(storage, post())
    async with storage.writing() as uow:
        old = edited(post(text="old", edited_at=HEARD + timedelta(hours=1)))
        assert await uow.posts.edit(there.id, old, HEARD) is None
        assert await uow.posts.edit(there.id, edited(post(text="new", lang="de")), HEARD) is None
    assert (await stored(storage, post())).post.text == "new"


async def test_an_edit_of_an_unknown_post_is_as_good_as_the_post(storage: SqlStorage) -> None:
    assert await deliver(storage, edited(post(text="two"), "r2")) == [True]
    assert await deliver(storage, created(post(text="one"))) == [False]
    assert await deliver(storage, edited(post(text="two"), "r2")) == [False]
    assert await apply_changes(storage) == []
    assert (await stored(storage, post())).post.text == "two"


async def test_a_post_and_its_edit_in_one_delivery_are_a_post_with_an_edit(storage: SqlStorage) -> None:
    assert await deliver(storage, edited(post(text="two")), created(post(text="one"))) == [True, True]
    assert await apply_changes(storage) == ["edited"]
    assert (await stored(storage, post())).post.text == "two"


async def test_a_delete_purges_text_media_raw_and_versions(storage: SqlStorage) -> None:
    await deliver(
        storage,
        created(
            post(
                text=SECRET,
                html=SECRET,
                raw={"t": SECRET},
                media=(Media(url="https://e.example/1", alt=SECRET),),
                root_id="r",
            )
        ),
    )
    await deliver(storage, edited(post(text=f"{SECRET} still")))
    await apply_changes(storage)
    await deliver(storage, edited(post(text=f"{SECRET} again")))
    assert SECRET in await everything(storage)
    there = await stored(storage, post())
    async with storage.writing() as uow:
        assert await uow.posts.erase(there.id, HEARD) is True
        assert await uow.posts.erase(there.id, HEARD) is False
    assert SECRET not in await everything(storage)
    assert await apply_changes(storage) == []
    gone = await stored(storage, post())
    assert (gone.post.text, gone.post.media, gone.post.raw, gone.deleted_at) == ("", (), {}, HEARD)
    assert (gone.post.root_id, gone.post.author.handle) == ("r", "@maya@example.social")


async def test_a_deleted_post_does_not_come_back(storage: SqlStorage) -> None:
    await deliver(storage, created(post(text="one")))
    assert await deliver(storage, deleted(post()), deleted(post())) == [True, False]
    await apply_changes(storage)
    assert await deliver(storage, created(post(text="one"))) == [False]
    await deliver(storage, edited(post(text="back")), metrics(post(), likes=1))
    await apply_changes(storage)
    assert (await stored(storage, post())).post.text == ""
    assert "back" not in await everything(storage)


async def test_a_delete_that_comes_before_its_post_waits_and_nobody_hears_the_post(storage: SqlStorage) -> None:
    assert await deliver(storage, deleted(post())) == [True]
    assert await apply_changes(storage) == []
    await deliver(storage, created(post()))
    async with storage.writing() as uow:
        assert await uow.posts.unheard(9) == []
    assert await apply_changes(storage) == ["deleted"]
    async with storage.writing() as uow:
        assert await uow.posts.unheard(9) == []
    assert (await stored(storage, post())).post.text == ""


async def test_an_edit_without_the_post_waits_for_it(storage: SqlStorage) -> None:
    bare = SourceEvent(kind="edited", network="mastodon", account="acme", external_id="1", revision="r1")
    assert await deliver(storage, bare) == [True]
    assert await apply_changes(storage) == []
    await deliver(storage, created(post()))
    assert await apply_changes(storage) == ["edited"]


async def test_counts_are_taken_and_those_of_unknown_posts_are_not_kept(storage: SqlStorage) -> None:
    assert await deliver(storage, metrics(post(), likes=1)) == [False]
    await deliver(storage, created(post(metrics={"shares": 2})))
    assert await deliver(storage, metrics(post(), likes=1), metrics(post(), likes=5)) == [True, True]
    assert await deliver(storage, metrics(post(), likes=5)) == [False]
    await apply_changes(storage)
    assert (await stored(storage, post())).post.metrics == {"shares": 2, "likes": 5}


async def test_a_thread_is_found_by_the_posts_that_name_it(storage: SqlStorage) -> None:
    ben = Author(external_id="b1", handle="ben")
    await hear(storage, post("2", parent_id="1", root_id="0"), post("3", parent_id="2", root_id="0", author=ben))
    async with storage.reading() as uow:
        customers = {n: (await uow.posts.of(n))[0].customer_id for n in (1, 2)}
        key = {n: ("mastodon", "acme", str(n)) for n in range(4)}
        wanted = [
            (key[0], None),
            (key[0], customers[2]),
            (key[1], None),
            (key[2], customers[1]),
            (key[2], None),
            (key[3], None),
        ]
        found = await uow.posts.threads(wanted)
        assert await uow.posts.threads([]) == {}
    assert found == {(key[0], None): 1, (key[0], customers[2]): 2, (key[1], None): 1, (key[2], None): 2}


async def test_the_posts_of_a_conversation_are_the_latest_ones_oldest_first(storage: SqlStorage) -> None:
    [conversation] = await hear(storage, post("1"))
    await deliver(storage, created(post("2")), created(post("3")))
    async with storage.writing() as uow:
        found = await uow.posts.by_key([post("2").key, post("3").key, post("9").key])
        await uow.posts.place([(each.id, 1, conversation.customer_id) for each in found.values()])
    async with storage.reading() as uow:
        assert [each.post.external_id for each in await uow.posts.of(1)] == ["1", "2", "3"]
        assert [each.post.external_id for each in await uow.posts.of(1, limit=2)] == ["2", "3"]


async def test_a_large_delivery_is_stored_whole(storage: SqlStorage) -> None:
    many = [created(post(str(n))) for n in range(1500)]
    assert await deliver(storage, *many) == [True] * 1500
    assert await deliver(storage, *many) == [False] * 1500
