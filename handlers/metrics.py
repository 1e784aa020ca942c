"""What Prometheus reads at /metrics: sources, outbox, conversations, the process. No metric names a customer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.config import Config
from bot.ports import Clock, DeadLetters, Source, Storage
from handlers.arrivals import Arrivals
from handlers.source_reports import SourceReport, report_all
from handlers.tracker_arrivals import TrackerArrivals

CONTENT_TYPE = CONTENT_TYPE_LATEST

FRESH = 10.0
"""Seconds for which what was read from the database is told again."""

STATES = ("floor", "held", "waiting", "echo", "resolved")


@dataclass(frozen=True, slots=True)
class _Read:
    """What the database said."""

    at: datetime
    sources: tuple[SourceReport, ...] = ()
    outbox: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    conversations: Mapping[str, int] = field(default_factory=dict)
    forecast: datetime | None = None


class Metrics(Collector):
    """`text()` is the answer to a scrape."""

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[str, Source],
        config: Config,
        environment: Mapping[str, str],
        clock: Clock,
        letters: DeadLetters,
        arrivals: Arrivals,
        fresh: float = FRESH,
        trackers: TrackerArrivals | None = None,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._config = config
        self._environment = environment
        self._clock = clock
        self._letters = letters
        self._arrivals = arrivals
        self._trackers = trackers
        self._fresh = fresh
        self._read: _Read | None = None
        self._until = 0.0
        self._one_at_a_time = asyncio.Lock()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        async with self._one_at_a_time:
            if time.monotonic() >= self._until:
                self._read = await self._look()
                self._until = time.monotonic() + self._fresh
        return generate_latest(self._registry)

    async def _look(self) -> _Read:
        now = self._clock.now()
        async with self._storage.reading() as uow:
            reports = await report_all(uow, self._sources, self._config, self._environment, now)
            states = (await uow.counts()).conversations_by_state
            forecast = await uow.forecasts.made_at(now)
        return _Read(now, tuple(reports), await self._letters.unfinished(), states, forecast)

    def describe(self) -> list[Metric]:
        """Nothing is known before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        """What the last look said, and what this process has counted."""
        read = self._read
        if read is not None:
            yield from _of_sources(read, self._clock.now())
            yield from _of_the_rest(read)
        events = CounterMetricFamily(
            "baton_source_events", "What came since this process started.", labels=("source", "event", "known")
        )
        for (source, kind, new), many in sorted(self._arrivals.counted.items()):
            events.add_metric((source, kind, "no" if new else "yes"), many)
        yield events
        deliveries = CounterMetricFamily(
            "baton_tracker_deliveries",
            "What issue trackers delivered since this process started: taken, nothing of ours, or why it was refused.",
            labels=("tracker", "outcome"),
        )
        for (tracker, outcome), many in sorted(self._trackers.counted.items() if self._trackers is not None else ()):
            deliveries.add_metric((tracker, outcome), many)
        yield deliveries


def _of_sources(read: _Read, now: datetime) -> Iterator[Metric]:
    labels = ("source", "kind")

    def gauge(name: str, said: str, values: Mapping[SourceReport, float | None]) -> Metric:
        family = GaugeMetricFamily(f"baton_source_{name}", said, labels=labels)
        for report, value in values.items():
            if value is not None:
                family.add_metric((report.name, report.kind), value)
        return family

    every = read.sources
    up = {report: float(report.state == "ok") for report in every if report.state != "waiting"}
    quarantined = {report: float(report.state == "quarantined") for report in every}
    heard = {report: report.heard_at.timestamp() if report.heard_at is not None else None for report in every}
    lag = {report: span.total_seconds() if (span := report.lag(now)) is not None else None for report in every}
    limited = {report: report.budget for report in every if report.budget is not None and not report.bills}
    billed = {report: report.budget for report in every if report.budget is not None and report.bills}
    yield gauge("up", "1: the last visit was a success; 0: it fails or is off.", up)
    yield gauge("quarantined", "1: it has failed for good.", quarantined)
    yield gauge("last_success_timestamp_seconds", "When it was last known to work.", heard)
    yield gauge("lag_seconds", "How long ago it was last known to work.", lag)
    yield gauge("failures", "Failures in a row.", {report: report.failures for report in every})
    yield gauge("posts", "Posts in the store.", {report: report.counts.posts for report in every})
    yield gauge("unread", "What came and could not be read.", {report: report.counts.unread for report in every})
    yield gauge("hints", "What is still to be looked up.", {report: report.counts.hints for report in every})
    yield gauge("budget_requests", "Requests in the present window.", {report: report.spent for report in limited})
    yield gauge(
        "budget_limit_requests",
        "How many requests there may be in a window.",
        {report: budget[0] for report, budget in limited.items()},
    )
    yield gauge("spent_dollars", "US dollars spent in the present window.", {each: each.spent / 1e6 for each in billed})
    yield gauge(
        "spent_limit_dollars",
        "How many US dollars may be spent in a window.",
        {report: budget[0] / 1e6 for report, budget in billed.items()},
    )


def _of_the_rest(read: _Read) -> Iterator[Metric]:
    outbox = GaugeMetricFamily("baton_outbox_items", "Work that is not done.", labels=("kind", "state"))
    for kind, states in sorted(read.outbox.items()):
        for state, many in sorted(states.items()):
            outbox.add_metric((kind, state), many)
    yield outbox
    conversations = GaugeMetricFamily("baton_conversations", "Conversations.", labels=("state",))
    for state in STATES:
        conversations.add_metric((state,), read.conversations.get(state, 0))
    yield conversations
    forecast = GaugeMetricFamily("baton_forecast_timestamp_seconds", "With what the newest forecast begins.")
    if read.forecast is not None:
        forecast.add_metric((), read.forecast.timestamp())
    yield forecast
