"""Those who say the same, in a line: how many and where, on the card of the one that stands for them."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Block, Button, Paragraph, text
from bot.domain.conversation import Conversation
from bot.speech import in_figures, say, say_many
from bot.views.acts import act
from bot.views.wording import network_name

MOST_NETWORKS = 4
"""So many networks a line names, those with the most first."""


def spread_words(spread: Mapping[str, int]) -> str:
    """`30 on Mastodon, 11 on Reddit`."""
    ranked = sorted(spread.items(), key=lambda pair: (-pair[1], pair[0]))
    # A last one needs no more room by its name than as the rest.
    first = MOST_NETWORKS if len(ranked) > MOST_NETWORKS + 1 else len(ranked)
    named = [
        say("{many} on {network}", many=in_figures(many), network=network_name(network))
        for network, many in ranked[:first]
    ]
    if more := sum(many for _, many in ranked[first:]):
        named.append(say("{more} elsewhere", more=in_figures(more)))
    return ", ".join(named)


def say_the_same(many: int) -> str:
    """`41 more say the same`."""
    return say_many("{n} more says the same", "{n} more say the same", many)


def echo_line(c: Conversation) -> tuple[Block, ...]:
    """`🔁 41 more say the same: 30 on Mastodon, 11 on Reddit`, with the way to them."""
    if not c.echoes:
        return ()
    return (Paragraph(text(f"🔁 {say_the_same(c.echoes)}: {spread_words(c.spread)}"), act("similar", c.ref)),)


def plus(c: Conversation) -> str:
    """`+41` in a list; empty where nobody else says the same."""
    return f" +{in_figures(c.echoes)}" if c.echoes else ""


def leader_button(c: Conversation) -> Button:
    """To the one that stands for this one."""
    return act("show", f"B-{c.echo_of}", say("Show B-{number}", number=c.echo_of))


def said_same(spread: Mapping[str, int]) -> str:
    """What happened, in the trail: `3 others said the same: 2 on Mastodon, 1 on Reddit`."""
    return say_many(
        "{n} other said the same: {spread}",
        "{n} others said the same: {spread}",
        sum(spread.values()),
        spread=spread_words(spread),
    )
