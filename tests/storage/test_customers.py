"""Customers: who wrote, how they are found again, and what their record holds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain import life
from bot.domain.customer import Identity, PastConversation, Purchase, Ticket
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.policy import Policies
from bot.domain.post import Author
from bot.errors import ConflictError
from bot.ports import ImportedCustomer, Match
from storage import SqlStorage
from tests.storage.hearing import ANA, HEARD, MAYA, act, hear, post

IMPORTED = ImportedCustomer(
    key="C-1",
    name="Maya Okafor",
    identities=(
        Identity("mastodon", "@maya@example.social"),
        Identity("email", "Maya@Okafor.example"),
        Identity("phone", "+33 6 12 34 56 78"),
    ),
    attributes={"tier": "Gold", "city": "Lyon"},
    since=HEARD - timedelta(days=900),
    purchases=(
        Purchase("P1", "Trail 40 backpack", HEARD - timedelta(days=20), 129.0, "EUR"),
        Purchase("P2", "Water bottle", HEARD - timedelta(days=5), 19.5, "EUR"),
    ),
    tickets=(Ticket("8812", "crushed parcel", "closed", HEARD - timedelta(days=9)),),
)


async def identify(storage: SqlStorage, *authors: Author, network: str = "mastodon") -> list[str]:
    for _ in range(5):
        try:
            async with storage.writing() as uow:
                return await uow.customers.identify([(network, author) for author in authors], HEARD)
        except ConflictError:
            continue
    raise AssertionError


async def find(storage: SqlStorage, query: str) -> list[Match]:
    async with storage.reading() as uow:
        return await uow.customers.find(query)


async def names(storage: SqlStorage, query: str) -> list[str]:
    return [match.customer.name for match in await find(storage, query)]


async def bring(storage: SqlStorage, *imported: ImportedCustomer) -> int:
    async with storage.writing() as uow:
        return await uow.customers.bring(imported, HEARD)


class TestIdentify:
    async def test_the_same_author_is_the_same_customer(self, storage: SqlStorage) -> None:
        [first] = await identify(storage, MAYA)
        assert await identify(storage, MAYA, MAYA) == [first, first]

    async def test_a_renamed_author_is_still_the_same_customer_and_found_by_the_new_handle(
        self, storage: SqlStorage
    ) -> None:
        [first] = await identify(storage, MAYA)
        renamed = MAYA.model_copy(update={"handle": "@mo@example.social", "display_name": "M. Okonkwo"})
        assert await identify(storage, renamed) == [first]
        assert [match.customer.id for match in await find(storage, "@mo@example.social")] == [first]
        assert [match.customer.id for match in await find(storage, "okonkwo")] == [first]

    async def test_the_same_handle_on_another_network_is_another_customer(self, storage: SqlStorage) -> None:
        author = Author(handle="maya")
        assert await identify(storage, author) != await identify(storage, author, network="x")

    async def test_a_handle_without_an_id_finds_its_bearer_whatever_its_case_or_at(self, storage: SqlStorage) -> None:
        [first] = await identify(storage, MAYA)
        assert await identify(storage, Author(handle="Maya@Example.social")) == [first]

    async def test_an_id_that_becomes_known_later_is_learnt(self, storage: SqlStorage) -> None:
        [first] = await identify(storage, Author(handle="maya"))
        assert await identify(storage, Author(handle="maya", external_id="m1")) == [first]
        assert await identify(storage, Author(handle="renamed", external_id="m1")) == [first]

    async def test_a_handle_taken_over_by_somebody_else_is_another_customer(self, storage: SqlStorage) -> None:
        [first] = await identify(storage, Author(handle="maya", external_id="m1"))
        assert await identify(storage, Author(handle="maya", external_id="m2")) != [first]

    async def test_two_new_ids_with_one_known_handle_are_two_customers(self, storage: SqlStorage) -> None:
        [known] = await identify(storage, Author(handle="maya"))
        one, other = await identify(
            storage, Author(handle="maya", external_id="m1"), Author(handle="maya", external_id="m2")
        )
        assert one == known
        assert other != known

    async def test_authors_of_one_batch_are_brought_together(self, storage: SqlStorage) -> None:
        ids = await identify(
            storage,
            Author(handle="maya"),
            Author(handle="@Maya", external_id="m1"),
            Author(handle="elsewhere", external_id="m7", email="m@okafor.example"),
            Author(handle="again", external_id="m8", email="M@okafor.example"),
            Author(handle="renamed", external_id="m1"),
        )
        assert ids[0] == ids[1] == ids[4]
        assert len(set(ids)) == 3

    async def test_the_same_email_on_another_network_joins_nobody_yet(self, storage: SqlStorage) -> None:
        """It may be shared; who is one is found out beside, and can be undone."""
        [first] = await identify(storage, Author(handle="maya", external_id="1", email="m@okafor.example"))
        [second] = await identify(storage, Author(handle="mo", email="M@Okafor.example"), network="x")
        assert first != second
        assert {match.customer.id for match in await find(storage, "m@okafor.example")} == {first, second}

    async def test_a_number_that_the_network_tells_is_theirs_too(self, storage: SqlStorage) -> None:
        lena = Author(handle="lena", external_id="US.1", phone="+1 650 555-0123")
        [first] = await identify(storage, lena, network="whatsapp")
        [again] = await identify(storage, lena, network="whatsapp")
        [other] = await identify(storage, Author(handle="le", external_id="9", phone="+16505550123"), network="x")
        assert first == again != other
        assert {match.customer.id for match in await find(storage, "+16505550123")} == {first, other}
        [odd] = await identify(storage, Author(handle="odd", external_id="US.2", phone="none"), network="whatsapp")
        async with storage.reading() as uow:
            record = await uow.customers.record(odd)
        assert record is not None
        assert [each.network for each in record.identities] == ["whatsapp"]

    async def test_two_names_at_one_mailbox_are_two_customers(self, storage: SqlStorage) -> None:
        box = "family@okafor.example"
        anna, peter = Author(handle=box, display_name="Anna Okafor"), Author(handle=box, display_name="Peter Okafor")
        one, other = await identify(storage, anna, peter, network="email")
        assert one != other
        assert await identify(storage, peter, anna, Author(handle=box, display_name="A. Okafor"), network="email") == [
            other,
            one,
            one,
        ]

    async def test_a_company_is_known_by_its_name(self, storage: SqlStorage) -> None:
        ids = await identify(storage, Author(handle="acme", display_name="Acme Bakery GmbH"), MAYA)
        async with storage.reading() as uow:
            kinds = [customer.kind for id_ in ids if (customer := await uow.customers.get(id_)) is not None]
        assert kinds == ["company", "person"]

    async def test_what_the_network_does_not_say_stays_as_it_was(self, storage: SqlStorage) -> None:
        [first] = await identify(storage, MAYA.model_copy(update={"followers": 12_400, "verified": True}))
        await identify(storage, MAYA.model_copy(update={"display_name": None, "followers": 12_500}))
        async with storage.reading() as uow:
            record = await uow.customers.record(first)
        assert record is not None
        [identity] = record.identities
        assert (identity.followers, identity.verified, identity.display_name) == (12_500, True, "Maya Okafor")

    async def test_a_batch_of_thousands_is_identified(self, storage: SqlStorage) -> None:
        authors = [Author(handle=f"user{n % 1500}", external_id=f"u{n % 1500}") for n in range(3000)]
        ids = await identify(storage, *authors)
        assert ids[:1500] == ids[1500:]
        assert len(set(ids)) == 1500

    async def test_two_who_meet_the_same_author_at_once_agree(self, storage: SqlStorage) -> None:
        authors = [Author(handle=f"user{n}", external_id=f"u{n}", display_name="Ann Lee") for n in range(20)]
        one, other = await asyncio.gather(identify(storage, *authors), identify(storage, *reversed(authors)))
        assert one == other[::-1]
        async with storage.reading() as uow:
            assert (await uow.counts()).customers == 20


class TestFind:
    @pytest.fixture(autouse=True)
    async def people(self, storage: SqlStorage) -> None:
        await bring(storage, IMPORTED)
        await identify(
            storage,
            Author(handle="joao", display_name="João Silva"),
            Author(handle="silvia", display_name="Silvia Marino"),
            Author(handle="mk", display_name="Maja Oksanen"),
            Author(handle="wei", display_name="李伟"),
            Author(handle="maya@other.social", external_id="9", display_name="Maya Ito"),
            *(Author(handle=f"filler{n}", display_name=f"Filler Person{chr(97 + n)}") for n in range(20)),
        )

    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ("@maya@example.social", "@maya@example.social on Mastodon"),
            ("MAYA@example.social", "@maya@example.social on Mastodon"),
            ("maya@okafor.example", "e-mail Maya@Okafor.example"),
            ("0033 6 12 34 56 78", "phone +33 6 12 34 56 78"),
            ("+33612345678", "phone +33 6 12 34 56 78"),
        ],
    )
    async def test_an_exact_handle_email_or_phone_is_certain(self, storage: SqlStorage, query: str, why: str) -> None:
        [match] = await find(storage, query)
        assert (match.customer.name, match.confidence, match.why) == ("Maya Okafor", 1.0, why)

    async def test_a_handle_without_its_instance_offers_all_that_begin_with_it(self, storage: SqlStorage) -> None:
        matches = [match for match in await find(storage, "@maya") if match.confidence == 0.8]
        assert {match.customer.name for match in matches} == {"Maya Okafor", "Maya Ito"}

    @pytest.mark.parametrize(
        "query",
        ["Maya Okafor", "okafor maya", "Maya Okaffor", "Maia Okafor", "Mya Okafro", "maya okafo", "Okafor", "Okafr"],
    )
    async def test_a_name_is_found_in_spite_of_typos(self, storage: SqlStorage, query: str) -> None:
        assert (await names(storage, query))[0] == "Maya Okafor"

    async def test_an_exact_name_is_likelier_than_a_similar_one(self, storage: SqlStorage) -> None:
        exact, *others = await find(storage, "silvia marino")
        assert (exact.customer.name, exact.confidence, exact.why) == ("Silvia Marino", 0.97, "same name")
        assert all(match.confidence < 0.9 for match in others)

    async def test_accents_and_other_scripts_are_no_obstacle(self, storage: SqlStorage) -> None:
        assert (await names(storage, "joao silva"))[0] == "João Silva"
        assert (await names(storage, "João"))[0] == "João Silva"
        assert (await names(storage, "李伟"))[0] == "李伟"

    @pytest.mark.parametrize("query", ["", "   ", "@", "zzzz qqqq", "%", "_", "'; DROP TABLE customers; --", "\0"])
    async def test_what_nobody_is_called_finds_nobody(self, storage: SqlStorage, query: str) -> None:
        assert await find(storage, query) == []

    async def test_no_more_are_offered_than_asked_for(self, storage: SqlStorage) -> None:
        async with storage.reading() as uow:
            assert len(await uow.customers.find("Filler", limit=3)) == 3


class TestRecord:
    async def test_the_record_of_nobody_is_none(self, storage: SqlStorage) -> None:
        async with storage.reading() as uow:
            assert await uow.customers.record("nobody") is None
            assert await uow.customers.get("nobody") is None

    async def test_it_holds_what_was_imported(self, storage: SqlStorage) -> None:
        assert await bring(storage, IMPORTED) == 1
        [match] = await find(storage, "maya@okafor.example")
        async with storage.reading() as uow:
            record = await uow.customers.record(match.customer.id)
            assert await uow.customers.get(match.customer.id) == match.customer
        assert record is not None
        assert (record.customer.tier, record.customer.since) == ("Gold", IMPORTED.since)
        assert record.identities == IMPORTED.identities
        assert [purchase.key for purchase in record.purchases] == ["P2", "P1"]
        assert record.purchases_total == 2
        assert record.tickets == IMPORTED.tickets

    async def test_it_holds_the_conversations_newest_first_with_their_outcomes(self, storage: SqlStorage) -> None:
        await hear(storage, *(post(str(n), f"text {n}") for n in range(1, 13)))
        policies = Policies()
        async with storage.writing() as uow:
            conversation = await uow.conversations.take(12)
            conversation = await uow.conversations.save(conversation, life.claim(conversation, act(), policies))
            outcome = Outcome(OutcomeKind.FIXED, "whole parcels", "carrier")
            await uow.conversations.save(conversation, life.resolve(conversation, act(), outcome))
        async with storage.reading() as uow:
            record = await uow.customers.record(conversation.customer_id)
        assert record is not None
        assert [line.number for line in record.conversations] == list(range(12, 2, -1))
        assert (record.conversations_total, record.answered_total, record.posts_total) == (12, 1, 12)
        last = record.conversations[0]
        assert (last.state, last.outcome, last.wanted, last.changed) == (
            "resolved",
            "fixed",
            "whole parcels",
            "carrier",
        )
        assert (last.who, last.departments, last.first_text) == ("Ana", ("support",), "text 12")

    async def test_an_outcome_is_on_record_once_per_key_and_outlives_its_conversation(
        self, storage: SqlStorage
    ) -> None:
        [customer] = await identify(storage, MAYA)
        past = PastConversation(977, "x", HEARD, "resolved", "fixed", "a refund", "nothing", "Ana", ("support",))
        async with storage.writing() as uow:
            await uow.customers.log_outcome(customer, past, "k1")
            await uow.customers.log_outcome(customer, past, "k1")
        async with storage.writing() as uow:
            await uow.customers.log_outcome(customer, past, "k1")
        async with storage.reading() as uow:
            record = await uow.customers.record(customer)
        assert record is not None
        assert record.conversations == (past,)

    async def test_lookups_are_kept(self, storage: SqlStorage) -> None:
        [customer] = await identify(storage, MAYA)
        async with storage.writing() as uow:
            await uow.customers.looked_up(customer, ANA, "slack", HEARD)


class TestBring:
    async def test_bringing_the_same_file_again_updates(self, storage: SqlStorage) -> None:
        assert await bring(storage, IMPORTED, ImportedCustomer("C-2", "Ben Ng")) == 2
        changed = ImportedCustomer("C-1", "Maya Okafor-Lee", attributes={"tier": "Platinum"}, tickets=IMPORTED.tickets)
        assert await bring(storage, changed, ImportedCustomer("C-3", "New One")) == 1
        [match] = await find(storage, "maya@okafor.example")
        assert (match.customer.name, match.customer.tier) == ("Maya Okafor-Lee", "Platinum")
        assert match.customer.since == IMPORTED.since
        assert (await names(storage, "okafor lee"))[0] == "Maya Okafor-Lee"
        async with storage.reading() as uow:
            record = await uow.customers.record(match.customer.id)
        assert record is not None
        assert (record.purchases_total, len(record.tickets)) == (2, 1)

    async def test_somebody_who_wrote_to_us_before_is_the_same_customer(self, storage: SqlStorage) -> None:
        [conversation] = await hear(storage, post())
        assert await bring(storage, IMPORTED) == 0
        async with storage.reading() as uow:
            record = await uow.customers.record(conversation.customer_id)
        assert record is not None
        assert record.customer.tier == "Gold"
        assert record.conversations_total == 1

    async def test_an_author_with_an_imported_handle_is_that_customer(self, storage: SqlStorage) -> None:
        await bring(storage, IMPORTED)
        [match] = await find(storage, "maya@okafor.example")
        assert await identify(storage, MAYA) == [match.customer.id]

    async def test_of_a_key_that_occurs_twice_in_a_file_the_last_counts(self, storage: SqlStorage) -> None:
        assert await bring(storage, ImportedCustomer("C-1", "First"), ImportedCustomer("C-1", "Second")) == 1
        assert (await names(storage, "second"))[0] == "Second"
