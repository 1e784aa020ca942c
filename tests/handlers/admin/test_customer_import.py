"""Large files of customers: portion by portion, stopped and gone on with, in little memory."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import ConfigError, UserError
from handlers.admin import customer_import, table_file
from tests.handlers.admin.commands import Installed

PORTION = 10


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    installed = Installed(tmp_path / "data")
    installed.data_dir.mkdir()
    return installed


@pytest.fixture
def _small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_import, "PORTION", PORTION)


def table(path: Path, count: int, bad: frozenset[int] = frozenset()) -> str:
    with path.open("w", encoding="utf-8") as file:
        file.write("key,name,email,phone,tier,purchase_1_what\n")
        for n in range(1, count + 1):
            key = "" if n in bad else f"C-{n}"
            contact = "," if n in bad else f"maya{n}@example.com,+44 7700 {n:06}"
            file.write(f"{key},Maya Okafor {n},{contact},Gold,Backpack\n")
    return str(path)


def told(out: str) -> dict[str, int]:
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in out.splitlines())}


async def names(installed: Installed) -> int:
    async with installed.storage() as storage, storage.reading() as uow:
        return (await uow.counts()).customers


def states(installed: Installed) -> list[Path]:
    return list((installed.data_dir / "import").glob("*"))


async def stop_at_a_bad_one(installed: Installed, path: Path) -> str:
    """An import that stops in its fourth portion, by a customer that cannot be read."""
    file = table(path, 45, bad=frozenset({35}))
    result = await installed.run("customers", "import", file)
    assert isinstance(result.exception, UserError)
    assert "customer 35: it has no key" in str(result.exception)
    return file


@pytest.mark.usefixtures("_small_portions")
async def test_it_goes_on_where_it_was_stopped(installed: Installed, tmp_path: Path) -> None:
    file = await stop_at_a_bad_one(installed, tmp_path / "c.csv")
    assert await names(installed) == 30
    left = tmp_path / "left.jsonl"
    result = await installed.run("customers", "import", file, "--skip-bad", str(left))
    assert told(result.stdout) == {"customers": 44, "new": 44, "updated": 0, "left out": 1}
    assert "30 customers were brought before; going on from there." in result.stderr
    assert await names(installed) == 44
    (line,) = left.read_text("utf-8").splitlines()
    assert json.loads(line)["customer"] == 35
    assert json.loads(line)["why"].startswith("it has no key")
    assert json.loads(line)["written"]["name"] == "Maya Okafor 35"


@pytest.mark.usefixtures("_small_portions")
async def test_it_begins_again_if_it_is_asked_to_and_after_its_end(installed: Installed, tmp_path: Path) -> None:
    file = await stop_at_a_bad_one(installed, tmp_path / "c.csv")
    left = str(tmp_path / "left.jsonl")
    result = await installed.run("customers", "import", file, "--afresh", "--skip-bad", left)
    assert told(result.stdout) == {"customers": 44, "new": 14, "updated": 30, "left out": 1}
    assert states(installed) == []
    result = await installed.run("customers", "import", file, "--skip-bad", left)
    assert told(result.stdout) == {"customers": 44, "new": 0, "updated": 44, "left out": 1}
    assert len(Path(left).read_text("utf-8").splitlines()) == 1


@pytest.mark.usefixtures("_small_portions")
async def test_another_file_is_another_import(installed: Installed, tmp_path: Path) -> None:
    await stop_at_a_bad_one(installed, tmp_path / "c.csv")
    result = await installed.run("customers", "import", table(tmp_path / "c.csv", 45))
    assert told(result.stdout) == {"customers": 45, "new": 15, "updated": 30}


@pytest.mark.usefixtures("_small_portions")
async def test_what_was_written_behind_the_state_is_cut_off(installed: Installed, tmp_path: Path) -> None:
    file = table(tmp_path / "c.csv", 40, bad=frozenset({5, 25}))
    left = tmp_path / "left.jsonl"
    await installed.run("customers", "import", file, "--skip-bad", str(left))
    whole = left.read_bytes()
    # As if it had been killed after the third portion was left out, and before the state said so.
    first = whole.splitlines(keepends=True)[0]
    state = customer_import.State.of(installed, table_file.digest(Path(file)))
    state.write(customer_import.Tally(done=20, new=19, left_out=1, bad_bytes=len(first)))
    result = await installed.run("customers", "import", file, "--skip-bad", str(left))
    assert left.read_bytes() == whole
    assert told(result.stdout) == {"customers": 38, "new": 19, "updated": 19, "left out": 2}


async def test_a_damaged_state_is_said_so(installed: Installed, tmp_path: Path) -> None:
    file = table(tmp_path / "c.csv", 3)
    state = customer_import.State.of(installed, table_file.digest(Path(file)))
    state.write(customer_import.Tally())
    (path,) = states(installed)
    path.write_text("{")
    result = await installed.run("customers", "import", file)
    assert isinstance(result.exception, ConfigError)
    assert "--afresh" in str(result.exception)
    assert (await installed.run("customers", "import", file, "--afresh")).exit_code == 0


async def test_nothing_of_a_small_file_is_brought_if_one_cannot_be_read(installed: Installed, tmp_path: Path) -> None:
    await stop_at_a_bad_one(installed, tmp_path / "c.csv")
    assert await names(installed) == 0


@pytest.mark.parametrize("ending", ["jsonl", "ndjson"])
async def test_json_lines(installed: Installed, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"c.{ending}"
    path.write_text('\ufeff{"key": "1", "name": "Maya"}\n\n[1]\n{"key": \n{"key": "2"}\n', "utf-8")
    result = await installed.run("customers", "import", str(path))
    assert "customer 2: it is no object" in str(result.exception)
    left = tmp_path / "left"
    result = await installed.run("customers", "import", str(path), "--skip-bad", str(left))
    assert told(result.stdout) == {"customers": 2, "new": 2, "updated": 0, "left out": 2}
    assert [json.loads(line)["customer"] for line in left.read_text().splitlines()] == [2, 3]


async def test_vcards_with_a_damaged_one_among_them(installed: Installed, tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\nUID:1\nFN:Maya\nBDAY:1990-01-02\nEND:VCARD\nBEGIN:VCARD\nFN:Tom\n"
        "BEGIN:VCARD\nUID:3\nFN:Zoe\nEND:VCARD\nBEGIN:VCARD\nFN:Nobody\nEND:VCARD\n"
    )
    result = await installed.run("customers", "import", str(path))
    assert "people.vcf, customer 2: it has no END:VCARD." in str(result.exception)
    left = tmp_path / "left"
    result = await installed.run("customers", "import", str(path), "--skip-bad", str(left), "--birthdays")
    assert told(result.stdout) == {"customers": 2, "new": 2, "updated": 0, "left out": 2}
    written = [json.loads(line)["written"] for line in left.read_text().splitlines()]
    assert written[0] == "BEGIN:VCARD\r\nFN:Tom\r\n"
    async with installed.storage() as storage, storage.reading() as uow:
        (found,) = await uow.customers.find("Maya")
        record = await uow.customers.record(found.customer.id)
    assert record is not None
    assert "1990-01-02" in str(record.customer)


_IMPORT = """
import asyncio, resource, signal, sys
# Whoever runs the tests in the background may have had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from handlers.admin import customer_import
from tests.handlers.admin.commands import Installed
customer_import.PORTION = int(sys.argv[3])
tally = asyncio.run(customer_import.bring(Installed(Path(sys.argv[1])), Path(sys.argv[2]), customer_import.Wishes()))
print(tally.new, tally.updated, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def started(folder: Path, file: str, portion: int) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    words = [sys.executable, "-c", _IMPORT, str(folder), file, str(portion)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_killed_at_any_moment_it_goes_on(installed: Installed, tmp_path: Path) -> None:
    file = table(tmp_path / "c.csv", 20_000)
    for kill in (signal.SIGKILL, signal.SIGINT):
        process = started(installed.data_dir, file, 20)
        await asyncio.to_thread(_until_further, installed, _done(installed))
        os.kill(process.pid, kill)
        await asyncio.to_thread(process.communicate)
        assert process.returncode != 0
    done = _done(installed)
    assert 0 < done < 20_000
    out, err = await asyncio.to_thread(started(installed.data_dir, file, 500).communicate)
    new, updated, _ = map(int, out.split())
    assert f"{done:,} customers were brought before" in err
    # A portion that was stored just before its process was killed counts as updated when it comes again.
    assert new + updated == 20_000
    assert updated <= 2 * 20
    assert await names(installed) == 20_000


def _until_further(installed: Installed, before: int) -> None:
    until = time.monotonic() + 60
    while _done(installed) <= before and time.monotonic() < until:
        time.sleep(0.02)


def _done(installed: Installed) -> int:
    found = [path for path in states(installed) if path.suffix == ".json"]
    return int(json.loads(found[0].read_text())["done"]) if found else 0


def test_four_times_the_file_takes_hardly_more_memory(tmp_path: Path) -> None:
    used = []
    for count in (5_000, 20_000):
        process = started(tmp_path / str(count), table(tmp_path / f"{count}.csv", count), 1_000)
        out, err = process.communicate()
        assert process.returncode == 0, err
        new, _, memory = map(int, out.split())
        assert new == count
        used.append(memory)
    assert used[1] < 1.25 * used[0]
