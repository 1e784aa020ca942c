"""The home page of one person: what is theirs to do, the floor, the week at a glance, and for management the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Button,
    Card,
    Facts,
    Header,
    Menu,
    Paragraph,
    Quote,
    Rule,
    Small,
    Text,
    phrase,
    text,
)
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.measures import Tally, Window
from bot.domain.people import Person
from bot.domain.spans import format_span
from bot.domain.trend import Bands
from bot.domain.window_names import name_of
from bot.ports import Line
from bot.speech import in_figures, say
from bot.views.acts import act
from bot.views.answers import approval_acts
from bot.views.changes import beside, longer, percentage, period_of, points
from bot.views.digest import bands, trend_blocks
from bot.views.lists import line_text, list_button, own_text
from bot.views.measure_parts import ways_to_parts
from bot.views.wording import cut, department_of, dotted, tame, who

WORDS = 300
"""How much of an answer to approve the home page takes; the card and the notice show more of it."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A week in a few numbers: what was counted, the week before, and for management the weeks beside each other."""

    window: Window
    tally: Tally
    before: Tally | None = None
    weeks: tuple[Bands, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies before one person. Of each list the first few; the totals say how many there are in all.

    own_floor: what lies on the floor and was suggested to their department; `floor` are others that lie there
    asked: passes that wait for them, and answers that wait for their department's approval
    ideas: blocks of ideas whose next step is theirs, or asked of them
    """

    mine: Sequence[Line] = ()
    mine_total: int = 0
    asked: Sequence[Line] = ()
    own_floor: Sequence[Line] = ()
    own_floor_total: int = 0
    floor: Sequence[Line] = ()
    floor_total: int = 0
    ideas: Sequence[Block] = field(default_factory=tuple)


def home_card(
    me: Person, desk: Desk, week: Glance, config: Config, *, now: datetime, management: Glance | None = None
) -> Card:
    """The home page of one person; `management` is the last full week, for those who lead."""
    approvals = [line for line in desk.asked if waits_for(line.conversation, me)]
    passes = [line for line in desk.asked if line not in approvals]
    blocks: list[Block] = [
        Header(say("My batons")),
        *_mine(desk, config, now),
        *_approvals(approvals, me, config, now),
        Header(say("Asked of me")),
        *_asked(passes, me, config, now),
        *desk.ideas,
        *_floor(desk, me, config, now),
        Rule(),
        Header(say("This week")),
        Facts(tuple(_numbers(week))),
        *_management(management),
        Actions((
            Button(say("Find a customer…"), "customer"),
            *((Button(say("Last week's digest"), "digest"),) if management is None else ()),
            Button(say("Help"), "help"),
        )),
        *_department(me, config),
    ]  # fmt: skip
    return Card(say("Baton: your batons, what is asked of you, and the floor"), tuple(blocks))


def waits_for(c: Conversation, me: Person) -> bool:
    """Does an answer in it wait for this person's department to approve it?"""
    return c.answer is not None and c.answer.waits_for is not None and c.answer.waits_for == me.department


def _mine(desk: Desk, config: Config, now: datetime) -> tuple[Block, ...]:
    if not desk.mine:
        return (Paragraph(text(say("You hold no baton. What you claim is shown here, with the time it is yours."))),)
    blocks: list[Block] = []
    for line in desk.mine:
        c = line.conversation
        blocks.append(Paragraph(own_text(line, config, now), act("show", c.ref)))
        blocks.append(Actions(_of_holder(c)))
    return (*blocks, *_all(desk.mine_total, len(desk.mine), "mine"))


def _all(total: int, shown: int, which: str) -> tuple[Block, ...]:
    return (Actions((list_button(say("All {total}", total=in_figures(total)), which),)),) if total > shown else ()


def _of_holder(c: Conversation) -> tuple[Button | Menu, ...]:
    menu = Menu(tuple(act(verb, c.ref) for verb in ("release", "wait", "snooze", "customer")))
    return act("resolve", c.ref), act("pass", c.ref), act("renew", c.ref), menu


def _approvals(lines: Sequence[Line], me: Person, config: Config, now: datetime) -> tuple[Block, ...]:
    """Answers that go out when this person says so, with their words; nothing where there are none."""
    blocks: list[Block] = []
    for line in lines:
        blocks.append(Paragraph(line_text(line, config, now=now), act("show", line.conversation.ref)))
        blocks += _to_decide(line.conversation, me)
    return (Header(say("Needs my approval")), *blocks) if blocks else ()


def _asked(lines: Sequence[Line], me: Person, config: Config, now: datetime) -> tuple[Block, ...]:
    if not lines:
        return (Paragraph(text(say("Nothing is asked of you."))),)
    blocks: list[Block] = []
    for line in lines:
        blocks.append(Paragraph(line_text(line, config, now=now), act("show", line.conversation.ref)))
        blocks += _to_decide(line.conversation, me)
    return tuple(blocks)


def _to_decide(c: Conversation, me: Person) -> tuple[Block, ...]:
    """An answer to approve with its words, a pass to accept, or both; what is asked of others is theirs."""
    blocks: list[Block] = []
    if c.answer is not None and waits_for(c, me):
        blocks += [Quote(cut(tame(c.answer.text), WORDS), WORDS), Actions(approval_acts(c, c.answer))]
    if c.pass_request is not None and c.pass_request.is_for(me.ref):
        blocks.append(Actions((act("accept", c.ref, style="primary"), act("decline", c.ref))))
    return tuple(blocks)


def _floor(desk: Desk, me: Person, config: Config, now: datetime) -> tuple[Block, ...]:
    """What was suggested to one's own department, then what presses most of the rest."""
    rest = _lines(desk.floor, config, now)
    beneath = len(desk.own_floor) + len(desk.floor)
    if me.department is None or not desk.own_floor:
        head = say("On the floor: {total}", total=in_figures(desk.floor_total)) if rest else say("On the floor")
        nothing = Paragraph(text(say("Nothing is on the floor: all is taken up.")))
        return (Header(head), *(rest or (nothing,)), *_all(desk.floor_total, beneath, "floor"))
    name, total = department_of(me.department, config), in_figures(desk.own_floor_total)
    blocks: list[Block] = [
        Header(say("On the floor for {department}: {total}", department=name, total=total)),
        *_lines(desk.own_floor, config, now),
    ]
    others = desk.floor_total - desk.own_floor_total
    if rest and others > 0:
        blocks += [Small(text(say("For others: {total}", total=in_figures(others)))), *rest]
    return (*blocks, *_all(desk.floor_total, beneath, "floor"))


def _lines(lines: Sequence[Line], config: Config, now: datetime) -> tuple[Block, ...]:
    return tuple(Paragraph(line_text(line, config, now=now), act("claim", line.conversation.ref)) for line in lines)


def _numbers(week: Glance) -> list[tuple[str, Text]]:
    """Four of them, each with its change against the week before."""
    now, before = week.tally, week.before
    first: Text = text(say("nobody has yet"))
    if now.first_human is not None:
        first = beside(
            format_span(now.first_human), longer(now.first_human, before.first_human if before is not None else None)
        )
    return [
        (say("Heard"), _counted(now.heard, before.heard if before is not None else None)),
        (say("Touched"), _counted(now.touched, before.touched if before is not None else None)),
        (say("Changed something"), _counted(now.changed, before.changed if before is not None else None)),
        (say("First human after"), first),
    ]


def _counted(now: int, before: int | None) -> Text:
    return beside(in_figures(now), points(now, before))


def _management(last: Glance | None) -> tuple[Block, ...]:
    """The last full week in its three bands, with the ways into each part of it."""
    if last is None:
        return ()
    tally, before = last.tally, last.before
    heard = say("{n} heard", n=in_figures(tally.heard))
    trend = percentage(tally.heard, before.heard if before is not None else None)
    said = dotted(text(part) for part in (period_of(last.window), heard, trend) if part)
    shown: tuple[Block, ...] = (
        (Paragraph(bands(tally, before)), *trend_blocks(last.weeks, tally)) if tally.heard else ()
    )
    digest = Button(say("Digest"), "digest", {"when": name_of(last.window)})
    ways = Actions((digest, *ways_to_parts(last.window)))
    return (Header(say("Last week")), Small(said), *shown, ways, Rule())


def _department(me: Person, config: Config) -> tuple[Block, ...]:
    if me.department is None:
        said = say("I do not know your department: say it once, then passes to it reach you.")
        return (Paragraph(text(said), Button(say("Settings"), "settings")),)
    return (Small(phrase("You are {who}.", who=who(me.ref, config))),)
