"""A crisis as people see it: the proposal, the live board, what the room and single people are told, the whole timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.cards import Actions, Block, Bold, Button, Card, Facts, Header, Paragraph, Quote, Small, Text, text
from bot.config import Config
from bot.domain import crisis as k
from bot.domain.conversation import Conversation
from bot.domain.crisis import Crisis, CrisisState, Figures
from bot.domain.people import PersonRef
from bot.domain.spans import format_span
from bot.ports import Standing
from bot.views.acts import act, crisis_act
from bot.views.crisis_trail import people_named, tell_timeline
from bot.views.wording import count, dotted, listed, network_name, one_line, tame, when, who

ON_THE_BOARD = 8
"""So many of the latest steps stand on the board."""

ON_A_PAGE = 20
"""So many steps of the timeline are shown at once."""

_MOST = 4
"""So many networks or topics are named."""

_STATES = {
    "floor": "on the floor",
    "held": "held",
    "waiting": "waiting",
    "resolved": "resolved",
    "echo": "say the same",
}
"""Where conversations are, in this order."""


def crisis_title(crisis: Crisis) -> str:
    """`C-3 · Parcels burn`."""
    return f"{crisis.ref} · {one_line(crisis.title, k.LONGEST_TITLE)}"


def crisis_proposal_card(crisis: Crisis, standing: Standing, config: Config, *, now: datetime) -> Card:
    """To a coordinator: what was seen, in figures, and the two ways on; once decided, what was decided."""
    by = who(crisis.proposed_by, config) if crisis.proposed_by is not None else "Baton"
    rows: list[tuple[str, Text]] = [("Why", text(one_line(crisis.why, 300)))]
    rows += [("Seen", dotted(_seen(crisis.figures)))] if _seen(crisis.figures) else []
    rows += _counted(standing if standing.conversations else _as_proposed(crisis.figures))
    if crisis.figures.loudest:
        rows.append(("Loudest", text(listed(f"B-{number}" for number in crisis.figures.loudest[:5]))))
    rows.append(("Where", text(one_line(crisis.surface, 60) or "nowhere")))
    summary = f"{by} proposes a crisis: {crisis_title(crisis)}"
    first = text(f"🚨 {by} proposes a crisis at ", *when(crisis.proposed_at, now, config))
    blocks = (Header(crisis_title(crisis)), Paragraph(first), Facts(tuple(rows)), *_decided(crisis, config, now))
    return Card(one_line(summary, 200), (*blocks, Actions(_ways_on(crisis))))


def _decided(crisis: Crisis, config: Config, now: datetime) -> tuple[Block, ...]:
    match crisis.state:
        case CrisisState.PROPOSED:
            return (Small(text("Anybody may decide; you are asked because you coordinate.")),)
        case CrisisState.DISMISSED:
            return (Paragraph(text(_by(crisis.ended_by, config), " dismissed it: ", _quoted(crisis.ended_why))),)
        case CrisisState.OPEN:
            at = when(crisis.opened_at, now, config) if crisis.opened_at is not None else ()
            return (Paragraph(text(f"{_by(crisis.opened_by, config)} opened the room at ", *at, f". {where(crisis)}")),)
        case CrisisState.OVER:
            return (Paragraph(text(_by(crisis.ended_by, config), " gave the all-clear: ", _quoted(crisis.ended_why))),)


def _ways_on(crisis: Crisis) -> tuple[Button, ...]:
    if crisis.state is CrisisState.PROPOSED:
        return (
            crisis_act("open", crisis.ref, "Open crisis room", "primary"),
            crisis_act("dismiss", crisis.ref, "Not a crisis…"),
        )
    return (crisis_act("show", crisis.ref, f"Show {crisis.ref}"),)


def crisis_board_card(
    crisis: Crisis, standing: Standing, latest: Sequence[k.Event], config: Config, *, now: datetime
) -> Card:
    """The board in the room: how it stands, from the counts of this moment, and the latest steps."""
    over = crisis.state is CrisisState.OVER
    began, ended = crisis.opened_at or crisis.proposed_at, crisis.ended_at
    state = (
        text("✅ ", Bold("All clear"), " since ", *when(ended, now, config)) if over and ended is not None else
        text("🚨 ", Bold("Crisis"), " since ", *when(began, now, config))
    )  # fmt: skip
    blocks: list[Block] = [Header(crisis_title(crisis)), Paragraph(state)]
    blocks.append(Facts(tuple(_board_rows(crisis, standing, config))))
    blocks += _urgent(standing, config)
    if crisis.statement:
        by = who(crisis.statement_by, config) if crisis.statement_by is not None else "Baton"
        blocks += [
            Paragraph(text(Bold("Holding statement"), f", agreed on by {by}")),
            Quote(tame(crisis.statement), 500),
        ]
    if latest:
        blocks.append(Small(tell_timeline(latest[-ON_THE_BOARD:], config, now)))
    blocks.append(Actions(_board_acts(crisis)))
    return Card(one_line(f"{'All clear' if over else 'Crisis'}: {crisis_title(crisis)}", 200), tuple(blocks))


def _board_rows(crisis: Crisis, standing: Standing, config: Config) -> list[tuple[str, Text]]:
    rows: list[tuple[str, Text]] = []
    if crisis.state is CrisisState.OVER:
        rows += [
            ("What happened", text(one_line(crisis.ended_why, 400))),
            ("Changed", text(one_line(crisis.changed, 400))),
        ]
    heard = f"{count(standing.conversations, 'conversation')}, {count(standing.posts, 'post')}"
    trend = text(_trend(standing)) if crisis.is_live else ()
    rows += [("Heard", dotted((text(heard), trend))), *_counted(standing)]
    if standing.states:
        there = [f"{standing.states[key]:,} {said}" for key, said in _STATES.items() if standing.states.get(key)]
        rows.append(("Where", text(", ".join(there))))
    if crisis.invited:
        rows.append(("In the room", text(people_named(crisis.invited))))
    return rows


def _trend(standing: Standing) -> str:
    """`▲ 120 in the last 5 min, 80 in the 5 before`."""
    if not standing.lately and not standing.before:
        return "none in the last 10 min"
    sign = "▲" if standing.lately > standing.before else "▼" if standing.lately < standing.before else "="
    return f"{sign} {standing.lately:,} in the last 5 min, {standing.before:,} in the 5 before"


def _urgent(standing: Standing, config: Config) -> list[Block]:
    if not standing.urgent:
        return []
    lines: Text = ()
    for c in standing.urgent:
        lines = (*lines, *(("\n",) if lines else ()), Bold(c.ref), f"  {_pressing(c)} · {_holder(c, config)}")
    more = standing.pressing - len(standing.urgent)
    return [
        Paragraph(
            text(
                Bold(f"{standing.pressing:,} urgent"), *((f", the {len(standing.urgent)} newest:",) if more > 0 else ())
            )
        ),
        Paragraph(lines),
    ]


def _pressing(c: Conversation) -> str:
    return "🚨 Crisis" if c.crisis else "🔴 Urgent"


def _holder(c: Conversation, config: Config) -> str:
    return f"{who(c.holder, config)} holds it" if c.holder is not None else "nobody holds it"


def _board_acts(crisis: Crisis) -> tuple[Button, ...]:
    whole = crisis_act("show", crisis.ref, "Whole timeline")
    if crisis.state is not CrisisState.OPEN:
        return (whole,)
    return (
        crisis_act("log", crisis.ref, "Add to the timeline…"),
        crisis_act("statement", crisis.ref, "Holding statement…"),
        crisis_act("clear", crisis.ref, "All clear…"),
        crisis_act("list", crisis.ref, "Show list"),
        whole,
    )


def crisis_room_card(crisis: Crisis, config: Config, *, now: datetime) -> Card:
    """To somebody who is wanted in the room and could not be brought in."""
    at = when(crisis.opened_at, now, config) if crisis.opened_at is not None else ()
    first = text(
        "🚨 ", Bold(crisis_title(crisis)), f": {_by(crisis.opened_by, config)} opened the crisis room at ", *at, "."
    )
    summary = one_line(f"You are wanted in the crisis room: {crisis_title(crisis)}", 200)
    blocks = (
        Paragraph(first),
        Paragraph(text(where(crisis))),
        Actions((crisis_act("show", crisis.ref, f"Show {crisis.ref}"),)),
    )
    return Card(summary, blocks)


def where(crisis: Crisis) -> str:
    """Where the room is, in words."""
    platform = (crisis.platform or "").capitalize()
    if crisis.channel is None:
        return f"The room is being made on {platform}."
    if crisis.thread:
        return f"It is the thread under the board, on {platform} where conversations are shown."
    return f"It is a channel of its own on {platform}, named like #{room_name(crisis)}."


def room_name(crisis: Crisis) -> str:
    """What the room's channel is called: `crisis-3-parcels-burn`."""
    letters = "".join(letter if letter.isalnum() else "-" for letter in crisis.title.lower())
    return "-".join(("crisis", str(crisis.number), *filter(None, letters.split("-"))))[:60].rstrip("-")


