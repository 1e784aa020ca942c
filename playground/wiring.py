"""All the parts of the playground and how they hang together."""

from __future__ import annotations

from playground.app_messages import AppVoice
from playground.changes import Change, Changes
from playground.company import read_company
from playground.counters import Counters
from playground.delivery.courier import Courier
from playground.delivery.events import EventFeed
from playground.delivery.http_push import HttpPush
from playground.delivery.socket_mode import SocketMode
from playground.files import Files
from playground.manifest import ManifestFile
from playground.message_states import MessageStates
from playground.messages import Messages
from playground.rates import Rates
from playground.settings import Settings
from playground.store import Store
from playground.stream import Stream
from playground.triggers import ResponseUrls, Triggers
from playground.views import Views
from playground.workspace import Workspace


class Playground:
    """The parts, made once for a process. `port` is set when the server knows it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = settings.port
        self.counters = Counters()
        self.changes = Changes()
        self.manifest = ManifestFile(settings.manifest)
        self.store = Store(settings.data_dir / "playground.db")
        self.workspace = Workspace(self.store, self.changes, read_company(settings.company))
        self.messages = Messages(self.store, self.changes, self.workspace)
        self.message_states = MessageStates()
        self.files = Files(self.store, settings.data_dir / "playground-files", settings.file_seconds)
        self.voice = AppVoice(self.workspace, self.messages, self.manifest, self.files)
        self.views = Views(self.store, self.changes, self.workspace, self.files)
        self.rates = Rates(settings.rate)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls(self.store, lambda: self.base_url)
        self.socket = SocketMode(self.workspace.app.id, settings.ack_seconds, self._tell_connected)
        self.http = HttpPush(settings.signing_secret, settings.verification_token, settings.ack_seconds)
        self.courier = Courier(self.manifest, self.socket, self.http, self.counters)
        self.events = EventFeed(
            self.workspace,
            self.manifest,
            self.courier,
            self.messages.clock,
            self.counters,
            token=settings.verification_token,
            retry_seconds=settings.retry_seconds,
        )
        self.stream = Stream(self.workspace, self.manifest)
        self.changes.listen(self.events.hear)
        self.changes.listen(self.stream.hear)

    @property
    def base_url(self) -> str:
        """Where this playground answers."""
        return f"http://127.0.0.1:{self.port}"

    async def close(self) -> None:
        """Lets go of connections, deliveries and the file."""
        self.stream.close()
        await self.events.close()
        await self.socket.disconnect("refresh_requested")
        await self.http.close()
        self.store.close()

    def _tell_connected(self, connected: bool) -> None:
        self.changes.tell(Change("connected", detail={"connected": connected}))
