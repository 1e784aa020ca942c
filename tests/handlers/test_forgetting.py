"""A customer is forgotten: no byte of them is left, on either database, in the channel or in the CRM; the counts stay."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Origin
from bot.config import Config, CrmPart
from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.measures import Tally, Window, tally
from bot.domain.post import Author
from bot.domain.record import Contact
from bot.errors import RetriableError
from bot.ports import ImportedCustomer
from handlers.events import FOLLOWS, write_record
from storage import SqlStorage
from storage.erasing import HANDLED, SWEPT
from storage.tables import metadata
from tests.bot.views.plain import plain
from tests.databases import Postgres, Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.company_directory import FakeCompanyDirectory
from tests.fakes.crm import FakeCrm
from tests.handlers.company import Company, changed, post, said, staffed
from tests.storage.passing_time import PassingTime
from tests.traces import bytes_of, files_of, left_in

MAYA = Author(
    external_id="did:plc:mayasid77",
    handle="maya.okafor@example.social",
    display_name="Maya Okafor-Zwillich",
    email="maya.okafor@mail.example",
    profile_url="https://example.social/@maya.okafor",
    avatar_url="https://example.social/maya.png",
)
TOM = Author(handle="tom.bell@example.social", display_name="Tom Bell", email="tom@mail.example")

MARKERS = (
    *("maya.okafor", "okafor", "zwillich", "mayasid77", "Maya Okafor", "+47 5550 7788", "Mjølnerveien"),
    *("crushed-parcel-words", "earlier-words", "raw-payload-words", "noted-words", "asked-words", "drafted-words"),
    *("wanted-words", "changed-words", "perspective-words", "escalated-words", "Anvil of Maya", "Ticket of Maya"),
    *("answered-in-toms-words", "why-forget-words", "unread-words", "early-edit-words"),
)


@pytest.fixture
def config() -> Config:
    return Config(crm={"main": CrmPart(kind="fake"), "old": CrmPart(kind="fake")})


@pytest.fixture(params=["sqlite", "postgresql"])
async def company(request: pytest.FixtureRequest, clock: SetClock, config: Config) -> AsyncIterator[Company]:
    """A company with two CRMs, on each kind of database."""
    server: Sqlite | Postgres = request.getfixturevalue({"sqlite": "sqlite", "postgresql": "postgres"}[request.param])
    url = await server.fresh()
    config = staffed(config)
    follows = (*FOLLOWS, write_record.follow_for(config))
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=follows)
    company = await Company(storage, clock, config).staff()
    contact = Contact("c-1", "Maya Okafor-Zwillich", emails=("maya.okafor@mail.example",))
    company.crms |= {"main": FakeCrm(contacts=[contact]), "old": FakeCrm(name="old", contacts=[contact])}
    yield company
    await storage.close()
    if isinstance(server, Postgres):
        await server.drop(url)


def crm_of(company: Company, name: str = "main") -> FakeCrm:
    crm = company.crms[name]
    assert isinstance(crm, FakeCrm)
    return crm


async def lived(company: Company) -> None:
    """Maya is imported, writes, is answered, discussed and resolved; she also answers in Tom's conversation."""
    imported = ImportedCustomer(
        "k-okafor-1", "Maya Okafor-Zwillich", identities=(Identity("email", "maya.okafor@mail.example"),
        Identity("phone", "+47 5550 7788")), attributes={"street": "Mjølnerveien 4"},
        purchases=(Purchase("p1", "Anvil of Maya"),), tickets=(Ticket("t1", "Ticket of Maya"),),
    )  # fmt: skip
    async with company.storage.writing() as uow:
        await uow.customers.bring([imported], company.clock.now())
    first = post("at://did:plc:mayasid77/1", "earlier-words", by=MAYA, raw={"note": "raw-payload-words"},
                 html="<p>earlier-words</p>", url="https://example.social/@maya.okafor/1")  # fmt: skip
    await company.hear(first)
    await company.hear(changed("edited", first, "crushed-parcel-words by @maya.okafor"))
    toms = post("t-1", "the box is fine", by=TOM)
    await company.hear(toms, post("m-2", "answered-in-toms-words", by=MAYA, parent_id="t-1", root_id="t-1"))
    early = post("m-99", "early-edit-words", by=MAYA)
    await company.hear(changed("edited", early, "early-edit-words again"))
    await company.hear(
        changed("unread", early, why="no text", raw={"who": "maya.okafor@example.social", "said": "unread-words"})
    )
    await company.work()
    await merged(company, imported)
    thread = await company.thread(1)
    for line in (
        "claim B-1",
        "note B-1 noted-words of maya.okafor",
        "perspective B-1 perspective-words",
        "escalate B-1 escalated-words",
        "draft B-1 drafted-words",
        "pass B-1 @ben asked-words",
        "idea B-1 gift wrap as Maya Okafor-Zwillich wants it",
        "idea I-1 vote maya.okafor@example.social asks every week",
        "claim B-2",
    ):
        await company.say("ana", line)
        await company.work()
    await company.write("ana", "noted-words in the thread", "55.5", thread)
    await company.say("ana", "resolve B-1 fixed | wanted-words | changed-words")
    await company.work()
    await company.say("sam", "customer B-1")


