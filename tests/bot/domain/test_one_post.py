"""When two deliveries are one post, and what is known of it then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.one_post import is_one, joined, own_words, tools_edit, words
from bot.domain.post import Author, Media, Post, StoredPost

AT = datetime.fromisoformat("2026-03-02T08:00:00Z")
LONG = "My parcel arrived crushed and nobody answers the phone at Acme"


def post(text: str = LONG, **more: Any) -> Post:
    author = more.pop("author", Author(handle="maya"))
    told: dict[str, Any] = {"network": "x", "account": "acme", "external_id": "1", "posted_at": AT} | more
    return Post(author=author, text=text, **told)


def stored(given: Post, **more: Any) -> StoredPost:
    return StoredPost(id="1", post=given, heard_at=AT, **more)


def told(text: str = LONG, **more: Any) -> Post:
    return post(text, **{"via": "brandwatch", "account": "query", **more})


def test_the_same_id_is_one_post_only_where_a_tool_is_one_of_two_on_one_network() -> None:
    assert is_one(stored(post()), told("Otherwise worded"), same_id=True)
    assert is_one(stored(told()), post(), same_id=True)
    assert is_one(stored(told()), told(via="meltwater"), same_id=True)
    assert not is_one(stored(post()), post(account="help"), same_id=True)
    assert not is_one(stored(post()), told(network="mastodon"), same_id=True)


@pytest.mark.parametrize(
    ("later", "one"),
    [
        (told(), True),
        (told(f"  {LONG}\n"), True),
        (told(f"{LONG} https://t.co/abc"), True),
        (told(f"{LONG[:30]}…"), True),
        (told("Something else by maya", posted_at=AT + timedelta(seconds=61)), True),
        (told("Something else by maya", posted_at=AT + timedelta(hours=1)), False),
        (told("My", posted_at=AT + timedelta(hours=1)), False),
        (told(author=Author(handle="Maya O.")), True),
        (told("nice", author=Author(handle="joe")), False),
        (told(f"{LONG}\n\nAnd the whole article.", author=Author(handle="The Daily Parcel")), True),
        (told("My parcel arrived crushed\n\nAnd another text", author=Author(handle="joe")), False),
        (told("Otherwise", author=Author(handle="joe")), False),
        (told(author=Author(handle="someone", display_name="MAYA")), True),
        (told("Otherwise", author=Author(handle="@maya@server.example")), True),
    ],
)
def test_at_one_address_the_author_the_words_or_the_time_must_speak_for_it(later: Post, one: bool) -> None:
    assert is_one(stored(post()), later, same_id=False) is one


def test_an_article_is_known_by_its_title() -> None:
    title = "Acme opens a shop in Bergen"
    feed = post(f"{title}\n\nOn Monday, Acme", network="web", author=Author(handle="Jane Doe"))
    tool = told(f"{title}\n\nBERGEN. The company", network="web", author=Author(handle="bt.no"))
    assert is_one(stored(feed), tool, same_id=False)
    assert not is_one(stored(feed), told("Nice\n\nshop", network="web", author=Author(handle="bt.no")), same_id=False)


def test_one_tool_may_bring_several_posts_of_one_address() -> None:
    assert not is_one(stored(told()), told(), same_id=False)
    assert not is_one(stored(post(also=("brandwatch",))), told(), same_id=False)
    assert is_one(stored(told()), told(via="meltwater"), same_id=False)


def test_of_what_is_deleted_the_time_alone_is_left_to_compare() -> None:
    gone = stored(post(""), deleted_at=AT)
    assert is_one(gone, told(), same_id=False)
    assert not is_one(gone, told(posted_at=AT + timedelta(hours=1)), same_id=False)


def test_the_first_takes_what_it_lacks_and_keeps_what_it_has() -> None:
    picture = Media(url="https://pics.example/1.jpg")
    first = post(metrics={"likes": 3}, author=Author(external_id="7", handle="maya"))
    later = told(
        "Cut off…",
        lang="en",
        media=(picture,),
        metrics={"likes": 1, "reach": 9},
        parent_id="p",
        author=Author(external_id="other", handle="@Maya", followers=5),
    )
    known = joined(first, later)
    assert (known.key, known.text, known.via, known.also) == (first.key, LONG, None, ("brandwatch",))
    assert (known.lang, known.media, known.parent_id) == ("en", (picture,), "p")
    assert known.metrics == {"likes": 3, "reach": 9}
    assert (known.author.external_id, known.author.handle, known.author.followers) == ("7", "maya", 5)


def test_of_another_author_nothing_is_taken() -> None:
    known = joined(post(), told(author=Author(external_id="9", handle="joe", email="joe@mail.example")))
    assert known.author == Author(handle="maya")


def test_the_networks_word_counts_as_soon_as_it_is_there() -> None:
    first = told(lang="en", metrics={"likes": 1, "reach": 9}, also=("meltwater",), url="https://x.com/i/status/1")
    later = post(metrics={"likes": 4}, rating=2.0)
    known = joined(first, later)
    assert (known.key, known.via, known.also) == (later.key, None, ("brandwatch", "meltwater"))
    assert (known.lang, known.rating, known.url) == ("en", 2.0, first.url)
    assert known.metrics == {"likes": 4, "reach": 9}
    assert own_words(known, later) is None


def test_words_of_the_network_that_differ_are_an_edit() -> None:
    later = post("All of what she wrote")
    known = joined(told("All of…"), later)
    assert known.text == "All of…"
    edited = own_words(known, later)
    assert edited is not None
    assert (edited.text, edited.also) == (later.text, ("brandwatch",))


def test_an_edit_by_a_tool_counts_against_the_network_only_with_a_later_time() -> None:
    first = stored(post(also=("brandwatch",)))
    assert tools_edit(first, told("New words"), []) is None
    edited = tools_edit(first, told("New words", edited_at=AT), [])
    assert edited is not None
    assert (edited.text, edited.key, edited.via) == ("New words", first.post.key, None)
    after = stored(post("Edited", edited_at=AT), edited_at=AT + timedelta(minutes=5))
    assert tools_edit(after, told("New words", edited_at=AT), [LONG]) is None
    assert tools_edit(after, told("New words", edited_at=AT + timedelta(minutes=1)), [LONG]) is not None
    assert tools_edit(after, told(edited_at=AT + timedelta(minutes=1)), [LONG]) is None, "an echo of the old words"
    untimed = stored(post("Edited"), edited_at=AT + timedelta(minutes=5))
    assert tools_edit(untimed, told("New words", edited_at=AT + timedelta(minutes=4)), [LONG]) is None


def test_among_tools_the_one_that_is_not_older_counts() -> None:
    first = stored(told())
    assert tools_edit(first, told("New words", via="meltwater"), []) is not None
    assert tools_edit(first, told(f"{LONG} ", via="meltwater"), []) is None


@pytest.mark.parametrize("text", ["", "…", "https://t.co/x", " \n\t "])
def test_what_has_no_words_has_none(text: str) -> None:
    assert words(text) == ""


def test_what_only_has_a_link_is_one_post_by_its_author_and_time_alone() -> None:
    bare = told("https://x.com/i/status/1", author=Author(handle="joe"))
    assert not is_one(stored(post()), bare, same_id=False)
    assert is_one(stored(post()), told("https://x.com/i/status/1"), same_id=False)
