"""What the doctor asks Slack: does it know us, do we have the rights, are we in our channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BatonError
from bot.ports import Finding
from bot.slack.calls import called
from bot.slack.manifest import BOT_SCOPES

ChannelId = Callable[[str], Awaitable[str]]


async def examine(client: AsyncWebClient, channel_id: ChannelId, channels: Sequence[str]) -> list[Finding]:
    """Findings about the connection, the scopes and each channel; never raises `BatonError`."""
    try:
        answer = await called("auth.test", client.auth_test())
    except BatonError as error:
        return [Finding("Slack", "fail", str(error), "Check SLACK_BOT_TOKEN and that this machine can reach Slack.")]
    found = [
        Finding("Slack", "ok", f"connected to {answer.get('team', 'a workspace')} as {answer.get('user', 'an app')}")
    ]
    granted = {str(name).lower(): str(value) for name, value in dict(answer.headers).items()}.get("x-oauth-scopes")
    missing = sorted(set(BOT_SCOPES) - {scope.strip() for scope in granted.split(",")}) if granted else []
    if missing:
        mend = "Install the app again with the manifest that `app.py manifest slack` prints."
        found.append(Finding("Slack scopes", "fail", f"missing: {', '.join(missing)}", mend))
    return found + [await _channel(client, channel_id, channel) for channel in channels]


async def _channel(client: AsyncWebClient, channel_id: ChannelId, channel: str) -> Finding:
    try:
        answer = await called("conversations.info", client.conversations_info(channel=await channel_id(channel)))
    except BatonError as error:
        return Finding(f"Slack {channel}", "fail", str(error), "Create the channel or invite Baton to it.")
    info = answer.get("channel") or {}
    name = f"Slack #{info.get('name') or channel}"
    if info.get("is_archived"):
        return Finding(name, "fail", "the channel is archived", "Name another channel in baton.toml.")
    if info.get("is_member"):
        return Finding(name, "ok", "Baton is in it")
    if info.get("is_private"):
        return Finding(name, "fail", "Baton is not in it", "Invite Baton to it: /invite @Baton.")
    return Finding(name, "warn", "Baton is not in it yet", "It joins with its first message; or /invite @Baton.")
