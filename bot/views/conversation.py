"""The conversation's card: the one message on a surface that shows its present state."""

from __future__ import annotations

from datetime import datetime

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Facts,
    Header,
    Menu,
    Paragraph,
    Small,
    Text,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation, PassRequest, State, Timer
from bot.domain.marks import marks_of
from bot.domain.outcome import OutcomeKind
from bot.domain.spans import format_span
from bot.ports import Sight
from bot.speech import mark, say, sentence
from bot.views.acts import act
from bot.views.answers import (
    answer_blocks,
    answer_row,
    answer_stands_button,
    answered_there_act,
    is_on_its_way,
    not_here_line,
)
from bot.views.campaigns import campaign_line
from bot.views.echoes import echo_line, say_the_same, spread_words
from bot.views.loops import shipped_blocks
from bot.views.reading import why_here
from bot.views.said import (
    around,
    customer_line,
    customer_name,
    for_all,
    gone,
    headline,
    is_private,
    latest,
    marks_line,
    open_button,
    provenance,
    quotation,
)
from bot.views.trail import rung_name
from bot.views.wording import (
    department_of,
    dotted,
    duty_name,
    listed,
    name_of,
    network_name,
    one_line,
    reason_words,
    times,
    when,
    who,
)
from bot.views.writing import writing_verbs

MOST_PERSPECTIVES = 4
"""More of them are one click away."""


def conversation_card(
    sight: Sight, config: Config, *, now: datetime, answerable: bool = False, refusal: str = ""
) -> Card:
    """The card in any state. `now` only decides which instants need their day beside the clock.

    `answerable`: the customer can be answered from here; otherwise there is only the way to the network, and `refusal` says why.
    """
    if sight.conversation.forgotten:
        return forgotten_card(sight.conversation.ref)
    sight = for_all(sight, config)
    if sight.conversation.state is State.RESOLVED:
        return _resolved(sight, config, now)
    c = sight.conversation
    blocks = (
        Header(headline(c, is_private(sight))),
        Paragraph(
            text(" · ".join(filter(None, (customer_line(sight.customer, sight.identity), _marks(sight, config)))))
        ),
        *_words(sight, config, now),
        *echo_line(c),
        *campaign_line(c),
        *_alarms(c, config, now),
        Facts(_facts(sight, config, now)),
        *answer_blocks(sight, config),
        *shipped_blocks(c),
        *not_here_line(c, refusal),
        Actions(_actions(sight, config, answerable=answerable)),
    )
    return Card(_summary(sight), blocks)


def forgotten_card(ref: str) -> Card:
    """What is left of the conversation of somebody who asked to be forgotten."""
    return Card(
        say("{ref} · Forgotten on request", ref=ref), (Small(phrase("{ref} · Forgotten on request", ref=Bold(ref))),)
    )


def _marks(sight: Sight, config: Config) -> str:
    return marks_line(marks_of(config.mark_rules, sight.customer, [sight.identity], sight.praises))


def _summary(sight: Sight) -> str:
    """For notifications and screen readers: no times, since those cannot be told in the reader's zone."""
    c, post = sight.conversation, latest(sight)
    pressing = say("Crisis") if c.crisis else say("Urgent") if c.urgent else ""
    who_where = {"customer": customer_name(sight.customer), "network": network_name(c.network)}
    said = (
        say("{customer} on {network}: {words}", words=one_line(post.post.text, 120), **who_where)
        if post is not None and post.post.text.strip()
        else say("{customer} on {network}", **who_where)
    )
    return " · ".join(filter(None, (pressing, c.ref, said)))


def _words(sight: Sight, config: Config, now: datetime) -> tuple[Block, ...]:
    """The quotation and what belongs to it; a tombstone where the customer deleted it."""
    c, post = sight.conversation, latest(sight)
    deleted = gone(c, now, config)
    blocks: list[Block] = []
    if post is not None:
        blocks += quotation(post, c.ref)
        beside = around(sight, post)
        noted = phrase_many("{n} note in the thread", "{n} notes in the thread", sight.notes) if sight.notes else ()
        posted = dotted((provenance(post, now, config, c.reading), noted))
        blocks.append(Small(text(beside, "\n", *posted) if beside else posted))
        if post.edited_at is not None:
            edited = phrase("edited {when}", when=when(post.edited_at, now, config))
            blocks.append(Paragraph(edited, act("show", c.ref, say("Show changes"))))
    if deleted:
        blocks.append(Paragraph(deleted))
    return tuple(blocks)


