"""Every subcommand of app.py works on an empty data folder, without baton.toml or tokens: results alone on standard
output, logs on standard error."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import typer

from app import Installation, cli
from bot.errors import ConfigError
from handlers.admin import Subcommands
from tests.app_process import app, free_port

NOTHING = {
    "posts": {"total": 0, "by_network": {}},
    "conversations": {"total": 0, "by_state": {}},
    "customers": 0,
    "cards": 0,
    "outbox_pending": 0,
    "outbox_dead": 0,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder that is not there yet, in a folder without baton.toml."""
    return tmp_path / "data"


# On an empty folder


def test_stats_are_json_of_the_promised_shape_and_nothing_else(data: Path) -> None:
    done = app(data, "stats", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == NOTHING
    assert (data / "baton.db").is_file(), "it migrated by itself"


def test_migrate_says_so_and_may_be_repeated(data: Path) -> None:
    for _ in range(2):
        done = app(data, "migrate")
        assert (done.returncode, done.stdout, done.stderr) == (0, "up to date\n", "")


def test_what_it_writes_is_for_its_user_alone(data: Path) -> None:
    app(data, "stats")
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (data, data / "baton.db")} == {
        "data": "0o700",
        "baton.db": "0o600",
    }


def test_the_manifest_is_json_and_names_every_short_command(data: Path) -> None:
    done = app(data, "manifest", "slack")
    assert done.returncode == 0
    manifest = json.loads(done.stdout)
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert commands == ["/baton", "/claim", "/discuss", "/escalate", "/customer"]
    assert manifest["settings"]["socket_mode_enabled"]
    served = json.loads(app(data, "manifest", "slack", "--url", "https://baton.example.com").stdout)
    assert not served["settings"]["socket_mode_enabled"]
    assert served["features"]["slash_commands"][0]["url"].startswith("https://baton.example.com/")


def test_the_package_for_teams_needs_the_bot_s_id_and_nothing_else(data: Path) -> None:
    without = app(data, "manifest", "teams")
    assert (without.returncode, without.stdout) == (1, "")
    assert without.stderr.startswith("The package needs the bot's app id")
    done = app(data, "manifest", "teams", TEAMS_APP_ID="0f5e9d3c-7a61-4c2e-9b1d-2a4c6e8f0b13")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"package {data / 'teams-app.zip'}"
    assert zipfile.is_zipfile(data / "teams-app.zip")


def test_the_outbox_is_empty_and_has_nothing_to_put_back(data: Path) -> None:
    listed = app(data, "outbox", "list")
    assert (listed.returncode, listed.stdout) == (0, "no dead letters\n")
    assert app(data, "outbox", "replay").stdout == "0 put back\n"
    assert app(data, "outbox", "replay", "17").stdout == "0 put back\n"


def test_the_doctor_finds_nothing_broken_and_says_what_to_set(data: Path) -> None:
    done = app(data, "doctor")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert all(line.startswith(("ok   ", "warn ")) for line in lines)
    assert any("Set SLACK_BOT_TOKEN" in line for line in lines)
    assert any("Set BATON_HOOK_SECRET" in line for line in lines)
    assert "slack_off" in done.stderr


