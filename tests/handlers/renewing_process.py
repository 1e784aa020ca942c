"""A process that renews a token and is killed when the network has answered, before it can keep what it was given."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from bot.config import Config
from bot.ports import Storage
from bot.ports.tokens import Token
from handlers.sealing import Seal
from handlers.token_keeper import WHAT_FOR, StoredTokenKeeper
from integrations.tokens import Tokens
from tests.fakes.clock import SetClock
from tests.handlers.conftest import connect


class Stuck(StoredTokenKeeper):
    """Never gets as far as the store."""

    async def keep(self, source: str, token: Token) -> None:
        """Until it is killed."""
        await asyncio.Event().wait()


async def main(url: str, secret: str, now: str, log: str) -> None:
    """Renew until killed."""
    clock = SetClock(datetime.fromisoformat(now))
    storage = await connect(url, clock, Config())

    async def store() -> Storage:
        return storage

    async def renew(kept: str | None) -> Token:
        part = Path(f"{log}.part")
        part.write_text(json.dumps({"kept": kept}))
        part.replace(log)
        return Token("access-4712", None, "refresh-4712")

    tokens = Tokens("acme", "ping", now=clock.now)
    tokens.keeper = Stuck(store, Seal((secret.encode(),), WHAT_FOR), clock)
    await tokens.get(renew, refused="access-4711")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
