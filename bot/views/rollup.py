"""The rollup card: what arrives faster than a channel takes cards, in figures, with what cannot wait by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Header,
    Paragraph,
    Small,
    Text,
    Time,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.rolling import is_kept
from bot.ports import Line, Rollup, Tallies
from bot.speech import in_figures, say, say_many
from bot.views.acts import act
from bot.views.echoes import spread_words
from bot.views.lists import excerpt, line_text
from bot.views.wording import dotted, language_name, listed, one_line, quoted, topic_name, when

NAMED = 3
"""So many of what is urgent are shown in a line of their own; the others by their references."""

_TOPICS, _LANGUAGES = 2, 2
_A_PARAGRAPH, _PARAGRAPHS = 1_800, 4
"""Letters of references in a paragraph, and so many paragraphs: the messages of chat platforms end somewhere, and what
customers write above them may take five times its letters."""


def rollup_card(rollup: Rollup, tallies: Tallies, urgent: Sequence[Line], config: Config, *, now: datetime) -> Card:
    """What is rolled up now. `urgent` are the most pressing ones of it."""
    if rollup.ended_at is not None:
        return _ended(rollup, rollup.ended_at, config)
    more = say("🌊 {many} more", many=in_figures(tallies.conversations))
    blocks: list[Block] = [
        Paragraph(dotted((phrase("{more} since {when}", more=Bold(more), when=Time(rollup.since)), *_figures(tallies))))
    ]
    if standing := tuple(_standing(rollup, tallies, now, config)):
        blocks.append(Small(dotted(standing)))
    if rollup.about:
        blocks.append(
            Paragraph(
                phrase("Most speak of {names}.", names=listed(quoted(one_line(word, 30)) for word in rollup.about))
            )
        )
    if tallies.echoes:
        blocks.append(
            Paragraph(
                (
                    *phrase_many(
                        "🔁 {n} more says the same as one of these.",
                        "🔁 {n} more say the same as one of these.",
                        tallies.echoes,
                    ),
                    *((" ", *loudest) if (loudest := _loudest(tallies)) else ()),
                )
            )
        )
    if tallies.urgent:
        many = len(tallies.urgent)
        among = (
            say_many("🔴 {n} urgent one among them:", "🔴 {n} urgent ones among them:", many)
            if urgent
            else say_many("🔴 {n} urgent one among them.", "🔴 {n} urgent ones among them.", many)
        )
        blocks.append(Paragraph(text(Bold(among))))
    blocks += [Paragraph(line_text(line, config, now=now), act("claim", line.conversation.ref)) for line in urgent]
    blocks.append(Actions(_acts(rollup, tallies, now)))
    shown = {line.conversation.number for line in urgent}
    blocks += _named([number for number in tallies.urgent if number not in shown], more=bool(urgent))
    summary = (
        say_many(
            "{more} at once than this channel takes, {n} urgent one among them",
            "{more} at once than this channel takes, {n} urgent ones among them",
            len(tallies.urgent),
            more=more,
        )
        if tallies.urgent
        else say("{more} at once than this channel takes", more=more)
    )
    return Card(summary, tuple(blocks))


def _figures(tallies: Tallies) -> Iterator[Text]:
    """`31 on delivery`, `9 positive`, `3 in French`: what most are about, how they are meant, what is not in the usual language."""
    for name, many in list((tallies.topics or {}).items())[:_TOPICS]:
        yield phrase("{many} on {topic}", many=in_figures(many), topic=topic_name(name))
    moods = tallies.moods or {}
    if many := moods.get("negative", 0):
        yield phrase("{many} negative", many=in_figures(many))
    if many := moods.get("positive", 0):
        yield phrase("{many} positive", many=in_figures(many))
    for code, many in list((tallies.languages or {}).items())[1 : 1 + _LANGUAGES]:
        if name := language_name(code):
            yield phrase("{many} in {name}", many=in_figures(many), name=name)


def _standing(rollup: Rollup, tallies: Tallies, now: datetime, config: Config) -> Iterator[Text]:
    if tallies.networks:
        yield text(spread_words(tallies.networks))
    if rollup.unrolled:
        yield phrase("{unrolled} have cards of their own by now", unrolled=in_figures(rollup.unrolled))
    if rollup.kept_until is not None and is_kept(rollup.kept_until, now):
        yield phrase("rolling up until {when}", when=when(rollup.kept_until, now, config))
    elif tallies.conversations:
        yield phrase("changes as more come; each gets its own card when it is calm")


def _loudest(tallies: Tallies) -> Text:
    if tallies.loudest is None:
        return ()
    line, many = tallies.loudest
    return phrase(
        "The loudest: {ref} {excerpt} ({many} more)",
        ref=Bold(line.conversation.ref),
        excerpt=excerpt(line),
        many=in_figures(many),
    )


def _acts(rollup: Rollup, tallies: Tallies, now: datetime) -> tuple[Button, ...]:
    surface = {"surface": rollup.surface}
    keep = Button(say("Until it is calm"), "rollup", {"what": "unroll", **surface})
    return (
        Button(say("Show list"), "rollup", {"what": "list", **surface}),
        *((Button(say("Only urgent"), "rollup", {"what": "urgent", **surface}),) if tallies.urgent else ()),
        Button(say("Propose crisis"), "crisis", {"what": "propose", **surface}),
        keep
        if is_kept(rollup.kept_until, now)
        else Button(say("Keep rolling up 1 h"), "rollup", {"what": "keep", "span": "1h", **surface}),
    )


def _named(numbers: Sequence[int], *, more: bool) -> Iterator[Block]:
    """References of what is urgent, as many as a message holds; the rest are counted."""
    if not numbers:
        return
    said, paragraphs = say("Urgent, too:") + " " if more else say("Urgent:") + " ", 0
    ranges = list(_ranges(numbers))
    for at, (first, last) in enumerate(ranges):
        ref = f"B-{first}" if first == last else f"B-{first}–B-{last}"
        said += ref if at == len(ranges) - 1 else f"{ref}, "
        if len(said) >= _A_PARAGRAPH:
            yield Small(text(said))
            said, paragraphs = "", paragraphs + 1
        if paragraphs == _PARAGRAPHS:
            left = sum(end - begin + 1 for begin, end in ranges[at + 1 :])
            if left:
                yield Small(phrase("and {more} more", more=in_figures(left)))
            return
    if said:
        yield Small(text(said))


def _ranges(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Numbers in order as (first, last) of those that follow each other; two alone stay two."""
    first = last = numbers[0]
    for number in (*numbers[1:], 0):
        if number == last + 1:
            last = number
            continue
        if last == first + 1:
            yield first, first
            yield last, last
        else:
            yield first, last
        first = last = number


