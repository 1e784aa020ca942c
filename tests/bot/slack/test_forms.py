"""Forms become modals that Slack takes, and what is filled in comes back as strings."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from bot.cards import Card, Choice, Field, Form, Header, Paragraph
from bot.commands import Origin
from bot.slack.forms import Carried, field_errors, modal, read_answers, read_carried, shown
from bot.slack.spans import Spelling
from tests.bot.any_forms import Questions, questions, texts
from tests.bot.slack.forms import EVERY_KIND
from tests.bot.slack.judged import Json, judge_view

ORIGIN = Origin("slack", "T1", "C1", "1.0", "2.0", by="button")
CARRIED = Carried(ORIGIN, {}, "https://hooks.slack.com/actions/T1/2/3", quiet=True)
SPELLING = Spelling({"p-1": "U1"})


def element(view: Json, name: str) -> Json:
    found: Json = next(block["element"] for block in view["blocks"] if block.get("block_id") == f"field:{name}")
    return found


def one(field: Field) -> Json:
    view = modal(Form("Pass", "pass", "Pass", (field,)), CARRIED, SPELLING)
    judge_view(view)
    return element(view, field.name)


def test_every_kind_of_question_has_its_element_and_its_default() -> None:
    view = modal(EVERY_KIND, CARRIED, SPELLING)
    judge_view(view)
    assert view["title"]["text"] == "Pass B-12 to somebody w…"
    assert view["callback_id"] == "cmd:pass"
    assert element(view, "ask")["multiline"]
    assert element(view, "ask")["initial_value"] == "is this the new box?"
    assert element(view, "title")["max_length"] == 80
    assert element(view, "outcome")["initial_option"]["value"] == "idea"
    assert element(view, "who")["initial_user"] == "U1"
    assert element(view, "home")["initial_option"]["value"] == "support"
    assert [option["value"] for option in element(view, "others")["initial_options"]] == ["support", "legal"]
    assert element(view, "to")["initial_option"]["value"] == "person:p-1"
    assert [group["label"]["text"] for group in element(view, "to")["option_groups"]] == ["Departments", "People"]
    assert element(view, "until")["initial_date_time"] == 1772442000


def test_optional_questions_hints_and_the_act_are_said() -> None:
    view = modal(EVERY_KIND, CARRIED, SPELLING)
    ask, title = (next(b for b in view["blocks"] if b.get("block_id") == f"field:{n}") for n in ("ask", "title"))
    assert (ask["optional"], title["optional"]) == (False, True)
    assert ask["hint"]["text"] == "They see this first"
    assert "hint" not in title
    assert view["submit"]["text"] == "Pass"


def test_what_travels_unseen_comes_back() -> None:
    view = modal(EVERY_KIND, CARRIED, SPELLING)
    back = read_carried(view)
    assert back == Carried(ORIGIN, {"conversation": "B-12"}, CARRIED.answer_url, quiet=True)


def test_a_form_whose_arguments_do_not_fit_is_refused_rather_than_cut() -> None:
    with pytest.raises(ValueError, match="more arguments than Slack keeps"):
        modal(Form("Reply", "reply", "Send", (), args={"text": "x" * 3000}), CARRIED, SPELLING)
    tight = Form("Reply", "reply", "Send", (), args={"text": "x" * 2815})
    assert read_carried(modal(tight, CARRIED, SPELLING)).answer_url == ""


def test_a_choice_without_choices_is_asked_in_words() -> None:
    assert one(Field("which", "Which", "choice"))["type"] == "plain_text_input"
    assert one(Field("which", "Which", "person_or_department"))["type"] == "plain_text_input"


def test_a_department_typed_before_is_chosen_in_the_mixed_select() -> None:
    choices = (Choice("department:legal", "Legal"), Choice("person:p-1", "Ana"))
    chosen = one(Field("to", "To", "person_or_department", choices=choices, default="legal"))
    assert chosen["initial_option"]["value"] == "department:legal"


@pytest.mark.parametrize("default", ["@slack:U7", "slack:U7"])
def test_a_person_typed_before_is_chosen(default: str) -> None:
    assert one(Field("who", "Who", "person", default=default))["initial_user"] == "U7"


def test_a_moment_that_is_no_date_leaves_the_picker_empty() -> None:
    assert "initial_date_time" not in one(Field("until", "Until", "moment", default="tomorrow"))


def test_more_choices_than_slack_shows_are_cut() -> None:
    many = tuple(Choice(f"c{number}", "x" * 200) for number in range(150))
    assert len(one(Field("which", "Which", "choice", choices=many))["options"]) == 100


def test_answers_come_back_by_name() -> None:
    values = {
        "field:ask": {"field:ask": {"type": "plain_text_input", "value": "why?"}},
        "field:title": {"field:title": {"type": "plain_text_input", "value": None}},
        "field:outcome": {"field:outcome": {"type": "static_select", "selected_option": {"value": "fixed"}}},
        "field:none": {"field:none": {"type": "static_select", "selected_option": None}},
        "field:who": {"field:who": {"type": "users_select", "selected_user": "U7"}},
        "field:nobody": {"field:nobody": {"type": "users_select", "selected_user": None}},
        "field:others": {
            "field:others": {"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}
        },
        "field:until": {"field:until": {"type": "datetimepicker", "selected_date_time": 1772442000}},
        "other": {"x": {"type": "plain_text_input", "value": "not ours"}},
    }
    assert read_answers({"state": {"values": values}}) == {
        "ask": "why?",
        "title": "",
        "outcome": "fixed",
        "none": "",
        "who": "@slack:U7",
        "nobody": "",
        "others": "a,b",
        "until": "2026-03-02T09:00:00+00:00",
    }


def test_errors_stand_at_their_question_and_strays_at_the_first() -> None:
    view = modal(EVERY_KIND, CARRIED, SPELLING)
    assert field_errors(view, {"who": "Who is that?"}) == {"field:who": "Who is that?"}
    assert field_errors(view, {"conversation": "Gone.", "ask": "Too long."}) == {"field:ask": "Gone. Too long."}


def test_a_card_can_be_shown_in_a_modal() -> None:
    view = shown(Card("x", (Header("Found"), Paragraph(("it",)))), CARRIED, SPELLING)
    judge_view(view)
    assert "submit" not in view


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts, texts, questions)
def test_no_form_breaks_a_limit_whatever_is_in_it(title: str, submit: str, some: Questions) -> None:
    view = modal(Form(title, "pass", submit, tuple(some), intro=(Paragraph((title,)),)), CARRIED, SPELLING)
    judge_view(view)
