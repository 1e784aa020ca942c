"""`crm` says which CRMs there are, whether they let us in, and what is written to each on whose record."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import Config
from bot.domain.events import CrisisRaised
from bot.domain.people import PersonRef
from bot.domain.post import Author, SourceEvent
from bot.domain.record import Contact
from bot.ports import CrmEntry, CrmLink
from handlers.hearing import hear
from integrations.ai.local import LocalTriage
from tests.fakes.crm import FakeCrm
from tests.handlers.admin.commands import Installed
from tests.handlers.company import post

MAYA = Contact("c-1", "Maya Okafor", url="https://crm.example/c-1", emails=("maya@mail.example",))
CRMS = {
    "main": {"kind": "tryton", "url": "https://erp.example/acme", "on": ["resolved", "escalated"], "case": "always"},
    "desk": {"kind": "zendesk", "url": "https://desk.example"},
}


@pytest.fixture
async def installed(tmp_path: Path) -> Installed:
    """Two CRMs, of which one knows Maya, and a conversation of hers."""
    config = Config.model_validate({"crm": CRMS})
    made = Installed(tmp_path, config=config)
    made.made = {"main": FakeCrm("main", contacts=[MAYA]), "desk": FakeCrm("desk")}
    written = post(
        "p-1", "crushed again\x1b[2J", by=Author(handle="maya", display_name="Maya Okafor", email="maya@mail.example")
    )
    network, account, external_id = written.key
    event = SourceEvent(kind="created", network=network, account=account, external_id=external_id, post=written)
    async with made.storage() as storage:
        async with storage.writing() as uow:
            await uow.posts.accept([event], "demo", made.clock.now())
        await hear(storage, config, config.life_policies, made.clock, LocalTriage(config))
    return made


def crm_of(installed: Installed, name: str) -> FakeCrm:
    crm = installed.made[name]
    assert isinstance(crm, FakeCrm)
    return crm


async def test_the_list_says_what_is_written_where(installed: Installed) -> None:
    for words in (("crm", "list"), ("crm",)):
        lines = (await installed.run(*words)).output.splitlines()
        assert [line.split() for line in lines] == [
            ["name", "kind", "writes", "when", "case", "address"],
            ["main", "tryton", "resolved,", "escalated", "always", "https://erp.example/acme"],
            ["desk", "zendesk", "resolved,", "crisis", "never", "https://desk.example"],
        ]


async def test_without_a_crm_it_says_how_to_add_one(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    assert "no CRM" in (await installed.run("crm", "list")).output
    assert "no CRM" in (await installed.run("crm", "preview", "B-1")).output


async def test_a_check_says_who_we_are_there_and_fails_where_we_are_not_let_in(installed: Installed) -> None:
    crm_of(installed, "desk").refuses = "the token is over"
    result = await installed.run("crm", "check")
    assert result.exit_code == 1
    assert "ok   main: fake, as nobody (in 0.0 s)" in result.output
    assert "fail desk: the token is over" in result.output
    assert (await installed.run("crm", "check", "main")).exit_code == 0
    assert "There is no CRM “sap”" in str((await installed.run("crm", "check", "sap")).exception)


async def test_a_preview_shows_what_would_be_written_and_to_whom_and_writes_nothing(installed: Installed) -> None:
    result = await installed.run("crm", "preview", "B-1")
    assert result.exit_code == 0, result.output
    main, _, desk = result.output.partition("\nZendesk: ")
    assert main.startswith("Tryton: Maya Okafor, contact c-1, the same e-mail (https://crm.example/c-1)")
    assert "when it is resolved: an entry and a case that says" in main
    assert "when it is escalated" in main
    assert "crushed again[2J" in main
    assert "\x1b" not in main
    assert desk.startswith("knows nobody who may be this customer")
    assert "and a case" not in desk
    assert crm_of(installed, "main").entries == {}
    assert crm_of(installed, "main").linked == []


async def test_a_preview_tells_what_was_written_already_and_what_is_only_likely(installed: Installed) -> None:
    crm_of(installed, "desk").contacts = [Contact("d-1", "Maya Okafor"), Contact("d-2", "Maya Okafor")]
    async with installed.storage() as storage, storage.writing() as uow:
        conversation = await uow.conversations.take(1)
        at = installed.clock.now()
        await uow.conversations.save(
            conversation, [CrisisRaised(at=at, by=PersonRef("p", "Ana", "support"), why="fire")]
        )
        customer = conversation.customer_id
        await uow.records.set_link(CrmLink(customer, "main", "c-7", None, "linked by Ana", at))
        entry = CrmEntry(
            "main", "B-1/escalated/2", customer, 1, "escalated", "written", at, "n-1", url="https://crm.example/n-1"
        )
        await uow.records.put(entry)
    main, _, desk = (await installed.run("crm", "preview", "b-1")).output.partition("\nZendesk: ")
    assert main.startswith("Tryton: contact c-7, linked by Ana")
    assert "UTC (https://crm.example/n-1), an entry and a case:" in main
    assert "Why: fire" in main
    assert "Likely: Maya Okafor, contact d-1, 80 %, the same name; Maya Okafor, contact d-2" in desk


async def test_a_preview_tells_that_a_colleague_said_they_are_nobody_there(installed: Installed) -> None:
    async with installed.storage() as storage, storage.writing() as uow:
        conversation = await uow.conversations.take(1)
        unlinked = CrmLink(conversation.customer_id, "main", None, None, "unlinked by Ana", installed.clock.now())
        await uow.records.set_link(unlinked)
    calls = crm_of(installed, "main").calls
    output = (await installed.run("crm", "preview", "B-1")).output
    assert "Tryton: nobody there, unlinked by Ana; it is written once they are linked" in output
    assert crm_of(installed, "main").calls == calls


async def test_a_preview_goes_on_where_a_crm_is_away(installed: Installed) -> None:
    crm_of(installed, "main").down = 1
    result = await installed.run("crm", "preview", "B-1")
    assert "Tryton: cannot be asked who this is: the CRM is down" in result.output
    assert "Zendesk" in result.output
    assert "There is no B-9" in str((await installed.run("crm", "preview", "B-9")).exception)


async def test_the_trail_of_look_ups_names_who_looked_and_when(installed: Installed) -> None:
    ana, at = PersonRef("p-ana", "Ana\x1b Lima", "support"), installed.clock.now()
    async with installed.storage() as storage, storage.writing() as uow:
        conversation = await uow.conversations.get(1)
        assert conversation is not None
        await uow.customers.looked_up(conversation.customer_id, ana, "slack", at)
        await uow.customers.looked_up(conversation.customer_id, PersonRef("p-ben", "Ben Roth"), "search", at)
    for whom in ("B-1", "@maya", "Maya Okafor"):
        title, *lines = (await installed.run("customers", "lookups", whom)).output.splitlines()
        assert title.startswith("Maya Okafor (")
        assert title.endswith("2 look-ups")
        assert ["Ben Roth" in line for line in lines] == [True, False]
        assert "\x1b" not in lines[1]
        assert "(Support)" in lines[1]
        assert f"{at:%Y-%m-%d %H:%M}" in lines[0]
    one = (await installed.run("customers", "lookups", "B-1", "--limit", "1")).output.splitlines()
    assert len(one) == 2
    assert "I know nobody" in str((await installed.run("customers", "lookups", "zzzz")).exception)
