"""The one HTTP client towards the outside: time limits, retries that listen to the server, no secrets in logs."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import aiohttp
import structlog
from multidict import CIMultiDictProxy
from yarl import URL

from bot.errors import PermanentError, RetriableError, UnknownResultError, quoted
from integrations.inside import may_lead
from integrations.redaction import redact, secrets_in

_log = structlog.get_logger(__name__)

USER_AGENT = "Baton/0.1"
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
"""Methods that may be sent twice; a POST only when the caller says so."""

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_EVERYBODY = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match", "user-agent"})
"""The headers that travel on to another server; of all others some network may make a key."""

_CLOCK = 1_000_000_000
"""Seconds. What is greater is a moment, not a duration."""

_A_DAY = 86_400.0

_RESETS = ("RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset")
"""Headers by which servers say when they take requests again, where they do not say `Retry-After`."""

BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses after which the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer; header names are looked up without regard to case."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    url: str


class Http:
    """Use as `async with Http() as http`. Times are in seconds, sizes in bytes.

    A request is tried `tries` times. A server that asks for more patience than `patience` is left alone: the caller
    gets a `RetriableError` with its `retry_after`.
    """

    def __init__(
        self,
        *,
        timeout: float = 20.0,
        tries: int = 3,
        patience: float = 10.0,
        longest: int = 10_000_000,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(10.0, timeout))
        self._tries = tries
        self._patience = patience
        self._longest = longest
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None
        self._fresh: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = self._open(aiohttp.TCPConnector(limit=64, limit_per_host=8))
        # A server may close a connection that is kept, at any moment: one would not know whether it took the request.
        self._fresh = self._open(aiohttp.TCPConnector(limit=64, limit_per_host=8, force_close=True))
        return self

    def _open(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            headers={"User-Agent": USER_AGENT},
            # What one network sets must not travel with requests made for another.
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in filter(None, (self._session, self._fresh)):
            await session.close()
        self._session = self._fresh = None

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        data: bytes | None = None,
        expected: Iterable[int] = (),
        repeatable: bool | None = None,
        secrets: Iterable[str] = (),
        exactly: bool = False,
    ) -> Answer:
        """One request, repeated where that is safe; 2xx and `expected` statuses are answers.

        With `exactly` the address is sent as it is written: some servers tell “:” from “%3A”, where others do not.
        `secrets` never show in logs or errors. Raises `RetriableError`, `UnknownResultError` (a request that must not be
        repeated was cut off) or `PermanentError`.
        """
        again = method in REPEATABLE if repeatable is None else repeatable
        good, hidden = frozenset(expected), (*secrets, *secrets_in(url))
        shown = _shown(redact(url, hidden))
        failure = RetriableError(f"{method} {shown} was not tried.")
        for attempt in range(1, self._tries + 1):
            try:
                answer = await self._once(
                    self._session if again else self._fresh,
                    method,
                    url,
                    dict(headers or {}),
                    params,
                    json,
                    data,
                    hidden,
                    exactly=exactly,
                )
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                failure = _cut_off(f"{method} {shown}: {_discreet(redact(_words(error), hidden))}", error, again=again)
                if isinstance(failure, UnknownResultError):
                    # Not from the error: it may name the whole address, with a secret in it.
                    raise failure from None
            else:
                if 200 <= answer.status < 300 or answer.status in good:
                    return answer
                failure = _refused(f"{method} {shown}", answer, hidden)
                if method not in REPEATABLE and not again and answer.status not in {429, 503}:
                    # The server may have done it before it failed.
                    raise UnknownResultError(str(failure), failure.retry_after)
            wait = _pause(attempt, failure.retry_after)
            if attempt == self._tries or wait > self._patience:
                break
            _log.info("request_repeated", what=str(failure), attempt=attempt, wait=round(wait, 2))
            await self._sleep(wait)
        raise failure

    async def _once(
        self,
        session: aiohttp.ClientSession | None,
        method: str,
        url: str,
        headers: dict[str, str],
        params: Mapping[str, str] | None,
        json: Any,
        data: bytes | None,
        hidden: tuple[str, ...],
        *,
        exactly: bool = False,
    ) -> Answer:
        if session is None:
            raise RuntimeError("Http is used as `async with Http() as http`")
        for _ in range(MOST_REDIRECTS + 1):
            where = URL(url, encoded=True) if exactly else url
            request = session.request(
                method, where, headers=headers, params=params, json=json, data=data, allow_redirects=False
            )
            async with request as response:
                onward = response.headers.get("Location") if response.status in _REDIRECTS else None
                if onward is None or method not in {"GET", "HEAD"}:
                    return Answer(
                        response.status, response.headers, await self._body(response, hidden), str(response.url)
                    )
                before, after = response.url, _joined(response.url, onward)
            await may_lead(before, after)
            if before.origin() != after.origin():
                headers = {name: value for name, value in headers.items() if name.lower() in _FOR_EVERYBODY}
            url, params = str(after), None
        raise PermanentError(f"{method} {_shown(redact(url, hidden))} leads on and on.")

    async def _body(self, response: aiohttp.ClientResponse, hidden: tuple[str, ...]) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_chunked(65_536):
            body += chunk
            if len(body) > self._longest:
                where = f"{response.method} {_shown(redact(str(response.url), hidden))}"
                raise PermanentError(f"{where} answers with more than {self._longest:,} bytes.")
        return bytes(body)


def _joined(before: URL, onward: str) -> URL:
    try:
        return before.join(URL(onward))
    except ValueError as error:
        raise PermanentError(f"{before.host} leads to an address that cannot be read.") from error


_NAMES_SOMEBODY = re.compile(r"(?<=\?)[^\s]+|(?:[^\s/•]+|(?<=/))(?:@|%40)[^\s/?]*")
"""In an address, what is asked for and whatever looks like a handle or an e-mail address."""


def _shown(url: str) -> str:
    path, asks, asked = url.partition("?")
    return f"{_discreet(path)}?{quoted(asked)}" if asks else _discreet(path)


def _discreet(words: str) -> str:
    return _NAMES_SOMEBODY.sub(lambda found: quoted(found[0]), words)


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _cut_off(what: str, error: BaseException, *, again: bool) -> RetriableError:
    """No answer came. When the connection was never made, nothing was done."""
    if again or isinstance(error, aiohttp.ClientConnectorError):
        return RetriableError(what)
    return UnknownResultError(what)


def _refused(what: str, answer: Answer, secrets: tuple[str, ...]) -> RetriableError:
    """An answer that is no success; raises `PermanentError` when repeating cannot help."""
    said = redact(answer.body[:300].decode("utf-8", "replace"), secrets).strip()
    message = f"{what} answered {answer.status}" + (f": {quoted(said)}" if said else ".")
    if answer.status not in BUSY:
        raise PermanentError(message)
    return RetriableError(message, _asked(answer, datetime.now(UTC)))


def _asked(answer: Answer, now: datetime) -> float | None:
    """Seconds until the server wants to hear of us again. Some say only when the budget of a client is filled anew, by the clock."""
    if (after := retry_after(answer.headers.get("Retry-After"), now)) is not None or answer.status != 429:
        return after
    try:
        reset = float(next(answer.headers[name] for name in _RESETS if name in answer.headers))
    except (StopIteration, ValueError):
        return None
    return min(max(0.0, reset - now.timestamp() if reset > _CLOCK else reset), _A_DAY)


def _pause(attempt: int, asked: float | None) -> float:
    """Seconds to wait: what the server asked, else doubling; a little more by chance, so that replicas part ways."""
    return asked + random.uniform(0, 0.5) if asked is not None else random.uniform(0.25, 0.5) * 2**attempt


def retry_after(header: str | None, now: datetime) -> float | None:
    """`Retry-After` in seconds, given as a number or as a date; None when it is absent or not understood."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
