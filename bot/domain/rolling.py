"""Which new conversations get a card at once when more arrives than a channel takes, and which are rolled up. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.surge import ALIKE

URGENT_WAITS = 7.0
"""Seconds that a card of what is urgent may wait behind others of its kind; more are named on the rollup card …"""

ALIKE_WAITS = 0.5
"""… and so many where it is one of many about the same, so that what is urgent for another reason goes before it."""

ROOM_WAITS = 3.0
"""While nothing is rolled up yet, so many may wait of which many write the same: then there is still room for another."""

CALM = 0.25
"""It is calm again where no more than this part of what the channel takes has arrived for the last minute."""

UNROLLING = 0.5
"""While it is calm, what was rolled up takes this part of what the channel takes."""

WINDOW = timedelta(seconds=60)
"""What arrived for so long is looked at to tell whether it is calm."""


LONGEST_KEPT = timedelta(days=1)
"""A person can have a channel roll up for at most so long."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Cards that wait for a surface; `pace` is the seconds from one to the next, `longest` those that a card may wait."""

    urgent: int
    waiting: int
    pace: float
    longest: float
    rolling: bool = False

    def with_one(self, *, urgent: bool) -> Queue:
        """With one card more."""
        more = self.urgent + urgent
        return Queue(more, self.waiting + 1, self.pace, self.longest, self.rolling)


def has_card(queue: Queue, *, urgent: bool, likeness: float) -> bool:
    """Does a new conversation get its card at once? While a surface rolls up, only what is urgent does.

    `likeness`, of 1, is how much it is about what many write just now.
    """
    if not queue.longest:
        return True
    # Squared: of a storm about many things at once, what is most unlike it goes first.
    unlike = max(0.0, 1 - likeness / ALIKE) ** 2
    if urgent and queue.urgent * queue.pace < max(ALIKE_WAITS, URGENT_WAITS * unlike):
        return True
    if urgent and queue.urgent * queue.pace >= ROOM_WAITS:
        return False
    # Nor is what is urgent worse off than the rest while there is room for all.
    return not queue.rolling and queue.waiting * queue.pace < queue.longest


def is_kept(until: datetime | None, now: datetime) -> bool:
    """Does a person want it to go on? What was said by a clock that has been set back since does not hold for years."""
    return until is not None and now < until <= now + LONGEST_KEPT


def is_calm(arrived: int, pace: float) -> bool:
    """Have so few conversations arrived in the last minute that a channel of this pace can take what was rolled up?"""
    return arrived * pace <= CALM * WINDOW.total_seconds()


def to_unroll(queue: Queue, seconds: float) -> int:
    """How many rolled up conversations get their cards now, when this is asked every so many seconds."""
    if not queue.pace:
        return 1_000
    # Never a queue: what is urgent next goes out at once.
    if queue.waiting * queue.pace >= 1:
        return 0
    return max(1, int(seconds * UNROLLING / queue.pace))
