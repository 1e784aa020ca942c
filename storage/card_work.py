"""The work of bringing a card up to date, and how urgent that is."""

from __future__ import annotations

from bot.ports import Posting, Work

CARD = "card"
"""The kind of work that brings one posting up to date; its payload names the posting."""

SOON, URGENT, IN_TURN = 0, 1, 2


def card_work(posting: Posting, priority: int) -> Work:
    """Bring one posting up to date."""
    return Work(
        CARD,
        {"posting": posting.id},
        key=posting.surface,
        lane="post" if posting.message is None else "update",
        priority=priority,
        dedup=posting.id,
    )
