"""The page's figures are the digest's; they are counted once for all who look, and stopped when nobody does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, parse
from bot.domain.measures import Window, iso_week
from bot.domain.narrowing import ALL, Narrowing
from bot.domain.page_windows import named_window, window_of_days
from bot.domain.people import Person
from bot.errors import RetriableError
from bot.ports.measures_desk import MeasuresPage, Value
from handlers.measures_desk import CountedOnce, CountingDesk, earlier
from storage import SqlStorage
from tests.fakes.clock import SystemClock
from tests.handlers.admin.commands import Installed
from tests.storage.past import COMPANY, NOW, pour_past

READER = Person("p1", "Ana Lima", "support")


class Standing(SystemClock):
    """Stands still."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
async def installed(tmp_path: Path) -> Installed:
    """With a past of eight weeks, some of whose customers are hidden from everybody."""
    made = Installed(tmp_path, clock=Standing(), config=COMPANY)
    async with made.storage():
        pass
    await pour_past(made.database_url, 2_500, 10)
    return made


@pytest.fixture
async def storage(installed: Installed) -> AsyncIterator[SqlStorage]:
    async with installed.storage() as opened:
        yield opened


def rows(page: MeasuresPage, table: str) -> list[dict[str, Value]]:
    """A table as programs read it."""
    found = page.tables[table]
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, (cell.value for cell in row), strict=True)) for row in found.rows]


def by(page: MeasuresPage, table: str, column: str = "count") -> dict[Value, Value]:
    """The values of a column by those of the first one."""
    return {row[page.tables[table].columns[0].key]: row[column] for row in rows(page, table)}


async def test_every_figure_equals_the_printed_digest_of_the_same_week(
    installed: Installed, storage: SqlStorage
) -> None:
    page = await CountingDesk(storage, COMPANY, Standing()).page(READER, iso_week(2026, 47, "Europe/Paris"), ALL)
    digest = json.loads((await installed.run("digest", "--week", "2026-W47")).stdout)
    assert digest["heard"]["count"] > 100
    _bands_are_equal(page, digest)
    _times_are_equal(page, digest)
    _moods_are_equal(page, digest)
    _work_is_equal(page, digest)
    _outcomes_are_equal(page, digest)
    _customers_are_equal(page, digest)


def _bands_are_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    for name in ("heard", "touched", "changed"):
        assert by(page, "bands")[name] == digest[name]["count"]
        assert by(page, "bands", "before")[name] == digest[name]["before"]
    for name in ("touched", "changed", "unheard"):
        assert by(page, "bands", "share")[name] == digest[name]["share"]
    for name in ("touched", "changed"):
        assert by(page, "bands", "share_before")[name] == digest[name]["share_before"]
    assert by(page, "bands")["unheard"] == digest["unheard"]["count"]
    assert [row["heard"] for row in rows(page, "days")] == digest["heard"]["days"]
    best = [(each["ref"], each["network"], each["customer"], each["followers"]) for each in digest["unheard"]["best"]]
    assert [(row["ref"], row["network"], row["customer"], row["followers"]) for row in rows(page, "unheard")] == best


def _times_are_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    for row in rows(page, "times"):
        now, before = digest["times"][row["step"]]["now"], digest["times"][row["step"]]["before"]
        assert {key: row[key] for key in now} == now
        assert row["median_seconds_before"] == before["median_seconds"]


def _moods_are_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    told = {None: None, True: "yes", False: "no"}
    for table in ("networks", "topics"):
        assert len(digest["sentiment"][table]) > 3
        for row, there in zip(rows(page, table), digest["sentiment"][table], strict=True):
            assert (row["name"], row["heard"], row["sure"], row["usual"]) == (
                there["name"],
                there["heard"],
                there["sure"],
                there["usual"],
            )
            for name in ("negative", "positive", "usual_negative"):
                assert row[name] == pytest.approx(100 * there[name], abs=0.051)
            assert (row["volume_shifted"], row["mood_shifted"]) == (
                told[there["volume_shifted"]],
                told[there["mood_shifted"]],
            )
    assert rows(page, "overall")[0]["heard"] == digest["sentiment"]["overall"]["heard"]


