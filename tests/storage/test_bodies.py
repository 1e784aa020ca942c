"""What is written as JSON can be read again, all of it or in part."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.post import Author, Post
from storage.bodies import read_post, read_text, write_post


def test_the_text_is_read_whatever_stands_in_raw() -> None:
    post = Post(
        network="mastodon",
        external_id="1",
        author=Author(handle="maya"),
        text="hello",
        posted_at=datetime(2026, 3, 2, tzinfo=UTC),
        raw={"a number of four hundred digits": 10**400, "no number": float("nan")},
    )
    body = write_post(post)
    assert read_text(body) == read_post(body).text == "hello"
