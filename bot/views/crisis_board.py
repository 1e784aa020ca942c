"""The live board of a crisis: how it stands, from the counts of this moment, and what presses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cards import Actions, Block, Bold, Button, Card, Facts, Header, Paragraph, Quote, Small, Text, phrase, text
from bot.config import Config
from bot.domain import crisis_events as e
from bot.domain.conversation import Conversation
from bot.domain.crisis import Crisis, CrisisState
from bot.ports import Standing
from bot.speech import in_figures, mark, say, say_many, sentence
from bot.views.acts import crisis_act
from bot.views.crisis_names import crisis_title
from bot.views.crisis_trail import people_named, tell_timeline
from bot.views.wording import dotted, network_name, one_line, tame, topic_name, when, who

ON_THE_BOARD = 8
"""So many of the latest steps stand on the board."""

_MOST = 4
"""So many networks or topics are named."""

_STATES = {
    "floor": mark("{many} on the floor"),
    "held": mark("{many} held"),
    "waiting": mark("{many} waiting"),
    "resolved": mark("{many} resolved"),
    "echo": mark("{many} say the same"),
}
"""Where conversations are, in this order."""


def crisis_board_card(
    crisis: Crisis, standing: Standing, latest: Sequence[e.Event], config: Config, *, now: datetime
) -> Card:
    """The board in the room: how it stands, from the counts of this moment, and the latest steps."""
    over = crisis.state is CrisisState.OVER
    began, ended = crisis.opened_at or crisis.proposed_at, crisis.ended_at
    state = (
        phrase("✅ {all_clear} since {when}", all_clear=Bold(say("All clear")), when=when(ended, now, config)) if over and ended is not None else
        phrase("🚨 {crisis} since {when}", crisis=Bold(say("Crisis")), when=when(began, now, config))
    )  # fmt: skip
    blocks: list[Block] = [Header(crisis_title(crisis)), Paragraph(state)]
    blocks.append(Facts(tuple(board_rows(crisis, standing, config))))
    blocks += urgent_blocks(standing, config)
    if crisis.statement:
        by = who(crisis.statement_by, config) if crisis.statement_by is not None else say("Baton")
        blocks += [
            Paragraph(phrase("{statement}, agreed on by {by}", statement=Bold(say("Holding statement")), by=by)),
            Quote(tame(crisis.statement), 500),
        ]
    if latest:
        blocks.append(Small(tell_timeline(latest[-ON_THE_BOARD:], config, now)))
    blocks.append(Actions(board_acts(crisis)))
    title = crisis_title(crisis)
    summary = say("All clear: {title}", title=title) if over else say("Crisis: {title}", title=title)
    return Card(one_line(summary, 200), tuple(blocks))


def board_rows(crisis: Crisis, standing: Standing, config: Config) -> list[tuple[str, Text]]:
    """What was heard, how it grows, what it is about and where its conversations are."""
    rows: list[tuple[str, Text]] = []
    if crisis.state is CrisisState.OVER:
        rows += [
            (say("What happened"), text(one_line(crisis.ended_why, 400))),
            (say("Changed"), text(one_line(crisis.changed, 400))),
        ]
    heard = ", ".join((
        say_many("{n} conversation", "{n} conversations", standing.conversations),
        say_many("{n} post", "{n} posts", standing.posts),
    ))  # fmt: skip
    trend = text(_trend(standing)) if crisis.is_live else ()
    rows += [(say("Heard"), dotted((text(heard), trend))), *counted_rows(standing)]
    if standing.states:
        there = [
            say(said, many=in_figures(standing.states[key]))
            for key, said in _STATES.items()
            if standing.states.get(key)
        ]
        rows.append((say("Where"), text(", ".join(there))))
    if crisis.invited:
        rows.append((say("In the room"), text(people_named(crisis.invited))))
    return rows


def _trend(standing: Standing) -> str:
    """`▲ 120 in the last 5 min, 80 in the 5 before`."""
    if not standing.lately and not standing.before:
        return say("none in the last 10 min")
    sign = "▲" if standing.lately > standing.before else "▼" if standing.lately < standing.before else "="
    return say(
        "{sign} {lately} in the last 5 min, {before} in the 5 before",
        sign=sign,
        lately=in_figures(standing.lately),
        before=in_figures(standing.before),
    )


def urgent_blocks(standing: Standing, config: Config) -> list[Block]:
    """The newest of those that press, and who holds them; nothing where none does."""
    if not standing.urgent:
        return []
    lines: Text = ()
    for c in standing.urgent:
        lines = (*lines, *(("\n",) if lines else ()), Bold(c.ref), f"  {_pressing(c)} · {_holder(c, config)}")
    more = standing.pressing - len(standing.urgent)
    many = Bold(say("{pressing} urgent", pressing=in_figures(standing.pressing)))
    newest = in_figures(len(standing.urgent))
    head = phrase("{urgent}, the {newest} newest:", urgent=many, newest=newest) if more > 0 else text(many)
    return [Paragraph(head), Paragraph(lines)]


def _pressing(c: Conversation) -> str:
    return say("🚨 Crisis") if c.crisis else say("🔴 Urgent")


def _holder(c: Conversation, config: Config) -> str:
    return say("{who} holds it", who=who(c.holder, config)) if c.holder is not None else say("nobody holds it")


def board_acts(crisis: Crisis) -> tuple[Button, ...]:
    """What can be done from the board; the whole timeline is the last of them."""
    whole = crisis_act("show", crisis.ref, say("Whole timeline"))
    if crisis.state is not CrisisState.OPEN:
        return (whole,)
    return (
        crisis_act("log", crisis.ref, say("Add to the timeline…")),
        crisis_act("statement", crisis.ref, say("Holding statement…")),
        crisis_act("clear", crisis.ref, say("All clear…")),
        crisis_act("list", crisis.ref, say("Show list")),
        whole,
    )


def counted_rows(standing: Standing) -> list[tuple[str, Text]]:
    """What both the proposal and the board count."""
    rows: list[tuple[str, Text]] = []
    if standing.topics:
        rows.append((say("About"), text(_several(standing.topics, {key: topic_name(key) for key in standing.topics}))))
    if standing.moods:
        rows.append((say("Mood"), text(_several(standing.moods, _moods(standing.moods)))))
    if standing.networks:
        rows.append(
            (say("Networks"), text(_several(standing.networks, {key: network_name(key) for key in standing.networks})))
        )
    return rows


def _several(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    """`41 Mastodon, 12 Reddit and 3 more`; without numbers where none were counted."""
    shown = list(counts.items())[:_MOST]
    named = [
        f"{in_figures(many)} {names.get(key, one_line(key, 40))}" if many else names.get(key, one_line(key, 40))
        for key, many in shown
    ]
    more = len(counts) - len(shown)
    return ", ".join([*named, *([say("{more} more", more=in_figures(more))] if more > 0 else [])])


def _moods(moods: Mapping[str, int]) -> dict[str, str]:
    return {key: sentence(_MOODS[key]) for key in moods if key in _MOODS}


_MOODS = {"negative": mark("negative"), "neutral": mark("neutral"), "positive": mark("positive")}