def _work_is_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    there = digest["collaboration"]
    assert by(page, "collaboration") == {
        "several": there["several"],
        "handovers": there["handovers"],
        "bounces": there["bounces"],
        "perspectives_several": digest["perspectives"]["several"],
        "perspectives_differing": digest["perspectives"]["differing"],
    }
    assert by(page, "collaboration", "share")["several"] == there["several_share"]
    assert rows(page, "passed") == [{"from": e["from"], "to": e["to"], "times": e["times"]} for e in there["passed"]]
    told = {"yes": True, "no": False}
    assert {
        row["department"]: {"acted": row["acted"], "suggested": row["suggested"], "silent": told[str(row["silent"])]}
        for row in rows(page, "departments")
    } == there["departments"]


def _outcomes_are_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    there = digest["outcomes"]
    assert {
        row.pop("department"): {kind: many for kind, many in row.items() if many} for row in rows(page, "outcomes")
    } == there["by_department"]
    assert by(page, "bands")["resolved"] == there["resolved"]
    record = by(page, "record")
    assert (record["written"], record["missing"]) == (there["written"], there["missing"])


def _customers_are_equal(page: MeasuresPage, digest: dict[str, Any]) -> None:
    assert by(page, "movement") == {name: digest["movement"][name] for name in ("stayed", "moves", "new")}
    assert rows(page, "moved") == [
        {"from": e["from"], "to": e["to"], "customers": e["customers"]} for e in digest["movement"]["moved"]
    ]
    assert by(page, "customers") == {name: digest["customers"][name] for name in ("advocates", "at_risk")}
    named = [*digest["customers"]["named_advocates"], *digest["customers"]["named_at_risk"]]
    assert [(row["customer"], row["conversations"], row["otherwise"]) for row in rows(page, "named_customers")] == [
        (each["customer"], each["conversations"], each["otherwise"]) for each in named
    ]
    criteria = [(each["rung"], each["what"], each["value"], each["needed"]) for each in digest["maturity"]["criteria"]]
    assert [(row["rung"], row["what"], row["value"], row["needed"]) for row in rows(page, "maturity")] == criteria


async def test_a_narrowed_page_says_what_cannot_be_told_of_some(storage: SqlStorage) -> None:
    desk, week = CountingDesk(storage, COMPANY, Standing()), iso_week(2026, 47, "Europe/Paris")
    every = await desk.page(READER, week, ALL)
    [most, *_] = rows(every, "networks")
    page = await desk.page(READER, week, Narrowing(network=str(most["name"])))
    assert by(page, "bands")["heard"] == most["heard"]
    assert [row["name"] for row in rows(page, "networks")] == [most["name"]]
    missing = [section.key for section in page.sections if section.missing]
    assert missing == ["movement", "customers", "ideas", "campaigns", "maturity"]
    assert all(not section.tables and not section.charts for section in page.sections if section.missing)
    assert page.choices == every.choices, "one may choose another one"
    assert {row["network"] for row in rows(page, "unheard")} <= {most["name"]}


async def test_what_is_hidden_from_the_reader_is_not_on_the_page(storage: SqlStorage) -> None:
    config = parse(
        '[[visibility]]\nfields = ["posts", "followers"]\ndepartments = ["support"]\n'
        "[departments.support]\n[departments.product]\n"
    )
    desk, week = CountingDesk(storage, config, Standing()), iso_week(2026, 47, "Europe/Paris")
    seen = rows(await desk.page(READER, week, ALL), "unheard")
    assert any(row["text"] for row in seen)
    hidden = rows(await desk.page(Person("p2", "Ben", "product"), week, ALL), "unheard")
    assert [row["ref"] for row in hidden] == [row["ref"] for row in seen]
    assert {(row["text"], row["followers"]) for row in hidden} == {("", None)}


