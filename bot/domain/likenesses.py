"""One customer among those who may be the same: which join by themselves, which are proposed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from bot.domain.evidence import PROPOSE, Commonness, Likeness, compare, settled
from bot.domain.identity import Traits
from bot.domain.names import match_names

POSSIBLE = 0.3
"""What is less likely than this before rivals are looked at is not looked at further."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with one other customer."""

    other: str
    likeness: Likeness


def judge(
    subject: Traits, around: Sequence[Traits], common: Commonness, refused: Collection[str] = ()
) -> list[Verdict]:
    """Who of `around` is the subject, likeliest first: the exact ones, else those likely enough to be proposed.

    `around` are all customers that share a key with the subject: also the rivals of each other are among them. Those of
    `refused` are known to be others. Only the first should be proposed: what a colleague says of it makes the rest clearer.
    """
    others = [each for each in around if each.known.id != subject.known.id and each.known.id not in refused]
    weigh = _Weighing(common)
    likely = [(other, weigh(subject, other)) for other in others]
    exact = [Verdict(other.known.id, found) for other, found in likely if found.exact]
    if exact:
        return exact
    verdicts = []
    for other, found in likely:
        if found.confidence < POSSIBLE:
            continue
        fair = settled(found, _rivals(subject, other, others, weigh))
        if fair.confidence >= PROPOSE:
            verdicts.append(Verdict(other.known.id, fair))
    return sorted(verdicts, key=lambda verdict: (-verdict.likeness.bits, verdict.other))


class _Weighing:
    """Compares each pair once."""

    def __init__(self, common: Commonness) -> None:
        self._common = common
        self._done: dict[tuple[str, str], Likeness] = {}

    def __call__(self, one: Traits, other: Traits) -> Likeness:
        pair = (one.known.id, other.known.id) if one.known.id < other.known.id else (other.known.id, one.known.id)
        if pair not in self._done:
            self._done[pair] = compare(one, other, self._common)
        return self._done[pair]


def _rivals(subject: Traits, other: Traits, others: Sequence[Traits], weigh: _Weighing) -> list[Likeness]:
    """Who else the subject may be in the other's places, and who else the other may be in the subject's places."""
    rivals = []
    for each in others:
        if each is other:
            continue
        if each.networks & other.networks and weigh(subject, each).bits > -5:
            rivals.append(weigh(subject, each))
        if each.networks & subject.networks and weigh(each, other).bits > -5:
            rivals.append(weigh(each, other))
    return rivals


def shared_by(around: Iterable[Traits]) -> frozenset[str]:
    """Addresses and numbers that people of different names use."""
    bearers: dict[str, list[Traits]] = {}
    for each in around:
        for address in each.emails | each.phones:
            bearers.setdefault(address, []).append(each)
    return frozenset(
        address
        for address, people in bearers.items()
        if any(_differ(one, other) for one, other in combinations(people[:20], 2))
    )


def _differ(one: Traits, other: Traits) -> bool:
    return one.known.company != other.known.company or any(
        match_names(mine, theirs).conflicts for mine in one.people for theirs in other.people
    )
