"""Saved results of Odoo, read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.customer import Identity
from integrations.crm.odoo.records import contact, fault, is_of, purchase

SAVED = Path(__file__).parents[2] / "payloads" / "crm" / "odoo"


def saved(name: str) -> Any:
    return json.loads((SAVED / f"{name}.json").read_text(encoding="utf-8"))


def test_partners_whose_empty_fields_are_false() -> None:
    maya, club = (contact(row, "https://odoo.example") for row in saved("partners"))
    assert (maya.kind, maya.emails, maya.phones) == ("person", ("maya@mail.example",), ("+45 12 34 56 78",))
    assert maya.attributes == {"city": "Aarhus", "country": "Denmark", "language": "en_GB", "company": "Løbeklubben"}
    assert (club.kind, club.emails, club.phones, club.attributes) == ("company", (), (), {"reference": "C-0040"})


def test_whose_a_partner_is() -> None:
    maya, club = saved("partners")
    assert is_of(Identity("email", "MAYA@mail.example"), maya)
    assert is_of(Identity("phone", "+4512345678"), maya)
    assert not is_of(Identity("email", "maya@mail.example"), club)
    assert not is_of(Identity("mastodon", "Maya Okafor"), maya)


def test_an_order_is_named_after_its_products_once_each() -> None:
    orders = saved("orders")
    first, second = (purchase(order, orders["lines"]) for order in orders["orders"])
    assert first.what == "[TR30] Trail 30, Gift wrapping"
    assert (first.key, first.amount, first.currency) == ("S00007", 219.5, "EUR")
    assert first.at == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    assert second.what == "PO 77"


def test_an_error_is_told_in_its_first_line() -> None:
    told = str(fault("main", saved("access-error")["error"]))
    assert told == "main refuses: \u2068You are not allowed to access 'Sales Order' (sale.order) records.\u2069"
