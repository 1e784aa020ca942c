"""Everything that is counted a second time, and where it differs from what was printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.recount import counted, told
from tests.recount.campaigned import campaigns
from tests.recount.counted import Company, Found, weeks_of
from tests.recount.named import best_unheard, failures, ideas, named_customers, named_views
from tests.recount.rows import Rows


async def recounted(rows: Rows, week: str, company: Company) -> Found:
    """The digest of a week, in the shape in which it is printed."""
    w = await weeks_of(rows, week, company)
    found: Found = {"window": counted.window(w), **counted.bands(w)}
    found["unheard"]["best"] = await best_unheard(w, rows)
    found["times"] = counted.times(w)
    found["sentiment"] = counted.sentiment(w)
    found["weeks"] = await told.weeks(w, rows)
    found["stories"] = await told.stories(w, rows)
    found["movement"] = {**counted.movement(w), "streams": told.ways(w)}
    found["collaboration"] = counted.collaboration(w)
    found["perspectives"] = {**counted.perspectives(w), "named": named_views(w)}
    found["ideas"] = {**await ideas(rows), **await told.ideas_of_the_week(w, rows)}
    found["outcomes"] = await counted.outcomes(w, rows)
    found["customers"] = {**counted.customers(w), **await named_customers(w, rows)}
    found["maturity"] = counted.maturity(w)
    found["campaigns"] = await campaigns(w, rows)
    found["forecast"] = counted.forecast(w)
    found["benchmarks"] = []
    found["failures"] = await failures(rows)
    return found


def differences(printed: Any, again: Any, told_elsewhere: str) -> list[str]:
    """Each number that is not the same, or that nobody counted again; `told_elsewhere` matches the paths of what is no count."""
    theirs, ours = dict(leaves(printed)), dict(leaves(again))
    wrong = []
    for path, value in theirs.items():
        if re.fullmatch(told_elsewhere, path):
            continue
        if path not in ours:
            wrong.append(f"{path}: {value!r} was not counted again")
        elif value != ours[path]:
            wrong.append(f"{path}: {value!r} was printed, {ours[path]!r} counted")
    return wrong + [f"{path}: {ours[path]!r} was counted, and not printed" for path in ours if path not in theirs]


def leaves(found: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and word with the way to it: `heard.days.0`."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from leaves(value, f"{path}.{key}".lstrip("."))
    elif isinstance(found, list):
        yield f"{path}#", len(found)
        for at, value in enumerate(found):
            yield from leaves(value, f"{path}.{at}")
    else:
        yield path, found
