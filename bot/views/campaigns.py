"""Campaigns as people see them: on a conversation's card, and beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.cards import Block, Bold, Chart, Paragraph, Series, Small, Text, phrase, text
from bot.domain.campaign_measures import OTHERS, CampaignCount, Reach
from bot.domain.conversation import Conversation
from bot.domain.spans import format_span
from bot.speech import in_figures, per_cent, say, say_many
from bot.views.measure_part import Seen
from bot.views.wording import dotted, network_name, one_line, short_number

MOST_ON_A_CARD = 3
"""So many campaigns a card names of its conversation."""

MOST_COMPARED = 8
"""So many campaigns are compared on a card, those that were heard most."""

MOST_NETWORKS = 3


def campaign_line(c: Conversation) -> tuple[Block, ...]:
    """`Campaign: Spring launch`, in small letters; nothing where it belongs to none."""
    if not c.campaigns:
        return ()
    names = [one_line(name, 60) for name in c.campaigns[:MOST_ON_A_CARD]]
    if more := len(c.campaigns) - len(names):
        names.append(say_many("{n} more", "{n} more", more))
    return (Small(phrase("Campaign: {names}", names=", ".join(names))),)


def campaign_blocks(counts: Sequence[CampaignCount]) -> tuple[Block, ...]:
    """Each campaign of a window in a paragraph, then all that belongs to none; a chart of their shares before them."""
    campaigns = [each for each in counts if each.name != OTHERS]
    if not campaigns:
        return (Paragraph(text(say("Nothing that was heard in this time belongs to a campaign."))),)
    others = next((each for each in counts if each.name == OTHERS), CampaignCount(OTHERS, 0))
    shown = campaigns[:MOST_COMPARED]
    blocks: list[Block] = [_chart((*shown, others))]
    blocks += [Paragraph(_told(each, others)) for each in shown]
    if left := len(campaigns) - len(shown):
        blocks.append(Small(text(say_many("{n} smaller campaign left out", "{n} smaller campaigns left out", left))))
    blocks.append(Paragraph(_told(others, None)))
    seen = say("How many may have seen it adds up who follows the accounts that wrote.")
    twice = say("What belongs to two campaigns counts in both.")
    blocks.append(Small(text(f"{seen} {twice}")))
    return tuple(blocks)


def campaign_part(seen: Seen) -> tuple[Block, ...]:
    """The part of the measures; it needs the counts of the campaigns."""
    counts = seen.more if isinstance(seen.more, tuple) else ()
    return campaign_blocks([each for each in counts if isinstance(each, CampaignCount)])


def name_of_campaign(count: CampaignCount) -> str:
    """What people read for it."""
    return say("Everything else") if count.name == OTHERS else one_line(count.name, 60)


def _told(count: CampaignCount, others: CampaignCount | None) -> Text:
    heard = say_many("{n} conversation", "{n} conversations", count.heard)
    parts = [text(Bold(name_of_campaign(count))), text(heard)]
    if count.heard:
        parts.append(text(_where(count.networks)))
        if count.followers:
            parts.append(text(say("seen by up to {followers}", followers=short_number(count.followers))))
        parts.append(text(_mood(count, others)))
        parts.append(text(say("{share} touched", share=percent(count.touched_share))))
        parts.append(text(say("{share} changed something", share=percent(count.changed_share))))
        parts.append(text(_first_human(count.first_human)))
    return dotted(part for part in parts if part != ("",))


def _where(networks: Sequence[Reach]) -> str:
    named = [f"{network_name(each.network)} {in_figures(each.heard)}" for each in networks[:MOST_NETWORKS]]
    if rest := sum(each.heard for each in networks[MOST_NETWORKS:]):
        named.append(say("elsewhere {count}", count=in_figures(rest)))
    return ", ".join(named)


def _mood(count: CampaignCount, others: CampaignCount | None) -> str:
    if count.negative_share is None:
        return ""
    share = percent(count.negative_share)
    if others is None or others.negative_share is None:
        return say("{share} unhappy", share=share)
    usual = percent(others.negative_share)
    if count.mood_apart:
        more = count.negative_share > others.negative_share
        if more:
            return say("{share} unhappy, more than the {usual} of everything else", share=share, usual=usual)
        return say("{share} unhappy, less than the {usual} of everything else", share=share, usual=usual)
    return say("{share} unhappy, {usual} of everything else", share=share, usual=usual)


def _first_human(median: timedelta | None) -> str:
    if median is None:
        return say("nobody acted yet")
    return say("first human after {span} (median)", span=format_span(median))


def percent(share: float | None) -> str:
    """`23 %`; `–` where there is none."""
    return "–" if share is None else per_cent(100 * share)


def _chart(counts: Sequence[CampaignCount]) -> Chart:
    names = tuple(name_of_campaign(each) for each in counts)
    rows = (
        (say("Unhappy"), tuple(_points(each.negative_share) for each in counts)),
        (say("Touched"), tuple(_points(each.touched_share) for each in counts)),
        (say("Changed something"), tuple(_points(each.changed_share) for each in counts)),
    )
    told = [
        say("{name}: {shares}", name=name, shares=", ".join(f"{what} {_said(values[at])}" for what, values in rows))
        for at, name in enumerate(names)
    ]
    return Chart(
        title=say("Campaigns compared"),
        kind="bars",
        labels=names,
        series=tuple(Series(name, values) for name, values in rows),
        alt="; ".join(told),
        unit="%",
    )


def _points(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def _said(points: float | None) -> str:
    return "–" if points is None else per_cent(points)
