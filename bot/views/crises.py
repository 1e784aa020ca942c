"""A crisis as people see it: the proposal, what the room and single people are told, the whole timeline, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Facts,
    Header,
    Paragraph,
    Quote,
    Small,
    Text,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.crisis_events import Figures
from bot.domain.people import PersonRef
from bot.domain.spans import format_span
from bot.ports import Standing
from bot.speech import in_figures, mark, per_cent, say, say_many, sentence
from bot.views.acts import act, crisis_act
from bot.views.crisis_board import board_acts, board_rows, counted_rows, urgent_blocks
from bot.views.crisis_names import crisis_title, where
from bot.views.crisis_trail import tell_timeline
from bot.views.wording import dotted, listed, one_line, tame, when, who

ON_A_PAGE = 20
"""So many steps of the timeline are shown at once."""


def crisis_proposal_card(crisis: Crisis, standing: Standing, config: Config, *, now: datetime) -> Card:
    """To a coordinator: what was seen, in figures, and the two ways on; once decided, what was decided."""
    by = who(crisis.proposed_by, config) if crisis.proposed_by is not None else say("Baton")
    rows: list[tuple[str, Text]] = [(say("Why"), text(one_line(crisis.why, 300)))]
    rows += [(say("Seen"), dotted(_seen(crisis.figures)))] if _seen(crisis.figures) else []
    rows += counted_rows(standing if standing.conversations else _as_proposed(crisis.figures))
    if crisis.figures.loudest:
        rows.append((say("Loudest"), text(listed(f"B-{number}" for number in crisis.figures.loudest[:5]))))
    rows.append((say("Where"), text(one_line(crisis.surface, 60) or say("nowhere"))))
    summary = say("{by} proposes a crisis: {title}", by=by, title=crisis_title(crisis))
    first = phrase("🚨 {by} proposes a crisis at {when}", by=by, when=when(crisis.proposed_at, now, config))
    blocks = (Header(crisis_title(crisis)), Paragraph(first), Facts(tuple(rows)), *_decided(crisis, config, now))
    return Card(one_line(summary, 200), (*blocks, Actions(_ways_on(crisis))))


def _decided(crisis: Crisis, config: Config, now: datetime) -> tuple[Block, ...]:
    match crisis.state:
        case CrisisState.PROPOSED:
            return (Small(phrase("Anybody may decide; you are asked because you coordinate.")),)
        case CrisisState.DISMISSED:
            return (
                Paragraph(
                    phrase(
                        "{by} dismissed it: “{why}”",
                        by=_by(crisis.ended_by, config),
                        why=one_line(crisis.ended_why, 300),
                    )
                ),
            )
        case CrisisState.OPEN:
            at = when(crisis.opened_at, now, config) if crisis.opened_at is not None else ()
            return (
                Paragraph(
                    phrase(
                        "{by} opened the room at {at}. {where}",
                        by=_by(crisis.opened_by, config),
                        at=at,
                        where=where(crisis),
                    )
                ),
            )
        case CrisisState.OVER:
            return (
                Paragraph(
                    phrase(
                        "{by} gave the all-clear: “{why}”",
                        by=_by(crisis.ended_by, config),
                        why=one_line(crisis.ended_why, 300),
                    )
                ),
            )


def _ways_on(crisis: Crisis) -> tuple[Button, ...]:
    if crisis.state is CrisisState.PROPOSED:
        return (
            crisis_act("open", crisis.ref, say("Open crisis room"), "primary"),
            crisis_act("dismiss", crisis.ref, say("Not a crisis…")),
        )
    return (crisis_act("show", crisis.ref, say("Show {ref}", ref=crisis.ref)),)


def crisis_room_card(crisis: Crisis, config: Config, *, now: datetime) -> Card:
    """To somebody who is wanted in the room and could not be brought in."""
    at = when(crisis.opened_at, now, config) if crisis.opened_at is not None else ()
    first = phrase(
        "🚨 {title}: {by} opened the crisis room at {at}.",
        title=Bold(crisis_title(crisis)),
        by=_by(crisis.opened_by, config),
        at=at,
    )
    summary = one_line(say("You are wanted in the crisis room: {title}", title=crisis_title(crisis)), 200)
    blocks = (
        Paragraph(first),
        Paragraph(text(where(crisis))),
        Actions((crisis_act("show", crisis.ref, say("Show {ref}", ref=crisis.ref)),)),
    )
    return Card(summary, blocks)


def crisis_statement_card(crisis: Crisis, config: Config) -> Card:
    """In the room: what was agreed on. It goes to nobody by itself."""
    by = who(crisis.statement_by, config) if crisis.statement_by is not None else say("Baton")
    blocks = (
        Paragraph(phrase("{statement}, agreed on by {by}:", statement=Bold(say("Holding statement")), by=by)),
        Quote(tame(crisis.statement), k.LONGEST_STATEMENT),
        Small(phrase("Nothing was sent. Use it where you answer: each answer goes out by itself.")),
        Actions((crisis_act("statement", crisis.ref, say("Change it…")),)),
    )
    return Card(one_line(say("Holding statement for {title}", title=crisis_title(crisis)), 200), blocks)


def crisis_cleared_card(crisis: Crisis, standing: Standing, config: Config, *, now: datetime) -> Card:
    """To the coordinators and the sponsors: it is over."""
    at = when(crisis.ended_at, now, config) if crisis.ended_at is not None else ()
    blocks = (
        Header(say("All clear · {title}", title=crisis_title(crisis))),
        Paragraph(phrase("✅ {by} gave the all-clear at {at}.", by=_by(crisis.ended_by, config), at=at)),
        Facts(tuple(board_rows(crisis, standing, config))),
        Actions((crisis_act("show", crisis.ref, say("Whole timeline")),)),
    )
    return Card(one_line(say("All clear: {title}", title=crisis_title(crisis)), 200), blocks)


def crisis_card(
    crisis: Crisis,
    standing: Standing,
    page: Sequence[e.Event],
    config: Config,
    *,
    now: datetime,
    earlier: int = 0,
    shown: int = 0,
) -> Card:
    """A crisis with a page of its timeline; `earlier` steps come before it, and `shown` later ones were shown already."""
    rows = [(say("State"), text(_state(crisis, config))), (say("Why"), text(one_line(crisis.why, 300)))]
    rows += board_rows(crisis, standing, config)
    acts = list(_ways_on(crisis) if crisis.state is CrisisState.PROPOSED else board_acts(crisis)[:-1])
    if earlier:
        after = str(shown + len(page))
        acts.append(
            crisis_act("show", crisis.ref, say_many("{n} earlier step", "{n} earlier steps", earlier), page=after)
        )
    blocks: list[Block] = [Header(crisis_title(crisis))]
    blocks += [] if shown else [Facts(tuple(rows)), *urgent_blocks(standing, config)]
    blocks.append(Paragraph(tell_timeline(page, config, now)))
    return Card(crisis_title(crisis), (*blocks, Actions(tuple(acts))) if acts else tuple(blocks))


def _state(crisis: Crisis, config: Config) -> str:
    match crisis.state:
        case CrisisState.PROPOSED:
            return say("proposed; nobody has opened its room")
        case CrisisState.OPEN:
            return say("open. {where}", where=where(crisis))
        case CrisisState.DISMISSED:
            return say(
                "dismissed by {by}: “{why}”", by=_by(crisis.ended_by, config), why=one_line(crisis.ended_why, 300)
            )
        case CrisisState.OVER:
            return say("over")


_STATE_NAMES = {
    CrisisState.PROPOSED: mark("proposed"),
    CrisisState.OPEN: mark("open"),
    CrisisState.OVER: mark("over"),
    CrisisState.DISMISSED: mark("dismissed"),
}


def _state_name(state: CrisisState) -> str:
    return sentence(_STATE_NAMES[state])


def crisis_done_card(crisis: Crisis, said: str) -> Card:
    """What was done, with the next steps."""
    return Card(one_line(said, 200), (Paragraph(text(said)), Actions(_ways_on(crisis))))


def crisis_offer_card(crisis: Crisis, ref: str, said: str) -> Card:
    """What was done, and that a crisis is open there to which the conversation may belong."""
    there = phrase(
        "{title}: {ref} is open there. Does this belong to it?", title=Bold(crisis_title(crisis)), ref=crisis.ref
    )
    adds = crisis_act("add", crisis.ref, say("Add it to {ref}", ref=crisis.ref), text=ref)
    return Card(one_line(said, 200), (Paragraph(text(said)), Small(there), Actions((adds,))))


def crises_card(crises: Sequence[Crisis], config: Config, *, now: datetime) -> Card:
    """The crises there are and were, the newest first."""
    title = say("Crises")
    if not crises:
        typed = Bold("crisis propose why")
        nothing = phrase("There is no crisis, and there was none. To propose one: {typed}", typed=typed)
        return Card(title, (Header(title), Paragraph(nothing)))
    blocks: list[Block] = [Header(title)]
    for crisis in crises:
        since = when(crisis.ended_at or crisis.opened_at or crisis.proposed_at, now, config)
        line = phrase(
            "{title} · {state} since {since}",
            title=Bold(crisis_title(crisis)),
            state=_state_name(crisis.state),
            since=since,
        )
        blocks.append(Paragraph(line, crisis_act("show", crisis.ref, say("Show"))))
    return Card(title, tuple(blocks))


def crisis_list_card(crisis: Crisis, lines: Sequence[Text], numbers: Sequence[int], standing: Standing) -> Card:
    """What belongs to it and presses most, in lines as of any list."""
    many = standing.conversations
    title = say_many("{ref}: {n} conversation", "{ref}: {n} conversations", many, ref=crisis.ref)
    blocks: list[Block] = [Header(title)]
    blocks += [Paragraph(line, act("show", f"B-{number}")) for line, number in zip(lines, numbers, strict=True)]
    if not lines:
        blocks.append(Paragraph(phrase("Nothing that belongs to it waits for anybody.")))
    more = standing.conversations - len(lines)
    if more > 0:
        blocks.append(
            Small(
                phrase("and {more} more, resolved ones and those that say the same among them", more=in_figures(more))
            )
        )
    return Card(title, tuple(blocks))


def _seen(figures: Figures) -> list[Text]:
    """`412 posts in 1 min`, `6 would be usual`, `82 % about the same`."""
    parts: list[Text] = []
    if figures.posts:
        parts.append(
            phrase_many("{n} post in {span}", "{n} posts in {span}", figures.posts, span=format_span(figures.within))
            if figures.within is not None
            else phrase_many("{n} post", "{n} posts", figures.posts)
        )
    if figures.usual is not None:
        parts.append(
            text(
                say("{usual} would be usual", usual=in_figures(figures.usual))
                if figures.usual >= 1
                else say("hardly any would be usual")
            )
        )
    if figures.alike is not None:
        parts.append(text(say("{share} about the same", share=per_cent(100 * figures.alike))))
    return parts


def _as_proposed(figures: Figures) -> Standing:
    topics = dict.fromkeys(figures.topics, 0)
    return Standing(moods=figures.moods, networks=figures.spread, topics=topics)


def _by(person: PersonRef | None, config: Config) -> str:
    return who(person, config) if person is not None else say("Baton")
