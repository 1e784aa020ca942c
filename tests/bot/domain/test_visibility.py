"""Who sees which fields of a record: rules by department and role, and what of them there was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.customer import (
    Customer,
    CustomerRecord,
    Identity,
    PastConversation,
    Purchase,
    Rating,
    RecentPost,
    Ticket,
)
from bot.domain.people import Person, Role
from bot.domain.visibility import (
    FIELDS,
    Rule,
    hidden_from,
    visible,
    visible_customer,
    visible_identity,
    visible_name,
)

AT = datetime(2026, 3, 2, tzinfo=UTC)
MONEY = Rule(frozenset({"purchases", "attributes.income"}), frozenset({"sales"}), frozenset({Role.LEAD}))
SALES, MARKETING = Person("1", "Sal", "sales"), Person("2", "Mo", "marketing")
LEAD = Person("3", "Lea", "marketing", roles=frozenset({Role.LEAD}))
GUEST = Person("4", "Gus", "sales", outsider=True)

RECORD = CustomerRecord(
    customer=Customer(
        "c", "Maya", AT, {"tier": "Gold", "income": "high", "email": "m@a.example"}, "https://crm.example"
    ),
    identities=(
        Identity("mastodon", "maya", followers=5),
        Identity("email", "m@a.example"),
        Identity("phone", "+49 1"),
    ),
    purchases=(Purchase("1", "Trail 40"),),
    purchases_total=6,
    tickets=(Ticket("#1", "crushed"),),
    conversations=(
        PastConversation(2, "mastodon", AT, "held"),
        PastConversation(1, "mastodon", AT, "resolved", "fixed"),
    ),
    conversations_total=2,
    answered_total=1,
    posts_total=3,
    recent=(RecentPost("mastodon", AT, "again!", 2),),
    ratings=(Rating(1, 2, 5),),
)


def test_fields_are_seen_by_the_departments_and_the_roles_that_a_rule_names() -> None:
    assert hidden_from([MONEY], SALES) == frozenset()
    assert hidden_from([MONEY], LEAD) == frozenset()
    assert hidden_from([MONEY], MARKETING) == {"purchases", "attributes.income"}
    assert hidden_from([MONEY], Person("5", "Nia")) == {"purchases", "attributes.income"}


def test_of_several_rules_for_a_field_one_that_lets_is_enough() -> None:
    more = Rule(frozenset({"purchases"}), frozenset({"marketing"}))
    assert hidden_from([MONEY, more], MARKETING) == {"attributes.income"}
    assert hidden_from([Rule(frozenset({"phone"}))], SALES) == {"phone"}, "a rule that names nobody lets nobody"


def test_what_a_channel_reads_shows_no_field_that_somebody_must_not_see() -> None:
    assert hidden_from([MONEY], None) == {"purchases", "attributes.income"}
    assert hidden_from([], None) == frozenset()


def test_from_outside_nobody_sees_anything() -> None:
    assert hidden_from([], GUEST) == frozenset(FIELDS)
    assert hidden_from([MONEY], GUEST) == frozenset(FIELDS)


# What the directories say is no part of the record: who may not see it causes no question.
@pytest.mark.parametrize("field", [*(field for field in FIELDS if field != "directory"), "attributes.income"])
def test_each_field_can_be_hidden_and_is_counted_as_left_out(field: str) -> None:
    seen, left_out = visible(RECORD, frozenset({field}))
    assert seen != RECORD
    assert left_out == (field,)
    again, nothing = visible(seen, frozenset({field}))
    assert (again, nothing) == (seen, ()), "what is not there is not said to be missing"


def test_hidden_facts_are_nowhere_left() -> None:
    seen, _ = visible(RECORD, frozenset({*FIELDS, "attributes.income"}))
    said = repr(seen)
    for word in (
        "Gold",
        "high",
        "m@a.example",
        "+49",
        "Trail",
        "crushed",
        "again!",
        "fixed",
        "crm.example",
        "2026, 3, 2, 1",
    ):
        assert word not in said, word
    assert (seen.purchases_total, seen.conversations_total, seen.posts_total, seen.ratings) == (0, 0, 0, ())
    assert [past.number for past in seen.conversations] == [2], "what is open is work, and no history"


def test_whose_name_is_their_address_loses_it_with_their_addresses() -> None:
    assert visible_name("maya@mail.example", frozenset({"email"})) == ""
    assert visible_name("+49 1511 234567", frozenset({"phone"})) == ""
    assert visible_name("maya@mail.example", frozenset({"phone"})) == "maya@mail.example"
    assert visible_name("Maya 2", frozenset({"phone", "email"})) == "Maya 2"


@pytest.mark.parametrize("name", ["phone", "Phone", "Phone 2", "E-Mail", "e-mail_2", "Mobile", "email", "MAIL 1"])
def test_what_they_can_be_reached_by_is_hidden_however_a_file_calls_it(name: str) -> None:
    customer = Customer("c", "Maya", attributes={name: "maya@mail.example", "mailing list": "news"})
    assert visible_customer(customer, frozenset({"email", "phone"})).attributes == {"mailing list": "news"}


def test_an_attribute_is_hidden_in_any_case() -> None:
    customer = Customer("c", "Maya", attributes={"Income": "9", "Tier": "Gold"})
    assert visible_customer(customer, frozenset({"attributes.income", "tier"})).attributes == {}


def test_a_handle_that_is_a_telephone_number_is_hidden_with_those() -> None:
    assert visible_identity(Identity("whatsapp", "+16505550123"), frozenset({"phone"})) is None
    assert visible_identity(Identity("whatsapp", "lena.wandert"), frozenset({"phone"})) is not None
    assert visible_identity(Identity("stackoverflow", "16505550123"), frozenset({"phone"})) is not None
