"""What connectors share: how one is set up from the configuration, and what it cannot do unless it says so."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from reprlib import Repr
from typing import Any

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.config import Config
from bot.config import Source as SourcePart
from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent, Visibility
from bot.domain.templates import Filled, Template
from bot.errors import ConfigError, NotSetError, PermanentError, RetriableError, UnknownResultError
from bot.ports.tokens import Asking, Renew, Token
from bot.speech import mark
from integrations.budget import Purse
from integrations.http import Answer, Http
from integrations.lengths import length
from integrations.oauth import by_refresh_token, fetch_token
from integrations.permission import Permission
from integrations.redaction import HIDDEN, SHORTEST
from integrations.settings import check_needs, check_options, secrets_of
from integrations.tokens import Tokens, Way

_log = structlog.get_logger(__name__)

_AS_TEXT = Repr()
"""For what cannot be written as JSON: it may be nested so deep that Python itself gives up."""
_AS_TEXT.maxlevel = 50
_AS_TEXT.maxdict = _AS_TEXT.maxlist = 1_000
_AS_TEXT.maxstring = _AS_TEXT.maxother = 100_000

FIRST_LOOK = timedelta(days=1)
"""How far back the first poll of a source looks; what is older comes by `sources backfill`."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One source as configured, with its secret from the environment (None: not set).

    `options` are the settings that only this kind of source has; `secrets` the values of those whose names end in `_env`,
    by that name.
    """

    name: str
    network: str | None = None
    url: str | None = None
    secret: str | None = field(default=None, repr=False)
    secret_env: str | None = None
    every: timedelta = timedelta(minutes=10)
    account: str | None = None
    budget: tuple[int, timedelta] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class Options(BaseModel):
    """The settings that one kind of source has beside those of every source.

    The text under each says what it does, for docs/networks.md. A setting `<name>_env` names an environment variable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Connector:
    """Base of the connectors: a `bot.ports.Source` that can do nothing yet. Override what the network can.

    `Options` is the model of the kind's own settings; `options` are they, read. `needs` names the settings without which
    nothing works. `permission` says how the owner of an account lets us act for it, where that is by OAuth.
    """

    kind: str = ""
    abilities: Capabilities = Capabilities()
    Options: type[Options] = Options
    needs: tuple[str, ...] = ()
    permission: Permission | None = None

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        self.settings = settings
        self.name = settings.name
        self.every = settings.every
        self.http = http
        self.waits: Callable[[RetriableError], Awaitable[None]] | None = None
        self.options = self.Options.model_validate(settings.options)
        self.budget = settings.budget or self.abilities.budget
        self.purse = Purse(*self.budget) if self.budget is not None else None
        way = Way(self.renewal, self.permission_here, self.app, self.allowed)
        self.tokens = Tokens(settings.name, self.kind, settings.secrets.get("refresh_token_env", ""), way)

    def capabilities(self) -> Capabilities:
        """What it can do."""
        return self.abilities

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Why this post cannot be answered now: the network takes no answers, or its window is over."""
        if not self.abilities.reply:
            return self.abilities.why.get("reply", mark("No answers can be sent through this source."))
        window = self.abilities.reply_window
        if window is not None and now - post.posted_at > window:
            hours = window.total_seconds() / 3600
            return f"The network takes answers for {hours:g} hours after a post, and those are over."
        return None

    def audience(self, post: Post) -> Visibility:
        """Answers are seen by whoever sees the post, unless the network has it otherwise."""
        return post.visibility

    def length(self, text: str) -> int:
        """As the network counts it."""
        return length(text, self.abilities.unit, self.abilities.link)

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """A network that delivers nothing has no front door."""
        return Reject(404, "not_found", f"Nothing is delivered to “{self.name}”: it is polled.")

    async def prepare(self) -> None:
        """What `verify` lacks; here: nothing, a secret is there or is not."""

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

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer a post."""
        raise PermanentError(f"{self.name} cannot send replies.")

    async def templates(self, post: Post) -> Sequence[Template]:
        """Texts that may be sent at any time; here: none."""
        return ()

    async def reply_with(self, post: Post, filled: Filled, text: str, idempotency_key: str) -> Sent:
        """Answer with an approved text."""
        raise PermanentError(f"{self.name} has no templates.")

    async def find_reply(self, post: Post, text: str, idempotency_key: str) -> Sent | None:
        """The answer, if it stands there already."""
        raise PermanentError(f"{self.name} cannot look for replies.")

    async def look_up(self, hint: SourceEvent) -> Sequence[SourceEvent]:
        """What a hint is about."""
        raise PermanentError(f"{self.name} gives no hints.")

    async def missing(self) -> Sequence[str]:
        """What the network says is missing; here: nothing that it could be asked for."""
        return ()

    def spent(self) -> tuple[datetime, int] | None:
        """When the present window of its budget began, and the requests made in it."""
        return (self.purse.begun, self.purse.spent) if self.purse is not None and self.purse.begun is not None else None

    def restore_spent(self, begun: datetime, spent: int) -> None:
        """Go on with the window of an earlier process, or of another replica."""
        if self.purse is not None:
            self.purse.restore(begun, spent)

    async def news(self) -> None:
        """Returns when a poll may bring something; here: never, it is polled at its interval."""
        await asyncio.Event().wait()

    @property
    def listens(self) -> bool:
        """Whether it brings what stands on networks of others, as a listening tool does."""
        return False

    # For the connectors themselves.

    @property
    def network(self) -> str:
        """The network of its posts: as configured, or the kind."""
        return self.settings.network or self.kind

    @property
    def account(self) -> str:
        """Whose posts' answers these are, as part of their key: as configured, or the source's own name."""
        return self.settings.account or self.name

    def deleted(self, external_id: str) -> SourceEvent:
        """The event of a post that is gone."""
        return SourceEvent(kind="deleted", network=self.network, account=self.account, external_id=external_id)

    def secret(self, setting: str) -> str:
        """The secret whose variable the setting names; raises `NotSetError` that says what to set."""
        if value := self.settings.secrets.get(setting):
            return value
        variable = getattr(self.settings, setting, None) or getattr(self.options, setting, None)
        where = variable or f"{setting} of sources.{self.name} in baton.toml"
        raise NotSetError(f"{self.name} has no secret yet. Set {where}.")

    async def ask(self, method: str, url: str, *, cost: int = 1, **request: Any) -> Answer:
        """One request within the budget, as `Http.send`; `secrets` are hidden in every error, and in what a refusal repeats."""
        hidden = (*self.settings.secrets.values(), *request.pop("secrets", ()))
        while True:
            try:
                if self.purse is not None and cost:
                    self.purse.spend(cost, self.name)
                return _discreet(await self.http.send(method, url, secrets=hidden, **request), hidden)
            except UnknownResultError:
                raise
            except RetriableError as error:
                if self.waits is None or error.retry_after is None:
                    raise
                await self.waits(error)

    def renewal(self) -> Renew | None:
        """How its access token is had; None where it acts without one. By default for the refresh token of its `permission`."""
        if (permission := self.permission_here) is None:
            return None
        refresh_token = self.settings.secrets.get("refresh_token_env", "")
        renew = by_refresh_token(self.ask, permission.token, *self.app(), refresh_token, basic=permission.basic, cost=0)

        async def renewed(kept: str | None) -> Token:
            if not kept and not refresh_token:
                raise NotSetError(f"{self.name} is not allowed to act yet: run `app.py sources allow {self.name}`.")
            return await renew(kept)

        return renewed

    @property
    def permission_here(self) -> Permission | None:
        """Its `permission`, at the server that `url` names."""
        return self.permission.at(self.settings.url) if self.permission is not None else None

    def app(self) -> tuple[str, str]:
        """Id and secret of our app there: `client_id` or `client_id_env`; `client_secret_env`, else what signs deliveries."""
        fields = type(self.options).model_fields
        id_ = self.secret("client_id_env") if "client_id_env" in fields else getattr(self.options, "client_id", None)
        if not id_:
            raise NotSetError(f"{self.name} has no app yet. Set client_id of sources.{self.name} in baton.toml.")
        return id_, self.secret("client_secret_env" if "client_secret_env" in fields else "secret_env")

    async def allowed(self, code: str, asking: Asking) -> Token:
        """The token for the code that its owner's permission gave; raises as `renewal` does."""
        if (permission := self.permission_here) is None:
            raise PermanentError(f"{self.name} takes no codes.")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asking.redirect}
        if asking.verifier:
            form["code_verifier"] = asking.verifier
        hidden = (code, asking.verifier)
        return await fetch_token(
            self.ask, permission.token, form, client=self.app(), basic=permission.basic, secrets=hidden, cost=0
        )

    async def as_us(self, method: str, url: str, renew: Renew | None = None, **request: Any) -> Answer:
        """As `ask`, with the source's access token; with a fresh one where the network takes the first no longer (401).

        Without `renew` the token is had as `renewal` says.
        """
        if (renew := renew or self.renewal()) is None:
            raise PermanentError(f"{self.name} acts without a token.")
        headers, expected = request.pop("headers", {}), request.pop("expected", ())

        async def once(token: str, expected: Iterable[int]) -> Answer:
            signed = {"Authorization": f"Bearer {token}", **headers}
            return await self.ask(method, url, headers=signed, secrets=(token,), expected=expected, **request)

        answer = await once(token := await self.tokens.get(renew), (*expected, 401))
        return answer if answer.status != 401 else await once(await self.tokens.get(renew, refused=token), expected)

    def hint(self, external_id: str, raw: Any, revision: str = "") -> SourceEvent:
        """Something happened, but what came does not say what: `look_up` asks the network. `revision` tells two hints apart."""
        return SourceEvent(
            kind="hint",
            network=self.network,
            account=self.account,
            external_id=external_id,
            revision=revision,
            raw=raw,
        )

    def fate(self, external_id: str, answer: str, why: str = "") -> SourceEvent:
        """What we sent as `external_id`, with the key `answer`, arrived; or it did not, for the reason `why`."""
        return SourceEvent(
            kind="fate",
            network=self.network,
            account=self.account,
            external_id=external_id,
            answer=answer,
            why=why,
            revision="failed" if why else "arrived",
        )

    def each(self, items: Iterable[Any], read: Callable[[Any], SourceEvent | None]) -> list[SourceEvent]:
        """What each item says. One that cannot be read keeps back no other: it becomes `unread`, kept as it came.

        `read` answers None for what is deliberately left out, like posts of our own.
        """
        events = []
        for item in items:
            try:
                event = read(item)
            except (
                ValueError,
                LookupError,
                TypeError,
                AttributeError,
                OverflowError,
                OSError,
                RecursionError,
            ) as error:
                # OSError: a time so far away that the system has no such day. RecursionError: hundreds of lists in lists.
                event = self.unread(item, _reason(error))
            if event is not None:
                events.append(event)
        return events

    def unread(self, item: Any, why: str) -> SourceEvent:
        """Something that came and is not understood."""
        try:
            body = orjson.dumps(item, default=str, option=orjson.OPT_NON_STR_KEYS)
        except (TypeError, ValueError):
            body = _AS_TEXT.repr(item).encode("utf-8", "replace")
        # Why may quote it: `app.py sources unread` shows both.
        _log.warning("unread", source=self.name)
        return SourceEvent(
            kind="unread",
            network=self.network,
            account=self.account,
            external_id=hashlib.blake2b(body, digest_size=16).hexdigest(),
            why=why[:500],
            raw=body[:100_000].decode("utf-8", "replace"),
        )


