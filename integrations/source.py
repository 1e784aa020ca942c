"""What connectors share: how one is set up from the configuration, and what it cannot do unless it says so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject
from bot.domain.post import Post, SourceEvent
from bot.errors import ConfigError, PermanentError
from integrations.http import Http


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One source as configured, with its secret from the environment (None: not set)."""

    name: str
    network: str | None = None
    url: str | None = None
    secret: str | None = None
    secret_env: str | None = None
    every: timedelta = timedelta(minutes=10)


class Connector:
    """Base of the connectors: a `bot.ports.Source` that can do nothing yet. Override what the network can."""

    kind: str = ""
    abilities: Capabilities = Capabilities()

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        self.settings = settings
        self.name = settings.name
        self.every = settings.every
        self.http = http

    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self.abilities

    def can_reply(self, post: Post, now: datetime) -> bool:
        """Where replies are possible at all: within the network's window."""
        window = self.abilities.reply_window
        return self.abilities.reply and (window is None or now - post.posted_at <= window)

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """A network that delivers nothing has no front door."""
        return Reject(404, "not_found", f"Nothing is delivered to “{self.name}”: it is polled.")

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """What a delivery says."""
        raise PermanentError(f"{self.name} reads no deliveries.")

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What is new since the cursor."""
        raise PermanentError(f"{self.name} cannot be polled.")

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What was posted since then; here: nothing that could still be had."""
        nothing: tuple[Sequence[SourceEvent], ...] = ()
        for portion in nothing:
            yield portion

    async def reply(self, post: Post, text: str, idempotency_key: str) -> str:
        """Answer a post."""
        raise PermanentError(f"{self.name} cannot send replies.")


def open_sources(
    connectors: Iterable[type[Connector]], config: Config, environment: Mapping[str, str], http: Http
) -> dict[str, Connector]:
    """Every configured source by name; raises `ConfigError` for a kind that has no connector."""
    kinds = {connector.kind: connector for connector in connectors}
    sources = {}
    for name, part in config.sources.items():
        connector = kinds.get(part.kind)
        if connector is None:
            known = ", ".join(sorted(kinds))
            raise ConfigError(f"sources.{name}: there is no kind “{part.kind}”.", f"Use one of: {known}.")
        secret = environment.get(part.secret_env) if part.secret_env is not None else None
        sources[name] = connector(
            SourceSettings(name, part.network, part.url, secret or None, part.secret_env, part.every), http
        )
    return sources
