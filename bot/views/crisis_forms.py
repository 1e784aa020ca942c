"""The forms about a crisis: the reason, a line of the timeline, the holding statement, the all-clear."""

from __future__ import annotations

from bot.cards import Field, Form, Paragraph, text
from bot.domain import crisis as k
from bot.domain.crisis import Crisis
from bot.speech import mark, say, sentence
from bot.views.crisis_names import crisis_title

_WHY = mark("One line; it stands on the timeline")


def propose_form(surface: str, why: str = "") -> Form:
    """Why it is a crisis, for the coordinators."""
    return Form(
        title=say("Propose a crisis"),
        command="crisis",
        submit=say("Propose"),
        fields=(
            Field(
                "text",
                say("Why"),
                "lines",
                say("The coordinators read this first"),
                default=why,
                longest=k.LONGEST_LINE,
            ),
        ),
        args={"what": "propose", **({"surface": surface} if surface else {})},
    )


def dismiss_form(crisis: Crisis) -> Form:
    """Why it is none."""
    return _form(
        crisis,
        "dismiss",
        say("Not a crisis"),
        Field("text", say("Why not"), "lines", sentence(_WHY), longest=k.LONGEST_LINE),
    )


def log_form(crisis: Crisis) -> Form:
    """A line of the timeline."""
    field = Field("text", say("What happened"), "lines", say("Everybody in the room reads it"), longest=k.LONGEST_LINE)
    return _form(crisis, "log", say("Add"), field)


def statement_form(crisis: Crisis, draft: str, note: str) -> Form:
    """The holding statement, beginning as it was agreed on or drafted; `note` says which."""
    hint = say("It is posted in the room. It goes to no customer by itself.")
    field = Field("text", say("Holding statement"), "lines", hint, default=draft, longest=k.LONGEST_STATEMENT)
    return _form(crisis, "statement", say("Agree on it"), field, note=note)


def clear_form(crisis: Crisis, said: str = "") -> Form:
    """What happened, and what we changed."""
    hint = say("For those who were not there")
    happened = Field("text", say("What happened"), "lines", hint, default=said, longest=k.LONGEST_LINE)
    changed = Field("changed", say("What we changed"), "lines", say("It may be: nothing"), longest=k.LONGEST_LINE)
    return _form(crisis, "clear", say("All clear"), happened, changed)


def _form(crisis: Crisis, what: str, submit: str, *fields: Field, note: str = "") -> Form:
    intro = (Paragraph(text(crisis_title(crisis))), *((Paragraph(text(note)),) if note else ()))
    args = {"what": what, "crisis": crisis.ref}
    return Form(say("Crisis {ref}", ref=crisis.ref), "crisis", submit, fields, args, intro)
