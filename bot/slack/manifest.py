"""The Slack app manifest, made from the commands. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin

from bot.commands import CommandSpec
from bot.slack.limits import Json
from bot.views.guide import IN_A_LINE, IN_SHORT
from bot.words import cut

EVENTS_PATH = "/slack/events"
ROOT_COMMAND = "baton"

BOT_SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "metadata.message:read",
    "pins:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
USER_SCOPES = ("openid",)
"""With which people sign in to the web page; asked for where there is one."""

BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "user_change",
)

_MOST_SHORTCUTS = 10


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in to the web page with Slack: where they come back to, and whether the app is marked as a public client."""

    back: str
    pkce: bool = False


def slash_names(specs: Iterable[CommandSpec]) -> dict[str, str | None]:
    """Slash commands without their slash → the verb each stands for; None for the root command."""
    names: dict[str, str | None] = {ROOT_COMMAND: None}
    names.update({spec.slash.lstrip("/"): spec.name for spec in specs if spec.slash})
    return names


def manifest(
    specs: Iterable[CommandSpec], *, url: str | None = None, socket_mode: bool = False, sign_in: SignIn | None = None
) -> Json:
    """The manifest as JSON. `url` is where Slack reaches Baton; without one the app must use Socket Mode. With `sign_in` people
    can sign in to the web page with it."""
    specs = tuple(specs)
    if url is None and not socket_mode:
        raise ValueError("a manifest needs the address where Slack reaches Baton, or Socket Mode")
    address = None if socket_mode else urljoin(url or "", EVENTS_PATH)
    shortcuts = [_shortcut(spec) for spec in specs if spec.shortcut][:_MOST_SHORTCUTS]
    features: Json = {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Baton", "always_online": True},
        "slash_commands": [_root(address), *(_alias(spec, address) for spec in specs if spec.slash)],
    }
    if shortcuts:
        features["shortcuts"] = shortcuts
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Baton",
            "description": IN_A_LINE,
            "long_description": IN_SHORT,
            "background_color": "#1d3557",
        },
        "features": features,
        "oauth_config": _oauth(sign_in),
        "settings": {
            "event_subscriptions": {"bot_events": list(BOT_EVENTS), **({"request_url": address} if address else {})},
            "interactivity": {"is_enabled": True, **({"request_url": address} if address else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def _oauth(sign_in: SignIn | None) -> Json:
    """Fields as in docs.slack.dev, "App manifest reference". What a manifest does not name, the app no longer has once it is pasted."""
    if sign_in is None:
        return {"scopes": {"bot": list(BOT_SCOPES)}}
    return {
        "redirect_urls": [sign_in.back],
        "scopes": {"user": list(USER_SCOPES), "bot": list(BOT_SCOPES)},
        **({"pkce_enabled": True} if sign_in.pkce else {}),
    }


def _root(address: str | None) -> Json:
    return _slash(
        ROOT_COMMAND, "What customers say, and who has the baton", "help | list | claim B-12 | customer Maya", address
    )


def _alias(spec: CommandSpec, address: str | None) -> Json:
    return _slash((spec.slash or spec.name).lstrip("/"), spec.summary, spec.usage, address)


def _slash(name: str, description: str, usage: str, address: str | None) -> Json:
    made: Json = {"command": f"/{name}", "description": cut(description, 2000), "should_escape": True}
    if usage:
        made["usage_hint"] = cut(usage, 1000)
    return made | ({"url": address} if address else {})


def _shortcut(spec: CommandSpec) -> Json:
    return {
        "name": cut(spec.shortcut or spec.name, 24),
        "type": "message",
        "callback_id": f"cmd:{spec.name}",
        "description": cut(spec.summary, 150),
    }
