"""Who Baton is to Teams, as the environment says it."""

from __future__ import annotations

import pytest

from bot.errors import ConfigError
from bot.teams.settings import TeamsSettings, is_https, is_loopback_url, require_loopback, teams_settings

WHOLE = {"TEAMS_APP_ID": "app", "TEAMS_APP_PASSWORD": "secret", "TEAMS_TENANT_ID": "tenant"}
LOCAL = TeamsSettings("", local_client=True)


def test_an_environment_without_teams_gives_no_settings() -> None:
    assert teams_settings({"SLACK_BOT_TOKEN": "xoxb-1"}) is None


def test_an_app_of_one_tenant_has_its_secret_and_does_not_show_it() -> None:
    settings = teams_settings(WHOLE)
    assert settings is not None
    assert (settings.app_id, settings.app_password, settings.tenant) == ("app", "secret", "tenant")
    assert "secret" not in repr(settings)
    assert not settings.stays_here


def test_a_managed_identity_needs_no_secret() -> None:
    settings = teams_settings({"TEAMS_APP_ID": "app", "TEAMS_TENANT_ID": "tenant", "TEAMS_MANAGED_IDENTITY": "1"})
    assert settings is not None
    assert settings.managed_identity


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"TEAMS_APP_ID": "app"}, "TEAMS_APP_PASSWORD"),
        ({"TEAMS_APP_ID": "app", "TEAMS_APP_PASSWORD": "secret"}, "TEAMS_TENANT_ID"),
        ({"TEAMS_APP_ID": "app", "TEAMS_MANAGED_IDENTITY": "1"}, "TEAMS_TENANT_ID"),
        ({**WHOLE, "TEAMS_MANAGED_IDENTITY": "1"}, "TEAMS_MANAGED_IDENTITY"),
        ({**WHOLE, "TEAMS_LOCAL_CLIENT": "perhaps"}, "TEAMS_LOCAL_CLIENT"),
        ({**WHOLE, "TEAMS_OPENID_METADATA_URL": "http://keys.example/"}, "TEAMS_OPENID_METADATA_URL"),
        ({**WHOLE, "TEAMS_LOGIN_URL": "http://login.example"}, "TEAMS_LOGIN_URL"),
    ],
)
def test_half_a_configuration_is_refused_and_says_what_is_missing(environment: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        teams_settings(environment)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", None, "192.168.1.4", "baton.example", "10.0.0.1"])  # noqa: S104
def test_a_door_that_authenticates_nobody_does_not_open_to_the_network(host: str | None) -> None:
    with pytest.raises(ConfigError, match="TEAMS_LOCAL_CLIENT"):
        require_loopback(LOCAL, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.1"])
def test_a_door_that_authenticates_nobody_opens_on_this_machine(host: str) -> None:
    require_loopback(LOCAL, host)


def test_a_door_that_authenticates_opens_anywhere() -> None:
    require_loopback(TeamsSettings("app", "secret", "tenant"), "0.0.0.0")  # noqa: S104


def test_a_token_may_go_to_https_addresses_alone() -> None:
    settings = TeamsSettings("app", "secret", "tenant")
    assert settings.may_call("https://smba.trafficmanager.net/emea/")
    for url in (
        "http://smba.trafficmanager.net/",
        "http://127.0.0.1:80/",
        "https://",
        "ftp://x",
        "",
        "https://u:p@x.example/",
    ):
        assert not settings.may_call(url)


def test_where_teams_is_on_this_machine_nothing_goes_elsewhere() -> None:
    assert LOCAL.may_call("http://localhost:56150/_connector")
    assert not LOCAL.may_call("https://smba.trafficmanager.net/emea/")
    assert not LOCAL.may_call("http://127.0.0.1.example.com/")


def test_addresses_that_only_look_like_one_are_none() -> None:
    assert not is_https("https://[broken/")
    assert not is_loopback_url("http://127.0.0.1@evil.example/")
    assert not is_loopback_url("file://localhost/etc")
