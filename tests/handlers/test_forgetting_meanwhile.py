"""A customer is forgotten while others are at work: somebody writes, links, joins, asks a second time, with a form open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards import Card
from bot.config import Config, CrmPart
from bot.dispatch import FieldErrors
from bot.domain.events import Opened
from bot.domain.post import Author
from bot.domain.record import Contact, ContactHistory
from bot.ports import ImportedCustomer, SentMessage, Taken
from handlers.events import FOLLOWS, likeness, write_record
from handlers.events import forget as forget_work
from handlers.writing_desk import LiveWritingDesk
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.databases import Postgres, Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.crm import FakeCrm
from tests.fakes.platform import FakePlatform
from tests.handlers.company import Company, post, said, staffed
from tests.handlers.outbox import Hands
from tests.storage.passing_time import PassingTime
from tests.traces import bytes_of, files_of, left_in

MAYA = Author(handle="maya.okafor@example.social", display_name="Maya Okafor")
TWIN = Author(handle="m.okafor@other.example", display_name="Maya Okafor")
MARKERS = ("okafor", "first-words", "later-words", "twin-words", "c-77")
CONTACT = Contact("c-77", "Maya Okafor", emails=("maya@okafor.example",))


class Interrupted(FakePlatform):
    """Something happens in the moment in which a card is emptied."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__(clock)
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def update(self, message: SentMessage, card: Card, mark: str) -> None:
        """The card, after what comes between."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None and "Forgotten" in plain(card):
            await meanwhile()
        elif meanwhile is not None:
            self.meanwhile = meanwhile
        await super().update(message, card, mark)


@pytest.fixture(params=["sqlite", "postgresql"])
async def company(request: pytest.FixtureRequest, clock: SetClock) -> AsyncIterator[Company]:
    server: Sqlite | Postgres = request.getfixturevalue({"sqlite": "sqlite", "postgresql": "postgres"}[request.param])
    url = await server.fresh()
    config = staffed(Config(crm={"main": CrmPart(kind="fake")}))
    follows = (*FOLLOWS, write_record.follow_for(config))
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=follows)
    company = Company(storage, clock, config)
    company.platform = Interrupted(clock)
    company.platforms["slack"] = company.platform
    company.crms["main"] = FakeCrm(contacts=[CONTACT], histories={"c-77": ContactHistory(CONTACT)})
    await company.staff()
    await company.hear(post("m-1", "first-words", by=MAYA))
    await company.work()
    yield company
    await storage.close()
    if isinstance(server, Postgres):
        await server.drop(url)


async def forget(company: Company, meanwhile: Callable[[], Awaitable[object]] | None = None) -> None:
    assert isinstance(company.platform, Interrupted)
    company.platform.meanwhile = meanwhile
    await company.say("ana", "forget B-1 they asked for it")
    assert "Confirmed" in said(await company.say("omar", "forget B-1"))
    await carried_out(company)


async def carried_out(company: Company) -> None:
    """Also what waits for a moment, as for other work about them to end."""
    for _ in range(4):
        await company.work()
        await PassingTime(company.storage.database).passes(60)
        await company.later(minutes=1)


async def traces(company: Company, postgres: Postgres) -> list[str]:
    """What is left of them on the platform and in the store."""
    shown = "\n".join(f"{each.card.summary}\n{plain(each.card)}" for each in company.platform.messages.values())
    url = company.storage.database.url
    if company.storage.database.name == "sqlite":
        stored = bytes_of(*files_of(Path(str(url.database))))
    else:
        stored = await postgres.dump(url.render_as_string(hide_password=False))
    return [*left_in(shown.encode(), MARKERS), *left_in(stored, MARKERS)]


async def test_what_they_write_while_their_cards_are_emptied_is_forgotten_too(
    company: Company, postgres: Postgres
) -> None:
    async def writes() -> None:
        await company.hear(post("m-2", "later-words", by=MAYA))

    await forget(company, writes)
    assert (await company.conversation(2)).forgotten
    assert await traces(company, postgres) == []


async def test_who_becomes_one_with_them_meanwhile_is_forgotten_with_them(company: Company, postgres: Postgres) -> None:
    await company.hear(post("t-1", "twin-words", by=TWIN))
    await company.work()

    async def joins() -> None:
        await company.say("ben", "merge B-1 B-2 the same order")

    await forget(company, joins)
    one = (await company.conversation(1)).forgotten, (await company.conversation(2)).forgotten
    assert one == (True, True)
    assert await traces(company, postgres) == []


async def test_a_form_that_was_open_links_nobody_who_was_forgotten(company: Company, postgres: Postgres) -> None:
    customer = (await company.conversation(1)).customer_id
    assert (await company.say("ana", "link B-1")).form is not None
    await forget(company)
    with pytest.raises(FieldErrors) as refused:
        await company.submit("ana", "link", customer=customer, code="c-77")
    assert "was forgotten on request" in refused.value.errors["code"]
    assert await traces(company, postgres) == []


@pytest.mark.parametrize(
    "line", ["link B-1", "link B-1 main:c-77", "link B-1 mastodon:maya.okafor@example.social", "merge B-1 B-2 same"]
)
async def test_nothing_is_added_to_who_was_forgotten(company: Company, postgres: Postgres, line: str) -> None:
    await company.hear(post("t-1", "hello there", "tom"))
    await company.work()
    await forget(company)
    reply = await company.say("ana", line)
    assert reply.form is None
    assert "was forgotten on request" in said(reply)
    assert await traces(company, postgres) == []


async def test_a_second_request_while_the_first_is_carried_out_is_told_so(company: Company, postgres: Postgres) -> None:
    async def asks() -> None:
        for line in ("forget B-1", "forget B-1 they insist"):
            answer = said(await company.say("rita", line))
            assert "decided already" in answer, answer

    await forget(company, asks)
    async with company.storage.reading() as uow:
        [request] = await uow.privacy.requests(10)
    assert request.state == "done"
    assert await traces(company, postgres) == []


async def test_a_request_about_one_of_two_stands_for_both_once_they_are_joined(
    company: Company, postgres: Postgres
) -> None:
    await company.hear(post("t-1", "twin-words", by=TWIN))
    await company.work()
    await company.say("ana", "forget B-2 they asked for it")
    await company.say("ben", "merge B-1 B-2 the same order")
    assert "Confirmed" in said(await company.say("omar", "forget B-1"))
    await carried_out(company)
    assert await traces(company, postgres) == []


async def test_who_was_joined_and_forgotten_cannot_be_parted_again(company: Company, postgres: Postgres) -> None:
    await company.hear(post("t-1", "twin-words", by=TWIN))
    await company.work()
    await company.say("ben", "merge B-1 B-2 the same order")
    await forget(company)
    answer = said(await company.say("ben", "unmerge B-2"))
    assert "was forgotten on request" in answer
    assert await traces(company, postgres) == []


async def test_an_outcome_form_that_was_open_writes_nothing_about_them(company: Company, postgres: Postgres) -> None:
    await company.say("ana", "claim B-1")
    await forget(company)
    answers = {"outcome": "fixed", "wanted": "later-words", "changed": "later-words"}
    with pytest.raises(FieldErrors) as refused:
        await company.submit("ana", "resolve", conversation="B-1", **answers)
    assert "was forgotten on request" in refused.value.errors["outcome"]
    for line in ("note B-1 later-words", "perspective B-1 later-words", "discuss B-1 product later-words"):
        assert "was forgotten on request" in said(await company.say("ana", line)), line
    await company.work()
    company.clock.move(timedelta(hours=1))
    assert await traces(company, postgres) == []


async def test_who_is_called_as_the_forgotten_are_is_a_customer_like_any_other(
    company: Company, postgres: Postgres
) -> None:
    await company.hear(post("f-1", "later-words", by=Author(handle="forgotten", display_name="forgotten")))
    await company.work()
    assert "later-words" in said(await company.say("ana", "customer B-2"))
    await company.say("ana", "forget B-2 they asked for it")
    assert "Confirmed" in said(await company.say("omar", "forget B-2"))
    await carried_out(company)
    assert (await company.conversation(2)).forgotten
    assert "later-words" not in await traces(company, postgres)


async def test_a_comparison_that_is_under_way_is_waited_for(company: Company, postgres: Postgres) -> None:
    customer = (await company.conversation(1)).customer_id
    keys = {customer: frozenset({"name okafor"})}

    async def slow(_: Taken) -> None:
        await company.say("ana", "forget B-1 they asked for it")
        await company.say("omar", "forget B-1")
        await company.work()
        async with company.storage.writing() as uow:
            await uow.likenesses.remember(keys, {})

    async with company.storage.writing() as uow:
        await likeness.ask(uow, [customer])
    await Hands(company.storage.database, {**company.handlers, likeness.KIND: slow}, company.clock).drain()
    await carried_out(company)
    assert (await company.conversation(1)).forgotten
    assert await traces(company, postgres) == []


async def test_their_data_names_colleagues_by_department_alone(company: Company) -> None:
    await company.say("ana", "link B-1 main:c-77")
    await company.say("ana", "perspective B-1 the box is too thin")
    async with company.storage.reading() as uow:
        ids = await uow.privacy.one_with((await company.conversation(1)).customer_id)
        data = await uow.privacy.everything(ids)
    assert "Ana" not in str(data)
    assert data["crm"][0]["how"] == "linked by a colleague"
    assert data["conversations"][0]["perspectives"] == [{"department": "support", "text": "the box is too thin"}]


async def test_two_who_are_forgotten_at_once_are_both_left_out_of_imports(company: Company) -> None:
    both = [ImportedCustomer("k-0", "Ina Berg"), ImportedCustomer("k-1", "Tom Bell")]
    async with company.storage.writing() as uow:
        await uow.customers.bring(both, company.clock.now())
    async with company.storage.reading() as uow:
        ids = [(await uow.customers.find(each.name))[0].customer.id for each in both]

    async def erase(customer: str) -> None:
        async with company.storage.writing() as uow:
            await uow.privacy.erase([customer], [], company.clock.now())

    await asyncio.gather(*map(erase, ids))
    async with company.storage.reading() as uow:
        assert await uow.privacy.forgotten_among(both) == {"k-0", "k-1"}


async def test_a_conversation_that_slips_in_as_they_are_erased_is_forgotten_too(
    company: Company, postgres: Postgres
) -> None:
    class Slipping(LiveWritingDesk):
        """As another replica does that had read them before, and commits only now."""

        async def forget(self, customers: Collection[str]) -> None:
            async with company.storage.writing() as uow:
                if await uow.conversations.get(2) is None:
                    (number,) = await uow.conversations.next_numbers(1)
                    slipped = Opened(
                        at=company.clock.now(), number=number, customer_id=min(customers), network="mastodon", account="",
                        post_id="p", why_urgent="later-words", urgent=True,
                    )  # fmt: skip
                    await uow.conversations.open([slipped])

    company.handlers[forget_work.KIND] = forget_work.Forgetter(
        company.storage,
        company.platforms,
        company.crms,
        company.config,
        company.clock,
        (Slipping(None, company.clock),),
        company.storage.scrub,
    )
    await forget(company)
    async with company.storage.reading() as uow:
        second = await uow.conversations.get(2)
    assert second is not None
    assert second.forgotten
    assert await traces(company, postgres) == []
    reports = [plain(shown.card) for shown in company.platform.shown_in("D-ana")]
    assert any("2 conversations" in report for report in reports)
