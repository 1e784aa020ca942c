"""Neutral form → card with inputs, for a dialog or in a card's place, and reading what was filled in. Pure.

Every question is an input whose id is `field:<name>`; a moment has a second one for its time of day. What travels along
unseen is in the data of the button that submits: the verb, the arguments, and the kind of each question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from bot.cards import Button, Choice, Field, Form
from bot.speech import say
from bot.teams import outside
from bot.teams.acts import Pressing, back, label
from bot.teams.limits import CARD_SIZE, CHOICE_TEXT, FORM_ARGS, INPUT_TEXT, LABEL, Json, size
from bot.teams.render import Drawing, envelope
from bot.teams.spans import Spelling
from bot.words import cut, readable

PREFIX = "field:"
CLOCK = ":time"
"""Ends the id of the input for a moment's time of day."""

_PEOPLE = "graph.microsoft.com/users"
_PEOPLE_HERE = "graph.microsoft.com/users?scope=currentContext"
_FRAME = 450
"""Bytes of a question beside its words, its choices and what is filled in."""

_MARGIN = 1_000


@dataclass(frozen=True, slots=True)
class Asking:
    """How a form is asked: in a dialog or in a card's place, for whom, and in which zone."""

    dialog: bool
    spelling: Spelling
    zone: tzinfo
    room: int
    """Bytes for each question."""


