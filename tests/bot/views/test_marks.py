"""Marks stand on the cards of the customer and of their conversations, and are left out with what they are made of."""

from __future__ import annotations

from bot.config import parse
from bot.domain.visibility import visible
from bot.views import conversation_card, customer_card
from bot.views import made_up as m
from tests.bot.views.plain import plain

MARKS = """
[[marks]]
name = "influencer"
followers = 10000

[[marks]]
name = "VIP"
tiers = ["gold"]
"""
KEPT = """
[[visibility]]
fields = ["tier", "followers"]
departments = ["support"]
"""
CONFIG, CAREFUL = parse(MARKS), parse(MARKS + KEPT)


def test_a_customer_bears_their_marks_on_one_line_with_one_sign() -> None:
    assert "⭐ influencer, VIP" in plain(customer_card(m.RECORD, CONFIG))


def test_a_conversation_shows_the_marks_of_its_customer() -> None:
    shown = plain(conversation_card(m.sight(m.FLOOR, m.FIRST), CONFIG, now=m.HEARD))
    assert "⭐ influencer, VIP" in shown


def test_what_somebody_may_not_see_gives_no_mark() -> None:
    seen, _ = visible(m.RECORD, CAREFUL.hidden_from(None))
    assert "⭐" not in plain(customer_card(seen, CAREFUL))
    assert "⭐" not in plain(conversation_card(m.sight(m.FLOOR, m.FIRST), CAREFUL, now=m.HEARD))
