"""Tokens by OAuth 2.0: how they are asked for, and what the answers say. https://www.rfc-editor.org/rfc/rfc6749#section-5"""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

from bot.errors import PermanentError, RetriableError, quoted
from bot.ports.tokens import Renew, Token
from bot.speech import say
from integrations.http import Answer
from integrations.json_text import read_json

Ask = Callable[..., Awaitable[Answer]]
"""`Connector.ask`, or `Http.send`."""

REFUSALS = (400, 401, 403)
"""Statuses that come with a reason."""

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_FOR_NOW = frozenset({"temporarily_unavailable", "server_error", "slow_down", "rate_limit_exceeded"})
_LONGEST = timedelta(days=36_500)


class TokenRefusedError(PermanentError):
    """No token is given. `words` are those of the network, empty where it said nothing; `code` its name for the reason."""

    def __init__(self, words: str, code: str = "") -> None:
        self.words, self.code = words, code
        said = f"{quoted(words)} ({code})" if words and code and code != words else quoted(words) if words else code
        super().__init__(
            say("No access token is given: {said}. Give the app its permission again.", said=said or "no reason said")
        )


def by_refresh_token(
    ask: Ask,
    url: str,
    client_id: str,
    client_secret: str,
    refresh_token: str,
    *,
    basic: bool = False,
    more: Mapping[str, str] | None = None,
    **request: Any,
) -> Renew:
    """Tokens for a refresh token: the one kept last, else the configured. https://www.rfc-editor.org/rfc/rfc6749#section-6

    Where the kept one is refused, the configured is tried: somebody may have set it since. With `basic` id and secret travel
    in a header; `more` is what else the network wants in the form; `request` goes to `ask`, like `cost=0`.
    """

    async def renew(kept: str | None) -> Token:
        try:
            return await once(kept or refresh_token)
        except TokenRefusedError:
            if not kept or not refresh_token or kept == refresh_token:
                raise
            return await once(refresh_token)

    async def once(refresh: str) -> Token:
        if not refresh:
            raise TokenRefusedError(say("there is no refresh token"))
        form = {"grant_type": "refresh_token", "refresh_token": refresh, **(more or {})}
        hidden = (refresh, client_secret)
        token = await fetch_token(
            ask, url, form, client=(client_id, client_secret), basic=basic, secrets=hidden, **request
        )
        # Networks that do not give another mean that this one goes on.
        return Token(token.access, token.ends_at, token.refresh or refresh, token.refresh_ends_at)

    return renew


def by_client_credentials(
    ask: Ask,
    url: str,
    client_id: str,
    client_secret: str,
    *,
    basic: bool = False,
    more: Mapping[str, str] | None = None,
    **request: Any,
) -> Renew:
    """Tokens for the application itself. https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""

    async def renew(kept: str | None) -> Token:
        form = {"grant_type": "client_credentials", **(more or {})}
        client = (client_id, client_secret)
        return await fetch_token(ask, url, form, client=client, basic=basic, secrets=(client_secret,), **request)

    return renew


async def fetch_token(
    ask: Ask, url: str, form: Mapping[str, str], *, client: tuple[str, str], basic: bool = False, **request: Any
) -> Token:
    """The token for a form; the client's id and secret are in it, or with `basic` in a header.

    Raises `TokenRefusedError` in the network's words, `RetriableError` where nothing is said that can be read.
    """
    id_, secret = client
    headers = dict(FORM)
    if basic:
        # https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: each is encoded by itself.
        headers["Authorization"] = f"Basic {b64encode(f'{quote_plus(id_)}:{quote_plus(secret)}'.encode()).decode()}"
    else:
        form = {**form, "client_id": id_, **({"client_secret": secret} if secret else {})}
    # To fetch a token twice does no harm; where a refresh token is taken but once, the answer that was lost is lost anyway.
    data = urlencode(form).encode()
    answer = await ask("POST", url, data=data, headers=headers, expected=REFUSALS, repeatable=True, **request)
    return read_token(answer, datetime.now(UTC))


def read_token(answer: Answer, now: datetime) -> Token:
    """The token in an answer; raises as `fetch_token` does. One that says nothing of its end has none."""
    try:
        said = read_json(answer.body)
        if not isinstance(said, dict):
            raise TypeError("no object")
        if answer.status not in REFUSALS and said.get("access_token"):
            refresh = said.get("refresh_token")
            return Token(
                str(said["access_token"]),
                _ends(said.get("expires_in"), now),
                str(refresh) if refresh else None,
                _ends(said.get("refresh_token_expires_in") or said.get("refresh_expires_in"), now),
            )
    except (ValueError, TypeError) as error:
        if answer.status in REFUSALS:
            raise TokenRefusedError("", str(answer.status)) from error
        raise RetriableError("The answer with the access token cannot be read.") from error
    words, code = _why(said)
    if code in _FOR_NOW:
        raise RetriableError(f"No access token is given for now: {quoted(words or code)}")
    if answer.status not in REFUSALS and not (words or code):
        raise RetriableError("The answer with the access token cannot be read.")
    raise TokenRefusedError(words, code or str(answer.status))


def _ends(seconds: Any, now: datetime) -> datetime | None:
    """In so many seconds, said as a number or as text; of 0 and less, and of nothing, there is no end."""
    if seconds is None or seconds == "":
        return None
    lasts = float(seconds)
    if not math.isfinite(lasts):
        raise ValueError("expires_in is no number")
    return now + min(timedelta(seconds=lasts), _LONGEST) if 0 < lasts < _LONGEST.total_seconds() else None


def _why(said: Mapping[str, Any]) -> tuple[str, str]:
    """The words and the code: by the standard, or as a network has them that does not keep to it."""
    error = said.get("error")
    if isinstance(error, Mapping):
        return _short(error.get("message")), _short(error.get("code") or error.get("type"))
    fault = said.get("fault")
    if isinstance(fault, Mapping):
        detail = fault.get("detail")
        return _short(fault.get("faultstring")), _short(detail.get("errorcode")) if isinstance(detail, Mapping) else ""
    return _short(said.get("error_description") or said.get("error_message") or said.get("message")), _short(error)


def _short(words: Any) -> str:
    return " ".join(str(words).split())[:300] if words not in (None, "") else ""
