"""The way of a post into the channel: from its acceptance to the moment its card is handed to Slack."""

from __future__ import annotations

import asyncio
import random
import statistics
import time

from slack_sdk.web.async_client import AsyncWebClient

from tests.benchmarks.company import FLOOR
from tests.benchmarks.plan import Plan
from tests.benchmarks.posts import post_body
from tests.benchmarks.pretend_slack import PretendSlack
from tests.benchmarks.report import Figure
from tests.benchmarks.signing import delivery
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import Line

PATIENCE = 10.0
FIRST = 50_000_000
"""Posts of this part are numbered from here."""


async def measure(store: Store, baton_port: int, slack: PretendSlack, plan: Plan) -> list[Figure]:
    """With a pause before each post, so that Baton is idle; the floor is a bare `chat.postMessage` to the same Slack."""
    chance, line = random.Random(2), await Line.to(baton_port)
    client = AsyncWebClient("xoxb-bench", base_url=slack.api_url)
    taken: list[float] = []
    base: list[float] = []
    for at in range(FIRST, FIRST + plan.cards + 2):
        await asyncio.sleep(chance.uniform(0.05, 0.15))
        token = f"token {at} of this run"
        there = slack.arrival("chat.postMessage", token.encode())
        request = delivery(f"msg_{at}", post_body(at, f"post-{at}", chance, at, said=f"{token}: it leaks."))
        status, body, _ = await line.ask(request)
        accepted = time.perf_counter()
        if status != 200:
            raise RuntimeError(f"a post was answered {status} {body!r}")
        taken.append(await asyncio.wait_for(there, PATIENCE) - accepted)
        await asyncio.sleep(chance.uniform(0.05, 0.15))
        there = slack.arrival("chat.postMessage", b"bare")
        begun = time.perf_counter()
        await client.chat_postMessage(channel=FLOOR, text="bare")
        base.append(await there - begun)
    line.close()
    name = f"post_to_card_p50{store.suffix}"
    return [Figure(name, 1000 * statistics.median(taken[2:]), "ms", 1000 * statistics.median(base[2:]))]
