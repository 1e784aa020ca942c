"""What the environment says is checked before anything begins, and `doctor` tells what is still missing."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app import Installation
from bot.errors import ConfigError, PermanentError
from bot.ports import Taken
from handlers.events import write_record
from tests.fakes.teams import FakeTeams
from tests.handlers.outbox import Hands

ROOT = Path(__file__).parents[1]


def app(data_dir: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a subcommand with nothing set but these."""
    ours = ("BATON_", "SLACK_", "TEAMS_", "PLAYGROUND_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, str(ROOT / "app.py"), *words]
    env = {**inherited, "BATON_DATA_DIR": str(data_dir), **environment}
    return subprocess.run(command, env=env, cwd=data_dir, capture_output=True, text=True, check=False, timeout=60)


def refused(environment: Mapping[str, str]) -> str:
    with pytest.raises(ConfigError) as caught:
        Installation.read(environment)
    return str(caught.value)


def test_without_any_variable_the_documented_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read = Installation.read({})
    assert (read.host, read.port, read.slack_rate) == ("127.0.0.1", 8080, 1.0)
    assert read.data_dir == tmp_path / ".baton"
    assert read.database_url == f"sqlite+aiosqlite:///{tmp_path / '.baton' / 'baton.db'}"
    assert read.slack() is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATON_PORT", "http"),
        ("BATON_PORT", "70000"),
        *(("BATON_SLACK_RATE", rate) for rate in ("fast", "0", "-1", "nan", "inf")),
    ],
)
def test_numbers_that_cannot_be_used_are_named(tmp_path: Path, name: str, value: str) -> None:
    assert f"{name} is “{value}”" in refused({"BATON_DATA_DIR": str(tmp_path), name: value})


def test_slack_s_rate_and_a_surface_s_own_are_multiplied(tmp_path: Path) -> None:
    (tmp_path / "baton.toml").write_text('[[surfaces]]\nname = "quick"\nchannel = "#quick"\nrate = 4\n')
    environment = {"BATON_DATA_DIR": str(tmp_path), "BATON_CONFIG": str(tmp_path / "baton.toml")}
    read = Installation.read({**environment, "BATON_SLACK_RATE": "0.5"})
    assert read.pace("quick", "post") == 0.5
    assert read.pace("slack:U1", "post") == 2.0
    assert read.pace("crm", "other") == 0.0


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert f"{tmp_path / 'file' / 'data'} cannot be made" in refused(
        {"BATON_DATA_DIR": str(tmp_path / "file" / "data")}
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://127.0.0.1:1/baton", "The database cannot be reached"),
        ("mysql://127.0.0.1/baton", "Baton cannot keep its data in mysql."),
        ("baton.db", "The database's URL cannot be read."),
        ("postgresql://u:pw@127.0.0.1:99999/baton", "The database's URL cannot be read."),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_and_no_traceback(tmp_path: Path, url: str, said: str) -> None:
    done = app(tmp_path, "stats", BATON_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(said)
    assert len(done.stderr.splitlines()) == 1


def test_doctor_tells_that_cards_wait_for_slack(tmp_path: Path) -> None:
    done = app(tmp_path, "doctor")
    assert done.returncode == 0
    assert "warn Slack: there is no connection; its cards wait. Set SLACK_BOT_TOKEN" in done.stdout


async def test_doctor_names_entries_that_were_given_up_and_puts_them_back(tmp_path: Path) -> None:
    async def refuse(taken: Taken) -> None:
        raise PermanentError("the user may not write notes")

    installation = Installation.read({"BATON_DATA_DIR": str(tmp_path)})
    async with installation.storage() as storage:
        async with storage.writing() as uow:
            entry = write_record.entry_work("main", "B-12/resolved/3", 12, "resolved", 3)
            await uow.outbox.put(entry)
        await Hands(storage.database, {write_record.KIND: refuse}, installation.clock).drain()
    done = await asyncio.to_thread(app, tmp_path, "doctor")
    assert done.returncode == 1
    assert "fail Entries to main: 1 entry could not be written (B-12): the user may not write notes." in done.stdout
    assert "`app.py doctor --replay`" in done.stdout
    done = await asyncio.to_thread(app, tmp_path, "doctor", "--replay")
    assert done.stdout.splitlines()[0] == "1 put back"
    assert "Entries to main" not in done.stdout
    assert done.returncode == 0


async def test_doctor_asks_teams_whether_baton_is_in_its_channels(tmp_path: Path) -> None:
    async with FakeTeams() as teams:
        channel = teams.channel("acme", "floor")
        surface = f'[[surfaces]]\nname = "floor"\nplatform = "teams"\nchannel = "{channel.id}"\n'
        (tmp_path / "baton.toml").write_text(surface)
        settings = {**teams.environment(), "BATON_CONFIG": str(tmp_path / "baton.toml")}
        done = await asyncio.to_thread(app, tmp_path, "doctor", **settings)
    assert "warn Teams: nobody has spoken to Baton on Teams yet" in done.stdout
    assert "slack_off" not in done.stderr
