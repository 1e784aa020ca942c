"""Our own token for calls to Teams: fetched once, kept until shortly before it ends, without holding up the event loop.

How it is got: learn.microsoft.com, "Authentication with the Bot Connector API", "Step 1: Request an access token"; a managed
identity is asked by MSAL, which knows where each kind of Azure machine keeps it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
import msal
import orjson
import requests

from bot.errors import PermanentError, RetriableError
from bot.teams.settings import TeamsSettings

_log = logging.getLogger("baton.teams")

FETCH_SECONDS = 10.0
"""How long it may take to get a token."""

EARLY_SECONDS = 300.0
"""A token that ends this soon is replaced."""

Fetch = Callable[[], Awaitable[Mapping[str, Any]]]
"""Gives an answer of a token endpoint: `access_token` and `expires_in` (seconds), or `error`."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    ends: float


class Credentials:
    """Keeps the token. `clock` gives seconds that only ever grow."""

    def __init__(self, fetch: Fetch | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: _Token | None = None
        self._fetching = asyncio.Lock()

    async def header(self) -> dict[str, str]:
        """What a call is authorized with: nothing for a local client. Raises `RetriableError` or `PermanentError`."""
        if self._fetch is None:
            return {}
        token = self._token
        if token is None or self._clock() > token.ends - EARLY_SECONDS:
            token = await self._renewed(self._fetch)
        return {"Authorization": f"Bearer {token.value}"}

    def forget(self, header: Mapping[str, str]) -> None:
        """Teams refused this token: the next call gets another one. A token that has replaced it meanwhile stays."""
        if self._token is not None and header.get("Authorization") == f"Bearer {self._token.value}":
            self._token = None

    async def _renewed(self, fetch: Fetch) -> _Token:
        async with self._fetching:
            token = self._token
            if token is not None and self._clock() <= token.ends - EARLY_SECONDS:
                return token
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    self._token = _read(await fetch(), self._clock())
            except (RetriableError, TimeoutError, OSError, ValueError) as error:
                if token is not None and self._clock() < token.ends:
                    _log.warning("No new token for Teams; the old one is used on: %s", type(error).__name__)
                    return token
                if isinstance(error, RetriableError):
                    raise
                raise RetriableError(f"No token for Teams could be got: {type(error).__name__}.") from error
            return self._token


def credentials(settings: TeamsSettings, session: Callable[[], aiohttp.ClientSession]) -> Credentials:
    """The credentials that the settings ask for."""
    if settings.local_client:
        return Credentials(None)
    return Credentials(_identity(settings) if settings.managed_identity else _secret(settings, session))


def _secret(settings: TeamsSettings, session: Callable[[], aiohttp.ClientSession]) -> Fetch:
    """The OAuth 2.0 client credentials grant."""
    url = f"{settings.login_url}/{quote(settings.tenant, safe='')}/oauth2/v2.0/token"

    async def fetch() -> Mapping[str, Any]:
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.app_id,
            "client_secret": settings.app_password,
            "scope": f"{settings.service}/.default",
        }
        async with session().post(url, data=form, allow_redirects=False) as answer:
            body = await answer.read()
            if answer.status == 429 or answer.status >= 500:
                raise RetriableError(f"No token for Teams could be got: the login server answered {answer.status}.")
        said = orjson.loads(body)
        return said if isinstance(said, dict) else {}

    return fetch


class _Impatient(requests.Session):
    """MSAL sets no time-out for a managed identity's requests."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """See `requests.Session`."""
        kwargs.setdefault("timeout", FETCH_SECONDS)
        return super().request(*args, **kwargs)


def _identity(settings: TeamsSettings) -> Fetch:
    def ask() -> Mapping[str, Any]:
        # A client of its own for each token: they keep what they got, also when Teams has refused it.
        with _Impatient() as http:
            who = msal.UserAssignedManagedIdentity(client_id=settings.app_id)
            answer: Mapping[str, Any] = msal.ManagedIdentityClient(who, http_client=http).acquire_token_for_client(
                resource=settings.service
            )
        return answer

    # MSAL waits for its answer with the thread it is called in.
    return lambda: asyncio.to_thread(ask)


def _read(answer: Mapping[str, Any], now: float) -> _Token:
    value, lasts = answer.get("access_token"), answer.get("expires_in")
    if isinstance(value, str) and value:
        return _Token(value, now + _seconds(lasts))
    error = str(answer.get("error") or "no token")
    if error in {"temporarily_unavailable", "server_error"}:
        raise RetriableError(f"No token for Teams could be got: {error}.")
    # The description names the app, the tenant and what is wrong with them, but never the secret.
    said = str(answer.get("error_description") or "").partition("\n")[0].strip()[:300]
    raise PermanentError(
        f"No token for Teams: {error}. {said} Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID."
    )


def _seconds(lasts: Any) -> float:
    try:
        return float(lasts)
    except (TypeError, ValueError):
        return EARLY_SECONDS