def test_customers_are_imported(data: Path) -> None:
    data.mkdir()
    file = data / "customers.csv"
    file.write_text("key,name,handles\n1,Maya Okafor,mastodon:maya\n")
    done = app(data, "customers", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert "1" in done.stdout
    assert json.loads(app(data, "stats", "--format", "json").stdout)["customers"] == 1


def test_a_replay_without_the_secret_says_which_variable_to_set(data: Path) -> None:
    data.mkdir()
    file = data / "posts.csv"
    file.write_text("id,text\n1,one\n")
    done = app(data, "replay", str(file), "--source", "demo")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "BATON_HOOK_SECRET" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_sources_are_listed_and_have_brought_nothing_unreadable(data: Path) -> None:
    done = app(data, "sources", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [(each["name"], each["state"], each["not_set"]) for each in json.loads(done.stdout)] == [
        ("demo", "off", ["BATON_HOOK_SECRET"])
    ]
    assert app(data, "sources", "unread").stdout == "everything could be read\n"
    wrong = app(data, "sources", "poll", "demo")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "it delivers" in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("words", [[], ["--help"], ["outbox", "--help"]])
def test_help_is_there_and_is_no_error_of_ours(data: Path, words: list[str]) -> None:
    done = app(data, *words)
    assert "Usage:" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_crms_and_the_look_ups_are_told(data: Path) -> None:
    for words in (("crm",), ("crm", "check"), ("crm", "preview", "B-1")):
        done = app(data, *words)
        assert (done.returncode, done.stderr) == (0, "")
    wrong = app(data, "customers", "lookups", "B-1")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no B-1" in wrong.stderr


def test_posts_of_a_file_are_read_and_routed(data: Path) -> None:
    posts, found = data.parent / "posts.csv", data.parent / "found.jsonl"
    posts.write_text("text\nMy parcel is late again\n")
    done = app(data, "triage", "--input", str(posts), "--text-column", "text", "--output", str(found))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(found.read_text())["departments"][0]["name"] == "logistics"
    assert "every floor" in app(data, "routes").stdout
    assert "→ floor" in app(data, "routes", "test", str(posts)).stdout


def test_what_was_learned_is_told_and_forgotten(data: Path) -> None:
    done = app(data, "learning")
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing was learned yet\n", "")
    assert app(data, "learning", "reset", "--yes").stdout == "forgotten: what 0 posts taught\n"
    wrong = app(data, "learning", "reset", "nobody", "--yes")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no department nobody. Use one of: " in wrong.stderr


def test_a_directory_is_asked_and_what_is_wrong_with_it_is_said(data: Path) -> None:
    toml = data.parent / "baton.toml"
    mapping = 'kind = "rest"\nauth = "none"\nhealth = { path = "/" }\nstaff = { path = "/", next = "next" }\n'
    toml.write_text(f'[directories.people]\nurl = "http://127.0.0.1:{free_port()}"\n{mapping}')
    assert "Directory people" in app(data, "doctor", BATON_CONFIG=str(toml)).stdout
    wrong = app(data, "people", "import", "others", "people.csv", BATON_CONFIG=str(toml))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "Use one of: people." in wrong.stderr
    toml.write_text("[directories.people]\nkind = 'rest'\nurl = 'http://127.0.0.1:1'\nhealth = { path = '/' }\n")
    assert "line 1, directories.people" in app(data, "doctor", BATON_CONFIG=str(toml)).stderr


def test_a_past_is_made_up_and_its_last_week_measured(data: Path) -> None:
    seeded = app(data, "seed", "--conversations", "60", "--weeks", "4")
    assert "60 conversations" in seeded.stdout
    assert '"heard"' in app(data, "digest").stdout
    assert "Write it like 2026-W47." in app(data, "digest", "--week", "47").stderr


def test_figures_of_others_come_in_are_listed_and_go(data: Path) -> None:
    figures = Path(__file__).parents[1] / "docs" / "examples" / "benchmarks.csv"
    assert app(data, "benchmarks", "import", str(figures)).returncode == 0
    assert "MADE UP: outdoor shops" in app(data, "benchmarks", "list").stdout
    assert '"benchmarks"' in app(data, "digest").stdout
    wrong = app(data, "benchmarks", "import", str(data.parent / "nowhere.csv"))
    assert (wrong.returncode, wrong.stdout) != (0, "")


def test_every_subcommand_is_looked_at_here() -> None:
    front = typer.main.get_command(cli)
    assert isinstance(front, Subcommands)
    assert {name for name, command in front.commands.items() if command.help} == {
        "run",
        "demo",
        "migrate",
        "doctor",
        "replay",
        "stats",
        "customers",
        "manifest",
        "outbox",
        "sources",
        "crm",
        "people",
        "routes",
        "triage",
        "learning",
        "digest",
        "seed",
        "benchmarks",
    }


# What is set wrongly


@pytest.mark.parametrize(
    "url", ["postgresql://maya:hunter22@host:port/baton", "hunter22", "mysql://maya:hunter22@host/x"]
)
def test_a_wrong_database_is_told_of_without_its_password(data: Path, url: str) -> None:
    done = app(data, "stats", BATON_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "hunter22" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("BATON_PORT", "http", "Set a port number like 8080."),
        ("BATON_PORT", "²", "Set a port number like 8080."),
        ("BATON_PORT", "65536", "Set a port number like 8080."),
        ("BATON_SLACK_RATE", "fast", "Set a number above 0"),
        ("BATON_CONFIG", "nowhere.toml", "Mend the path."),
    ],
)
def test_a_wrong_variable_is_named_with_the_mend(tmp_path: Path, name: str, value: str, mend: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        Installation.read({"BATON_DATA_DIR": str(tmp_path), name: value})
    assert name in wrong.value.message
    assert value in wrong.value.message
    assert mend in wrong.value.hint


def test_a_wrong_configuration_is_named_by_file_line_and_setting(data: Path) -> None:
    toml = data.parent / "baton.toml"
    toml.write_text('[company]\nname = "Acme"\ntimezone = "Mars/Olympus"\n')
    done = app(data, "stats")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("baton.toml, line 3, company.timezone:")
    assert len(done.stderr.splitlines()) == 1


def test_a_configuration_that_is_no_text_is_named(data: Path) -> None:
    toml = data.parent / "office.toml"
    toml.write_bytes(b"\xff\xfe\x00name")
    done = app(data, "stats", BATON_CONFIG=str(toml))
    assert (done.returncode, done.stdout) == (1, "")
    assert "office.toml" in done.stderr
    assert "Traceback" not in done.stderr
