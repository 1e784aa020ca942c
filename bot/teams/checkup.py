"""What `doctor` asks Teams: does it know us, and are we in the channels of the configuration?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot.errors import BatonError
from bot.ports import Finding
from bot.teams.adapter import Reference, TeamsAdapter
from bot.teams.references import References


async def examine(adapter: TeamsAdapter, references: References, channels: Sequence[str]) -> list[Finding]:
    """One finding for the sign-in and one for each channel."""
    try:
        await adapter.credentials.header()
    except BatonError as error:
        mend = "Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID."
        return [Finding("Teams", "fail", str(error), mend)]
    if not await references.can_speak():
        mend = "Add the app to a team, or say something to it in a chat."
        return [Finding("Teams", "warn", "nobody has spoken to Baton on Teams yet", mend)]
    near = await references.near()
    found = await asyncio.gather(*(_channel(adapter, replace(near, conversation=each), each) for each in channels))
    return [Finding("Teams", "ok", "signed in"), *found]


async def _channel(adapter: TeamsAdapter, at: Reference, channel: str) -> Finding:
    try:
        await adapter.members(at, most_pages=1)
    except BatonError as error:
        mend = "Add Baton to the channel's team, and check the id in baton.toml; its cards wait until then."
        return Finding(f"Teams channel {channel}", "fail", str(error), mend)
    return Finding(f"Teams channel {channel}", "ok", "Baton is in its team")
