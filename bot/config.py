"""The model of baton.toml: departments, people, surfaces, routes, policies, sources. Secrets are never in it.

`parse` reads the text of a file and points at the line that is wrong. Without a file, `Config()` works: eight
departments, one surface on Slack's `#floor`, the generic webhook.
"""

from __future__ import annotations

import re
import tomllib
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.domain.conversation import Conversation
from bot.domain.people import Department, Role
from bot.domain.policy import BusinessHours, LeasePolicy, OverduePolicy, Policies
from bot.domain.spans import parse_span
from bot.errors import ConfigError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _span(value: object) -> object:
    if isinstance(value, str):
        span = parse_span(value)
        if span is None:
            raise ValueError(f"“{value}” is not a length of time; write it like 30m, 4h or 1d")
        return span
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"“{name}” is not a time zone; write it like Europe/Paris") from error
    return name


Span = Annotated[timedelta, BeforeValidator(_span)]
Zone = Annotated[str, AfterValidator(_zone)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Company(_Part):
    """The company itself: `hours` like `Mon-Fri 09:00-17:00`; empty means round the clock."""

    name: str = "Our company"
    timezone: Zone = "UTC"
    hours: str = ""


class DepartmentPart(_Part):
    """One department: what people read, words that suggest it, hours of its own."""

    name: str = ""
    words: tuple[str, ...] = ()
    hours: str = ""
    timezone: Zone | None = None


class PersonPart(_Part):
    """A colleague by e-mail: department and roles."""

    email: str
    department: Key | None = None
    roles: frozenset[Role] = frozenset()


class Surface(_Part):
    """A channel where Baton speaks; `channel` is an id or a `#name`. `rate` is messages a second."""

    name: Key
    platform: Literal["slack", "teams"] = "slack"
    channel: str
    purpose: Literal["floor", "management", "operators"] = "floor"
    rate: float = Field(default=1.0, gt=0, le=1000)


class Route(_Part):
    """Which conversations go to which surfaces; an empty condition holds for all."""

    surfaces: tuple[Key, ...]
    networks: tuple[str, ...] = ()
    departments: tuple[Key, ...] = ()
    urgent: bool | None = None


class PolicyPart(_Part):
    """How long a baton lasts, and how long a conversation may lie on the floor before each rung is told."""

    lease: Span = timedelta(hours=4)
    lease_urgent: Span = timedelta(minutes=30)
    overdue: tuple[Span, Span, Span] = OverduePolicy().normal
    overdue_urgent: tuple[Span, Span, Span] = OverduePolicy().urgent
    urgent_words: tuple[str, ...] = ()


class Source(_Part):
    """Where posts come from. The secret is read from the environment variable named in `secret_env`."""

    kind: Key = "generic"
    secret_env: str | None = None
    network: str | None = None
    url: str | None = None
    every: Span = timedelta(minutes=10)


class DigestPart(_Part):
    """When the weekly digest goes out, and where to."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    at: time = time(8)
    timezone: Zone | None = None
    surface: Key = "management"


_GENERIC_DEPARTMENTS = ("support", "product", "sales", "marketing", "legal", "operations", "logistics", "people")


class Config(_Part):
    """All of baton.toml."""

    company: Company = Company()
    departments: dict[Key, DepartmentPart] = Field(
        default_factory=lambda: {key: DepartmentPart() for key in _GENERIC_DEPARTMENTS}
    )
    people: tuple[PersonPart, ...] = ()
    surfaces: tuple[Surface, ...] = (
        Surface(name="floor", channel="#floor"),
        Surface(name="management", channel="#management", purpose="management"),
    )
    routes: tuple[Route, ...] = ()
    policies: PolicyPart = PolicyPart()
    sources: dict[Key, Source] = Field(
        default_factory=lambda: {"demo": Source(secret_env="BATON_HOOK_SECRET")}  # noqa: S106 (the name of a variable)
    )
    digest: DigestPart = DigestPart()

    @model_validator(mode="after")
    def _names_exist(self) -> Config:
        surfaces = {surface.name for surface in self.surfaces}
        for route in self.routes:
            if unknown := set(route.surfaces) - surfaces:
                raise ValueError(f"a route names the surface “{min(unknown)}”, which is not among the surfaces")
        for person in self.people:
            if person.department is not None and person.department not in self.departments:
                raise ValueError(f"{person.email} is in “{person.department}”, which is not among the departments")
        for label, text in [("company", self.company.hours), *((k, d.hours) for k, d in self.departments.items())]:
            try:
                parse_hours(text)
            except ValueError as error:
                raise ValueError(f"hours of {label}: {error}") from error
        return self

    def department(self, key: str) -> Department | None:
        """The department with this key."""
        part = self.departments.get(key)
        return Department(key, part.name or key.capitalize()) if part is not None else None

    def department_name(self, key: str | None) -> str:
        """What people read for a department's key; the key itself when it is gone from the configuration."""
        if key is None:
            return ""
        department = self.department(key)
        return department.name if department is not None else key.capitalize()

    def find_department(self, typed: str) -> Department | None:
        """The department meant by `Support`, `support`, `@support` or an unambiguous beginning of it."""
        wanted = typed.strip().lstrip("@#").lower()
        if not wanted:
            return None
        every = [department for key in self.departments if (department := self.department(key)) is not None]
        exact = [d for d in every if wanted in {d.key, d.name.lower()}]
        begun = [d for d in every if d.key.startswith(wanted) or d.name.lower().startswith(wanted)]
        found = exact or (begun if len(wanted) >= 3 else [])
        return found[0] if len(found) == 1 else None

    def lead_department(self, conversation: Conversation) -> str | None:
        """Whose lead is told first: the holder's department, else the first suggested one, else the company's first."""
        holder = conversation.holder.department if conversation.holder is not None else None
        return next(filter(None, (holder, *conversation.departments, *self.departments)), None)

    def surface(self, name: str) -> Surface | None:
        """The surface with this name."""
        return next((surface for surface in self.surfaces if surface.name == name), None)

    def surfaces_for(self, network: str, departments: tuple[str, ...], *, urgent: bool) -> tuple[Surface, ...]:
        """Where a conversation is shown; without a route that fits, on every floor."""
        names: dict[str, None] = {}
        for route in self.routes:
            fits = (
                (not route.networks or network in route.networks)
                and (not route.departments or bool(set(departments) & set(route.departments)))
                and (route.urgent is None or route.urgent == urgent)
            )
            if fits:
                names.update(dict.fromkeys(route.surfaces))
        if not names:
            return tuple(surface for surface in self.surfaces if surface.purpose == "floor")
        return tuple(surface for surface in self.surfaces if surface.name in names)

    @cached_property
    def life_policies(self) -> Policies:
        """The time rules as the domain takes them."""
        part = self.policies
        zone = self.company.timezone
        hours = {
            key: BusinessHours(d.timezone or zone, parse_hours(d.hours or self.company.hours))
            for key, d in self.departments.items()
        }
        return Policies(
            lease=LeasePolicy(urgent=part.lease_urgent, normal=part.lease),
            overdue=OverduePolicy(urgent=part.overdue_urgent, normal=part.overdue),
            hours=hours,
            default_hours=BusinessHours(zone, parse_hours(self.company.hours)),
        )


_HOURS = re.compile(r"^([a-z]{3})(?:-([a-z]{3}))?\s+(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$")


def parse_hours(text: str) -> dict[int, tuple[time, time]]:
    """`Mon-Fri 09:00-17:00, Sat 10:00-14:00` as weekday to (opens, closes); raises ValueError with the mend."""
    days: dict[int, tuple[time, time]] = {}
    for part in filter(None, (piece.strip().lower() for piece in text.split(","))):
        match = _HOURS.match(part)
        if match is None or match[1] not in WEEKDAYS or (match[2] or match[1]) not in WEEKDAYS:
            raise ValueError(f"“{part}” is not understood; write it like Mon-Fri 09:00-17:00")
        first, last = WEEKDAYS.index(match[1]), WEEKDAYS.index(match[2] or match[1])
        opens, closes = time.fromisoformat(match[3].zfill(5)), time.fromisoformat(match[4].zfill(5))
        for step in range((last - first) % 7 + 1):
            days[(first + step) % 7] = (opens, closes)
    return days


def parse(text: str, name: str = "baton.toml") -> Config:
    """Read a configuration; raises `ConfigError` naming the line and the mend."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}.", "Mend that line and start again.") from error
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        path = tuple(part for part in first["loc"] if part != "[key]")
        line = _line_of(text, path)
        where = ".".join(str(part) for part in path) or "the file"
        message = first["msg"].removeprefix("Value error, ")
        raise ConfigError(f"{name}, line {line}, {where}: {message}.", _mend(first["type"])) from error


def _mend(kind: str) -> str:
    if kind == "extra_forbidden":
        return "There is no such setting: look for a misspelling."
    if kind == "missing":
        return "Add it."
    return "Mend it and start again."


def _line_of(text: str, path: tuple[Any, ...]) -> int:
    """The line (from 1) of the deepest part of the path that can be found in the file's text."""
    lines = text.splitlines()
    at = 0
    names = [part for part in path if isinstance(part, str)]
    counts = [part for part in path if isinstance(part, int)]
    for depth, name in enumerate(names):
        pattern = re.compile(rf"^\s*(?:\[+\s*)?(?:[\w.\"-]+\.)?[\"']?{re.escape(name)}[\"']?\s*(?:\]+|=|\.)")
        hits = [number for number in range(at, len(lines)) if pattern.match(lines[number])]
        if not hits:
            break
        skip = counts[0] if depth == 0 and counts and len(hits) > counts[0] else 0
        at = hits[skip]
    return at + 1
