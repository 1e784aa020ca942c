"""Arguments get their types, and what is wrong with one is said in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import CommandSpec
from bot.config import Config, DepartmentPart
from bot.dispatch.binding import Binder, FieldErrors, as_offered
from bot.domain.people import Department, Person
from bot.errors import UserError
from tests.bot.dispatch.specs import ASSIGN, CLAIM, CUSTOMER, DISCUSS, ESCALATE, PASS, RESOLVE, SNOOZE, SPECS
from tests.fakes.directory import FakeDirectory

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)

ANA = Person("p-ana", "Ana Sousa", "support", email="ana@acme.example", timezone="Europe/Lisbon")
MARK = Person("p-mark", "Mark Ito", "sales")
GUEST = Person("p-gus", "Gus Guest", outsider=True)
PRODUCT = Department("product", "Product")
MARKETING = Department("marketing", "Marketing")


def _company() -> FakeDirectory:
    directory = FakeDirectory()
    directory.know(ANA, "U1", "ana")
    directory.know(MARK, "U12", "mark")
    directory.know(GUEST, "U3", "gus")
    return directory


async def _bind(spec: CommandSpec, actor: Person = ANA, **raw: str) -> tuple[dict[str, Any], dict[str, UserError]]:
    return await Binder(Config(), _company()).bind(spec, raw, actor, NOW)


async def _bound(spec: CommandSpec, actor: Person = ANA, **raw: str) -> dict[str, Any]:
    bound, wrong = await _bind(spec, actor, **raw)
    assert not wrong
    return bound


async def _wrong(spec: CommandSpec, **raw: str) -> UserError:
    bound, wrong = await _bind(spec, ANA, **raw)
    ((name, error),) = wrong.items()
    assert name not in bound
    assert error.message.strip()
    assert error.hint.strip()
    return error


async def test_every_kind_gets_its_type_and_empty_ones_are_left_out() -> None:
    assert await _bound(CLAIM, conversation="B-12", span=" for 2h ") == {"conversation": 12, "span": timedelta(hours=2)}
    assert await _bound(CLAIM, conversation="#7", span="  ") == {"conversation": 7}
    assert await _bound(ESCALATE, rung="Sponsor", why=" three ") == {"rung": "sponsor", "why": "three"}
    assert await _bound(RESOLVE, outcome="No action") == {"outcome": "no_action"}
    assert await _bound(CUSTOMER, query="Maya Lind") == {"query": "Maya Lind"}
    assert await _bound(ASSIGN, department="Product", person="@ana") == {"department": PRODUCT, "person": ANA}


async def test_a_moment_is_in_the_zone_of_who_typed_it() -> None:
    tokyo = Person("p-t", "T", timezone="Asia/Tokyo")
    assert await _bound(SNOOZE, tokyo, until="tomorrow 9:00") == {"until": datetime(2026, 3, 3, 0, tzinfo=UTC)}
    nowhere = Person("p-n", "N", timezone="W. Europe Standard Time")
    assert await _bound(SNOOZE, nowhere, until="tomorrow 9:00") == {"until": datetime(2026, 3, 3, 9, tzinfo=UTC)}


@pytest.mark.parametrize(
    "typed", ["@slack:U1", "slack:u1", "@ana", "Ana", "ana@acme.example", "ana sousa", "person:p-ana"]
)
async def test_a_colleague_is_known_by_mention_handle_mail_or_name(typed: str) -> None:
    assert await _bound(PASS, MARK, to=typed) == {"to": ANA}
    assert await _bound(ASSIGN, MARK, person=typed) == {"person": ANA}


@pytest.mark.parametrize("typed", ["me", "@me", "Myself"])
async def test_me_is_who_types_it(typed: str) -> None:
    assert await _bound(PASS, MARK, to=typed) == {"to": MARK}


@pytest.mark.parametrize("typed", ["product", "Product", "@product", "#product", "department:product", "prod"])
async def test_a_department_is_known_by_key_name_or_beginning(typed: str) -> None:
    assert await _bound(PASS, to=typed) == {"to": PRODUCT}


async def test_a_person_goes_before_the_beginning_of_a_department_and_its_whole_name_before_a_person() -> None:
    assert await _bound(PASS, to="@mark") == {"to": MARK}
    assert await _bound(PASS, to="marke") == {"to": MARKETING}
    directory = _company()
    directory.know(Person("p-l", "Legal Lena"), "U7", "legal")
    bound, _ = await Binder(Config(), directory).bind(PASS, {"to": "@legal"}, ANA, NOW)
    assert bound == {"to": Department("legal", "Legal")}


async def test_the_name_people_read_stands_for_the_department_too() -> None:
    config = Config(departments={"care": DepartmentPart(name="Customer Care"), "legal": DepartmentPart()})
    bound, _ = await Binder(config, _company()).bind(ASSIGN, {"department": "customer care"}, ANA, NOW)
    assert bound == {"department": Department("care", "Customer Care")}


async def test_nobody_and_no_department_is_said_with_the_departments_there_are() -> None:
    error = await _wrong(PASS, to="zorro" * 30)
    assert "neither a colleague nor a department" in error.message
    assert len(error.message) < 150
    assert "support, product" in error.hint
    assert "zorro" in (await _wrong(ASSIGN, person="@zorro")).message
    assert "support, product" in (await _wrong(ASSIGN, department="xy")).hint
    assert "person:gone" in (await _wrong(PASS, to="person:gone")).message
    assert "department:gone" in (await _wrong(PASS, to="department:gone")).message


async def test_a_guest_cannot_be_handed_a_customer_s_conversation() -> None:
    for spec, name in ((PASS, "to"), (ASSIGN, "person")):
        error = await _wrong(spec, **{name: "@gus"})
        assert error.message == "Gus Guest is a guest."
        assert "colleagues only" in error.hint


async def test_a_list_of_departments_is_all_of_them_or_says_which_is_none() -> None:
    assert await _bound(DISCUSS, departments="Product, marketing,") == {"departments": (PRODUCT, MARKETING)}
    assert "“xy”" in (await _wrong(DISCUSS, departments="product,xy")).message


async def test_what_is_no_reference_span_moment_or_choice_is_said_with_an_example() -> None:
    assert "B-12" in (await _wrong(CLAIM, conversation="parcel")).hint
    link = "https://acme.slack.com/archives/C0FLOOR/p1700000000000100"
    assert "card" in (await _wrong(CLAIM, conversation=link)).hint
    assert "2h" in (await _wrong(CLAIM, span="soon")).hint
    assert "tomorrow" in (await _wrong(SNOOZE, until="whenever")).hint
    assert "answered, no_action" in (await _wrong(RESOLVE, outcome="maybe")).hint


async def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    error = await _wrong(RESOLVE, wanted="x" * 1234)
    assert "1,234" in error.message
    assert "100" in error.hint


async def test_everything_that_is_wrong_is_told_at_once() -> None:
    bound, wrong = await _bind(PASS, conversation="?", to="zorro", ask="hm")
    assert bound == {"ask": "hm"}
    assert list(wrong) == ["conversation", "to"]


async def test_mentions_in_a_text_become_names() -> None:
    bound = await _bound(PASS, ask="ask @slack:U1, @slack:U12. or @slack:U99: and @teams:29:1a-b")
    assert bound == {"ask": "ask @Ana Sousa, @Mark Ito. or @someone: and @someone"}


@given(st.sampled_from(SPECS), st.data())
async def test_binding_any_text_gives_values_or_reasons_and_never_fails(spec: CommandSpec, data: st.DataObject) -> None:
    words = st.text(max_size=30) | st.sampled_from(("person:", "department:", "@", ",", "0", "B-", "@slack:U1"))
    raw = {param.name: data.draw(words) for param in spec.params}
    bound, wrong = await _bind(spec, ANA, **raw)
    assert not set(bound) & set(wrong)
    assert set(bound) | set(wrong) == {name for name, value in raw.items() if value.strip()}
    assert all(error.message.strip() and error.hint.strip() for error in wrong.values())


async def test_what_was_understood_shows_as_chosen_in_the_form_that_asks_for_the_rest() -> None:
    for typed, value in (("@mark", "person:p-mark"), ("Prod", "department:product")):
        assert as_offered(PASS, await _bound(PASS, conversation="B-12", to=typed)) == {"to": value}
    assert as_offered(ASSIGN, await _bound(ASSIGN, department="Prod")) == {"department": "product"}
    assert as_offered(DISCUSS, await _bound(DISCUSS, departments="legal,LEGAL,prod")) == {
        "departments": "legal,product"
    }


def test_errors_of_fields_keep_a_sentence_for_each() -> None:
    error = FieldErrors({"to": "There is nobody of that name.", "ask": "It is needed."})
    assert error.errors == {"to": "There is nobody of that name.", "ask": "It is needed."}
    assert str(error) == "to, ask"
