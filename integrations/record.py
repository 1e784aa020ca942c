"""What connectors to CRMs and directories share: their settings, their tokens, their requests."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from bot.config import Config, CrmPart, DirectoryPart
from bot.domain.customer import Identity
from bot.domain.record import Activity, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import ConfigError, PermanentError, RetriableError
from integrations.budget import Purse
from integrations.http import Answer, Http
from integrations.settings import check_needs, check_options, secrets_of

EARLY = timedelta(minutes=2)
"""So long before its end a token is refreshed."""


@dataclass(frozen=True, slots=True)
class CrmSettings:
    """One CRM as configured; `secrets` are the values of settings that end in `_env`, by that name."""

    name: str
    url: str = ""
    budget: tuple[int, timedelta] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class CrmOptions(BaseModel):
    """The settings that one kind of CRM has beside those of every CRM; the text under each is for docs/crms.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class CrmAbilities:
    """What a connector does with its CRM. `budget` is how many requests in how much time at most, unless configured
    otherwise; `why` says for what it does not do, by the field's name, why not."""

    purchases: bool = False
    tickets: bool = False
    cases: bool = False
    handles: bool = False
    forget: bool = False
    contacts: bool = False
    budget: tuple[int, timedelta] | None = None
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its end (None: it says none)."""

    value: str
    until: datetime | None = None


class Connection:
    """A way into somebody else's system, with its token and its budget. `needs` names the settings without which nothing
    works."""

    kind: str = ""
    abilities: ClassVar[CrmAbilities] = CrmAbilities()
    Options: ClassVar[type[CrmOptions]] = CrmOptions
    needs: ClassVar[tuple[str, ...]] = ("url",)

    def __init__(self, settings: CrmSettings, http: Http) -> None:
        self.settings = settings
        self.name = settings.name
        self.url = settings.url.rstrip("/")
        self.http = http
        self.options = self.Options.model_validate(settings.options)
        budget = settings.budget or self.abilities.budget
        self.purse = Purse(*budget) if budget is not None else None
        self._token: Token | None = None
        self._signing_in = asyncio.Lock()

    async def sign_in(self) -> Token:
        """A fresh access token; connectors that use tokens override it and ask by `self.http` or `self.send`."""
        raise PermanentError(f"{self.name} signs in without a token.")

    def authorization(self, token: Token) -> dict[str, str]:
        """The headers that carry it."""
        return {"Authorization": f"Bearer {token.value}"}

    def secret(self, setting: str) -> str:
        """The secret whose variable the setting names; raises `PermanentError` that says what to set."""
        if value := self.settings.secrets.get(setting):
            return value
        variable = getattr(self.options, setting, None)
        raise PermanentError(f"{self.name} has no secret yet. Set {variable or f'{setting} of crm.{self.name}'}.")

    async def send(self, method: str, url: str, **request: Any) -> Answer:
        """One request within the budget, without a token; every secret is hidden in errors."""
        if self.purse is not None:
            self.purse.spend(1, self.name)
        hidden = (*self.settings.secrets.values(), *((self._token.value,) if self._token is not None else ()))
        return await self.http.send(method, url, secrets=(*hidden, *request.pop("secrets", ())), **request)

    async def ask(self, method: str, path: str, **request: Any) -> Answer:
        """One request with the token. One that is no longer taken (401) is renewed once, and the request sent again."""
        expected, url = frozenset(request.pop("expected", ())), path if "://" in path else f"{self.url}{path}"
        headers = dict(request.pop("headers", {}))
        token = await self.token()
        for again in (True, False):
            signed = {**headers, **self.authorization(token)}
            answer = await self.send(method, url, headers=signed, expected=expected | {401}, **request)
            if answer.status != 401 or 401 in expected:
                return answer
            if again:
                token = await self.token(instead_of=token)
        raise PermanentError(
            f"{self.name} does not let us in, also with a fresh token. Check its user and permissions."
        )

    async def token(self, instead_of: Token | None = None) -> Token:
        """The present token, a fresh one shortly before its end or `instead_of` one that is no longer taken."""
        async with self._signing_in:
            held = self._token
            over = held is not None and held.until is not None and held.until - EARLY <= datetime.now(UTC)
            if held is None or over or held is instead_of:
                self._token = await self.sign_in()
            if self._token is None:
                raise RetriableError(f"{self.name} gave no token.")
            return self._token


class CrmConnector(Connection, ABC):
    """Base of the CRM connectors: a `bot.ports.Crm`."""

    @abstractmethod
    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """Who this may be, best first."""

    @abstractmethod
    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact with purchases and tickets."""

    @abstractmethod
    async def log(self, contact_id: str, activity: Activity) -> Written:
        """Write an entry, once per key."""

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """All contacts, page by page."""
        raise PermanentError(f"{self.name} cannot list its contacts.")

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """Most CRMs have no place for a handle."""
        return False

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Erase the entries we wrote; gives the keys of those that are still there."""
        return [entry.key for entry in entries]

    @abstractmethod
    async def health(self) -> str:
        """That we may read and write."""


def open_crms(
    connectors: Iterable[type[CrmConnector]], config: Config, environment: Mapping[str, str], http: Http
) -> dict[str, CrmConnector]:
    """Every configured CRM by name; raises `ConfigError` for a kind that has no connector, or settings it cannot read."""
    kinds = {connector.kind: connector for connector in connectors}
    crms = {}
    for name, part in config.crm.items():
        place = ("crm", name)
        connector = kind_of(kinds, part.kind, place, config)
        crms[name] = connector(settings_of(connector, place, part, "CRM", config, environment), http)
    return crms


C = TypeVar("C", bound=Connection)


def kind_of(kinds: Mapping[str, type[C]], kind: str, place: tuple[str, str], config: Config) -> type[C]:
    """The connector of a kind; raises `ConfigError` where there is none."""
    if kind not in kinds:
        known = ", ".join(sorted(kinds)) or "none yet"
        raise ConfigError(f"{config.place(*place, 'kind')}: there is no kind “{kind}”.", f"Use one of: {known}.")
    return kinds[kind]


def settings_of(
    connector: type[Connection],
    place: tuple[str, str],
    part: CrmPart | DirectoryPart,
    sort: str,
    config: Config,
    environment: Mapping[str, str],
) -> CrmSettings:
    """What baton.toml says at `place` of a CRM or directory; raises `ConfigError` with the line."""
    options, what, name = part.options, f"a {sort} of kind “{part.kind}”", place[1]
    check_options(options, connector.Options, config, place, what)
    check_needs(part, options, connector.needs, config.place(*place), what)
    secrets = secrets_of(options, environment)
    return CrmSettings(name=name, url=part.url or "", budget=part.budget, options=options, secrets=secrets)
