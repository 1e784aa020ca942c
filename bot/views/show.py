"""The whole conversation: what was said, what happened, what colleagues wrote. What is left out is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Facts,
    Header,
    Link,
    Paragraph,
    Quote,
    Rule,
    Small,
    Span,
    Text,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.events import AnswerSent, AnswerWritten, CustomerWrote, Event, Opened
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost
from bot.ports import CrmEntry, Note, Sight
from bot.speech import say, say_many
from bot.views.acts import act
from bot.views.answers import answer_blocks
from bot.views.campaigns import campaign_line
from bot.views.conversation import baton_line
from bot.views.echoes import echo_line, leader_button
from bot.views.loops import shipped_blocks
from bot.views.said import customer_line, customer_name, for_all, headline, is_private, media_links, open_button
from bot.views.trail import tell_all, together
from bot.views.wording import crm_name, cut, dotted, is_web, one_line, tame, when, who
from bot.views.writing import writing_acts

POSTS = 6
"""The first post and the newest ones: so many in all."""

CHANGED = 2
"""Of how many edited posts the earlier text is shown, and of each only the last change."""

ANSWERS = 3
"""Of how many answers of ours the words are shown."""

EVENTS = 15
NOTES = 8

_POST_LIMIT = 900
_NOTE_LIMIT = 400

Versions = Mapping[str, Sequence[tuple[datetime, str]]]


def show_card(
    sight: Sight,
    posts: Sequence[StoredPost],
    trail: Sequence[Event],
    notes: Sequence[Note],
    versions: Versions,
    config: Config,
    *,
    now: datetime,
    me: PersonRef | None = None,
    answerable: bool = False,
    entries: Sequence[CrmEntry] = (),
) -> Card:
    """Posts, trail and notes, oldest first; long ones are cut in the middle or at their beginning. `me` is who looks.

    `answerable`: the customer can be answered from here. `entries` are what was written of it to CRMs.
    """
    sight = for_all(sight, config)
    c = sight.conversation
    if c.forgotten:
        said = phrase(
            "The customer was forgotten on request. What was said is gone; what happened stays for the counts."
        )
        gone: tuple[Block, ...] = (Header(headline(c, is_private(sight))), Small(said), Rule())
        return Card(say("{ref}: forgotten on request", ref=c.ref), (*gone, *_trail(trail, config, now)))
    blocks: tuple[Block, ...] = (
        Header(headline(c, is_private(sight))),
        Paragraph(text(customer_line(sight.customer, sight.identity))),
        Facts(((say("Baton"), baton_line(c, config, now)), *_record(entries, config, now))),
        *_posts(posts, versions, config, now),
        *echo_line(c),
        *campaign_line(c),
        *_answers(trail, config, now),
        *answer_blocks(sight, config),
        *shipped_blocks(c),
        *_notes(notes, config, now),
        Rule(),
        *_trail(_without_words(trail) if c.deleted_posts else trail, config, now),
        Actions(
            (
                *_first_acts(c, me, answerable=answerable),
                act("note", c.ref),
                act("customer", c.ref),
                *writing_acts(c, posts, len(posts) + len(notes) + c.answered, config),
                *open_button(sight),
            )
        ),
    )
    return Card(
        say(
            "{ref}: {name}, {posts}, {notes}",
            ref=c.ref,
            name=customer_name(sight.customer),
            posts=say_many("{n} post", "{n} posts", len(posts)),
            notes=say_many("{n} note", "{n} notes", len(notes)),
        ),
        blocks,
    )


def _record(entries: Sequence[CrmEntry], config: Config, now: datetime) -> tuple[tuple[str, Text], ...]:
    """What became of the newest entry in each CRM: `Record  written to Tryton 10:12`."""
    newest = {entry.crm: entry for entry in entries}
    said = dotted(_entry(entry, config, now) for entry in newest.values())
    return ((say("Record"), said),) if said else ()


def _entry(entry: CrmEntry, config: Config, now: datetime) -> Text:
    crm, at = crm_name(entry.crm, config), when(entry.at, now, config)
    match entry.state:
        case "written":
            where: Span = Link(crm, entry.url) if entry.url is not None and is_web(entry.url) else crm
            return phrase("written to {where} {at}", where=where, at=at)
        case "nobody":
            return phrase("{crm} knows nobody who surely is this customer: nothing is written there yet", crm=crm)
        case "failed":
            return phrase("⚠ {crm} refused it: {error}", crm=crm, error=one_line(entry.error, 120))
        case _:
            return text(
                say("to be written to {crm}", crm=crm) + (f": {one_line(entry.error, 120)}" if entry.error else "")
            )


def _first_acts(c: Conversation, me: PersonRef | None, *, answerable: bool) -> tuple[Button, ...]:
    if c.state is State.RESOLVED:
        return (act("reopen", c.ref),)
    if c.state is State.ECHO:
        return leader_button(c), act("separate", c.ref)
    if me is not None and c.is_held_by(me):
        return (*((act("reply", c.ref),) if answerable else ()), act("pass", c.ref), act("resolve", c.ref))
    return (act("claim" if c.state is State.FLOOR else "join", c.ref),)


def _posts(posts: Sequence[StoredPost], versions: Versions, config: Config, now: datetime) -> tuple[Block, ...]:
    shown, left = (posts, 0) if len(posts) <= POSTS else ((posts[0], *posts[1 - POSTS :]), len(posts) - POSTS)
    changed = [post.id for post in shown if versions.get(post.id) and post.deleted_at is None][-CHANGED:]
    blocks: list[Block] = []
    for index, post in enumerate(shown):
        if index == 1 and left:
            blocks.append(Small(phrase_many("{n} post between them left out", "{n} posts between them left out", left)))
        blocks += _post(post, config, now)
        if post.id in changed:
            blocks += _change(versions[post.id], config, now)
    return tuple(blocks)


def _post(post: StoredPost, config: Config, now: datetime) -> tuple[Block, ...]:
    posted = when(post.post.posted_at, now, config)
    if post.deleted_at is not None:
        return (
            Small(
                phrase(
                    "{posted}  🗑 deleted by the customer at {when}",
                    posted=posted,
                    when=when(post.deleted_at, now, config),
                )
            ),
        )
    words = tame(post.post.text)
    beside = [*posted]
    if post.edited_at is not None:
        beside += ["  ", *phrase("edited {when}", when=when(post.edited_at, now, config))]
    beside += media_links(post.post.media)
    if len(words) > _POST_LIMIT:
        left = len(words) - _POST_LIMIT
        beside.append("  " + say_many("{n} more character left out", "{n} more characters left out", left))
    quote = (Quote(cut(words, _POST_LIMIT), _POST_LIMIT),) if words else ()
    return Small(tuple(beside)), *quote


def _answers(trail: Sequence[Event], config: Config, now: datetime) -> tuple[Block, ...]:
    """What we answered, as it went out."""
    sent = {event.answer_id: event for event in trail if isinstance(event, AnswerSent)}
    ours = [event for event in trail if isinstance(event, AnswerWritten) and event.answer_id in sent]
    blocks: list[Block] = []
    if len(ours) > ANSWERS:
        blocks.append(
            Small(
                phrase_many(
                    "{n} earlier answer of ours left out", "{n} earlier answers of ours left out", len(ours) - ANSWERS
                )
            )
        )
    for event in ours[-ANSWERS:]:
        by = who(event.by, config) if event.by is not None else say("Baton")
        blocks.append(
            Small(phrase("{when}  our answer, by {by}", when=when(sent[event.answer_id].at, now, config), by=by))
        )
        blocks.append(Quote(cut(tame(event.text), _POST_LIMIT), _POST_LIMIT))
    return tuple(blocks)


def _change(earlier: Sequence[tuple[datetime, str]], config: Config, now: datetime) -> tuple[Block, ...]:
    replaced_at, words = earlier[-1]
    at = when(replaced_at, now, config)
    said = (
        phrase_many(
            "until {when} it said; {n} earlier change before that:",
            "until {when} it said; {n} earlier changes before that:",
            len(earlier) - 1,
            when=at,
        )
        if len(earlier) > 1
        else phrase("until {when} it said:", when=at)
    )
    return (
        Small(said),
        Quote(cut(tame(words), _NOTE_LIMIT), _NOTE_LIMIT),
    )


def _notes(notes: Sequence[Note], config: Config, now: datetime) -> tuple[Block, ...]:
    if not notes:
        return ()
    left = len(notes) - NOTES
    blocks: list[Block] = [Rule(), Paragraph(text(Bold(say("Notes"))))]
    if left > 0:
        blocks.append(Small(phrase_many("{n} earlier note left out", "{n} earlier notes left out", left)))
    for note in notes[-NOTES:]:
        words = cut(tame(note.text), _NOTE_LIMIT)
        said = {"by": who(note.by, config), "words": words}
        line = say("{by} (edited): {words}", **said) if note.edited_at is not None else say("{by}: {words}", **said)
        blocks.append(Paragraph(text(*when(note.at, now, config), f"  {line}")))
    return tuple(blocks)


def _without_words(trail: Sequence[Event]) -> list[Event]:
    """The trail without the customer's own words, of which they deleted some."""
    return [
        replace(event, why_urgent=(event.why_urgent or "").partition(": “")[0])
        if isinstance(event, Opened | CustomerWrote)
        else event
        for event in trail
    ]


def _trail(trail: Sequence[Event], config: Config, now: datetime) -> tuple[Block, ...]:
    if not trail:
        return ()
    trail = together(trail)
    left = len(trail) - EVENTS
    shown: Text = tell_all(trail[-EVENTS:], config, now)
    cut_off = (Small(phrase_many("{n} earlier step left out", "{n} earlier steps left out", left)),) if left > 0 else ()
    return Paragraph(text(Bold(say("What happened")))), *cut_off, Paragraph(shown)
