"""The weekly digest: what was heard, touched and changed, how the company worked, and what is worth a look."""

from __future__ import annotations

from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Card,
    Chart,
    Facts,
    Header,
    Paragraph,
    Rule,
    Series,
    Small,
    Sparkline,
    Text,
    phrase,
    text,
)
from bot.config import Config
from bot.domain.measured import Measured
from bot.domain.measures import Tally
from bot.domain.trend import Bands
from bot.speech import day_words, in_figures, per_cent, say, say_many
from bot.views.changes import beside, percentage, period_of, points
from bot.views.digest_numbers import number_rows
from bot.views.digest_stories import failure_blocks, story_blocks, unheard_blocks, view_blocks
from bot.views.measure_parts import ways_to_parts
from bot.views.wording import dotted


def digest_card(measured: Measured, config: Config, *, now: datetime | None = None) -> Card:
    """Every number with the window and the zone it covers, and with its change against the week before.

    With `now` it says so of a window that is not over, and gives the year where it is another one.
    """
    digest = measured.digest
    tally, before = digest.tally, digest.before
    year = now.astimezone(digest.window.start.tzinfo).year if now is not None else None
    period = period_of(digest.window, year)
    so_far = say("so far") if now is not None and digest.window.end >= now else ""
    heard = say_many(
        "{company} heard {n} conversation",
        "{company} heard {n} conversations",
        tally.heard,
        company=config.company.name,
    )
    trend = percentage(tally.heard, before.heard if before is not None else None)
    # Everybody in the channel reads it: what not everybody may see is not in it.
    hidden = config.hidden_from(None)
    blocks: tuple[Block, ...] = (
        Header(heard),
        Small(dotted(text(part) for part in (period, so_far, trend) if part)),
        *_numbers(measured, config),
        *failure_blocks(digest.failures),
        *_ruled(story_blocks(measured.stories, hidden)),
        *_ruled(view_blocks(measured.views, config)),
        *_ruled(unheard_blocks(digest.unheard, hidden)),
        Actions(ways_to_parts(digest.window)),
    )
    return Card(f"{heard}, {period}", blocks)


def _ruled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (Rule(), *blocks) if blocks else ()


def _numbers(measured: Measured, config: Config) -> tuple[Block, ...]:
    tally = measured.digest.tally
    nothing = (Paragraph(text(say("Nothing was heard in this time."))),)
    shown = (
        (Paragraph(bands(tally, measured.digest.before)), *trend_blocks(measured.weeks, tally))
        if tally.heard
        else nothing
    )
    rows = tuple(number_rows(measured, config))
    return (*shown, Facts(rows)) if rows else shown


def bands(now: Tally, before: Tally | None) -> Text:
    """`Heard by no one 38 % (▼ 6) · Touched 55 % (▲ 4) · Changed something 7 % (▲ 2)`."""
    alone, touched, changed = (
        beside(Bold(per_cent(share)), points(share, was))
        for share, was in zip(now.shares, before.shares if before is not None else (None,) * 3, strict=True)
    )
    return dotted((
        phrase("Heard by no one {share}", share=alone),
        phrase("Touched {share}", share=touched),
        phrase("Changed something {share}", share=changed),
    ))  # fmt: skip


def trend_blocks(weeks: tuple[Bands, ...], tally: Tally) -> tuple[Block, ...]:
    """The last weeks in three bands; of a company that has listened for less than two, the days."""
    shown = _since_heard(weeks)
    return (_trend(shown),) if len(shown) > 1 else _days(tally)


def _since_heard(weeks: tuple[Bands, ...]) -> tuple[Bands, ...]:
    first = next((at for at, week in enumerate(weeks) if week.heard), len(weeks))
    return weeks[first:]


def _trend(weeks: tuple[Bands, ...]) -> Chart:
    return Chart(
        title=say_many("The last {n} week", "The last {n} weeks", len(weeks)),
        kind="stacked",
        labels=tuple(day_words(week.window.first_day.date(), "d MMM") for week in weeks),
        series=(
            Series(say("Heard by no one"), tuple(float(week.alone) for week in weeks)),
            Series(say("Touched"), tuple(float(week.in_vain) for week in weeks)),
            Series(say("Changed something"), tuple(float(week.changed) for week in weeks)),
        ),
        alt=_in_words(weeks),
        unit=say("conversations"),
    )


def _in_words(weeks: tuple[Bands, ...]) -> str:
    """Where it came from and where it is, for those who do not see it."""
    first, last = weeks[0], weeks[-1]
    then, now = (Tally(week.heard, week.touched, week.changed).shares for week in (first, last))
    said = say(
        "{first} conversations in the week of {begin}, {last} in that of {end}, {most} at most.",
        first=in_figures(first.heard),
        begin=day_words(first.window.first_day.date(), "d MMM"),
        last=in_figures(last.heard),
        end=day_words(last.window.first_day.date(), "d MMM"),
        most=in_figures(max(week.heard for week in weeks)),
    )
    (alone, touched, changed), (alone_now, touched_now, changed_now) = map(per_cent, then), map(per_cent, now)
    return " ".join((
        said,
        say("Heard by no one: {then}, now {now}.", then=alone, now=alone_now),
        say("Touched: {then}, now {now}.", then=touched, now=touched_now),
        say("Changed something: {then}, now {now}.", then=changed, now=changed_now),
    ))  # fmt: skip


def _days(now: Tally) -> tuple[Block, ...]:
    if len(now.days) < 2 or not any(now.days):
        return ()
    alt = say("{numbers}, oldest first", numbers=", ".join(in_figures(number) for number in now.days))
    return (Sparkline(say("Heard each day"), tuple(float(number) for number in now.days), alt),)