async def merged(company: Company, imported: ImportedCustomer) -> None:
    """Whoever was imported is who wrote."""
    wrote = (await company.conversation(1)).customer_id
    async with company.storage.writing() as uow:
        [match] = [each for each in await uow.customers.find("+47 5550 7788") if each.confidence > 0.9]
        await uow.identities.merge(match.customer.id, wrote, f"both are {imported.name}", company.clock.now())


async def forgotten(company: Company) -> None:
    """Ana asks, Omar confirms."""
    assert "second person" in said(await company.say("ana", "forget B-1 why-forget-words: Maya Okafor asked"))
    await company.work()
    assert "Confirmed" in said(await company.say("omar", "forget B-1"))
    drained = await company.work()
    assert not drained.failed, drained
    await company.later(seconds=5)


async def left(company: Company, postgres: Postgres, markers: Sequence[str] = MARKERS) -> list[str]:
    """What is found in all bytes of the database: the files of SQLite, or what pg_dump writes of PostgreSQL."""
    url = company.storage.database.url
    if company.storage.database.name == "sqlite":
        return left_in(bytes_of(*files_of(Path(str(url.database)))), markers)
    return left_in(await postgres.dump(url.render_as_string(hide_password=False)), markers)


def shown(company: Company) -> str:
    """Everything that stands in channels and messages."""
    return "\n".join(f"{each.card.summary}\n{plain(each.card)}" for each in company.platform.messages.values())


async def counted(company: Company) -> Tally:
    now = company.clock.now()
    window = Window(now - timedelta(days=7), now + timedelta(days=1))
    async with company.storage.reading() as uow:
        return tally(await uow.conversations.opened_between(window.start, window.end), window)


async def test_no_byte_of_the_person_is_left_and_the_counts_are_the_same(company: Company, postgres: Postgres) -> None:
    await lived(company)
    before = await counted(company)
    assert {*MARKERS} - {*await left(company, postgres)} == {"why-forget-words"}
    assert crm_of(company).entries
    assert before.changed == 1
    await forgotten(company)
    assert await left(company, postgres) == []
    assert left_in(shown(company).encode(), MARKERS) == []
    assert crm_of(company).entries == {}
    assert crm_of(company, "old").entries == {}
    assert await counted(company) == before


async def test_both_are_told_what_was_erased_and_what_was_not(company: Company) -> None:
    await lived(company)
    crm_of(company, "old").refuses = "notes are kept for ten years"
    await forgotten(company)
    for user in ("ana", "omar"):
        [report] = [plain(each.card) for each in company.platform.shown_in(f"D-{user}") if "Erased" in plain(each.card)]
        assert "Ana Lima (Support)" in report
        assert "Omar Said (Operations)" in report
        assert "old: it refused (notes are kept for ten years)" in report
        assert "1 message that a colleague wrote in its thread" in report
    assert "Forgotten on request" in await company.card(1)
    assert "the box is fine" in await company.card(2)
    assert not any("deleted a post" in summary for summary in company.told("ana"))


async def test_who_was_forgotten_is_shown_as_that_and_nothing_can_be_done(company: Company) -> None:
    await lived(company)
    await forgotten(company)
    for line in ("customer B-1", "export B-1", "forget B-1 again"):
        assert "was forgotten on request" in said(await company.say("rita", line))
    shown_now = said(await company.say("rita", "show B-1"))
    assert "was forgotten on request" in shown_now
    assert "deleted by the customer" not in shown_now
    assert "[ " not in shown_now, "no button of it would do anything"


async def test_home_tabs_that_were_opened_are_emptied_once(company: Company) -> None:
    await lived(company)
    for _ in range(2):
        await company.dispatcher.home(company.people["sam"], Origin("slack", "T1"))
    await forgotten(company)
    assert [*company.platform.homes] == ["sam"]
    assert "open it again" in plain(company.platform.homes["sam"])
    [report] = [plain(each.card) for each in company.platform.shown_in("D-ana") if "Erased" in plain(each.card)]
    assert "1 Home tab" in report
    company.platform.homes.clear()
    await company.say("ana", "forget B-2 they asked too")
    await company.say("omar", "forget B-2")
    await company.work()
    assert company.platform.homes == {}


async def test_an_entry_that_was_erased_unheard_counts_as_erased(company: Company) -> None:
    await lived(company)
    assert len(crm_of(company).entries) == 1
    crm_of(company).lost = 1
    await company.say("ana", "forget B-1 they asked")
    await company.say("omar", "forget B-1")
    await company.work()
    await PassingTime(company.storage.database).passes(600)
    await company.later(minutes=10)
    [report] = [plain(each.card) for each in company.platform.shown_in("D-ana") if "Erased" in plain(each.card)]
    assert "2 CRM entries" in report


