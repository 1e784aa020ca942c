"""What Teams delivers → where it comes from and what was said, in our words. Pure.

Shapes from learn.microsoft.com: "Channel and group chat conversations with a bot", "Bot conversation events",
"Universal Actions for Adaptive Cards", "Use dialogs with bots", "Search commands", "Action commands".
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bot.commands import Origin
from bot.config import TEAMS_CHANNEL
from bot.views.copied import ATTACHED

Body = Mapping[str, Any]

PLATFORM = "teams"

_THREAD = ";messageid="
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p>", re.IGNORECASE)
_SHARED_CARD = re.compile(
    r'<span class="inline-compose-card"[^<>]*>[^<]*</span>|<attachment\b[^<>]*>(?:</attachment>)?'
)
"""How a card that was found by a search stands in the text of the message that shares it."""
_EDITED = frozenset({"editMessage", "undeleteMessage"})
_FILE_KINDS = frozenset({"application/vnd.microsoft.teams.file.download.info", "reference"})


def part(body: Body, *path: str) -> Any:
    """What stands at the end of the path; None where any step is missing or no object."""
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def tenant_of(activity: Body) -> str:
    """The tenant an activity comes from."""
    return str(part(activity, "channelData", "tenant", "id") or part(activity, "conversation", "tenantId") or "")


def user_of(activity: Body) -> str:
    """The colleague's id in the directory of the tenant; where Teams names none, the one they have for this bot."""
    return str(part(activity, "from", "aadObjectId") or part(activity, "from", "id") or "")


def place_of(activity: Body) -> tuple[str, str | None]:
    """(conversation, first message of the thread): Teams keeps both in one id."""
    channel, _, thread = str(part(activity, "conversation", "id") or "").partition(_THREAD)
    return channel, thread or None


def in_thread(channel: str, thread: str | None) -> str:
    """The conversation id under which Teams knows a thread."""
    return f"{channel}{_THREAD}{thread}" if thread is not None and _THREAD not in channel else channel


def is_of_team(conversation: str) -> bool:
    """Is it a channel of a team, or a thread in one? Chats have no threads."""
    return conversation.partition(_THREAD)[0].endswith(TEAMS_CHANNEL)


def is_personal(activity: Body) -> bool:
    """Was it said to Baton alone?"""
    return bool(part(activity, "conversation", "conversationType") == "personal")


def origin_of(activity: Body, by: Literal["text", "button", "form", "shortcut", "mention"]) -> Origin:
    """Where it was said or pressed; of a press, `message` is the card's."""
    channel, thread = place_of(activity)
    message = activity.get("replyToId") if by in {"button", "form"} else activity.get("id")
    return Origin(PLATFORM, tenant_of(activity), channel, thread, str(message) if message else None, by=by)


def written_at(activity: Body) -> datetime | None:
    """When Teams says that it was written or changed; None where it does not say."""
    try:
        at = datetime.fromisoformat(str(activity.get("timestamp")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whom a message names: `words` is how they stand in its text."""

    id: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a person wrote, changed or deleted. A `command` is meant for Baton itself; `addressed` says so of a
    changed one, which is not carried out again."""

    kind: Literal["command", "written", "edited", "erased"]
    text: str
    mentioned: tuple[Mentioned, ...] = ()
    addressed: bool = False

    def spoken(self, names: Mapping[str, str]) -> str:
        """The text with each mention as `names` has it by id, else as its name."""
        text = self.text
        for each in self.mentioned:
            text = text.replace(each.words, names.get(each.id) or f"@{each.name}")
        return plain(text)


def plain(text: str) -> str:
    """As it was typed: Teams escapes `&`, `<`, `>`, and ends a mention with a space that does not break."""
    return html.unescape(_BREAK.sub("\n", text)).replace("\xa0", " ").strip()


def said(activity: Body) -> Said | None:
    """A message activity as something that was said; None for what is none of ours."""
    if _by_machine(activity):
        return None
    event = part(activity, "channelData", "eventType")
    kind = activity.get("type")
    if kind == "messageDelete":
        return Said("erased", "")
    text, bot = _SHARED_CARD.sub("", str(activity.get("text") or "")), str(part(activity, "recipient", "id") or "")
    named = _mentions(activity)
    addressed = next((each for each in named if each.id == bot and text.lstrip().startswith(each.words)), None)
    if kind == "messageUpdate":
        changed = Said("edited", _with_files(text, activity), named, addressed is not None)
        return changed if event in _EDITED else None
    if addressed is not None:
        text = text.replace(addressed.words, "", 1)
        named = tuple(each for each in named if each is not addressed)
    if is_personal(activity) and not text.strip() and activity.get("attachments"):
        # A card or a file alone asks for nothing.
        return None
    if addressed is not None or is_personal(activity):
        return Said("command", text.lstrip(" \t\xa0:,"), named)
    return Said("written", _with_files(text, activity), named)


def _by_machine(activity: Body) -> bool:
    """Baton itself, or another app: their ids have a prefix of their own."""
    by = str(part(activity, "from", "id") or "")
    return part(activity, "from", "role") == "bot" or by.startswith("28:") or by == part(activity, "recipient", "id")


def _mentions(activity: Body) -> tuple[Mentioned, ...]:
    found = []
    for entity in activity.get("entities") or ():
        if isinstance(entity, Mapping) and entity.get("type") == "mention" and entity.get("text"):
            name = str(part(entity, "mentioned", "name") or "")
            found.append(Mentioned(str(part(entity, "mentioned", "id") or ""), name, str(entity["text"])))
    return tuple(found)


def _with_files(text: str, activity: Body) -> str:
    """Files as lines with their addresses; Teams itself asks whoever opens one whether they may."""
    files = [
        f"{ATTACHED} {_one_line(file.get('name')) or 'a file'} {_one_line(file.get('contentUrl'))}".rstrip()
        for file in activity.get("attachments") or ()
        if isinstance(file, Mapping) and file.get("contentType") in _FILE_KINDS
    ]
    return "\n".join([text, *files] if text.strip() else files)


def _one_line(words: object) -> str:
    return " ".join(str(words or "").split())
