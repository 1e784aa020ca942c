"""What goes wrong between an idea and its issue: a token that is refused, a busy tracker, deliveries that are forged or missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.domain.idea import IdeaState
from handlers.examination import check_trackers
from handlers.jobs.catch_up_issues import CatchUpIssues
from integrations.trackers import CONNECTORS
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.fakes.trackers.pretend import TOKEN
from tests.handlers.tracked import Floor, kinds, tracked_floor


@pytest.fixture(params=CONNECTORS, ids=lambda connector: str(connector.kind))
async def floor(request: pytest.FixtureRequest, storage: SqlStorage, clock: SetClock) -> AsyncIterator[Floor]:
    async with tracked_floor(request.param.kind, storage, clock) as floor:
        yield floor


async def test_a_token_that_is_not_taken_is_a_dead_letter_with_the_mend_and_can_be_replayed(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.token = "another"
    await floor.company.say("ben", "idea I-1 plan")
    await floor.company.work()
    (letter,) = await floor.company.dead_letters.dead()
    assert "TRACKER_TOKEN" in letter.error
    floor.server.token = TOKEN
    await floor.company.dead_letters.replay()
    await floor.company.work()
    assert len(floor.server.comments(ref)) == 1
    assert (await floor.links())[0].state is IdeaState.PLANNED


async def test_a_busy_tracker_is_waited_for_as_long_as_it_says(floor: Floor) -> None:
    await floor.tracked()
    floor.server.troubles.script = [(429, {"Retry-After": "90"})]
    await floor.company.say("ben", "idea I-1 plan")
    await floor.company.work()
    asked = len(floor.server.asked)
    await floor.company.later(seconds=60)
    assert len(floor.server.asked) == asked
    await floor.company.later(seconds=60)
    assert (await floor.links())[0].state is IdeaState.PLANNED


async def post(floor: Floor, body: bytes, headers: Mapping[str, str], path: str = "app") -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{floor.url}/trackers/{path}", data=body, headers=dict(headers)) as answer,
    ):
        return answer.status, await answer.json()


async def test_the_door_says_why_it_lets_something_not_in_and_doctor_repeats_it(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.ship(ref)
    sending, floor.server.waiting = floor.server.waiting[-1], []
    wrong = floor.server.signed(sending.body, "another secret", "d-1")
    status, why = await post(floor, sending.body, wrong)
    assert (status, why["error"]) == (401, "bad_signature")
    findings = await check_trackers(floor.company.trackers, floor.company.config, floor.arrivals)()
    assert any(finding.state == "fail" and "bad_signature" in finding.detail for finding in findings)
    junk = b"not json"
    status, why = await post(floor, junk, floor.server.signed(junk, floor.server.secret, "d-2"))
    assert (status, why["error"]) == (400, "bad_delivery")
    assert (await post(floor, b"x" * 100_001, sending.headers))[0] == 413
    assert (await post(floor, sending.body, {**sending.headers, "Content-Encoding": "gzip"}))[0] == 415
    assert (await post(floor, sending.body, sending.headers, path="other"))[0] == 404
    assert (await floor.idea()).state is IdeaState.NEW
    assert (await post(floor, sending.body, sending.headers)) == (200, {"accepted": 1})
    await floor.company.work()
    assert (await floor.idea()).state is IdeaState.SHIPPED
    findings = await check_trackers(floor.company.trackers, floor.company.config, floor.arrivals)()
    assert [finding.state for finding in findings] == ["ok"]


async def test_what_is_acknowledged_survives_a_crash(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.ship(ref)
    assert set(await floor.server.deliver()) == {200}
    await floor.company.hands.lose()
    await floor.company.work()
    assert (await floor.idea()).state is IdeaState.SHIPPED
    assert kinds(await floor.trail()).count("shipped") == 1


async def test_what_no_webhook_told_of_is_found_out_by_asking(floor: Floor) -> None:
    ref = await floor.tracked()
    catch_up = CatchUpIssues(floor.company.storage, floor.company.trackers, floor.company.clock)
    await catch_up()
    await floor.company.work()
    floor.server.ship(ref)
    floor.server.add("Somebody else's")
    floor.server.waiting.clear()
    floor.company.clock.move(timedelta(minutes=5))
    await catch_up()
    await floor.company.work()
    assert (await floor.idea()).state is IdeaState.SHIPPED
    floor.server.token = "another"
    await catch_up()
    floor.server.token = TOKEN
    before = await floor.trail()
    done = []
    for _ in range(2):
        floor.company.clock.move(timedelta(hours=3))
        await catch_up()
        done.append((await floor.company.work()).done)
    assert await floor.trail() == before
    assert done[-1] == [], "what was asked about once is not asked about again"