def _alarms(c: Conversation, config: Config, now: datetime) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if c.crisis:
        blocks.append(
            Paragraph(
                phrase(
                    "🚨 {crisis}: {why}",
                    crisis=Bold(say("Crisis")),
                    why=one_line(reason_words(c.why_urgent or "") or say("no reason given"), 200),
                )
            )
        )
    if c.rung:
        department = c.departments[0] if c.departments else None
        rung = rung_name(1, department, config) if c.rung == 1 else duty_name(c.rung)
        raised = Bold(rung[:1].upper() + rung[1:])
        said = (
            phrase("⬆ {rung} since {when}", rung=raised, when=when(c.escalated_at, now, config))
            if c.escalated_at is not None
            else phrase("⬆ {rung}", rung=raised)
        )
        why = f": {one_line(sentence(c.escalated_why), 200)}" if c.escalated_why else ""
        blocks.append(Paragraph(text(*said, why)))
    return tuple(blocks)


def _facts(sight: Sight, config: Config, now: datetime) -> tuple[tuple[str, Text], ...]:
    c = sight.conversation
    rows: list[tuple[str, Text]] = []
    if why := why_here(c, sight.customer, config):
        rows.append((say("Why here"), text(why)))
    rows.append((say("Baton"), baton_line(c, config, now)))
    if c.pass_request is not None:
        rows.append((say("Pass"), text(asking(c.pass_request, config))))
    rows += answer_row(c, config, now)
    if c.joined:
        rows.append((say("With"), text(listed(who(person, config) for person in c.joined))))
    if c.discussing:
        rows.append((say("Called in"), text(listed(department_of(key, config) for key in c.discussing))))
    for key, perspective in list(c.perspectives.items())[:MOST_PERSPECTIVES]:
        rows.append((department_of(key, config), text(one_line(perspective.text, 200))))
    if (more := len(c.perspectives) - MOST_PERSPECTIVES) > 0:
        rows.append(("", phrase_many("{n} more perspective with Show", "{n} more perspectives with Show", more)))
    return tuple(rows)


def asking(request: PassRequest, config: Config) -> str:
    """`Ana asks Product: "is this the new box?"`."""
    target = (
        name_of(request.to_person)
        if request.to_person is not None
        else department_of(request.to_department or "", config)
    )
    return say(
        "{name} asks {target}: “{ask}”", name=name_of(request.giver), target=target, ask=one_line(request.ask, 200)
    )


def route_line(c: Conversation, config: Config) -> str:
    """`Marketing → Support`; empty before the baton has come from one hand into another department's."""
    return " → ".join(department_of(stop, config) for stop in c.route) if len(c.route) > 1 else ""


def baton_line(c: Conversation, config: Config, now: datetime | None) -> Text:
    """Where the next step lies, and what time will do about it."""
    parts: list[Text] = []
    holder = who(c.baton.holder, config) if c.baton is not None else ""
    if c.snoozed_until is not None:
        until = when(c.snoozed_until, now, config)
        parts.append(
            phrase("{holder} · snoozed until {when}", holder=holder, when=until)
            if holder
            else phrase("snoozed until {when}", when=until)
        )
    elif c.state is State.ECHO:
        parts.append(phrase("says the same as B-{number}, which stands for it", number=c.echo_of or 0))
    elif c.state is State.WAITING:
        parts.append(
            text(
                say("{holder} · waiting for the customer", holder=holder) if holder else say("waiting for the customer")
            )
        )
    elif c.baton is not None:
        parts.append(phrase("{holder} until {when}", holder=holder, when=when(c.baton.lease.until, now, config)))
    elif c.state is State.RESOLVED:
        parts.append(text(say("filed, from before Baton listened") if c.filed else say("resolved")))
    else:
        since = when(c.floor_since, now, config)
        parts.append(
            phrase("back on the floor since {when}", when=since)
            if c.route or c.reopened
            else phrase("on the floor since {when}", when=since)
        )
        parts.append(_goes_to(c, config, now))
    if route := route_line(c, config):
        parts.append(text(route))
    if c.bounces:
        parts.append(phrase("declined {times}", times=times(c.bounces)))
    return dotted(parts)


def _goes_to(c: Conversation, config: Config, now: datetime | None) -> Text:
    """`goes to Support's lead at 09:17`."""
    due, rung = c.timers(config.life_policies).get(Timer.OVERDUE), c.next_overdue_rung
    if due is None or rung is None:
        return ()
    return phrase(
        "goes to {rung} at {when}", rung=rung_name(rung, config.lead_department(c), config), when=when(due, now, config)
    )


