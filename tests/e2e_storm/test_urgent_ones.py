"""What cannot wait is seen within ten seconds: what is about something else by a card, the storm's own at least by name."""

from __future__ import annotations

import pytest

from tests.e2e.people import words_of
from tests.e2e.waiting import until
from tests.e2e_storm.kept import Urgent
from tests.e2e_storm.raging import WATCHER, Storm

WITHIN = 10.0
"""Seconds from its arrival."""

pytestmark = pytest.mark.timeout(300)


def test_what_is_about_something_else_has_its_own_card(storm: Storm) -> None:
    urgent = {each.number: each for each in storm.kept.urgent()}
    conversations = storm.kept.conversations_of(list(storm.unrelated()))
    waited: dict[str, float | None] = {}
    for post, accepted in storm.unrelated().items():
        found = urgent.get(conversations[post])
        waited[post] = float(found.card) - accepted if found is not None and found.card is not None else None
    late = {post: seconds for post, seconds in waited.items() if seconds is None or seconds > WITHIN}
    assert late == {}


def test_each_of_those_cards_shows_its_post(storm: Storm) -> None:
    texts = {line["external_id"]: line["text"] for line in storm.lines if line["kind"] == "urgent"}
    conversations = storm.kept.conversations_of(list(texts))
    first: dict[str, str] = {}
    for sight in storm.watch.sights:
        first.setdefault(sight.ts, sight.words)
    cards = {each.number: first[each.card] for each in storm.kept.urgent() if each.card in first}
    for post, text in texts.items():
        shown = cards[conversations[post]]
        assert f"B-{conversations[post]}" in shown
        assert " ".join(text.split())[:60] in shown


def test_every_other_urgent_one_has_a_card_or_is_named(storm: Storm) -> None:
    named = storm.watch.named_first()

    def waited(each: Urgent) -> float:
        seen = [named[each.number]] if each.number in named else []
        seen += [float(each.card)] if each.card is not None else []
        return min(seen, default=float("inf")) - each.since

    urgent = [each for each in storm.kept.urgent() if each.echo_of is None]
    assert len(urgent) > 100
    late = {f"B-{each.number}": round(waited(each), 1) for each in urgent if waited(each) > WITHIN}
    assert late == {}


def test_what_says_the_same_as_another_is_counted_there(storm: Storm) -> None:
    urgent = {each.number: each for each in storm.kept.urgent()}
    leaders = {each.echo_of for each in urgent.values() if each.echo_of is not None}
    assert leaders
    assert leaders <= urgent.keys(), "who stands for an urgent one is urgent as well"
    with_cards = {number: each.card for number, each in urgent.items() if number in leaders and each.card is not None}

    def wrong() -> list[int]:
        shown = {message["ts"]: words_of(message) for message in storm.demo.people.messages(WATCHER)}
        return [n for n, ts in with_cards.items() if f"{storm.kept.echoes(n):,} more say" not in shown[ts]]

    until(lambda: not wrong(), "the cards count who says the same", 60, 1.0)
