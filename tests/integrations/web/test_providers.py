"""What the environment says of signing in: whole, half, or nothing at all."""

from __future__ import annotations

import pytest

from bot.config import Config, parse
from bot.errors import ConfigError
from integrations.web.id_token import NotSignedIn
from integrations.web.providers import ways_to_sign_in

CONFIG = parse('[web]\naddress = "https://baton.acme.example/measures"')
SLACK = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hush-hush-hush", "SLACK_TEAM_ID": "T1"}
MICROSOFT = {"MICROSOFT_CLIENT_ID": "m", "MICROSOFT_CLIENT_SECRET": "hush-hush-hush", "TEAMS_TENANT_ID": "0aa0"}


def test_each_provider_is_the_vendor_s_own_unless_said_otherwise() -> None:
    slack, microsoft = ways_to_sign_in(CONFIG, SLACK | MICROSOFT)
    assert (slack.client.issuer, slack.client.pkce, slack.teams) == ("https://slack.com", False, ("T1",))
    assert microsoft.client.issuer == "https://login.microsoftonline.com/0aa0/v2.0"
    assert microsoft.client.pkce
    assert "hush" not in repr((slack, microsoft))


def test_people_of_an_enterprise_sign_in_through_one_workspace_of_it() -> None:
    [slack] = ways_to_sign_in(CONFIG, SLACK | {"SLACK_TEAM_ID": "E1", "SLACK_WORKSPACE_ID": "T1"})
    assert (slack.team, slack.teams) == ("T1", ("T1", "E1"))


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "nobody could sign in"),
        (SLACK | {"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not set"),
        (SLACK | {"SLACK_TEAM_ID": " "}, "SLACK_WORKSPACE_ID is not set"),
        (MICROSOFT | {"MICROSOFT_CLIENT_SECRET": " "}, "MICROSOFT_CLIENT_SECRET is not set"),
        (MICROSOFT | {"TEAMS_TENANT_ID": ""}, "TEAMS_TENANT_ID is not set"),
        (MICROSOFT | {"TEAMS_TENANT_ID": "common"}, "TEAMS_TENANT_ID is “common”"),
        (MICROSOFT | {"TEAMS_LOGIN_URL": "http://login.example"}, "TEAMS_LOGIN_URL is"),
        (SLACK | {"SLACK_OPENID_ISSUER": "http://slack.example"}, "SLACK_OPENID_ISSUER is"),
    ],
)
def test_half_a_configuration_is_named_with_its_mend(environment: dict[str, str], missing: str) -> None:
    with pytest.raises(ConfigError, match=missing) as refused:
        ways_to_sign_in(CONFIG, environment)
    assert "Set" in refused.value.hint


def test_without_an_address_nothing_is_asked_of_the_environment() -> None:
    assert Config().web.address == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"tid": "another", "oid": "u"},
        {"tid": "0aa0"},
        {"oid": "u"},
        {"tid": "0aa0", "oid": ""},
        {"tid": "0aa0", "oid": 7},
        {"tid": ["0aa0"], "oid": "u"},
        {"https://slack.com/team_id": "0aa0", "https://slack.com/user_id": "u"},
    ],
)
def test_only_accounts_of_the_own_tenant_are_taken(claims: dict[str, object]) -> None:
    [microsoft] = ways_to_sign_in(CONFIG, MICROSOFT)
    with pytest.raises(NotSignedIn):
        microsoft.user(claims)
    assert microsoft.user({"tid": "0aa0", "oid": "u", "sub": "another"}) == "u"
