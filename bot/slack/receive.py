"""What Slack delivers → where it comes from and what was said, in our words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.commands import Origin
from bot.views.copied import ATTACHED

Body = Mapping[str, Any]

_ENTITY = re.compile(r"<([^<>]+)>")
_SHOWN_SUBTYPES = frozenset({"", "file_share", "thread_broadcast", "me_message"})


def workspace(body: Body) -> str:
    """The key of the installation: the team, or for an org-wide installation the enterprise."""
    team = _id(body.get("team")) or str(body.get("team_id") or "")
    enterprise = _id(body.get("enterprise")) or str(body.get("enterprise_id") or "")
    org_wide = str(body.get("is_enterprise_install", "")).lower() == "true"
    for authorization in body.get("authorizations") or ():
        # In shared channels the envelope's team may be the other company's; the authorization names ours.
        team = str(authorization.get("team_id") or "")
        enterprise = str(authorization.get("enterprise_id") or "")
        org_wide = bool(authorization.get("is_enterprise_install"))
        break
    if org_wide or not team:
        return enterprise or team or _own_team(body)
    return team


def _own_team(body: Body) -> str:
    user = body.get("user")
    return str(user.get("team_id") or "") if isinstance(user, dict) else ""


def _id(part: object) -> str:
    return str(part.get("id") or "") if isinstance(part, dict) else str(part or "")


def user_of(body: Body) -> str:
    """The Slack user who caused a slash command, an interaction or an event."""
    event = body.get("event")
    if isinstance(event, dict):
        return _id(event.get("user"))
    return _id(body.get("user")) or str(body.get("user_id") or "")


def spoken(text: str) -> str:
    """Text as it was typed: `<@U1|ana>` → `@slack:U1`, `<!subteam^S1|@support>` → `@support`, `<#C1|floor>` → `#floor`,
    links → their address, and the three escapes undone."""
    said = _ENTITY.sub(lambda match: _entity(match[1]), text)
    return said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _entity(inside: str) -> str:
    head, _, label = inside.partition("|")
    if head.startswith("@"):
        return f"@slack:{head[1:]}"
    if head.startswith("#"):
        return f"#{label or head[1:]}"
    if head.startswith("!subteam^"):
        return label if label.startswith("@") else f"@{label or head.removeprefix('!subteam^')}"
    if head.startswith("!"):
        return label or f"@{head[1:]}"
    return label or head.partition(":")[2] if head.startswith(("mailto:", "tel:")) else head


def slash_origin(body: Body) -> Origin:
    """Where a slash command was typed."""
    return Origin("slack", workspace(body), str(body.get("channel_id") or ""), by="text")


def message_origin(body: Body, *, shortcut: bool = False) -> Origin:
    """The message whose button was pressed or on which a shortcut was used."""
    container, message = body.get("container") or {}, body.get("message") or {}
    return Origin(
        "slack",
        workspace(body),
        str(container.get("channel_id") or _id(body.get("channel"))),
        thread=container.get("thread_ts") or message.get("thread_ts"),
        message=container.get("message_ts") or message.get("ts") or body.get("message_ts"),
        by="shortcut" if shortcut else "button",
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that a person wrote, changed or deleted. `command` is what follows a mention of the app, `changed` when
    it was changed."""

    kind: str
    user: str
    channel: str
    ts: str
    thread: str | None = None
    text: str = ""
    command: str | None = None
    direct: bool = False
    changed: str | None = None

    @property
    def at(self) -> datetime | None:
        """When it was written, or changed; None where Slack does not say."""
        return _moment(self.changed) if self.kind == "edited" else _moment(self.ts)

    def origin(self, team: str) -> Origin:
        """Where it was written."""
        mentioned = self.command is not None and not self.direct
        return Origin("slack", team, self.channel, self.thread, self.ts, by="mention" if mentioned else "text")


def heard(event: Body, bot_user: str) -> Heard | None:
    """A `message` or `app_mention` event as something that was heard; None for all that is none of ours."""
    subtype, channel = str(event.get("subtype") or ""), str(event.get("channel") or "")
    if subtype == "message_changed":
        return _changed(event, channel, bot_user)
    if subtype == "message_deleted":
        previous = event.get("previous_message") or {}
        if _by_machine(previous, bot_user) or not previous.get("thread_ts"):
            return None
        ts = str(event.get("deleted_ts") or previous.get("ts"))
        return Heard("erased", _id(previous.get("user")), channel, ts, previous["thread_ts"])
    if subtype not in _SHOWN_SUBTYPES or _by_machine(event, bot_user):
        return None
    return _written(event, channel, bot_user)


def _written(event: Body, channel: str, bot_user: str) -> Heard | None:
    raw = str(event.get("text") or "")
    direct = event.get("channel_type") == "im"
    addressed = re.match(rf"\s*<@{re.escape(bot_user)}(?:\|[^>]*)?>[\s:,]*", raw) if bot_user else None
    text = spoken(raw[addressed.end() :] if addressed else raw)
    thread = event.get("thread_ts")
    written = Heard("written", _id(event.get("user")), channel, str(event.get("ts")), thread, _with_files(text, event))
    if event.get("type") == "app_mention":
        return Heard("asked", written.user, channel, written.ts, thread, text, command=text) if addressed else None
    if direct:
        return Heard("asked", written.user, channel, written.ts, thread, text, command=text, direct=True)
    # A mention at the beginning comes a second time, as `app_mention`; what stands in threads of others is not ours.
    others = event.get("parent_user_id") not in {None, bot_user}
    return None if addressed or thread is None or others else written


def _changed(event: Body, channel: str, bot_user: str) -> Heard | None:
    message, previous = event.get("message") or {}, event.get("previous_message") or {}
    if _by_machine(message, "") or not message.get("thread_ts"):
        return None
    ts, user = str(message.get("ts")), _id(message.get("user"))
    if message.get("subtype") == "tombstone":
        return Heard("erased", user, channel, ts, message["thread_ts"])
    text, before = (_with_files(spoken(str(each.get("text") or "")), each) for each in (message, previous))
    if text == before:
        # Slack also reports link previews this way.
        return None
    changed = str((message.get("edited") or {}).get("ts") or "") or None
    # A command that was edited stays what it was; only what is a note already takes its new words.
    command = bool(bot_user) and str(message.get("text") or "").lstrip().startswith(
        (f"<@{bot_user}>", f"<@{bot_user}|")
    )
    return Heard("edited", user, channel, ts, None if command else message.get("thread_ts"), text, changed=changed)


def _by_machine(message: Body, bot_user: str) -> bool:
    return bool(message.get("bot_id")) or not message.get("user") or _id(message.get("user")) == bot_user


def _with_files(text: str, message: Body) -> str:
    """What was written, and a line for each file: its title and where it is."""
    lines = [text] if text else []
    for file in message.get("files") or ():
        title = " ".join(str(file.get("title") or file.get("name") or "a file").split())
        lines.append(f"{ATTACHED} {title} {file.get('permalink') or ''}".rstrip())
    return "\n".join(lines)


def _moment(ts: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(ts), UTC) if ts is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def own_user(body: Body) -> str:
    """The app's own user in the workspace an event comes from."""
    for authorization in body.get("authorizations") or ():
        if authorization.get("is_bot"):
            return str(authorization.get("user_id") or "")
    return ""
