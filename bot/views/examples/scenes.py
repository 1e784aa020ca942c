"""What several examples show: a pass that waits, a call to departments, a post that was edited, one that is gone."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import Card
from bot.domain import events as e
from bot.domain.conversation import PassRequest
from bot.views import made_up as m

Examples = tuple[tuple[str, Card], ...]
"""Cards, each with what it shows."""

ASKED = PassRequest(m.ANA, "is this the new box?", m.at(10, 10), to_department="product")
PASSING = replace(m.HELD, pass_request=ASKED)
CALLED = e.DiscussionCalled(
    at=m.at(10, 4), by=m.ANA, departments=("legal", "logistics"), question="which carrier was it?"
)
EDITED = m.post(
    "Third parcel in a row that arrives crushed. Sorry, @acme, wrong shop.", 3, edited_at=m.at(9, 12), version=1
)
GONE = m.post("", 3, deleted_at=m.at(9, 31))