async def test_what_a_crm_or_a_directory_said_lately_is_dropped_from_memory(company: Company) -> None:
    company.directories["people"] = FakeCompanyDirectory()
    await lived(company)
    assert company.crm_desk._kept
    assert company.company_desk._kept
    await forgotten(company)
    assert not company.crm_desk._kept
    assert not company.company_desk._kept


async def test_an_edit_that_comes_after_the_forgetting_brings_nothing_back(
    company: Company, postgres: Postgres
) -> None:
    await lived(company)
    await forgotten(company)
    await company.hear(
        changed("edited", post("m-2", by=MAYA, parent_id="t-1"), "answered-in-toms-words", revision="7"),
        changed("edited", post("at://did:plc:mayasid77/1", by=MAYA), "crushed-parcel-words", revision="8"),
    )
    await company.storage.scrub()
    assert await left(company, postgres) == []


async def test_who_was_forgotten_is_a_new_customer_afterwards(company: Company) -> None:
    await lived(company)
    old = (await company.conversation(1)).customer_id
    await forgotten(company)
    again = post("m-3", "here I am again", by=MAYA, parent_id="at://did:plc:mayasid77/1")
    await company.hear(again)
    new = await company.conversation(4)
    assert new.customer_id != old
    assert (await company.conversation(1)).forgotten
    async with company.storage.reading() as uow:
        record = await uow.customers.record(new.customer_id)
    assert record is not None
    assert record.purchases == ()
    assert record.conversations_total == 1


async def test_a_post_of_theirs_that_is_delivered_again_stays_forgotten(company: Company, postgres: Postgres) -> None:
    await lived(company)
    await forgotten(company)
    await company.hear(post("m-2", "answered-in-toms-words", by=MAYA, parent_id="t-1"))
    await company.hear(post("at://did:plc:mayasid77/1", "crushed-parcel-words", by=MAYA))
    await company.storage.scrub()
    assert await left(company, postgres) == []


async def test_a_number_within_ids_of_messages_is_gone_too(company: Company, postgres: Postgres) -> None:
    number = "16505550123"
    known = Author(external_id="US.13491", handle=f"+{number}", display_name="Lena", phone=f"+{number}")
    id_ = f"wamid.{b64encode(bytes((28, 24, 11)) + number.encode() + bytes((21, 2))).decode()}"
    await company.hear(post(id_, "hello", network="whatsapp", by=known))
    parts = (number, id_[10:22])
    assert set(await left(company, postgres, parts)) == set(parts)
    await forgotten(company)
    assert await left(company, postgres, parts) == []


async def test_one_person_alone_forgets_nobody(company: Company) -> None:
    await lived(company)
    await company.say("omar", "forget B-1 they asked")
    assert "asked for it yourself" in said(await company.say("omar", "forget B-1"))
    assert "may not decide" in said(await company.say("ben", "forget B-1"))
    await company.work()
    assert not (await company.conversation(1)).forgotten
    assert any("asks to forget" in summary for summary in company.told("rita"))
    assert not any("asks to forget" in summary for summary in company.told("ben"))


async def test_a_request_is_over_after_a_week_or_when_it_is_refused(company: Company) -> None:
    await lived(company)
    await company.say("ana", "forget B-1 they asked")
    async with company.storage.reading() as uow:
        [root, *_] = await uow.privacy.one_with((await company.conversation(1)).customer_id)
        request = await uow.privacy.waiting(root, company.clock.now())
    assert request is not None
    await company.press("rita", "forget", request=request.id, answer="refuse")
    assert "decided already" in said(await company.press("omar", "forget", request=request.id, answer="confirm"))
    await company.say("ana", "forget B-1 they asked again")
    company.clock.move(timedelta(days=8))
    assert "Say why" in said(await company.say("omar", "forget B-1"))
    await company.work()
    assert not (await company.conversation(1)).forgotten


@pytest.mark.parametrize("calls", [0, 1, 2, 4])
async def test_killed_in_between_it_ends_the_same(company: Company, postgres: Postgres, calls: int) -> None:
    await lived(company)
    crm_of(company).down = 1 if calls else 0
    company.platform.failures.extend([None] * calls + [_Killed()])
    await company.say("ana", "forget B-1 why-forget-words")
    await company.say("omar", "forget B-1")
    for _ in range(20):
        await company.hands.lose()
        await PassingTime(company.storage.database).passes(600)
        await company.later(minutes=10)
    assert await left(company, postgres) == []
    assert left_in(shown(company).encode(), MARKERS) == []
    assert crm_of(company).entries == {}


def test_every_table_is_thought_of() -> None:
    swept = set(SWEPT)
    assert swept == {"merges", "likenesses", "likeness_keys"}, "new tables need a rule in storage/erasing.py"
    assert swept | HANDLED >= set(metadata.tables)


class _Killed(RetriableError):
    """The process is gone."""

    def __init__(self) -> None:
        super().__init__("killed")