def _actions(sight: Sight, config: Config, *, answerable: bool) -> tuple[Button | Menu, ...]:
    c = sight.conversation
    # While one is on its way, or nobody knows where it is, there is no other answer.
    answerable = answerable and not is_on_its_way(c)
    ref, page = c.ref, (*answer_stands_button(c), *open_button(sight))
    written = _by_a_model(sight, config)
    suggest = tuple(verb for verb in written if verb == "suggest")
    more = (*(("draft",) if answerable else ()), *suggest, "perspective", "note", "escalate", "idea")
    looks = (*(verb for verb in written if verb not in suggest), "why", "show")
    reply = _reply(c) if answerable else ()
    if c.pass_request is not None and c.state in {State.FLOOR, State.HELD}:
        third = act("claim", ref) if c.state is State.FLOOR else act("join", ref)
        again = ("reply",) if answerable else ()
        held = () if c.state is State.FLOOR else (*again, "pass", "resolve", "renew", "release", "wait")
        answers = (act("accept", ref, style="primary"), act("decline", ref), third)
        return *answers, *page, _menu(c, *held, "discuss", *more, "customer", *looks)
    if c.state is State.FLOOR:
        first = (act("claim", ref, style="primary"), act("discuss", ref), act("customer", ref))
        return *first, *page, _menu(c, *more, "snooze", *looks)
    if c.state is State.WAITING or c.snoozed_until is not None:
        # The customer is to speak next; who has more to say all the same finds it in the menu.
        again = ("reply",) if answerable else ()
        first = (act("claim", ref, say("Take it up")), act("resolve", ref), act("join", ref))
        return *first, *page, _menu(c, *again, "pass", "release", "discuss", *more, "customer", *looks)
    rest = (act("pass", ref), act("resolve", ref), act("join", ref))
    foremost = (*reply, *rest, *page) if reply else (*page, *rest)
    there = () if answerable or is_on_its_way(c) else (answered_there_act(c),)
    menu = _menu(c, "renew", "release", "wait", "snooze", "discuss", *more, "customer", *looks)
    return *foremost, Menu((*there, *menu.options))


def _by_a_model(sight: Sight, config: Config) -> tuple[str, ...]:
    """What a model could write here, where one is configured."""
    c, post = sight.conversation, latest(sight)
    newest = post if post is not None and post.deleted_at is None and post.post.text.strip() else None
    return writing_verbs(c, newest, c.posts + c.answered + sight.notes, config)


def _reply(c: Conversation) -> tuple[Button, ...]:
    """To answer; where the last answer is stuck, its own buttons say what to do."""
    state = c.answer.state if c.answer is not None else None
    if state in {AnswerState.FAILED, AnswerState.UNCLEAR}:
        return ()
    if state is AnswerState.ASKED:
        return (act("reply", c.ref, say("Change answer…")),)
    return (act("reply", c.ref, style="primary"),)


def _menu(c: Conversation, *verbs: str) -> Menu:
    return Menu(tuple(act(verb, c.ref) for verb in verbs))


def _resolved(sight: Sight, config: Config, now: datetime) -> Card:
    """Two lines: what came of it and who did it; what the customer wanted and what we changed."""
    c = sight.conversation
    ended = _ended(c, config)
    outcome = c.outcome
    second: list[Text] = [text(customer_name(sight.customer))]
    if outcome is not None:
        second.append(phrase("wanted: {wanted}", wanted=one_line(outcome.wanted, 120)))
        second.append(phrase("changed: {changed}", changed=one_line(outcome.changed, 120)))
    if c.echoes:
        second.append(text(f"🔁 {say_the_same(c.echoes)}: {spread_words(c.spread)}"))
    deleted = gone(c, now, config)
    blocks = (
        Paragraph(text("✅ ", Bold(c.ref), f" {ended}")),
        Small(dotted(second)),
        *((Small(deleted),) if deleted else ()),
        *answer_blocks(sight, config),
        *shipped_blocks(c),
        Actions((act("reopen", c.ref), act("show", c.ref))),
    )
    return Card(f"{c.ref} · {ended}", blocks)


def _ended(c: Conversation, config: Config) -> str:
    """`Fixed in 1 h 12 by Ana (Support) with Logistics`."""
    if c.filed:
        return say("Filed, from before Baton listened")
    kind = c.outcome.kind if c.outcome is not None else OutcomeKind.NO_ACTION
    span = format_span((c.resolved_at or c.opened_at) - c.opened_at)
    done = kind in {OutcomeKind.ANSWERED, OutcomeKind.FIXED}
    mine = c.resolved_by.department if c.resolved_by is not None else None
    others = listed(department_of(key, config) for key in c.touched if key != mine)
    said = {"outcome": kind.label, "span": span, "names": others}
    if c.resolved_by is None:
        return say((_WITH if others else _ALONE)[done], **said)
    said["who"] = who(c.resolved_by, config)
    return say((_BY_WITH if others else _BY)[done], **said)


# By whether something was done for the customer.
_ALONE = {True: mark("{outcome} in {span}"), False: mark("{outcome} after {span}")}
_WITH = {True: mark("{outcome} in {span} with {names}"), False: mark("{outcome} after {span} with {names}")}


_BY = {True: mark("{outcome} in {span} by {who}"), False: mark("{outcome} after {span} by {who}")}
_BY_WITH = {
    True: mark("{outcome} in {span} by {who} with {names}"),
    False: mark("{outcome} after {span} by {who} with {names}"),
}
