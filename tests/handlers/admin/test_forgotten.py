"""Requests to forget somebody are listed without a word of theirs; their data is exported; an import leaves them out."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.customer import Identity, Purchase
from bot.domain.forgetting import Forgetting, Report
from bot.domain.people import PersonRef
from bot.domain.record import Owed
from bot.ports import ImportedCustomer
from storage.tables import forgotten
from tests.handlers.admin.commands import Installed

ANA, OMAR = PersonRef("p-ana", "Ana Lima", "support"), PersonRef("p-omar", "Omar Said", "operations")
MAYA = ImportedCustomer(
    "k-1",
    "Maya Okafor",
    identities=(Identity("email", "Maya@mail.example"), Identity("mastodon", "@maya@example.social")),
    purchases=(Purchase("o-1", "Boots Trail 30"),),
)
TOM = ImportedCustomer("k-2", "Tom Bell", identities=(Identity("email", "tom@mail.example"),))


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


async def brought(installed: Installed, *customers: ImportedCustomer) -> str:
    """The id of the first."""
    async with installed.storage() as storage:
        async with storage.writing() as uow:
            await uow.customers.bring(customers, installed.clock.now())
        async with storage.reading() as uow:
            return (await uow.customers.find(customers[0].name))[0].customer.id


async def erased(installed: Installed, customer_id: str) -> None:
    async with installed.storage() as storage, storage.writing() as uow:
        await uow.privacy.erase([customer_id], [], installed.clock.now())


def file(tmp_path: Path, *rows: dict[str, str]) -> str:
    path = tmp_path / "company.json"
    path.write_text(json.dumps(rows), "utf-8")
    return str(path)


async def names(installed: Installed, *wanted: str) -> list[str]:
    """Those of these names who are customers."""
    async with installed.storage() as storage, storage.reading() as uow:
        return [name for name in wanted if any(m.customer.name == name for m in await uow.customers.find(name))]


async def test_what_becomes_of_each_request_is_listed_and_nobody_is_named(installed: Installed) -> None:
    now = installed.clock.now()
    asked = Forgetting("", "c-maya", ANA, now, now + timedelta(days=7), "Maya Okafor wrote to us", 12)
    confirmed = replace(asked, state="confirmed", decided_by=OMAR, decided_at=now, erased_at=now)
    requests = (
        asked,
        replace(asked, until=now - timedelta(days=1)),
        replace(asked, state="refused", decided_by=OMAR, decided_at=now),
        replace(confirmed, erased_at=None, number=None),
        replace(
            confirmed, scrubbed_at=now, why="", owed={"tryton": [Owed("B-12/resolved/3"), Owed("B-12/resolved/9")]}
        ),
        replace(
            confirmed, state="done", done_at=now, report=Report({"posts": 2}, ("B-12: its card: \u2068Maya\u2069",))
        ),
    )
    async with installed.storage() as storage, storage.writing() as uow:
        for number, request in enumerate(requests):
            await uow.privacy.put(replace(request, id=f"r-{number}"))
    said = (await installed.run("customers", "forgotten")).output
    assert said.splitlines()[0] == "6 requests"
    assert said.count("Ana Lima (Support) asked to forget the customer of B-12") == 5
    for words in (
        "waits for a second person until",
        "nobody confirmed it",
        "refused by Omar Said (Operations)",
        "confirmed by Omar Said (Operations)",
        "to do: the messages on the platforms, and what the store holds",
        "to do: 2 entries in tryton",
        "erased: 2 posts",
        "not erased: B-12: its card: …",
    ):
        assert words in said
    assert "Maya" not in said
    newest = (await installed.run("customers", "forgotten", "--limit", "1")).output
    assert "done" in newest
    assert "1 request\n" in newest


async def test_what_is_kept_of_a_customer_is_written_as_json_and_as_a_page(
    installed: Installed, tmp_path: Path
) -> None:
    maya = await brought(installed, MAYA, TOM)
    folder = tmp_path / "for" / "maya"
    result = await installed.run("customers", "export", "maya@mail.example", "--output", str(folder))
    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in folder.iterdir()) == ["customer.html", "customer.json"]
    data, page = json.loads((folder / "customer.json").read_bytes()), (folder / "customer.html").read_text("utf-8")
    for words in ("Maya Okafor", "Maya@mail.example", "Boots Trail 30"):
        assert words in json.dumps(data)
        assert words in page
    assert "Tom Bell" not in json.dumps(data) + page
    assert "<script" not in page
    for written in folder.iterdir():
        assert not stat.S_IMODE(written.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO), "theirs alone"
    audit = (await installed.run("customers", "lookups", maya)).output
    assert "Operator" in audit
    assert "terminal export" in audit
    nobody = await installed.run("customers", "export", "nobody@mail.example", "--output", str(folder))
    assert nobody.exit_code != 0


async def test_an_import_leaves_out_who_was_forgotten_until_somebody_says_otherwise(
    installed: Installed, tmp_path: Path
) -> None:
    await erased(installed, await brought(installed, MAYA))
    rows = (
        {"key": "k-1", "name": "Maya Okafor"},
        {"key": "k-9", "name": "M. Okafor", "email": "maya@MAIL.example"},
        {"key": "k-2", "name": "Tom Bell", "email": "tom@mail.example"},
    )
    company = file(tmp_path, *rows)
    result = await installed.run("customers", "import", company)
    assert result.stdout.split() == ["customers", "1", "new", "1", "updated", "0", "forgotten", "2"]
    assert "--with-forgotten" in result.stderr
    assert await names(installed, "Maya Okafor", "M. Okafor", "Tom Bell") == ["Tom Bell"]
    alone = file(tmp_path, rows[1])
    result = await installed.run("customers", "import", alone, "--with-forgotten")
    assert result.stdout.split() == ["customers", "1", "new", "1", "updated", "0"]
    # Said once, it stays so; of the other row nobody said anything.
    result = await installed.run("customers", "import", file(tmp_path, *rows))
    assert result.stdout.split() == ["customers", "2", "new", "0", "updated", "2", "forgotten", "1"]
    assert await names(installed, "Maya Okafor", "M. Okafor", "Tom Bell") == ["M. Okafor", "Tom Bell"]


async def test_what_is_kept_of_the_forgotten_tells_nobody_who_they_were(installed: Installed, tmp_path: Path) -> None:
    await erased(installed, await brought(installed, MAYA))
    other = Installed(tmp_path / "other")
    other.data_dir.mkdir()
    await erased(other, await brought(other, MAYA))
    digests = []
    for each in (installed, other):
        async with each.storage() as storage, storage.database.reading() as connection:
            digests.append({row[0] for row in await connection.all(forgotten.select())})
    assert len(digests[0]) == 3
    assert digests[0].isdisjoint(digests[1]), "each store has a key of its own"
