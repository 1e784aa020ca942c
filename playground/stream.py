"""Server-sent events: what changes, told at once to the pages that are open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from aiohttp import web

from playground.changes import Change
from playground.manifest import ManifestFile
from playground.refusal import Json
from playground.shown import shown_message
from playground.store import encode
from playground.workspace import Workspace

QUEUE_SIZE = 2000
KEEP_ALIVE_SECONDS = 15.0
_MESSAGE_TYPES = {
    "message": "message",
    "message_changed": "message_changed",
    "message_deleted": "message_deleted",
    "reaction_added": "message_changed",
    "reaction_removed": "message_changed",
    "pin_added": "message_changed",
    "ephemeral": "ephemeral",
    "ephemeral_changed": "message_changed",
    "ephemeral_deleted": "message_deleted",
}


class Stream:
    """The open pages, by person. A page that does not read is let go: it reconnects and reads afresh."""

    def __init__(self, workspace: Workspace, manifest: ManifestFile) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._pages: dict[str, set[asyncio.Queue[str | None]]] = {}

    def hear(self, change: Change) -> None:
        """Passes a change on to the pages of those who see it."""
        if not self._pages:
            return
        event = self._event(change)
        if event is None:
            return
        line = f"data: {encode(event)}\n\n"
        for user in list(self._audience(change)):
            for page in list(self._pages.get(user, ())):
                try:
                    page.put_nowait(line)
                except asyncio.QueueFull:
                    self._pages[user].discard(page)

    async def serve(self, request: web.Request, user: str) -> web.StreamResponse:
        """Writes this person's events until the page goes away."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        page: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_SIZE)
        self._pages.setdefault(user, set()).add(page)
        try:
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while page in self._pages.get(user, ()) or not page.empty():
                try:
                    async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                        line = await page.get()
                except TimeoutError:
                    line = ": still here\n\n"
                if line is None:
                    break
                await response.write(line.encode())
        except ConnectionError:
            pass
        finally:
            self._pages[user].discard(page)
        return response

    def close(self) -> None:
        """Ends every stream."""
        for pages in self._pages.values():
            for page in list(pages):
                pages.discard(page)
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(None)

    def _event(self, change: Change) -> Json | None:
        if change.kind in _MESSAGE_TYPES:
            message = change.message
            if change.kind in {"message_deleted", "ephemeral_deleted"}:
                message = {**change.previous, **change.message}
            shown = shown_message(message, self._workspace, self._manifest.current)
            return {"type": _MESSAGE_TYPES[change.kind], "channel": change.channel, "message": shown}
        if change.kind in {"view", "home", "connected"}:
            return {"type": change.kind, **change.detail}
        return {"type": "channels"} if change.kind == "channels" else None

    def _audience(self, change: Change) -> Iterator[str]:
        if change.kind in {"view", "home", "ephemeral", "ephemeral_changed", "ephemeral_deleted"}:
            yield change.user
        elif change.channel:
            channel = self._workspace.channels[change.channel]
            yield from (user for user in self._pages if self._workspace.sees(channel, user))
        else:
            yield from self._pages
