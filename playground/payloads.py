"""The payloads that an app gets when a person acts: commands, button presses, forms, shortcuts, menus that ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.company import Channel
from playground.elements import Placed
from playground.refusal import Json
from playground.triggers import ReplyAddress
from playground.wiring import Playground


@dataclass(frozen=True)
class Place:
    """A message that a person acts on, as they see it."""

    channel: Channel
    message: Json
    ephemeral: bool

    @property
    def ts(self) -> str:
        """The message's time."""
        return str(self.message["ts"])


class Payloads:
    """Builds Slack's payloads. Each call issues a fresh trigger, and a response_url where Slack gives one."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._workspace = playground.workspace

    def command(self, user: str, channel: Channel, command: str, text: str) -> dict[str, str]:
        """A slash command, as form fields."""
        team = self._workspace.team
        address = ReplyAddress(channel.id, user)
        return {
            "token": self._playground.settings.verification_token,
            "team_id": team.id,
            "team_domain": team.domain,
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": user,
            "user_name": self._workspace.people[user].handle,
            "command": command,
            "text": text,
            "api_app_id": self._workspace.app.id,
            "is_enterprise_install": "false",
            "response_url": self._playground.response_urls.issue("commands", team.id, address),
            "trigger_id": self._playground.triggers.issue(user),
        }

    def block_action_in_message(self, user: str, place: Place, placed: Placed, fields: Json, values: Json) -> Json:
        """An element of a message was used. Ephemerals carry no `message`, as in Slack."""
        container: Json = {
            "type": "message",
            "message_ts": place.ts,
            "channel_id": place.channel.id,
            "is_ephemeral": place.ephemeral,
        }
        if place.message.get("thread_ts"):
            container["thread_ts"] = place.message["thread_ts"]
        shown = {} if place.ephemeral else {"message": place.message}
        return {
            "type": "block_actions",
            **self._who(user),
            "container": container,
            "trigger_id": self._playground.triggers.issue(user),
            "channel": _channel(place.channel),
            **shown,
            "state": {"values": values},
            "response_url": self._response_url(user, place),
            "actions": [self._action(placed, fields)],
        }

    def block_action_in_view(self, user: str, view: Json, placed: Placed, fields: Json) -> Json:
        """An element of a modal or of Home was used."""
        return {
            "type": "block_actions",
            **self._who(user),
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": self._playground.triggers.issue(user, view["id"] if view["type"] == "modal" else None),
            "view": view,
            "actions": [self._action(placed, fields)],
        }

    def submission(self, user: str, view: Json) -> Json:
        """A form was submitted."""
        return {
            "type": "view_submission",
            **self._who(user),
            "trigger_id": self._playground.triggers.issue(user, view["id"]),
            "view": view,
            "response_urls": self._form_response_urls(user, view),
        }

    def closed(self, user: str, view: Json, *, cleared: bool) -> Json:
        """A modal was dismissed."""
        return {"type": "view_closed", **self._who(user), "view": view, "is_cleared": cleared}

    def message_shortcut(self, user: str, place: Place, callback_id: str) -> Json:
        """A shortcut was chosen on a message."""
        return {
            "type": "message_action",
            **self._who(user),
            "action_ts": self._playground.messages.clock.next(),
            "callback_id": callback_id,
            "trigger_id": self._playground.triggers.issue(user),
            "response_url": self._response_url(user, place),
            "message_ts": place.ts,
            "channel": _channel(place.channel),
            "message": place.message,
        }

    def global_shortcut(self, user: str, callback_id: str) -> Json:
        """A shortcut was chosen that belongs to no message."""
        return {
            "type": "shortcut",
            **self._who(user),
            "action_ts": self._playground.messages.clock.next(),
            "callback_id": callback_id,
            "trigger_id": self._playground.triggers.issue(user),
        }

    def suggestion(self, user: str, placed: Placed, query: str, *, view: Json | None, place: Place | None) -> Json:
        """A menu asks for its options."""
        asked: Json = {
            "type": "block_suggestion",
            **self._who(user),
            "action_id": placed.action_id,
            "block_id": placed.block_id,
            "value": query,
        }
        if view is not None:
            return {**asked, "container": {"type": "view", "view_id": view["id"]}, "view": view}
        if place is None:
            raise ValueError("a menu stands in a view or in a message")
        container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel.id}
        return {**asked, "container": container, "channel": _channel(place.channel), "message": place.message}

    def _who(self, user: str) -> Json:
        team = self._workspace.team
        handle = self._workspace.people[user].handle
        return {
            "user": {"id": user, "username": handle, "name": handle, "team_id": team.id},
            "api_app_id": self._workspace.app.id,
            "token": self._playground.settings.verification_token,
            "team": {"id": team.id, "domain": team.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _action(self, placed: Placed, fields: Json) -> Json:
        return {
            "action_id": placed.action_id,
            "block_id": placed.block_id,
            **fields,
            "type": placed.element["type"],
            "action_ts": self._playground.messages.clock.next(),
        }

    def _response_url(self, user: str, place: Place) -> str:
        address = ReplyAddress(
            place.channel.id,
            user,
            message_ts=place.ts,
            ephemeral=place.ephemeral,
            thread_ts=place.message.get("thread_ts"),
        )
        return self._playground.response_urls.issue("actions", self._workspace.team.id, address)

    def _form_response_urls(self, user: str, view: Json) -> list[dict[str, Any]]:
        """Menus of conversations with `response_url_enabled` give the app a way to answer there."""
        urls = []
        for block in view["blocks"]:
            element = block.get("element") or {}
            if not element.get("response_url_enabled"):
                continue
            state = view["state"]["values"].get(block["block_id"], {}).get(element.get("action_id"), {})
            channel = state.get("selected_conversation") or state.get("selected_channel")
            if channel:
                address = ReplyAddress(channel, user)
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel,
                        "response_url": self._playground.response_urls.issue("app", self._workspace.team.id, address),
                    }
                )
        return urls


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel.name}