def crisis_statement_card(crisis: Crisis, config: Config) -> Card:
    """In the room: what was agreed on. It goes to nobody by itself."""
    by = who(crisis.statement_by, config) if crisis.statement_by is not None else "Baton"
    blocks = (
        Paragraph(text(Bold("Holding statement"), f", agreed on by {by}:")),
        Quote(tame(crisis.statement), k.LONGEST_STATEMENT),
        Small(text("Nothing was sent. Use it where you answer: each answer goes out by itself.")),
        Actions((crisis_act("statement", crisis.ref, "Change it…"),)),
    )
    return Card(one_line(f"Holding statement for {crisis_title(crisis)}", 200), blocks)


def crisis_cleared_card(crisis: Crisis, standing: Standing, config: Config, *, now: datetime) -> Card:
    """To the coordinators and the sponsors: it is over."""
    at = when(crisis.ended_at, now, config) if crisis.ended_at is not None else ()
    blocks = (
        Header(f"All clear · {crisis_title(crisis)}"),
        Paragraph(text(f"✅ {_by(crisis.ended_by, config)} gave the all-clear at ", *at, ".")),
        Facts(tuple(_board_rows(crisis, standing, config))),
        Actions((crisis_act("show", crisis.ref, "Whole timeline"),)),
    )
    return Card(one_line(f"All clear: {crisis_title(crisis)}", 200), blocks)


