"""Forms become cards with inputs, and what is filled in comes back as the strings that Slack's forms give."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards import Button, Choice, Field, FieldKind, Form, Paragraph
from bot.teams.acts import read_pressed
from bot.teams.forms import form_card, read_answers
from bot.teams.spans import Spelling
from tests.bot.any_forms import Questions, questions, texts
from tests.bot.teams.forms import EVERY_KIND
from tests.bot.teams.judged import Json, judge_card, markdown_marks, parts, visible

USERS = {"p-1": "aad-ana"}
PARIS = ZoneInfo("Europe/Paris")
BACK = Button("Back", "show", {"conversation": "B-12"})


def asked(form: Form, *, dialog: bool = True, **more: Any) -> Json:
    card = form_card(form, Spelling(USERS), dialog=dialog, **more)
    judge_card(card)
    return card


def field(card: Json, name: str) -> Json:
    return next(part for part in parts(card) if part.get("id") == f"field:{name}")


def one(question: Field) -> Json:
    return field(asked(Form("Pass", "pass", "Pass", (question,))), question.name)


def after(card: Json, name: str) -> list[Json]:
    """What stands between a question and the next one."""
    body: list[Json] = card["body"]
    start = next(n for n, element in enumerate(body) if element.get("id") == f"field:{name}") + 1
    rest = body[start:]
    stop = next((n for n, element in enumerate(rest) if element["type"] != "TextBlock"), len(rest))
    return rest[:stop]


def submitted(card: Json, filled: dict[str, str]) -> Json:
    """What Teams sends: the submitting button's data with what is in the inputs."""
    data: Json = card["body"][-1]["actions"][0]["data"]
    return data | {f"field:{name}": value for name, value in filled.items()}


def test_every_kind_of_question_has_its_input_and_its_default() -> None:
    card = asked(EVERY_KIND, zone=PARIS)
    assert (field(card, "ask")["type"], field(card, "ask")["isMultiline"]) == ("Input.Text", True)
    assert field(card, "ask")["value"] == "is this the new box?"
    assert field(card, "title")["maxLength"] == 80
    assert "isMultiline" not in field(card, "title")
    assert field(card, "outcome")["value"] == "idea"
    assert [choice["title"] for choice in field(card, "outcome")["choices"]] == ["Fixed", "Idea"]
    assert field(card, "who")["choices.data"] == {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    assert field(card, "who")["value"] == "aad-ana"
    assert field(card, "home")["value"] == "support"
    assert (field(card, "others")["isMultiSelect"], field(card, "others")["value"]) == (True, "legal,support")
    assert field(card, "to")["value"] == "person:p-1"
    assert [choice["title"] for choice in field(card, "to")["choices"]] == [
        "Support (department)",
        "Legal (department)",
        "Ana Lima (Support)",
    ]
    assert (field(card, "until")["value"], field(card, "until:time")["value"]) == ("2026-03-02", "10:00")


def test_required_questions_hints_and_the_act_are_said() -> None:
    card = asked(EVERY_KIND)
    assert (field(card, "ask")["isRequired"], field(card, "ask")["errorMessage"]) == (True, "Please fill this in.")
    assert "isRequired" not in field(card, "title")
    assert [field(card, "ask")["label"], field(card, "title")["label"]] == ["What do you ask?", "In one line"]
    (hint,) = after(card, "ask")
    assert hint["text"] == "They see this ∗first∗"
    assert after(card, "title") == []


def test_in_a_dialog_the_form_is_submitted_and_the_title_is_the_dialogs_own() -> None:
    card = asked(EVERY_KIND)
    (submit,) = card["body"][-1]["actions"]
    assert (submit["type"], submit["title"], submit["style"]) == ("Action.Submit", "Pass", "positive")
    assert submit["data"]["form"] is True
    assert read_pressed(submit["data"]) == ("pass", {"conversation": "B-12"})
    assert "Pass B-12" not in visible(card)


def test_in_a_cards_place_the_form_says_its_title_and_can_be_left_without_answering() -> None:
    card = asked(EVERY_KIND, dialog=False, leave=BACK)
    submit, leave = card["body"][-1]["actions"]
    assert (submit["type"], submit["verb"], submit["data"]["form"]) == ("Action.Execute", "pass", True)
    assert read_pressed(submit) == ("pass", {"conversation": "B-12"})
    assert (leave["type"], leave["verb"], leave["associatedInputs"]) == ("Action.Execute", "show", "none")
    assert visible(card).startswith("Pass B-12\nMy parcel came *crushed* <at>Ana</at>\npublic answer as @acme")
    assert field(card, "who")["choices.data"]["dataset"] == "graph.microsoft.com/users?scope=currentContext"


def test_what_was_refused_is_asked_again_with_what_was_typed_and_what_is_wrong() -> None:
    errors = {"who": "I do not know who “*x*” is.", "conversation": "B-12 is gone."}
    typed = {"ask": "a longer question", "others": "legal", "who": "@teams:aad-bob", "title": ""}
    card = asked(EVERY_KIND, errors=errors, typed=typed)
    assert field(card, "ask")["value"] == "a longer question"
    assert field(card, "others")["value"] == "legal"
    assert field(card, "who")["value"] == "aad-bob"
    assert "value" not in field(card, "title")
    assert field(card, "outcome")["value"] == "idea"
    (complaint,) = after(card, "who")
    assert (complaint["text"], complaint["color"]) == ("⚠ I do not know who “∗x∗” is.", "attention")
    stray = next(element for element in card["body"] if element.get("color") == "attention")
    assert stray["text"] == "⚠ B-12 is gone."


def test_a_form_whose_arguments_do_not_fit_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="more arguments than a card keeps"):
        asked(Form("Reply", "reply", "Send", (), args={"text": "x" * 20_000}))
    tight = asked(Form("Reply", "reply", "Send", (), args={"text": "x" * 19_000}))
    assert read_pressed(submitted(tight, {})) == ("reply", {"text": "x" * 19_000})


