"""What is particular to GitLab: two kinds of secrets, scoped labels, commands in texts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.domain.delivery import Delivery, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft
from integrations.markdown import JOINER
from tests.fakes.trackers.gitlab import PretendGitLab
from tests.integrations.trackers.opened import at_noon, inbound, opened


async def test_a_secret_token_is_compared_as_it_is() -> None:
    async with PretendGitLab() as server:
        server.secret = "a plain secret token"
        async with opened(server) as tracker:
            ref = server.add("Gift wrap")
            verdict = tracker.verify(inbound(server.waiting[0]), at_noon())
            assert isinstance(verdict, Delivery)
            assert tracker.parse(verdict) == [ref]
            for wrong in ("another", "", "a plain secret tokem", "\udcff"):
                refused = tracker.verify(inbound(server.waiting[0], {"X-Gitlab-Token": wrong}), at_noon())
                assert isinstance(refused, Reject)
                assert refused.status == 401


async def test_a_signed_delivery_is_stale_after_five_minutes_and_cannot_be_dated_anew() -> None:
    async with PretendGitLab(at_noon) as server, opened(server) as tracker:
        server.add("Gift wrap")
        sending = server.waiting[0]
        assert isinstance(tracker.verify(inbound(sending), at_noon() + timedelta(minutes=4)), Delivery)
        for late in (timedelta(minutes=6), -timedelta(minutes=6)):
            stale = tracker.verify(inbound(sending), at_noon() + late)
            assert isinstance(stale, Reject)
            assert stale.error == "stale"
        later = at_noon() + timedelta(hours=1)
        dated = tracker.verify(inbound(sending, {"webhook-timestamp": str(int(later.timestamp()))}), later)
        assert isinstance(dated, Reject)
        assert dated.error == "bad_signature"


@pytest.mark.parametrize("stamp", ["", "soon", "1e400", "nan", "-1e18", "9" * 30])
async def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    async with PretendGitLab(at_noon) as server, opened(server) as tracker:
        server.add("Gift wrap")
        assert isinstance(tracker.verify(inbound(server.waiting[0], {"webhook-timestamp": stamp}), at_noon()), Reject)


async def test_a_signing_token_that_is_no_base64_lets_nothing_in() -> None:
    async with PretendGitLab(at_noon) as server:
        server.add("Gift wrap")
        sending, server.secret = server.waiting[0], "whsec_%%%"
        async with opened(server) as tracker:
            assert isinstance(tracker.verify(inbound(sending), at_noon()), Reject)


async def test_scoped_labels_follow_each_other() -> None:
    states = {"considering": ["stage::looking"], "planned": ["stage::planned"], "declined": ["stage::declined"]}
    async with PretendGitLab() as server, opened(server, states=states) as tracker:
        ref = server.add("Gift wrap", "bug")
        for state, labels in (
            (IdeaState.CONSIDERING, ["bug", "stage::looking"]),
            (IdeaState.PLANNED, ["bug", "stage::planned"]),
            (IdeaState.DECLINED, ["bug", "stage::declined"]),
            (IdeaState.SHIPPED, ["bug"]),
        ):
            assert (await tracker.move(ref, state)).state is state
            assert server.issue(ref).words == labels


async def test_no_line_of_ours_is_a_command() -> None:
    async with PretendGitLab() as server, opened(server) as tracker:
        ref = server.add("Gift wrap")
        await tracker.comment(ref, "why:\n/close\n  /label ~bug", "k-1")
        assert "close" in server.comments(ref)[0], "it was kept as text, and not carried out"
        assert "label" in server.comments(ref)[0]


async def test_a_title_mentions_nobody_and_refers_to_nothing() -> None:
    async with PretendGitLab() as server, opened(server) as tracker:
        made = await tracker.create(IssueDraft("@all wrap ~gifts\nlike #12 & co", "One asks."), "k-1")
        shown = server.issue(made.ref).title
        assert re.search(r"[@~#]\w", shown) is None
        assert shown.replace(JOINER, "") == "@all wrap ~gifts like #12 & co"