def crisis_card(
    crisis: Crisis,
    standing: Standing,
    page: Sequence[k.Event],
    config: Config,
    *,
    now: datetime,
    earlier: int = 0,
    shown: int = 0,
) -> Card:
    """A crisis with a page of its timeline; `earlier` steps come before it, and `shown` later ones were shown already."""
    rows = [("State", text(_state(crisis, config))), ("Why", text(one_line(crisis.why, 300)))]
    rows += _board_rows(crisis, standing, config)
    acts = list(_ways_on(crisis) if crisis.state is CrisisState.PROPOSED else _board_acts(crisis)[:-1])
    if earlier:
        after = str(shown + len(page))
        acts.append(crisis_act("show", crisis.ref, f"{count(earlier, 'earlier step')}", page=after))
    blocks: list[Block] = [Header(crisis_title(crisis))]
    blocks += [] if shown else [Facts(tuple(rows)), *_urgent(standing, config)]
    blocks.append(Paragraph(tell_timeline(page, config, now)))
    return Card(crisis_title(crisis), (*blocks, Actions(tuple(acts))) if acts else tuple(blocks))


def _state(crisis: Crisis, config: Config) -> str:
    match crisis.state:
        case CrisisState.PROPOSED:
            return "proposed; nobody has opened its room"
        case CrisisState.OPEN:
            return f"open. {where(crisis)}"
        case CrisisState.DISMISSED:
            return f"dismissed by {_by(crisis.ended_by, config)}: {_quoted(crisis.ended_why)}"
        case CrisisState.OVER:
            return "over"


