"""The floors: servers that do the least that is possible, bare or stock: on Python's own event loop, with defaults.

`python -m tests.benchmarks.floors bolt|botbuilder|sqlite|postgres ADDRESS` serves on a free port and prints it.
"""

from __future__ import annotations

import asyncio
import hmac
import sys
from collections.abc import Awaitable, Callable

import aiosqlite
import asyncpg
import orjson
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.benchmarks import stock_botbuilder
from tests.benchmarks.signing import HOOK_PATH, SLACK_PATH, SLACK_SECRET, hook_signature

_TABLE = (
    "CREATE TABLE IF NOT EXISTS bare ({id} PRIMARY KEY, network TEXT, account TEXT, external_id TEXT, heard_at BIGINT, "
    "body TEXT)"
)
_COLUMNS = "INSERT INTO bare (network, account, external_id, heard_at, body) VALUES "

Row = tuple[str, str, str, int, str]
Insert = Callable[[Row], Awaitable[object]]


async def bolt(slack: str) -> web.Application:
    """Stock Bolt with its defaults: one listener, which acknowledges."""
    client = AsyncWebClient("xoxb-bench", base_url=slack)
    app = AsyncApp(signing_secret=SLACK_SECRET, client=client)

    @app.command("/baton")
    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    return app.web_app(SLACK_PATH)


async def botbuilder(teams: str) -> web.Application:
    """Stock botbuilder-core, which echoes."""
    return stock_botbuilder.application(teams)


async def sqlite(path: str) -> web.Application:
    """One connection; an insert for each post, which commits by itself: one transaction, and one wait for the disk.

    With `execute` and `commit` apart, one request's commit would carry the inserts of those that wait beside it.
    """
    database = await aiosqlite.connect(path, isolation_level=None)
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", _TABLE.format(id="id INTEGER")):
        await database.execute(statement)
    application = _intake(lambda row: database.execute(_COLUMNS + "(?, ?, ?, ?, ?)", row))
    application.on_cleanup.append(lambda _: database.close())
    return application


async def postgres(dsn: str) -> web.Application:
    """A pool of connections; an insert, which commits by itself, for each post."""
    pool = await asyncpg.create_pool(dsn, min_size=16, max_size=16, reset=_nothing_to_reset)
    await pool.execute(_TABLE.format(id="id BIGINT GENERATED ALWAYS AS IDENTITY"))
    application = _intake(lambda row: pool.execute(_COLUMNS + "($1, $2, $3, $4, $5)", *row))
    application.on_cleanup.append(lambda _: pool.close())
    return application


async def _nothing_to_reset(_: object) -> None:
    """Spares each insert a second round trip."""


def _intake(insert: Insert) -> web.Application:
    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        headers = request.headers
        expected = hook_signature(headers["webhook-id"], headers["webhook-timestamp"], body)
        if not hmac.compare_digest(expected, headers["webhook-signature"]):
            return web.Response(status=401)
        post = orjson.loads(body)
        row = (post["network"], post["account"], post["external_id"], int(headers["webhook-timestamp"]), body.decode())
        await insert(row)
        return web.Response(body=b'{"accepted":1}', content_type="application/json")

    application = web.Application()
    application.add_routes([web.post(HOOK_PATH, receive)])
    return application


async def serve(kind: str, address: str) -> None:
    """Until the process is ended."""
    kinds = {"bolt": bolt, "botbuilder": botbuilder, "sqlite": sqlite, "postgres": postgres}
    application = await kinds[kind](address)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
