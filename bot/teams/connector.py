"""The calls of the Bot Framework connector, over connections that stay open and with a limit to every wait.

The SDK's own client makes a thread, a session and a retry policy for each call, and walks through every card in Python; and
whether a call is repeated is the outbox's decision. What can be called: learn.microsoft.com, "Bot Framework Connector REST API".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from bot.errors import PermanentError
from bot.teams.calls import called, failure
from bot.teams.credentials import Credentials
from bot.teams.settings import TeamsSettings

Json = dict[str, Any]

CALL_SECONDS = 15.0
CONNECT_SECONDS = 5.0

_LARGEST = 4_000_000
_JSON = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}


class Connector:
    """Calls the service address that a conversation came with."""

    def __init__(
        self, settings: TeamsSettings, credentials: Credentials, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._settings = settings
        self._credentials = credentials
        self._session = session

    async def call(
        self,
        what: str,
        method: str,
        service_url: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON that is answered, None for none. `what` names the call in errors.

        Raises `RetriableError`, `UnknownResultError` or `PermanentError`.
        """
        if not self._settings.may_call(service_url):
            raise PermanentError(f"{what}: {service_url[:200]} is not an address that may be called.")
        url = _url(service_url, path, query or {})
        data = orjson.dumps(body) if body is not None else None
        header = await self._credentials.header()
        status, headers, answer = await called(what, self._send(method, url, data, header))
        if status == 401 and header:
            # A refused call has done nothing, so it may be repeated: once, with a token that is new.
            self._credentials.forget(header)
            header = await self._credentials.header()
            status, headers, answer = await called(what, self._send(method, url, data, header))
        if not 200 <= status < 300:
            raise failure(what, status, headers, answer)
        return _read(answer)

    async def _send(
        self, method: str, url: URL, data: bytes | None, header: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        # A redirect would carry the token to a place that nobody has vouched for.
        async with self._session().request(
            method, url, data=data, headers={**_JSON, **header}, allow_redirects=False
        ) as answer:
            body = b"".join([part async for part in _limited(answer.content)])
            return answer.status, answer.headers, body


async def _limited(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    left = _LARGEST
    async for part in content.iter_any():
        left -= len(part)
        if left < 0:
            raise aiohttp.ClientPayloadError("the answer is too large")
        yield part


def _url(service_url: str, path: tuple[str, ...], query: Mapping[str, str]) -> URL:
    """Ids hold `:`, `;`, `=` and `/`: each is one step of the path, whatever is in it."""
    steps = "/".join(quote(step, safe="") for step in path)
    words = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())
    return URL(f"{service_url.rstrip('/')}/v3/{steps}{'?' if words else ''}{words}", encoded=True)


def _read(answer: bytes) -> Any:
    if not answer.strip():
        return None
    try:
        return orjson.loads(answer)
    except ValueError:
        return None
