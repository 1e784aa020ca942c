"""Customers who are one, and are two again: whatever is merged and unmerged, in whatever order, both are as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import life
from bot.domain.customer import CustomerRecord, Identity, PastConversation, Purchase
from bot.domain.joining import sides
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.policy import Policies
from bot.domain.post import Author
from bot.domain.record import Contact
from bot.ports import CrmLink, ImportedCustomer
from storage import SqlStorage
from tests.storage.hearing import ANA, HEARD, act, hear, post

PEOPLE = ("maya", "mo", "m.okafor", "okafor", "ben")


async def meet(storage: SqlStorage) -> list[str]:
    """Five customers, each with a conversation, a purchase and an outcome of their own."""
    heard = [
        post(name, f"{name} writes", author=Author(external_id=name, handle=name, display_name=name.title()))
        for name in PEOPLE
    ]
    ids = [c.customer_id for c in await hear(storage, *heard)]
    async with storage.writing() as uow:
        for at, (name, id_) in enumerate(zip(PEOPLE, ids, strict=True)):
            past = PastConversation(900 + at, "x", HEARD, "resolved", "fixed", f"{name} wanted", "a box", "Ana")
            await uow.customers.log_outcome(id_, past, name)
        await uow.customers.bring(
            [
                ImportedCustomer(
                    f"C-{name}",
                    name.title(),
                    (Identity("mastodon", name), Identity("email", f"{name}@example.org")),
                    {"city": name},
                    purchases=(Purchase("P1", f"backpack of {name}", HEARD),),
                )
                for name in PEOPLE[:2]
            ],
            HEARD,
        )
    return ids


async def write(storage: SqlStorage, name: str, number: int) -> None:
    """A customer writes once more, under the name they always use."""
    author = Author(external_id=name, handle=name, display_name=name.title())
    await hear(storage, post(f"{name}-{number}", f"{name} again", author=author))


async def records(storage: SqlStorage, ids: list[str]) -> list[CustomerRecord | None]:
    async with storage.reading() as uow:
        return [await uow.customers.record(id_) for id_ in ids]


async def merge(storage: SqlStorage, one: str, other: str) -> str | None:
    async with storage.writing() as uow:
        made = await uow.identities.merge(one, other, "same person", HEARD, ANA, "slack")
    return made.id if made is not None else None


async def unmerge(storage: SqlStorage, id_: str) -> bool:
    async with storage.writing() as uow:
        return await uow.identities.unmerge(id_, "two people", HEARD, ANA, "slack") is not None


@pytest.fixture
async def five(storage: SqlStorage) -> list[str]:
    return await meet(storage)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 4)), max_size=12))
async def test_any_merges_and_unmerges_restore_everybody_exactly(
    storage: SqlStorage, five: list[str], steps: list[tuple[bool, int, int]]
) -> None:
    before = await records(storage, five)
    standing: list[tuple[str, int, int]] = []
    for undo, one, other in steps:
        if undo and standing:
            id_, *_ = standing.pop(one % len(standing))
            assert await unmerge(storage, id_)
        elif (made := await merge(storage, five[one], five[other])) is not None:
            standing.append((made, one, other))
        expected = sides(range(5), [(a, b) for _, a, b in standing])
        async with storage.reading() as uow:
            roots = [await uow.identities.root(id_) for id_ in five]
        assert {frozenset(n for n in range(5) if roots[n] == root) for root in roots} == set(map(frozenset, expected))
        shown = await records(storage, five)
        for side in expected:
            # All of a side show one record, which holds what all of them have, and nothing of others.
            [whole] = {repr(shown[n]): shown[n] for n in side}.values()
            assert whole is not None
            parts = [before[n] for n in side]
            for field in ("identities", "purchases", "conversations"):
                assert set(getattr(whole, field)) == {each for part in parts for each in getattr(part, field)}
            assert whole.posts_total == sum(part.posts_total for part in parts if part is not None)
    for id_, *_ in reversed(standing):
        assert await unmerge(storage, id_)
    assert await records(storage, five) == before


async def test_what_is_written_while_they_are_one_goes_to_whose_it_is(storage: SqlStorage, five: list[str]) -> None:
    other = await meet_alone(storage, five)
    made = await merge(storage, five[0], five[4])
    assert made is not None
    await write(storage, "ben", 1)
    [whole] = await records(storage, [five[0]])
    assert whole is not None
    [ben_conversation] = [c for c in whole.conversations if c.first_text == "ben again"]
    async with storage.writing() as uow:
        c = await uow.conversations.take(ben_conversation.number)
        c = await uow.conversations.save(c, life.claim(c, act(), Policies()))
        await uow.conversations.save(c, life.resolve(c, act(), Outcome(OutcomeKind.FIXED, "a box", "a box")))
        # As it is logged: for the one who is shown.
        past = PastConversation(
            ben_conversation.number, "mastodon", HEARD, "resolved", "fixed", "a box", "a box", "Ana"
        )
        await uow.customers.log_outcome(five[0], past, "once")
    assert await unmerge(storage, made)
    maya, ben = await records(storage, [five[0], five[4]])
    assert maya == other
    assert ben is not None
    assert [c.first_text for c in ben.conversations if c.number == ben_conversation.number] == ["ben again"]
    assert len(ben.conversations) == 3


async def meet_alone(storage: SqlStorage, five: list[str]) -> CustomerRecord | None:
    return (await records(storage, five[:1]))[0]


async def test_whom_the_company_knows_is_shown_and_the_rest_fills_in(storage: SqlStorage, five: list[str]) -> None:
    await merge(storage, five[4], five[0])
    async with storage.reading() as uow:
        shown = [await uow.customers.get(id_) for id_ in (five[0], five[4])]
        matches = await uow.customers.find("ben")
        sight = await uow.conversations.sight(5)
    assert shown[0] == shown[1]
    assert shown[0] is not None
    assert (shown[0].id, shown[0].name, shown[0].attributes) == (five[0], "Maya", {"city": "maya"})
    assert [match.customer.id for match in matches] == [five[0]]
    assert sight is not None
    assert (sight.customer.name, sight.identity.handle) == ("Maya", "ben")


async def test_merging_and_unmerging_stay_on_record_with_their_reasons(storage: SqlStorage, five: list[str]) -> None:
    made = await merge(storage, five[0], five[1])
    assert made is not None
    await unmerge(storage, made)
    await merge(storage, five[1], five[2])
    async with storage.reading() as uow:
        [later, first] = await uow.identities.merges(five[1])
    assert (later.undone_at, later.why, later.by, later.via) == (None, "same person", ANA, "slack")
    assert (first.undone_why, first.undone_by, first.undone_at) == ("two people", ANA, HEARD)
    assert await merge(storage, five[2], five[1]) is None
    assert not await unmerge(storage, made)


async def test_a_link_to_a_crm_found_while_they_were_one_is_looked_for_anew(
    storage: SqlStorage, five: list[str]
) -> None:
    made = await merge(storage, five[0], five[4])
    assert made is not None
    contact = Contact("77", "Maya Okafor")
    async with storage.writing() as uow:
        at = HEARD + timedelta(hours=1)
        await uow.records.set_link(CrmLink(five[4], "tryton", contact.id, None, "the same e-mail", at))
        await uow.records.set_link(CrmLink(five[0], "odoo", "5", None, "linked by Ana", at))
    async with storage.reading() as uow:
        assert [link.contact_id for each in (five[0], five[4]) if (link := await uow.records.link(each, "tryton"))] == [
            "77",
            "77",
        ]
    await unmerge(storage, made)
    async with storage.reading() as uow:
        assert await uow.records.link(five[4], "tryton") is None
        assert await uow.records.link(five[0], "odoo") is not None
        assert await uow.records.link(five[4], "odoo") is None


async def test_an_identity_is_one_customers_alone(storage: SqlStorage, five: list[str]) -> None:
    identity = Identity("bluesky", "maya.example.org")
    async with storage.writing() as uow:
        assert await uow.identities.add(five[0], identity, HEARD) is None
    async with storage.writing() as uow:
        assert await uow.identities.add(five[0], identity, HEARD) == five[0]
        assert await uow.identities.add(five[1], identity, HEARD) == five[0]
    async with storage.reading() as uow:
        [match] = await uow.customers.find("@maya.example.org")
    assert match.customer.id == five[0]
