"""Who really took a conversation: the last department that had it in hand, most of all the one that resolved it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain import events as e
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.policy import Lease
from bot.domain.taking import HELD, RESOLVED, taking

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LEASE = Lease(AT + timedelta(hours=1), AT + timedelta(minutes=50))
ANA, BEN = PersonRef("1", "Ana", "support"), PersonRef("2", "Ben", "fleet")


def at(minutes: float) -> datetime:
    return AT + timedelta(minutes=minutes)


def claimed(by: PersonRef, minutes: float = 0) -> e.Event:
    return e.Claimed(at=at(minutes), by=by, lease=LEASE)


def released(by: PersonRef, minutes: float) -> e.Event:
    return e.Released(at=at(minutes), by=by)


def accepted(by: PersonRef, giver: PersonRef, minutes: float) -> e.Event:
    return e.PassAccepted(at=at(minutes), by=by, giver=giver, lease=LEASE)


def resolved(by: PersonRef | None, minutes: float) -> e.Event:
    return e.Resolved(at=at(minutes), by=by, outcome=Outcome(OutcomeKind.FIXED, "a", "b"))


def took(*events: e.Event) -> tuple[str | None, float] | None:
    found = taking(events)
    return (found.department, found.weight) if found is not None else None


def test_a_claim_counts_half_and_its_resolve_whole() -> None:
    assert took() is None
    assert took(claimed(BEN)) == ("fleet", HELD)
    assert took(claimed(BEN), resolved(BEN, 5)) == ("fleet", RESOLVED)


def test_who_passed_it_on_did_not_take_it() -> None:
    assert took(claimed(ANA), accepted(BEN, ANA, 30)) == ("fleet", HELD)
    assert took(claimed(ANA), accepted(BEN, ANA, 30), resolved(BEN, 40)) == ("fleet", RESOLVED)


def test_a_look_of_less_than_a_minute_counts_nothing_but_longer_does() -> None:
    assert took(claimed(BEN), released(BEN, 0.9)) is None
    assert took(claimed(BEN), released(BEN, 1)) == ("fleet", HELD)
    assert took(claimed(ANA), released(ANA, 9), claimed(BEN, 20), released(BEN, 20.5)) == ("support", HELD)
    assert took(claimed(ANA), accepted(BEN, ANA, 9), released(BEN, 9.5)) == ("support", HELD)


def test_whoever_takes_it_up_again_took_it() -> None:
    first = (claimed(ANA), resolved(ANA, 5), e.Reopened(at=at(60), via="network"))
    assert took(*first) == ("support", RESOLVED)
    assert took(*first, claimed(BEN, 61)) == ("fleet", HELD)


def test_nobody_took_what_was_resolved_by_baton_or_by_somebody_of_no_department() -> None:
    assert took(resolved(None, 5)) is None
    assert took(claimed(PersonRef("3", "Nia"))) == (None, HELD)
