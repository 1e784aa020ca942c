"""Who says the same as a conversation, one line each, with the way to give one of them a card of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import Actions, Block, Bold, Button, Card, Header, Paragraph, Small, Text, phrase, text
from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.visibility import visible_name
from bot.ports import Line
from bot.speech import in_figures, say, say_many
from bot.views.acts import act
from bot.views.echoes import spread_words
from bot.views.lists import excerpt
from bot.views.wording import dotted, network_name, one_line, when


def similar_card(
    leader: Conversation, lines: Sequence[Line], config: Config, *, before: int, most: int, now: datetime
) -> Card:
    """The echoes of a leader, the newest first; `before` of them stand on earlier pages of `most` each."""
    total, page = leader.echoes, before // most + 1
    if not lines:
        said = (
            say("Nobody else says the same as {ref}.", ref=leader.ref)
            if not total
            else say("That is all: {total} in all.", total=in_figures(total))
        )
        return Card(said, (Paragraph(text(said), act("show", leader.ref)),))
    title = say_many("{n} says the same as {ref}", "{n} say the same as {ref}", total, ref=leader.ref)
    blocks: list[Block] = [Header(title), Paragraph(text(spread_words(leader.spread)), act("show", leader.ref))]
    for line in lines:
        blocks.append(Paragraph(_line(line, config, now)))
        if acts := _acts(line.conversation):
            blocks.append(Actions(acts))
    shown = say(
        "{first} to {last} of {total}, the newest first.",
        first=in_figures(before + 1),
        last=in_figures(before + len(lines)),
        total=in_figures(total),
    )
    if total > len(lines):
        blocks.append(Small(text(shown)))
    pages = [(say("Newer"), page - 1)] if page > 1 else []
    pages += [(say("Older"), page + 1)] if before + len(lines) < total else []
    if pages:
        turn = (Button(name, "similar", {"conversation": leader.ref, "page": str(to)}) for name, to in pages)
        blocks.append(Actions(tuple(turn)))
    return Card(title, tuple(blocks))


def _line(line: Line, config: Config, now: datetime) -> Text:
    """`B-57 · Tom Bell · Reddit 09:04 · “Third parcel …”`; what became of it where it is over."""
    c = line.conversation
    if c.forgotten:
        return dotted((text(Bold(c.ref)), phrase("forgotten on request")))
    # What not everybody may see is in no list.
    name = one_line(visible_name(line.customer_name, config.hidden_from(None)), 40) or say("Somebody")
    over = (
        [phrase("resolved: {outcome}", outcome=c.outcome.kind.label)]
        if c.state is State.RESOLVED and c.outcome is not None
        else []
    )
    heard = text(f"{network_name(c.network)} ", *when(c.opened_at, now, config))
    return dotted((text(Bold(c.ref)), text(name), heard, text(excerpt(line)), *over))


def _acts(c: Conversation) -> tuple[Button, ...]:
    if c.forgotten:
        return ()
    return (act("show", c.ref), *((act("separate", c.ref),) if c.state is State.ECHO else ()))
