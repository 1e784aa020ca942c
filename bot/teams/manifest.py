"""The Teams app package, made from the commands: manifest.json and two icons. Pure.

Lengths and counts are those of the official schema, version 1.30 (npm `@microsoft/app-manifest`).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bot.commands import CommandSpec
from bot.views.guide import IN_A_LINE, IN_SHORT, menu
from bot.views.wording import cut

Json = dict[str, Any]

SCHEMA_VERSION = "1.30"
VERSION = "1.0.0"
"""The package's own version. Teams takes another package for an app that is there only under a higher one."""

SCOPES = ("personal", "team", "groupChat")
RESOURCE_PERMISSIONS = ("ChannelMessage.Read.Group",)
"""What a team's owner consents to. Without it a bot hears only what mentions it; with it also the threads of its cards.
Nothing else is asked for: members and channels are told to every bot that was added to a team."""

CUSTOMER_SEARCH, CONVERSATION_SEARCH = "customer", "conversation"
"""The ids of the searches of the message extension."""

QUERY = "query"
"""The name of their one parameter."""

COLOUR, OUTLINE = "color.png", "outline.png"

MOST_COMMANDS = 12
MOST_EXTENSIONS = 10
SHORT_NAME, FULL_NAME = 30, 100
SHORT_DESCRIPTION, FULL_DESCRIPTION = 80, 4000
DEVELOPER_NAME = 32
EXTENSION_TITLE = PARAMETER_TITLE = 32
DESCRIPTION = 128
"""A command's description may be longer by the schema; menus show no more."""

_GROUND = "#0d6b63"
_NAME = "Baton"
_FULL = "Baton: every department hears customers"
_USE = (
    "In channels it was added to, Baton reads the messages of a team so that what colleagues write in the thread of a "
    "conversation's card is kept with that conversation. What is written elsewhere is not kept."
)
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file can say: the same manifest makes the same bytes."""


def action_id(spec: CommandSpec) -> str:
    """The id of a verb's action on a message."""
    return f"cmd:{spec.name}"


def manifest(specs: Iterable[CommandSpec], app_id: str, *, company: str, about: str, version: str = VERSION) -> Json:
    """manifest.json. `app_id` is the bot's and becomes the app's; `about` is the address of a page that says who runs
    Baton and what it does with data. Raises ValueError when Teams would refuse one of them."""
    specs = tuple(specs)
    app_id = app_id.strip().lower()
    if not _GUID.fullmatch(app_id):
        raise ValueError(f"“{app_id}” is no app id, like 00000000-0000-0000-0000-000000000000")
    if not re.match(r"https://[^\s/]+", about) or len(about) > 2048:
        raise ValueError(f"“{about}” is no address that begins with https://")
    if not re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", version):
        raise ValueError(f"“{version}” is no version, like 1.0.1")
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA_VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": cut(company, DEVELOPER_NAME) or _NAME,
            "websiteUrl": about,
            "privacyUrl": about,
            "termsOfUseUrl": about,
        },
        "name": {"short": cut(_NAME, SHORT_NAME), "full": cut(_FULL, FULL_NAME)},
        "description": {
            "short": cut(IN_A_LINE, SHORT_DESCRIPTION),
            "full": cut(f"{IN_SHORT}\n\n{_USE}", FULL_DESCRIPTION),
        },
        "icons": {"color": COLOUR, "outline": OUTLINE},
        "accentColor": _GROUND,
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [_bot(specs, app_id)],
        "composeExtensions": [_extension(specs, app_id)],
        "permissions": ["identity", "messageTeamMembers"],
        # Baton shows no page of its own inside Teams, so it vouches for no domain.
        "validDomains": [],
        # `resource` does nothing here, but must not be empty for the permissions of a team.
        "webApplicationInfo": {"id": app_id, "resource": f"api://botid-{app_id}"},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": name, "type": "Application"} for name in RESOURCE_PERMISSIONS]
            }
        },
    }


def package(document: Json, icons: Mapping[str, bytes]) -> bytes:
    """The zip file that Teams takes, with the icons by name. The same content makes the same bytes on every machine."""
    written = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    content = {"manifest.json": written.encode(), COLOUR: icons[COLOUR], OUTLINE: icons[OUTLINE]}
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as made:
        for name, data in content.items():
            entry = ZipInfo(name, _LONG_AGO)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            made.writestr(entry, data)
    return file.getvalue()


def _bot(specs: Sequence[CommandSpec], app_id: str) -> Json:
    commands = [{"title": spec.name, "description": _plain(spec.summary)} for spec in menu(specs, MOST_COMMANDS)]
    return {
        "botId": app_id,
        "scopes": list(SCOPES),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsCalling": False,
        "supportsVideo": False,
        "commandLists": [{"scopes": [scope], "commands": commands} for scope in SCOPES],
    }


def _extension(specs: Sequence[CommandSpec], app_id: str) -> Json:
    searches = [
        _search(CUSTOMER_SEARCH, "Customers", "Find a customer and share who they are", "Name, handle or e-mail"),
        _search(CONVERSATION_SEARCH, "Conversations", "Find a conversation and share its card", "B-12, or words of it"),
    ]
    actions = [_action(spec) for spec in specs if spec.shortcut]
    return {"botId": app_id, "canUpdateConfiguration": False, "commands": (searches + actions)[:MOST_EXTENSIONS]}


def _search(name: str, title: str, description: str, asked: str) -> Json:
    return {
        "id": name,
        "type": "query",
        "context": ["compose", "commandBox"],
        "title": cut(title, EXTENSION_TITLE),
        "description": cut(description, DESCRIPTION),
        "initialRun": name == CONVERSATION_SEARCH,
        "parameters": [
            {"name": QUERY, "title": cut(asked, PARAMETER_TITLE), "description": description, "inputType": "text"}
        ],
    }


def _action(spec: CommandSpec) -> Json:
    return {
        "id": action_id(spec),
        "type": "action",
        "context": ["message"],
        "title": cut(spec.shortcut or spec.name, EXTENSION_TITLE),
        "description": _plain(spec.summary),
        "fetchTask": True,
    }


def _plain(summary: str) -> str:
    """Menus show no formatting."""
    return cut(summary.replace("`", ""), DESCRIPTION)
