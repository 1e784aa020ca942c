"""What happens in the workspace, told to whoever listens: the app's events, and the pages that are open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from playground.refusal import Json

Kind = Literal[
    "message",
    "message_changed",
    "message_deleted",
    "ephemeral",
    "ephemeral_changed",
    "ephemeral_deleted",
    "reaction_added",
    "reaction_removed",
    "pin_added",
    "member_joined_channel",
    "channels",
    "app_home_opened",
    "link_shared",
    "view",
    "home",
    "connected",
]


@dataclass(frozen=True)
class Change:
    """One happening.

    `message` is the message as it is now, `previous` as it was; `user` who did it, or for whom it is; `detail` what
    only this kind has.
    """

    kind: Kind
    channel: str = ""
    message: Json = field(default_factory=dict)
    previous: Json = field(default_factory=dict)
    user: str = ""
    detail: Json = field(default_factory=dict)


Listener = Callable[[Change], None]


class Changes:
    """Passes every change on to every listener, in order, before the call that made it returns."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Adds a listener; it must not raise and must not block."""
        self._listeners.append(listener)

    def unlisten(self, listener: Listener) -> None:
        """Takes a listener away again."""
        self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """Passes one change on."""
        for listener in tuple(self._listeners):
            listener(change)
