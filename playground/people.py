"""People and the app's bot user as Slack shows them to an app."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from playground.company import Person, Team
from playground.manifest import Manifest
from playground.refusal import Json
from playground.workspace import Workspace

_COLOURS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")


def bot_name(workspace: Workspace, manifest: Manifest) -> str:
    """What the app is called."""
    return manifest.bot_name or manifest.name or workspace.app.name


def bot_handle(workspace: Workspace, manifest: Manifest) -> str:
    """The handle by which people mention the app."""
    return bot_name(workspace, manifest).lower().replace(" ", "")


def display_name(workspace: Workspace, manifest: Manifest, user: str) -> str:
    """A user's name for people to read; the id when nobody has it."""
    person = workspace.people.get(user)
    if person is not None:
        return person.name
    return bot_name(workspace, manifest) if user == workspace.app.bot_user_id else user


def user_object(person: Person, team: Team, base_url: str) -> Json:
    """A person as `users.info` answers it."""
    zone, offset = zone_of(person)
    first, _, last = person.name.partition(" ")
    picture = f"{base_url}/avatars/{person.id}.svg"
    return {
        "id": person.id,
        "team_id": team.id,
        "name": person.handle,
        "deleted": False,
        "color": colour_of(person.id),
        "real_name": person.name,
        "tz": zone,
        "tz_label": zone,
        "tz_offset": offset,
        "profile": {
            "title": person.title,
            "phone": "",
            "skype": "",
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.handle,
            "display_name_normalized": person.handle,
            "fields": None,
            "status_text": "",
            "status_emoji": "",
            "status_emoji_display_info": [],
            "status_expiration": 0,
            "avatar_hash": person.id.lower(),
            "email": person.email,
            "first_name": first,
            "last_name": last,
            **{f"image_{size}": picture for size in (24, 32, 48, 72, 192, 512)},
            "status_text_canonical": "",
            "team": team.id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
    }


def bot_user_object(workspace: Workspace, manifest: Manifest, base_url: str) -> Json:
    """The app's bot user as `users.info` answers it."""
    app = workspace.app
    name = bot_name(workspace, manifest)
    picture = f"{base_url}/avatars/{app.bot_user_id}.svg"
    return {
        "id": app.bot_user_id,
        "team_id": workspace.team.id,
        "name": bot_handle(workspace, manifest),
        "deleted": False,
        "color": colour_of(app.bot_user_id),
        "real_name": name,
        "tz": "UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "profile": {
            "title": "",
            "phone": "",
            "skype": "",
            "real_name": name,
            "real_name_normalized": name,
            "display_name": name,
            "display_name_normalized": name,
            "fields": None,
            "status_text": "",
            "status_emoji": "",
            "avatar_hash": app.bot_user_id.lower(),
            "api_app_id": app.id,
            "always_active": True,
            "bot_id": app.bot_id,
            "first_name": name,
            "last_name": "",
            **{f"image_{size}": picture for size in (24, 32, 48, 72, 192, 512)},
            "team": workspace.team.id,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


def zone_of(person: Person) -> tuple[str, int]:
    """The person's time zone and its offset from UTC in seconds today; UTC when the machine does not know the zone."""
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(person.tz)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC", 0
    return person.tz, int(offset.total_seconds()) if offset else 0


def colour_of(user: str) -> str:
    """A colour that stays the same for this user."""
    return _COLOURS[sum(user.encode()) % len(_COLOURS)]


def initials_picture(name: str, user: str) -> str:
    """A small SVG with the initials, so that nothing is fetched from elsewhere."""
    letters = "".join(part[0] for part in name.split()[:2] if part[0].isalnum()).upper() or "?"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 72 72">'
        f'<rect width="72" height="72" rx="12" fill="#{colour_of(user)}"/>'
        '<text x="36" y="46" font-family="sans-serif" font-size="28" font-weight="600" fill="#fff" '
        f'text-anchor="middle">{letters}</text></svg>'
    )
