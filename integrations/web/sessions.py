"""Who is signed in: a sealed cookie, looked at with every request against the directory and against the sessions people ended."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.domain.people import Person
from bot.domain.web_address import WebAddress
from bot.ports import Clock
from bot.ports.measures_desk import Visitors
from integrations.web.providers import SignInWith
from integrations.web.sealing import Seal

SIGNING_IN = timedelta(minutes=10)
"""So long a sign-in may take."""

_SESSION, _START = "session", "sign-in"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person in a session; `token` goes along with what they send."""

    person: Person
    session: str
    until: datetime
    token: str = field(repr=False)

    def sent(self, token: str) -> bool:
        """Did this session's own page send it?"""
        return hmac.compare_digest(self.token.encode(), token.encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class Start:
    """What is remembered of a sign-in that has begun in this browser."""

    way: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    to: str = ""


class Sessions:
    """Cookies are bound to this host and path (`__Host-`, RFC 6265bis) wherever the page is reached over https."""

    def __init__(
        self,
        visitors: Visitors,
        ways: Mapping[str, SignInWith],
        address: WebAddress,
        clock: Clock,
        length: timedelta,
    ) -> None:
        self._visitors = visitors
        self._ways = ways
        self._secure = address.is_encrypted
        self._clock = clock
        self._length = length
        prefix = "__Host-" if self._secure else ""
        self.session_cookie, self.start_cookie = f"{prefix}baton", f"{prefix}baton-sign-in"

    async def signed_in(self, request: web.Request) -> SignedIn | None:
        """Who sends this; None for somebody who is not signed in, or is no colleague any more."""
        told = (await self._seal()).opened(_SESSION, request.cookies.get(self.session_cookie, ""))
        if told is None:
            return None
        way, issued = self._ways.get(str(told.get("way"))), _moment(told.get("at"))
        if way is None or issued is None:
            return None
        until = issued + self._length
        if not issued - timedelta(minutes=1) <= self._clock.now() < until:
            return None
        session = str(told.get("id"))
        if await self._visitors.is_over(session):
            return None
        person = await self._visitors.let_in(way.platform, way.teams, str(told.get("user")))
        return SignedIn(person, session, until, str(told.get("token"))) if person is not None else None

    async def begin(self, response: web.Response, way: SignInWith, user: str) -> None:
        """A new session, whatever there was before: nobody can choose its id."""
        told = {
            "id": secrets.token_urlsafe(16),
            "way": way.key,
            "user": user,
            "at": self._clock.now().timestamp(),
            "token": secrets.token_urlsafe(32),
        }
        self._put(response, self.session_cookie, (await self._seal()).closed(_SESSION, told), self._length)

    async def end(self, response: web.Response, signed_in: SignedIn) -> None:
        """The session is over, here and for whoever has a copy of its cookie."""
        await self._visitors.sign_out(signed_in.session, signed_in.until)
        self.forget(response)

    def forget(self, response: web.Response) -> None:
        """Take the session's cookie from the browser."""
        self._take(response, self.session_cookie)

    async def remember_start(self, response: web.Response, way: SignInWith, to: str) -> Start:
        """A sign-in begins."""
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        start = Start(way.key, state, nonce, verifier, to)
        told = {
            "way": start.way,
            "state": start.state,
            "nonce": start.nonce,
            "verifier": start.verifier,
            "to": start.to,
            "at": self._clock.now().timestamp(),
        }
        self._put(response, self.start_cookie, (await self._seal()).closed(_START, told), SIGNING_IN)
        return start

    async def started(self, request: web.Request) -> Start | None:
        """The sign-in that began in this browser, unless that is too long ago."""
        told = (await self._seal()).opened(_START, request.cookies.get(self.start_cookie, ""))
        begun = _moment(told.get("at")) if told is not None else None
        if told is None or begun is None or not begun <= self._clock.now() < begun + SIGNING_IN:
            return None
        way, state, nonce, verifier, to = (str(told.get(name)) for name in ("way", "state", "nonce", "verifier", "to"))
        return Start(way, state, nonce, verifier, to)

    def forget_start(self, response: web.Response) -> None:
        """A sign-in is good for one answer."""
        self._take(response, self.start_cookie)

    async def _seal(self) -> Seal:
        return Seal(await self._visitors.key())

    def _put(self, response: web.Response, name: str, value: str, length: timedelta) -> None:
        response.set_cookie(
            name,
            value,
            max_age=int(length.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )

    def _take(self, response: web.Response, name: str) -> None:
        response.del_cookie(name, path="/", secure=self._secure, httponly=True, samesite="Lax")


def _moment(said: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(said, UTC) if isinstance(said, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
