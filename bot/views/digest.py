"""The weekly digest: heard, touched, changed, how long it took, and what nobody has heard yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.cards import Block, Bold, Card, Facts, Header, Paragraph, Rule, Small, Sparkline, Text, Time, text
from bot.config import Config
from bot.domain.measures import Digest, Failure, Tally, Unheard, Window
from bot.domain.outcome import OutcomeKind
from bot.domain.spans import format_span
from bot.domain.visibility import visible_name
from bot.views.acts import act
from bot.views.wording import count, department_of, dotted, network_name, one_line, short_number, tame, times

_EXCERPT = 100
_PAIRS = 3
"""How many of the ways the baton went are named."""

_COUNTED = ("", "this one", "these two", "these three", "these four", "these five")


def digest_card(digest: Digest, config: Config) -> Card:
    """Every number with the window and the zone it covers, and with its trend against the week before."""
    now, before = digest.tally, digest.before
    period = period_of(digest.window)
    heard = f"{config.company.name} heard {count(now.heard, 'conversation')}"
    trend = _percent_trend(now.heard, before.heard if before is not None else None)
    blocks: tuple[Block, ...] = (
        Header(f"{heard} this week"),
        Small(text(" · ".join(filter(None, (period, trend))))),
        *(_numbers(now, before, config) if now.heard else (Paragraph(text("Nothing was heard in this time.")),)),
        *_unheard(digest.unheard, config),
        *_failed(digest.failures),
    )
    return Card(f"{heard}, {period}", blocks)


def period_of(window: Window) -> str:
    """`16 to 22 Nov, Europe/Paris`: whole days are told by their dates, in the window's own zone."""
    first, last = window.first_day, window.last_day
    begin = f"{first.day} {first:%b}" if first.month != last.month else f"{first.day}"
    if first.date() == last.date():
        return f"{last.day} {last:%b}, {window.timezone}"
    return f"{begin} to {last.day} {last:%b}, {window.timezone}"


def _numbers(now: Tally, before: Tally | None, config: Config) -> tuple[Block, ...]:
    return (
        Paragraph(_bands(now, before)),
        *_days(now),
        Facts(tuple(row for row in _rows(now, before, config) if row[1])),
    )


def _bands(now: Tally, before: Tally | None) -> Text:
    names = ("Heard by no one", "Touched", "Changed something")
    earlier = before.shares if before is not None else (None, None, None)
    parts = []
    for name, share, was in zip(names, now.shares, earlier, strict=True):
        trend = f" ({_arrow(share - was)})" if was is not None else ""
        parts.append(text(f"{name} ", Bold(f"{share} %"), trend) if trend else text(f"{name} ", Bold(f"{share} %")))
    return dotted(parts)


def _days(now: Tally) -> tuple[Block, ...]:
    if len(now.days) < 2 or not any(now.days):
        return ()
    alt = f"{', '.join(f'{number:,}' for number in now.days)}, oldest first"
    return (Sparkline("Heard each day", tuple(float(number) for number in now.days), alt),)


def _rows(now: Tally, before: Tally | None, config: Config) -> tuple[tuple[str, Text], ...]:
    return (
        ("First human (median)", _span(now.first_human, before.first_human if before is not None else None)),
        ("Outcome (median)", _span(now.to_outcome, before.to_outcome if before is not None else None)),
        ("Together", _together(now, before)),
        ("The baton", _baton(now, config)),
        ("Outcomes", text(f"{count(now.resolved, 'conversation')} resolved")),
        *(
            (department_of(key, config) if key else "No department", text(_kinds(kinds)))
            for key, kinds in sorted(now.outcomes.items(), key=lambda pair: -sum(pair[1].values()))
        ),
    )


def _span(now: timedelta | None, before: timedelta | None) -> Text:
    if now is None:
        return text("nobody yet")
    trend = ""
    if before is not None:
        change = now - before
        same = abs(change) < timedelta(minutes=1)
        trend = " (as before)" if same else f" ({'▲' if change > timedelta() else '▼'} {format_span(abs(change))})"
    return text(f"{format_span(now)}{trend}")


def _together(now: Tally, before: Tally | None) -> Text:
    if not now.touched:
        return ()
    trend = f" ({_arrow(now.several_share - before.several_share)})" if before is not None and before.touched else ""
    return text(f"two or more departments worked on {now.several_share} % of what was touched{trend}")


def _baton(now: Tally, config: Config) -> Text:
    if not now.handovers and not now.bounces:
        return ()
    ways = sorted(now.passed.items(), key=lambda pair: -pair[1])[:_PAIRS]
    named = [f"{department_of(a, config)} → {department_of(b, config)} {times(n)}" for (a, b), n in ways]
    parts = [f"changed department {times(now.handovers)}" if now.handovers else "", ", ".join(named)]
    parts.append(f"{count(now.bounces, 'pass', 'passes')} declined" if now.bounces else "")
    return text(" · ".join(filter(None, parts)))


def _kinds(kinds: Mapping[OutcomeKind, int]) -> str:
    return ", ".join(_so_many(kinds[kind], kind) for kind in OutcomeKind if kinds.get(kind))


def _so_many(number: int, kind: OutcomeKind) -> str:
    """`310 answered`, `61 ideas`."""
    name = kind.label.lower()
    return count(number, name) if kind in {OutcomeKind.IDEA, OutcomeKind.LEAD} else f"{number:,} {name}"


def _arrow(points: int) -> str:
    """A change in points: the sign says it, never a colour."""
    return "as before" if points == 0 else f"{'▲' if points > 0 else '▼'} {abs(points)}"


def _percent_trend(now: int, before: int | None) -> str:
    if not before:
        return ""
    percent = round(100 * (now - before) / before)
    change = "as many as" if percent == 0 else f"{'▲' if percent > 0 else '▼'} {abs(percent)} % against"
    return f"{change} the week before"


def _unheard(unheard: tuple[Unheard, ...], config: Config) -> tuple[Block, ...]:
    if not unheard:
        return ()
    hidden = config.hidden_from(None)
    blocks: list[Block] = [Rule(), Paragraph(text(Bold(f"Nobody has heard {_COUNTED[len(unheard)]}")))]
    for one in unheard:
        c = one.conversation
        urgent = " 🔴 Urgent" if c.urgent else ""
        many = one.followers > 1 and "followers" not in hidden
        followers = f" ({short_number(one.followers)} followers)" if many else ""
        name = visible_name(one.customer_name, hidden)
        words = one_line(tame(one.text), _EXCERPT)
        parts = [
            text(Bold(c.ref), urgent) if urgent else text(Bold(c.ref)),
            text(f"{one_line(name, 40) or 'Somebody'}{followers} on {network_name(c.network)}"),
            text(f"“{words}”") if words else (),
            text(Time(c.opened_at, "moment")),
        ]
        blocks.append(Paragraph(dotted(parts), act("claim", c.ref)))
    return tuple(blocks)


def _failed(failures: tuple[Failure, ...]) -> tuple[Block, ...]:
    """What failed is named as failed, never passed over as quiet."""
    if not failures:
        return ()
    spans: Text = ("⚠️ ", Bold("Could not be measured"), ": ")
    for index, failure in enumerate(failures):
        since = text(" since ", Time(failure.since, "moment")) if failure.since is not None else ()
        why = f" ({one_line(failure.why, 160)})" if failure.why else ""
        spans = (*spans, *(("; ",) if index else ()), f"{one_line(failure.what, 60)} failed", *since, why)
    return (Paragraph(tuple(span for span in spans if span != "")),)
