"""Contacts for a colleague who links a customer: every CRM is asked at once, for a moment, and one that fails costs no other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot.config import Config
from bot.domain.customer import Customer, CustomerRecord, Identity
from bot.domain.record import Contact, ContactHistory, ContactMatch
from bot.errors import UserError
from bot.ports import CrmLink
from handlers.crm_search import MOST, LiveCrmSearch
from tests.fakes.crm import FakeCrm

WITHIN = 0.1
CONFIG = Config.model_validate({"crm": {name: {"kind": "odoo"} for name in ("a", "b", "c")}})
MAYA = Contact("c-1", "Maya", emails=("maya@mail.example",))
RECORD = CustomerRecord(Customer("1", "Maya"), (Identity("email", "maya@mail.example"),))


@dataclass
class Asleep(FakeCrm):
    """Answers when nobody waits any more."""

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """Too late."""
        await asyncio.sleep(30)
        return []

    async def history(self, contact_id: str) -> ContactHistory | None:
        """Too late."""
        await asyncio.sleep(30)
        return None


def search(*crms: FakeCrm) -> LiveCrmSearch:
    return LiveCrmSearch({crm.name: crm for crm in crms}, CONFIG, WITHIN)


async def test_slow_and_failing_ones_are_told_and_the_others_offer_theirs() -> None:
    begun = time.monotonic()
    offers = await search(
        Asleep("a"), FakeCrm("b", refuses="we are not let in"), FakeCrm("c", contacts=[MAYA])
    ).matches(RECORD, {})
    assert time.monotonic() - begun < 10 * WITHIN
    assert [(offer.crm, offer.state, offer.why) for offer in offers] == [
        ("a", "late", ""),
        ("b", "failed", "we are not let in"),
        ("c", "found", ""),
    ]
    assert [match.contact for match in offers[2].matches] == [MAYA]


async def test_a_contact_is_offered_once_and_not_too_many_are() -> None:
    twice = [MAYA, MAYA, *(Contact(f"n-{n}", "Maya") for n in range(20))]
    [offer] = await search(FakeCrm("a", contacts=twice)).matches(RECORD, {})
    ids = [match.contact.id for match in offer.matches]
    assert len(ids) == len(set(ids)) == MOST
    assert ids[0] == "c-1"


async def test_as_whom_they_are_linked_is_told_with_its_name_also_where_it_is_not_offered() -> None:
    crm = FakeCrm("a", histories={"c-1": ContactHistory(MAYA)})
    link = CrmLink("1", "a", "c-1", None, "linked by Ana", datetime(2026, 11, 1, tzinfo=UTC))
    [offer] = await search(crm).matches(RECORD, {"a": link})
    assert (offer.matches, offer.linked) == ((), MAYA)
    [offer] = await search(Asleep("a")).matches(RECORD, {"a": link})
    assert (offer.state, offer.linked) == ("late", None)


async def test_a_contact_is_found_by_its_id_or_by_an_address_that_is_its_alone() -> None:
    crm = FakeCrm("a", contacts=[MAYA], histories={"c-1": ContactHistory(MAYA)})
    assert await search(crm).contact("a", "c-1") == MAYA
    assert await search(crm).contact("a", "maya@mail.example") == MAYA
    crm.contacts.append(Contact("c-2", "Mo", emails=MAYA.emails))
    with pytest.raises(UserError, match="knows no contact"):
        await search(crm).contact("a", "maya@mail.example")


@pytest.mark.parametrize(
    ("crm", "why"),
    [
        (Asleep("a"), "has not answered"),
        (FakeCrm("a", down=1), "cannot be asked now: the CRM is down"),
        (FakeCrm("b"), "There is no CRM"),
    ],
    ids=["late", "down", "not configured"],
)
async def test_what_keeps_a_contact_from_being_found_is_said(crm: FakeCrm, why: str) -> None:
    with pytest.raises(UserError, match=why):
        await search(crm).contact("a", "c-1")
