"""How to reach Slack and be reached by it.

The environment it is read from: `SLACK_BOT_TOKEN`; `SLACK_SIGNING_SECRET` for HTTP or `SLACK_APP_TOKEN` for Socket Mode;
`SLACK_TEAM_ID`; and `BATON_SLACK_API_URL` for a workspace that is not Slack's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

API_URL = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How to reach Slack and be reached by it. With an `app_token` deliveries come over Socket Mode, with a
    `signing_secret` over HTTP. `team` is the workspace (or the enterprise) where mentioned people are looked up."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    api_url: str = API_URL
    team: str = ""


def slack_settings(environment: Mapping[str, str]) -> SlackSettings | None:
    """What the environment says; None without a bot token."""
    token = environment.get("SLACK_BOT_TOKEN")
    if not token:
        return None
    return SlackSettings(
        bot_token=token,
        signing_secret=environment.get("SLACK_SIGNING_SECRET", ""),
        app_token=environment.get("SLACK_APP_TOKEN", ""),
        api_url=environment.get("BATON_SLACK_API_URL") or API_URL,
        team=environment.get("SLACK_TEAM_ID", ""),
    )
