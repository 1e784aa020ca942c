"""Are two customers the same person or company? Evidence is weighed in bits; exact links decide by themselves. Pure.

The weighing is that of Fellegi and Sunter (*A Theory for Record Linkage*, 1969): each thing that two records share counts
the more, the fewer others share it, against the odds that any two records are of one person. How common a name is comes
from the record itself (`Commonness`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from math import log2

from bot.domain.handles import Handle, is_role, normal_address, read_handle
from bot.domain.identity import Traits
from bot.domain.names import Fit, NameMatch, NameWord, match_names, sound

SAME_CONTACT = "same contact in the CRM"
"""Why those are one who were linked to one contact."""

PROPOSE = 0.55
"""From this confidence on a merge is proposed."""


@dataclass(frozen=True, slots=True)
class Commonness:
    """How many customers there are, and how many of them bear a word in their name or share a key."""

    customers: int
    words: Mapping[str, int] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    """Addresses and numbers that people of different names use."""

    def rarity(self, *words: NameWord) -> float:
        """Bits that a word of a name is worth: of its spellings, the commonest counts."""
        borne = max((self.words.get(word.heard, 1) for word in words), default=1)
        # The two who are compared bear it themselves.
        return max(0.0, log2(max(self.customers, 50) / max(borne - 1, 1)))

    def key_rarity(self, key: str) -> float:
        """Bits that sharing a key is worth."""
        return max(0.0, log2(max(self.customers, 50) / max(self.keys.get(key, 2), 2)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two customers are one, and why, in words. `exact` links need nobody's say."""

    bits: float
    why: tuple[str, ...]
    exact: bool = False

    @property
    def confidence(self) -> float:
        """From 0 to 1."""
        return 1.0 if self.exact else probability(self.bits)

    @property
    def reason(self) -> str:
        """`same name, same handle on Bluesky`."""
        return ", ".join(self.why)


def probability(bits: float) -> float:
    """The probability that odds of `bits` stand for."""
    return 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))


def compare(one: Traits, other: Traits, common: Commonness) -> Likeness:
    """How likely two customers are one."""
    bits = log2(2 / max(common.customers, 50))
    why: list[str] = []
    name = _best_name(one, other, common)
    exact = _exact(one, other, name.match, common)
    if exact is not None:
        return Likeness(60.0, exact, exact=True)
    named = (name.bits, name.why)
    if not name.whole and not name.conflicts:
        named = max(named, _tells_name(one, other, common), _tells_name(other, one, common))
    for weighed, said in (
        named,
        _handles(one, other, name),
        _contacts(one, other, name, common),
        _sites(one, other, common),
        _circumstances(one, other),
        # An account seldom says that it is a company's; where the name does not say it either, they differ.
        (-8.0 if one.known.company != other.known.company and not name.whole else 0.0, ""),
    ):
        bits += weighed
        why += [said] if said else []
    return Likeness(bits, tuple(why))


@dataclass(frozen=True, slots=True)
class _NameFit:
    bits: float
    why: str
    match: NameMatch | None

    @property
    def whole(self) -> bool:
        return self.match is not None and self.match.whole

    @property
    def conflicts(self) -> bool:
        return self.match is not None and self.match.conflicts


_LESS = {Fit.SAME: 0.5, Fit.SPELLING: 0.5, Fit.TYPO: 1.0}
_INITIAL_BITS = 4.5
_CONFLICT = -6.0
_RELATED = 1.6
"""First and last names are not independent: both tell the language."""


def _best_name(one: Traits, other: Traits, common: Commonness) -> _NameFit:
    best: _NameFit | None = None
    for first, second in product((*one.names, *one.guessed), (*other.names, *other.guessed)):
        match = match_names(first, second)
        if match.conflicts and (first in one.guessed or second in other.guessed):
            continue
        fit = _weigh_name(match, common)
        # Names of which one contradicts say more than a first name alone that fits.
        if best is None or (not fit.conflicts, fit.bits) > (not best.conflicts, best.bits):
            best = fit
    return best or _NameFit(0.0, "", None)


