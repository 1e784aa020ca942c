"""The manifest follows from the commands and is what Slack's schema asks for."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from bot.commands import CommandSpec
from bot.slack.limits import Json
from bot.slack.manifest import SignIn, manifest, slash_names
from tests.bot.slack.doubles import SPECS

SCHEMA = json.loads(Path(__file__).with_name("slack_manifest.schema.2.0.0.json").read_text(encoding="utf-8"))


def made(**how: object) -> Json:
    document = manifest(SPECS, **how)  # type: ignore[arg-type]
    jsonschema.validate(document, SCHEMA, jsonschema.Draft7Validator)
    return document


def test_over_http_every_command_and_event_comes_to_one_address() -> None:
    document = made(url="https://baton.example/")
    address = "https://baton.example/slack/events"
    assert {command["url"] for command in document["features"]["slash_commands"]} == {address}
    assert document["settings"]["interactivity"]["request_url"] == address
    assert document["settings"]["event_subscriptions"]["request_url"] == address
    assert document["settings"]["socket_mode_enabled"] is False


def test_over_socket_mode_no_address_is_needed() -> None:
    document = made(socket_mode=True)
    assert "https://" not in json.dumps(document)
    assert document["settings"]["socket_mode_enabled"] is True


def test_without_either_there_is_no_manifest() -> None:
    with pytest.raises(ValueError, match="Socket Mode"):
        manifest(SPECS)


def test_commands_aliases_and_shortcuts_come_from_the_specs() -> None:
    features = made(socket_mode=True)["features"]
    assert [command["command"] for command in features["slash_commands"]] == ["/baton", "/claim", "/customer"]
    assert all(command["should_escape"] for command in features["slash_commands"])
    assert features["slash_commands"][1]["usage_hint"] == "[B-n]"
    assert features["shortcuts"] == [
        {
            "name": "Add a note for Baton",
            "type": "message",
            "callback_id": "cmd:note",
            "description": "Write a comment",
        }
    ]


def test_every_scope_is_asked_for_once_and_explained() -> None:
    scopes = made(socket_mode=True)["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(set(scopes))
    page = (Path(__file__).parents[3] / "docs" / "install-on-slack.md").read_text(encoding="utf-8")
    assert [scope for scope in scopes if f"`{scope}`" not in page] == []


def test_who_signs_in_to_the_web_page_comes_back_to_it_and_shows_no_more_than_who_they_are() -> None:
    asked = made(socket_mode=True, sign_in=SignIn("https://baton.example/measures/signed-in/slack"))["oauth_config"]
    assert asked["redirect_urls"] == ["https://baton.example/measures/signed-in/slack"]
    assert asked["scopes"]["user"] == ["openid"]
    assert "pkce_enabled" not in asked


def test_an_app_that_is_marked_as_a_public_client_stays_one() -> None:
    sign_in = SignIn("https://baton.example/signed-in/slack", pkce=True)
    assert made(url="https://baton.example", sign_in=sign_in)["oauth_config"]["pkce_enabled"] is True


def test_without_a_web_page_nobody_is_asked_who_they_are() -> None:
    assert made(socket_mode=True)["oauth_config"].keys() == {"scopes"}
    assert made(socket_mode=True)["oauth_config"]["scopes"].keys() == {"bot"}


def test_what_is_too_long_for_slack_is_cut() -> None:
    long = CommandSpec("long", "x" * 3000, ("long",), slash="/long", shortcut="A very long name for a shortcut")
    document = manifest((long,), socket_mode=True)
    jsonschema.validate(document, SCHEMA, jsonschema.Draft7Validator)
    assert document["features"]["shortcuts"][0]["name"] == "A very long name for a…"


def test_slash_commands_are_heard_under_their_names() -> None:
    assert slash_names(SPECS) == {"baton": None, "claim": "claim", "customer": "customer"}
