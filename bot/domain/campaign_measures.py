"""Campaigns compared with each other and with all others that were heard in the window. Pure; each figure has its formula here.

A conversation that belongs to several campaigns counts in each of them; `OTHERS` are those that belong to none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.shifts import holm, mood_p

OTHERS = ""
"""The name of all that belongs to no campaign."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A campaign on one network: conversations, the accounts that wrote, and how many follow those accounts in all.

    `followers` adds up what the network last told of each account: an upper bound of how many may have seen it.
    """

    network: str
    heard: int
    accounts: int
    followers: int


@dataclass(frozen=True, slots=True)
class CampaignCount:
    """What was heard of a campaign in the window, and what had become of it by its end.

    `sure` are those whose mood is known, `negative` and `positive` how many of these; `first_human` is the median from the
    opening to the first act of a colleague, None without any. `mood_apart`: does the share of negative ones differ from
    that of the others by more than noise? None where there is too little to tell. `networks`: the most heard first.
    """

    name: str
    heard: int
    sure: int = 0
    negative: int = 0
    positive: int = 0
    touched: int = 0
    changed: int = 0
    first_human: timedelta | None = None
    networks: tuple[Reach, ...] = ()
    mood_apart: bool | None = None

    @property
    def followers(self) -> int:
        """How many follow all accounts that wrote."""
        return sum(each.followers for each in self.networks)

    @property
    def negative_share(self) -> float | None:
        """From 0 to 1, among those whose mood is known."""
        return self.negative / self.sure if self.sure else None

    @property
    def touched_share(self) -> float | None:
        """From 0 to 1, of those heard."""
        return self.touched / self.heard if self.heard else None

    @property
    def changed_share(self) -> float | None:
        """From 0 to 1, of those heard."""
        return self.changed / self.heard if self.heard else None


def compared(counts: Iterable[CampaignCount]) -> tuple[CampaignCount, ...]:
    """The campaigns, the most heard first, then the others; empty where nothing belongs to a campaign.

    Their moods are compared with the others' as networks are with the weeks before (`bot.domain.shifts`).
    """
    every = {each.name: each for each in counts}
    others = every.pop(OTHERS, CampaignCount(OTHERS, 0))
    named = sorted(every.values(), key=lambda each: (-each.heard, each.name))
    if not named:
        return ()
    apart = holm([mood_p(each.negative, each.sure, others.negative, others.sure) for each in named])
    return (*_told(named, apart), others)


def _told(named: Sequence[CampaignCount], apart: Sequence[bool | None]) -> list[CampaignCount]:
    return [replace(each, mood_apart=differs) for each, differs in zip(named, apart, strict=True)]
