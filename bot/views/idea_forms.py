"""The forms about an idea: a new one, a vote, the reason for declining, whom to pass it to. Each asks one thing, or two."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Choice, Field, Form, Paragraph, Small, text
from bot.domain.idea import Idea
from bot.domain.idea_life import LONGEST_LINE, LONGEST_TITLE
from bot.domain.people import Department, Person
from bot.views.wording import listed, one_line

_LONGEST_CHOICE = 75


def idea_title(idea: Idea) -> str:
    """`I-7 · Gift wrap at checkout`."""
    return f"{idea.ref} · {one_line(idea.title, LONGEST_TITLE)}"


def raise_form(conversation: int | None, offered: Sequence[Idea], asked: Sequence[Idea] = ()) -> Form:
    """A title, or an idea that there is; `asked` are those for which the conversation asks already."""
    title = Field(
        "text",
        "Or a new one" if offered else "What would be better",
        hint="A few words of yours; the customer's own stay in the conversation",
        required=not offered,
        longest=LONGEST_TITLE,
    )
    choices = tuple(
        Choice(idea.ref, one_line(f"{idea_title(idea)} ({idea.state.value})", _LONGEST_CHOICE)) for idea in offered
    )
    there = Field("idea", "An idea that there is", "choice", "The most alike first", required=False, choices=choices)
    ref = f"B-{conversation}" if conversation is not None else ""
    known = listed(idea_title(idea) for idea in asked)
    intro = (Small(text(f"It asks already for {known}.")),) if asked else ()
    return Form(
        title=f"Idea from {ref}" if ref else "Idea",
        command="idea",
        submit="Note it",
        fields=(*((there,) if offered else ()), title),
        args={"what": "raise", **({"conversation": ref} if ref else {})},
        intro=intro,
    )


def vote_form(idea: Idea, department: str | None, *, against: bool = False) -> Form:
    """For or against, and why; it begins with the department's earlier vote."""
    before = idea.votes.get(department or "")
    stands = (Choice("for", "For it"), Choice("against", "Against it"))
    stand = "against" if against or (before is not None and before.against) else "for"
    why = before.text if before is not None else ""
    return _form(
        idea,
        "vote",
        "Vote",
        Field("stand", "Your department is", "choice", default=stand, choices=stands),
        Field("text", "Why", hint="One line; it stands on the idea's card", default=why, longest=LONGEST_LINE),
    )


def decline_form(idea: Idea) -> Form:
    """Why it will not be done."""
    field = Field("text", "Why not", "lines", "Whoever asked for it may read this", longest=LONGEST_LINE)
    return _form(idea, "decline", "Decline the idea", field)


def title_form(idea: Idea) -> Form:
    """Another title."""
    field = Field(
        "text", "Title", hint="What would be better, in a few words", default=idea.title, longest=LONGEST_TITLE
    )
    return _form(idea, "title", "Change the title", field)


def pass_form(idea: Idea, choices: tuple[Choice, ...], to: Person | Department | None = None) -> Form:
    """Whom to ask, and what."""
    chosen = f"person:{to.id}" if isinstance(to, Person) else f"department:{to.key}" if to is not None else ""
    return _form(
        idea,
        "pass",
        "Pass",
        Field("to", "Pass to", "person_or_department", "They accept or refuse", default=chosen, choices=choices[:100]),
        Field("text", "What you ask of them", "lines", "One clear question or task", longest=LONGEST_LINE),
    )


def refuse_form(idea: Idea) -> Form:
    """Why one does not take it."""
    field = Field("text", "Why not", "lines", "Who asked you is told", longest=LONGEST_LINE)
    return _form(idea, "refuse", "Refuse", field)


def _form(idea: Idea, what: str, submit: str, *fields: Field) -> Form:
    intro = (Paragraph(text(idea_title(idea))),)
    return Form(f"Idea {idea.ref}", "idea", submit, fields, {"what": what, "idea": idea.ref}, intro)
