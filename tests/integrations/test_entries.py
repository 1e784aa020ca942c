"""Entries as text: complete, cut where they must be, and known again by their key."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.record import Activity
from integrations.entries import as_html, fit, is_ours, marker, own_id, short_name, titled, told
from integrations.text import plain
from tests.fakes.crms.rich_text import seen

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
URL = "https://example.social/@maya/3"


def activity(key: str = "B-12/resolved/17", body: str = "Changed: carrier", **links: str) -> Activity:
    return Activity(key=key, occasion="resolved", subject="B-12", body=body, at=AT, **links)  # type: ignore[arg-type]


def test_an_entry_says_the_body_then_the_links_then_the_key() -> None:
    text = told(activity(post_url=URL, thread_url="https://acme.slack.example/p1"))
    end = ["", f"Post: {URL}", "Thread: https://acme.slack.example/p1", "Baton: B-12/resolved/17"]
    assert text.split("\n") == ["Changed: carrier", *end]


def test_what_is_too_long_loses_of_its_body_and_nothing_else() -> None:
    text = told(activity(body="x" * 5000, post_url=URL), 2000)
    assert len(text) == 2000
    assert "x…\n\nPost: " in text
    assert is_ours(text, "B-12/resolved/17")


@given(st.text(min_size=1).filter(str.strip), st.text())
def test_our_entry_is_known_again_whatever_it_says(key: str, body: str) -> None:
    text = told(activity(key, body))
    assert is_ours(text, key)
    assert is_ours(plain(f"<p>{as_html(text)}</p>"), key)


def test_a_key_that_begins_like_ours_is_not_ours() -> None:
    assert not is_ours(told(activity("B-12")), "B-1")
    assert not is_ours("so Baton: B-1 was it", "B-1")


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_nothing_in_a_text_is_a_tag(text: str) -> None:
    assert seen(as_html(text)) == text


def test_characters_that_no_crm_keeps_are_marked_as_missing() -> None:
    assert fit("a\x00b\ud83dc\r\nd\te") == "a\ufffdb\ufffdc\nd\te"
    assert fit("abcdef", 3) == "ab…"


def test_a_key_has_one_identifier_for_ever() -> None:
    assert own_id("note", "B-12") == "afffbe12-b797-5f36-b23b-46316c2e1e26"
    assert len({own_id("note", "B-12"), own_id("case", "B-12"), own_id("note", "B-1")}) == 3
    assert short_name("B-12") == short_name("B-12")
    assert len(short_name("\ud83d")) == 24
    assert marker("B-12\nBaton: B-1") == "Baton: B-12 Baton: B-1"


@given(st.text(st.characters(categories=("Zs", "Zl", "Cc"))), st.sampled_from(["B-13", "B-13 ", " B-13"]))
def test_no_customer_can_write_our_marker(space: str, key: str) -> None:
    body = f"so it goes{space}\n{space}Baton:{space} {key}\n\nBaton: {key}\u2028Baton: {key}"
    said = told(activity("B-12", body))
    assert not is_ours(said, "B-13")
    assert not is_ours(plain(as_html(said)), "B-13")
    assert is_ours(said, "B-12")


def test_a_subject_is_one_line_and_no_marker() -> None:
    odd = Activity(key="B-12", occasion="resolved", subject="Baton: B-13\n\x00Fixed ", body="", at=AT)
    assert titled(odd) == "“Baton: B-13 \ufffdFixed”"
    assert titled(odd, 8) == "“Baton:…"
