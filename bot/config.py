"""The model of baton.toml: departments, people, surfaces, routes, policies, sources. Secrets are never in it.

`parse` reads the text of a file and points at the line that is wrong. Without a file, `Config()` works: eight
departments, one surface on Slack's `#floor`, the generic webhook.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection
from datetime import time, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from bot.domain.conversation import Conversation
from bot.domain.people import Department, Role
from bot.domain.policy import BusinessHours, LeasePolicy, OverduePolicy, Policies
from bot.domain.record import Occasion
from bot.domain.spans import parse_clock, parse_span
from bot.errors import ConfigError
from bot.toml_lines import line_of, unfinished_line

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _span(value: object) -> timedelta:
    span = value if isinstance(value, timedelta) else parse_span(value) if isinstance(value, str) else None
    if span is None:
        raise ValueError(f'“{value}” is not a length of time; write it like "30m", "4h" or "1d"')
    return span


def _clock(value: object) -> time:
    clock = value if isinstance(value, time) else parse_clock(value) if isinstance(value, str) else None
    if clock is None:
        raise ValueError(f'“{value}” is not a time of day; write it like "08:00"')
    return clock


def _hours(text: str) -> str:
    parse_hours(text)
    return text


def _rungs(spans: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if list(spans) != sorted(spans):
        raise ValueError("the times of lead, coordinator and sponsor must not become shorter")
    return spans


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{name}” is not a time zone; write it like Europe/Paris") from error
    return name


def _budget(value: object) -> tuple[int, timedelta]:
    if isinstance(value, tuple):
        return value
    count, _, per = str(value).partition(" in ")
    span = parse_span(per.strip())
    if not count.strip().isdigit() or int(count) < 1 or span is None or not span:
        raise ValueError(f'“{value}” is not a budget; write it like "300 in 5m"')
    return int(count), span


Span = Annotated[timedelta, BeforeValidator(_span)]
Rungs = Annotated[tuple[Span, Span, Span], AfterValidator(_rungs)]
Budget = Annotated[tuple[int, timedelta], BeforeValidator(_budget)]
Clock = Annotated[time, BeforeValidator(_clock)]
Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


TEAMS_CHANNEL = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels on Teams end, the second those of old teams; ids of chats end otherwise."""


