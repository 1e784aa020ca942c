"""Methods about the app itself: api.test, auth.test, apps.connections.open, bots.info, team.info."""

from __future__ import annotations

from playground.people import bot_handle, bot_name
from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method


def api_test(call: Call) -> Json:
    """Says the arguments back, or the error that is asked for."""
    arguments = {key: value for key, value in call.arguments.items() if key != "token"}
    if arguments.get("error"):
        return {"ok": False, "error": call.text("error"), "args": arguments}
    return {"ok": True, "args": arguments}


def auth_test(call: Call) -> Json:
    """Who the token belongs to."""
    workspace = call.playground.workspace
    return {
        "ok": True,
        "url": f"{call.playground.base_url}/",
        "team": workspace.team.name,
        "user": bot_handle(workspace, call.playground.manifest.current),
        "team_id": workspace.team.id,
        "user_id": workspace.app.bot_user_id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """An address for one Socket Mode connection."""
    playground = call.playground
    if not playground.manifest.current.socket_mode:
        raise Refused("socket_mode_not_enabled", "The manifest does not enable Socket Mode.")
    ticket = playground.socket.ticket()
    query = f"ticket={ticket}&app_id={playground.workspace.app.id}"
    return {"ok": True, "url": f"ws://127.0.0.1:{playground.port}/link/?{query}"}


def bots_info(call: Call) -> Json:
    """The app's bot."""
    workspace = call.playground.workspace
    if call.text("bot", workspace.app.bot_id) != workspace.app.bot_id:
        raise Refused("bot_not_found", "There is one bot only.")
    picture = f"{call.playground.base_url}/avatars/{workspace.app.bot_user_id}.svg"
    return {
        "ok": True,
        "bot": {
            "id": workspace.app.bot_id,
            "deleted": False,
            "name": bot_name(workspace, call.playground.manifest.current),
            "updated": 0,
            "app_id": workspace.app.id,
            "user_id": workspace.app.bot_user_id,
            "icons": {f"image_{size}": picture for size in (36, 48, 72)},
        },
    }


def team_info(call: Call) -> Json:
    """The workspace."""
    team = call.playground.workspace.team
    return {
        "ok": True,
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "url": f"{call.playground.base_url}/",
            "email_domain": "",
            "icon": {"image_default": True},
            "is_verified": False,
        },
    }


METHODS = {
    "api.test": Method(api_test, token="none"),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(connections_open, token="app"),
    "bots.info": Method(bots_info, scopes=("users:read",)),
    "team.info": Method(team_info, scopes=("team:read",)),
}
