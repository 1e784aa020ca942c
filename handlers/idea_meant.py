"""What is to be done with which idea, from what somebody typed, pressed or filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands import CommandSpec, Invocation, Param
from bot.config import Config
from bot.dispatch.binding import Binder
from bot.dispatch.grammar import read_idea, read_ref, split_arguments
from bot.domain.people import Department, Person
from bot.errors import Offer, UserError
from bot.ports import Directory, UnitOfWork
from bot.speech import mark, say

WORDS = {
    **{
        word: word
        for word in ("show", "list", "add", "remove", "vote", "consider", "plan", "ship", "decline", "reopen")
    },
    **{word: word for word in ("claim", "renew", "release", "pass", "accept", "refuse")},
    **{word: word for word in ("merge", "unmerge", "apart", "title")},
    "considering": "consider",
    "planned": "plan",
    "shipped": "ship",
    "declined": "decline",
    "take": "claim",
    "keep": "renew",
    "rename": "title",
    "retitle": "title",
}
"""What may be done with an idea, by the words for it."""

_PASSING = CommandSpec(
    "pass", "", ("pass I-7 product what would it cost?",),
    (Param("to", "person_or_department", mark("Pass to")), Param("text", "text", mark("What you ask of them"))),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Doing:
    """One act on an idea: what, which, the words said beside it, and with what it is carried out."""

    invocation: Invocation
    uow: UnitOfWork
    config: Config
    directory: Directory
    what: str
    number: int
    words: str = ""

    @property
    def filled_in(self) -> bool:
        """Does it come from a form? Then nothing more is asked."""
        return self.invocation.origin.by == "form"


def read(invocation: Invocation, number: int) -> tuple[str, str]:
    """What is to be done with the idea, and the other words."""
    words = invocation.text("text").strip()
    if what := invocation.text("what"):
        return what, words
    first, rest = (*words.split(maxsplit=1), "", "")[:2]
    if (meant := WORDS.get(first.lower().rstrip(":,"))) is not None:
        return meant, rest
    if not words:
        return ("add" if "conversation" in invocation.args else "show"), ""
    if read_ref(first, bare=False) is not None:
        return "add", words
    raise UserError(
        say("I did not understand “{words}”.", words=words[:80]),
        say("For example: `idea I-{number} plan`, `idea I-{number} vote why`, `idea I-{number} B-13`.", number=number),
        (Offer(say("Show I-{number}", number=number), "idea", (("what", "show"), ("idea", f"I-{number}"))),),
    )


def conversations(doing: Doing) -> list[int]:
    """The conversations named in the words, else the one that is meant; raises `UserError` for none."""
    numbers = []
    for word in re.split(r"[\s,;]+", doing.words):
        if not word or word.lower() == "and":
            continue
        if (ref := read_ref(word)) is None:
            raise UserError(
                say("“{word}” is not a conversation.", word=word[:60]), say("A reference looks like `B-12`.")
            )
        numbers.append(int(ref))
    if not numbers and (meant := doing.invocation.args.get("conversation")) is not None:
        numbers.append(int(meant))
    if not numbers:
        raise UserError(
            say("Which conversation?"),
            say("Name it: `idea I-{number} {what} B-12`.", number=doing.number, what=doing.what),
        )
    return numbers


def other(doing: Doing) -> int | None:
    """The other idea that a button carries or the words name; None where neither does."""
    if (carried := doing.invocation.args.get("other")) is not None:
        return int(carried)
    word = (*doing.words.removeprefix("into ").split(maxsplit=1), "")[0]
    if word and read_idea(word) is None:
        raise UserError(
            say("“{word}” is not an idea.", word=word[:60]), say("A reference looks like `I-9`; `ideas` shows all.")
        )
    return read_idea(word)


async def whom(doing: Doing) -> tuple[Person | Department | None, str]:
    """To whom it is to be passed, and what is asked of them."""
    if (given := doing.invocation.args.get("to")) is not None:
        return given, doing.words
    if not doing.words:
        return None, ""
    # Mentions have become names by now, which may be of several words.
    named = [person for person in await doing.directory.colleagues() if _begins(doing.words, person)]
    if named:
        person = max(named, key=lambda each: len(each.name))
        return person, doing.words[len(person.name) + 1 :].strip()
    raw = split_arguments(_PASSING, doing.words, known=True)
    bound, wrong = await Binder(doing.config, doing.directory).bind(
        _PASSING, raw, doing.invocation.actor, doing.invocation.at
    )
    for error in wrong.values():
        raise error
    return bound.get("to"), str(bound.get("text", ""))


def _begins(words: str, person: Person) -> bool:
    begins = f"@{person.name}".casefold()
    return words.casefold().startswith(begins) and not words[len(begins) : len(begins) + 1].isalnum()
