"""Access tokens that are had for a refresh token, kept in memory only. https://www.rfc-editor.org/rfc/rfc6749#section-6"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson

from bot.errors import PermanentError, RetriableError
from integrations.http import Answer

Ask = Callable[..., Awaitable[Answer]]
"""`Connector.ask`."""

EARLY = 120.0
"""Seconds before its end that a token is no longer used."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks for tokens, and by what right."""

    id: str = field(repr=False)
    secret: str = field(repr=False)
    refresh_token: str = field(repr=False)


class AccessToken:
    """The token in use; fetched when it is first needed, and anew shortly before its end."""

    def __init__(self, ask: Ask, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._url = url
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def get(self, client: Client, refused: str = "") -> str:
        """A token that holds; another than `refused`, which the network does not take.

        Raises `PermanentError` where the right was withdrawn.
        """
        async with self._one_at_a_time:
            if not self._token or self._token == refused or self._clock() >= self._until:
                await self._fetch(client)
            return self._token

    async def _fetch(self, client: Client) -> None:
        asked = {"grant_type": "refresh_token", "client_id": client.id, "client_secret": client.secret}
        body = urlencode({**asked, "refresh_token": client.refresh_token}).encode()
        # Fetching a token twice does no harm.
        answer = await self._ask(
            *("POST", self._url), cost=0, data=body, headers=_FORM, expected=(400, 401, 403), repeatable=True
        )
        try:
            said = orjson.loads(answer.body)
            if answer.status == 200:
                self._token, seconds = str(said["access_token"]), float(said.get("expires_in", 3600))
                self._until = self._clock() + seconds - EARLY
                return
            why = said.get("error_description") or said["error"]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise RetriableError("The answer with the access token cannot be read.") from error
        self._token = ""
        raise PermanentError(f"No access token is given: {why}. Give the app its permission again.")
