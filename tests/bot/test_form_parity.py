"""Whatever a form asks is asked on Slack and on Teams: each question with its label, hint, choices and what is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot.cards import (
    Card,
    Field,
    Form,
)
from bot.commands import Origin
from bot.dispatch.forms import command_form, whom
from bot.domain.answer import AnswerState
from bot.domain.people import Person
from bot.domain.record import ContactMatch
from bot.domain.templates import Place, Template
from bot.domain.writing import Written
from bot.ports import CrmLink, CrmOffer, Line
from bot.slack import forms as slack_forms
from bot.slack import spans as slack_spans
from bot.teams import forms as teams_forms
from bot.teams import spans as teams_spans
from bot.views import crm_link_form, made_up, reply_form, suggestion_form
from bot.views.crisis_forms import clear_form, dismiss_form, log_form, propose_form, statement_form
from bot.views.examples.crises import OPEN
from bot.views.examples.ideas import IDEA
from bot.views.examples.tracking import CONFIG as TRACKED
from bot.views.idea_forms import decline_form, pass_form, raise_form, refuse_form, title_form, vote_form
from bot.views.templates import Templated, choose_template_form, fill_template_form
from bot.views.tracking import track_form
from handlers.commands import COMMANDS
from tests.bot.neutral import COLLEAGUES, ON_SLACK, ON_TEAMS, SLACK_NAMES, TEAMS_NAMES, said
from tests.bot.seen_on import Asked, norm, on_slack, on_teams, pressed
from tests.bot.slack.forms import EVERY_KIND
from tests.bot.slack.judged import judge_view
from tests.bot.teams.judged import judge_card

SPECS = [command.spec for command in COMMANDS]


def _forms() -> Iterator[tuple[str, Form]]:
    people = [Person(person.id, person.name, person.department) for person in COLLEAGUES]
    likely = [Line(made_up.FLOOR, "Maya <b> *Okafor*", "Third parcel"), Line(made_up.HELD, "", "")]
    for spec in SPECS:
        for given in ({}, {"conversation": "B-12"}):
            form = command_form(spec, given, made_up.CONFIG, people=people, likely=likely)
            if form.fields:
                yield f"{spec.name}{' B-12' if given else ''}", form
    yield "every kind", EVERY_KIND
    yield "a contact of a CRM", _link_form()
    yield "a crisis is proposed", propose_form("floor")
    yield "it is none", dismiss_form(OPEN)
    yield "a line of its timeline", log_form(OPEN)
    yield "its holding statement", statement_form(OPEN, "We know <!channel> *that*.", "A draft from the configuration.")
    yield "all clear", clear_form(OPEN, "a lorry burned out")
    yield from _about_ideas(people)
    written = Written("We are sorry, <Maya>.\nA *new* one is on its way.", ("https://evil.example", "<!channel>"))
    yield "a suggestion that is kept", suggestion_form(made_up.FLOOR, written, "It cannot be sent from here.")
    for state in (None, AnswerState.ASKED, AnswerState.SENT):
        yield f"an answer, the last one {state}", _reply_form(state)
    yield from _about_templates()


def _about_ideas(people: list[Person]) -> Iterator[tuple[str, Form]]:
    hostile = replace(IDEA, title="Gift <!channel> *wrap* & `more`")
    yield "an idea is raised", raise_form(12, (IDEA, hostile), (IDEA,))
    yield "the first idea is raised", raise_form(None, ())
    yield "a vote", vote_form(hostile, "logistics")
    yield "it is declined", decline_form(IDEA)
    yield "its title", title_form(hostile)
    yield "whom to pass it to", pass_form(IDEA, whom(made_up.CONFIG, people), people[0])
    yield "it is not taken", refuse_form(IDEA)
    yield "an issue in the tracker", track_form(hostile, ("app",), TRACKED)
    yield "an issue in one of two trackers", track_form(IDEA, ("app", "work"), TRACKED)


def _link_form() -> Form:
    """Whom two CRMs offer; one of them is slow, and the customer is linked in the other."""
    hostile = replace(made_up.CONTACT, name="Maya <b> *Okafor*", attributes={"company": "<!channel> & Co"})
    offers = (
        CrmOffer("main", "found", (ContactMatch(hostile, 1.0, "the same e-mail"),), linked=hostile),
        CrmOffer("desk", "late"),
    )
    link = CrmLink(made_up.MAYA.id, "main", "42", None, "linked by Ana", made_up.NOW)
    return crm_link_form(made_up.MAYA, offers, {"main": link}, made_up.CONFIG)


def _about_templates() -> Iterator[tuple[str, Form]]:
    """Texts that a network approved: to choose from, with places, and without any."""
    way = replace(made_up.WAY, refusal="The time is over <!channel> *now*.", over=True, templates=True)
    about = Templated(made_up.HELD, replace(made_up.MAYA, name="Maya <b> *Okafor*"), made_up.FIRST, way, ("legal",))
    hostile = Template("news", "en_US", "Hi {{1}} <!channel> *free* [bank](https://evil.example)\n> {{2}}",
                       (Place("1", "Mark <b>"), Place("<!channel> order")))  # fmt: skip
    plain = Template("hello", "de", "Wir haben Neuigkeiten.")
    yield "an approved text is chosen", choose_template_form(about, (hostile, plain), made_up.CONFIG, made_up.NOW)
    for name, values in (("empty", ()), ("filled in", ("<!channel>", "*4711*"))):
        yield f"its places are {name}", fill_template_form(about, hostile, values, made_up.CONFIG, made_up.NOW)
    yield "it has no places", fill_template_form(about, plain, (), made_up.CONFIG, made_up.NOW, note="Look again.")


def _reply_form(state: AnswerState | None) -> Form:
    answer = replace(made_up.ANSWER, state=state, needs=("legal",)) if state is not None else None
    needs = ("legal", "product") if state is AnswerState.ASKED else ()
    return reply_form(
        replace(made_up.HELD, answer=answer),
        replace(made_up.MAYA, name="Maya <b> *Okafor*"),
        (made_up.FIRST, made_up.SECOND, made_up.post("<!channel> *free* [bank](https://evil.example)\n> quoted", 4)),
        replace(made_up.WAY, account="@acme@example.social"),
        made_up.CONFIG,
        draft="We are sorry, <Maya>.\nA *new* one is on its way. 👩‍👩‍👧",
        needs=needs,
        now=made_up.NOW,
        note="The customer wrote again meanwhile. Does your answer still fit?" if state is AnswerState.SENT else "",
    )


FORMS = [pytest.param(form, id=name) for name, form in _forms()]
SLACK_KINDS = {"department": "choice", "departments": "several", "person_or_department": "choice"}


def questions(form: Form, users: dict[str, str]) -> Iterator[Asked]:
    """What the neutral form asks."""
    for asked in form.fields:
        kind = SLACK_KINDS.get(asked.kind, asked.kind)
        if kind in {"choice", "several"} and not asked.choices:
            kind = "line"
        options = tuple((choice.value, norm(choice.label)) for choice in asked.choices)
        yield Asked(
            asked.name,
            norm(asked.label),
            kind,
            asked.required,
            norm(asked.hint),
            _filled(asked, kind, users),
            options if kind in {"choice", "several"} else (),
        )


def _filled(asked: Field, kind: str, users: dict[str, str]) -> str:
    values = {choice.value for choice in asked.choices}
    match kind:
        case "several":
            return ",".join(sorted(part.strip() for part in asked.default.split(",") if part.strip() in values))
        case "choice":
            return asked.default if asked.default in values else ""
        case "person":
            return users.get(asked.default.removeprefix("person:"), "")
        case "moment":
            return str(int(datetime.fromisoformat(asked.default).timestamp())) if asked.default else ""
        case _:
            return asked.default


@pytest.mark.parametrize("form", FORMS)
def test_slack_asks_all_of_a_form(form: Form) -> None:
    carried = slack_forms.Carried(Origin("slack", "T1", "C1"), {})
    view = slack_forms.modal(form, carried, slack_spans.Spelling(ON_SLACK))
    judge_view(view)
    assert on_slack(view["blocks"], SLACK_NAMES).asked == list(questions(form, ON_SLACK))
    assert view["submit"]["text"] == form.submit
    assert slack_forms.read_carried(view).args == form.args


@pytest.mark.parametrize("dialog", [True, False], ids=["dialog", "in place"])
@pytest.mark.parametrize("form", FORMS)
def test_teams_asks_all_of_a_form(form: Form, dialog: bool) -> None:
    card = teams_forms.form_card(form, teams_spans.Spelling(ON_TEAMS), dialog=dialog)
    judge_card(card)
    seen = on_teams(card, TEAMS_NAMES)
    assert [_undepartmented(asked) for asked in seen.asked] == list(questions(form, ON_TEAMS))
    assert seen.presses == [pressed(form.submit, form.command, form.args)]
    assert all(text in seen.words for text in said(Card("intro", form.intro)))


def _undepartmented(asked: Asked) -> Asked:
    """Where Slack has a heading above the departments, Teams says of each that it is one."""
    options = tuple(
        (value, label.removesuffix("(department)") if value.startswith("department:") else label)
        for value, label in asked.options
    )
    return Asked(asked.name, asked.label, asked.kind, asked.required, asked.hint, asked.filled, options)
