"""Who is one is found among all: exact links join, likely ones are proposed, and what a colleague said stays said."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.domain.customer import Identity
from bot.domain.people import PersonRef
from bot.domain.post import Author
from bot.ports import ImportedCustomer, Taken, Work
from handlers.events.likeness import KIND, LikenessFinder
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.identity.people import make_people

ANA = PersonRef("ana", "Ana", "support")


@pytest.fixture
def storage(either_storage: SqlStorage) -> SqlStorage:
    return either_storage


@pytest.fixture
def finder(storage: SqlStorage, clock: SetClock) -> LikenessFinder:
    return LikenessFinder(storage, clock)


async def met(storage: SqlStorage, clock: SetClock, *authors: tuple[str, Author]) -> list[str]:
    async with storage.writing() as uow:
        return await uow.customers.identify(authors, clock.now())


async def brought(storage: SqlStorage, clock: SetClock, *customers: ImportedCustomer) -> list[str]:
    async with storage.writing() as uow:
        await uow.customers.bring(customers, clock.now())
        return sorted(uow.customers.newcomers())


async def roots(storage: SqlStorage, ids: Iterable[str]) -> list[str | None]:
    async with storage.reading() as uow:
        return [await uow.identities.root(id_) for id_ in ids]


def account(name: str, handle: str, **more: object) -> Author:
    return Author(handle=handle, display_name=name, external_id=handle, **more)


MAYA_CRM = ImportedCustomer("C-1", "Maya Okafor", (Identity("email", "maya@okafor.example"),), {"city": "Lyon"})


async def test_the_same_address_joins_and_can_be_undone_for_good(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    [known] = await brought(storage, clock, MAYA_CRM)
    [wrote] = await met(storage, clock, ("discourse", account("Maya Okafor", "mo77", email="Maya@okafor.example")))
    await finder.compare([known, wrote])
    assert await roots(storage, [known, wrote]) == [known, known]
    async with storage.writing() as uow:
        [merge] = await uow.identities.merges(wrote)
        assert (merge.why, merge.by) == ("same e-mail", None)
        await uow.identities.unmerge(merge.id, "her sister", clock.now(), ANA, "slack")
    await finder.compare([known, wrote])
    assert await roots(storage, [known, wrote]) == [known, wrote]


@pytest.mark.parametrize(
    ("name", "address"),
    [("Peter Okafor", "maya@okafor.example"), ("Maya Okonkwo", "support@okafor.example")],
    ids=["two names at one mailbox", "a mailbox by its role"],
)
async def test_a_shared_mailbox_joins_nobody(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder, name: str, address: str
) -> None:
    ids = await brought(storage, clock, ImportedCustomer("C-1", "Maya Okafor", (Identity("email", address),)))
    ids += await met(storage, clock, ("discourse", account(name, "somebody", email=address)))
    await finder.compare(ids)
    assert await roots(storage, ids) == ids


async def test_who_was_shared_by_their_address_is_whoever_has_it(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    ana = ImportedCustomer("C-9", "Ana Ruiz", (Identity("email", "ana@ruiz.example"),))
    ids = await brought(storage, clock, ana)
    ids += await met(storage, clock, ("word-of-mouth", Author(handle="ana@ruiz.example", email="ana@ruiz.example")))
    await finder.compare(ids)
    assert len(set(await roots(storage, ids))) == 1


async def propose_maya(storage: SqlStorage, clock: SetClock, finder: LikenessFinder) -> tuple[str, str]:
    others = [("x", account(f"Person {chr(97 + n)}mith", f"p{n}")) for n in range(60)]
    one, other, *rest = await met(
        storage,
        clock,
        ("mastodon", account("Maya Okafor", "maya_okafor")),
        ("bluesky", account("Maya Okafor", "maya.okafor")),
        *others,
    )
    await finder.compare([one, other, *rest])
    return one, other


async def test_a_likely_one_is_proposed_with_its_reason(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    one, other = await propose_maya(storage, clock, finder)
    assert await roots(storage, [one, other]) == [one, other]
    async with storage.reading() as uow:
        [proposal] = await uow.identities.proposals(one)
        [same] = await uow.identities.proposals(other)
    assert (proposal.other, proposal.name, proposal.handle) == (other, "Maya Okafor", "bluesky:maya.okafor")
    assert same.other == one
    assert proposal.why == "same name, nearly the same handle"
    assert 0.55 <= proposal.confidence < 1


async def test_what_was_refused_is_never_proposed_again(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    one, other = await propose_maya(storage, clock, finder)
    async with storage.writing() as uow:
        await uow.identities.refuse(other, one, ANA, clock.now())
    await finder.compare([other, one])
    async with storage.reading() as uow:
        assert await uow.identities.proposals(one) == []


async def test_what_was_accepted_is_no_proposal_any_more(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    one, other = await propose_maya(storage, clock, finder)
    async with storage.writing() as uow:
        await uow.identities.merge(other, one, "same person", clock.now(), ANA)
    await finder.compare([other])
    async with storage.reading() as uow:
        assert await uow.identities.proposals(one) == []


async def test_a_rival_takes_a_proposal_back(storage: SqlStorage, clock: SetClock, finder: LikenessFinder) -> None:
    one, other = await propose_maya(storage, clock, finder)
    rivals = await met(
        storage,
        clock,
        *(("bluesky", account("Maya Okafor", handle)) for handle in ("maya-okafor", "mayaokafor", "m.a.y.a.okafor")),
    )
    await finder.compare(rivals)
    async with storage.reading() as uow:
        assert await uow.identities.proposals(one) == []
        assert await uow.identities.proposals(other) == []


async def test_everybody_who_is_there_already_is_compared_portion_by_portion(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    await brought(storage, clock, MAYA_CRM)
    authors = [("x", account(f"Person {n}", f"p{n}")) for n in range(130)]
    await met(storage, clock, *authors, ("discourse", account("Maya Okafor", "mo77", email="maya@okafor.example")))
    await finder(Taken(1, Work(KIND, {"after": ""}), 1, clock.now()))
    async with storage.reading() as uow:
        assert (await uow.counts()).outbox_pending == 1
        last = (await uow.likenesses.after("", 100))[-1]
    await finder(Taken(2, Work(KIND, {"after": last}), 1, clock.now()))
    async with storage.reading() as uow:
        assert (await uow.counts()).customers == 131


async def test_made_up_people_are_told_apart_through_the_store(
    storage: SqlStorage, clock: SetClock, finder: LikenessFinder
) -> None:
    people = make_people(seed=29, persons=150)
    who: dict[str, int] = {}
    for made in people.made:
        known = made.known
        if known.imported:
            customer = ImportedCustomer(f"K{len(who)}", known.name, known.identities, known.attributes)
            [id_] = await brought(storage, clock, customer)
        else:
            first = known.identities[0]
            email = next((i.handle for i in known.identities if i.network == "email"), None)
            author = Author(
                handle=first.handle,
                external_id=first.external_id,
                display_name=first.display_name,
                email=email,
                verified=first.verified,
                profile_url=first.profile_url,
            )
            [id_] = await met(storage, clock, (first.network, author))
        assert who.setdefault(id_, made.who) == made.who
    every = sorted(who)
    await finder.compare(every)
    rooted = dict(zip(every, await roots(storage, every), strict=True))
    assert all(who[id_] == who[root] for id_, root in rooted.items() if root is not None)
    proposed = set()
    async with storage.reading() as uow:
        for id_ in every:
            proposed |= {frozenset((p.one, p.other)) for p in await uow.identities.proposals(id_)}
    right = sum(len({who[id_] for id_ in pair}) == 1 for pair in proposed)
    assert len(proposed) > 60
    assert right / len(proposed) >= 0.9
