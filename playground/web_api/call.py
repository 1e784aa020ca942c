"""One call of the Web API: its arguments in the types that methods ask for, and how methods are declared."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from playground.company import Channel
from playground.json_text import read_json
from playground.refusal import Json, Refused
from playground.wiring import Playground

Token = Literal["none", "app", "bot"]
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Encoded:
    """An answer that is JSON text already, for long lists."""

    text: str


Answer = Json | Encoded
Handler = Callable[["Call"], Answer]


@dataclass(frozen=True)
class Method:
    """A method of the Web API: which token it takes, and one of which scopes the app needs for it."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    token: Token = "bot"


@dataclass(frozen=True)
class Call:
    """A call with its arguments; form fields arrive as text, JSON bodies in their types."""

    playground: Playground
    method: str
    arguments: Json

    def text(self, name: str, default: str = "") -> str:
        """An argument as text."""
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        if not isinstance(value, str | int | float):
            raise _invalid(name, "must be a string")
        return str(value)

    def needed(self, name: str, error: str = "invalid_arguments") -> str:
        """An argument that must be there."""
        value = self.text(name)
        if not value:
            raise Refused(error, messages=[f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """An argument as yes or no."""
        value = self.text(name)
        return value.lower() in {"true", "1"} if value else default

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number between 1 and `most`."""
        value = self.text(name)
        if not value:
            return default
        try:
            number = int(value)
        except ValueError:
            raise _invalid(name, "must be an integer") from None
        if number < 1:
            raise Refused("invalid_limit", f"{name} must be 1 or more.")
        return min(number, most)

    def structure(self, name: str) -> Any:
        """An argument that is JSON, given as such or as text; None when absent."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            if not value.strip():
                return None
            try:
                return read_json(value)
            except ValueError:
                raise Refused(_FORMAT_ERRORS.get(name, "invalid_json"), f"{name} is not JSON.") from None
        return value

    def view(self) -> Json:
        """The `view` argument."""
        view = self.structure("view")
        if not isinstance(view, dict):
            raise _invalid("view", "must provide an object")
        return view

    def content(self) -> Json:
        """The arguments that make up a message's content."""
        content: Json = {name: self.structure(name) for name in ("blocks", "attachments", "metadata")}
        for name in ("text", "markdown_text"):
            if self.arguments.get(name) is not None:
                content[name] = self.text(name)
        return content

    def channel(self, name: str = "channel") -> Channel:
        """The conversation whose id is given; the app must be able to see it."""
        workspace = self.playground.workspace
        which = self.needed(name, "channel_not_found")
        channel = workspace.channels.get(which)
        if channel is None or (channel.kind != "channel" and not workspace.app_is_in(channel.id)):
            raise Refused("channel_not_found", f"There is no channel {which!r}.")
        return channel

    def own_channel(self) -> Channel:
        """The conversation whose id is given, of which the app must be a member."""
        channel = self.channel()
        if not self.playground.workspace.app_is_in(channel.id):
            raise Refused("not_in_channel", f"The app is not in #{channel.name}.")
        return channel

    def page(self, items: Sequence[_Item], default: int = 1000, most: int = 1000) -> tuple[list[_Item], Json]:
        """One page of a list, and the `response_metadata` that leads to the next."""
        start = int(self.cursor("at") or 0)
        limit = self.number("limit", default, most)
        following = start + limit
        more = cursor_for("at", str(following)) if following < len(items) else ""
        return list(items[start:following]), {"next_cursor": more}

    def cursor(self, kind: str) -> str:
        """What the cursor argument holds; raises `invalid_cursor` for what was not handed out."""
        raw = self.text("cursor")
        if not raw:
            return ""
        try:
            named, _, value = base64.b64decode(raw, validate=True).decode().partition(":")
        except ValueError:
            named, value = "", ""
        if named != kind or not re.fullmatch(r"\d+(\.\d+)?", value):
            raise Refused("invalid_cursor", "This cursor was not handed out for this list.")
        return value


_FORMAT_ERRORS = {"blocks": "invalid_blocks_format", "metadata": "invalid_metadata_format", "view": "invalid_arguments"}


def cursor_for(kind: str, value: str) -> str:
    """A cursor that `Call.cursor` reads."""
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def _invalid(name: str, what: str) -> Refused:
    return Refused("invalid_arguments", messages=[f"[ERROR] {what} [json-pointer:/{name}]"])
