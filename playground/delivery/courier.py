"""Hands things to the app by the way its manifest asks for, and counts how that went."""

from __future__ import annotations

from playground.counters import Counters
from playground.delivery.envelope import Ack, DeliveryFailed, Envelope
from playground.delivery.http_push import HttpPush
from playground.delivery.socket_mode import SocketMode
from playground.manifest import ManifestFile


class Courier:
    """The one door to the app."""

    def __init__(self, manifest: ManifestFile, socket: SocketMode, http: HttpPush, counters: Counters) -> None:
        self._manifest = manifest
        self._socket = socket
        self._http = http
        self._counters = counters

    @property
    def connected(self) -> bool:
        """True when the app can be reached as far as one knows without asking."""
        return self._socket.connected or not self._manifest.current.socket_mode

    async def hand_over(self, envelope: Envelope) -> Ack:
        """Delivers once; raises `DeliveryFailed` when the app does not acknowledge in time."""
        way = self._socket if self._manifest.current.socket_mode else self._http
        try:
            ack = await way.send(envelope)
        except DeliveryFailed as failure:
            self._counters.failed[f"{envelope.kind} {failure.error}"] += 1
            raise
        self._counters.delivered[envelope.kind] += 1
        return ack