def form_card(
    form: Form,
    spelling: Spelling,
    *,
    dialog: bool,
    acts: frozenset[str] = frozenset(),
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    zone: tzinfo = UTC,
    leave: Button | None = None,
) -> Json:
    """The content of an Adaptive Card attachment that asks a form's questions.

    In a `dialog` the title is the dialog's own and the answer an `Action.Submit`; otherwise the card says its title and
    answers with `Action.Execute`. `errors` are sentences by field; one about no field of the form stands on top. `typed`
    is what was filled in before and takes the place of defaults. `leave` is a button that goes back without an answer.
    Raises ValueError when the form carries more arguments than a card keeps.
    """
    if size(form.args) > FORM_ARGS:
        raise ValueError("a form carries more arguments than a card keeps for it; make a field of the long one")
    wrong = dict(errors or {})
    questions = [_refilled(question, typed or {}) for question in form.fields]
    complaints = [wrong.pop(question.name, "") for question in questions]
    pressing = Pressing(acts, dialogs=False, inside=dialog)
    body: list[Json] = [] if dialog else [_title(form)]
    body += Drawing(form.intro, spelling, pressing).within(CARD_SIZE // 10) if form.intro else []
    body += [_complaint(sentence, 6 * LABEL) for sentence in wrong.values() if sentence.strip()]
    acting = [_submit(form, dialog=dialog), *([back(leave, pressing)] if leave is not None else [])]
    last: Json = {"type": "ActionSet", "actions": acting}
    left = CARD_SIZE - size(envelope(form.title, [*body, last], spelling.entities)) - _MARGIN
    asking = Asking(dialog, spelling, zone, left // max(len(questions), 1))
    for question, complaint in zip(questions, complaints, strict=True):
        body += _question(question, complaint, asking)
    return envelope(form.title, [*body, last], spelling.entities)


def _title(form: Form) -> Json:
    words = outside.lines(outside.markdown(label(form.title, "Baton", LABEL)))
    return {"type": "TextBlock", "text": words, "style": "heading", "size": "medium", "weight": "bolder", "wrap": True}


def _submit(form: Form, *, dialog: bool) -> Json:
    kinds = {question.name: question.kind for question in form.fields}
    data: Json = {"args": dict(form.args), "form": True, "asked": kinds}
    made: Json = {"title": label(form.submit, say("Send")), "style": "positive"}
    if dialog:
        return {"type": "Action.Submit", **made, "data": {"verb": form.command, **data}}
    return {"type": "Action.Execute", **made, "verb": form.command, "data": data}


def _refilled(question: Field, typed: Mapping[str, str]) -> Field:
    if question.name not in typed:
        return question
    return replace(question, default=typed[question.name])


def _within(words: str, room: int) -> str:
    """As much of the beginning as there is room for, in bytes."""
    kept = words[: max(room, 0)]
    while kept and size(kept) > room:
        kept = kept[: len(kept) * 9 // 10]
    return kept


def _question(question: Field, wrong: str, asking: Asking) -> list[Json]:
    """The input, below it what is wrong with it and what helps to answer."""
    most = asking.room // 8
    named = _spelled(question.label, lambda words: label(words, question.name, LABEL), most)
    hint = _spelled(question.hint, _plainly, most)
    said = [_complaint(wrong, most)] if wrong.strip() else []
    room = asking.room - _FRAME - size([named, hint, said])
    asked = _INPUTS[question.kind](question, replace(asking, room=room))
    missing = {"isRequired": True, "errorMessage": say("Please fill this in.")} if question.required else {}
    asked[0] |= {"label": named, "spacing": "medium", **missing}
    if hint.strip():
        said.append(
            {"type": "TextBlock", "text": hint, "size": "small", "isSubtle": True, "wrap": True, "spacing": "small"}
        )
    return [*asked, *said]


def _spelled(words: str, spell: Callable[[str], str], most: int) -> str:
    """As much of the words as takes at most so many bytes when it is spelled for Teams."""
    kept = words[: LABEL * 8]
    while size(made := spell(kept)) > most and len(kept) > 1:
        kept = cut(kept, len(kept) * 9 // 10)
    return made


def _plainly(words: str) -> str:
    return outside.lines(outside.markdown(cut(readable(words).strip(), LABEL)))


def _complaint(sentence: str, most: int) -> Json:
    words = _spelled(sentence, lambda said: _plainly(f"⚠ {said}"), most)
    return {"type": "TextBlock", "text": words, "color": "attention", "wrap": True, "spacing": "small"}


def _written(question: Field, asking: Asking) -> list[Json]:
    longest = max(1, min(question.longest, INPUT_TEXT))
    made: Json = {"type": "Input.Text", "id": PREFIX + question.name, "maxLength": longest}
    made |= {"isMultiline": True} if question.kind == "lines" else {}
    filled = _within(readable(question.default)[:longest], asking.room)
    return [made | ({"value": filled} if filled else {})]


def _chosen(question: Field, asking: Asking) -> list[Json]:
    return _choices(question, question.choices, question.default, asking)


def _several(question: Field, asking: Asking) -> list[Json]:
    offered = {choice.value for choice in question.choices}
    wanted = [part.strip() for part in question.default.split(",") if part.strip() in offered]
    # Beside boxes to tick, clients read the words as markdown.
    choices = tuple(Choice(choice.value, outside.markdown(choice.label)) for choice in question.choices)
    several = {"isMultiSelect": True} if choices else {}
    return [made | several for made in _choices(question, choices, ",".join(wanted), asking)]


def _either(question: Field, asking: Asking) -> list[Json]:
    """People and departments in one select; no client shows headings in it, so each department says that it is one."""
    departments = tuple(
        Choice(choice.value, say("{name} (department)", name=choice.label))
        for choice in question.choices
        if choice.value.startswith("department:")
    )
    others = tuple(choice for choice in question.choices if not choice.value.startswith("department:"))
    wanted = question.default
    if wanted and not wanted.startswith(("person:", "department:")):
        wanted = f"department:{wanted}"
    return _choices(question, departments + others, wanted, asking)


def _person(question: Field, asking: Asking) -> list[Json]:
    """Teams' own people picker, which gives the id of a user; colleagues to choose from are offered beside."""
    wanted = question.default.removeprefix("@")
    user = asking.spelling.users.get(wanted.removeprefix("person:"), "")
    user = wanted.removeprefix("teams:") if wanted.startswith("teams:") else user
    offered = {choice.value for choice in question.choices}
    value = wanted if wanted in offered else user
    made: Json = {
        "type": "Input.ChoiceSet",
        "id": PREFIX + question.name,
        "placeholder": say("Choose a colleague"),
        "choices": _offered(question.choices, value, asking.room),
        "choices.data": {"type": "Data.Query", "dataset": _PEOPLE if asking.dialog else _PEOPLE_HERE},
    }
    return [made | ({"value": value} if value else {})]


def _moment(question: Field, asking: Asking) -> list[Json]:
    """A day and a time of day side by side would be too narrow on a phone: one below the other."""
    day: Json = {"type": "Input.Date", "id": PREFIX + question.name}
    clock: Json = {"type": "Input.Time", "id": PREFIX + question.name + CLOCK, "label": say("At"), "spacing": "small"}
    try:
        at = datetime.fromisoformat(question.default)
    except ValueError:
        return [day, clock]
    local = at.astimezone(asking.zone) if at.tzinfo is not None else at
    return [day | {"value": local.strftime("%Y-%m-%d")}, clock | {"value": local.strftime("%H:%M")}]


_INPUTS: dict[str, Callable[[Field, Asking], list[Json]]] = {
    "line": _written,
    "lines": _written,
    "choice": _chosen,
    "department": _chosen,
    "departments": _several,
    "person_or_department": _either,
    "person": _person,
    "moment": _moment,
}


def _choices(question: Field, choices: tuple[Choice, ...], wanted: str, asking: Asking) -> list[Json]:
    if not choices:
        return _written(question, asking)
    made: Json = {
        "type": "Input.ChoiceSet",
        "id": PREFIX + question.name,
        "placeholder": say("Choose"),
        "choices": _offered(choices, wanted, asking.room),
    }
    chosen = {*wanted.split(","), wanted} & {choice["value"] for choice in made["choices"]}
    return [made | ({"value": wanted} if chosen else {})]


def _offered(choices: tuple[Choice, ...], wanted: str, room: int) -> list[Json]:
    """As many choices as there is room for; what was chosen before is among them."""
    ordered = sorted(choices, key=lambda choice: choice.value != wanted)
    kept: list[Json] = []
    for choice in ordered:
        made = {"title": label(choice.label, choice.value, CHOICE_TEXT), "value": choice.value}
        room -= size(made) + 2
        if room < 0:
            break
        kept.append(made)
    places = {choice.value: number for number, choice in enumerate(choices)}
    return sorted(kept, key=lambda made: places[made["value"]])


def read_answers(data: Mapping[str, object], zone: tzinfo = UTC) -> dict[str, str]:
    """What was filled in, by field name, from the data of a submission: the same strings that Slack's forms give.

    Empty answers are empty strings, several choices are joined by commas, a person is `@teams:<id>`, and a moment, which
    people give in their own `zone`, is ISO in UTC.
    """
    asked = data.get("asked")
    kinds = {str(name): str(kind) for name, kind in asked.items()} if isinstance(asked, Mapping) else {}
    found = {name.removeprefix(PREFIX) for name in data if name.startswith(PREFIX) and not name.endswith(CLOCK)}
    return {name: _answer(name, kinds.get(name, ""), data, zone) for name in (*kinds, *sorted(found - kinds.keys()))}


def _answer(name: str, kind: str, data: Mapping[str, object], zone: tzinfo) -> str:
    given = data.get(PREFIX + name)
    value = given if isinstance(given, str) else ""
    if kind == "person" and value:
        return value if value.startswith("person:") else f"@teams:{value}"
    if kind == "moment" and value:
        return _utc(value, str(data.get(PREFIX + name + CLOCK) or "09:00"), zone)
    return value


def _utc(day: str, clock: str, zone: tzinfo) -> str:
    """What cannot be read is given on as it was typed, for the command to say what is wrong with it."""
    try:
        at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)
    except ValueError:
        return f"{day} {clock}"
    return at.astimezone(UTC).isoformat()
