"""Where a conversation is shown and whom it is suggested to, by rules, with the reason in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.conversation import Conversation
from bot.domain.customer import Customer
from bot.domain.triage import UNSURE, Guess, Reading


@dataclass(frozen=True, slots=True)
class Case:
    """What rules look at. `regions` and `tier` are what the company's record says of the customer."""

    network: str
    urgent: bool = False
    crisis: bool = False
    departments: tuple[str, ...] = ()
    reading: Reading | None = None
    regions: tuple[str, ...] = ()
    tier: str | None = None
    campaigns: tuple[str, ...] = ()


REGIONS = ("region", "country")
"""The attributes of a customer that say where they are."""


def case_of(c: Conversation, customer: Customer | None = None) -> Case:
    """A conversation as rules see it; without the customer, rules on their record do not hold."""
    attributes = customer.attributes if customer is not None else {}
    return Case(
        network=c.network,
        urgent=c.urgent,
        crisis=c.crisis,
        departments=c.departments,
        reading=c.reading,
        regions=tuple(attributes[name] for name in REGIONS if attributes.get(name)),
        tier=attributes.get("tier"),
        campaigns=c.campaigns,
    )


@dataclass(frozen=True, slots=True)
class RouteRule:
    """A rule holds when all its conditions do; an empty condition always does."""

    name: str = ""
    surfaces: tuple[str, ...] = ()
    suggest: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    sentiments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    urgent: bool | None = None
    crisis: bool | None = None

    @property
    def needs_record(self) -> bool:
        """Does it look at what the company knows of the customer?"""
        return bool(self.regions or self.tiers)

    def reasons(self, case: Case) -> tuple[Reason, ...] | None:
        """What of the case fits, one reason for each condition; None when the rule does not hold."""
        reading = case.reading
        found: list[Reason] = []
        conditions: tuple[tuple[str, tuple[str, ...], Sequence[str]], ...] = (
            ("network", self.networks, (case.network,)),
            ("language", self.languages, (reading.language.name,) if reading is not None else ()),
            ("topic", self.topics, _sure(reading.topics) if reading is not None else ()),
            ("intent", self.intents, _sure(reading.intents) if reading is not None else ()),
            ("sentiment", self.sentiments, _sure([reading.mood]) if reading is not None else ()),
            ("region", self.regions, case.regions),
            ("tier", self.tiers, (case.tier,) if case.tier else ()),
            ("department", self.departments, case.departments),
            ("campaign", self.campaigns, case.campaigns),
        )
        for what, wanted, there in conditions:
            if wanted:
                names = _both(wanted, there)
                if not names:
                    return None
                found += [Reason(what, name) for name in names]
        for what, flag, is_so in (("urgent", self.urgent, case.urgent), ("crisis", self.crisis, case.crisis)):
            if flag is not None and flag != is_so:
                return None
            if flag:
                found.append(Reason(what, what))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing about a conversation that a rule asks for: `topic`, `safety`."""

    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A rule that holds, and why."""

    rule: RouteRule
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Routed:
    """The rules that hold, in their order; the surfaces and departments that they name."""

    fits: tuple[Fit, ...] = ()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Names of surfaces, each once."""
        return tuple(dict.fromkeys(name for fit in self.fits for name in fit.rule.surfaces))

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments that the rules suggest, each once."""
        return tuple(dict.fromkeys(key for fit in self.fits for key in fit.rule.suggest))


def route(rules: Iterable[RouteRule], case: Case) -> Routed:
    """Every rule that holds."""
    found = ((rule, rule.reasons(case)) for rule in rules)
    return Routed(tuple(Fit(rule, reasons) for rule, reasons in found if reasons is not None))


def _sure(guesses: Iterable[Guess]) -> list[str]:
    return [guess.name for guess in guesses if guess.confidence >= UNSURE]


def _both(wanted: Iterable[str], there: Collection[str]) -> list[str]:
    here = {name.casefold(): name for name in there}
    return [here[name.casefold()] for name in wanted if name.casefold() in here]
