"""A session with Salesforce's REST API: tokens without a person, requests, and what its errors mean.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import jwt
import orjson
from pydantic import Field

from bot.errors import PermanentError, RetriableError, quoted
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.record import CrmConnector, CrmOptions, Token

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTED_FOR = timedelta(minutes=3)
"""Salesforce takes no assertion that holds for more than five minutes."""

_TELLING = frozenset({300, 400, 403, 404, 405, 409, 412, 414, 415})
"""Statuses whose body says in words what is wrong."""

_LATER = frozenset({"UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "TXN_SECURITY_METERING_ERROR"})
_UNTIL_THERE_IS_MORE = 900.0
"""Seconds. The limit is on the last 24 hours, so there is always soon a little more."""

_USAGE = re.compile(r"\bapi-usage=([0-9]+)/([0-9]+)")


_FieldName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*__c$")]
"""How fields are called that a company adds."""


class NoSuchObjectError(PermanentError):
    """A kind of record that the org does not have, or that our user does not see."""


class SalesforceOptions(CrmOptions):
    """Who Baton is in Salesforce, and what stands where in this org."""

    client_id: str
    """The consumer key of the app."""
    username: str = ""
    """The name of Baton's user there, as `baton@acme.example`; needed with a private key."""
    private_key_env: str = ""
    """The variable that holds the private key (PEM) of the app's certificate."""
    client_secret_env: str = ""
    """Instead of a private key: the variable that holds the consumer secret, for an app with the client credentials flow."""
    audience: str = "https://login.salesforce.com"
    """Whom the private key's signature is for: in a sandbox `https://test.salesforce.com`."""
    api_version: str = Field("62.0", pattern=r"^[1-9][0-9]{1,2}\.0$")
    """The version of the REST API."""
    key_field: _FieldName = "Baton_Key__c"
    """The external ID field on activities and cases in which our key stands."""
    handles: dict[str, _FieldName] = Field(default_factory=dict)
    """Fields of contacts that hold handles, by network: `{ mastodon = "Mastodon__c" }`."""
    orders: Literal["contact", "account"] = "contact"
    """Whose orders a person's are: those with the contact in “Bill To” or “Ship To”, or all of the contact's account."""
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    """The currency of an org that has but one."""


class SalesforceSession(CrmConnector):
    """Base of the connector: signs in and asks. Nothing that it sends does harm when it is sent twice."""

    Options = SalesforceOptions
    options: SalesforceOptions
    needs = ("url", "client_id")

    instance = ""
    """Where the org's data is; the answer with the token says it."""
    usage: tuple[int, int] | None = None
    """How many of how many requests everybody's apps have made in 24 hours, as last heard."""

    async def sign_in(self) -> Token:
        """A token for the signature of our key, or for the app's secret. It does not say how long it holds."""
        form = self._credentials() if self.options.client_secret_env else self._assertion()
        answer = await self.send(
            *("POST", f"{self.url}/services/oauth2/token"),
            data=urlencode(form).encode(),
            headers=_FORM,
            expected={400, 401, 403},
            repeatable=True,
            secrets=(form.get("assertion", ""),),
        )
        said = self._said(answer)
        if answer.status == 200 and isinstance(said, dict) and said.get("access_token") and said.get("instance_url"):
            self.instance = str(said["instance_url"]).rstrip("/")
            return Token(str(said["access_token"]))
        why = str(said.get("error_description") or said.get("error")) if isinstance(said, dict) else "no reason given"
        if "rate exceeded" in why:
            raise RetriableError(f"{self.name} gives no token for now: {why}.", 60.0)
        raise PermanentError(f"{self.name} gives no token: {why}. Check the app, its user and its certificate.")

    def _credentials(self) -> dict[str, str]:
        secret = self.secret("client_secret_env")
        return {"grant_type": "client_credentials", "client_id": self.options.client_id, "client_secret": secret}

    def _assertion(self) -> dict[str, str]:
        # Some keep the lines of a key in one line of an environment file.
        key = self.secret("private_key_env").replace("\\n", "\n")
        claims = {
            "iss": self.options.client_id,
            "sub": self.options.username,
            "aud": self.options.audience,
            "exp": datetime.now(UTC) + _ASSERTED_FOR,
        }
        try:
            signed = jwt.encode(claims, key, algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            # Not from the error: it may show the key.
            variable = self.options.private_key_env
            raise PermanentError(f"{self.name} cannot sign in: {variable} holds no private RSA key in PEM.") from None
        return {"grant_type": _JWT_BEARER, "assertion": signed}

    async def rest(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        fine: frozenset[int] = frozenset(),
    ) -> Any:
        """What the org says, as read from JSON; None for a 404 that is `fine`. Errors are raised in its words."""
        await self.token()
        answer = await self.ask(
            method,
            f"{self.instance}/services/data/v{self.options.api_version}{path}",
            params=params,
            data=orjson.dumps(body) if body is not None else None,
            headers=_JSON if body is not None else {},
            expected=_TELLING,
            repeatable=True,
        )
        if (used := _USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))) is not None:
            self.usage = int(used[1]), int(used[2])
        if answer.status in {200, 201, 204}:
            return self._said(answer) if answer.body else None
        return self._refusal(answer, fine)

    def _refusal(self, answer: Answer, fine: frozenset[int]) -> Any:
        said = self._said(answer)
        errors = said if isinstance(said, list) else [said]
        first = errors[0] if errors and isinstance(errors[0], dict) else {}
        code, why = str(first.get("errorCode", answer.status)), str(first.get("message") or "no reason given")
        if answer.status == 403 and code == "REQUEST_LIMIT_EXCEEDED":
            raise RetriableError(f"{self.name} takes no more requests today: {quoted(why)}", _UNTIL_THERE_IS_MORE)
        if code in _LATER:
            raise RetriableError(f"{self.name} cannot do it now: {quoted(why)} ({code})")
        if code == "INVALID_TYPE":
            raise NoSuchObjectError(f"{self.name}: {quoted(why)} ({code})")
        # Also a 404, yet not for want of a record.
        if answer.status in fine and "external id field" not in why.lower():
            return None if answer.status == 404 else said
        raise PermanentError(f"{self.name} refuses: {quoted(why)} ({code})")

    def _said(self, answer: Answer) -> Any:
        try:
            return read_json(answer.body)
        except ValueError as error:
            raise RetriableError(f"{self.name} answered {answer.status} with something that is no JSON.") from error
