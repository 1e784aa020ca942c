"""Colleagues whom a text names by their accounts, as platforms deliver mentions: `@slack:U1` → `@Ana Lima`."""

from __future__ import annotations

import re

from bot.ports import Directory

_MENTION = re.compile(r"@(slack|teams):([\w.:-]*\w)")


async def with_names(text: str, directory: Directory) -> str:
    """The text with names instead of accounts; nobody is told by it."""
    names: dict[str, str] = {}
    for match in _MENTION.finditer(text):
        person = await directory.find(f"{match[1]}:{match[2]}")
        names[match[0]] = f"@{person.name if person is not None else 'someone'}"
    return _MENTION.sub(lambda match: names[match[0]], text)
