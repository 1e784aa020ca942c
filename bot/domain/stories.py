"""Which three conversations of a week are worth reading, of different kinds. Pure; the same input gives the same three.

Each kind has its own order (`_RANKS`); what comes first in it is told, each kind in its turn, and no conversation twice.
Only where fewer kinds have something to tell is there a second one of a kind, and never a third.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.company_measures import differ
from bot.domain.conversation import Conversation

MOST = 3
"""How many stories are told."""

OF_A_KIND = 2
"""No more of one kind, however little else there is."""

TOGETHER = 2
"""So many departments have to have worked on one for it to be a story."""

CROWD = 3
"""So many others have to say the same."""

Kind = Literal["changed", "together", "crowd", "won"]

KINDS: tuple[Kind, ...] = ("changed", "together", "crowd", "won")
"""changed: something was changed for it; together: several departments worked on it; crowd: many said it; won: somebody who
was angry praises."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What is counted of a conversation that may be worth telling, by the end of the window.

    changed: it is resolved, with something changed for it
    asked: others of the window that say the same, and others that ask for the same idea
    crowd: others of the window that say the same
    departments: how many acted on it
    differing: they saw it differently
    angry: the number of an earlier conversation of the same customer that was negative and is resolved, while this one is
      positive; None: no such
    """

    number: int
    changed: bool = False
    asked: int = 0
    crowd: int = 0
    departments: int = 0
    differing: bool = False
    angry: int | None = None


def worths(
    *,
    changed: Collection[int],
    crowds: Mapping[int, int],
    asking: Iterable[tuple[int, int]],
    departments: Mapping[int, int],
    seen: Mapping[int, Mapping[str, str]],
    angry: Mapping[int, int],
) -> list[Worth]:
    """What is counted of a window's conversations, put together by conversation, those of which nothing is left out.

    asking: (idea, conversation), each once; departments: of those on which two or more acted; seen: what departments saw in
    each; angry: by the one that praises, the one in which its customer was angry.
    """
    asked = _others_asking(asking)
    found = []
    for number in sorted({*changed, *crowds, *departments, *angry}):
        crowd = crowds.get(number, 0)
        found.append(
            Worth(
                number=number,
                changed=number in changed,
                asked=crowd + asked.get(number, 0),
                crowd=crowd,
                departments=departments.get(number, 0),
                differing=differ(list(seen.get(number, {}).values())),
                angry=angry.get(number),
            )
        )
    return found


def won_over(content: Iterable[Sequence[Any]], angry: Iterable[Sequence[Any]]) -> dict[int, int]:
    """By each conversation whose customer is content, the latest one in which they were angry that was resolved before.

    content: (number, person, opened at); angry: (number, person, resolved at)
    """
    of_person: dict[str, list[tuple[int, Any]]] = {}
    for number, person, resolved_at in angry:
        of_person.setdefault(person, []).append((number, resolved_at))
    found: dict[int, int] = {}
    for number, person, opened_at in content:
        before = [other for other, resolved_at in of_person.get(person, ()) if resolved_at <= opened_at]
        if before:
            found[number] = max(before)
    return found


def _others_asking(asking: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For each conversation, how many others ask for one of the ideas for which it asks."""
    by_idea: dict[int, set[int]] = {}
    for idea, number in asking:
        by_idea.setdefault(idea, set()).add(number)
    beside: dict[int, set[int]] = {}
    for numbers in by_idea.values():
        for number in numbers:
            beside.setdefault(number, set()).update(numbers)
    return {number: len(others) - 1 for number, others in beside.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A conversation that may be told, with the customer's words; `text` is empty where they were deleted."""

    worth: Worth
    conversation: Conversation
    customer_name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation that is worth reading, and what for."""

    kind: Kind
    told: Candidate


_Rank = tuple[int, ...]

_RANKS: dict[Kind, Callable[[Worth], _Rank | None]] = {
    "changed": lambda worth: (worth.asked, worth.departments) if worth.changed else None,
    "together": lambda worth: (worth.departments, worth.differing) if worth.departments >= TOGETHER else None,
    "crowd": lambda worth: (worth.crowd,) if worth.crowd >= CROWD else None,
    "won": lambda worth: (worth.changed, worth.departments) if worth.angry is not None else None,
}


def best_of(kind: Kind, worths: Iterable[Worth], most: int) -> list[int]:
    """The numbers of those that come first in a kind's order, the newest first among equals."""
    ranked = [(rank, worth.number) for worth in worths if (rank := _RANKS[kind](worth)) is not None]
    return [number for _, number in sorted(ranked, reverse=True)[:most]]


def stories(candidates: Sequence[Candidate], most: int = MOST) -> tuple[Story, ...]:
    """At most so many, in the order of `KINDS`. One without words has no story to tell."""
    told = {each.worth.number: each for each in candidates if each.text.strip()}
    orders = {kind: best_of(kind, (each.worth for each in told.values()), len(told)) for kind in KINDS}
    found: list[Story] = []
    taken = set[int]()
    for _ in range(OF_A_KIND):
        for kind in KINDS:
            number = next((each for each in orders[kind] if each not in taken), None)
            if number is None or len(found) == most:
                continue
            found.append(Story(kind, told[number]))
            taken.add(number)
    return tuple(sorted(found, key=lambda story: KINDS.index(story.kind)))