class _Misfit(ValueError):
    """Settings that are right by themselves and do not fit each other: `path` is the one to mend."""

    def __init__(self, path: tuple[str | int, ...], value: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.value = value


class _Part(BaseModel):
    # The texts under the settings are what docs/configuration.md says of them.
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Company(_Part):
    """The company itself."""

    name: str = "Our company"
    """What the digest and `/baton settings` call it."""
    timezone: Zone = "UTC"
    """Where its hours are, and the days of the digest."""
    hours: Hours = ""
    """When leases and overdue times run: `Mon-Fri 09:00-17:00, Sat 10:00-14:00`; empty means round the clock."""
    people_file: str = ""
    """More colleagues than stand here, from the company's directory: a CSV file with `email`, `department` and `roles`."""


class DepartmentPart(_Part):
    """One department. Its key is what people type: `/baton pass B-12 support …`."""

    name: str = ""
    """What people read; without one, the key with a capital."""
    words: tuple[str, ...] = ()
    """Words in a post that suggest this department, beside those that Baton knows for common ones; `*` for any ending."""
    hours: Hours = ""
    """Its opening hours, where they differ from the company's."""
    timezone: Zone | None = None
    """Where its hours are; without one, the company's zone."""


class PersonPart(_Part):
    """A colleague whose department or roles are fixed here. Everybody else of the workspace is met without being listed."""

    email: str
    """The address of their account on the chat platform."""
    department: Key | None = None
    """Their department; without one, what they said with `/baton settings department`, else their user group there."""
    roles: frozenset[Role] = frozenset()
    """Who is told when a conversation escalates: the department's leads, coordinators, sponsors. `admin` gives nothing yet."""


class Surface(_Part):
    """A channel where Baton speaks."""

    name: Key
    """What routes and the digest call it."""
    platform: Literal["slack", "teams"] = "slack"
    """Where the channel is."""
    channel: str
    """On Slack its id or `#name`; on Teams its id, like `19:3f0c…@thread.tacv2`."""
    purpose: Literal["floor", "management", "operators"] = "floor"
    """Conversations that no route fits are shown on every `floor`. The others only say what a channel is for."""
    rate: float = Field(default=1.0, gt=0, le=1000)
    """Messages a second; a channel of Slack or Teams takes about one, and more in short bursts."""


class Route(_Part):
    """Which conversations are shown where. Every route whose conditions all hold adds its surfaces."""

    surfaces: tuple[Key, ...]
    """Names of surfaces."""
    networks: tuple[str, ...] = ()
    """Only conversations on one of these networks; empty: on any."""
    departments: tuple[Key, ...] = ()
    """Only those that one of these departments was suggested for; empty: any."""
    urgent: bool | None = None
    """Only urgent ones, or only the others; left out: both."""


class Approval(_Part):
    """Which answers a second department approves before they go out. Every rule whose conditions all hold adds its department."""

    by: Key
    """The department that approves; answers of its own people it need not."""
    networks: tuple[str, ...] = ()
    """Only answers on one of these networks; empty: on any."""
    regions: tuple[str, ...] = ()
    """Only to customers whose record names one of these as `region` or `country`; empty: to any."""
    departments: tuple[Key, ...] = ()
    """Only answers that one of these departments writes; empty: any."""
    crisis: bool | None = None
    """Only in a crisis, or only in no crisis; left out: both."""


class PolicyPart(_Part):
    """How long a baton lasts, and how long a conversation may lie on the floor. Times run in business hours."""

    lease: Span = timedelta(hours=4)
    """How long a claim lasts when the person names no time. At three quarters of it the holder is warned."""
    lease_urgent: Span = timedelta(minutes=30)
    """The same for urgent conversations."""
    overdue: Rungs = OverduePolicy().normal
    """After how long on the floor the lead, the coordinator and the sponsor are told, each once."""
    overdue_urgent: Rungs = OverduePolicy().urgent
    """The same for urgent conversations."""
    urgent_words: tuple[str, ...] = ()
    """Words that make a post urgent, beside those that Baton knows; `*` at the end stands for any ending."""


class Source(_Part):
    """Where posts come from. [networks.md](networks.md) has the kinds there are, with the settings that each has beside these."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key = "generic"
    """What it is: `mastodon`, `email`, `rss` …; `generic` takes deliveries at `/hooks/generic/<name>`."""
    secret_env: str | None = None
    """Name of the environment variable that holds the secret. The secret itself never stands in this file."""
    network: str | None = None
    """The network its posts are on, where they do not say so themselves; without one the kind, or for `replay` the name."""
    url: str | None = None
    """The address of the server, the forum or the feed."""
    account: str | None = None
    """Our own account there, where the network does not tell: answers are sent as this one, and its posts are not heard."""
    every: Span = timedelta(minutes=10)
    """How often it is polled."""
    budget: Budget | None = None
    """The most requests it makes in a time, like `"300 in 5m"`; without one, what the network is known to allow."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})


class CrmPart(_Part):
    """The company's own customer record. [crms.md](crms.md) has the kinds there are, with the settings of each."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key
    """What it is: `tryton`, `salesforce`, `hubspot` …"""
    url: str | None = None
    """Its address."""
    on: tuple[Occasion, ...] = ("resolved",)
    """When something is written: `resolved`, `escalated`, `answered`, `idea`."""
    case: Literal["never", "urgent", "always"] = "never"
    """For which resolved or escalated conversations a case or ticket is opened beside the note."""
    budget: Budget | None = None
    """The most requests in a time, like `"100 in 10s"`; without one, what the CRM is known to allow."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})


class DigestPart(_Part):
    """When the weekly digest goes out, and where to."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    """Day of the week."""
    at: Clock = time(8)
    """Time of day."""
    timezone: Zone | None = None
    """Where that time is, and the days it covers; without one, the company's zone."""
    surface: Key = "management"
    """Name of the surface; no digest is sent when there is none of this name."""


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
    approvals: tuple[Approval, ...] = ()
    sources: dict[Key, Source] = Field(
        default_factory=lambda: {"demo": Source(secret_env="BATON_HOOK_SECRET")}  # noqa: S106 (the name of a variable)
    )
    crm: dict[Key, CrmPart] = Field(default_factory=dict)
    digest: DigestPart = DigestPart()
    # Where it was read: (name of the file, its text).
    _read_from: tuple[str, str] = PrivateAttr(default=("baton.toml", ""))

    def place(self, *path: str | int) -> str:
        """Where a setting stands, as messages say it: `baton.toml, line 12, sources.desk.url`."""
        name, text = self._read_from
        line = f", line {line_of(text, path)}" if text else ""
        return f"{name}{line}, {'.'.join(str(part) for part in path)}"

    @model_validator(mode="after")
    def _parts_fit(self) -> Config:
        self._surfaces_fit()
        self._people_fit()
        for at, route in enumerate(self.routes):
            for name in route.departments:
                if name not in self.departments:
                    raise _Misfit(("routes", at, "departments"), name, f"“{name}” is not among the departments")
        for at, approval in enumerate(self.approvals):
            for name in (approval.by, *approval.departments):
                if name not in self.departments:
                    setting = "by" if name == approval.by else "departments"
                    raise _Misfit(("approvals", at, setting), name, f"“{name}” is not among the departments")
        return self

    def _surfaces_fit(self) -> None:
        names = [surface.name for surface in self.surfaces]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise _Misfit(("surfaces", at, "name"), name, f"there is a surface “{name}” already")
        for at, surface in enumerate(self.surfaces):
            a_channel = surface.channel.startswith("19:") and surface.channel.endswith(TEAMS_CHANNEL)
            if surface.platform == "teams" and not a_channel:
                shape = f"which begins with 19: and ends with {TEAMS_CHANNEL[0]}; chats have no threads"
                said = f"“{surface.channel}” is not the id of a Teams channel, {shape}"
                raise _Misfit(("surfaces", at, "channel"), surface.channel, said)
        if not self.routes and all(surface.purpose != "floor" for surface in self.surfaces):
            raise _Misfit(("surfaces",), "", "none of them is a floor, so nobody would see a conversation")
        for at, route in enumerate(self.routes):
            for name in route.surfaces:
                if name not in names:
                    raise _Misfit(("routes", at, "surfaces"), name, f"“{name}” is not among the surfaces")
        if "surface" in self.digest.model_fields_set and self.digest.surface not in names:
            name = self.digest.surface
            raise _Misfit(("digest", "surface"), name, f"“{name}” is not among the surfaces")

    def _people_fit(self) -> None:
        met: set[str] = set()
        for at, person in enumerate(self.people):
            email = person.email.lower()
            if email in met:
                raise _Misfit(("people", at, "email"), person.email, f"“{person.email}” is there already")
            met.add(email)
            if person.department is not None and person.department not in self.departments:
                name = person.department
                raise _Misfit(("people", at, "department"), name, f"“{name}” is not among the departments")

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

    def approvals_of(self, c: Conversation, author: str | None, regions: Collection[str] = ()) -> tuple[str, ...]:
        """The departments that approve an answer in this conversation by somebody of `author`, in the order of the rules."""
        here = {region.casefold() for region in regions}
        asked = [
            rule.by
            for rule in self.approvals
            if (not rule.networks or c.network in rule.networks)
            and (not rule.regions or here & {region.casefold() for region in rule.regions})
            and (not rule.departments or author in rule.departments)
            and (rule.crisis is None or rule.crisis == c.crisis)
        ]
        return tuple(dict.fromkeys(key for key in asked if key != author))

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


_HOURS = re.compile(r"^([a-z]+)\s*(?:[-–]\s*([a-z]+))?\s+([\d:]+)\s*[-–]\s*([\d:]+)$")


def parse_hours(text: str) -> dict[int, tuple[time, time]]:
    """`Mon-Fri 09:00-17:00, Sat 10:00-14:00` as weekday to (opens, closes); raises ValueError with the mend.

    24:00 as closing time is the end of the day, and is given as 00:00.
    """
    days: dict[int, tuple[time, time]] = {}
    for part in filter(None, (piece.strip().lower() for piece in text.split(","))):
        match = _HOURS.match(part)
        first = _weekday(match[1]) if match is not None else None
        last = _weekday(match[2] or match[1]) if match is not None else None
        opens, closes = (parse_clock(match[3]), _closing(match[4])) if match is not None else (None, None)
        if first is None or last is None or opens is None or closes is None:
            raise ValueError(f"“{part}” is not understood; write it like Mon-Fri 09:00-17:00")
        if closes <= opens and closes != time(0):
            raise ValueError(f"“{part}” closes before it opens; end a day at 24:00 and begin the next at 00:00")
        for step in range((last - first) % 7 + 1):
            day = (first + step) % 7
            if day in days:
                raise ValueError(f"“{part}” names {WEEKDAYS[day].capitalize()} again; each day has one opening")
            days[day] = (opens, closes)
    return days


def _weekday(word: str) -> int | None:
    """Monday is 0."""
    return next((n for n, name in enumerate(_WEEKDAY_NAMES) if len(word) >= 3 and name.startswith(word)), None)


def _closing(word: str) -> time | None:
    return time(0) if word in {"24", "24:00"} else parse_clock(word)


def parse(text: str, name: str = "baton.toml") -> Config:
    """Read a configuration; raises `ConfigError` naming the line and the mend."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("(at end of document)", f"(begun at line {unfinished_line(text)})")
        raise ConfigError(f"{name} is not valid TOML: {said}.", "Mend that line and start again.") from error
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        misfit = first.get("ctx", {}).get("error")
        path = misfit.path if isinstance(misfit, _Misfit) else tuple(part for part in first["loc"] if part != "[key]")
        line = line_of(text, path, misfit.value if isinstance(misfit, _Misfit) else first["input"])
        where = ".".join(part for part in path if isinstance(part, str)) or "the file"
        message = (
            _SAID.get(first["type"], first["msg"]).removeprefix("Value error, ").replace("Input should", "it should")
        )
        mend = _mend(first["type"], str(path[-1]) if path else "")
        raise ConfigError(f"{name}, line {line}, {where}: {message}.", mend) from error
    config._read_from = (name, text)
    return config


_SAID = {
    "extra_forbidden": "there is no such setting",
    "missing": "it is missing",
    "string_pattern_mismatch": "a key is small letters, digits, - and _, at most 40 of them",
}


def _mend(kind: str, setting: str) -> str:
    if kind == "extra_forbidden":
        known = {name for part in _Part.__subclasses__() for name in part.model_fields}
        near = difflib.get_close_matches(setting, sorted(known), n=1)
        return f"Did you mean `{near[0]}`?" if near else "Look for a misspelling, or leave it out."
    if kind == "missing":
        return f"Add a line `{setting} = …` there."
    return "Mend it and start again."
