"""How the company works and how its customers move, as of the end of a window. Pure; every figure has its formula here.

A `Story` is a conversation as it counts in a window: see `told`. Storage counts the same in SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import sqrt

from bot.domain.conversation import Conversation
from bot.domain.events import Event
from bot.domain.replay import replay
from bot.domain.shifts import FEWEST, LEVEL, two_sided

NAMED = 5
"""How many customers or conversations of a kind are named."""

TWICE = 2
"""So many conversations in one mood make an advocate, or a customer at risk."""

ALIKE = 0.5
"""Two views that share this part of the shorter one's words, or more, say the same."""

_SHORTEST, _STEM = 4, 6
"""Letters of a word that counts, and how many of it are compared: endings differ."""


def told(trail: Sequence[Event], end: datetime) -> Conversation:
    """A conversation as it counts in a window that ended then.

    What it is now, but with the departments, passes and perspectives of before the end. So what was resolved in the window
    and has been reopened since counts as open: a later look is a truer one.
    """
    now = replay(trail)
    by_then = [event for event in trail if event.at < end]
    if not by_then:
        return replace(now, touched=(), route=(), bounces=0, perspectives={})
    then = replay(by_then)
    return replace(now, touched=then.touched, route=then.route, bounces=then.bounces, perspectives=then.perspectives)


@dataclass(frozen=True, slots=True)
class Movement:
    """Customers heard in the window by where they wrote before: on the same network, on another one, or not at all.

    `moved` counts (from, to): from the network of their last conversation in the four weeks before, to that of their last
    one in the window.
    """

    stayed: int = 0
    moved: Mapping[tuple[str, str], int] = field(default_factory=dict)
    new: int = 0

    @property
    def moves(self) -> int:
        """How many went over to another network."""
        return sum(self.moved.values())


@dataclass(frozen=True, slots=True)
class Stream:
    """More customers went one way between two networks than back. `clear`: by more than noise."""

    origin: str
    goal: str
    there: int
    back: int
    clear: bool


def streams(moved: Mapping[tuple[str, str], int]) -> tuple[Stream, ...]:
    """Between each two networks the way that more went, those first on which most more went than back.

    clear: if either way were as likely, so large a difference would be seen once in twenty times (`LEVEL`) at most, and not
    fewer than `FEWEST` moved
    """
    found = []
    for (origin, goal), there in moved.items():
        back = moved.get((goal, origin), 0)
        if there > back:
            enough = there + back >= FEWEST
            clear = enough and two_sided((there - back - 1) / sqrt(there + back)) <= LEVEL
            found.append(Stream(origin, goal, there, back, clear))
    return tuple(sorted(found, key=lambda each: (each.back - each.there, each.origin, each.goal)))


PersonOf = Callable[[str], str]
"""Under whose id a customer is shown: those who are one are one here, too."""


def movement(before: Iterable[Conversation], now: Iterable[Conversation], person: PersonOf) -> Movement:
    """Where the customers of the window (`now`) wrote before."""
    last, latest = _last_networks(before, person), _last_networks(now, person)
    moved = Counter((last[each], network) for each, network in latest.items() if each in last and last[each] != network)
    known = sum(each in last for each in latest)
    return Movement(stayed=known - moved.total(), moved=dict(moved), new=len(latest) - known)


def _last_networks(conversations: Iterable[Conversation], person: PersonOf) -> dict[str, str]:
    ordered = sorted(conversations, key=lambda c: (c.opened_at, c.number))
    return {person(c.customer_id): c.network for c in ordered}


@dataclass(frozen=True, slots=True)
class Leaning:
    """A customer whose conversations lean one way: how many in that mood, and how many in the other."""

    customer_id: str
    name: str
    most: int
    others: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Customers heard in the window who speak for the company, or may leave it; the clearest of each are named."""

    advocates: int = 0
    at_risk: int = 0
    best: tuple[Leaning, ...] = ()
    worst: tuple[Leaning, ...] = ()


def sides(
    moods: Mapping[str, Mapping[str, int]], heard: Iterable[str], names: Callable[[str], str] = lambda _: ""
) -> Sides:
    """Advocates and customers at risk among those heard in the window, by their moods in it and the four weeks before.

    advocate: `TWICE` positive conversations or more, and no negative one
    at risk: `TWICE` negative ones or more, and more of them than positive ones
    """
    best, worst = [], []
    for each in set(heard):
        positive, negative = moods.get(each, {}).get("positive", 0), moods.get(each, {}).get("negative", 0)
        if positive >= TWICE and not negative:
            best.append(Leaning(each, "", positive, negative))
        elif negative >= TWICE and negative > positive:
            worst.append(Leaning(each, "", negative, positive))
    return Sides(len(best), len(worst), _clearest(best, names), _clearest(worst, names))


def _clearest(leanings: list[Leaning], names: Callable[[str], str]) -> tuple[Leaning, ...]:
    ordered = sorted(leanings, key=lambda each: (-(each.most - each.others), each.customer_id))[:NAMED]
    return tuple(replace(each, name=names(each.customer_id)) for each in ordered)


@dataclass(frozen=True, slots=True)
class Share:
    """One department: on how many conversations it acted, and how many of the window were suggested to it first."""

    acted: int = 0
    suggested: int = 0

    @property
    def silent(self) -> bool:
        """Did nobody of it act, though it was asked?"""
        return self.acted == 0 and self.suggested > 0


def departments(stories: Iterable[Conversation]) -> dict[str, Share]:
    """Each department that acted or that something was suggested to."""
    acted, suggested = Counter[str](), Counter[str]()
    for c in stories:
        acted.update(c.touched)
        suggested.update(c.departments[:1])
    return {key: Share(acted[key], suggested[key]) for key in acted.keys() | suggested.keys()}


@dataclass(frozen=True, slots=True)
class Differing:
    """A conversation that departments saw differently: what each of them saw in it."""

    number: int
    views: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Views:
    """On how many conversations two or more departments gave a view, on how many of these they differ, and some of those."""

    several: int = 0
    differing: int = 0
    named: tuple[Differing, ...] = ()


def views(perspectives: Mapping[int, Mapping[str, str]]) -> Views:
    """What departments saw, by conversation and department, each one's latest view."""
    several = {number: each for number, each in perspectives.items() if len(each) > 1}
    differing = [Differing(number, each) for number, each in several.items() if differ(list(each.values()))]
    differing.sort(key=lambda each: (-len(each.views), -each.number))
    return Views(len(several), len(differing), tuple(differing[:NAMED]))


def differ(texts: Sequence[str]) -> bool:
    """Are there two among them that share less than `ALIKE` of the shorter one's words? By their words alone, no more."""
    said = [_words(text) for text in texts]
    return any(_unlike(one, other) for at, one in enumerate(said) for other in said[:at])


def _unlike(one: frozenset[str], other: frozenset[str]) -> bool:
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) / fewer < ALIKE


def _words(text: str) -> frozenset[str]:
    letters = "".join(letter if letter.isalpha() else " " for letter in text.casefold())
    return frozenset(word[:_STEM] for word in letters.split() if len(word) >= _SHORTEST)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Of the conversations resolved in the window: how many outcomes stand on the customer's own record here, and how many
    do not yet; and by state the entries for the CRMs (`written`, `waiting`, `nobody`, `failed`)."""

    written: int = 0
    missing: int = 0
    crm: Mapping[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Entries that a CRM did not take."""
        return self.crm.get("failed", 0)
