"""What is written to the company's customer record of a conversation: plain text, for people who were not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import Text, Time
from bot.config import Config
from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.crisis_events import Event as CrisisEvent
from bot.domain.record import Activity, Occasion
from bot.ports import Sight
from bot.speech import in_figures, mark, say, sentence
from bot.views.crisis_trail import tell_crisis
from bot.views.said import latest
from bot.views.trail import tell
from bot.views.wording import cut, department_of, listed, network_name, one_line, tame, who

_STEPS = 30
"""How many steps of the trail an entry tells, the newest."""

_WORDS = 2_000
"""How much of the customer's and of our words."""


def entry_key(number: int, occasion: Occasion, version: int) -> str:
    """Names an entry for ever: `B-12/resolved/17`."""
    return f"B-{number}/{occasion}/{version}"


def record_entry(
    sight: Sight,
    trail: Sequence[e.Event],
    occasion: Occasion,
    key: str,
    config: Config,
    *,
    case: bool,
    thread_url: str | None = None,
    timeline: Sequence[CrisisEvent] = (),
) -> Activity:
    """The entry for one occasion, from the trail up to it (which is its last event); of a crisis with what happened in it."""
    c = sight.conversation
    post = latest(sight)
    at = trail[-1].at if trail else c.opened_at
    lines = [*_about(c, trail, occasion, config), "", *_said(sight, trail, config), "", *_steps(trail, config)]
    if timeline:
        lines += [
            "",
            say("In the crisis:"),
            *(_step(event.at, tell_crisis(event, config), config) for event in timeline),
        ]
    return Activity(
        key=key,
        occasion=occasion,
        subject=one_line(
            say(
                "{ref} on {network}: {headline}",
                ref=c.ref,
                network=network_name(c.network),
                headline=_headline(trail, occasion),
            ),
            200,
        ),
        body="\n".join(lines).strip(),
        at=at,
        network=c.network,
        post_url=post.post.url if post is not None else None,
        thread_url=thread_url,
        urgent=c.urgent or c.crisis,
        case=case,
    )


_RAISED = ("", mark("raised to the lead"), mark("raised to the coordinator"), mark("raised to the sponsor"))


def _headline(trail: Sequence[e.Event], occasion: Occasion) -> str:
    match trail[-1] if trail else None:
        case e.Resolved() as resolved:
            return resolved.outcome.kind.label
        case e.Escalated() as raised:
            return sentence(_RAISED[raised.rung])
        case e.CrisisRaised():
            return say("raised as a crisis")
        case e.WasPartOfCrisis() as part:
            return say("part of crisis C-{crisis}, which is over", crisis=part.crisis)
        case _:
            return occasion


def _about(c: Conversation, trail: Sequence[e.Event], occasion: Occasion, config: Config) -> list[str]:
    last = trail[-1] if trail else None
    lines = []
    if isinstance(last, e.Resolved):
        lines += [
            say("Wanted: {wanted}", wanted=one_line(last.outcome.wanted, 500)),
            say("Changed: {changed}", changed=one_line(last.outcome.changed, 500)),
        ]
    if isinstance(last, e.Escalated | e.CrisisRaised):
        lines.append(say("Why: {why}", why=one_line(last.why, 500)))
    if isinstance(last, e.WasPartOfCrisis):
        lines.append(
            say(
                "Crisis C-{crisis} from {began} to {ended}",
                crisis=last.crisis,
                began=_moment(last.began, config),
                ended=_moment(last.ended, config),
            )
        )
        lines += [
            say("What happened: {happened}", happened=one_line(last.happened, 1000)),
            say("Changed: {changed}", changed=one_line(last.changed, 1000)),
        ]
    if last is not None and last.by is not None:
        others = [department_of(key, config) for key in c.touched if key != last.by.department]
        lines.append(
            say("By {who} with {names}", who=who(last.by, config), names=listed(others))
            if others
            else say("By {who}", who=who(last.by, config))
        )
    elif occasion == "answered":
        lines.append(say("The customer was answered"))
    return lines


def _said(sight: Sight, trail: Sequence[e.Event], config: Config) -> list[str]:
    """The customer's words, and ours as they went out."""
    lines = []
    for stored in sight.posts:
        if stored.deleted_at is None and stored.post.text.strip():
            at = _moment(stored.post.posted_at, config)
            lines.append(f"{at} {one_line(sight.customer.name, 80)}: {cut(tame(stored.post.text), _WORDS)}")
    sent = {event.answer_id for event in trail if isinstance(event, e.AnswerSent)}
    ours = [event for event in trail if isinstance(event, e.AnswerWritten) and event.answer_id in sent]
    return lines + [
        say(
            "{when} we, by {who}: {words}",
            when=_moment(event.at, config),
            who=_actor(event, config),
            words=cut(tame(event.text), _WORDS),
        )
        for event in ours
    ]


def _actor(event: e.Event, config: Config) -> str:
    return who(event.by, config) if event.by is not None else say("Baton")


def _steps(trail: Sequence[e.Event], config: Config) -> list[str]:
    left = len(trail) - _STEPS
    lines = [say("({left} earlier steps left out)", left=in_figures(left))] if left > 0 else []
    return lines + [_step(event.at, tell(event, config), config) for event in trail[-_STEPS:]]


def _step(at: datetime, told: Text, config: Config) -> str:
    return f"{_moment(at, config)} {_plain(told, config)}"


def _plain(told: Text, config: Config) -> str:
    return "".join(
        _moment(span.at, config)
        if isinstance(span, Time)
        else span
        if isinstance(span, str)
        else getattr(span, "text", "")
        for span in told
    )


def _moment(at: datetime, config: Config) -> str:
    """By the company's clock: a CRM's reader has no other."""
    return f"{at.astimezone(ZoneInfo(config.company.timezone)):%Y-%m-%d %H:%M}"
