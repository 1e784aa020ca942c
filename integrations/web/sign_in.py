"""Signing in and out: to a provider and back, by the authorization code flow of OpenID Connect.

What guards it: RFC 9700 (security of OAuth 2.0). The state, the nonce and the code verifier are sealed into a cookie of the
browser that began, so that nobody can finish a sign-in that another browser began, and each is good for one answer.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs

import structlog
from aiohttp import web

from bot.domain.web_address import WebAddress
from bot.errors import BatonError
from bot.ports import Clock
from bot.ports.measures_desk import Visitors
from bot.speech import say
from bot.views.wording import one_line
from integrations.web.id_token import NotSignedIn, key_id, verified
from integrations.web.openid import Provider
from integrations.web.providers import SignInWith
from integrations.web.rates import Rate
from integrations.web.sessions import Sessions, Start
from integrations.web.shown import html, notice

_log = structlog.get_logger("baton.web")

LONGEST_CODE = 4_000
LONGEST_FORM = 4_000
"""Bytes of what is sent to sign out."""

FORM_SECONDS = 5.0

_EVERYBODY = ""


class SignIn:
    """The pages of signing in and out."""

    def __init__(
        self,
        address: WebAddress,
        ways: Mapping[str, SignInWith],
        providers: Mapping[str, Provider],
        sessions: Sessions,
        visitors: Visitors,
        clock: Clock,
    ) -> None:
        self._address = address
        self._ways = ways
        self._providers = providers
        self._sessions = sessions
        self._visitors = visitors
        self._clock = clock
        self._starts, self._answers = Rate(120, 60), Rate(60, 60)

    async def choose(self, request: web.Request) -> web.Response:
        """With whom to sign in."""
        to = self._address.back_to(request.query.get("to", ""))
        out = request.query.get("signed-out") == "1"
        response = html(self._address, "sign-in.html", ways=list(self._ways.values()), to=to, signed_out=out)
        if request.cookies.get(self._sessions.session_cookie) and await self._sessions.signed_in(request) is None:
            self._sessions.forget(response)
        return response

    async def start(self, request: web.Request) -> web.StreamResponse:
        """Off to the provider."""
        way = self._ways.get(request.match_info["way"])
        if way is None:
            return self._unknown()
        if not self._starts.takes(_EVERYBODY):
            return self._too_many()
        response = web.Response(status=303)
        start = await self._sessions.remember_start(response, way, self._address.back_to(request.query.get("to", "")))
        try:
            where = await self._providers[way.key].where_to_sign_in(
                self._back(way), start.state, start.nonce, start.verifier
            )
        except BatonError:
            return self._unreachable(way)
        response.headers["Location"] = where
        return response

    async def back(self, request: web.Request) -> web.StreamResponse:
        """Back from the provider, with a code or an error."""
        way = self._ways.get(request.match_info["way"])
        if way is None:
            return self._unknown()
        start = await self._sessions.started(request)
        response = await self._answered(request, way, start)
        self._sessions.forget_start(response)
        return response

    async def _answered(self, request: web.Request, way: SignInWith, start: Start | None) -> web.Response:
        state = request.query.get("state", "").encode("utf-8", "surrogateescape")
        if start is None or start.way != way.key or not hmac.compare_digest(start.state.encode(), state):
            return self._again(
                400,
                say("This sign-in did not begin in this browser, or is over."),
                say("Begin again; it takes a moment."),
            )
        if not self._answers.takes(_EVERYBODY):
            return self._too_many()
        if (refused := request.query.get("error")) is not None:
            words = request.query.get("error_description") or refused
            return self._again(403, say("{name} did not let you sign in.", name=way.name), one_line(words, 300))
        code = request.query.get("code", "")
        if not code or len(code) > LONGEST_CODE or request.query.get("iss", way.client.issuer) != way.client.issuer:
            return self._not_verified(way, "the answer has no code of this provider")
        try:
            user = await self._user(way, code, start)
        except NotSignedIn as error:
            return self._not_verified(way, error.why)
        except BatonError as error:
            _log.warning("sign_in_failed", way=way.key, why=str(error))
            return self._unreachable(way)
        if await self._visitors.let_in(way.platform, way.teams, user) is None:
            _log.info("sign_in_unknown", way=way.key)
            return self._stranger(way)
        response = web.Response(status=303, headers={"Location": self._address.back_to(start.to)})
        await self._sessions.begin(response, way, user)
        return response

    async def _user(self, way: SignInWith, code: str, start: Start) -> str:
        provider = self._providers[way.key]
        token = await provider.id_token(code, self._back(way), start.verifier)
        key = await provider.key(key_id(token))
        claims = verified(
            token,
            key,
            issuer=way.client.issuer,
            client=way.client.id,
            nonce=start.nonce,
            now=self._clock.now(),
        )
        return way.user(claims)

    async def out(self, request: web.Request) -> web.StreamResponse:
        """The end of a session, from its own page alone."""
        signed_in = await self._sessions.signed_in(request)
        token = await _sent(request)
        if signed_in is None:
            return web.Response(status=303, headers={"Location": self._address.under("sign-in")})
        elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
        if elsewhere or request.headers.get("Origin", self._address.origin) != self._address.origin:
            return self._not_ours()
        if token is None or not signed_in.sent(token):
            return self._not_ours()
        response = web.Response(status=303, headers={"Location": f"{self._address.under('sign-in')}?signed-out=1"})
        await self._sessions.end(response, signed_in)
        return response

    def _back(self, way: SignInWith) -> str:
        return self._address.signed_in(way.key)

    def _again(self, status: int, title: str, said: str) -> web.Response:
        return notice(self._address, status, title, said, say("Sign in"), self._address.under("sign-in"))

    def _not_verified(self, way: SignInWith, why: str) -> web.Response:
        _log.warning("sign_in_refused", way=way.key, why=why)
        return self._again(
            403,
            say("Baton could not make sure that it is you."),
            say("Try again; if that does not help, tell whoever runs Baton."),
        )

    def _stranger(self, way: SignInWith) -> web.Response:
        return self._again(
            403,
            say("Baton does not know you as a colleague."),
            say(
                "You signed in with {name}, but the measures are for colleagues whom Baton has met there, and not for guests. "
                "Who is new may have to wait an hour, or write to Baton once.",
                name=way.name,
            ),
        )

    def _unreachable(self, way: SignInWith) -> web.Response:
        return self._again(503, say("{name} cannot be reached just now.", name=way.name), say("Try again in a moment."))

    def _too_many(self) -> web.Response:
        response = self._again(429, say("Too many people are signing in at once."), say("Try again in a minute."))
        response.headers["Retry-After"] = "60"
        return response

    def _unknown(self) -> web.Response:
        return self._again(404, say("There is no such way to sign in."), "")

    def _not_ours(self) -> web.Response:
        _log.warning("sign_out_refused")
        return notice(
            self._address,
            403,
            say("This did not come from a page of Baton."),
            "",
            say("Back to the measures"),
            self._address.under(),
        )


async def _sent(request: web.Request) -> str | None:
    """The token in a form; None where there is no such form."""
    if request.content_type != "application/x-www-form-urlencoded" or (request.content_length or 0) > LONGEST_FORM:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for part in request.content.iter_any():
                body += part
                if len(body) > LONGEST_FORM:
                    return None
        return parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=5)["token"][0]
    except (TimeoutError, ValueError, LookupError):
        return None
