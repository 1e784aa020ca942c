"""`[trackers.<name>]` of baton.toml: where the issues are that ideas become."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from bot.config.parts import Part
from bot.config.values import Key

StateName = Literal["considering", "planned", "shipped", "declined"]


class TrackerPart(Part):
    """One project of an issue tracker. [trackers.md](trackers.md) says how each kind is set up, with the settings of each."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key
    """What it is: `github`, `gitlab` or `jira`."""
    project: str = Field(min_length=1, max_length=200)
    """Which of its projects: `acme/app` on GitHub, `group/app` on GitLab, the key `APP` on Jira."""
    url: str | None = None
    """Its address, where it is your own: `https://gitlab.acme.example`; needed for Jira."""
    token_env: str = ""
    """Name of the environment variable that holds the token with which issues are read and written."""
    secret_env: str = ""
    """The one that holds the secret of its webhook, which comes to `/trackers/<name>`. Without one, nothing is taken in there."""
    create: Literal["never", "considering", "planned"] = "never"
    """Whether an idea gets an issue by itself, and when: once it is considered or planned. Otherwise `track I-7` makes one."""
    states: dict[StateName, tuple[str, ...]] = Field(default_factory=dict)
    """Its words for the states of ideas, the first is what is written: labels, reasons, statuses. Each state that is not named
    here keeps the words that [trackers.md](trackers.md) tells: `{ planned = ["roadmap"], declined = ["wontfix", "not_planned"] }`."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})
