"""A customer is forgotten: what of a conversation stays for the counts, and how two colleagues decide it. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.outcome import NOTHING, Outcome
from bot.domain.people import PersonRef
from bot.domain.record import Owed
from bot.domain.triage import without_words
from bot.errors import UserError
from bot.speech import say

LASTS = timedelta(days=7)
"""How long a request waits for its second person, where the configuration says nothing else."""

SOMETHING = "something"
"""What `changed` says of a forgotten customer for whom something was changed."""

SHORTEST = 4
"""Names and handles of fewer letters are not searched for in what is about others: they stand in too many words."""

_WORDS = ("why", "why_urgent", "ask", "text", "template", "question", "url", "escalated_why")
"""Where events and states hold words, of the customer or about them."""

State = Literal["asked", "refused", "confirmed", "done"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was erased, how many of each, and what could not be, with why. No word of it is the customer's."""

    erased: dict[str, int] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    def and_erased(self, **more: int) -> Report:
        """With more that was erased."""
        counts = {what: self.erased.get(what, 0) + many for what, many in more.items() if many}
        return replace(self, erased={**self.erased, **counts})

    def and_left(self, *more: str) -> Report:
        """With more that could not be; what was said before is not said again."""
        return replace(self, left=tuple(dict.fromkeys((*self.left, *more))))


@dataclass(frozen=True, slots=True)
class Forgetting:
    """One request to forget a customer: who asked, who decided, what came of it. It stays as the audit trail.

    `why` is emptied when it is done. `owed` are our entries in CRMs that are not erased yet, by CRM.
    """

    id: str
    customer_id: str
    asked_by: PersonRef
    asked_at: datetime
    until: datetime
    why: str = ""
    number: int | None = None
    state: State = "asked"
    decided_by: PersonRef | None = None
    decided_at: datetime | None = None
    erased_at: datetime | None = None
    homes_at: datetime | None = None
    scrubbed_at: datetime | None = None
    done_at: datetime | None = None
    report: Report = field(default_factory=Report)
    owed: dict[str, list[Owed]] = field(default_factory=dict)


def decide(request: Forgetting, by: PersonRef, at: datetime, *, allowed: bool, confirm: bool) -> Forgetting:
    """A second person confirms or refuses; raises `UserError` where they may not, or there is nothing to decide."""
    if request.state != "asked":
        raise UserError(
            say("That request has been decided already."), say("Both who decided are told what came of it.")
        )
    if at >= request.until:
        raise UserError(say("That request is over."), say("Ask again: `forget B-12 why`."))
    if by.id == request.asked_by.id and confirm:
        raise UserError(say("You asked for it yourself."), say("A second person has to confirm it."))
    if not allowed and by.id != request.asked_by.id:
        raise UserError(say("You may not decide this."), say("A coordinator, a sponsor or an admin does."))
    return replace(request, state="confirmed" if confirm else "refused", decided_by=by, decided_at=at)


def anonymous_event(event: e.Event) -> e.Event:
    """The event without words: its kind, time, people and departments stay, and what is counted."""
    changes: dict[str, Any] = {}
    for name in {each.name for each in fields(event)} & set(_WORDS):
        value = getattr(event, name)
        changes[name] = "" if isinstance(value, str) and name not in {"why_urgent", "url"} else None
    if isinstance(event, e.Opened | e.CustomerWrote | e.PostEdited | e.ReadAgain) and event.reading is not None:
        changes["reading"] = without_words(event.reading)
    if isinstance(event, e.Resolved):
        changes["outcome"] = _anonymous_outcome(event.outcome)
    return replace(event, **changes)


def anonymous(c: Conversation) -> Conversation:
    """The state without words: the same as what a trail of anonymous events leads to."""
    answer, asked = c.answer, c.pass_request
    return replace(
        c,
        # A crisis keeps its reason where others keep why they are urgent.
        why_urgent="" if c.crisis and c.why_urgent is not None else None,
        reading=without_words(c.reading) if c.reading is not None else None,
        escalated_why="",
        perspectives={key: replace(each, text="") for key, each in c.perspectives.items()},
        pass_request=replace(asked, ask="") if asked is not None else None,
        outcome=_anonymous_outcome(c.outcome) if c.outcome is not None else None,
        answer=replace(answer, text="", why="", url=None, template=None) if answer is not None else None,
        draft=replace(c.draft, text="") if c.draft is not None else None,
    )


def _anonymous_outcome(outcome: Outcome) -> Outcome:
    return Outcome(outcome.kind, "", SOMETHING if outcome.changed_something else NOTHING)


_NUMBER = re.compile(r"^\+?[\d\s()/.-]{8,}$")


def _in_ids(number: str) -> Iterable[str]:
    """A telephone number as it stands within ids: its digits alone, and as WhatsApp writes it into those of messages, in base64
    after three bytes."""
    digits = re.sub(r"\D", "", number)
    whole = digits[: len(digits) // 3 * 3]
    return digits, base64.b64encode(whole.encode()).decode()


def needles(names: Iterable[str | None]) -> tuple[str, ...]:
    """What to search for, the longest first: names, handles and addresses as they may stand in other people's words."""
    found = {name.strip().lstrip("@") for name in names if name}
    found |= {form for name in found if _NUMBER.match(name) for form in _in_ids(name)}
    return tuple(sorted((name for name in found if len(name) >= SHORTEST), key=lambda name: (-len(name), name)))
