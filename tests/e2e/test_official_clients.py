"""Slack's own client for Python reads what Baton posts: cards in every state, threads, permalinks, direct messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from tests.e2e.calls import Json
from tests.e2e.demo import Demo
from tests.e2e.front_door import deleted, edited, written
from tests.e2e.people import Card, words_of
from tests.e2e.playground_page.window import word
from tests.e2e.waiting import until

FLOOR = "C0FLOOR001"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The product, for all tests of this file."""
    with Demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
        assert running.complaints() == []


@pytest.fixture
def web(demo: Demo) -> WebClient:
    """The official client."""
    return demo.web()


def heard(demo: Demo, text: str = "Where is my order?") -> Card:
    """A card for a post of somebody new."""
    return demo.hear(written(f"{text} {word()}", handle=word(), url="https://social.example/1"))


def typed(demo: Demo, user: str, text: str) -> None:
    """A slash command."""
    demo.people.do("slash", user, channel="floor", text=f"/baton {text}")


def read(web: WebClient, card: Card) -> Json:
    """One card, by its time."""
    page = web.conversations_history(
        channel=FLOOR, oldest=card.ts, latest=card.ts, inclusive=True, limit=1, include_all_metadata=True
    )
    (message,) = page["messages"]
    assert message["ts"] == card.ts
    found: Json = message
    return found


def shows(demo: Demo, web: WebClient, card: Card, words: str) -> Json:
    """Waits until a card shows something, and reads it."""
    until(lambda: words in words_of(read(web, card)), f"{card.ref} shows “{words}”")
    return read(web, card)


def test_a_card_in_every_state_is_read_and_is_well_formed(demo: Demo, web: WebClient) -> None:
    free, held, asked, waiting, snoozed, raised, closed = (heard(demo) for _ in range(7))
    urgent = heard(demo, "My charger caught fire!")
    for user, text in (
        ("ana", f"claim {held.ref}"),
        ("ana", f"claim {asked.ref}"),
        ("ana", f"pass {asked.ref} product is this the new box?"),
        ("ana", f"claim {waiting.ref}"),
        ("ana", f"wait {waiting.ref}"),
        ("ana", f"snooze {snoozed.ref} 2h"),
        ("finn", f"escalate {raised.ref} coordinator press is asking"),
        ("finn", f"escalate {raised.ref} crisis it spreads"),
        ("ana", f"claim {closed.ref}"),
        ("ana", f"resolve {closed.ref} fixed | to know | nothing"),
    ):
        typed(demo, user, text)
    gone, changed = written(f"Gone soon {word()}", handle=word()), written(f"Changed soon {word()}", handle=word())
    tombstone, altered = demo.hear(gone), demo.hear(changed)
    demo.door.deliver(deleted(gone))
    demo.door.deliver(edited(changed, "Changed now"))
    for card, words in (
        (free, "on the floor since"),
        (held, "Ana Lima (Support) until"),
        (asked, "Ana Lima asks Product"),
        (waiting, "waiting for the customer"),
        (snoozed, "snoozed until"),
        (raised, "Coordinator"),
        (closed, "Fixed in"),
        (urgent, "🔴 Urgent"),
        (tombstone, "The customer deleted this post"),
        (altered, "Changed now"),
    ):
        message = shows(demo, web, card, words)
        blocks = Block.parse_all(message["blocks"])
        assert len(blocks) == len(message["blocks"])
        for block, sent in zip(blocks, message["blocks"], strict=True):
            assert block is not None
            assert block.type == sent["type"]
            block.validate_json()
        assert card.ref in message["text"]
        assert message["bot_id"] == "B0BATON001"
        assert message["metadata"]["event_type"] == "baton_posting"


def test_the_thread_of_a_card_holds_the_call_and_what_colleagues_answered(demo: Demo, web: WebClient) -> None:
    card = heard(demo)
    typed(demo, "ana", f"discuss {card.ref} legal may we say so?")
    demo.people.do("message", "ines", channel="floor", thread_ts=card.ts, text="Yes, we may.")

    def thread() -> list[str] | None:
        replies = web.conversations_replies(channel=FLOOR, ts=card.ts)["messages"][1:]
        said = [words_of(reply) for reply in replies]
        return said if len(said) == 2 else None

    said = sorted(until(thread, "both are in the thread"))
    assert any("calls Legal" in words and "may we say so?" in words for words in said)
    assert "Yes, we may." in said


def test_a_cards_permalink_names_its_conversation(demo: Demo, web: WebClient) -> None:
    card = heard(demo)
    link = web.chat_getPermalink(channel=FLOOR, message_ts=card.ts)["permalink"]
    answer = demo.people.do("slash", "grace", channel="management", text=f"/baton claim {link}")
    assert f"You hold {card.ref}" in words_of(answer["response"])
    shows(demo, web, card, "Grace Kim (Sales) until")


def test_a_card_that_somebody_deleted_is_posted_anew_at_the_next_change(tmp_path: Path) -> None:
    with Demo(tmp_path / "data") as demo:
        web, card = demo.web(), heard(demo)
        web.chat_delete(channel=FLOOR, ts=card.ts)
        typed(demo, "ana", f"claim {card.ref}")

        def again() -> bool:
            page = web.conversations_history(channel=FLOOR, limit=5, include_all_metadata=True)["messages"]
            return any(card.ref in message["text"] and "Ana Lima" in words_of(message) for message in page)

        until(again, "the card is there again")
        assert demo.counters()["refused"] == {"chat.update message_not_found": 1}
