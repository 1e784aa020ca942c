"""`manifest slack`: what Slack is given comes from the verbs alone."""

from __future__ import annotations

import json
from pathlib import Path

from handlers.commands import COMMANDS
from tests.handlers.admin.commands import Installed


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


async def test_what_slack_wants_to_know_is_asked_for_in_two_words(tmp_path: Path) -> None:
    result = await Installed(tmp_path).run("manifest")
    assert "slack" in result.output
