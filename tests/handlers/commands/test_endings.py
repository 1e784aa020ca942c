"""`resolve`, `wait`, `reopen`, `snooze`: where a conversation rests or ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatch import FieldErrors
from bot.domain.conversation import State
from bot.domain.outcome import Outcome, OutcomeKind
from tests.handlers.company import Company, post, profile, said


@pytest.fixture
async def held(company: Company) -> Company:
    """Ana holds B-1; B-2 is on the floor."""
    await company.opened("third parcel that arrives crushed", "hello there")
    await company.say("ana", "claim B-1")
    return company


# resolve


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("fixed | parcels that arrive whole | carrier switched back", OutcomeKind.FIXED),
        ("no action | parcels that arrive whole | carrier switched back", OutcomeKind.NO_ACTION),
        ("no_action; parcels that arrive whole; carrier switched back", OutcomeKind.NO_ACTION),
        ("Praise: parcels that arrive whole | carrier switched back", OutcomeKind.PRAISE),
        ("idea wanted: parcels that arrive whole changed: carrier switched back", OutcomeKind.IDEA),
    ],
)
async def test_an_outcome_may_be_given_inline(held: Company, typed: str, kind: OutcomeKind) -> None:
    answer = said(await held.say("ana", f"resolve B-1 {typed}"))
    assert f"B-1 is resolved: {kind.label}." in answer
    c = await held.conversation()
    assert c.state is State.RESOLVED
    assert c.outcome == Outcome(kind, "parcels that arrive whole", "carrier switched back")
    await held.work()
    card = await held.card()
    assert "✅ *B-1*" in card
    assert "wanted: parcels that arrive whole · changed: carrier switched back" in card
    assert "[ Reopen ]  [ Show ]" in card


async def test_what_is_missing_is_asked_for_with_nothing_as_what_we_changed(held: Company) -> None:
    form = (await held.say("ana", "resolve B-1 fixed")).form
    assert form is not None
    assert {field.name: field.default for field in form.fields} == {
        "outcome": "fixed",
        "wanted": "",
        "changed": "nothing",
    }
    assert form.submit == "Resolve"


async def test_a_form_without_what_the_customer_wanted_is_sent_back(held: Company) -> None:
    with pytest.raises(FieldErrors) as wrong:
        await held.submit("ana", "resolve", conversation="B-1", outcome="fixed", wanted=" ", changed="nothing")
    assert list(wrong.value.errors) == ["wanted"]
    with pytest.raises(FieldErrors) as wrong:
        await held.submit("ana", "resolve", conversation="B-1", outcome="vanished", wanted="w", changed="c")
    assert "answered, fixed, idea, lead, praise, no_action" in wrong.value.errors["outcome"]
    assert (await held.conversation()).state is State.HELD


async def test_only_the_holder_resolves(held: Company) -> None:
    assert "Ana Lima holds" in said(await held.say("ben", "resolve B-1 fixed | whole | carrier"))
    assert "Nobody holds" in said(await held.say("ben", "resolve B-2 fixed | whole | carrier"))


# wait


async def test_waiting_stops_the_clock_until_the_customer_writes(held: Company) -> None:
    assert "B-1 waits for the customer." in said(await held.say("ana", "wait B-1"))
    assert "waiting for the customer already" in said(await held.say("ana", "wait B-1"))
    await held.later(days=3)
    c = await held.conversation()
    assert (c.state, c.is_held_by(held.people["ana"].ref)) == (State.WAITING, True)
    await held.hear(post("b", "here is the photo", "customer0", parent_id="post-0"))
    c = await held.conversation()
    assert (c.state, c.is_held_by(held.people["ana"].ref)) == (State.HELD, True)
    assert c.baton is not None
    assert c.baton.lease.until == held.clock.now() + timedelta(hours=4)


async def test_only_the_holder_says_that_it_waits(held: Company) -> None:
    assert "Ana Lima holds" in said(await held.say("ben", "wait B-1"))


# reopen


async def test_a_resolved_one_is_put_back_on_the_floor(held: Company) -> None:
    await held.say("ana", "resolve B-1 fixed | whole | carrier")
    assert "B-1 is back on the floor." in said(await held.say("ben", "reopen B-1 crushed again"))
    c = await held.conversation()
    assert (c.state, c.outcome, c.reopened) == (State.FLOOR, None, 1)
    assert "crushed again" in said(await held.say("ben", "show B-1"))


async def test_an_open_one_needs_no_reopening(held: Company) -> None:
    assert "B-1 is open." in said(await held.say("ben", "reopen B-1"))


async def test_a_customer_who_writes_again_reopens_it(held: Company) -> None:
    await held.say("ana", "resolve B-1 fixed | whole | carrier")
    await held.hear(post("b", "crushed again", "customer0", parent_id="post-0"))
    assert (await held.kinds())[-2:] == ["customer_wrote", "reopened"]
    await held.work()
    assert "[ Claim ! ]" in await held.card()


# snooze


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("2h", "2026-03-02T11:00Z"),
        ("tomorrow 9:00", "2026-03-03T09:00Z"),
        ("until friday", "2026-03-06T09:00Z"),
        ("2026-03-10 14:30", "2026-03-10T14:30Z"),
    ],
)
async def test_it_is_out_of_sight_until_a_time(held: Company, typed: str, until: str) -> None:
    answer = said(await held.say("ben", f"snooze B-2 {typed}"))
    assert "B-2 is snoozed until" in answer
    assert (await held.conversation(2)).snoozed_until == datetime.fromisoformat(until)
    assert "B-2" not in said(await held.say("ben", "list floor"))


async def test_the_time_is_the_persons_own(held: Company) -> None:
    held.people["ben"] = await held.directory.meet(profile("ben", "Ben Roth", timezone="Asia/Tokyo"))
    await held.say("ben", "snooze B-2 tomorrow 9:00")
    assert (await held.conversation(2)).snoozed_until == datetime(2026, 3, 3, 0, tzinfo=UTC)


async def test_a_time_that_is_none_or_past_is_refused(held: Company) -> None:
    assert "“soonish” is not a time." in said(await held.say("ben", "snooze B-2 soonish"))
    assert "That time has passed." in said(await held.say("ben", "snooze B-2 2026-03-01 9:00"))
    with pytest.raises(FieldErrors) as wrong:
        await held.submit("ben", "snooze", conversation="B-2", until="soonish")
    assert list(wrong.value.errors) == ["until"]


async def test_what_another_holds_cannot_be_put_out_of_sight(held: Company) -> None:
    assert "Ana Lima holds" in said(await held.say("ben", "snooze B-1 2h"))
    assert "B-1 is snoozed" in said(await held.say("ana", "snooze B-1 2h"))
