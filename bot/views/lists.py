"""Conversations as lines: lists, the choice of a conversation, and the home page."""

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
    Facts,
    Header,
    Menu,
    Paragraph,
    Quote,
    Rule,
    Small,
    Text,
    phrase,
    phrase_many,
    text,
)
from bot.commands import CommandSpec
from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.measures import Tally
from bot.domain.people import Person
from bot.domain.spans import format_span
from bot.domain.visibility import visible_name
from bot.ports import Browse, Line
from bot.speech import in_figures, say, say_many, sentence
from bot.views.acts import act
from bot.views.answers import approval_acts
from bot.views.conversation import asking, baton_line
from bot.views.echoes import plus
from bot.views.wording import cut, department_of, dotted, name_of, network_name, one_line, quoted, tame, when, who

EXCERPT = 60
"""How many characters of a post a line takes."""

WORDS = 300
"""How much of an answer to approve the home page takes; the card and the notice show more of it."""

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
        said = _own_text(line, config, now) if browse.which == "mine" else line_text(line, config, now=now)
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
    return (Actions(tuple(_list_button(label, which) for which, label in others if which != browse.which)),)


def _list_button(label: str, which: str) -> Button:
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


def home_card(
    me: Person,
    mine: Sequence[Line],
    asked: Sequence[Line],
    floor: Sequence[Line],
    floor_total: int,
    week: Tally,
    config: Config,
    *,
    now: datetime,
    ideas: Sequence[Block] = (),
) -> Card:
    """The home page of one person. `floor` holds the first few of `floor_total`; `week` what was counted in seven days;
    `ideas` are those whose next step is theirs, or asked of them."""
    blocks: list[Block] = [
        Header(say("My batons")),
        *_mine(mine, config, now),
        Header(say("Asked of me")),
        *_asked(me, asked, config, now),
        *ideas,
        Header(say("On the floor: {total}", total=in_figures(floor_total)) if floor_total else say("On the floor")),
        *_floor(floor, floor_total, config, now),
        Rule(),
        Header(say("This week")),
        _four_numbers(week),
        Actions(
            (
                Button(say("Find a customer…"), "customer"),
                Button(say("Last week's digest"), "digest"),
                Button(say("Help"), "help"),
            )
        ),
        *_department(me, config),
    ]
    return Card(say("Baton: your batons, what is asked of you, and the floor"), tuple(blocks))


def _mine(mine: Sequence[Line], config: Config, now: datetime) -> tuple[Block, ...]:
    if not mine:
        return (Paragraph(phrase("You hold no baton. What you claim is shown here, with the time it is yours.")),)
    blocks: list[Block] = []
    for line in mine:
        c = line.conversation
        blocks.append(Paragraph(_own_text(line, config, now), act("show", c.ref)))
        blocks.append(Actions(_of_holder(c)))
    return tuple(blocks)


def _of_holder(c: Conversation) -> tuple[Button | Menu, ...]:
    menu = Menu(tuple(act(verb, c.ref) for verb in ("release", "wait", "snooze", "customer")))
    return act("resolve", c.ref), act("pass", c.ref), act("renew", c.ref), menu


def _own_text(line: Line, config: Config, now: datetime) -> Text:
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


def _asked(me: Person, asked: Sequence[Line], config: Config, now: datetime) -> tuple[Block, ...]:
    if not asked:
        return (Paragraph(phrase("Nothing is asked of you.")),)
    blocks: list[Block] = []
    for line in asked:
        c = line.conversation
        blocks.append(Paragraph(line_text(line, config, now=now), act("show", c.ref)))
        blocks += _to_decide(c, me)
    return tuple(blocks)


def _to_decide(c: Conversation, me: Person) -> tuple[Block, ...]:
    """An answer to approve with its words, a pass to accept, or both; what is asked of others is theirs."""
    blocks: list[Block] = []
    if c.answer is not None and c.answer.waits_for is not None and c.answer.waits_for == me.department:
        blocks += [Quote(cut(tame(c.answer.text), WORDS), WORDS), Actions(approval_acts(c, c.answer))]
    if c.pass_request is not None and c.pass_request.is_for(me.ref):
        blocks.append(Actions((act("accept", c.ref, style="primary"), act("decline", c.ref))))
    return tuple(blocks)


def _floor(floor: Sequence[Line], total: int, config: Config, now: datetime) -> tuple[Block, ...]:
    if not floor:
        return (Paragraph(phrase("Nothing is on the floor: all is taken up.")),)
    lines = tuple(Paragraph(line_text(line, config, now=now), act("claim", line.conversation.ref)) for line in floor)
    more = (
        (Actions((_list_button(say("All {total}", total=in_figures(total)), "floor"),)),) if total > len(floor) else ()
    )
    return (*lines, *more)


def _four_numbers(counted: Tally) -> Facts:
    first = format_span(counted.first_human) if counted.first_human is not None else say("nobody has yet")
    return Facts((
        (say("Heard"), phrase_many("{n} conversation", "{n} conversations", counted.heard)),
        (say("Touched"), text(in_figures(counted.touched))),
        (say("Changed something"), text(in_figures(counted.changed))),
        (say("First human after"), text(first)),
    ))  # fmt: skip


def _department(me: Person, config: Config) -> tuple[Block, ...]:
    if me.department is None:
        said = say("I do not know your department: say it once, then passes to it reach you.")
        return (Paragraph(text(said), Button(say("Settings"), "settings")),)
    return (Small(phrase("You are {who}.", who=who(me.ref, config))),)
