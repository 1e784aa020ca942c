"""The front door of issue trackers: verify → parse → commit → 200. What is answered with 200 is committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from aiohttp import web

from bot.domain.delivery import Inbound, Reject
from bot.errors import ConflictError, PermanentError, RetriableError
from bot.ports import Clock, Tracker
from integrations.doorway import JSON, PATIENCE, Doorway, refusal

_log = structlog.get_logger(__name__)

LONGEST = 5_000_000
"""Bytes of one delivery: an issue with a long text comes whole, with its repository and whoever changed it."""

Heard = Callable[[str, str, Sequence[str]], Awaitable[int]]
"""Keeps of a tracker and a delivery which issues changed; gives how many of them are an idea's."""

Noted = Callable[[str, str], None]
"""Is told of a tracker what became of a delivery: `taken`, `nothing`, or why it was refused."""


class TrackerDoor(Doorway):
    """`POST /trackers/<name>`. Errors are JSON, `{"error", "detail"}`; 503 with Retry-After where it must come again."""

    def __init__(
        self,
        trackers: Mapping[str, Tracker],
        heard: Heard,
        noted: Noted,
        clock: Clock,
        longest: int = LONGEST,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(longest, patience)
        self._trackers = trackers
        self._heard = heard
        self._noted = noted
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """For `web.Application().add_routes`."""
        known = [
            self._route(f"/trackers/{name}", partial(self._receive, tracker))
            for name, tracker in self._trackers.items()
        ]
        return [*known, self._route("/trackers/{name}", self._unknown)]

    def _route(self, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.RouteDef:
        return web.post(path, handler, expect_handler=self._expect)

    async def _unknown(self, request: web.Request) -> web.Response:
        return refusal(404, "unknown_tracker", f"There is no tracker “{request.match_info['name']}”.")

    async def _receive(self, tracker: Tracker, request: web.Request) -> web.Response:
        body = await self._read(request)
        if isinstance(body, web.Response):
            self._noted(tracker.name, "unreadable")
            return body
        verdict = tracker.verify(Inbound(request.method, request.headers, request.query, body), self._clock.now())
        if isinstance(verdict, Reject):
            _log.info("delivery_rejected", tracker=tracker.name, status=verdict.status, error=verdict.error)
            self._noted(tracker.name, verdict.error)
            return refusal(verdict.status, verdict.error, verdict.detail)
        try:
            ours = await self._heard(tracker.name, verdict.id, tracker.parse(verdict))
        except PermanentError as error:
            _log.warning("delivery_not_understood", tracker=tracker.name, delivery=verdict.id, why=str(error))
            self._noted(tracker.name, "bad_delivery")
            return refusal(400, "bad_delivery", str(error))
        except (RetriableError, ConflictError) as error:
            _log.warning("tracker_busy", tracker=tracker.name, why=str(error))
            self._noted(tracker.name, "busy")
            return refusal(503, "busy", "Not kept. Send it again.", 1.0)
        self._noted(tracker.name, "taken" if ours else "nothing")
        return web.Response(body=b'{"accepted":%d}' % ours, headers=JSON)
