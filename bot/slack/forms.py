"""Neutral form → modal view, and reading a submitted one back. Pure.

Every question is an input block whose `block_id` and `action_id` are `field:<name>`. What travels along unseen is in
`private_metadata`: the arguments, where the form was asked for, and whether a button did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.cards import Card, Choice, Field, Form
from bot.commands import Origin
from bot.slack.acts import plain_text
from bot.slack.limits import (
    INPUT_TEXT,
    LABEL,
    OPTION_TEXT,
    OPTION_VALUE,
    PLACEHOLDER,
    PRIVATE_METADATA,
    SELECT_OPTIONS,
    VIEW_BLOCKS,
    VIEW_SIZE,
    VIEW_TITLE,
    Json,
    compact,
)
from bot.slack.render import blocks
from bot.slack.spans import Spelling
from bot.speech import mark, say, sentence
from bot.words import cut, readable

PREFIX = "field:"
_GROUPS = (("department:", mark("Departments")), ("person:", mark("People")))


@dataclass(frozen=True, slots=True)
class Carried:
    """What a modal carries unseen. `answer_url` takes answers for the interaction that opened it; `quiet` says that a
    button on a card did, where a mere confirmation is not shown."""

    origin: Origin
    args: Mapping[str, str]
    answer_url: str = ""
    quiet: bool = False

    def pack(self) -> str:
        """As `private_metadata`; the answer address is left out where there is no room, arguments are never."""
        data = {**asdict(self), "args": dict(self.args)}
        packed = compact(data)
        if len(packed) > PRIVATE_METADATA and self.answer_url:
            return replace(self, answer_url="").pack()
        if len(packed) > PRIVATE_METADATA:
            raise ValueError("a form carries more arguments than Slack keeps for it; make a field of the long one")
        return packed


def read_carried(view: Mapping[str, Any]) -> Carried:
    """What a modal of ours carries; nothing where it is not as this version writes it."""
    try:
        data = json.loads(view.get("private_metadata") or "{}")
        origin = Origin(**data.get("origin", {"platform": "slack"}))
        return Carried(origin, dict(data.get("args", {})), data.get("answer_url", ""), bool(data.get("quiet")))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Carried(Origin("slack"), {})


def modal(form: Form, carried: Carried, spelling: Spelling) -> Json:
    """The modal view of a form."""
    questions = [_input(question, spelling) for question in form.fields]
    room = VIEW_BLOCKS - len(questions)
    intro = blocks(form.intro, spelling, room, VIEW_SIZE) if form.intro else []
    return {
        "type": "modal",
        "callback_id": f"cmd:{form.command}",
        "title": plain_text(form.title, VIEW_TITLE, "Baton"),
        "submit": plain_text(form.submit, VIEW_TITLE, say("Send")),
        "close": plain_text(say("Cancel"), VIEW_TITLE),
        "private_metadata": replace(carried, args=form.args).pack(),
        "blocks": [*intro, *questions],
    }


def shown(card: Card, carried: Carried, spelling: Spelling, title: str = "Baton") -> Json:
    """A card in a modal, for places where no message can be shown."""
    return {
        "type": "modal",
        "callback_id": "card",
        "title": plain_text(title, VIEW_TITLE, "Baton"),
        "close": plain_text(say("Close"), VIEW_TITLE),
        "private_metadata": carried.pack(),
        "blocks": blocks(card.blocks, spelling, VIEW_BLOCKS, VIEW_SIZE),
    }


def _input(question: Field, spelling: Spelling) -> Json:
    name = PREFIX + question.name
    block: Json = {
        "type": "input",
        "block_id": name,
        "optional": not question.required,
        "label": plain_text(question.label, LABEL, question.name),
        "element": {"action_id": name, **_element(question, spelling)},
    }
    if question.hint.strip():
        block["hint"] = plain_text(question.hint, LABEL)
    return block


def _element(question: Field, spelling: Spelling) -> Json:
    return _ELEMENTS[question.kind](question, spelling)


def _written(question: Field, _: Spelling) -> Json:
    longest = max(1, min(question.longest, INPUT_TEXT))
    element: Json = {"type": "plain_text_input", "multiline": question.kind == "lines", "max_length": longest}
    if question.default:
        element["initial_value"] = readable(question.default)[:longest]
    return element


def _chosen(question: Field, spelling: Spelling) -> Json:
    options = [_option(choice) for choice in question.choices[:SELECT_OPTIONS]]
    if not options:
        return _written(question, spelling)
    element: Json = {"type": "static_select", "placeholder": _placeholder(), "options": options}
    return _with_initial(element, options, question.default)


def _several(question: Field, spelling: Spelling) -> Json:
    options = [_option(choice) for choice in question.choices[:SELECT_OPTIONS]]
    if not options:
        return _written(question, spelling)
    wanted = {part.strip() for part in question.default.split(",")}
    element: Json = {"type": "multi_static_select", "placeholder": _placeholder(), "options": options}
    initial = [option for option in options if option["value"] in wanted]
    return element | {"initial_options": initial} if initial else element


def _either(question: Field, spelling: Spelling) -> Json:
    """People and departments in one select, each under a heading."""
    groups: list[Json] = []
    for prefix, heading in _GROUPS:
        options = [_option(choice) for choice in question.choices if choice.value.startswith(prefix)][:SELECT_OPTIONS]
        if options:
            groups.append({"label": plain_text(sentence(heading), OPTION_TEXT), "options": options})
    if not groups:
        return _chosen(question, spelling)
    element: Json = {"type": "static_select", "placeholder": _placeholder(), "option_groups": groups}
    every = [option for group in groups for option in group["options"]]
    wanted = question.default
    return _with_initial(
        element, every, wanted if wanted.startswith(("person:", "department:")) else f"department:{wanted}"
    )


def _person(question: Field, spelling: Spelling) -> Json:
    element: Json = {"type": "users_select", "placeholder": _placeholder(say("Choose a colleague"))}
    default = question.default.removeprefix("@")
    user = default.removeprefix("slack:") if default.startswith("slack:") else None
    user = user or spelling.users.get(default.removeprefix("person:"))
    return element | {"initial_user": user} if user else element


def _moment(question: Field, _: Spelling) -> Json:
    element: Json = {"type": "datetimepicker"}
    try:
        moment = datetime.fromisoformat(question.default)
    except ValueError:
        return element
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return element | {"initial_date_time": int(aware.timestamp())}


_ELEMENTS: dict[str, Callable[[Field, Spelling], Json]] = {
    "line": _written,
    "lines": _written,
    "choice": _chosen,
    "department": _chosen,
    "departments": _several,
    "person_or_department": _either,
    "person": _person,
    "moment": _moment,
}


def _placeholder(words: str = "") -> Json:
    return plain_text(words or say("Choose"), PLACEHOLDER)


def _option(choice: Choice) -> Json:
    return {
        "text": plain_text(choice.label, OPTION_TEXT, choice.value[:OPTION_TEXT]),
        "value": cut(choice.value, OPTION_VALUE),
    }


def _with_initial(element: Json, options: list[Json], default: str) -> Json:
    initial = next((option for option in options if option["value"] == default), None)
    return element | {"initial_option": initial} if initial else element


def read_answers(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field name; empty answers are empty strings, several choices are joined by commas."""
    values: Mapping[str, Mapping[str, Json]] = view.get("state", {}).get("values", {})
    return {
        block_id.removeprefix(PREFIX): _answer(next(iter(elements.values()), {}))
        for block_id, elements in values.items()
        if block_id.startswith(PREFIX)
    }


def _answer(state: Json) -> str:
    kind = state.get("type")
    if kind == "static_select":
        return str((state.get("selected_option") or {}).get("value", ""))
    if kind == "multi_static_select":
        return ",".join(str(option["value"]) for option in state.get("selected_options") or ())
    if kind == "users_select":
        user = state.get("selected_user")
        return f"@slack:{user}" if user else ""
    if kind == "datetimepicker":
        seconds = state.get("selected_date_time")
        return datetime.fromtimestamp(int(seconds), UTC).isoformat() if seconds else ""
    return str(state.get("value") or "")


def field_errors(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """Sentences by `block_id`, as Slack wants them; one about no question of this modal goes to the first question."""
    asked = [block["block_id"] for block in view.get("blocks", ()) if block.get("type") == "input"]
    placed: dict[str, str] = {}
    for name, said in errors.items():
        block_id = PREFIX + name if PREFIX + name in asked else next(iter(asked), "")
        placed[block_id] = f"{placed[block_id]} {said}" if block_id in placed else said
    return placed
