"""Conversations as lines: lists, and the choice of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Code,
    Header,
    Paragraph,
    Small,
    Text,
    phrase,
    text,
)
from bot.commands import CommandSpec
from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.spans import format_span
from bot.domain.visibility import visible_name
from bot.ports import Browse, Line
from bot.speech import in_figures, say, say_many, sentence
from bot.views.acts import act
from bot.views.conversation import asking, baton_line
from bot.views.echoes import plus
from bot.views.wording import department_of, dotted, name_of, network_name, one_line, quoted, when

EXCERPT = 60
"""How many characters of a post a line takes."""

CLAIMABLE = 5
"""How many lines of a list have a button to claim them; more would be a wall of buttons."""


def line_text(line: Line, config: Config, *, now: datetime | None) -> Text:
    """`B-1042 🔴 Urgent · Maya Okafor · “Third parcel …” · on the floor since 09:02`."""
    return dotted((*_what(line, config), _where(line.conversation, config, now)))


def _what(line: Line, config: Config) -> tuple[Text, ...]:
    c = line.conversation
    # Lists are read by one person, and shown to others: what not everybody may see is in none.
    name = visible_name(line.customer_name, config.hidden_from(None))
    urgent = " " + say("🚨 Crisis") if c.crisis else " " + say("🔴 Urgent") if c.urgent else ""
    pressing = f"{urgent}{plus(c)}"
    ref = text(Bold(c.ref), pressing) if pressing else text(Bold(c.ref))
    return ref, text(one_line(name, 40) or say("Somebody")), text(excerpt(line))


def excerpt(line: Line) -> str:
    """The beginning of what they said; says so when the customer deleted it."""
    words = one_line(line.text, EXCERPT)
    if words:
        return quoted(words)
    return (
        say("deleted by the customer")
        if line.conversation.deleted_posts
        else say("a post on {network}", network=network_name(line.conversation.network))
    )


def _where(c: Conversation, config: Config, now: datetime | None) -> Text:
    asked = [asking(c.pass_request, config)] if c.pass_request is not None else []
    if c.answer is not None and c.answer.waits_for is not None:
        by, department = name_of(c.answer.by), department_of(c.answer.waits_for, config)
        asked.insert(0, say("{by} asks {department} to approve an answer", by=by, department=department))
    if asked:
        return text(" · ".join(asked))
    if c.state is State.RESOLVED and c.outcome is not None:
        return phrase("resolved: {outcome}", outcome=c.outcome.kind.label)
    # A line has no room for the route and the rungs to come: only the first part.
    spans = baton_line(c, config, now)
    first = next((index for index, span in enumerate(spans) if span == " · "), len(spans))
    return spans[:first]


def list_card(lines: Sequence[Line], browse: Browse, total: int, config: Config, *, now: datetime) -> Card:
    """What is where, urgent and newest first; says how many are left out."""
    title = _title(browse, total, config)
    if not lines:
        return Card(title, (Paragraph(text(title)), *_other_lists(browse)))
    blocks: list[Block] = [Header(title)]
    for index, line in enumerate(lines):
        # That they are the reader's own is said above them.
        said = own_text(line, config, now) if browse.which == "mine" else line_text(line, config, now=now)
        blocks.append(Paragraph(said, _next_step(line, index)))
    if total > len(lines):
        blocks.append(
            Small(
                phrase(
                    "{shown} of {total} shown, the most urgent and newest first.",
                    shown=in_figures(len(lines)),
                    total=in_figures(total),
                )
            )
        )
    return Card(title, (*blocks, *_other_lists(browse)))


def _title(browse: Browse, total: int, config: Config) -> str:
    match browse.which:
        case "floor":
            return (
                say_many("{n} conversation on the floor", "{n} conversations on the floor", total)
                if total
                else say("Nothing is on the floor: all is taken up.")
            )
        case "mine":
            return say_many("You hold {n} baton", "You hold {n} batons", total) if total else say("You hold no baton.")
        case "waiting":
            return (
                say_many("{n} conversation waits for the customer", "{n} conversations wait for the customer", total)
                if total
                else say("Nothing waits for a customer.")
            )
        case "asked":
            return (
                say_many("{n} thing asked of you", "{n} things asked of you", total)
                if total
                else say("Nothing is asked of you.")
            )
        case "department":
            name = department_of(browse.department or "", config)
            return (
                say_many("{name}: {n} open conversation", "{name}: {n} open conversations", total, name=name)
                if total
                else say("{name} has no open conversation.", name=name)
            )
        case "campaign":
            name = one_line(browse.campaign or "", 60)
            if not total:
                return say("No open conversation belongs to {campaign}.", campaign=name)
            return say_many("{name}: {n} open conversation", "{name}: {n} open conversations", total, name=name)
        case _:
            return (
                say_many("{n} open conversation", "{n} open conversations", total)
                if total
                else say("No conversation is open.")
            )


def _next_step(line: Line, index: int) -> Button | None:
    c = line.conversation
    if index >= CLAIMABLE:
        return None
    if c.pass_request is None and c.state is State.FLOOR:
        return act("claim", c.ref)
    return act("show", c.ref)


def _other_lists(browse: Browse) -> tuple[Block, ...]:
    others = (("open", say("All")), ("floor", say("Floor")), ("mine", say("Mine")), ("waiting", say("Waiting")))
    return (Actions(tuple(list_button(label, which) for which, label in others if which != browse.which)),)


def list_button(label: str, which: str) -> Button:
    """A button that shows a list."""
    return Button(label, "list", {"which": which})


def likely_card(
    spec: CommandSpec,
    lines: Sequence[Line],
    config: Config,
    *,
    now: datetime | None = None,
    args: Mapping[str, str] | None = None,
) -> Card:
    """Which conversation is meant: one button each, which runs the verb; `args` are what was typed beside it."""
    verb = sentence(spec.label).removesuffix("…")
    question = say("{verb}: which conversation?", verb=verb)
    blocks: list[Block] = [Paragraph(text(question))]
    for line in lines:
        button = Button(
            f"{verb} {line.conversation.ref}", spec.name, {**(args or {}), "conversation": line.conversation.ref}
        )
        blocks.append(Paragraph(line_text(line, config, now=now), button))
    example = next((e for e in spec.examples if "B-" in e), f"{spec.name} B-12")
    return Card(question, (*blocks, Small(phrase("Or name it: {example}", example=Code(f"/baton {example}")))))


def own_text(line: Line, config: Config, now: datetime) -> Text:
    """A line of the reader's own: `B-1042 · Maya Okafor · “Third parcel …” · until 10:32 · 27 min left`."""
    return dotted((*_what(line, config), *_time_left(line.conversation, config, now)))


def _time_left(c: Conversation, config: Config, now: datetime) -> tuple[Text, ...]:
    """`until 10:32 · 27 min left`; what is asked of whom, while a pass waits; nothing runs while it rests."""
    if c.baton is None or c.state is not State.HELD or c.snoozed_until is not None:
        return (_where(c, config, now),)
    left = c.baton.lease.until - now
    asked = (text(asking(c.pass_request, config)),) if c.pass_request is not None else ()
    running = phrase("{span} left", span=format_span(left)) if left > timedelta() else phrase("its time is over")
    return phrase("until {when}", when=when(c.baton.lease.until, now, config)), running, *asked
