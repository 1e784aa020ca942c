"""A message to one person: addressed when it becomes work of its own, and sent where they can be reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.cards import Card
from bot.errors import ClosedError
from bot.ports import Account, ChatPlatform, Taken, Work
from handlers.events.refresh_cards import no_connection


def work_to(accounts: Sequence[Account], kind: str, payload: Mapping[str, object], mark: str) -> Work:
    """The work that sends it; `accounts`, one at least, are tried in their order. `mark` says it once, in the outbox and there."""
    to = [{"platform": each.platform, "team": each.team, "user": each.user} for each in accounts]
    key = f"{accounts[0].platform}:{accounts[0].user}"
    return Work(kind, {**payload, "mark": mark, "to": to}, key=key, lane="post", priority=0, once=mark)


async def send_personally(platforms: Mapping[str, ChatPlatform], card: Card, taken: Taken) -> None:
    """To the first of the person's accounts where they can be reached; a lost answer is looked up before sending again."""
    accounts = [Account(**to) for to in taken.work.payload["to"]]
    connected = [account for account in accounts if account.platform in platforms]
    mark = str(taken.work.payload["mark"])
    for account in connected or accounts:
        platform = platforms.get(account.platform)
        if platform is None:
            raise no_connection(account.platform)
        try:
            channel = await platform.direct(account)
            if taken.attempt == 1 or await platform.find(channel, mark, taken.created_at) is None:
                await platform.post(channel, card, mark)
        except ClosedError:
            continue
        return
