"""Who is mentioned where: finds mentions in messages, and turns what a person types into Slack's notation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from playground.manifest import Manifest
from playground.people import bot_handle, bot_name
from playground.refusal import Json
from playground.workspace import Workspace

_MENTION = re.compile(r"<(?:@([UW][A-Z0-9]+)|!subteam\^(S[A-Z0-9]+)|!(channel|here|everyone))[^>]*>")
_KNOWN = re.compile(r"<(?:@[UW][A-Z0-9]+|#[CD][A-Z0-9]+|!subteam\^S[A-Z0-9]+)(?:\|[^<>]*)?>")
_TYPED = re.compile(r"(?P<url>https?://[^\s<>|]+)|(?<![\w@])@(?P<handle>[\w][\w.-]*)|(?<![\w#&])#(?P<channel>[\w-]+)")
_URL = re.compile(r"<(https?://[^|>]+)(?:\|[^>]*)?>")
_TRAILING = ".,;:!?)'\""


def texts_of(value: object) -> Iterator[str]:
    """Every text that a message shows: its own and those of its blocks."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "text" and isinstance(part, str):
                yield part
            elif key in {"text", "blocks", "fields", "elements", "attachments"}:
                yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def mentioned_users(message: Json, members: list[str], workspace: Workspace) -> set[str]:
    """The users whom a message in a channel with these members mentions, through groups and `@channel` too."""
    found: set[str] = set()
    for text in texts_of(message):
        for match in _MENTION.finditer(text):
            user, group, broadcast = match.groups()
            if user:
                found.add(user)
            elif group:
                found.update(m for g in workspace.usergroups if g.id == group for m in g.members)
            elif broadcast:
                found.update(members)
    return found


def mentions_app(text: str, workspace: Workspace) -> bool:
    """True when the text mentions the app's bot user."""
    return any(match.group(1) == workspace.app.bot_user_id for match in _MENTION.finditer(text))


def links_in(text: str) -> list[str]:
    """The addresses that a message in Slack's notation links to."""
    return [match.group(1).replace("&amp;", "&") for match in _URL.finditer(text)]


def escape(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class TypedText:
    """Turns what a person types into Slack's notation. `labels` writes mentions as slash commands get them."""

    def __init__(self, workspace: Workspace, manifest: Manifest, *, labels: bool = False) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._labels = labels

    def convert(self, text: str) -> str:
        """`@ana` becomes `<@U…>`, `#floor` `<#C…>`, addresses `<https://…>`; the rest is escaped."""
        parts = []
        position = 0
        for known in _KNOWN.finditer(text):
            parts.append(self._plain(text[position : known.start()]))
            parts.append(known.group(0))
            position = known.end()
        parts.append(self._plain(text[position:]))
        return "".join(parts)

    def _plain(self, text: str) -> str:
        parts = []
        position = 0
        for match in _TYPED.finditer(text):
            replacement, rest = self._replacement(match)
            if replacement is None:
                continue
            parts.append(escape(text[position : match.start()]))
            parts.append(replacement)
            position = match.end() - len(rest)
        parts.append(escape(text[position:]))
        return "".join(parts)

    def _replacement(self, match: re.Match[str]) -> tuple[str | None, str]:
        if match.group("url"):
            url, rest = _without_trailing(match.group("url"))
            return f"<{escape(url)}>", rest
        if match.group("handle"):
            handle, rest = _without_trailing(match.group("handle"))
            return self._user(handle), rest
        channel = self._workspace.named(match.group("channel"))
        if channel is None:
            return None, ""
        return f"<#{channel.id}|{channel.name}>" if self._labels else f"<#{channel.id}>", ""

    def _user(self, handle: str) -> str | None:
        person = self._workspace.by_handle(handle)
        if person is not None:
            return f"<@{person.id}|{person.handle}>" if self._labels else f"<@{person.id}>"
        app = bot_handle(self._workspace, self._manifest)
        if handle.casefold() in {app, bot_name(self._workspace, self._manifest).casefold()}:
            user = self._workspace.app.bot_user_id
            return f"<@{user}|{app}>" if self._labels else f"<@{user}>"
        for group in self._workspace.usergroups:
            if group.handle == handle:
                return f"<!subteam^{group.id}|@{group.handle}>" if self._labels else f"<!subteam^{group.id}>"
        return f"<!{handle}>" if handle in {"channel", "here", "everyone"} else None


def _without_trailing(text: str) -> tuple[str, str]:
    kept = text.rstrip(_TRAILING)
    return kept, text[len(kept) :]
