"""The pretended server of every tracker connector."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.trackers.github import PretendGitHub
from tests.fakes.trackers.pretend import PretendTracker

PRETENDED: Mapping[str, type[PretendTracker]] = {"github": PretendGitHub}
