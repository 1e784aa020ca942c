"""The form that asks for what a command still needs."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.cards import Choice, Field, Form
from bot.config import Config
from bot.dispatch.forms import MOST_CHOICES, command_form
from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.ports import Line
from tests.bot.dispatch.specs import ASSIGN, CLAIM, DISCUSS, ESCALATE, LOOK_UP, PASS, RESOLVE

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
CONFIG = Config()


def _line(number: int, text: str = "where is my parcel?") -> Line:
    return Line(Conversation(number, "c-1", "mastodon", "acme", NOW, NOW), "Maya Lind", text)


def _fields(form: Form) -> dict[str, Field]:
    return {field.name: field for field in form.fields}


def test_a_known_conversation_is_in_the_title_and_travels_along_instead_of_being_asked() -> None:
    form = command_form(PASS, {"conversation": "B-12"}, CONFIG)
    assert form.title == "Pass B-12"
    assert form.command == "pass"
    assert form.args == {"conversation": "B-12"}
    assert list(_fields(form)) == ["to", "ask"]


def test_an_unknown_conversation_is_chosen_among_the_likely_ones() -> None:
    form = command_form(PASS, {}, CONFIG, likely=[_line(12), _line(7, "x" * 200)])
    assert form.title == "Pass"
    assert form.args == {}
    first, second = _fields(form)["conversation"].choices
    assert first == Choice("B-12", "B-12 Maya Lind: where is my parcel?")
    assert len(second.label) == 75


def test_the_button_says_the_act() -> None:
    assert command_form(PASS, {}, CONFIG).submit == "Pass"
    assert command_form(CLAIM, {}, CONFIG).submit == "Claim"


def test_each_kind_of_parameter_has_its_kind_of_field() -> None:
    kinds = {
        field.name: field.kind
        for spec in (CLAIM, PASS, DISCUSS, ESCALATE, ASSIGN)
        for field in command_form(spec, {}, CONFIG).fields
    }
    assert kinds == {
        "conversation": "choice",
        "span": "line",
        "to": "person_or_department",
        "ask": "lines",
        "departments": "departments",
        "question": "line",
        "rung": "choice",
        "why": "line",
        "key": "line",
        "person": "person",
        "department": "department",
    }


def test_labels_hints_lengths_and_what_is_required_come_from_the_command() -> None:
    fields = _fields(command_form(PASS, {"conversation": "B-12"}, CONFIG))
    ask = fields["ask"]
    assert (ask.label, ask.hint, ask.longest, ask.required) == ("What you ask of them", "One clear question", 200, True)
    assert not _fields(command_form(DISCUSS, {}, CONFIG))["question"].required


def test_the_only_question_of_a_form_is_optional_only_beside_a_conversation() -> None:
    assert [(field.name, field.required) for field in command_form(LOOK_UP, {}, CONFIG).fields] == [("query", True)]
    known = _fields(command_form(LOOK_UP, {"conversation": "B-12"}, CONFIG))
    assert not known["query"].required
    several = _fields(command_form(DISCUSS, {"conversation": "B-12"}, CONFIG))
    assert not several["question"].required


def test_what_was_typed_fills_its_field_before_the_usual_default_does() -> None:
    fields = _fields(command_form(RESOLVE, {"conversation": "B-12", "outcome": "no_action", "wanted": "a box"}, CONFIG))
    assert (fields["outcome"].default, fields["wanted"].default, fields["changed"].default) == (
        "no_action",
        "a box",
        "nothing",
    )


def test_a_known_default_goes_before_both() -> None:
    form = command_form(RESOLVE, {"wanted": "typed"}, CONFIG, defaults={"wanted": "from the trail"})
    assert _fields(form)["wanted"].default == "from the trail"


def test_whom_to_pass_to_offers_departments_first_and_then_colleagues_with_their_department() -> None:
    people = [Person("p-ana", "Ana", "support"), Person("p-finn", "Finn")]
    choices = _fields(command_form(PASS, {}, CONFIG, people=people))["to"].choices
    assert choices[0] == Choice("department:support", "Support")
    assert choices[-2:] == (Choice("person:p-ana", "Ana (Support)"), Choice("person:p-finn", "Finn"))


def test_departments_are_offered_by_the_names_people_read() -> None:
    choices = _fields(command_form(DISCUSS, {}, CONFIG))["departments"].choices
    assert [choice.value for choice in choices] == list(CONFIG.departments)
    assert choices[0].label == "Support"


def test_no_menu_is_longer_than_platforms_show() -> None:
    people = [Person(f"p-{n}", f"Person {n}") for n in range(300)]
    assert len(_fields(command_form(PASS, {}, CONFIG, people=people))["to"].choices) == MOST_CHOICES
    likely = [_line(n) for n in range(1, 200)]
    assert len(_fields(command_form(CLAIM, {}, CONFIG, likely=likely))["conversation"].choices) == MOST_CHOICES
