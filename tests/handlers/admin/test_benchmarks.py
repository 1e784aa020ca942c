"""`benchmarks`: figures of others come in whole or not at all, and stand beside ours only where they mean the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cards import Card
from bot.config import Config
from bot.domain.benchmarks import MEASURES, UNITS, Benchmark, beside, read_row
from bot.domain.measures import last_week
from bot.errors import UserError
from bot.views.benchmarks import benchmark_blocks
from handlers.benchmark_data import benchmark_data
from handlers.digest import measure_all
from handlers.digest_data import as_data
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.databases import Sqlite, opened
from tests.fakes.clock import SetClock
from tests.handlers.admin.commands import Installed
from tests.storage.past import COMPANY, NOW, pour_past

HEADER = "name,industry,measure,value,unit,period,source,url,licence\n"
GOOD = 'Retail,retail,touched.share,41,%,2025,"Shop Report, p. 12",https://figures.example/report,CC BY 4.0\n'
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "benchmarks.csv"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path, config=Config())


async def kept(installed: Installed) -> list[Benchmark]:
    async with installed.storage() as storage, storage.reading() as uow:
        return await uow.benchmarks.every()


def file(tmp_path: Path, text: str, name: str = "figures.csv") -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


async def test_the_example_comes_in_says_that_it_is_made_up_and_is_listed(installed: Installed) -> None:
    result = await installed.run("benchmarks", "import", str(EXAMPLE))
    assert (result.exit_code, result.stdout) == (0, "4 figures imported\n")
    every = await kept(installed)
    assert all(each.name.startswith("MADE UP") and "made up" in each.source for each in every)
    listed = (await installed.run("benchmarks", "list")).stdout
    assert "touched.share" in listed
    assert "made up for this example, no real figure" in listed
    told = json.loads((await installed.run("benchmarks", "list", "--json")).stdout)
    assert sorted(each["value"] for each in told) == [0.22, 3.5, 25, 41]


async def test_json_comes_in_as_a_list_or_under_its_name(installed: Installed, tmp_path: Path) -> None:
    row = {"name": "A", "measure": "touched.share", "value": 41.5, "unit": "percent", "period": 2025, "source": "S"}
    for found in ([row], {"benchmarks": [{**row, "value": 42}]}):
        result = await installed.run("benchmarks", "import", file(tmp_path, json.dumps(found), "figures.json"))
        assert result.stdout == "1 figure imported\n"
    assert [(each.value, each.period, each.industry) for each in await kept(installed)] == [(42, "2025", "")]


async def test_what_is_imported_again_is_replaced(installed: Installed, tmp_path: Path) -> None:
    await installed.run("benchmarks", "import", file(tmp_path, HEADER + GOOD))
    await installed.run("benchmarks", "import", file(tmp_path, HEADER + GOOD.replace("41", "43")))
    assert [each.value for each in await kept(installed)] == [43]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("A,,touched.share,41,%,2025,,,\n", "row 2: source missing"),
        (",,touched.share,41,%,2025,S,,\n", "row 2: name missing"),
        ("A,,touched.share,,%,,S,,\n", "row 2: value and period missing"),
        ("A,,touched,41,%,2025,S,,\n", "row 2: there is no measure “touched”; there are touched.share, changed.share"),
        ("A,,touched.share,41,hours,2025,S,,\n", "row 2: touched.share cannot be compared in “hours”; its units are %"),
        ("A,,times.outcome.median_seconds,41,%,2025,S,,\n", "its units are seconds, minutes, hours, days"),
        ('A,,touched.share,"12,5",%,2025,S,,\n', "row 2: value: “12,5” is not a number; write it like 12.5"),
        ("A,,touched.share,nan,%,2025,S,,\n", "is not a number"),
        ("A,,touched.share,-1,%,2025,S,,\n", "value is less than 0"),
        ("A,,touched.share,101,%,2025,S,,\n", "is more than all"),
        ("A,,touched.share,41,share,2025,S,,\n", "is more than all"),
        ("A,,touched.share,41,%,2025,S,javascript:alert(1),\n", "url must begin with https:// or http://"),
        (f"{'A' * 201},,touched.share,41,%,2025,S,,\n", "name is longer than 200 characters"),
        (GOOD, "row 2: the same figure as in row 1"),
    ],
)
async def test_one_wrong_row_is_named_and_nothing_is_imported(
    installed: Installed, tmp_path: Path, row: str, words: str
) -> None:
    result = await installed.run("benchmarks", "import", file(tmp_path, HEADER + GOOD + row))
    assert isinstance(result.exception, UserError)
    assert words in result.exception.message
    assert await kept(installed) == []


async def test_all_wrong_rows_are_told_up_to_twenty(installed: Installed, tmp_path: Path) -> None:
    rows = "".join(f"A{n},,touched,41,%,2025,S,,\n" for n in range(25))
    result = await installed.run("benchmarks", "import", file(tmp_path, HEADER + rows))
    assert isinstance(result.exception, UserError)
    assert "row 1:" in result.exception.message
    assert "row 20:" in result.exception.message
    assert "and 5 more rows" in result.exception.message


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("name,value\nA,1\n", "a.csv", "has no column “measure”"),
        (HEADER, "a.csv", "has no rows"),
        ("{", "a.json", "is not JSON"),
        ('{"figures": []}', "a.json", "has no list of figures"),
        ("[1, null]", "a.json", "row 1: name and measure and value and unit and period missing"),
    ],
)
async def test_a_file_of_something_else_is_refused(
    installed: Installed, tmp_path: Path, text: str, name: str, words: str
) -> None:
    result = await installed.run("benchmarks", "import", file(tmp_path, text, name))
    assert isinstance(result.exception, UserError)
    assert words in result.exception.message


async def test_removing_takes_all_of_a_name_or_those_of_one_measure(installed: Installed, tmp_path: Path) -> None:
    more = GOOD.replace("touched.share", "changed.share") + GOOD.replace("Retail", "Another")
    await installed.run("benchmarks", "import", file(tmp_path, HEADER + GOOD + more))
    assert (
        await installed.run("benchmarks", "remove", "Retail", "--measure", "changed.share")
    ).stdout == "1 figure removed\n"
    assert [(each.name, each.measure) for each in await kept(installed)] == [
        ("Another", "touched.share"),
        ("Retail", "touched.share"),
    ]
    assert (await installed.run("benchmarks", "remove", "Another")).stdout == "1 figure removed\n"
    nothing = await installed.run("benchmarks", "remove", "Another")
    assert isinstance(nothing.exception, UserError)
    assert "benchmarks list" in nothing.exception.hint


async def test_what_a_terminal_would_obey_is_shown_as_text(installed: Installed, tmp_path: Path) -> None:
    await installed.run("benchmarks", "import", file(tmp_path, HEADER + GOOD.replace("Retail", "\x1b[31mRed")))
    assert "\x1b" not in (await installed.run("benchmarks", "list")).stdout


def test_a_figure_stands_beside_ours_in_the_unit_of_ours() -> None:
    row = {"name": "A", "period": "2025", "source": "S"}
    times = read_row({**row, "measure": "times.first_human.median_seconds", "value": "3.5", "unit": "Hours"})
    share = read_row({**row, "measure": "sentiment.negative", "value": "0.22", "unit": "share"})
    assert times.plain == 12_600
    assert share.plain == 22


async def test_every_measure_has_the_value_of_the_printed_digest(sqlite: Sqlite) -> None:
    url = await sqlite.fresh()
    await pour_past(url, 1_500, 4)
    storage = SqlStorage(await opened(url), policies=COMPANY.life_policies, follows=(), clock=SetClock(NOW))
    async with storage.reading() as uow:
        measured = await measure_all(uow, last_week(NOW, "Europe/Paris"), COMPANY)
    await storage.close()
    printed = as_data(measured, {}, COMPANY)
    printed["sentiment"] |= {name: 100 * printed["sentiment"]["overall"][name] for name in ("negative", "positive")}
    printed["times"] = {step: both["now"] for step, both in printed["times"].items()}
    figures = [Benchmark("A", "", key, 1, next(iter(UNITS[each.kind])), "2025", "S") for key, each in MEASURES.items()]
    found = beside(figures, measured)
    assert [each.benchmark.measure for each in found] == list(MEASURES)
    for each in found:
        value: Any = printed
        for part in each.benchmark.measure.split("."):
            value = value[part]
        assert each.ours == pytest.approx(value, abs=0.51), each.benchmark.measure
    data = benchmark_data(found)
    assert {each["unit"] for each in data} == {"%", "seconds"}


def test_where_there_are_none_the_card_says_how_they_come_in() -> None:
    said = plain(Card("x", benchmark_blocks(())))
    assert "app.py benchmarks import" in said


def test_a_figure_of_a_measure_that_is_no_more_is_left_out() -> None:
    gone = Benchmark("A", "", "gone.share", 1, "%", "2025", "S")
    assert beside([gone], None) == ()  # type: ignore[arg-type]
