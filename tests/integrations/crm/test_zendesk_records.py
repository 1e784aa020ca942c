"""Saved answers of Zendesk, read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.domain.customer import Identity
from integrations.crm.zendesk.records import is_our_note, organization, person, stands, ticket_of

SAVED = Path(__file__).parents[2] / "payloads" / "crm" / "zendesk"


def saved(name: str) -> Any:
    return json.loads((SAVED / f"{name}.json").read_text(encoding="utf-8"))


def test_a_user_with_all_identities() -> None:
    user = saved("users-search")["users"][0]
    maya = person(user, "https://acme.zendesk.com", saved("identities")["identities"])
    assert maya.url == "https://acme.zendesk.com/agent/users/35436"
    assert maya.emails == ("maya@mail.example", "okafor@work.example")
    assert maya.phones == ("+45 12 34 56 78", "+4512345678")
    assert maya.handles == (Identity("x", "didgeridoomaya"),)
    assert dict(maya.attributes) == {"language": "en-GB", "time zone": "Copenhagen", "tags": "gold, runner"}
    assert stands(maya, Identity("phone", "004512345678"))
    assert stands(maya, Identity("x", "@DidgeridooMaya"))
    assert not stands(maya, Identity("mastodon", "didgeridoomaya"))


def test_a_user_of_whom_little_is_known() -> None:
    nobody = person(saved("users-search")["users"][1], "https://acme.zendesk.com")
    assert (nobody.emails, nobody.phones, dict(nobody.attributes)) == ((), (), {})
    assert organization({"id": 7, "name": None}, "").name == ""


def test_tickets_with_and_without_a_subject() -> None:
    ours, open_one, old = saved("tickets-requested")["tickets"]
    assert [is_our_note(each) for each in (ours, open_one, old)] == [True, False, False]
    assert ticket_of(open_one).at == datetime(2026, 7, 20, 22, 55, 29, tzinfo=UTC)
    assert (ticket_of(old).subject, ticket_of(old).status) == ("No subject at all", "closed")
