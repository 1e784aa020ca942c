"""Socket Mode: the app opens WebSockets, and each envelope goes to one of them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from playground.delivery.envelope import Ack, DeliveryFailed, Envelope, not_reached, timed_out
from playground.refusal import Json
from playground.store import encode

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30.0
PING_SECONDS = 20.0


@dataclass(eq=False)
class _Connection:
    socket: web.WebSocketResponse
    pending: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)


class SocketMode:
    """The connections of the app. `on_change` is told whether any is open."""

    def __init__(self, app_id: str, ack_seconds: float, on_change: Callable[[bool], None]) -> None:
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._on_change = on_change
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._turn = 0

    @property
    def connected(self) -> bool:
        """True when the app has a connection open."""
        return bool(self._connections)

    def ticket(self) -> str:
        """What `apps.connections.open` puts into the address it answers; good for one connection."""
        now = time.monotonic()
        self._tickets = {key: issued for key, issued in self._tickets.items() if now - issued < TICKET_SECONDS}
        key = secrets.token_urlsafe(24)
        self._tickets[key] = now
        return key

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serves one connection until it closes."""
        issued = self._tickets.pop(request.query.get("ticket", ""), None)
        if issued is None or time.monotonic() - issued > TICKET_SECONDS:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS, max_msg_size=1_000_000)
        await socket.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await socket.send_str(encode({"type": "disconnect", "reason": "too_many_websockets"}))
            await socket.close()
            return socket
        connection = _Connection(socket)
        await socket.send_str(encode(self._hello()))
        self._connections.append(connection)
        self._on_change(True)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    _take_ack(connection, message.data)
        finally:
            self._connections.remove(connection)
            self._on_change(self.connected)
            for waiting in connection.pending.values():
                if not waiting.done():
                    waiting.set_exception(not_reached("The app's connection closed before it acknowledged."))
        return socket

    async def send(self, envelope: Envelope) -> Ack:
        """Hands an envelope to one connection and waits for its acknowledgement; raises `DeliveryFailed`."""
        connection = self._next()
        if connection is None:
            raise not_reached("The app is not connected (Socket Mode).")
        envelope_id = str(uuid.uuid4())
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = waiting
        frame: Json = {
            "envelope_id": envelope_id,
            "payload": envelope.payload,
            "type": envelope.kind,
            "accepts_response_payload": envelope.accepts_answer,
        }
        if envelope.kind == "events_api":
            frame |= {"retry_attempt": envelope.retry, "retry_reason": envelope.retry_reason}
        try:
            async with asyncio.timeout(self._ack_seconds):
                await connection.socket.send_str(encode(frame))
                return await waiting
        except TimeoutError:
            raise timed_out(self._ack_seconds) from None
        except ConnectionError as error:
            raise not_reached(f"The app's connection broke: {error}") from error
        finally:
            del connection.pending[envelope_id]
            if waiting.done() and not waiting.cancelled():
                waiting.exception()

    async def disconnect(self, reason: str) -> None:
        """Asks every connection to go, with a reason Slack uses (`refresh_requested`, `link_disabled`)."""
        for connection in list(self._connections):
            try:
                await connection.socket.send_str(encode({"type": "disconnect", "reason": reason}))
                async with asyncio.timeout(1):
                    await connection.socket.close()
            except (ConnectionError, TimeoutError):
                continue

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    def _next(self) -> _Connection | None:
        usable = [connection for connection in self._connections if not connection.socket.closed]
        if not usable:
            return None
        self._turn += 1
        return usable[self._turn % len(usable)]


def _take_ack(connection: _Connection, text: str) -> None:
    try:
        frame = json.loads(text)
    except ValueError:
        return
    waiting = connection.pending.get(frame.get("envelope_id", "")) if isinstance(frame, dict) else None
    if waiting is not None and not waiting.done():
        waiting.set_result(Ack(frame.get("payload")))


__all__ = ["DeliveryFailed", "SocketMode"]
