"""Details of what customers said: mood and volume by network and topic, how they move, which of them stand out, ideas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.cards import Block, Bold, Button, Chart, Facts, Paragraph, Series, Small, Text, text
from bot.domain.company_measures import Leaning, streams
from bot.domain.idea_news import NamedIdea
from bot.domain.shifts import Row
from bot.domain.visibility import visible_name
from bot.speech import all_of, in_figures, mark, per_cent, say, say_many, sentence
from bot.views.acts import idea_act
from bot.views.digest_numbers import most_first, shifts_told
from bot.views.measure_part import Seen
from bot.views.wording import dotted, network_name, one_line

_ROWS = 8
"""How many networks or topics a table has."""

_WAYS = 6
"""How many of the ways that customers moved are named."""

_NAME = 40


def mood_blocks(seen: Seen) -> tuple[Block, ...]:
    """The share of negative ones by topic and by network, beside what is usual; what is more than noise first, in words."""
    shifts = seen.measured.shifts
    topics = [(row.name, row) for row in shifts.topics]
    networks = [(network_name(row.name), row) for row in shifts.networks]
    return (
        Facts(((say("In all"), _mood(shifts.overall)),)),
        *_told(seen),
        *_mood_chart(say("Negative by topic"), topics),
        *_mood_table(say("By topic"), topics),
        *_mood_table(say("By network"), networks),
        Small(text(_sure(seen))),
    )


def _told(seen: Seen) -> tuple[Block, ...]:
    told = list(shifts_told(seen.measured))
    if told:
        return tuple(Paragraph(said) for said in told[:_ROWS])
    return (Paragraph(text(say("No shift is more than noise."))),) if seen.measured.since is not None else ()


def _mood_chart(title: str, rows: Sequence[tuple[str, Row]]) -> tuple[Block, ...]:
    known = [(name, row) for name, row in rows if row.negative is not None][:_ROWS]
    if len(known) < 2:
        return ()
    names = tuple(one_line(name, _NAME) for name, _ in known)
    series = [Series(say("This time"), tuple(_hundredths(row.negative) for _, row in known))]
    if any(row.usual_negative is not None for _, row in known):
        series.append(Series(say("Usual"), tuple(_hundredths(row.usual_negative) for _, row in known)))
    alt = all_of(f"{name} {_share(row.negative)}" for name, (_, row) in zip(names, known, strict=True))
    return (Chart(title, "bars", names, tuple(series), alt, "%"),)


def _mood_table(title: str, rows: Sequence[tuple[str, Row]]) -> tuple[Block, ...]:
    if not rows:
        return ()
    return (Paragraph(text(Bold(title))), *_lines([(name, _mood(row)) for name, row in rows[:_ROWS]]))


def _lines(rows: Sequence[tuple[str, Text]]) -> tuple[Block, ...]:
    """Lines that begin with a name from outside: so it is no label, but text."""
    spans: Text = ()
    for name, said in rows:
        spans = (*spans, *(("\n",) if spans else ()), f"{one_line(name, _NAME)}: ", *said)
    return (Paragraph(spans),) if spans else ()


def _mood(row: Row) -> Text:
    if row.negative is None:
        return text(say("too little to tell"))
    parts = [text(Bold(_share(row.negative)), " ", say("negative"))]
    if row.usual_negative is not None:
        parts.append(text(say("usually {share}", share=_share(row.usual_negative))))
    if row.positive is not None:
        parts.append(text(say("{share} positive", share=_share(row.positive))))
    parts.append(text(say("of {n}", n=in_figures(row.sure))))
    if row.mood_shifted:
        parts.append(text(say("more than noise")))
    return dotted(parts)


def _sure(seen: Seen) -> str:
    row = seen.measured.shifts.overall
    return say(
        "The mood of {sure} of {heard} is sure enough to count.", sure=in_figures(row.sure), heard=in_figures(row.heard)
    )


def _hundredths(share: float | None) -> float | None:
    return round(100 * share, 1) if share is not None else None


def _share(share: float | None) -> str:
    return per_cent(round(100 * share)) if share is not None else "–"


def network_blocks(seen: Seen) -> tuple[Block, ...]:
    """How much was heard on each network, beside what is usual, and how customers move between them."""
    rows = seen.measured.shifts.networks
    names = tuple(network_name(row.name) for row in rows[:_ROWS])
    alt = all_of(f"{name} {in_figures(row.heard)}" for name, row in zip(names, rows, strict=False))
    series = [Series(say("This time"), tuple(float(row.heard) for row in rows[:_ROWS]))]
    if any(row.usual is not None for row in rows):
        usual = tuple(round(row.usual, 1) if row.usual is not None else None for row in rows[:_ROWS])
        series.append(Series(say("Usual"), usual))
    return (
        *((Chart(say("Conversations by network"), "bars", names, tuple(series), alt),) if len(rows) > 1 else ()),
        *_lines([(network_name(row.name), _volume(row)) for row in rows[:_ROWS]]),
        *_moved(seen),
    )


def _volume(row: Row) -> Text:
    parts = [text(Bold(say_many("{n} conversation", "{n} conversations", row.heard)))]
    if row.usual is not None:
        parts.append(text(say("usually {n}", n=in_figures(round(row.usual)))))
    if row.volume_shifted:
        parts.append(text(say("more than noise")))
    return dotted(parts)


def _moved(seen: Seen) -> Iterator[Block]:
    movement = seen.measured.movement
    if not movement.stayed and not movement.moves:
        return
    known = say_many("{n} customer stayed on their network", "{n} customers stayed on their network", movement.stayed)
    went = say_many("{n} wrote on another one", "{n} wrote on another one", movement.moves)
    new = say_many(
        "{n} is heard for the first time in four weeks", "{n} are heard for the first time in four weeks", movement.new
    )
    yield Paragraph(text(Bold(say("Moving between networks"))))
    yield Paragraph(dotted((text(known), text(went), text(new))))
    clear = {(each.origin, each.goal) for each in streams(movement.moved) if each.clear}
    lines = []
    for (origin, goal), many in most_first(movement.moved)[:_WAYS]:
        said = f"{network_name(origin)} → {network_name(goal)}"
        noisy = text(say("more than noise")) if (origin, goal) in clear else ()
        lines.append((said, dotted((text(in_figures(many)), noisy))))
    yield from _lines(lines)


def customer_blocks(seen: Seen) -> tuple[Block, ...]:
    """Who speaks for the company, and who may leave it; named for those who may see what customers were told to think."""
    sides = seen.measured.sides
    rows = (
        (say("Advocates"), text(say_many("{n} customer", "{n} customers", sides.advocates))),
        (say("At risk"), text(say_many("{n} customer", "{n} customers", sides.at_risk))),
    )
    if "conversations" in seen.hidden:
        return (Facts(rows), Small(text(say("Their moods are not shown to everybody, so nobody is named."))))
    return (
        Facts(rows),
        *_leaning(say("The clearest advocates"), sides.best, mark("{most} positive, {others} negative"), seen),
        *_leaning(say("Most at risk"), sides.worst, mark("{most} negative, {others} positive"), seen),
        Small(text(say("By the moods of their conversations in this time and the four weeks before."))),
    )


def _leaning(title: str, leanings: tuple[Leaning, ...], pattern: str, seen: Seen) -> Iterator[Block]:
    if leanings:
        yield Paragraph(text(Bold(title)))
    for each in leanings:
        name = one_line(visible_name(each.name, seen.hidden), _NAME) or say("Somebody")
        moods = say(sentence(pattern), most=in_figures(each.most), others=in_figures(each.others))
        yield Paragraph(
            dotted((text(name), text(moods))), Button(say("Customer"), "customer", {"id": each.customer_id})
        )


def idea_blocks(seen: Seen) -> tuple[Block, ...]:
    """What became of ideas, who was told, and which are asked for most."""
    news, loops = seen.measured.ideas, seen.measured.loops
    became = [
        (mark("Considered"), "considering"),
        (mark("Planned"), "planned"),
        (mark("Shipped"), "shipped"),
        (mark("Declined"), "declined"),
    ]
    rows = [(say("New"), text(in_figures(news.raised)))]
    rows += [(sentence(name), text(in_figures(news.many(state)))) for name, state in became if news.many(state)]
    if loops.askers:
        parts = [
            text(
                say_many(
                    "{told} of {n} asker told", "{told} of {n} askers told", loops.askers, told=in_figures(loops.told)
                )
            )
        ]
        if loops.waiting:
            parts.append(text(say_many("{n} is still to be told", "{n} are still to be told", loops.waiting)))
        if loops.cannot:
            parts.append(text(say_many("{n} cannot be told", "{n} cannot be told", loops.cannot)))
        if loops.left:
            parts.append(
                text(say_many("{n} was left out by a colleague", "{n} were left out by a colleague", loops.left))
            )
        rows.append((say("Told"), dotted(parts)))
    return (
        Facts(tuple(rows)),
        *_named(say("Shipped"), news.shipped),
        *_named(say("Asked for most"), news.asked),
        *_named(say("Declined"), news.declined),
    )


def _named(title: str, ideas: tuple[NamedIdea, ...]) -> Iterator[Block]:
    if ideas:
        yield Paragraph(text(Bold(title)))
    for idea in ideas:
        asked = text(say_many("{n} conversation asks", "{n} conversations ask", idea.asked)) if idea.asked else ()
        line = dotted((text(Bold(idea.ref)), text(one_line(idea.title, 120)), asked))
        yield Paragraph(line, idea_act("show", idea.ref, say("Show")))
