"""What is particular to Jira: workflows with resolutions, a search that lags, Data Center."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft
from bot.errors import PermanentError, RetriableError
from tests.fakes.trackers import jira
from tests.fakes.trackers.jira import PretendJira
from tests.integrations.trackers.opened import opened


async def test_what_is_declined_is_closed_with_another_resolution_than_what_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jira, "CATEGORIES", {"To Do": "new", "In Progress": "indeterminate", "Done": "done"})
    async with PretendJira() as server, opened(server) as tracker:
        ref = server.add("Gift wrap")
        for state, resolution in ((IdeaState.SHIPPED, "Done"), (IdeaState.DECLINED, "Won't Do")):
            await tracker.move(ref, IdeaState.PLANNED)
            assert (await tracker.move(ref, state)).state is state
            assert (server.issue(ref).how, server.resolutions[server.number(ref)]) == ("Done", resolution)


async def test_a_workflow_without_a_way_is_said_with_what_it_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jira, "CATEGORIES", {"To Do": "new", "Done": "done"})
    async with PretendJira() as server, opened(server) as tracker:
        ref = server.add("Gift wrap")
        with pytest.raises(PermanentError, match="offers: Done"):
            await tracker.move(ref, IdeaState.PLANNED)


async def test_a_search_that_lags_is_waited_for_before_another_issue_is_made() -> None:
    async with PretendJira() as server, opened(server) as tracker:
        made = await tracker.create(IssueDraft("Gift wrap", "2 conversations"), "I-7-3")
        server.unsearchable.add(server.number(made.ref))
        with pytest.raises(RetriableError) as soon:
            await tracker.find("I-7-3", datetime.now(UTC) - timedelta(seconds=5))
        assert soon.value.retry_after == pytest.approx(25, abs=2)
        assert await tracker.find("I-7-3", datetime.now(UTC) - timedelta(minutes=5)) is None


async def test_more_than_a_page_of_changes_is_told() -> None:
    async with PretendJira() as server, opened(server) as tracker:
        refs = [server.add(f"Issue {n}") for n in range(12)]
        assert sorted(await tracker.news(datetime.now(UTC) - timedelta(minutes=5))) == sorted(refs)


async def test_data_center_takes_a_bearer_token_and_plain_texts() -> None:
    async with PretendJira() as server:
        server.server = True
        async with opened(server) as tracker:
            assert "APP" in await tracker.examine()
            made = await tracker.create(IssueDraft("Gift wrap", "{code}[x|https://evil.example]!x!"), "I-7-3")
            body = server.issue(made.ref).body
            assert "{code}" not in body.replace("\\{", "")
            assert "https://" not in body
            found = await tracker.find("I-7-3", datetime.now(UTC) - timedelta(minutes=5))
            assert found == made
            assert (await tracker.move(made.ref, IdeaState.SHIPPED)).state is IdeaState.SHIPPED
            await tracker.comment(made.ref, "Ben shipped it.", "moved-1")
            assert len(server.comments(made.ref)) == 1
            for n in range(7):
                server.add(f"Issue {n}")
            assert len(await tracker.news(datetime.now(UTC) - timedelta(minutes=5))) == 8
