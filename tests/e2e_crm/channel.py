"""The channel of a company with a CRM: what customers mail becomes a card there."""

from __future__ import annotations

from tests.e2e.front_door import written
from tests.e2e_networks.baton import Baton, Card


def heard(baton: Baton, email: str, text: str) -> Card:
    """A mail, as the generic webhook delivers one, and its card."""
    author = {"handle": email, "display_name": "Maya Okafor"}
    baton.door.deliver(written(text, network="email", author=author))
    return baton.card(text)