def crisis_done_card(crisis: Crisis, said: str) -> Card:
    """What was done, with the next steps."""
    return Card(one_line(said, 200), (Paragraph(text(said)), Actions(_ways_on(crisis))))


def crisis_offer_card(crisis: Crisis, ref: str, said: str) -> Card:
    """What was done, and that a crisis is open there to which the conversation may belong."""
    there = text(Bold(crisis_title(crisis)), f": {crisis.ref} is open there. Does this belong to it?")
    adds = crisis_act("add", crisis.ref, f"Add it to {crisis.ref}", text=ref)
    return Card(one_line(said, 200), (Paragraph(text(said)), Small(there), Actions((adds,))))


def crises_card(crises: Sequence[Crisis], config: Config, *, now: datetime) -> Card:
    """The crises there are and were, the newest first."""
    title = "Crises"
    if not crises:
        nothing = text("There is no crisis, and there was none. To propose one: ")
        return Card(title, (Header(title), Paragraph((*nothing, Bold("crisis propose why")))))
    blocks: list[Block] = [Header(title)]
    for crisis in crises:
        since = when(crisis.ended_at or crisis.opened_at or crisis.proposed_at, now, config)
        line = text(Bold(crisis_title(crisis)), f" · {crisis.state.value} since ", *since)
        blocks.append(Paragraph(line, crisis_act("show", crisis.ref, "Show")))
    return Card(title, tuple(blocks))


def crisis_list_card(crisis: Crisis, lines: Sequence[Text], numbers: Sequence[int], standing: Standing) -> Card:
    """What belongs to it and presses most, in lines as of any list."""
    title = f"{crisis.ref}: {count(standing.conversations, 'conversation')}"
    blocks: list[Block] = [Header(title)]
    blocks += [Paragraph(line, act("show", f"B-{number}")) for line, number in zip(lines, numbers, strict=True)]
    if not lines:
        blocks.append(Paragraph(text("Nothing that belongs to it waits for anybody.")))
    more = standing.conversations - len(lines)
    if more > 0:
        blocks.append(Small(text(f"and {more:,} more, resolved ones and those that say the same among them")))
    return Card(title, tuple(blocks))


def _seen(figures: Figures) -> list[Text]:
    """`412 posts in 1 min`, `6 would be usual`, `82 % about the same`."""
    parts: list[Text] = []
    if figures.posts:
        within = f" in {format_span(figures.within)}" if figures.within is not None else ""
        parts.append(text(f"{count(figures.posts, 'post')}{within}"))
    if figures.usual is not None:
        parts.append(
            text(f"{figures.usual:,.0f} would be usual" if figures.usual >= 1 else "hardly any would be usual")
        )
    if figures.alike is not None:
        parts.append(text(f"{figures.alike:.0%} about the same".replace("%", " %")))
    return parts


def _as_proposed(figures: Figures) -> Standing:
    topics = dict.fromkeys(figures.topics, 0)
    return Standing(moods=figures.moods, networks=figures.spread, topics=topics)


def _counted(standing: Standing) -> list[tuple[str, Text]]:
    """What both the proposal and the board count."""
    rows: list[tuple[str, Text]] = []
    if standing.topics:
        rows.append(("About", text(_several(standing.topics, {}))))
    if standing.moods:
        rows.append(("Mood", text(_several(standing.moods, {}))))
    if standing.networks:
        rows.append(
            ("Networks", text(_several(standing.networks, {key: network_name(key) for key in standing.networks})))
        )
    return rows


def _several(counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    """`41 Mastodon, 12 Reddit and 3 more`; without numbers where none were counted."""
    shown = list(counts.items())[:_MOST]
    named = [f"{many:,} {names.get(key, one_line(key, 40))}" if many else one_line(key, 40) for key, many in shown]
    more = len(counts) - len(shown)
    return ", ".join([*named, *([f"{more} more"] if more > 0 else [])])


def _by(person: PersonRef | None, config: Config) -> str:
    return who(person, config) if person is not None else "Baton"


def _quoted(words: str) -> str:
    return f"“{one_line(words, 300)}”"
