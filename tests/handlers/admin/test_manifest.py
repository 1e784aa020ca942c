"""`manifest slack` and `manifest teams`: what the platforms are given comes from the verbs alone."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.config import Company, Config, WebPart
from bot.errors import ConfigError
from handlers.commands import COMMANDS
from tests.handlers.admin.commands import Installed

BOTH = {"MICROSOFT_CLIENT_ID": "m", "SLACK_CLIENT_ID": "s"}


async def test_every_short_command_and_shortcut_of_a_verb_is_in_it(tmp_path: Path) -> None:
    result = await Installed(tmp_path).run("manifest", "slack")
    features = json.loads(result.stdout)["features"]
    specs = [command.spec for command in COMMANDS]
    shown = {command["command"] for command in features["slash_commands"]}
    assert shown == {"/baton"} | {spec.slash for spec in specs if spec.slash}
    shortcuts = {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    assert shortcuts == {f"cmd:{spec.name}" for spec in specs if spec.shortcut}


async def test_with_an_address_slack_calls_it_and_without_one_a_socket_is_opened(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    socket = json.loads((await installed.run("manifest", "slack")).stdout)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "url" not in socket["features"]["slash_commands"][0]
    served = json.loads((await installed.run("manifest", "slack", "--url", "https://baton.example.com")).stdout)
    assert served["settings"]["socket_mode_enabled"] is False
    urls = {command["url"] for command in served["features"]["slash_commands"]}
    assert all(url.startswith("https://baton.example.com/") for url in urls)


@pytest.mark.parametrize(
    ("address", "environment", "back"),
    [
        ("https://baton.example.com/measures", {}, ["https://baton.example.com/measures/signed-in/slack"]),
        ("https://baton.example.com", BOTH, ["https://baton.example.com/signed-in/slack"]),
        ("https://baton.example.com", {"MICROSOFT_CLIENT_ID": "m"}, []),
        ("http://127.0.0.1:8080/measures", {}, []),
        ("", {}, []),
    ],
)
async def test_where_people_sign_in_with_slack_it_knows_where_they_come_back_to(
    tmp_path: Path, address: str, environment: dict[str, str], back: list[str]
) -> None:
    installed = Installed(tmp_path, config=Config(web=WebPart(address=address)), environment=environment)
    asked = json.loads((await installed.run("manifest", "slack")).stdout)["oauth_config"]
    assert asked.get("redirect_urls", []) == back
    assert asked["scopes"].get("user", []) == (["openid"] if back else [])


async def test_what_a_platform_wants_to_know_is_asked_for_in_two_words(tmp_path: Path) -> None:
    result = await Installed(tmp_path).run("manifest")
    assert "slack" in result.output
    assert "teams" in result.output


APP_ID = "0f5e9d3c-7a61-4c2e-9b1d-2a4c6e8f0b13"


async def test_the_package_for_teams_is_written_where_it_is_wanted_and_said(tmp_path: Path) -> None:
    installed = Installed(tmp_path, config=Config(company=Company(name="Acme")), environment={"TEAMS_APP_ID": APP_ID})
    here, there = tmp_path / "teams-app.zip", tmp_path / "there.zip"
    assert f"package {here}" in (await installed.run("manifest", "teams")).stdout
    said = await installed.run(
        "manifest", "teams", "--out", str(there), "--url", "https://acme.example/baton", "--app-version", "1.0.1"
    )
    assert said.stdout.splitlines() == [
        f"package {there}",
        "holds manifest.json, color.png, outline.png",
        f"app {APP_ID}",
        "version 1.0.1, of manifest version 1.30",
    ]
    with ZipFile(there) as package:
        made = json.loads(package.read("manifest.json"))
    assert made["developer"]["name"] == "Acme"
    assert made["developer"]["privacyUrl"] == "https://acme.example/baton"
    actions = {each["id"] for each in made["composeExtensions"][0]["commands"] if each["type"] == "action"}
    assert actions == {f"cmd:{command.spec.name}" for command in COMMANDS if command.spec.shortcut}


async def test_the_app_id_can_be_given_in_the_command_and_nothing_else_is_needed(tmp_path: Path) -> None:
    said = await Installed(tmp_path, environment={}).run("manifest", "teams", "--app-id", APP_ID)
    assert said.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["teams-app.zip"]


async def test_without_an_app_id_or_with_a_wrong_one_it_says_how_to_mend_it(tmp_path: Path) -> None:
    installed = Installed(tmp_path, environment={})
    for words, said in (
        ((), "TEAMS_APP_ID"),
        (("--app-id", "baton"), "no app id"),
        (("--app-id", APP_ID, "--url", "acme"), "https://"),
        (("--app-id", APP_ID, "--out", str(tmp_path / "no" / "such" / "folder.zip")), "--out"),
    ):
        result = await installed.run("manifest", "teams", *words)
        assert isinstance(result.exception, ConfigError)
        assert said in str(result.exception)
    assert list(tmp_path.iterdir()) == []
