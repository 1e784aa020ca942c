"""What every pretended network shares: a server on a free port of loopback, its webhooks, and troubles on demand."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.domain.delivery import Inbound

Row = dict[str, Any]

SECRET = "secret-of-the-app-4711"
VARIABLE = "NETWORK_SECRET"


@dataclass(frozen=True, slots=True)
class Sending:
    """A webhook on its way."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Troubles:
    """What goes wrong next.

    `script`: (status, headers, body) for the requests to come, but those for a token. `hang`: so many requests that change
    something take effect and never answer; `lose`: so many take effect and answer 502. `ignore_cursor`: so many lists are
    given from their beginning, whatever cursor was sent. `end_tokens_after`: so many requests later no token holds any more.
    """

    script: list[tuple[int, Mapping[str, str], str]] = field(default_factory=list)
    hang: int = 0
    lose: int = 0
    ignore_cursor: int = 0
    end_tokens_after: int | None = None


class PretendNetwork:
    """Base of the pretended networks. A subclass answers in `handle`, and says there `self.took_effect()` where a request
    changed something, and `self.cursor(given)` for the cursor it was sent.
    """

    kind = ""
    can_edit = True
    """Whether customers can edit there, and the network lets us know."""
    can_delete = True
    has_cursors = True
    """Whether lists have cursors."""
    has_threads = True
    """Whether a customer can go on below our answer; a review is one text alone."""
    renews = True
    """Whether tokens end and new ones can be had; without, one that is refused must be set anew by a person."""
    largest_page = 100
    """So many things a list gives at once, however many are asked for."""

    def __init__(self) -> None:
        self.troubles = Troubles()
        self.secret = SECRET
        self.hook = ""
        self.waiting: list[Sending] = []
        self.sent: list[Sending] = []
        self.asked: list[str] = []
        self.tokens_given = 0
        self._ids = itertools.count(1001)
        self._tokens: set[str] = set()
        self._ended: set[str] = set()
        self._changed = False
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(10), "the pretended network did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # What the vendor's documentation says of it: a subclass has these.

    @property
    def settings(self) -> Row:
        """What stands under `[sources.<name>]`: `kind`, `url` = `self.url` …; secrets as names of variables."""
        raise NotImplementedError

    @property
    def environment(self) -> dict[str, str]:
        """The secrets by variable."""
        raise NotImplementedError

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """The vendor's answer to any request of its API."""
        raise NotImplementedError

    def is_for_token(self, request: web.Request) -> bool:
        """Whether the request asks for a token; such are let through whatever the script of troubles holds."""
        return False

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The headers of a webhook; only for a network that delivers."""
        raise NotImplementedError

    def challenge(self) -> tuple[Inbound, str] | None:
        """The request by which the network checks an address, and the answer it wants; None where it makes none."""
        return None

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """A customer writes to us, where we shall hear it; gives the post's external id. `answers`: to this post or answer."""
        raise NotImplementedError

    def edit(self, post: str, text: str) -> None:
        """The customer writes something else there."""
        raise NotImplementedError

    def delete(self, post: str) -> None:
        """The customer takes it away."""
        raise NotImplementedError

    def answers(self, post: str) -> list[str]:
        """Our own answers to a post as they stand there, oldest first."""
        raise NotImplementedError

    def unknown(self) -> None:
        """Something happens there of a kind that its documentation does not name; it is delivered, or stands in a list."""
        raise NotImplementedError

    def withdraw(self) -> str:
        """A permission is taken from us; gives words by which the network then says so when it is asked."""
        raise NotImplementedError

    # Tokens.

    def give_token(self) -> str:
        """A fresh token that is taken until `end_tokens`."""
        self.tokens_given += 1
        token = f"{self.kind}-token-{self.tokens_given:06}"
        self._tokens.add(token)
        return token

    def end_tokens(self) -> None:
        """Every token given so far is refused from now on."""
        self._ended |= self._tokens
        self._tokens.clear()

    def take_tokens_again(self) -> None:
        """As if a person had set a new one in place of each that ended."""
        self._tokens |= self._ended

    def has_token(self, request: web.Request) -> bool:
        """A bearer token that is taken."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and token in self._tokens

    # For subclasses.

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    def next_id(self) -> int:
        """A number that was not used yet."""
        return next(self._ids)

    def took_effect(self) -> None:
        """Something was changed by the present request."""
        self._changed = True

    def cursor(self, given: str | None) -> str | None:
        """The cursor to go by: none where it is ignored now."""
        if given and self.troubles.ignore_cursor > 0:
            self.troubles.ignore_cursor -= 1
            return None
        return given or None

    def tell(self, payload: Any) -> None:
        """A webhook is to be sent."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        self.waiting.append(Sending(body, {"Content-Type": "application/json", **self.signed(body, self.secret)}))

    def deliver(self, waiting: Iterable[Sending] | None = None) -> list[int]:
        """Send what waits, in order, or these once more; gives the statuses."""
        if waiting is None:
            waiting, self.waiting = self.waiting, []
        return [self._send(each) for each in waiting]

    def _send(self, sending: Sending) -> int:
        self.sent.append(sending)
        request = urllib.request.Request(self.hook, sending.body, dict(sending.headers), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code

    # The server.

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._up.set()
        self._loop.run_forever()

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._troubled)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        self._over.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _troubled(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(f"{request.method} {request.rel_url}")
        if self.troubles.script and not self.is_for_token(request):
            status, headers, text = self.troubles.script.pop(0)
            return web.Response(status=status, headers=dict(headers), text=text)
        if self.troubles.end_tokens_after is not None and not self.is_for_token(request):
            self.troubles.end_tokens_after -= 1
            if self.troubles.end_tokens_after < 0:
                self.troubles.end_tokens_after = None
                self.end_tokens()
        self._changed = False
        answer = await self.handle(request, body)
        if self._changed and self.troubles.hang > 0:
            self.troubles.hang -= 1
            await self._over.wait()
        if self._changed and self.troubles.lose > 0:
            self.troubles.lose -= 1
            return web.Response(status=502, text="Bad gateway")
        return answer
