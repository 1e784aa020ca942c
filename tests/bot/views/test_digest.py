"""The weekly digest: every number with its window and its trend; what failed is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.measures import Digest, Failure, Tally, Unheard, Window
from bot.views import digest_card
from bot.views import made_up as m
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of

WINDOW = Window(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
TALLY = Tally(heard=100, touched=60, changed=10, first_human=timedelta(minutes=20))


def said(tally: Tally = TALLY, before: Tally | None = None, failures: tuple[Failure, ...] = ()) -> str:
    return plain(digest_card(Digest(WINDOW, tally, before, failures=failures), m.CONFIG))


def test_without_a_week_before_there_is_no_trend() -> None:
    assert "▲" not in said()
    assert "▼" not in said()
    assert "week before" not in said()


def test_trends_go_up_down_and_stay() -> None:
    assert "▲ 25 % against the week before" in said(before=replace(TALLY, heard=80))
    assert "▼ 50 % against the week before" in said(before=replace(TALLY, heard=200))
    assert "as many as the week before" in said(before=TALLY)
    assert "20 min (▼ 10 min)" in said(before=replace(TALLY, first_human=timedelta(minutes=30)))
    assert "(as before)" in said(before=TALLY)


@pytest.mark.parametrize(
    ("start", "end", "zone", "words"),
    [
        ((2026, 11, 16), (2026, 11, 23), "UTC", "16 to 22 Nov, UTC"),
        ((2026, 11, 26), (2026, 12, 3), "UTC", "26 Nov to 2 Dec, UTC"),
        ((2026, 11, 16), (2026, 11, 17), "UTC", "16 Nov, UTC"),
    ],
)
def test_the_period_is_told_by_its_days(
    start: tuple[int, int, int], end: tuple[int, int, int], zone: str, words: str
) -> None:
    window = Window(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC), zone)
    assert words in plain(digest_card(Digest(window, TALLY), m.CONFIG))


def test_a_failure_is_named_even_when_nothing_was_heard() -> None:
    words = said(Tally(), failures=(Failure("Source feed", "HTTP 500"), Failure("3 deliveries")))
    assert "Nothing was heard in this time." in words
    assert "⚠️ *Could not be measured*: Source feed failed (HTTP 500); 3 deliveries failed" in words


def test_each_unheard_conversation_can_be_claimed() -> None:
    unheard = tuple(Unheard(replace(m.FLOOR, number=n), "Maya", "the strap") for n in range(1, 6))
    card = digest_card(Digest(WINDOW, TALLY, None, unheard), m.CONFIG)
    assert [(b.command, b.args["conversation"]) for b in buttons_of(card)] == [("claim", f"B-{n}") for n in range(1, 6)]
    assert "Nobody has heard these five" in plain(card)


def test_handovers_and_refusals_are_counted_in_words() -> None:
    words = said(replace(TALLY, handovers=1, bounces=1, passed={("legal", "sales"): 1}))
    assert "changed department once · Legal → Sales once · 1 pass declined" in words
