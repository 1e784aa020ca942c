"""All of baton.toml, and what follows from it: departments, surfaces, routes, approvals, the time rules."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from pydantic import Field, PrivateAttr, model_validator

from bot.config.campaigns import CampaignPart
from bot.config.crisis import CrisisPart
from bot.config.digest import DigestPart, MailPart
from bot.config.parts import (
    AiPart,
    Approval,
    Company,
    CrmPart,
    DepartmentPart,
    DirectoryPart,
    MarkPart,
    Part,
    PersonPart,
    PolicyPart,
    PrivacyPart,
    RetentionPart,
    Route,
    Source,
    Surface,
    TriagePart,
    VisibilityPart,
    VoicePart,
)
from bot.config.trackers import TrackerPart
from bot.config.values import Key, parse_hours
from bot.config.web import WebPart
from bot.domain.campaigns import Campaign, fold
from bot.domain.conversation import Conversation
from bot.domain.marks import MarkRule
from bot.domain.people import Department, Person
from bot.domain.policy import BusinessHours, LeasePolicy, OverduePolicy, Policies
from bot.domain.routing import Case, Routed, RouteRule, route
from bot.domain.visibility import Rule, hidden_from
from bot.toml_lines import line_of

TEAMS_CHANNEL = ("@thread.tacv2", "@thread.skype")
"""How the ids of channels on Teams end, the second those of old teams; ids of chats end otherwise."""


class Misfit(ValueError):
    """Settings that are right by themselves and do not fit each other: `path` is the one to mend."""

    def __init__(self, path: tuple[str | int, ...], value: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.value = value


_GENERIC_DEPARTMENTS = ("support", "product", "sales", "marketing", "legal", "operations", "logistics", "people")


class Config(Part):
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
    campaigns: tuple[CampaignPart, ...] = ()
    policies: PolicyPart = PolicyPart()
    triage: TriagePart = TriagePart()
    approvals: tuple[Approval, ...] = ()
    sources: dict[Key, Source] = Field(
        default_factory=lambda: {"demo": Source(secret_env="BATON_HOOK_SECRET")}  # noqa: S106 (the name of a variable)
    )
    crm: dict[Key, CrmPart] = Field(default_factory=dict)
    directories: dict[Key, DirectoryPart] = Field(default_factory=dict)
    trackers: dict[Key, TrackerPart] = Field(default_factory=dict)
    marks: tuple[MarkPart, ...] = ()
    visibility: tuple[VisibilityPart, ...] = ()
    privacy: PrivacyPart = PrivacyPart()
    retention: tuple[RetentionPart, ...] = ()
    digest: DigestPart = DigestPart()
    mail: MailPart = MailPart()
    crisis: CrisisPart = CrisisPart()
    ai: AiPart = AiPart()
    voice: VoicePart = VoicePart()
    web: WebPart = WebPart()
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
        self._digest_fits()
        self._people_fit()
        self._departments_exist()
        self._campaigns_fit()
        return self

    def _departments_exist(self) -> None:
        named: list[tuple[tuple[str | int, ...], tuple[str, ...]]] = [
            (("privacy", "departments"), self.privacy.departments),
            (("crisis", "departments"), self.crisis.departments),
        ]
        for at, part in enumerate(self.routes):
            named += [(("routes", at, "departments"), part.departments), (("routes", at, "suggest"), part.suggest)]
        for at, approval in enumerate(self.approvals):
            named += [
                (("approvals", at, "by"), (approval.by,)),
                (("approvals", at, "departments"), approval.departments),
            ]
        named += [(("visibility", at, "departments"), kept.departments) for at, kept in enumerate(self.visibility)]
        for path, names in named:
            for name in names:
                if name not in self.departments:
                    raise Misfit(path, name, f"“{name}” is not among the departments")

    def _campaigns_fit(self) -> None:
        known: set[str] = set()
        for at, part in enumerate(self.campaigns):
            name = fold(part.name)
            if name in known:
                raise Misfit(("campaigns", at, "name"), part.name, f"there is a campaign “{part.name}” already")
            known.add(name)
            if part.says_nothing:
                said = "say which posts belong to it: hashtags, links, accounts, networks or a time"
                raise Misfit(("campaigns", at, "name"), part.name, said)
            since, until = part.span(self.company.timezone)
            if since is not None and until is not None and until <= since:
                raise Misfit(("campaigns", at, "until"), str(part.until), "it would be over before it begins")
        for at, route_part in enumerate(self.routes):
            for name in route_part.campaigns:
                if fold(name) not in known:
                    raise Misfit(("routes", at, "campaigns"), name, f"“{name}” is not among the campaigns")

    def _surfaces_fit(self) -> None:
        names = [surface.name for surface in self.surfaces]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise Misfit(("surfaces", at, "name"), name, f"there is a surface “{name}” already")
        for at, surface in enumerate(self.surfaces):
            a_channel = surface.channel.startswith("19:") and surface.channel.endswith(TEAMS_CHANNEL)
            if surface.platform == "teams" and not a_channel:
                shape = f"which begins with 19: and ends with {TEAMS_CHANNEL[0]}; chats have no threads"
                said = f"“{surface.channel}” is not the id of a Teams channel, {shape}"
                raise Misfit(("surfaces", at, "channel"), surface.channel, said)
        if not any(part.surfaces for part in self.routes) and all(
            surface.purpose != "floor" for surface in self.surfaces
        ):
            raise Misfit(("surfaces",), "", "none of them is a floor, so nobody would see a conversation")
        for at, part in enumerate(self.routes):
            for name in part.surfaces:
                if name not in names:
                    raise Misfit(("routes", at, "surfaces"), name, f"“{name}” is not among the surfaces")

    def _digest_fits(self) -> None:
        names = [surface.name for surface in self.surfaces]
        for path in ("surface", "surfaces"):
            said = getattr(self.digest, path)
            for name in (said if isinstance(said, tuple) else (said,)) if path in self.digest.model_fields_set else ():
                if name not in names:
                    raise Misfit(("digest", path), name, f"“{name}” is not among the surfaces")
        for path in ("people", "mail"):
            met: set[str] = set()
            for at, address in enumerate(getattr(self.digest, path)):
                if address.lower() in met:
                    raise Misfit(("digest", path, at), address, f"“{address}” is there already")
                met.add(address.lower())
        for needed in ("host", "sender"):
            if self.digest.mail and not getattr(self.mail, needed):
                said = f"no mail can be sent: write `{needed}` under [mail]"
                raise Misfit(("digest", "mail"), self.digest.mail[0], said)

    def _people_fit(self) -> None:
        met: set[str] = set()
        for at, person in enumerate(self.people):
            email = person.email.lower()
            if email in met:
                raise Misfit(("people", at, "email"), person.email, f"“{person.email}” is there already")
            met.add(email)
            if person.department is not None and person.department not in self.departments:
                name = person.department
                raise Misfit(("people", at, "department"), name, f"“{name}” is not among the departments")

    def may_decide_privacy(self, person: Person) -> bool:
        """May this person confirm that a customer is forgotten, and have a customer's data exported?"""
        if person.outsider:
            return False
        return bool(self.privacy.roles & person.roles) or person.department in self.privacy.departments

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

    def language_on(self, surface: Surface | None) -> str:
        """What is spoken on a surface; for none, the company's language."""
        return (surface.language if surface is not None else None) or self.company.language

    def language_in(self, platform: str, channel: str) -> str:
        """What is spoken in a channel: its surface's language, else the company's."""
        there = (each for each in self.surfaces if (each.platform, each.channel) == (platform, channel))
        return self.language_on(next(there, None))

    def channels(self, platform: str) -> list[str]:
        """Where cards are shown on a platform."""
        return [surface.channel for surface in self.surfaces if surface.platform == platform]

    def routed(self, case: Case) -> Routed:
        """The routes that fit a conversation."""
        return route(self.route_rules, case)

    def surfaces_for(self, case: Case) -> tuple[Surface, ...]:
        """Where a conversation is shown; where the routes that fit name no surface, on every floor."""
        names = self.routed(case).surfaces
        if not names:
            return tuple(surface for surface in self.surfaces if surface.purpose == "floor")
        return tuple(surface for surface in self.surfaces if surface.name in names)

    @cached_property
    def route_rules(self) -> tuple[RouteRule, ...]:
        """The routes as the domain takes them."""
        named = {fold(part.name): part.name for part in self.campaigns}
        return tuple(
            RouteRule(**{**part.model_dump(), "campaigns": tuple(named[fold(name)] for name in part.campaigns)})
            for part in self.routes
        )

    @cached_property
    def campaign_rules(self) -> tuple[Campaign, ...]:
        """The campaigns as the domain takes them."""
        return tuple(part.rule(self.company.timezone) for part in self.campaigns)

    def find_campaign(self, typed: str) -> str | None:
        """The name of the campaign that is meant, also by an unambiguous beginning of it."""
        wanted = fold(typed).strip("“”\"'")
        names = [part.name for part in self.campaigns]
        exact = [name for name in names if fold(name) == wanted]
        found = exact or [name for name in names if len(wanted) >= 3 and fold(name).startswith(wanted)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def routes_need_record(self) -> bool:
        """Does any route look at what the company knows of the customer?"""
        return any(rule.needs_record for rule in self.route_rules)

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

    def hidden_from(self, person: Person | None) -> frozenset[str]:
        """The fields of a customer's record that this person does not see; with None, those that not everybody sees."""
        return hidden_from(self._visibility, person)

    @cached_property
    def _visibility(self) -> tuple[Rule, ...]:
        return tuple(Rule(frozenset(p.fields), frozenset(p.departments), p.roles) for p in self.visibility)

    @cached_property
    def mark_rules(self) -> tuple[MarkRule, ...]:
        """The rules of marks as the domain takes them."""
        return tuple(
            MarkRule(
                part.name,
                part.followers,
                part.praises,
                frozenset(tier.casefold() for tier in part.tiers),
                {key: frozenset(value.casefold() for value in values) for key, values in part.attributes.items()},
                part.kind,
            )
            for part in self.marks
        )

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
