"""The form to answer the customer: as whom, seen by whom, how much room, in answer to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.cards import Card, Form
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation
from bot.domain.delivery import Unit
from bot.domain.post import StoredPost, Visibility
from bot.ports import Way
from bot.views import made_up as m
from bot.views import reply_form, too_long
from bot.views.answers import LONGEST, room
from integrations.lengths import length
from tests.bot.views.plain import plain

POSTS = (m.FIRST, m.SECOND, m.CRUSHED)


def way(unit: Unit = "graphemes", longest: int | None = 500, link: int | None = None) -> Way:
    return replace(m.WAY, longest=longest, unit=unit, link=link, length=lambda text: length(text, unit, link))


def form(
    draft: str = "",
    *posts: StoredPost,
    by: Way = m.WAY,
    needs: tuple[str, ...] = (),
    c: Conversation = m.HELD,
    note: str = "",
) -> Form:
    return reply_form(c, m.MAYA, posts or POSTS, by, m.CONFIG, draft=draft, needs=needs, now=m.NOW, note=note)


def said(made: Form) -> str:
    return plain(Card(made.title, made.intro))


def test_looks_as_drawn(snapshot: SnapshotAssertion) -> None:
    answered = replace(m.HELD, answer=replace(m.ANSWER, state=AnswerState.SENT))
    made = form("We are sorry, Maya.", needs=("legal", "product"), c=answered, note="The customer wrote again.")
    fields = [f"{field.label} [{field.default}] {field.hint}" for field in made.fields]
    assert "\n".join([said(made), *fields, f"[ {made.submit} ]"]) == snapshot


def test_says_on_the_button_whether_it_goes_out_or_is_asked_for_first() -> None:
    assert form().submit == "Send"
    assert form(needs=("legal",)).submit == "Ask for approval"
    assert "Legal must approve it before it goes out" in said(form(needs=("legal",)))


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Visibility.PUBLIC, "Seen by  everybody: it is public"),
        (Visibility.UNLISTED, "Seen by  whoever sees the thread; it is not listed elsewhere"),
        (Visibility.PRIVATE, "Seen by  Maya Okafor alone: it is private"),
    ],
)
def test_says_who_will_see_it(audience: Visibility, words: str) -> None:
    assert words in said(form(by=replace(m.WAY, audience=audience)))


@pytest.mark.parametrize(
    ("unit", "draft", "words"),
    [
        ("graphemes", "", "500 characters left"),
        ("graphemes", "👩‍👩‍👧", "499 of 500 characters left"),
        ("characters", "👩‍👩‍👧", "495 of 500 characters left"),
        ("utf16", "👩‍👩‍👧", "492 of 500 characters left"),
        ("bytes", "é", "498 of 500 bytes left"),
        ("bytes", "é" * 260, "20 bytes too many; at most 500"),
    ],
)
def test_room_is_counted_as_the_network_counts(unit: Unit, draft: str, words: str) -> None:
    assert room(draft, way(unit)) == words


def test_links_count_as_the_network_counts_them() -> None:
    linked = way(link=23)
    assert (
        room("https://shop.example/a/very/long/address/of/a/page/that/goes/on", linked) == "477 of 500 characters left"
    )
    assert form(by=linked).fields[0].hint == "Every link counts as 23"
    assert form(by=way("utf16")).fields[0].hint == "Most emoji count as 2"
    assert form(by=way()).fields[0].hint == ""


def test_a_network_without_a_limit_is_asked_of_no_room() -> None:
    endless = way(longest=None)
    assert "Room" not in said(form(by=endless))
    assert form(by=endless).fields[0].hint == ""
    assert too_long("x" * 100_000, endless, "email") == ""


def test_too_long_says_by_how_much() -> None:
    assert too_long("x" * 500, way(), "mastodon") == ""
    assert too_long("x" * 512, way(), "mastodon") == "That is 512 characters; Mastodon takes 500: 12 too many."


def test_a_draft_longer_than_the_field_is_not_cut_in_silence() -> None:
    assert "its end is left out" in said(form("x" * (LONGEST + 1), by=way(longest=None)))
    assert "its end is left out" not in said(form("x" * LONGEST, by=way(longest=None)))


def test_shows_the_latest_posts_of_the_thread_and_answers_the_last() -> None:
    posts = tuple(m.post(f"words {n}", n, posted_at=m.HEARD + timedelta(minutes=n)) for n in range(6))
    made = form("", *posts)
    assert [n for n in range(6) if f"words {n}" in said(made)] == [3, 4, 5]
    assert made.args == {"conversation": "B-1042", "post": posts[-1].id}


def test_a_post_without_words_is_not_an_empty_quotation() -> None:
    assert "no words, only what is attached" in said(form("", m.post(" ", 3)))


def test_says_what_we_answered_last() -> None:
    sent = replace(m.ANSWER, state=AnswerState.SENT)
    assert "We answered last: “We are sorry, Maya." in said(form(c=replace(m.HELD, answer=sent)))
    failed = replace(m.ANSWER, state=AnswerState.FAILED)
    assert "We answered" not in said(form(c=replace(m.HELD, answer=failed)))
