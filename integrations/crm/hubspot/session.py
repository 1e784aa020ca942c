"""A session with HubSpot's API: requests with the token of a private app, what its errors mean, what is known of the account.

https://developers.hubspot.com/docs/guides/apps/api-usage/usage-details
https://developers.hubspot.com/docs/reference/api/other-resources/error-handling
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import Field

from bot.errors import PermanentError, RetriableError, UnknownResultError, quoted
from integrations.crm.hubspot.records import Bought
from integrations.http import Answer, Http, retry_after
from integrations.json_text import read_json
from integrations.record import CrmConnector, CrmOptions, CrmSettings, Token

_ADDRESS = "https://api.hubapi.com"
_JSON = {"Content-Type": "application/json"}
_TELLING = frozenset({400, 403, 404, 405, 409, 413, 415, 422, 423, 429, 477})
_LATER = frozenset({423, 429, 477})
"""Locked, busy, and moving to another data centre."""

_AT_THE_GATE = frozenset({521, 522, 523, 524})
"""From what stands before HubSpot: whether it heard of the request is not known."""

CLOSED = frozenset({403, 404})
"""What the app may not see, or the account does not have."""


class HubSpotOptions(CrmOptions):
    """Who Baton is in HubSpot, and what stands where in this account."""

    token_env: str
    """The variable that holds the access token of the private app."""
    purchases: Bought = "deals"
    """What counts as a purchase: `deals` that were won, or `orders`."""
    handles: dict[str, str] = Field(default_factory=dict)
    """Properties of contacts that hold handles, by network: `{ mastodon = "mastodon_handle" }`."""
    pipeline: str = "0"
    """The pipeline of tickets in which cases are opened."""
    stage: str = "1"
    """The stage of that pipeline in which they begin."""


class HubSpotSession(CrmConnector):
    """Base of the connector."""

    Options = HubSpotOptions
    options: HubSpotOptions
    needs = ("token_env",)

    def __init__(self, settings: CrmSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.url = self.url or _ADDRESS
        self._account: Mapping[str, Any] | None = None
        self._stages: Mapping[str, str] | None = None

    async def sign_in(self) -> Token:
        """The token of a private app holds until somebody changes it."""
        return Token(self.secret("token_env"))

    async def details(self) -> Mapping[str, Any]:
        """Of the account: its number and its currency."""
        if self._account is None:
            self._account = await self.call("GET", "/account-info/v3/details", fine=CLOSED) or {}
        return self._account

    async def stages(self) -> Mapping[str, str]:
        """What the stages of tickets are called."""
        if self._stages is None:
            said = await self.call("GET", "/crm/v3/pipelines/tickets", fine=CLOSED) or {"results": ()}
            self._stages = {stage["id"]: stage["label"] for each in said["results"] for stage in each["stages"]}
        return self._stages

    def page(self, account: Mapping[str, Any]) -> str:
        """Where people see records."""
        if not account.get("portalId"):
            return ""
        return f"https://{account.get('uiDomain') or 'app.hubspot.com'}/contacts/{account['portalId']}/record"

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        fine: frozenset[int] = frozenset(),
        writes: bool = False,
    ) -> Any:
        """What HubSpot says, as read from JSON; None for a refusal that is `fine`. Others are raised in its words."""
        answer = await self.ask(
            *(method, path),
            params=params,
            data=orjson.dumps(body) if body is not None else None,
            headers=_JSON if body is not None else {},
            expected=_TELLING | _AT_THE_GATE,
            repeatable=not writes,
        )
        if answer.status in _AT_THE_GATE:
            failed = UnknownResultError if writes else RetriableError
            raise failed(f"{self.name} cannot be reached ({answer.status}).")
        try:
            said = read_json(answer.body) if answer.body else None
        except ValueError as error:
            if answer.status < 300:
                failed = UnknownResultError if writes else RetriableError
                raise failed(f"{self.name} answered with something that is no JSON.") from error
            said = None
        if answer.status < 300:
            return said
        if answer.status in fine:
            return None
        raise self._refusal(answer, said if isinstance(said, dict) else {})

    def _refusal(self, answer: Answer, said: Mapping[str, Any]) -> PermanentError | RetriableError:
        why = f"{said.get('message') or 'no reason given'} ({said.get('category') or said.get('errorType') or answer.status})"
        if answer.status not in _LATER:
            return PermanentError(f"{self.name} refuses: {quoted(why)}")
        pause = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
        if pause is None and answer.status == 429:
            # The limit of a day ends at midnight, where the account is; that of a few seconds soon.
            pause = 1800.0 if said.get("policyName") == "DAILY" else 10.0
        return RetriableError(f"{self.name} does not do it now: {quoted(why)}", pause)
