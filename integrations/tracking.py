"""What connectors to issue trackers share: their settings, their requests and what is said when one is refused, HMAC."""

from __future__ import annotations

import hmac
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft, StateWords, TrackedIssue
from bot.errors import ConfigError, GoneError, NotSetError, PermanentError, RetriableError, quoted
from integrations.http import Answer, Http
from integrations.json_text import read_json
from integrations.settings import check_needs, check_options, secrets_of

REFUSED = frozenset({400, 401, 403, 404, 409, 410, 413, 422})
"""Statuses that connectors read themselves."""


SKEW = timedelta(minutes=5)
"""So far a tracker's clock may be from ours."""

_PAGE, _PAGES = 100, 20
"""Rows on a page, and so many pages at most."""


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """One tracker as configured; `secrets` are the values of `token_env`, `secret_env` and the like, by that name."""

    name: str
    project: str
    url: str = ""
    token_env: str = ""
    secret_env: str = ""
    states: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


class TrackerOptions(BaseModel):
    """The settings that one kind of tracker has beside those of every tracker."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class TrackerConnector(ABC):
    """Base of the tracker connectors: a `bot.ports.Tracker`. `projects` is what a project is called there, as a pattern, `example` one
    of them.

    `words` are those of `states` that hold until baton.toml names others; `title` is what people call the tracker.
    """

    kind: str = ""
    title: ClassVar[str] = ""
    usual_url: ClassVar[str] = ""
    projects: ClassVar[re.Pattern[str]] = re.compile(r".+")
    example: ClassVar[str] = ""
    words: ClassVar[Mapping[IdeaState, tuple[str, ...]]] = {}
    needs: ClassVar[tuple[str, ...]] = ("token_env",)
    Options: ClassVar[type[TrackerOptions]] = TrackerOptions

    def __init__(self, settings: TrackerSettings, http: Http) -> None:
        self.settings = settings
        self.name = settings.name
        self.project = settings.project
        self.url = (settings.url or self.usual_url).rstrip("/")
        self.http = http
        self.options = self.Options.model_validate(settings.options)
        self.states = StateWords(
            {**self.words, **{IdeaState(state): words for state, words in settings.states.items()}}
        )

    def shown(self, state: IdeaState) -> IdeaState:
        """As what an idea in this state is seen there."""
        return self.states.shown(state)

    @abstractmethod
    def ref_of(self, typed: str) -> str | None:
        """The issue that is meant."""

    @abstractmethod
    async def create(self, draft: IssueDraft, key: str) -> TrackedIssue:
        """Make an issue."""

    @abstractmethod
    async def find(self, key: str, since: datetime) -> TrackedIssue | None:
        """The issue that was made with this key."""

    @abstractmethod
    async def look_up(self, ref: str) -> TrackedIssue | None:
        """How it stands now."""

    @abstractmethod
    async def news(self, since: datetime) -> list[str]:
        """The issues that changed since then."""

    @abstractmethod
    async def move(self, ref: str, state: IdeaState) -> TrackedIssue:
        """Show this state there."""

    @abstractmethod
    async def comment(self, ref: str, text: str, key: str, again_since: datetime | None = None) -> None:
        """Write a comment once."""

    @abstractmethod
    def signed(self, request: Inbound, secret: str, now: datetime) -> Delivery | Reject:
        """Does the signature fit the secret?"""

    @abstractmethod
    def changed(self, said: Mapping[str, Any], delivery: Delivery) -> Iterable[str]:
        """The issues that a delivery tells of; raises `LookupError`, `TypeError` or `ValueError` for what cannot be read."""

    @abstractmethod
    async def examine(self) -> str:
        """What we may do there."""

    @abstractmethod
    def authorization(self) -> dict[str, str]:
        """The headers of every request."""

    @abstractmethod
    def refusal(self, said: Any) -> str:
        """Why a request was refused, in the tracker's words."""

    def verify(self, request: Inbound, now: datetime) -> Delivery | Reject:
        """Does this request come from the tracker?"""
        if request.method != "POST":
            return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
        secret = self.settings.secrets.get("secret_env", "")
        if not secret:
            where = self.settings.secret_env or f"trackers.{self.name}.secret_env in baton.toml"
            return Reject(401, "no_secret", f"This tracker has no secret yet. Set {where}.")
        return self.signed(request, secret, now)

    def parse(self, delivery: Delivery) -> list[str]:
        """Of which issues of the project it tells that they changed."""
        try:
            said = read_json(delivery.body)
            if not isinstance(said, dict):
                raise TypeError("it is no object")
            return list(dict.fromkeys(self.changed(said, delivery)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            why = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) and error.args else str(error)
            raise PermanentError(f"{self.title} sent what cannot be read: {quoted(why[:200])}.") from error

    # For the connectors themselves.

    def token(self) -> str:
        """The token; raises `NotSetError` that says what to set."""
        if value := self.settings.secrets.get("token_env"):
            return value
        where = self.settings.token_env or f"token_env of trackers.{self.name} in baton.toml"
        raise NotSetError(f"{self.title} ({self.name}) has no token yet. Set {where}.")

    async def send(self, method: str, path: str, *, gone: bool = False, **request: Any) -> Answer:
        """One request; with `gone`, 404 and 410 are answers. Every other refusal is raised in words."""
        url = path if path.startswith(("http://", "https://")) else f"{self.url}{path}"
        headers = {**self.authorization(), **request.pop("headers", {})}
        hidden = tuple(self.settings.secrets.values())
        answer = await self.http.send(method, url, headers=headers, expected=REFUSED, secrets=hidden, **request)
        if answer.status not in REFUSED or (gone and answer.status in {404, 410}):
            return answer
        raise self._refused(answer)

    async def ask(self, method: str, path: str, **request: Any) -> Any:
        """One request; gives the answer's JSON."""
        return self.read(await self.send(method, path, **request))

    def read(self, answer: Answer) -> Any:
        """The JSON of an answer; None where it is empty."""
        try:
            return read_json(answer.body) if answer.body.strip() else None
        except ValueError as error:
            raise RetriableError(f"{self.title} answered {answer.status} with something that is not JSON.") from error

    async def pages(self, place: str, params: Mapping[str, str]) -> AsyncIterator[Mapping[str, Any]]:
        """Row by row, where pages are asked for by their number."""
        for page in range(1, _PAGES + 1):
            rows = await self.ask("GET", place, params={**params, "per_page": str(_PAGE), "page": str(page)})
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return

    async def must_see(self, place: str) -> None:
        """Something is not there: raises where the whole project at `place` is not, which is a matter of the token."""
        try:
            await self.ask("GET", place)
        except GoneError as error:
            said = f"{self.title} does not show {self.project} with the token of {self.settings.token_env}."
            raise PermanentError(f"{said} Give it access to this project, then `app.py outbox replay`.") from error

    def _refused(self, answer: Answer) -> PermanentError | RetriableError:
        try:
            words = self.refusal(read_json(answer.body))
        except (ValueError, LookupError, TypeError, AttributeError):
            words = ""
        said = f": {quoted(words[:300])}" if words else ""
        if answer.status == 401:
            return PermanentError(
                f"{self.title} does not let us in (401){said}. Put a token that is valid into {self.settings.token_env}, "
                "start Baton again, then `app.py outbox replay`."
            )
        if (wait := self.limited(answer)) is not None:
            return RetriableError(f"{self.title} asks us to wait{said}.", wait)
        if answer.status == 403:
            return PermanentError(
                f"{self.title} does not allow this (403){said}. Give the token of {self.settings.token_env} what "
                "docs/trackers.md says, then `app.py outbox replay`."
            )
        if answer.status in {404, 410}:
            return GoneError(f"{self.title} does not have it ({answer.status}){said}.")
        return PermanentError(f"{self.title} refuses it ({answer.status}){said}.")

    def limited(self, answer: Answer) -> float | None:
        """Seconds to wait, where a refusal is a limit of requests; here: none is."""
        return None


def hmac_fits(secret: str, body: bytes, header: str) -> bool:
    """`sha256=` and the hexadecimal HMAC of the raw body, compared in constant time as bytes."""
    expected = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
    return hmac.compare_digest(expected.encode(), header.encode("utf-8", "surrogateescape"))


def signed_by_hmac(request: Inbound, secret: str, header: str, id_: str, now: datetime) -> Delivery | Reject:
    """For those who sign the body alone: `header` carries the signature, `id_` the delivery's own id."""
    given = request.headers.get(header, "")
    if not given:
        return Reject(401, "unsigned", f"The header {header} is missing: enter the webhook's secret there, too.")
    if not hmac_fits(secret, request.body, given):
        return Reject(401, "bad_signature", "The signature does not fit the body and our secret.")
    return Delivery(request.body, now, request.headers.get(id_, ""), request.headers)


def moment_of(said: object) -> datetime:
    """A time as trackers write it, in UTC where it names no zone; raises ValueError."""
    at = datetime.fromisoformat(str(said).replace(" UTC", "+00:00"))
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def number_of(said: object) -> int:
    """The number of an issue; raises ValueError for what is none."""
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said < 10**12:
        raise ValueError("an issue has a number")
    return said


def stamp_of(at: datetime) -> str:
    """A time as trackers read it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def open_trackers(
    connectors: Iterable[type[TrackerConnector]], config: Config, environment: Mapping[str, str], http: Http
) -> dict[str, TrackerConnector]:
    """Every configured tracker by name; raises `ConfigError` for a kind that has no connector, or settings it cannot read."""
    kinds = {connector.kind: connector for connector in connectors}
    trackers = {}
    for name, part in config.trackers.items():
        place = ("trackers", name)
        connector = kinds.get(part.kind)
        if connector is None:
            known = ", ".join(sorted(kinds))
            raise ConfigError(
                f"{config.place(*place, 'kind')}: there is no kind “{part.kind}”.", f"Use one of: {known}."
            )
        what = f"a tracker of kind “{part.kind}”"
        check_options(part.options, connector.Options, config, place, what, meant=type(part).model_fields)
        check_needs(part, part.options, connector.needs, config.place(*place), what)
        if connector.projects.fullmatch(part.project) is None:
            raise ConfigError(
                f"{config.place(*place, 'project')}: {connector.title} has no project “{part.project}”.",
                f"Write it like `{connector.example}`.",
            )
        named = {"token_env": part.token_env, "secret_env": part.secret_env, **part.options}
        settings = TrackerSettings(
            name=name,
            project=part.project,
            url=part.url or "",
            token_env=part.token_env,
            secret_env=part.secret_env,
            states={str(state): words for state, words in part.states.items()},
            options=part.options,
            secrets=secrets_of(named, environment),
        )
        trackers[name] = connector(settings, http)
    return trackers