def test_a_choice_without_choices_is_asked_in_words() -> None:
    assert one(Field("which", "Which", "choice"))["type"] == "Input.Text"
    assert one(Field("which", "Which", "person_or_department"))["type"] == "Input.Text"


def test_a_department_typed_before_is_chosen_in_the_mixed_select() -> None:
    choices = (Choice("department:legal", "Legal"), Choice("person:p-1", "Ana"))
    chosen = one(Field("to", "To", "person_or_department", choices=choices, default="legal"))
    assert chosen["value"] == "department:legal"


@pytest.mark.parametrize("default", ["@teams:aad-7", "teams:aad-7"])
def test_a_person_typed_before_is_chosen(default: str) -> None:
    assert one(Field("who", "Who", "person", default=default))["value"] == "aad-7"


def test_colleagues_to_choose_from_are_offered_beside_the_picker() -> None:
    choices = (Choice("person:p-1", "Ana"), Choice("person:p-2", "Ben"))
    chosen = one(Field("who", "Who", "person", choices=choices, default="person:p-2"))
    assert (chosen["value"], len(chosen["choices"])) == ("person:p-2", 2)


def test_a_default_that_cannot_be_chosen_chooses_nothing() -> None:
    assert "value" not in one(Field("which", "Which", "choice", choices=(Choice("a", "A"),), default="b"))
    assert "value" not in one(Field("until", "Until", "moment", default="tomorrow"))


def test_beside_boxes_to_tick_labels_are_no_markdown() -> None:
    several = one(Field("which", "Which", "departments", choices=(Choice("a", "*A* [x](https://a.example)"),)))
    assert markdown_marks(several["choices"][0]["title"]) == set()


def test_more_choices_than_a_card_takes_are_cut_but_the_chosen_one_stays() -> None:
    many = tuple(Choice(f"c{number}", "家" * 100) for number in range(200))
    shown = one(Field("which", "Which", "choice", choices=many, default="c199"))
    assert 40 < len(shown["choices"]) < 200
    assert shown["choices"][-1]["value"] == shown["value"] == "c199"


@pytest.mark.parametrize("dialog", [True, False])
def test_answers_come_back_by_name(dialog: bool) -> None:
    card = asked(EVERY_KIND, dialog=dialog)
    filled = {
        "ask": "why?",
        "outcome": "fixed",
        "who": "aad-bob",
        "others": "legal,support",
        "to": "department:legal",
        "until": "2026-07-01",
        "until:time": "11:30",
    }
    assert read_answers(submitted(card, filled), PARIS) == {
        "ask": "why?",
        "title": "",
        "outcome": "fixed",
        "who": "@teams:aad-bob",
        "home": "",
        "others": "legal,support",
        "to": "department:legal",
        "until": "2026-07-01T09:30:00+00:00",
    }


def test_a_day_without_a_time_is_its_morning_and_what_is_no_day_is_given_on() -> None:
    data = {"asked": {"until": "moment", "who": "person"}, "field:until": "2026-07-01", "field:who": "person:p-1"}
    assert read_answers(data) == {"until": "2026-07-01T09:00:00+00:00", "who": "person:p-1"}
    assert read_answers(data | {"field:until": "soon", "field:who": ""}) == {"until": "soon 09:00", "who": ""}


def test_answers_of_what_is_not_ours_are_no_answers() -> None:
    assert read_answers({"verb": "pass", "field:x": 3, "other": "y", "asked": "no"}) == {"x": ""}


@pytest.mark.parametrize("dialog", [True, False])
@pytest.mark.parametrize("letter", ["\U0006f8c0", "*", "[", "{", "я"])
def test_a_form_whose_every_word_is_long_still_fits(letter: str, dialog: bool) -> None:
    words = letter * 9000
    choices = tuple(Choice(f"c{number}", words) for number in range(100))
    kinds: tuple[FieldKind, ...] = (
        "line",
        "choice",
        "person",
        "department",
        "departments",
        "moment",
        "lines",
        "choice",
    )
    some = tuple(
        Field(f"f{number}", words, kind, words, True, words, choices, 4000) for number, kind in enumerate(kinds)
    )
    form = Form(words, "pass", words, some, {"text": "я" * 3000}, (Paragraph((words,)),))
    judge_card(asked(form, dialog=dialog, errors={each.name: words for each in some}))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts, texts, questions, st.booleans())
def test_no_form_breaks_a_limit_or_formats_whatever_is_in_it(
    title: str, submit: str, some: Questions, dialog: bool
) -> None:
    form = Form(title, "pass", submit, tuple(some), intro=(Paragraph((title,)),))
    errors = {question.name: question.hint for question in some}
    card = asked(form, dialog=dialog, errors=errors)
    for part in parts(card["body"]):
        if part.get("type") == "TextBlock":
            assert markdown_marks(part["text"]) == set()
