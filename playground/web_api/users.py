"""Methods about people and user groups."""

from __future__ import annotations

from playground.company import Usergroup
from playground.people import bot_user_object, user_object
from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method


def users_list(call: Call) -> Json:
    """People with departments first, the app's bot user last."""
    everyone = [*call.playground.workspace.people, call.playground.workspace.app.bot_user_id]
    page, metadata = call.page(everyone)
    members = [_user(call, user) for user in page]
    return {"ok": True, "members": members, "cache_ts": 0, "response_metadata": metadata}


def users_info(call: Call) -> Json:
    """One person, or the app's bot user."""
    return {"ok": True, "user": _user(call, call.needed("user", "user_not_found"))}


def users_lookup_by_email(call: Call) -> Json:
    """The person with this address."""
    email = call.needed("email", "users_not_found").casefold()
    for person in call.playground.workspace.people.values():
        if person.email.casefold() == email:
            return {"ok": True, "user": _user(call, person.id)}
    raise Refused("users_not_found", "Nobody has this address.")


def usergroups_list(call: Call) -> Json:
    """The user groups."""
    workspace = call.playground.workspace
    with_users = call.flag("include_users")
    groups = [_usergroup(group, workspace.team.id, with_users) for group in workspace.usergroups]
    return {"ok": True, "usergroups": groups}


def usergroup_users(call: Call) -> Json:
    """Who is in a user group."""
    wanted = call.needed("usergroup")
    for group in call.playground.workspace.usergroups:
        if group.id == wanted:
            return {"ok": True, "users": list(group.members)}
    raise Refused("no_such_subteam", f"There is no user group {wanted!r}.")


def _user(call: Call, user: str) -> Json:
    playground = call.playground
    workspace = playground.workspace
    if user == workspace.app.bot_user_id:
        return bot_user_object(workspace, playground.manifest.current, playground.base_url)
    person = workspace.people.get(user)
    if person is None:
        raise Refused("user_not_found", f"There is no user {user!r}.")
    said = user_object(person, workspace.team, playground.base_url)
    return said | {"locale": person.locale} if call.flag("include_locale") else said


def _usergroup(group: Usergroup, team: str, with_users: bool) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "auto_type": None,
        "created_by": "",
        "updated_by": "",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": len(group.members),
    }
    return {**shown, "users": list(group.members)} if with_users else shown


METHODS = {
    "users.list": Method(users_list, scopes=("users:read",)),
    "users.info": Method(users_info, scopes=("users:read",)),
    "users.lookupByEmail": Method(users_lookup_by_email, scopes=("users:read.email",)),
    "usergroups.list": Method(usergroups_list, scopes=("usergroups:read",)),
    "usergroups.users.list": Method(usergroup_users, scopes=("usergroups:read",)),
}