def written(post: Post, *, edited: bool = False, revision: str = "") -> SourceEvent:
    """The event of a post that was written, or of one that was edited and is now as it says."""
    return SourceEvent(
        kind="edited" if edited else "created",
        network=post.network,
        account=post.account,
        external_id=post.external_id,
        post=post,
        revision=revision,
    )


def _discreet(answer: Answer, secrets: Iterable[str]) -> Answer:
    """The answer; a refusal without the secrets: “Malformed access token …” is shown to people in the network's own words."""
    if answer.status < 400:
        return answer
    body = answer.body
    for secret in secrets:
        if len(secret) >= SHORTEST:
            body = body.replace(secret.encode("utf-8", "replace"), HIDDEN.encode())
    return replace(answer, body=body)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing" if error.args else "a field is missing"
    if isinstance(error, AttributeError):
        return "something in it is not of the kind that is expected there"
    return str(error) or type(error).__name__


def open_sources(
    connectors: Iterable[type[Connector]], config: Config, environment: Mapping[str, str], http: Http
) -> dict[str, Connector]:
    """Every configured source by name; raises `ConfigError` for a kind that has no connector, or settings it cannot read."""
    kinds = {connector.kind: connector for connector in connectors}
    sources = {}
    for name, part in config.sources.items():
        connector = kinds.get(part.kind)
        if connector is None:
            known = ", ".join(sorted(kinds))
            raise ConfigError(
                f"{config.place('sources', name, 'kind')}: there is no kind “{part.kind}”.", f"Use one of: {known}."
            )
        sources[name] = connector(_settings(connector, name, part, config, environment), http)
    _check_accounts(sources, config)
    return sources


def _check_accounts(sources: Mapping[str, Connector], config: Config) -> None:
    """A post is known by network, account and id: what a tool brings must not have the key of the network's own word."""
    own = {source.account: name for name, source in sources.items() if not source.listens}
    for name, source in sources.items():
        if source.listens and source.account in own:
            raise ConfigError(
                f"{config.place('sources', name, 'account')}: sources.{own[source.account]} has this account, too.",
                "Leave the line out, or write another: a post that both bring is one all the same.",
            )


def _settings(
    connector: type[Connector], name: str, part: SourcePart, config: Config, environment: Mapping[str, str]
) -> SourceSettings:
    options, what = part.options, f"a source of kind “{part.kind}”"
    every = [*connector.Options.model_fields, *SourcePart.model_fields]
    check_options(options, connector.Options, config, ("sources", name), what, meant=every)
    check_needs(part, options, connector.needs, config.place("sources", name), what)
    secrets = secrets_of({"secret_env": part.secret_env or "", **options}, environment)
    return SourceSettings(
        name=name,
        network=part.network,
        url=part.url,
        secret=secrets.get("secret_env"),
        secret_env=part.secret_env,
        every=part.every,
        account=part.account,
        budget=part.budget,
        options=options,
        secrets=secrets,
    )
