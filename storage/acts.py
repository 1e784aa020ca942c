"""What colleagues did about the conversations of a window, counted from their trails in one way through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from bot.domain.events import PerspectiveGiven
from storage.bodies import read_event
from storage.engine import Row


@dataclass
class Acts:
    """On how many each department acted, and on which two or more together did, with how many; how the baton went, what was
    declined, what was seen."""

    acted: Counter[str] = field(default_factory=Counter)
    together: dict[int, int] = field(default_factory=dict)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    bounces: int = 0
    seen: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def several(self) -> int:
        """On how many two or more departments acted."""
        return len(self.together)


def counted_acts(rows: Iterable[Row], found: Acts | None = None) -> Acts:
    """Rows of `ACTS`: each conversation's together, in their order; added to what was `found` before."""
    found = found if found is not None else Acts()
    for number, its in groupby(rows, key=itemgetter(0)):
        departments = set[str]()
        holder: str | None = None
        for _, kind, department, told in its:
            if department is not None:
                departments.add(department)
            if kind in {"claimed", "pass_accepted"}:
                stop = department if department is not None else told
                if holder is not None and stop != holder:
                    found.passed[holder, stop] += 1
                holder = stop
            elif kind == "pass_declined":
                found.bounces += 1
            elif kind == "perspective_given":
                event = read_event(told)
                if isinstance(event, PerspectiveGiven):
                    found.seen.setdefault(number, {})[event.department] = event.text
        found.acted.update(departments)
        if len(departments) > 1:
            found.together[number] = len(departments)
    return found
