"""One call of the user API: who acts, where, on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.company import Channel, Person
from playground.delivery.envelope import Ack, DeliveryFailed, Envelope, Kind
from playground.payloads import Payloads, Place
from playground.refusal import Json, Refused
from playground.wiring import Playground


@dataclass(frozen=True)
class Act:
    """A call with its arguments."""

    playground: Playground
    arguments: Json

    @property
    def payloads(self) -> Payloads:
        """Builds what the app gets."""
        return Payloads(self.playground)

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.arguments.get(name)
        if value is None:
            return default
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise Refused("invalid_arguments", f"{name} must be text.")
        return str(value)

    def needed(self, name: str) -> str:
        """An argument that must be there."""
        value = self.text(name)
        if not value:
            raise Refused("invalid_arguments", f"{name} is missing.")
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`."""
        try:
            return max(1, min(int(self.text(name) or default), most))
        except ValueError:
            raise Refused("invalid_arguments", f"{name} must be a number.") from None

    def value(self, name: str) -> Any:
        """An argument of any type."""
        return self.arguments.get(name)

    def person(self) -> Person:
        """Who acts."""
        return self.playground.workspace.person(self.needed("user"))

    def channel(self) -> Channel:
        """Where; the person must be able to read it."""
        workspace = self.playground.workspace
        channel = workspace.channel(self.needed("channel"))
        if not workspace.sees(channel, self.person().id):
            raise Refused("channel_not_found", f"There is no channel {self.text('channel')!r} for this person.")
        return channel

    def own_channel(self) -> Channel:
        """Where; the person must be in it."""
        channel = self.channel()
        if not self.playground.workspace.is_member(channel.id, self.person().id):
            raise Refused("not_in_channel", f"{self.person().name} has not joined #{channel.name}.")
        return channel

    def place(self) -> Place:
        """The message that the person acts on, an ephemeral of theirs included."""
        channel = self.channel()
        ts = self.needed("ts")
        whispered = self.playground.messages.find_whispered(channel.id, ts, self.person().id)
        if whispered is not None:
            return Place(channel, whispered, ephemeral=True)
        return Place(channel, self.playground.messages.find(channel.id, ts), ephemeral=False)

    async def hand_over(self, kind: Kind, payload: Json, url: str) -> Ack:
        """Gives the app something and waits for its acknowledgement; raises what the person is told when it fails."""
        try:
            return await self.playground.courier.hand_over(Envelope(kind, payload, url))
        except DeliveryFailed as failure:
            raise Refused(failure.error, failure.detail) from failure

    async def interact(self, payload: Json) -> Ack:
        """Gives the app an interaction."""
        return await self.hand_over("interactive", payload, self.playground.manifest.current.interactivity_url)
