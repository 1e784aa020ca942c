"""What Prometheus reads: parsed by its own client, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.config import Config
from bot.config import Source as Part
from bot.domain.delivery import Capabilities
from bot.domain.forecasting import ALL, Kept, Point, week_from
from bot.domain.post import SourceEvent
from bot.errors import PermanentError
from bot.ports import Work
from handlers.arrivals import Arrivals
from handlers.jobs.poll_sources import PollSources
from handlers.metrics import CONTENT_TYPE, Metrics
from handlers.tracker_arrivals import TrackerArrivals
from storage import SqlStorage
from storage.dead_letters import OutboxDesk
from tests.fakes.clock import SetClock
from tests.handlers.jobs.test_poll_sources import Counting

Samples = dict[tuple[str, tuple[str, ...]], float]

LABELS = ("source", "kind", "event", "known", "state", "tracker", "outcome")

CONFIG = Config(sources={"blog": Part(kind="counting"), "api": Part(kind="counting"), "desk": Part(kind="counting")})


class Desk(Counting):
    abilities = Capabilities(push=True)


async def scrape(metrics: Metrics) -> tuple[Samples, str]:
    """What a scrape over HTTP reads."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=await metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/metrics") as response,
        ):
            assert response.content_type == "text/plain"
            text = await response.text()
    finally:
        await runner.cleanup()
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            found[sample.name, tuple(sample.labels[name] for name in LABELS if name in sample.labels)] = sample.value
    return found, text


@pytest.fixture
def sources() -> dict[str, Counting]:
    named = {"blog": Counting("blog"), "api": Counting("api"), "desk": Desk("desk")}
    named["api"].budget = (300, timedelta(minutes=5))
    return named


async def test_what_is_told_of_sources_outbox_conversations_and_the_process(
    either_storage: SqlStorage, clock: SetClock, sources: dict[str, Counting]
) -> None:
    arrivals = Arrivals(clock)
    job = PollSources(either_storage, sources.values(), clock, noted=arrivals.note)
    await job()
    heard = clock.now().timestamp()
    sources["api"].failure = PermanentError("401")
    for _ in range(3):
        clock.move(timedelta(minutes=31))
        await job()
    odd = SourceEvent(kind="unread", network="counting", account="", external_id="d", why="?", raw="?")
    async with either_storage.writing() as uow:
        arrivals.note("desk", [odd, odd], await uow.posts.accept([odd, odd], "desk", clock.now()))
        await uow.outbox.put(Work("card", {}), Work("card", {}), Work("notice", {}))
    await arrivals.flush(either_storage)
    desk = OutboxDesk(either_storage.database, clock)
    metrics = Metrics(either_storage, sources, CONFIG, {}, clock, desk, arrivals, fresh=60)
    clock.move(timedelta(seconds=5))
    found, text = await scrape(metrics)
    kind = "counting"
    assert found["baton_source_up", ("blog", kind)] == 1
    assert found["baton_source_up", ("api", kind)] == 0
    assert found["baton_source_quarantined", ("blog", kind)] == 0
    assert found["baton_source_quarantined", ("api", kind)] == 1
    assert found["baton_source_failures", ("api", kind)] == 3
    assert found["baton_source_last_success_timestamp_seconds", ("api", kind)] == heard
    assert found["baton_source_lag_seconds", ("blog", kind)] == 5
    assert found["baton_source_lag_seconds", ("desk", kind)] == 5
    assert found["baton_source_posts", ("blog", kind)] == 4
    assert found["baton_source_unread", ("desk", kind)] == 1
    assert found["baton_source_budget_limit_requests", ("api", kind)] == 300
    assert ("baton_source_budget_limit_requests", ("blog", kind)) not in found
    assert found["baton_source_events_total", ("blog", "created", "no")] == 4
    assert found["baton_source_events_total", ("desk", "unread", "no")] == 1
    assert found["baton_source_events_total", ("desk", "unread", "yes")] == 1
    assert found["baton_outbox_items", ("card", "pending")] == 2
    assert found["baton_outbox_items", ("notice", "dead")] == 0
    assert found["baton_conversations", ("floor",)] == 0
    assert ("baton_forecast_timestamp_seconds", ()) not in found
    assert found["process_resident_memory_bytes", ()] > 1_000_000
    assert "maya" not in text


async def test_the_database_is_asked_now_and_then_only(
    storage: SqlStorage, clock: SetClock, sources: dict[str, Counting]
) -> None:
    arrivals, desk = Arrivals(clock), OutboxDesk(storage.database, clock)
    metrics = Metrics(storage, sources, CONFIG, {}, clock, desk, arrivals, fresh=60)
    before, _ = await scrape(metrics)
    await PollSources(storage, sources.values(), clock, noted=arrivals.note)()
    after, _ = await scrape(metrics)
    assert ("baton_source_up", ("blog", "counting")) not in before
    assert after["baton_source_posts", ("blog", "counting")] == before["baton_source_posts", ("blog", "counting")] == 0
    # What this process counts itself is always as it is.
    assert after["baton_source_events_total", ("blog", "created", "no")] == 1


async def test_it_is_seen_when_the_newest_forecast_begins(storage: SqlStorage, clock: SetClock) -> None:
    begins = clock.now() - timedelta(hours=9)
    point = Point(1, 3, 2, 4)
    async with storage.writing() as uow:
        await uow.forecasts.keep([Kept(begins, ALL, "volume", week_from(begins, "UTC"), point, 3)])
    metrics = Metrics(storage, {}, CONFIG, {}, clock, OutboxDesk(storage.database, clock), Arrivals(clock))
    found, _ = await scrape(metrics)
    assert found["baton_forecast_timestamp_seconds", ()] == begins.timestamp()


async def test_what_trackers_delivered_is_counted_by_what_became_of_it(
    storage: SqlStorage, clock: SetClock, sources: dict[str, Counting]
) -> None:
    arrivals, desk, trackers = Arrivals(clock), OutboxDesk(storage.database, clock), TrackerArrivals(storage, clock)
    metrics = Metrics(storage, sources, CONFIG, {}, clock, desk, arrivals, trackers=trackers)
    for outcome in ("taken", "taken", "nothing", "bad_signature"):
        trackers.note("app", outcome)
    found, _ = await scrape(metrics)
    assert found["baton_tracker_deliveries_total", ("app", "taken")] == 2
    assert found["baton_tracker_deliveries_total", ("app", "nothing")] == 1
    assert found["baton_tracker_deliveries_total", ("app", "bad_signature")] == 1
