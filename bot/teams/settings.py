"""How to reach Teams and be reached by it: as an app of one tenant, as a managed identity, or as nobody for a local client.

The environment it is read from:

- `TEAMS_APP_ID`: the app (client) id of the bot's registration.
- `TEAMS_APP_PASSWORD`: a client secret of that registration.
- `TEAMS_TENANT_ID`: the tenant in which the app is registered.
- `TEAMS_MANAGED_IDENTITY=1`: instead of a secret, the user-assigned managed identity whose client id is the app id.
- `TEAMS_LOCAL_CLIENT=1`: nothing is authenticated, for a Teams client on this machine; then Baton serves only there.

For sovereign clouds and for tests:

- `TEAMS_OPENID_METADATA_URL`: where the keys are announced that Teams signs with.
- `TEAMS_SERVICE`: the Bot Framework service: who signs, and whom our tokens are for.
- `TEAMS_LOGIN_URL`: where our tokens come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.domain.hosts import is_loopback
from bot.errors import ConfigError

SERVICE = "https://api.botframework.com"
OPENID_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """Who Baton is to Teams. With `local_client` nobody is asked who they are, and no token is sent."""

    app_id: str
    app_password: str = field(default="", repr=False)
    tenant: str = ""
    managed_identity: bool = False
    local_client: bool = False
    service: str = SERVICE
    openid_metadata_url: str = OPENID_METADATA_URL
    login_url: str = LOGIN_URL

    @property
    def stays_here(self) -> bool:
        """Is Teams itself on this machine: a local client, or a service made for a test?"""
        return self.local_client or is_loopback_url(self.openid_metadata_url)

    @property
    def is_public_cloud(self) -> bool:
        """Is it neither a sovereign cloud nor on this machine?"""
        return not self.local_client and self.openid_metadata_url == OPENID_METADATA_URL

    def may_call(self, url: str) -> bool:
        """May our token be sent to this service address? Over https alone, or to this machine where Teams is on it."""
        if self.stays_here:
            return is_loopback_url(url)
        return is_https(url)


def teams_settings(environment: Mapping[str, str]) -> TeamsSettings | None:
    """What the environment says; None when it says nothing of Teams. Raises `ConfigError` for half a configuration."""
    app_id = environment.get("TEAMS_APP_ID", "").strip()
    local = _is_on(environment, "TEAMS_LOCAL_CLIENT")
    if not app_id and not local:
        return None
    settings = TeamsSettings(
        app_id=app_id,
        app_password=environment.get("TEAMS_APP_PASSWORD", "").strip(),
        tenant=environment.get("TEAMS_TENANT_ID", "").strip(),
        managed_identity=_is_on(environment, "TEAMS_MANAGED_IDENTITY"),
        local_client=local,
        service=environment.get("TEAMS_SERVICE") or SERVICE,
        openid_metadata_url=environment.get("TEAMS_OPENID_METADATA_URL") or OPENID_METADATA_URL,
        login_url=(environment.get("TEAMS_LOGIN_URL") or LOGIN_URL).rstrip("/"),
    )
    _require_whole(settings)
    return settings


def require_loopback(settings: TeamsSettings, host: str | None) -> None:
    """Raise `ConfigError` when strangers could reach a Baton that authenticates nobody. Call it with the address to serve on."""
    if settings.local_client and not is_loopback(host or ""):
        raise ConfigError(
            f"TEAMS_LOCAL_CLIENT is on, and Baton would serve on {host or 'every address'}.",
            "Nothing is authenticated for a local client: set BATON_HOST to 127.0.0.1, or take TEAMS_LOCAL_CLIENT away.",
        )


def is_loopback_url(url: str) -> bool:
    """Is this an http address of this machine?"""
    parts = _split(url)
    return parts is not None and parts[0] in {"http", "https"} and is_loopback(parts[1])


def is_https(url: str) -> bool:
    """Is this an https address, and nothing that only looks like one?"""
    parts = _split(url)
    return parts is not None and parts[0] == "https" and bool(parts[1])


def _split(url: str) -> tuple[str, str] | None:
    """Scheme and host; None for what has a user name in it or is no address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.username is not None or parts.password is not None or parts.port == 0:
            return None
    except ValueError:
        return None
    return parts.scheme, host


def _is_on(environment: Mapping[str, str], name: str) -> bool:
    said = environment.get(name, "").strip().lower()
    if said in {"", "0", "false", "no"}:
        return False
    if said in {"1", "true", "yes"}:
        return True
    raise ConfigError(f"{name} is “{said}”.", "Set it to 1, or take it away.")


def _require_whole(settings: TeamsSettings) -> None:
    if settings.local_client:
        return
    if settings.managed_identity and settings.app_password:
        raise ConfigError(
            "Both TEAMS_APP_PASSWORD and TEAMS_MANAGED_IDENTITY are set.", "A managed identity has no password."
        )
    if not settings.managed_identity and not settings.app_password:
        raise ConfigError(
            "TEAMS_APP_PASSWORD is not set.", "Set it beside TEAMS_APP_ID, or set TEAMS_MANAGED_IDENTITY=1 on Azure."
        )
    if not settings.tenant:
        # Without it whoever speaks first would say whose people are colleagues.
        raise ConfigError("TEAMS_TENANT_ID is not set.", "Set it beside TEAMS_APP_ID: the tenant of the app.")
    for name, url in (
        ("TEAMS_OPENID_METADATA_URL", settings.openid_metadata_url),
        ("TEAMS_LOGIN_URL", settings.login_url),
    ):
        if not is_https(url) and not is_loopback_url(url):
            raise ConfigError(f"{name} is “{url}”.", "Set an https address.")
