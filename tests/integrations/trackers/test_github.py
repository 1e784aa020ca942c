"""What is particular to GitHub: limits that are told by 403, labels beside reasons."""

from __future__ import annotations

import time

import pytest

from bot.domain.idea import IdeaState
from bot.errors import PermanentError, RetriableError
from tests.fakes.trackers.github import PretendGitHub
from tests.integrations.trackers.opened import opened


async def test_a_limit_is_told_by_403_and_waited_for() -> None:
    async with PretendGitHub() as server, opened(server) as tracker:
        ref = server.add("Gift wrap")
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 90)}
        for headers, wait in ((reset, 90), ({"Retry-After": "60"}, 60)):
            server.troubles.script = [(403, headers)]
            with pytest.raises(RetriableError) as busy:
                await tracker.move(ref, IdeaState.SHIPPED)
            assert busy.value.retry_after == pytest.approx(wait, abs=2)
        server.troubles.script = [(403, {"X-RateLimit-Remaining": "4999"})]
        with pytest.raises(PermanentError, match=r"docs/trackers\.md"):
            await tracker.move(ref, IdeaState.SHIPPED)


async def test_labels_of_people_stay_and_those_of_other_states_go() -> None:
    states = {"planned": ["roadmap"], "shipped": ["released"], "declined": ["wontfix"]}
    async with PretendGitHub() as server, opened(server, states=states) as tracker:
        ref = server.add("Gift wrap", "bug", "Roadmap")
        assert (await tracker.move(ref, IdeaState.SHIPPED)).state is IdeaState.SHIPPED
        assert (server.issue(ref).words, server.issue(ref).how) == (["bug", "released"], "completed")
        assert (await tracker.move(ref, IdeaState.DECLINED)).state is IdeaState.DECLINED
        assert (server.issue(ref).words, server.issue(ref).how) == (["bug", "wontfix"], "not_planned")
        assert (await tracker.move(ref, IdeaState.PLANNED)).state is IdeaState.PLANNED
        assert server.issue(ref).words == ["bug", "roadmap"]
