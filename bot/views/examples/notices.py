"""What colleagues are told: of batons, of answers, of what a model wrote."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import events as e
from bot.domain.answer import AnswerState
from bot.domain.policy import Lease
from bot.domain.writing import Written
from bot.ports import Note
from bot.views import made_up as m
from bot.views.answer_notices import (
    answer_approved_card,
    answer_failed_card,
    answer_rejected_card,
    answer_unclear_card,
    approval_asked_card,
)
from bot.views.copied import notes_card
from bot.views.examples.scenes import ASKED, CALLED, EDITED, GONE, PASSING, Examples
from bot.views.notices import (
    called_from_afar_card,
    customer_wrote_card,
    deleted_card,
    discussion_call_card,
    edited_after_card,
    escalated_card,
    holding_card,
    lease_expired_card,
    lease_warning_card,
    pass_accepted_card,
    pass_asked_card,
    pass_declined_card,
    pass_wanted_card,
    woken_card,
)
from bot.views.writing import (
    not_written_card,
    suggestion_card,
    summary_card,
    translation_card,
    writing_late_card,
)

_NOTED = (
    Note(
        "n1",
        1042,
        m.BEN,
        m.at(10, 12),
        "Spoke with the carrier, they knew.\n📎 box.jpg https://acme.example/box.jpg",
        via="teams",
    ),
    Note("n2", 1042, m.ANA, m.at(10, 13), "Then see https://shop.example/returns", via="slack"),
)


def notices() -> Examples:
    """What is said to whom a change concerns."""
    held, passing, floor = m.sight(m.HELD), m.sight(PASSING), m.sight(m.FLOOR)
    accepted = e.PassAccepted(at=m.at(10, 14), by=m.BEN, giver=m.ANA, lease=Lease(m.at(10, 44), m.at(10, 36)))
    declined = e.PassDeclined(at=m.at(10, 15), by=m.BEN, giver=m.ANA, why="the box is Logistics' now")
    wanted = e.PassWanted(at=m.at(10, 15), by=m.BEN, holder=m.ANA, ask="I know the customer")
    expired = e.LeaseExpired(at=m.at(10, 32), holder=m.ANA)
    raised = e.Escalated(at=m.at(9, 40), by=m.ANA, rung=2, why="three parcels, press asking")
    crisis = e.CrisisRaised(at=m.at(9, 40), by=m.JONAS, why="the stove may catch fire")
    gone = m.sight(replace(m.HELD, posts=1, deleted_posts=1, deleted_at=m.at(9, 31)), GONE)
    c, now = m.CONFIG, m.NOW
    return (
        ("you hold it", holding_card(m.HELD)),
        ("called into the thread", discussion_call_card(floor, CALLED, c, people=(m.JONAS,))),
        ("a note from another thread", notes_card(_NOTED[:1], c, here="slack")),
        ("notes from other threads", notes_card(_NOTED, c, here="slack")),
        ("called in from another platform", called_from_afar_card(floor, CALLED, c)),
        ("back from its snooze", woken_card(held, c, now=now)),
        ("asked to take it", pass_asked_card(passing, ASKED, c, now=now)),
        ("pass accepted", pass_accepted_card(held, accepted, c)),
        ("pass declined", pass_declined_card(held, declined, c)),
        ("somebody wants it", pass_wanted_card(held, wanted, c)),
        ("time nearly over", lease_warning_card(held, c, now=now)),
        ("time over", lease_expired_card(floor, expired, c, now=now)),
        ("escalated by a person", escalated_card(held, raised, c, people=(m.ELIF,))),
        ("escalated because overdue", escalated_card(floor, m.OVERDUE, c)),
        ("crisis raised", escalated_card(floor, crisis, c)),
        ("the customer wrote", customer_wrote_card(held, c, now=now)),
        ("edited after we read it", edited_after_card(m.sight(m.HELD, EDITED), EDITED, c, now=now)),
        ("deleted by the customer", deleted_card(gone, c, now=now)),
        *_about_answers(),
    )


def _about_answers() -> Examples:
    asked = replace(m.ANSWER, state=AnswerState.ASKED, needs=("legal",))
    stuck = m.sight(replace(m.HELD, answer=replace(m.ANSWER, state=AnswerState.FAILED)))
    approved = e.AnswerApproved(at=m.at(10, 20), by=m.BEN, answer_id="a-1", department="legal")
    rejected = e.AnswerRejected(
        at=m.at(10, 20), by=m.BEN, answer_id="a-1", author=m.ANA, text=m.ANSWER.text, why="we may not promise a date"
    )
    failed = e.AnswerFailed(at=m.at(10, 13), answer_id="a-1", why="Mastodon: the account was suspended.")
    unclear = e.AnswerUnclear(at=m.at(10, 13), answer_id="a-1", why="no answer in 20 s")
    return (
        ("asked to approve an answer", approval_asked_card(m.sight(replace(m.HELD, answer=asked)), asked, m.CONFIG)),
        ("answer approved", answer_approved_card(m.sight(replace(m.HELD, answer=m.ANSWER)), approved, m.CONFIG)),
        ("answer rejected", answer_rejected_card(m.sight(m.HELD), rejected, m.CONFIG)),
        ("answer failed", answer_failed_card(stuck, failed)),
        ("answer of unknown fate", answer_unclear_card(stuck, unclear)),
    )


def written() -> Examples:
    """What a model wrote."""
    drafted = Written(
        "We are sorry, and a new one goes out today.\n\n– Ana and the team", ("https://evil.example", "@ceo")
    )
    lines = Written("Third parcel that arrives crushed.\nWe promised a new one; it is not there yet.")
    return (
        ("a suggestion that took longer", suggestion_card("B-1042", drafted, "a new one goes out")),
        ("a summary", summary_card("B-1042", lines)),
        ("a translation", translation_card("B-1042", "en", Written("Third parcel in a row that arrives crushed."))),
        ("it is being written", writing_late_card("B-1042", "translate", {"into": "en"})),
        ("it could not be written", not_written_card("B-1042", "suggest", "The model did not answer in 30 s.")),
    )
