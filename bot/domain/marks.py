"""Marks by the company's own rules: influencers, VIPs, advocates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.customer import Customer, Identity


@dataclass(frozen=True, slots=True)
class MarkRule:
    """A customer to whom all that is set applies bears the mark `name`. Texts are compared in one case."""

    name: str
    followers: int | None = None
    praises: int | None = None
    tiers: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kind: str | None = None

    def fits(self, customer: Customer, identities: Iterable[Identity], praises: int) -> bool:
        """Does all that is set apply?"""
        followed = max((identity.followers or 0 for identity in identities), default=0)
        return (
            (self.followers is None or followed >= self.followers)
            and (self.praises is None or praises >= self.praises)
            and (not self.tiers or (customer.tier or "").casefold() in self.tiers)
            and (self.kind is None or customer.kind == self.kind)
            and all(
                (customer.attributes.get(name) or "").casefold() in wanted for name, wanted in self.attributes.items()
            )
        )


def marks_of(
    rules: Iterable[MarkRule], customer: Customer, identities: Iterable[Identity], praises: int = 0
) -> tuple[str, ...]:
    """The marks of a customer, each once, in the order of the rules. `praises` counts conversations that ended as praise."""
    known = tuple(identities)
    return tuple(dict.fromkeys(rule.name for rule in rules if rule.fits(customer, known, praises)))
