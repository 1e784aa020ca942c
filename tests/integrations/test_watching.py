"""Lists that come newest first: how far they are read, what is new on them, and what the cursor keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.post import Author, Post, SourceEvent
from integrations.source import written
from integrations.watching import Found, Seen, digest, moment

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def event(id_: str, hours: float = 0.0, text: str = "hi", **more: object) -> SourceEvent:
    """Posted so many hours ago."""
    author = Author(handle="tom")
    post = Post(network="n", external_id=id_, author=author, text=text, posted_at=NOW - hours * HOUR, fetched_at=NOW)
    return written(post.model_copy(update=more))


class Pages:
    """A list of pages, by cursor; `ignores` so many cursors."""

    def __init__(self, *pages: list[SourceEvent], ignores: int = 0) -> None:
        self.pages, self.ignores = pages, ignores
        self.asked: list[str | None] = []

    async def __call__(self, cursor: str | None) -> tuple[list[SourceEvent], str | None]:
        self.asked.append(cursor)
        number = int(cursor or 0)
        if cursor and self.ignores:
            self.ignores, number = self.ignores - 1, 0
        return self.pages[number], str(number + 1) if number + 1 < len(self.pages) else None


async def test_pages_are_read_until_they_are_older_than_what_is_looked_for() -> None:
    pages, found = Pages([event("a")], [event("b", 2)], [event("c", 4)], [event("d", 6)]), Found()
    await found.read(pages, NOW - 3 * HOUR, 10)
    assert list(found.events) == ["a", "b"]
    assert len(pages.asked) == 3
    assert found.complete


async def test_one_old_post_among_new_ones_is_no_end() -> None:
    pages = Pages([event("a"), event("old", 50), event("b", 1)], [event("c", 2)])
    found = Found()
    await found.read(pages, NOW - 3 * HOUR, 10)
    assert list(found.events) == ["a", "b", "c"]


@pytest.mark.parametrize(("ignores", "complete"), [(1, True), (2, True), (3, False), (9, False)])
async def test_a_cursor_that_is_ignored_is_tried_again_and_not_for_ever(ignores: int, complete: bool) -> None:
    pages, found = Pages([event("a")], [event("b", 1)], ignores=ignores), Found()
    await found.read(pages, NOW - 3 * HOUR, 10)
    assert ("b" in found.events) == found.complete == complete
    assert len(pages.asked) <= 4


async def test_a_list_that_never_ends_is_left_after_so_many_pages() -> None:
    async def page(cursor: str | None) -> tuple[list[SourceEvent], str | None]:
        number = int(cursor or 0)
        return [event(f"p{number}", number / 100)], str(number + 1)

    found = Found()
    await found.read(page, NOW - 300 * HOUR, 7)
    assert len(found.events) == 7


async def test_a_last_page_that_names_itself_is_the_last() -> None:
    async def page(cursor: str | None) -> tuple[list[SourceEvent], str | None]:
        return ([event("a")], "x") if cursor is None else ([event("b", 1)], "x")

    found = Found()
    await found.read(page, NOW - 3 * HOUR, 10)
    assert (list(found.events), found.complete) == (["a", "b"], True)


def test_what_was_delivered_is_news_only_once_it_says_something_else() -> None:
    seen = Seen.of(None, NOW)
    since = NOW - 10 * HOUR
    news = seen.news([event("b"), event("a", 1), event("old", 40)], since)
    assert [each.external_id for each in news] == ["a", "b"]
    assert seen.news([event("before we listened", 30)], NOW - 40 * HOUR) == []
    polled = seen.polled(news, 100, NOW, since, most=10)
    seen = Seen.of(polled.cursor, NOW)
    assert seen.newest == NOW
    assert seen.news([event("b"), event("a", 1, "hi  ")], since) == []
    [edited] = seen.news([event("b", text="other")], since)
    assert (edited.kind, edited.external_id) == ("edited", "b")
    [rated] = seen.news([event("b", rating=2.0)], since)
    assert rated.revision != edited.revision


def test_there_and_back_again_are_two_edits() -> None:
    seen, since = Seen.of(None, NOW), NOW - 10 * HOUR
    seen.polled([event("a")], 100, NOW, since, most=10)
    revisions = set()
    for text, at in (("b", 1), ("hi", 2), ("b", 3)):
        [edited] = seen.news([event("a", text=text, edited_at=NOW + at * HOUR)], since)
        revisions.add(edited.revision)
        seen.polled([edited], 100, NOW, since, most=10)
    assert len(revisions) == 3


def test_what_is_gone_is_news_where_it_was_known_and_what_is_unread_where_it_was_not() -> None:
    seen, since = Seen.of(None, NOW), NOW - 10 * HOUR
    gone = SourceEvent(kind="deleted", network="n", account="", external_id="a")
    unread = SourceEvent(kind="unread", network="n", account="", external_id="u")
    assert seen.news([gone, unread], since) == [unread]
    seen.polled([event("a"), unread], 100, NOW, since, most=10)
    assert seen.news([gone, unread], since) == [gone]
    assert seen.watched(since) == ["a"]
    seen.polled([gone], 100, NOW, since, most=10)
    assert seen.news([gone], since) == []


def test_the_cursor_stays_where_the_lists_were_not_read_to_their_end() -> None:
    seen, since = Seen.of(None, NOW), NOW - 30 * HOUR
    before = seen.newest
    seen.polled([event("a")], 100, NOW, since, complete=False, most=10)
    assert seen.newest == before
    assert seen.news([event("a"), event("late", 5)], since) == [event("late", 5)]


def test_a_post_from_the_future_does_not_make_the_source_deaf() -> None:
    seen, since = Seen.of(None, NOW), NOW - 30 * HOUR
    seen.polled([event("a", -24 * 365)], 100, NOW, since, most=10)
    assert seen.newest == NOW


def test_more_than_fits_is_delivered_oldest_first_and_the_rest_at_once() -> None:
    seen, since = Seen.of(None, NOW), NOW - 10 * HOUR
    events = [event(f"p{hours}", hours) for hours in range(5)]
    polled = seen.polled(seen.news(events, since), 2, NOW, since, most=10)
    assert [each.external_id for each in polled.events] == ["p4", "p3"]
    assert polled.next_after == timedelta(0)
    seen = Seen.of(polled.cursor, NOW)
    assert seen.newest == NOW - 3 * HOUR
    assert [each.external_id for each in seen.news(events, since)] == ["p2", "p1", "p0"]


def test_the_cursor_keeps_the_newest_of_so_many() -> None:
    seen, since = Seen.of(None, NOW), NOW - 30 * HOUR
    polled = seen.polled([event(f"p{hours}", hours) for hours in range(20)], 100, NOW, since, most=5)
    assert sorted(Seen.of(polled.cursor, NOW).posts) == ["p0", "p1", "p2", "p3", "p4"]


@pytest.mark.parametrize(
    "said",
    [
        "2026-03-02T12:00:00Z",
        "2026-03-02T12:00:00.000Z",
        "2026-03-02T12:00:00.0000000Z",
        "2026-03-02T04:00:00-08:00",
        "2026-03-02T12:00:00",
        1772452800,
        1772452800.0,
        1772452800000,
        "1772452800",
        "1772452800000",
    ],
    ids=repr,
)
def test_a_time_is_read_however_it_is_written(said: object) -> None:
    assert moment(said) == NOW


@pytest.mark.parametrize("said", [None, True, "", "soon", [], {}, "2026-13-40T00:00:00Z", float("nan"), 1e30])
def test_what_is_no_time_is_refused(said: object) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError, OSError)):
        moment(said)


def test_white_space_is_no_difference_and_an_author_who_is_gone_is() -> None:
    one, other = event("a", text="a  b\n c"), event("a", text="a b c ")
    assert one.post is not None
    assert other.post is not None
    assert digest(one.post) == digest(other.post)
    assert digest(other.post.model_copy(update={"author": Author(handle="[deleted]")})) != digest(other.post)
