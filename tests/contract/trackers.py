"""The pretended server of every tracker connector."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.trackers.github import PretendGitHub
from tests.fakes.trackers.gitlab import PretendGitLab
from tests.fakes.trackers.jira import PretendJira
from tests.fakes.trackers.pretend import PretendTracker

PRETENDED: Mapping[str, type[PretendTracker]] = {
    "github": PretendGitHub,
    "gitlab": PretendGitLab,
    "jira": PretendJira,
}
