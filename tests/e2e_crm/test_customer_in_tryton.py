"""What the company keeps of a customer in a real Tryton is on the card that colleagues see."""

from __future__ import annotations

from datetime import date

import pytest

from tests.e2e.waiting import until
from tests.e2e_crm.channel import heard
from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.baton import Baton, Colleague

pytestmark = pytest.mark.timeout(300)


def looked_up(colleague: Colleague, ref: str, *words: str) -> str:
    """Looks the customer up until the card holds all these words: an answer that comes late is there the next time."""

    def look() -> str | None:
        said = colleague.command(f"/baton customer {ref}")
        return said if all(word in said for word in words) else None

    return until(look, f"the customer of {ref} has {words}", 60.0, 1.0)


def test_the_card_shows_the_sale_and_the_complaint_that_were_entered_in_tryton(
    baton: Baton, tryton: TrytonServer
) -> None:
    maya = tryton.customer("Maya Okafor", "maya.buys@mail.example", city="Lyon")
    sale = tryton.sale(maya, "Boots Trail 30", "89.90", date(2026, 10, 3))
    tryton.sale(maya, "Never bought", "1.00", date(2026, 10, 4), confirmed=False)
    tryton.complaint(sale, maya, "The sole came off", date(2026, 10, 20))
    card = heard(baton, "maya.buys@mail.example", "My boots again: sorrel")
    said = looked_up(baton.person("ana"), card.ref, "Boots Trail 30", "89.90", "The sole came off")
    assert "Never bought" not in said


def test_while_tryton_is_away_the_card_shows_what_is_known_and_says_what_is_missing(
    baton: Baton, tryton: TrytonServer
) -> None:
    maya = tryton.customer("Maya Okafor", "maya.away@mail.example")
    tryton.sale(maya, "Tent Trail 20", "249.00", date(2026, 9, 1))
    card = heard(baton, "maya.away@mail.example", "My tent: tansy")
    ana = baton.person("ana")
    tryton.stop()
    try:
        said = ana.command(f"/baton customer {card.ref}")
    finally:
        tryton.start()
    assert "My tent: tansy" in said
    assert "Tryton has not answered" in said
    assert "Tent Trail 20" not in said
    looked_up(ana, card.ref, "Tent Trail 20")
