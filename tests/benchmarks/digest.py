"""`make bench-digest`: all measures of a week of long histories, beside plain aggregates of the same conversations by the driver."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bot.config import Config, parse
from bot.domain.measures import Window, last_week
from handlers.admin.seed import make_up
from handlers.digest import measure_all
from storage import SqlStorage
from storage.migrations import migrate
from storage.moments import stamp
from storage.past import open_past
from tests.benchmarks.company import CONFIG
from tests.benchmarks.report import Figure, table, write
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import quantile
from tests.databases import serve_postgres
from tests.fakes.clock import SetClock

WEEKS = 12
ROUNDS = 5

LONGEST = 10.0
"""Seconds in which the measures of a week are to be there."""


def plain(window: Window) -> list[str]:
    """What anybody would write to see the same week: counts and mean times, of the week, the one before and the four before."""
    spans = (
        (window.start, window.end),
        (window.before.start, window.before.end),
        (window.reference, window.start),
    )
    return [
        "SELECT network, topic, mood, count(*), count(first_human_at), count(resolved_at), avg(first_human_at - opened_at), "
        "avg(first_answer_at - opened_at), avg(resolved_at - opened_at) FROM conversations "
        f"WHERE opened_at >= {stamp(start)} AND opened_at < {stamp(end)} GROUP BY network, topic, mood"
        for start, end in spans
    ]


async def measure(store: Store, count: int, now: datetime) -> Figure:
    """Fill an empty store, then measure its last week and the plain aggregates in turn."""
    config = parse(CONFIG)
    begun = time.monotonic()
    async with open_past(store.url, config.life_policies) as past:
        await make_up(past, config, now, (count, WEEKS, 1), lambda _: None)
    kind = "sqlite" if store.is_sqlite else "pg"
    print(f"{count:,} conversations on {kind}: made in {time.monotonic() - begun:.0f} s", flush=True)
    window = last_week(now, config.company.timezone)
    taken, base, heard = list[float](), list[float](), 0
    for at in range(ROUNDS + 1):
        ours, heard = await _ours(store, window, config, now)
        begun = time.perf_counter()
        rows = [row for query in plain(window) for row in await store.rows(query)]
        theirs = time.perf_counter() - begun
        if not rows or not heard:
            raise RuntimeError("the week is empty")
        # The first round meets a cold cache.
        if at:
            taken.append(ours)
            base.append(theirs)
    figure = Figure(f"digest_{_short(count)}_{kind}", quantile(taken, 0.5), "s", quantile(base, 0.5))
    print(f"{figure.name}: {heard:,} heard in the week; slowest {max(taken):.2f} s", flush=True)
    return figure


async def _ours(store: Store, window: Window, config: Config, now: datetime) -> tuple[float, int]:
    """Seconds, and how many conversations the week has. A process of Baton's keeps its connections; they are made anew here."""
    storage = await SqlStorage.connect(store.url, policies=config.life_policies, clock=SetClock(now))
    try:
        begun = time.perf_counter()
        async with storage.reading() as uow:
            measured = await measure_all(uow, window, config)
        return time.perf_counter() - begun, measured.digest.tally.heard
    finally:
        await storage.close()


def _short(count: int) -> str:
    return f"{count // 1_000_000}m" if count % 1_000_000 == 0 else f"{count // 1_000}k"


@asynccontextmanager
async def _store(kind: str, folder: Path) -> AsyncIterator[Store]:
    if kind == "sqlite":
        own = Path(tempfile.mkdtemp(dir=folder))
        store = Store(f"sqlite:///{own / 'digest.db'}", own)
        await migrate(store.url)
        yield store
        await asyncio.to_thread(shutil.rmtree, own)
        return
    with contextlib.contextmanager(serve_postgres)(durable=True) as server:
        yield Store(await server.fresh(), folder)


async def run(kinds: Sequence[str], counts: Sequence[int], folder: Path) -> list[Figure]:
    """Everything that is asked for, one store after the other."""
    now, figures = datetime.now(UTC), []
    for kind in kinds:
        for count in counts:
            async with _store(kind, folder) as store:
                figures.append(await measure(store, count, now))
    return figures


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the measures were there in time."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.digest", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also a million conversations (some 5 GB a database)")
    parser.add_argument("--conversations", type=int, nargs="+", default=(10_000, 200_000))
    parser.add_argument("--only", nargs="+", choices=("sqlite", "postgres"), default=("sqlite", "postgres"))
    parser.add_argument("--out", type=Path, help="a file for the figures")
    options = parser.parse_args(words)
    counts = (*options.conversations, *((1_000_000,) if options.full else ()))
    folder = Path(tempfile.mkdtemp(prefix="baton-digest-"))
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="baton-")
    try:
        figures = uvloop.run(run(options.only, counts, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    print(f"\n{table(figures)}")
    if options.out is not None:
        write(figures, options.out)
    late = [figure.name for figure in figures if figure.value > LONGEST]
    if late:
        print(f"longer than {LONGEST:.0f} s: {', '.join(late)}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
