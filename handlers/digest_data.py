"""The measures of a window as plain data, for programs: names as docs/measures.md explains them, spans in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.config import Config
from bot.domain.company_measures import Leaning
from bot.domain.maturity import Criterion
from bot.domain.measured import Measured
from bot.domain.measures import Digest, Tally
from bot.domain.shifts import Row
from bot.domain.timing import STEPS, Step, Timing
from bot.domain.visibility import visible_name
from bot.ports import IdeaWhich, UnitOfWork
from handlers.digest_told import ideas_data, stories_data, streams_data, weeks_data

MOST_IDEAS = 5


async def ideas_of(uow: UnitOfWork) -> dict[str, Any]:
    """How many ideas there are by state now, and those that are asked for most."""
    states: tuple[IdeaWhich, ...] = ("new", "considering", "planned", "shipped", "declined")
    lines = await uow.ideas.browse("open", limit=MOST_IDEAS)
    return {
        "by_state": {state: await uow.ideas.count(state) for state in states},
        "most_asked_for": [
            {
                "ref": line.idea.ref,
                "title": line.idea.title,
                "state": line.idea.state.value,
                "conversations": line.asking.conversations,
                "customers": line.asking.customers,
            }
            for line in lines
        ],
    }


def as_data(measured: Measured, ideas: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """All measures of a window."""
    digest = measured.digest
    tally, before = digest.tally, digest.before
    return {
        "window": _window(measured),
        "heard": {**_counted("heard", tally, before), "days": list(tally.days)},
        "touched": _banded("touched", tally, before),
        "changed": _banded("changed", tally, before),
        "weeks": weeks_data(measured.weeks),
        "unheard": _unheard(digest, config),
        "stories": stories_data(measured.stories, config),
        "times": {step: _times(step, measured) for step in STEPS},
        "sentiment": {
            "overall": _row(measured.shifts.overall),
            "networks": [_row(row) for row in measured.shifts.networks],
            "topics": [_row(row) for row in measured.shifts.topics],
        },
        "movement": {
            "stayed": measured.movement.stayed,
            "new": measured.movement.new,
            "moves": measured.movement.moves,
            "moved": [
                {"from": then, "to": now, "customers": many}
                for (then, now), many in _most_first(measured.movement.moved)
            ],
            "streams": streams_data(measured.movement),
        },
        "collaboration": _collaboration(measured),
        "perspectives": {
            "several": measured.views.several,
            "differing": measured.views.differing,
            "named": [{"ref": f"B-{each.number}", "views": dict(each.views)} for each in measured.views.named],
        },
        "ideas": {**ideas, **ideas_data(measured.ideas, measured.loops)},
        "outcomes": {
            "resolved": tally.resolved,
            "by_department": {
                key: {kind.value: many for kind, many in sorted(kinds.items())}
                for key, kinds in sorted(tally.outcomes.items())
            },
            "written": measured.recorded.written,
            "missing": measured.recorded.missing,
            "crm": dict(sorted(measured.recorded.crm.items())),
        },
        "customers": {
            "advocates": measured.sides.advocates,
            "at_risk": measured.sides.at_risk,
            "named_advocates": [_customer(each, config) for each in measured.sides.best],
            "named_at_risk": [_customer(each, config) for each in measured.sides.worst],
        },
        "maturity": {
            "rung": measured.maturity.rung,
            "name": measured.maturity.name,
            "missing": [_criterion(each) for each in measured.maturity.missing],
            "criteria": [_criterion(each) for each in measured.maturity.criteria],
        },
        "failures": [
            {"what": failure.what, "why": failure.why, "since": _iso(failure.since)} for failure in digest.failures
        ],
    }


def _window(measured: Measured) -> dict[str, Any]:
    window = measured.digest.window
    return {
        "start": _iso(window.first_day),
        "end": _iso(window.end),
        "timezone": window.timezone,
        "compared_since": _iso(measured.since),
    }


def _counted(name: str, tally: Tally, before: Tally | None) -> dict[str, Any]:
    return {"count": getattr(tally, name), "before": getattr(before, name) if before is not None else None}


def _banded(name: str, tally: Tally, before: Tally | None) -> dict[str, Any]:
    """With the share of what was heard, in per cent to a tenth."""
    return {
        **_counted(name, tally, before),
        "share": _percent(getattr(tally, name), tally.heard),
        "share_before": _percent(getattr(before, name), before.heard) if before is not None else None,
    }


def _unheard(digest: Digest, config: Config) -> dict[str, Any]:
    tally, hidden = digest.tally, config.hidden_from(None)
    named = [
        {
            "ref": each.conversation.ref,
            "network": each.conversation.network,
            "urgent": each.conversation.urgent,
            "opened_at": _iso(each.conversation.opened_at),
            "customer": visible_name(each.customer_name, hidden),
            "followers": None if "followers" in hidden else each.followers,
            "text": each.text,
        }
        for each in digest.unheard
    ]
    alone = tally.heard - tally.touched
    return {"count": alone, "share": _percent(alone, tally.heard), "best": named}


def _times(step: Step, measured: Measured) -> dict[str, Any]:
    return {"now": _timing(measured.timings.get(step)), "before": _timing(measured.timings_before.get(step))}


def _timing(timing: Timing | None) -> dict[str, Any] | None:
    if timing is None:
        return None
    return {
        "count": timing.count,
        "median_seconds": _seconds(timing.median),
        "p90_seconds": _seconds(timing.p90),
        "business_median_seconds": _seconds(timing.business_median),
        "business_p90_seconds": _seconds(timing.business_p90),
    }


def _row(row: Row) -> dict[str, Any]:
    found = asdict(row)
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in found.items()}


def _collaboration(measured: Measured) -> dict[str, Any]:
    tally = measured.digest.tally
    return {
        "several": tally.several,
        "several_share": _percent(tally.several, tally.touched),
        "handovers": tally.handovers,
        "bounces": tally.bounces,
        "passed": [{"from": giver, "to": taker, "times": many} for (giver, taker), many in _most_first(tally.passed)],
        "departments": {
            key: {"acted": share.acted, "suggested": share.suggested, "silent": share.silent}
            for key, share in sorted(measured.departments.items())
        },
        "silent": list(measured.silent),
    }


def _customer(leaning: Leaning, config: Config) -> dict[str, Any]:
    name = visible_name(leaning.name, config.hidden_from(None))
    return {"customer": name, "conversations": leaning.most, "otherwise": leaning.others}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "rung": criterion.rung,
        "what": criterion.what,
        "value": round(criterion.value, 1),
        "needed": criterion.needed,
        "unit": criterion.unit,
        "at_most": criterion.at_most,
        "met": criterion.met,
    }


def _most_first(pairs: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _seconds(span: timedelta) -> int:
    return round(span.total_seconds())


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
