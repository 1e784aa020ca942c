"""The app's manifest: which commands, shortcuts and events it has, and how it wants them delivered."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.refusal import Json

_log = logging.getLogger("playground.manifest")


@dataclass(frozen=True)
class Command:
    """A slash command as the manifest declares it."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A message or global shortcut as the manifest declares it."""

    name: str
    callback_id: str
    type: str = "message"
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What matters here of a Slack app manifest. `declared` is false when there is none: then everything is delivered."""

    declared: bool = False
    name: str = ""
    bot_name: str = ""
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    socket_mode: bool = True
    interactivity_url: str = ""
    options_url: str = ""
    events_url: str = ""
    bot_events: frozenset[str] = frozenset()
    bot_scopes: tuple[str, ...] = ()
    unfurl_domains: tuple[str, ...] = ()

    def command(self, name: str) -> Command | None:
        """The declared command; any command when nothing is declared."""
        for command in self.commands:
            if command.command == name:
                return command
        return None if self.declared else Command(name)

    def wants(self, event_type: str) -> bool:
        """True when the app listens to this type, such as `message.channels`."""
        return not self.declared or event_type in self.bot_events


class ManifestFile:
    """The manifest at a path, read again whenever the file changes. A broken file leaves the last good one in force."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._current = Manifest()

    @property
    def current(self) -> Manifest:
        """The manifest as the file has it now."""
        if self._path is None:
            return self._current
        try:
            status = self._path.stat()
        except OSError:
            return self._current
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._current = parse_manifest(json.loads(self._path.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
                _log.warning("the manifest %s cannot be used: %s", self._path, error)
        return self._current


def parse_manifest(raw: Json) -> Manifest:
    """Takes from a manifest what the playground acts on; raises `ValueError` or a kin when it is not one."""
    features = _part(raw, "features")
    settings = _part(raw, "settings")
    interactivity = _part(settings, "interactivity")
    events = _part(settings, "event_subscriptions")
    return Manifest(
        declared=True,
        name=str(_part(raw, "display_information").get("name", "")),
        bot_name=str(_part(features, "bot_user").get("display_name", "")),
        commands=tuple(
            Command(
                command=entry["command"],
                description=entry.get("description", ""),
                usage_hint=entry.get("usage_hint", ""),
                should_escape=bool(entry.get("should_escape", False)),
                url=entry.get("url", ""),
            )
            for entry in features.get("slash_commands", [])
        ),
        shortcuts=tuple(
            Shortcut(
                name=entry["name"],
                callback_id=entry["callback_id"],
                type=entry.get("type", "message"),
                description=entry.get("description", ""),
            )
            for entry in features.get("shortcuts", [])
        ),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        interactivity_url=str(interactivity.get("request_url", "")),
        options_url=str(interactivity.get("message_menu_options_url", "")),
        events_url=str(events.get("request_url", "")),
        bot_events=frozenset(events.get("bot_events", [])),
        bot_scopes=tuple(_part(_part(raw, "oauth_config"), "scopes").get("bot", [])),
        unfurl_domains=tuple(features.get("unfurl_domains", [])),
    )


def _part(raw: Json, name: str) -> dict[str, Any]:
    part = raw.get(name, {})
    if not isinstance(part, dict):
        raise ValueError(f"{name} is not an object")
    return part
