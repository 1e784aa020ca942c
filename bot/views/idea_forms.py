"""The forms about an idea: a new one, a vote, the reason for declining, whom to pass it to. Each asks one thing, or two."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Choice, Field, Form, Paragraph, Small, phrase, text
from bot.domain.idea import Idea
from bot.domain.idea_life import LONGEST_LINE, LONGEST_TITLE
from bot.domain.people import Department, Person
from bot.speech import say
from bot.views.wording import idea_state_name, listed, one_line

_LONGEST_CHOICE = 75


def idea_title(idea: Idea) -> str:
    """`I-7 · Gift wrap at checkout`."""
    return f"{idea.ref} · {one_line(idea.title, LONGEST_TITLE)}"


def raise_form(conversation: int | None, offered: Sequence[Idea], asked: Sequence[Idea] = ()) -> Form:
    """A title, or an idea that there is; `asked` are those for which the conversation asks already."""
    title = Field(
        "text",
        say("Or a new one") if offered else say("What would be better"),
        hint=say("A few words of yours; the customer's own stay in the conversation"),
        required=not offered,
        longest=LONGEST_TITLE,
    )
    choices = tuple(
        Choice(idea.ref, one_line(f"{idea_title(idea)} ({idea_state_name(idea.state)})", _LONGEST_CHOICE))
        for idea in offered
    )
    there = Field(
        "idea", say("An idea that there is"), "choice", say("The most alike first"), required=False, choices=choices
    )
    ref = f"B-{conversation}" if conversation is not None else ""
    known = listed(idea_title(idea) for idea in asked)
    intro = (Small(phrase("It asks already for {known}.", known=known)),) if asked else ()
    return Form(
        title=say("Idea from {ref}", ref=ref) if ref else say("Idea"),
        command="idea",
        submit=say("Note it"),
        fields=(*((there,) if offered else ()), title),
        args={"what": "raise", **({"conversation": ref} if ref else {})},
        intro=intro,
    )


def vote_form(idea: Idea, department: str | None, *, against: bool = False) -> Form:
    """For or against, and why; it begins with the department's earlier vote."""
    before = idea.votes.get(department or "")
    stands = (Choice("for", say("For it")), Choice("against", say("Against it")))
    stand = "against" if against or (before is not None and before.against) else "for"
    why = before.text if before is not None else ""
    return _form(
        idea,
        "vote",
        say("Vote"),
        Field("stand", say("Your department is"), "choice", default=stand, choices=stands),
        Field(
            "text", say("Why"), hint=say("One line; it stands on the idea's card"), default=why, longest=LONGEST_LINE
        ),
    )


def decline_form(idea: Idea) -> Form:
    """Why it will not be done."""
    field = Field("text", say("Why not"), "lines", say("Whoever asked for it may read this"), longest=LONGEST_LINE)
    return _form(idea, "decline", say("Decline the idea"), field)


def title_form(idea: Idea) -> Form:
    """Another title."""
    field = Field(
        "text",
        say("Title"),
        hint=say("What would be better, in a few words"),
        default=idea.title,
        longest=LONGEST_TITLE,
    )
    return _form(idea, "title", say("Change the title"), field)


def pass_form(idea: Idea, choices: tuple[Choice, ...], to: Person | Department | None = None) -> Form:
    """Whom to ask, and what."""
    chosen = f"person:{to.id}" if isinstance(to, Person) else f"department:{to.key}" if to is not None else ""
    return _form(
        idea,
        "pass",
        say("Pass…").rstrip("…"),
        Field(
            "to",
            say("Pass to"),
            "person_or_department",
            say("They accept or refuse"),
            default=chosen,
            choices=choices[:100],
        ),
        Field("text", say("What you ask of them"), "lines", say("One clear question or task"), longest=LONGEST_LINE),
    )


def refuse_form(idea: Idea) -> Form:
    """Why one does not take it."""
    field = Field("text", say("Why not"), "lines", say("Who asked you is told"), longest=LONGEST_LINE)
    return _form(idea, "refuse", say("Refuse"), field)


def _form(idea: Idea, what: str, submit: str, *fields: Field) -> Form:
    intro = (Paragraph(text(idea_title(idea))),)
    return Form(say("Idea {ref}", ref=idea.ref), "idea", submit, fields, {"what": what, "idea": idea.ref}, intro)
