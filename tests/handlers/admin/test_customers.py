"""Customers from files: as columns, as keys, with purchases and tickets."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.customer import Identity, Purchase, Ticket
from bot.errors import UserError
from bot.ports import ImportedCustomer
from handlers.admin.customer_files import read_customers
from tests.handlers.admin.commands import Installed

SAMPLE = Path(__file__).parent.parent.parent.parent / "playground" / "sample" / "customers.json"

MAYA = ImportedCustomer(
    key="C-1",
    name="Maya Okafor",
    identities=(
        Identity("email", "maya@example.com"),
        Identity("phone", "+44 7700 900123"),
        Identity("mastodon", "maya@social.example"),
        Identity("x", "maya_o"),
    ),
    attributes={"tier": "Gold", "city": "Leeds"},
    since=datetime(2023, 4, 11, tzinfo=UTC),
    purchases=(Purchase("AC-1", "Mug", datetime(2026, 3, 1, tzinfo=UTC), 34.5, "GBP"),),
    tickets=(Ticket("T-1", "Crushed box", "open"),),
)


def write(tmp_path: Path, name: str, content: str) -> Path:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    return path


def test_json(tmp_path: Path) -> None:
    record = {
        "key": "C-1",
        "name": "Maya Okafor",
        "email": "maya@example.com",
        "phone": "+44 7700 900123",
        "handles": ["mastodon:maya@social.example", "X:@maya_o"],
        "since": "2023-04-11",
        "tier": "Gold",
        "attributes": {"city": "Leeds"},
        "purchases": [{"key": "AC-1", "what": "Mug", "date": "2026-03-01", "amount": 34.5, "currency": "gbp"}],
        "tickets": [{"key": "T-1", "subject": "Crushed box", "status": "open"}],
    }
    for content in ([record], {"customers": [record]}):
        assert list(read_customers(write(tmp_path, "c.json", json.dumps(content)))) == [MAYA]


def test_csv_with_columns_for_each_purchase(tmp_path: Path) -> None:
    content = (
        "Key;Name;Email;Phone;Handles;Since;Tier;City;purchase_1_key;purchase_1_what;purchase_1_date;purchase_1_amount;"
        "purchase_1_currency;purchase_2_what;tickets\n"
        'C-1;Maya Okafor;maya@example.com;+44 7700 900123;"mastodon:maya@social.example; x:maya_o";11.04.2023;Gold;Leeds;'
        'AC-1;Mug;2026-03-01;34,5;GBP;;"[{""key"": ""T-1"", ""subject"": ""Crushed box"", ""status"": ""open""}]"\n'
    )
    assert list(read_customers(write(tmp_path, "c.csv", content))) == [MAYA]


def test_what_has_no_key_is_known_by_its_address(tmp_path: Path) -> None:
    (read,) = read_customers(write(tmp_path, "c.csv", "name,email\n,a@b.example\n"))
    assert (read.key, read.name) == ("a@b.example", "a@b.example")


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"name": "Nobody"}, "customer 1: it has no key"),
        ({"key": "1", "handles": "maya"}, "handles: “maya” is not of the form network:handle"),
        ({"key": "1", "purchases": "[{"}, "purchases: this is not JSON"),
        ({"key": "1", "tickets": [1]}, "tickets: this is not a list of objects"),
        ({"key": "1", "purchases": [{"what": "a", "amount": "much"}]}, "“much” is not an amount"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, record: dict[str, Any], why: str) -> None:
    with pytest.raises(UserError, match=why):
        list(read_customers(write(tmp_path, "c.json", json.dumps([record]))))


@pytest.mark.parametrize("content", ["{", "5", '{"a": 1}', "[1]"])
def test_a_file_that_is_no_list_of_customers_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UserError):
        list(read_customers(write(tmp_path, "c.json", content)))


async def test_odd_characters_of_a_file_reach_neither_the_store_nor_the_terminal(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    odd = {
        "key": "a\ud800",
        "name": "n\x00\x1b[2J",
        "handles": ["x:\udfff"],
        "b\x00": "\x07",
        "purchases": [{"what": "\x00"}],
    }
    path = write(tmp_path, "odd.json", json.dumps([odd]))
    (read,) = read_customers(path)
    assert (read.key, read.name, read.attributes) == ("a�", "n��[2J", {"b�": "�"})
    assert (await installed.run("customers", "import", str(path))).stdout == "customers 1\nnew 1\nupdated 0\n"
    with pytest.raises(UserError) as refused:
        list(read_customers(write(tmp_path, "bad.json", json.dumps([{"key": "a", "handles": ["\x1b[2J"]}]))))
    assert "\x1b" not in refused.value.message


def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not JSON"):
        list(read_customers(write(tmp_path, "deep.json", "[" * 100_000)))
    cell = json.dumps("[" * 100_000)
    with pytest.raises(UserError, match="not JSON"):
        list(read_customers(write(tmp_path, "cell.json", f'[{{"key": "a", "purchases": {cell}}}]')))


@pytest.mark.parametrize("amount", ["1e999", '"nan"', '"-inf"', "NaN"])
def test_an_amount_is_a_number_that_can_be_paid(tmp_path: Path, amount: str) -> None:
    content = f'[{{"key": "a", "purchases": [{{"what": "x", "amount": {amount}}}]}}]'
    with pytest.raises(UserError, match="is not an amount"):
        list(read_customers(write(tmp_path, "c.json", content)))


async def test_the_sample_is_imported_once_and_found(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    result = await installed.run("customers", "import", str(SAMPLE))
    assert result.stdout.split() == ["customers", "12", "new", "12", "updated", "0"]
    result = await installed.run("customers", "import", str(SAMPLE))
    assert result.stdout.split() == ["customers", "12", "new", "0", "updated", "12"]
    async with installed.storage() as storage, storage.reading() as uow:
        found = await uow.customers.find("Maya Okafor")
        record = await uow.customers.record(found[0].customer.id)
    assert record is not None
    assert record.customer.tier == "Gold"
    assert (record.purchases_total, len(record.tickets)) == (3, 2)
    assert {identity.network for identity in record.identities} == {"email", "phone", "mastodon"}