def _weigh_name(match: NameMatch, common: Commonness) -> _NameFit:
    if match.conflicts:
        return _NameFit(_CONFLICT, "", match)
    bits, hows = 0.0, []
    for first, second, how in match.pairs:
        hows.append(how)
        if how is Fit.INITIAL:
            bits += _INITIAL_BITS if len(first.latin) + len(second.latin) > 2 else _INITIAL_BITS - 1
        else:
            bits += max(0.0, common.rarity(first, second) - _LESS[how])
    if not match.whole and len(match.pairs) < 2:
        return _NameFit(min(bits, 6.0), "first name fits" if bits else "", match)
    worst = min(hows)
    said = {Fit.SAME: "same name", Fit.SPELLING: "same name, spelled otherwise", Fit.TYPO: "nearly the same name"}
    return _NameFit(bits - _RELATED, said.get(worst, "name fits the initials"), match)


def _exact(one: Traits, other: Traits, match: NameMatch | None, common: Commonness) -> tuple[str, ...] | None:
    """Links that decide: the same account, the same contact in the CRM, an address or number of one person alone."""
    if one.known.contacts & other.known.contacts:
        return (SAME_CONTACT,)
    for (network, first, its), (elsewhere, second, others) in product(one.handles, other.handles):
        if network == elsewhere and first.local == second.local and not (its.external_id and others.external_id):
            return (f"same handle on {network.capitalize()}",)
        verified = its.verified and others.verified and network != elsewhere
        if verified and first.local == second.local and match is not None and match.whole:
            return ("same name, same handle, both verified",)
    if any(match_names(mine, theirs).conflicts for mine, theirs in product(one.people, other.people)):
        return None
    if match is not None and match.conflicts:
        return None
    if one.known.company != other.known.company and not (match is not None and match.whole):
        return None
    for email in sorted(one.emails & other.emails):
        if email not in common.shared and not is_role(email) and _speaks_for(email, one, other, match):
            return ("same e-mail",)
    for number in sorted(one.phones & other.phones):
        if number not in common.shared and match is not None and match.whole:
            return ("same phone number, same name",)
    return None


def _speaks_for(email: str, one: Traits, other: Traits, match: NameMatch | None) -> bool:
    """Does a name or a handle confirm that the address is of one person alone? Of couples, often only one is known."""
    if match is not None and (match.whole or not match.missing):
        return True
    # Who is known by the address itself is whoever has it.
    if any(normal_address(its.handle) == email for side in (one, other) for *_, its in side.handles):
        return True
    local = read_handle(email.partition("@")[0])
    return any(
        handle.stem == local.stem or _made_of(handle.stem, name)
        for side, far in ((one, other), (other, one))
        for _, handle, _ in side.handles
        for name in (far.people or ((),))
        if len(handle.stem) > 3
    )


def _made_of(stem: str, name: tuple[NameWord, ...]) -> bool:
    """Is a handle made of a name: `mayaokafor`, `okaformaya`, `mokafor`, `mayao`?"""
    for first, second in product(name, name):
        if first is second or len(second.latin) < 2:
            continue
        whole = sound(stem)
        forms = (first.latin + second.latin, first.latin[0] + second.latin, second.latin + first.latin[0])
        if any(whole == sound(form) for form in forms):
            return True
    return False


_PER_LETTER, _PER_DIGIT = 2.0, 3.0
_MOST_BITS = 22.0


def _handles(one: Traits, other: Traits, name: _NameFit) -> tuple[float, str]:
    """What handles and the local parts of addresses say, beyond what the name says already."""
    best, worst = (0.0, ""), 0.0
    for (first, mail), (second, other_mail) in product(one.called, other.called):
        if not (mail and other_mail) and first.stem and second.stem:
            weighed = _weigh_handles(first, second, name, one, other)
            best, worst = max(best, weighed), min(worst, weighed[0])
    return best if best[0] > 0 else (worst, "")


def _weigh_handles(first: Handle, second: Handle, name: _NameFit, one: Traits, other: Traits) -> tuple[float, str]:
    names = (*one.people, *other.people)
    years = _years(first.digits, second.digits)
    if first.stem != second.stem:
        told = years and not name.conflicts and _begins(first.stem, names) and _begins(second.stem, names)
        return (years, "same number in the handles" if years > 0 else "") if told else (0.0, "")
    same = first.local == second.local
    digits = max(years, _PER_DIGIT * len(first.digits) if first.digits == second.digits else 0.0)
    differ = bool(first.digits and second.digits and digits <= 0)
    said = "same handle" if same else "nearly the same handle"
    if any(_made_of(first.stem, each) for each in names):
        # Whoever bears the name may come upon this handle, but hardly upon its digits.
        plain = 3.0 if same else 1.0
        return (0.0, "") if name.conflicts else (plain + digits - (3.0 if differ else 0.0), said)
    if len(first.stem) < 4 and not digits:
        return 0.0, ""
    given = any(
        word.latin == first.stem or word.full == first.stem for each in (*one.names, *other.names) for word in each
    )
    letters = _PER_LETTER * len(first.stem) * (0.4 if given else 1.0)
    # A first name and an animal are soon come upon by two.
    doubtful = (6.0 if differ else 0.0) + (4.0 if name.conflicts else 0.0)
    weighed = letters + digits + (1.0 if same else 0.0) - doubtful
    return min(weighed, _MOST_BITS), said


