"""With whom people sign in: Slack and Microsoft, each for the company's own workspace or tenant alone.

Slack: docs.slack.dev, "Sign in with Slack" and "openid.connect.token"; it takes a code challenge only of apps that are marked
as public clients ("Using PKCE"). Microsoft: learn.microsoft.com, "Microsoft identity platform and OAuth 2.0 authorization code
flow" and "ID token claims reference".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.errors import ConfigError
from bot.teams.settings import LOGIN_URL, is_https, is_loopback_url
from integrations.web.id_token import NotSignedIn
from integrations.web.openid import Client

SLACK_ISSUER = "https://slack.com"

_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"
_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})


@dataclass(frozen=True, slots=True)
class SignInWith:
    """One way to sign in: `key` is its place in addresses, `name` what people read. `platform` and `teams` say whose accounts
    are meant; `team` is the one whose people may come."""

    key: str
    name: str
    platform: str
    team: str
    teams: tuple[str, ...]
    client: Client

    def user(self, claims: Mapping[str, Any]) -> str:
        """The user of our own workspace or tenant; raises `NotSignedIn` for those of another one."""
        team, user = (claims.get(name) for name in _CLAIMS[self.platform])
        if not isinstance(team, str) or not isinstance(user, str) or not user:
            raise NotSignedIn("the id_token does not say whose account it is")
        if team != self.team:
            raise NotSignedIn("the account is of another workspace or tenant")
        return user


_CLAIMS = {"slack": (_TEAM, _USER), "teams": ("tid", "oid")}


def ways_to_sign_in(config: Config, environment: Mapping[str, str]) -> tuple[SignInWith, ...]:
    """Those that the environment says how to reach. Raises `ConfigError` for half a configuration, and where there is none."""
    found = tuple(way for way in (_slack(config, environment), _microsoft(environment)) if way is not None)
    if not found:
        raise ConfigError(
            f"{config.place('web', 'address')} is set, and nobody could sign in there.",
            "Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, or MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET; "
            "docs/web-page.md says where they come from.",
        )
    return found


def _slack(config: Config, environment: Mapping[str, str]) -> SignInWith | None:
    client = environment.get("SLACK_CLIENT_ID", "").strip()
    if not client:
        return None
    secret = _needed("SLACK_CLIENT_SECRET", environment.get("SLACK_CLIENT_SECRET"), "SLACK_CLIENT_ID")
    team = _needed(
        "SLACK_WORKSPACE_ID",
        environment.get("SLACK_WORKSPACE_ID") or environment.get("SLACK_TEAM_ID"),
        "SLACK_CLIENT_ID",
    )
    issuer = _url("SLACK_OPENID_ISSUER", environment.get("SLACK_OPENID_ISSUER") or SLACK_ISSUER)
    known = environment.get("SLACK_TEAM_ID") or team
    return SignInWith(
        key="slack",
        name="Slack",
        platform="slack",
        team=team,
        teams=tuple(dict.fromkeys((team, known))),
        client=Client(issuer, client, secret, pkce=config.web.slack_pkce, extra={"team": team}),
    )


def _microsoft(environment: Mapping[str, str]) -> SignInWith | None:
    client = environment.get("MICROSOFT_CLIENT_ID", "").strip()
    if not client:
        return None
    secret = _needed("MICROSOFT_CLIENT_SECRET", environment.get("MICROSOFT_CLIENT_SECRET"), "MICROSOFT_CLIENT_ID")
    tenant = _needed("TEAMS_TENANT_ID", environment.get("TEAMS_TENANT_ID"), "MICROSOFT_CLIENT_ID")
    if tenant.lower() in _SHARED_TENANTS:
        raise ConfigError(f"TEAMS_TENANT_ID is “{tenant}”.", "Set the id of the company's own tenant.")
    login = _url("TEAMS_LOGIN_URL", environment.get("TEAMS_LOGIN_URL") or LOGIN_URL)
    return SignInWith(
        key="microsoft",
        name="Microsoft",
        platform="teams",
        team=tenant,
        teams=(tenant,),
        client=Client(f"{login}/{tenant}/v2.0", client, secret),
    )


def _needed(name: str, value: str | None, beside: str) -> str:
    if not value or not value.strip():
        raise ConfigError(f"{name} is not set.", f"Set it beside {beside}; docs/web-page.md says where it comes from.")
    return value.strip()


def _url(name: str, url: str) -> str:
    url = url.rstrip("/")
    if not is_https(url) and not is_loopback_url(url):
        raise ConfigError(f"{name} is “{url}”.", "Set an https address.")
    return url
