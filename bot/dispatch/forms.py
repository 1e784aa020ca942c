"""Forms made from a command's parameters: one question per field, the default filled in, the button says the act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.cards import Choice, Field, FieldKind, Form
from bot.commands import CommandSpec, Param
from bot.config import Config
from bot.domain.people import Person
from bot.ports import Line
from bot.speech import mark, sentence

MOST_CHOICES = 100
"""No platform shows more options than this in one menu."""

_KINDS: dict[str, FieldKind] = {
    "conversation": "choice",
    "idea": "line",
    "person": "person",
    "department": "department",
    "departments": "departments",
    "person_or_department": "person_or_department",
    "choice": "choice",
    "moment": "line",
    "span": "line",
    "word": "line",
    "text": "line",
}


_TITLES = {
    "accept": mark("Accept"), "approve": mark("Approve"), "claim": mark("Claim"), "crisis": mark("Crisis"),
    "customer": mark("Customer"), "decline": mark("Decline"), "digest": mark("Digest"), "discuss": mark("Discuss"),
    "draft": mark("Draft"), "escalate": mark("Escalate"), "export": mark("Export"), "forget": mark("Forget"),
    "idea": mark("Idea"), "ideas": mark("Ideas"), "join": mark("Join"), "link": mark("Link"), "list": mark("List"),
    "measures": mark("Measures"), "merge": mark("Merge"), "mute": mark("Mute"), "note": mark("Note"), "pass": mark("Pass…"),
    "perspective": mark("Perspective"), "reject": mark("Reject"), "release": mark("Release"), "renew": mark("Renew"),
    "reopen": mark("Reopen"), "reply": mark("Reply"), "resend": mark("Resend"), "resolve": mark("Resolve"),
    "rollup": mark("Rollup"), "sent": mark("Sent"), "separate": mark("Separate"), "settings": mark("Settings"),
    "share": mark("Share…"), "ship": mark("Ship"), "show": mark("Show"), "similar": mark("Similar"),
    "snooze": mark("Snooze"), "suggest": mark("Suggest"), "summarise": mark("Summarise"), "tell": mark("Tell"),
    "track": mark("Track"), "translate": mark("Translate"), "unmerge": mark("Unmerge"), "untrack": mark("Untrack"),
    "wait": mark("Wait"), "why": mark("Why"),
}  # fmt: skip
"""What a verb's form is called; one that is not here, by its name."""


def asked_in_form(spec: CommandSpec, given: Mapping[str, str]) -> list[Param]:
    """The parameters for which a form has a field: not the conversation or idea when it is `given`, or need not be."""
    return [
        param
        for param in spec.params
        if not param.hidden
        and not (param.kind in {"conversation", "idea"} and (param.kind in given or not param.required))
    ]


def command_form(
    spec: CommandSpec,
    given: Mapping[str, str],
    config: Config,
    *,
    people: Sequence[Person] = (),
    likely: Sequence[Line] = (),
    defaults: Mapping[str, str] | None = None,
) -> Form:
    """The form that asks for what is not `given`; what is given travels along, or fills its field when it was wrong."""
    filled = dict(defaults or {})
    known = "conversation" in given
    asked = asked_in_form(spec, given)
    if len(asked) == 1 and not known:
        # It may be left out only where a conversation stands in for it.
        asked = [replace(asked[0], required=True)]
    fields = tuple(
        _field(param, config, people, likely, filled.get(param.name, given.get(param.name, param.default)))
        for param in asked
    )
    name = sentence(_TITLES.get(spec.name, spec.name.capitalize())).rstrip("…")
    title = f"{name} {given['conversation']}" if known else name
    args = {"conversation": given["conversation"]} if known else {}
    return Form(
        title=title, command=spec.name, submit=sentence(spec.submit or spec.label).rstrip("…"), fields=fields, args=args
    )


def _field(param: Param, config: Config, people: Sequence[Person], likely: Sequence[Line], default: str) -> Field:
    kind: FieldKind = "lines" if param.kind == "text" and param.lines else _KINDS[param.kind]
    return Field(
        name=param.name,
        label=sentence(param.label),
        kind=kind,
        hint=sentence(param.hint) if param.hint else "",
        required=param.required,
        default=default,
        choices=_choices(param, config, people, likely)[:MOST_CHOICES],
        longest=param.longest,
    )


def _choices(param: Param, config: Config, people: Sequence[Person], likely: Sequence[Line]) -> tuple[Choice, ...]:
    if param.kind == "conversation":
        return tuple(
            Choice(line.conversation.ref, f"{line.conversation.ref} {line.customer_name}: {line.text}"[:75])
            for line in likely
        )
    if param.kind in {"department", "departments"}:
        return tuple(Choice(key, config.department_name(key)) for key in config.departments)
    if param.kind == "person_or_department":
        return whom(config, people)
    return tuple(Choice(choice.value, sentence(choice.label)) for choice in param.choices)


def whom(config: Config, people: Sequence[Person]) -> tuple[Choice, ...]:
    """Departments and colleagues to choose from."""
    departments = tuple(Choice(f"department:{key}", config.department_name(key)) for key in config.departments)
    return departments + tuple(Choice(f"person:{person.id}", _named(person, config)) for person in people)


def _named(person: Person, config: Config) -> str:
    return f"{person.name} ({config.department_name(person.department)})" if person.department else person.name