async def test_the_conversations_behind_a_number(storage: SqlStorage) -> None:
    desk, week = CountingDesk(storage, COMPANY, Standing()), iso_week(2026, 47, "Europe/Paris")
    heard = by(await desk.page(READER, week, ALL), "bands")["heard"]
    found = await desk.behind(READER, week, ALL, "heard")
    assert (len(found.listed), found.more) == (min(int(heard or 0), 200), int(heard or 0) > 200)
    assert found.table.rows[0][0].value == f"B-{found.listed[0].number}"
    month = await desk.behind(READER, Window(week.start - timedelta(days=21), week.end, "Europe/Paris"), ALL, "heard")
    assert (len(month.listed), month.more) == (200, True)


async def test_long_windows_count_the_same_as_their_weeks_together(storage: SqlStorage) -> None:
    desk = CountingDesk(storage, COMPANY, Standing())
    weeks = [iso_week(2026, week, "Europe/Paris") for week in (44, 45, 46, 47)]
    pages = [await desk.page(READER, week, ALL) for week in weeks]
    month = await desk.page(READER, Window(weeks[0].start, weeks[-1].end, "Europe/Paris"), ALL)
    assert by(month, "bands")["heard"] == sum(int(by(page, "bands")["heard"] or 0) for page in pages)
    assert len(rows(month, "days")) == 28
    assert month.sections[0].charts


def test_what_a_window_is_compared_with_does_not_overlap_it() -> None:
    week = iso_week(2026, 47, "Europe/Paris")
    assert earlier(week) == week.before
    now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    for name in ("this-week", "last-week", "4-weeks", "12-weeks", "this-quarter", "last-quarter"):
        window = named_window(name, now, "Europe/Paris")
        before = earlier(window)
        assert before.end <= window.start or before == window.before
        assert before.end - before.start == window.end - window.start
        assert before.start.weekday() == window.start.weekday()
    year = window_of_days("2025-11-25", "2026-11-24", now, "Europe/Paris")
    assert earlier(year).end <= year.start


# Counted once


async def test_what_many_look_at_is_counted_once() -> None:
    once, counted = CountedOnce[int](), list[int]()

    async def count() -> int:
        counted.append(1)
        await asyncio.sleep(0.01)
        return 7

    assert await asyncio.gather(*(once.get("a", count) for _ in range(5))) == [7] * 5
    assert await once.get("a", count) == 7
    assert len(counted) == 1
    await once.get("b", count)
    assert len(counted) == 2


async def test_what_is_old_is_counted_anew() -> None:
    once, counted = CountedOnce[int](fresh=0.0), list[int]()

    async def count() -> int:
        counted.append(1)
        return len(counted)

    assert [await once.get("a", count), await once.get("a", count)] == [1, 2]


async def test_counting_stops_with_the_last_who_waits_and_begins_anew_for_the_next() -> None:
    once, begun, stopped = CountedOnce[int](), asyncio.Event(), asyncio.Event()

    async def slow() -> int:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.set()
            raise
        return 0

    async def quick() -> int:
        return 1

    waiting = [asyncio.create_task(once.get("a", slow)) for _ in range(2)]
    await begun.wait()
    waiting[0].cancel()
    await asyncio.sleep(0)
    assert not stopped.is_set(), "another one waits"
    waiting[1].cancel()
    await asyncio.wait(waiting)
    assert await once.get("a", quick) == 1
    await asyncio.wait_for(stopped.wait(), 1)


async def test_too_much_at_once_is_put_off() -> None:
    once, over = CountedOnce[int](at_once=1, patience=0.05), asyncio.Event()

    async def slow() -> int:
        await over.wait()
        return 1

    first = asyncio.create_task(once.get("a", slow))
    await asyncio.sleep(0)
    with pytest.raises(RetriableError):
        await once.get("b", slow)
    over.set()
    assert await first == 1
    assert await once.get("b", slow) == 1


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    once = CountedOnce[int]()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise RetriableError("the store is away")

    async def works() -> int:
        return 1

    found = await asyncio.gather(*(once.get("a", fails) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in found] == [RetriableError] * 3
    assert await once.get("a", works) == 1


def test_the_desk_keeps_the_digest_s_zone() -> None:
    config = Config.model_validate({"company": {"timezone": "Europe/Paris"}, "digest": {"timezone": "Asia/Tokyo"}})
    assert CountingDesk(None, config, Standing()).timezone == "Asia/Tokyo"  # type: ignore[arg-type]
