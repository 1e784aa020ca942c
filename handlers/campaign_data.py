"""Campaigns as plain data, for programs: names as docs/measures.md explains them, spans in seconds, shares in per cent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.campaign_measures import OTHERS, CampaignCount


def campaign_data(counts: Iterable[CampaignCount]) -> list[dict[str, Any]]:
    """Each campaign; the last one, whose name is null, is all that belongs to none."""
    return [
        {
            "name": None if each.name == OTHERS else each.name,
            "heard": each.heard,
            "sure": each.sure,
            "negative": _percent(each.negative_share),
            "positive": _percent(each.positive / each.sure if each.sure else None),
            "mood_apart": each.mood_apart,
            "touched": each.touched,
            "touched_share": _percent(each.touched_share),
            "changed": each.changed,
            "changed_share": _percent(each.changed_share),
            "first_human_seconds": round(each.first_human.total_seconds()) if each.first_human is not None else None,
            "networks": [
                {
                    "network": reach.network,
                    "heard": reach.heard,
                    "accounts": reach.accounts,
                    "followers": reach.followers,
                }
                for reach in each.networks
            ],
        }
        for each in counts
    ]


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
