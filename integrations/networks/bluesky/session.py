"""An account that is logged in to a service of the AT Protocol, and what it asks there. https://atproto.com/specs/xrpc"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from bot.errors import PermanentError
from integrations.http import BUSY, Answer
from integrations.json_text import read_json

_ANSWERS = frozenset(range(400, 500)) - BUSY
"""Refusals that say why; they are read here."""


class Refusal(PermanentError):
    """The server says no. `error` is its word for it, like `RecordNotFound`; `said` its sentence."""

    def __init__(self, status: int, error: str, said: str) -> None:
        super().__init__(f"The server answered {status} {error}: {said}"[:500])
        self.status = status
        self.error = error
        self.said = said


class Ask(Protocol):
    """One request, as `Connector.ask`."""

    def __call__(self, method: str, url: str, **request: Any) -> Awaitable[Answer]:
        """Sends it."""
        ...


class Session:
    """One account at a service. Logs in when first used and again when the service forgets it; tokens stay in memory."""

    def __init__(self, ask: Ask, service: str, account: str, password: Callable[[], str]) -> None:
        self._ask = ask
        self._service = service.rstrip("/")
        self._account = account
        self._password = password
        self._lock = asyncio.Lock()
        self._access = ""
        self._refresh = ""
        self.did = ""
        self.handle = account

    async def open(self) -> None:
        """Logs in, unless it is done; afterwards `did` and `handle` are known."""
        if not self._access:
            await self._renew("")

    async def get(self, name: str, params: Mapping[str, str | Sequence[str]] | None = None) -> dict[str, Any]:
        """A query."""
        return await self._as_us("GET", f"{name}?{urlencode(params or {}, doseq=True)}")

    async def post(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A procedure, which is not repeated when its fate is unknown."""
        return await self._as_us("POST", name, data=orjson.dumps(body))

    async def _as_us(self, method: str, path: str, data: bytes | None = None) -> dict[str, Any]:
        await self.open()
        used = self._access
        try:
            return await self._call(method, path, used, data)
        except Refusal as refusal:
            if refusal.status != 401 and refusal.error not in {"ExpiredToken", "InvalidToken"}:
                raise
        await self._renew(used)
        return await self._call(method, path, self._access, data)

    async def _renew(self, used: str) -> None:
        """New tokens, unless somebody else has fetched them meanwhile."""
        async with self._lock:
            if self._access != used:
                return
            try:
                session = await self._call("POST", "com.atproto.server.refreshSession", self._refresh)
            except Refusal:
                session = await self._log_in()
            self._access, self._refresh = str(session["accessJwt"]), str(session["refreshJwt"])
            self.did, self.handle = str(session["did"]), str(session["handle"])

    async def _log_in(self) -> dict[str, Any]:
        entered = {"identifier": self._account, "password": self._password()}
        try:
            return await self._call("POST", "com.atproto.server.createSession", "", orjson.dumps(entered))
        except Refusal as refusal:
            raise PermanentError(
                f"{self._service} does not let {self._account} in: {refusal.said} Make an app password, and set it anew."
            ) from refusal

    async def _call(self, method: str, path: str, token: str, data: bytes | None = None) -> dict[str, Any]:
        if method == "POST" and path.endswith("refreshSession") and not token:
            raise Refusal(401, "AuthMissing", "Not logged in yet.")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if data is not None:
            headers["Content-Type"] = "application/json"
        answer = await self._ask(
            method,
            f"{self._service}/xrpc/{path}",
            headers=headers,
            data=data,
            expected=_ANSWERS,
            # Two sessions do no harm, two posts do.
            repeatable=method == "GET" or ".server." in path,
            secrets=tuple(filter(None, (self._access, self._refresh))),
        )
        return _read(answer, path.partition("?")[0])


def _read(answer: Answer, name: str) -> dict[str, Any]:
    """What a query or procedure gave; raises `Refusal` where it says no."""
    try:
        said = read_json(answer.body or b"{}")
    except ValueError:
        said = None
    if answer.status < 300:
        if isinstance(said, dict):
            return said
        raise PermanentError(f"{name} does not answer as the AT Protocol does.")
    words = said if isinstance(said, dict) else {}
    error, message = str(words.get("error") or ""), str(words.get("message") or "It does not say why.")
    raise Refusal(answer.status, error, message)
