"""All contacts of a CRM brought to the store: page by page, linked, stopped and gone on with."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.config import Config
from bot.domain.customer import Customer, Identity
from bot.domain.post import Author
from bot.domain.record import Contact, ContactPage
from bot.errors import PermanentError, RetriableError, UserError
from bot.ports import CrmEntry, CrmLink, ImportedCustomer, UnitOfWork
from handlers.events import write_record
from tests.fakes.crm import FakeCrm
from tests.handlers.admin.commands import Installed
from tests.storage.hearing import hear, post

PART = {"kind": "tryton", "url": "https://erp.example"}


def contacts(count: int) -> list[Contact]:
    people = [
        Contact(f"c-{n}", f"Maya Okafor {n}", url=f"https://erp.example/{n}", emails=(f"maya{n}@mail.example",))
        for n in range(1, count + 1)
    ]
    # Whoever has no name and no address has something else.
    people[2] = Contact("c-3", "", phones=("+44 7700 900003",))
    return people


@dataclass
class Stopping(FakeCrm):
    """Says “not now” once so many pages were given; `pause` is how long to wait, as it says."""

    after: int = 1_000
    pause: float | None = None
    again: bool = True

    async def contact_page(self, cursor: str = "") -> ContactPage:
        if self.after == 0:
            self.after = -1 if self.again else 0
            raise RetriableError("the CRM takes no more requests", self.pause)
        self.after -= 1
        return await super().contact_page(cursor)


@pytest.fixture
def crm() -> Stopping:
    return Stopping(contacts=contacts(9))


@pytest.fixture
def installed(tmp_path: Path, crm: Stopping) -> Installed:
    made = Installed(tmp_path, config=Config.model_validate({"crm": {"main": PART}}))
    made.made = {"main": crm}
    return made


def told(out: str) -> dict[str, int]:
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in out.splitlines())}


async def customers(installed: Installed) -> int:
    async with installed.storage() as storage, storage.reading() as uow:
        return (await uow.counts()).customers


async def one(uow: UnitOfWork, query: str) -> Customer:
    found = await uow.customers.find(query)
    return found[0].customer


async def test_every_contact_becomes_a_customer_with_its_link(installed: Installed) -> None:
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert told(result.stdout) == {"customers": 9, "new": 9, "updated": 0}
    async with installed.storage() as storage, storage.reading() as uow:
        maya = await one(uow, "maya5@mail.example")
        assert maya.name == "Maya Okafor 5"
        link = await uow.records.link(maya.id, "main")
        assert link is not None
        assert (link.contact_id, link.url, link.how) == ("c-5", "https://erp.example/5", "imported")
        assert (await one(uow, "+44 7700 900003")).name == "+44 7700 900003"
    again = await installed.run("customers", "import", "--from-crm", "main")
    assert told(again.stdout) == {"customers": 9, "new": 0, "updated": 9}
    assert await customers(installed) == 9


async def test_it_goes_on_where_the_crm_wanted_no_more(installed: Installed, crm: Stopping) -> None:
    crm.after, crm.pause, crm.again = 3, 900.0, False
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert isinstance(result.exception, UserError)
    assert "main does not go on now" in str(result.exception)
    assert await customers(installed) in {4, 6}
    before = await customers(installed)
    crm.after, crm.calls = 1_000, 0
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert f"{before} contacts were brought before; going on from there." in result.stderr
    assert told(result.stdout) == {"customers": 9, "new": 9, "updated": 0}
    assert crm.calls == (10 - before) // 2
    assert list((installed.data_dir / "import").glob("*")) == []


async def test_it_begins_again_if_it_is_asked_to(installed: Installed, crm: Stopping) -> None:
    crm.after, crm.pause, crm.again = 3, 900.0, False
    await installed.run("customers", "import", "--from-crm", "main")
    before = await customers(installed)
    crm.after = 1_000
    result = await installed.run("customers", "import", "--from-crm", "main", "--afresh")
    assert told(result.stdout) == {"customers": 9, "new": 9 - before, "updated": before}


async def test_a_short_pause_is_waited_for(installed: Installed, crm: Stopping) -> None:
    crm.after, crm.pause = 2, 0.01
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert told(result.stdout) == {"customers": 9, "new": 9, "updated": 0}


async def test_what_the_crm_refuses_is_said_and_what_came_before_stays(installed: Installed, crm: Stopping) -> None:
    crm.refuses = "our user may not read contacts"
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert isinstance(result.exception, PermanentError)
    assert await customers(installed) == 0


async def test_no_more_than_one_page_is_held_beside_the_one_that_is_stored(tmp_path: Path) -> None:
    lead: list[int] = []
    installed = Installed(tmp_path, config=Config.model_validate({"crm": {"main": PART}}))

    @dataclass
    class Counting(FakeCrm):
        async def contact_page(self, cursor: str = "") -> ContactPage:
            lead.append(int(cursor or 0) - await customers(installed))
            return await super().contact_page(cursor)

    installed.made = {"main": Counting(contacts=contacts(40), page=5)}
    result = await installed.run("customers", "import", "--from-crm", "main")
    assert told(result.stdout)["new"] == 40
    assert max(lead) <= 5


async def test_who_was_found_in_the_crm_before_is_the_same_customer(installed: Installed) -> None:
    at = installed.clock.now()
    async with installed.storage() as storage:
        async with storage.writing() as uow:
            writer = Author(handle="@maya_o@social.example", display_name="Maya")
            (known,) = await uow.customers.identify([("mastodon", writer)], at)
            await uow.records.set_link(CrmLink(known, "main", "c-5", None, "the same e-mail", at))
        await installed.run("customers", "import", "--from-crm", "main")
        async with storage.reading() as uow:
            assert (await one(uow, "maya5@mail.example")).id == known
            assert (await one(uow, "@maya_o@social.example")).name == "Maya Okafor 5"
    assert await customers(installed) == 9


async def test_what_a_colleague_said_and_another_file_brought_stays(installed: Installed) -> None:
    at = installed.clock.now()
    async with installed.storage() as storage:
        async with storage.writing() as uow:
            brought = ImportedCustomer("F-5", "Maya of the file", (Identity("email", "maya5@mail.example"),))
            await uow.customers.bring([brought], at)
        async with storage.writing() as uow:
            maya = await one(uow, "Maya of the file")
            await uow.records.set_link(CrmLink(maya.id, "main", "c-5", None, "linked by Ana", at))
        await installed.run("customers", "import", "--from-crm", "main")
        async with storage.reading() as uow:
            assert (await one(uow, "Maya of the file")).id == maya.id
            link = await uow.records.link(maya.id, "main")
        # Both have the contact, by which they become one.
        assert link is not None
        assert (link.contact_id, link.how) == ("c-5", "linked by Ana")
    assert await customers(installed) == 10


async def test_a_link_that_a_colleague_made_of_an_imported_one_is_not_made_anew(installed: Installed) -> None:
    await installed.run("customers", "import", "--from-crm", "main")
    async with installed.storage() as storage:
        async with storage.writing() as uow:
            maya = await one(uow, "maya5@mail.example")
            other = CrmLink(maya.id, "main", "c-99", None, "linked by Ana", installed.clock.now())
            await uow.records.set_link(other)
        await installed.run("customers", "import", "--from-crm", "main")
        async with storage.reading() as uow:
            link = await uow.records.link(maya.id, "main")
            assert link is not None
            assert link.contact_id == "c-99"


async def test_what_waited_for_a_contact_is_written_once_it_is_imported(installed: Installed, crm: Stopping) -> None:
    crm.contacts[4] = replace(crm.contacts[4], handles=(Identity("mastodon", "maya"),))
    at = installed.clock.now()
    async with installed.storage() as storage:
        (talk,) = await hear(storage, post(author=Author(handle="maya", display_name="Maya")))
        async with storage.writing() as uow:
            waiting = CrmEntry("main", "B-1/resolved/3", talk.customer_id, talk.number, "resolved", "nobody", at)
            await uow.records.put(waiting)
    await installed.run("customers", "import", "--from-crm", "main")
    with closing(sqlite3.connect(installed.data_dir / "baton.db")) as database:
        asked = "SELECT count(*) FROM outbox WHERE kind = ?"
        assert database.execute(asked, (write_record.KIND,)).fetchone() == (1,)


async def test_a_name_that_is_none_and_two_ways_at_once_are_refused(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("key,name\n1,Maya\n")
    for words, said in (
        (("--from-crm", "other"), "There is no CRM “other”"),
        ((), "Name a file, or a CRM"),
        ((str(file), "--from-crm", "main"), "Name a file, or a CRM"),
        (("--from-crm", "main", "--birthdays"), "are for files"),
    ):
        result = await installed.run("customers", "import", *words)
        assert isinstance(result.exception, UserError)
        assert said in f"{result.exception.message} {result.exception.hint}"
