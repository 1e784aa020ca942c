"""The painter: apart from everybody else, started late, ended when idle, and never in anybody's way."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import PermanentError, RetriableError
from integrations.charts import MatplotlibPainter
from integrations.charts.looks import HEIGHT, WIDTH
from tests.integrations.charts.any_charts import BARS, LINES, STACKED


@pytest.fixture
async def painter() -> AsyncIterator[MatplotlibPainter]:
    painter = MatplotlibPainter()
    yield painter
    await painter.close()


def children() -> set[int]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        found |= {int(child) for child in (task / "children").read_text().split()}
    return found


def is_painting(process: int) -> bool:
    return b"integrations.charts.worker" in Path(f"/proc/{process}/cmdline").read_bytes()


async def test_a_picture_has_its_size_and_type(painter: MatplotlibPainter) -> None:
    png = await painter.paint(BARS)
    svg = await painter.paint(BARS, "dark", "svg")
    assert (png.media_type, png.width, png.height) == ("image/png", WIDTH, HEIGHT)
    assert png.data.startswith(b"\x89PNG")
    assert svg.media_type == "image/svg+xml"
    assert b"<svg" in svg.data


async def test_the_same_chart_gives_the_same_bytes_from_another_process(painter: MatplotlibPainter) -> None:
    first = await painter.paint(STACKED, "light", "svg")
    other = MatplotlibPainter()
    try:
        assert (await other.paint(STACKED, "light", "svg")).data == first.data
        assert (await other.paint(STACKED)).data == (await painter.paint(STACKED)).data
    finally:
        await other.close()


async def test_many_at_once_each_get_their_own(painter: MatplotlibPainter) -> None:
    charts = [replace(BARS, unit=f"unit {number}") for number in range(8)]
    painted = await asyncio.gather(*(painter.paint(chart, "light", "svg") for chart in charts))
    for number, picture in enumerate(painted):
        assert f"unit {number}".encode() in picture.data


async def test_nobody_waits_while_a_picture_is_painted(painter: MatplotlibPainter) -> None:
    longest = 0.0
    painting = asyncio.ensure_future(painter.paint(LINES))
    while not painting.done():
        begun = time.perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, time.perf_counter() - begun)
        await asyncio.sleep(0.001)
    assert longest < 0.25


async def test_one_that_takes_too_long_is_stopped_and_the_next_is_painted() -> None:
    painter = MatplotlibPainter(seconds=0.01)
    try:
        with pytest.raises(RetriableError, match="longer than"):
            await painter.paint(BARS)
        painter._seconds = 30
        assert (await painter.paint(BARS)).data
    finally:
        await painter.close()


async def test_one_whose_asker_left_does_not_answer_the_next(painter: MatplotlibPainter) -> None:
    left = asyncio.ensure_future(painter.paint(STACKED, "light", "svg"))
    await asyncio.sleep(0.2)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    assert b"unit of the next" in (await painter.paint(replace(BARS, unit="unit of the next"), "light", "svg")).data


async def test_a_process_that_was_killed_is_started_again(painter: MatplotlibPainter) -> None:
    before = children()
    await painter.paint(BARS)
    (process,) = [child for child in children() - before if is_painting(child)]
    os.kill(process, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert (await painter.paint(LINES)).data


async def test_it_ends_when_nobody_asks_any_more() -> None:
    before = children()
    painter = MatplotlibPainter(idle=0.2)
    await painter.paint(BARS)
    (process,) = [child for child in children() - before if is_painting(child)]
    for _ in range(100):
        await asyncio.sleep(0.1)
        if process not in children():
            break
    assert process not in children()
    assert (await painter.paint(LINES)).data
    await painter.close()
    assert not [child for child in children() - before if is_painting(child)]


async def test_what_cannot_be_painted_says_so_and_harms_nobody(painter: MatplotlibPainter) -> None:
    with pytest.raises(PermanentError, match="could not be painted"):
        await painter.paint(replace(BARS, kind="pie"))  # type: ignore[arg-type]
    assert (await painter.paint(BARS)).data


async def test_no_secret_of_ours_is_where_it_paints(
    painter: MatplotlibPainter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    before = children()
    await painter.paint(BARS)
    (process,) = [child for child in children() - before if is_painting(child)]
    assert b"xoxb-secret" not in Path(f"/proc/{process}/environ").read_bytes()


def test_nothing_of_matplotlib_is_loaded_with_the_painter() -> None:
    code = "import sys, integrations.charts; print([name for name in sys.modules if name in ('matplotlib', 'numpy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