def _years(one: str, other: str) -> float:
    """What it says that two handles end with one year of birth, as `69` or `1969`; against them when the years differ."""
    years = [
        number[-2:] for number in (one, other) if len(number) == 2 or (len(number) == 4 and number[:2] in {"19", "20"})
    ]
    if len(years) < 2:
        return 0.0
    return 4.5 if years[0] == years[1] else -1.5


def _begins(stem: str, names: tuple[tuple[NameWord, ...], ...]) -> bool:
    """Does a handle begin with a word of the name?"""
    return any(
        stem.startswith(word.latin) or _made_of(stem, name) for name in names for word in name if len(word.latin) > 2
    )


def _tells_name(named: Traits, called: Traits, common: Commonness) -> tuple[float, str]:
    """A handle made of the other's name, of somebody who does not tell their own."""
    best = 0.0
    for name, (handle, _) in product(named.people, called.called):
        whole = sound(handle.stem)
        for first, second in product(name, name):
            if first is second or len(first.latin) < 2 or len(second.latin) < 2:
                continue
            last, given = common.rarity(second), common.rarity(first)
            if whole in {sound(first.latin + second.latin), sound(second.latin + first.latin)}:
                best = max(best, last + given - _RELATED - 1.0)
            elif whole in {sound(first.latin[0] + second.latin), sound(second.latin + first.latin[0])}:
                best = max(best, last + _INITIAL_BITS - 1.5)
    return (best, "the handle is made of the name") if best else (0.0, "")


def _contacts(one: Traits, other: Traits, name: _NameFit, common: Commonness) -> tuple[float, str]:
    """Addresses that decide nothing by themselves: shared ones, and those that stand in a signature."""
    if name.conflicts:
        return 0.0, ""
    whole = name.whole
    if mailboxes := one.emails & other.emails:
        own = any(email not in common.shared and not is_role(email) for email in mailboxes)
        if own:
            return 16.0, "same e-mail"
        return (9.0 if whole else 1.0), "same shared mailbox" if whole else ""
    signed = (one.known.mentioned & (other.emails | other.known.mentioned)) | (other.known.mentioned & one.emails)
    if signed:
        own = any(email not in common.shared and not is_role(email) for email in signed)
        return (15.0 if own else 6.0 if whole else 1.0), "e-mail in their signature" if own else ""
    if one.phones & other.phones:
        return (8.0 if whole else 2.0), "same phone number"
    return 0.0, ""


def _sites(one: Traits, other: Traits, common: Commonness) -> tuple[float, str]:
    sites = one.sites & other.sites
    if not sites:
        return 0.0, ""
    return max(min(12.0, common.key_rarity(f"s:{site}") - 1.0) for site in sites), "same site"


_TOLD = ("city", "company", "country")


def _circumstances(one: Traits, other: Traits) -> tuple[float, str]:
    """Where they live and work, and that hardly anybody has two accounts in one place."""
    bits, said = 0.0, ""
    for key in _TOLD:
        mine, theirs = one.known.attributes.get(key), other.known.attributes.get(key)
        if mine and theirs:
            alike = sound(mine.casefold()) == sound(theirs.casefold())
            bits += {"city": 3.0, "company": 3.0, "country": 0.5}[key] if alike else -2.0
            said = f"same {key}" if alike and key != "country" else said
    if one.networks & other.networks:
        bits -= 4.0
    return bits, said


def settled(pair: Likeness, rivals: list[Likeness]) -> Likeness:
    """What is left of a likeness when others fit as well: only one account in each place can be theirs."""
    odds = 2.0 ** min(pair.bits, 50.0)
    against = 1.0 + sum(2.0 ** min(rival.bits, 50.0) for rival in rivals)
    return Likeness(log2(odds / against), pair.why, pair.exact)
