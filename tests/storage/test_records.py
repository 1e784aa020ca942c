"""Which contact a customer is in each CRM: their own link before that of whom they are one with; a colleague's word for nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.evidence import SAME_CONTACT
from bot.domain.identity import keys_of, traits
from bot.domain.likenesses import judge
from bot.domain.post import Author
from bot.ports import CrmEntry, CrmLink
from storage import SqlStorage
from tests.storage.hearing import HEARD, hear, post


def link(customer_id: str, contact: str | None, crm: str = "main", minutes: int = 0, how: str = "") -> CrmLink:
    said = how or ("the same e-mail" if contact is not None else "unlinked by Ana")
    return CrmLink(customer_id, crm, contact, None, said, HEARD + timedelta(minutes=minutes))


async def met(storage: SqlStorage, *names: str) -> list[str]:
    """Customers who wrote."""
    posts = [post(name, f"{name} writes", author=Author(external_id=name, handle=name)) for name in names]
    return [conversation.customer_id for conversation in await hear(storage, *posts)]


async def put(storage: SqlStorage, *links: CrmLink) -> None:
    async with storage.writing() as uow:
        for each in links:
            await uow.records.set_link(each)


async def contact(storage: SqlStorage, customer_id: str, crm: str = "main") -> str | None:
    async with storage.reading() as uow:
        found = await uow.records.link(customer_id, crm)
    return found.contact_id if found is not None else "nothing known"


@pytest.fixture
async def two(storage: SqlStorage) -> tuple[str, str]:
    """Two customers who are one."""
    one, other = await met(storage, "maya", "mo")
    async with storage.writing() as uow:
        await uow.identities.merge(one, other, "same person", HEARD)
    return one, other


async def test_ones_own_link_comes_first_and_otherwise_the_newest_of_those_who_are_one(
    storage: SqlStorage, two: tuple[str, str]
) -> None:
    one, other = two
    assert await contact(storage, one) == "nothing known"
    await put(storage, link(one, "c-1"))
    assert [await contact(storage, each) for each in two] == ["c-1", "c-1"]
    await put(storage, link(other, "c-2", minutes=5), link(other, "s-2", "shop"))
    assert [await contact(storage, each) for each in two] == ["c-1", "c-2"]
    async with storage.reading() as uow:
        assert [each.contact_id for each in await uow.records.links(one)] == ["c-2", "c-1", "s-2"]
    async with storage.writing() as uow:
        await uow.records.drop_link(other, "main")
    assert [await contact(storage, each) for each in two] == ["c-1", "c-1"]
    assert await contact(storage, one, "shop") == "s-2"


async def test_a_colleagues_word_that_they_are_nobody_is_kept_and_is_no_contact_that_two_share(
    storage: SqlStorage, two: tuple[str, str]
) -> None:
    one, _ = two
    [third] = await met(storage, "ben")
    await put(storage, link(one, None), link(third, None))
    async with storage.reading() as uow:
        found = await uow.records.link(one, "main")
        known = [traits(each) for each in await uow.likenesses.own([one, third])]
    assert found is not None
    assert (found.contact_id, found.by_colleague, found.how) == (None, True, "unlinked by Ana")
    assert not any(key.startswith("c:") for each in known for key in keys_of(each))
    async with storage.reading() as uow:
        around = await uow.likenesses.around(one)
    assert around is not None
    _, everyone, common, refused = around
    compared = [traits(each) for each in everyone]
    assert SAME_CONTACT not in {
        why for each in judge(compared[0], compared, common, refused) for why in each.likeness.why
    }


async def test_who_is_one_contact_in_any_of_several_crms_shares_a_key(storage: SqlStorage) -> None:
    one, other = await met(storage, "maya", "ben")
    await put(storage, link(one, "7", "a"), link(one, "8", "b"), link(other, "9", "a"), link(other, "8", "b"))
    async with storage.reading() as uow:
        keys = [keys_of(traits(each)) for each in await uow.likenesses.own([one, other])]
    assert {key for key in keys[0] & keys[1] if key.startswith("c:")} == {"c:b:8"}


async def test_what_found_nobody_is_found_for_everybody_who_is_one(storage: SqlStorage, two: tuple[str, str]) -> None:
    one, other = two
    entries = [
        CrmEntry("main", f"B-{n}/resolved/1", customer, n, "resolved", "nobody", HEARD)
        for n, customer in enumerate(two, start=1)
    ]
    async with storage.writing() as uow:
        for entry in entries:
            await uow.records.put(entry)
    async with storage.reading() as uow:
        for customer in (one, other):
            found = await uow.records.without_contact(customer, "main")
            assert sorted(each.number for each in found) == [1, 2]
        assert await uow.records.without_contact(one, "shop") == []


async def test_what_they_are_is_kept_and_told_of_all_who_are_one(storage: SqlStorage, two: tuple[str, str]) -> None:
    one, other = two
    async with storage.writing() as uow:
        assert not await uow.customers.set_kind(other, "person"), "known"
        assert await uow.customers.set_kind(other, "company")
        assert not await uow.customers.set_kind(other, "company")
    async with storage.reading() as uow:
        found = [await uow.customers.get(each) for each in (one, other)]
        record = await uow.customers.record(one)
    assert [each.kind for each in found if each is not None] == ["company", "company"]
    assert record is not None
    assert record.customer.kind == "company"


async def test_who_is_nobody_in_a_crm_has_no_contact_to_erase_entries_from(
    storage: SqlStorage, two: tuple[str, str]
) -> None:
    one, other = two
    entry = CrmEntry("main", "B-1/resolved/1", one, 1, "resolved", "written", HEARD, "77")
    await put(storage, link(one, None), link(other, "c-2"))
    async with storage.writing() as uow:
        await uow.records.put(entry)
    async with storage.reading() as uow:
        owed = await uow.privacy.owed([one, other], [1])
    assert [each.contacts for each in owed["main"]] == [("c-2",)]
