"""How each source is doing, for `doctor`, `app.py sources` and /metrics alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.config import Config
from bot.domain.spans import format_span
from bot.ports import Source, SourceCounts, UnitOfWork
from handlers.arrivals import last_arrival
from handlers.polling import Polling, polling

NOTHING_CAME = SourceCounts()

State = Literal["ok", "failing", "quarantined", "waiting", "off"]


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A source as it is. `since` is when its state began, where that is known; `heard_at` when it was last known to work.

    `missing` are the environment variables that baton.toml names for it and that are not set.
    """

    name: str
    kind: str
    network: str
    state: State
    polled: bool
    since: datetime | None = None
    heard_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    error: str = ""
    missing: tuple[str, ...] = ()
    counts: SourceCounts = NOTHING_CAME
    budget: tuple[int, timedelta] | None = None
    spent: int = 0
    rests: str = ""
    """Why it is asked later than usual, though nothing is wrong: its budget is used up."""
    bills: bool = False
    """The budget is money, in millionths of a US dollar."""

    @property
    def budget_left(self) -> str:
        """`12 of 300 in 5m`, `$1.20 of $50.00 in 30d`; empty without a budget."""
        if self.budget is None:
            return ""
        spent, most = ((_dollars if self.bills else _plainly)(number) for number in (self.spent, self.budget[0]))
        return f"{spent} of {most} in {format_span(self.budget[1])}"

    def lag(self, now: datetime) -> timedelta | None:
        """How long ago it was last known to work."""
        return max(now - self.heard_at, timedelta()) if self.heard_at is not None else None


def missing_variables(config: Config, environment: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By source the variables that baton.toml names (`secret_env`, `token_env` …) and that are not set."""
    missing = {}
    for name, part in config.sources.items():
        named = [part.secret_env, *(value for key, value in part.options.items() if key.endswith("_env"))]
        unset = tuple(str(variable) for variable in named if variable and not environment.get(str(variable)))
        if unset:
            missing[name] = unset
    return missing


async def report_all(
    uow: UnitOfWork, sources: Mapping[str, Source], config: Config, environment: Mapping[str, str], now: datetime
) -> list[SourceReport]:
    """Every source, in the order of baton.toml."""
    missing, counts = missing_variables(config, environment), await uow.sources.counts()
    reports = []
    for name, source in sources.items():
        kept, arrived = await polling(uow, name), await last_arrival(uow, name)
        part = config.sources.get(name)
        network = (part.network if part is not None else None) or source.kind
        reports.append(
            _report(source, network, kept, arrived, missing.get(name, ()), counts.get(name, NOTHING_CAME), now)
        )
    return reports


def _report(
    source: Source,
    network: str,
    kept: Polling,
    arrived: datetime | None,
    missing: tuple[str, ...],
    counts: SourceCounts,
    now: datetime,
) -> SourceReport:
    succeeded = _time(kept.last_success)
    heard_at = max(filter(None, (succeeded, arrived, counts.last_post_at)), default=None)
    polled = source.capabilities().poll
    state, since = _state(kept, heard_at, missing, polled=polled)
    return SourceReport(
        name=source.name,
        kind=source.kind,
        network=network,
        state=state,
        polled=polled,
        since=since,
        heard_at=heard_at,
        next_at=_time(kept.next_at),
        failures=kept.failures,
        error=kept.error,
        missing=missing,
        counts=counts,
        budget=source.budget,
        spent=_spent(source, kept, now),
        rests=kept.rests,
        bills=source.capabilities().bills,
    )


def _state(
    kept: Polling, heard_at: datetime | None, missing: tuple[str, ...], *, polled: bool
) -> tuple[State, datetime | None]:
    if kept.off_since or (missing and (not polled or (heard_at is None and not kept.failures))):
        return "off", _time(kept.off_since)
    if kept.quarantined:
        return "quarantined", _time(kept.quarantined_since)
    if kept.failures:
        return "failing", _time(kept.failing_since)
    return ("ok", None) if heard_at is not None else ("waiting", None)


def _spent(source: Source, kept: Polling, now: datetime) -> int:
    begun = _time(kept.budget_begun)
    if source.budget is None or begun is None or now - begun >= source.budget[1]:
        return 0
    return kept.budget_spent


def _dollars(millionths: int) -> str:
    return f"${millionths / 1_000_000:,.2f}"


def _plainly(number: int) -> str:
    return f"{number:,}"


def _time(kept: str) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
