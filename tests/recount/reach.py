"""The reach of campaigns counted a second time, in SQL that anybody can read and that shares nothing with ours."""

from __future__ import annotations

from sqlalchemy import text

from bot.domain.measures import Window
from storage.engine import Database

_BY_ACCOUNT = """
SELECT conversations.number, conversations.network, conversations.customer_id, conversations.opened_at,
       (SELECT max(followers) FROM identities
         WHERE identities.customer_id = conversations.customer_id AND identities.network = conversations.network)
  FROM conversations WHERE conversations.filed IS NULL
"""
_BELONGS = "SELECT number, campaign FROM conversation_campaigns"

_EVERY, _TAGS = text(_BY_ACCOUNT), text(_BELONGS)


async def recounted(database: Database, window: Window) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(campaign, network) → conversations, accounts, followers; the campaign is empty for those of none."""
    async with database.reading() as connection:
        every = await connection.all(_EVERY)
        tags: dict[int, list[str]] = {}
        for number, campaign in await connection.all(_TAGS):
            tags.setdefault(number, []).append(campaign)
    start, end = (round(at.timestamp() * 1_000_000) for at in (window.start, window.end))
    heard: dict[tuple[str, str], int] = {}
    accounts: dict[tuple[str, str], dict[str, int]] = {}
    for number, network, customer, opened_at, followers in every:
        if start <= opened_at < end:
            for campaign in tags.get(number, [""]):
                key = (campaign, network)
                heard[key] = heard.get(key, 0) + 1
                accounts.setdefault(key, {})[customer] = followers or 0
    return {key: (many, len(accounts[key]), sum(accounts[key].values())) for key, many in heard.items()}