def _ended(rollup: Rollup, at: datetime, config: Config) -> Card:
    """Nothing is left in it."""
    said = say_many(
        "🌊 {n} conversation came faster than this channel takes",
        "🌊 {n} conversations came faster than this channel takes",
        rollup.unrolled,
    )
    told = phrase(
        "{said}, between {since} and {until}. Each has its own card now.",
        said=said,
        since=when(rollup.since, at, config),
        until=when(at, at, config),
    )
    return Card(said, (Paragraph(told),))


def rollup_list_card(
    rollup: Rollup,
    lines: Sequence[Line],
    config: Config,
    *,
    total: int,
    before: int,
    most: int,
    urgent: bool,
    now: datetime,
) -> Card:
    """One page of what is rolled up, `before` of `total` on earlier pages of `most` each; with `urgent` nothing else."""
    name = (
        say_many("{n} urgent one rolled up", "{n} urgent ones rolled up", total)
        if urgent
        else say_many("{n} conversation rolled up", "{n} conversations rolled up", total)
    )
    if not lines:
        said = say("Nothing urgent is rolled up here.") if urgent else say("Nothing is rolled up here any more.")
        return Card(said, (Paragraph(text(said)),))
    blocks: list[Block] = [Header(name), Small(phrase("Whoever claims one gives it a card of its own."))]
    blocks += [Paragraph(line_text(line, config, now=now), act("claim", line.conversation.ref)) for line in lines]
    if total > len(lines):
        blocks.append(
            Small(
                phrase(
                    "{first} to {last} of {total}, what presses most first.",
                    first=in_figures(before + 1),
                    last=in_figures(before + len(lines)),
                    total=in_figures(total),
                )
            )
        )
    args = {"what": "urgent" if urgent else "list", "surface": rollup.surface}
    page = before // most + 1
    pages = [(say("Back"), page - 1)] if page > 1 else []
    pages += [(say("More"), page + 1)] if before + len(lines) < total else []
    if pages:
        blocks.append(Actions(tuple(Button(label, "rollup", {**args, "page": str(to)}) for label, to in pages)))
    return Card(one_line(name, 200), tuple(blocks))
