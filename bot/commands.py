"""What a command is: its name, its typed parameters, who may use it; an invocation of it, and the reply.

The same specification makes the slash parser, the forms, the buttons, the help and both manifests.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot.cards import Card, Choice, Form
from bot.domain.acting import Act
from bot.domain.conversation import Conversation
from bot.domain.people import Person
from bot.ports import Which
from bot.speech import mark, sentence

ParamKind = Literal[
    "conversation",
    "idea",
    "person",
    "department",
    "departments",
    "person_or_department",
    "span",
    "moment",
    "choice",
    "word",
    "text",
]


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter, in the order people type it. `text` takes the rest of the line; `lines` makes its field tall."""

    name: str
    kind: ParamKind
    label: str
    hint: str = ""
    required: bool = True
    choices: tuple[Choice, ...] = ()
    default: str = ""
    lines: bool = False
    longest: int = 2000
    hidden: bool = False
    """Only buttons carry it; forms and help leave it out."""


CONVERSATION = Param(
    "conversation", "conversation", mark("Conversation"), mark("Like B-12; inside a card's thread it is known")
)
"""The parameter nearly every verb begins with."""


WORDS = "text"
"""The parameter that takes the words of a message on which an act is used."""


_WORD_OF_KIND = {
    "person": "@person",
    "department": "department",
    "departments": "department, …",
    "person_or_department": "@person|department",
    "span": "for 2h",
}


def _word(param: Param) -> str:
    """What stands for a parameter in a line of usage."""
    if param.kind in {"conversation", "idea"}:
        return "B-n" if param.kind == "conversation" else "I-n"
    if param.choices:
        return "|".join(choice.value for choice in param.choices)
    if param.kind == "text":
        label = sentence(param.label)
        return label[:1].lower() + label[1:]
    return _WORD_OF_KIND.get(param.kind, param.name)


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One verb. `button` labels it on cards, `submit` on its form; `slash` is a short alias of its own (`/claim`);
    `shortcut` names it among the actions on a message; `examples` are what follows `/baton`."""

    name: str
    summary: str
    examples: tuple[str, ...]
    params: tuple[Param, ...] = ()
    button: str = ""
    submit: str = ""
    slash: str | None = None
    shortcut: str | None = None
    aliases: tuple[str, ...] = ()
    reads: bool = False
    asks: bool = False
    """Open the form even when only the conversation is given, although nothing else is required."""
    likely: tuple[Which, ...] = ("mine", "asked", "floor")
    """Which conversations are offered, in this order, when none was named."""
    for_outsiders: bool = False
    takes_over: tuple[tuple[str, str], ...] = ()
    """Verbs that are this one's where they name an idea, with what it calls them: `claim I-7` is `idea I-7 claim`."""

    @property
    def label(self) -> str:
        """The button's words."""
        return self.button or self.name.capitalize()

    @property
    def needs_conversation(self) -> bool:
        """Does the verb act on a conversation?"""
        return any(param.kind == "conversation" and param.required for param in self.params)

    @property
    def takes_words(self) -> bool:
        """Does it take the words of a message on which it is used?"""
        return any(param.name == WORDS for param in self.params)

    @property
    def usage(self) -> str:
        """The line of arguments, for help and completion: `[B-n] @person|department what you ask of them`."""
        shown = [param for param in self.params if not param.hidden]
        words = [
            _word(param) if param.required and param.kind != "conversation" else f"[{_word(param)}]" for param in shown
        ]
        several = sum(param.kind == "text" for param in shown) > 1
        # Where one text follows another, bars part what comes after the conversation.
        return f"{words[0]} {' | '.join(words[1:])}" if several else " ".join(words)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an invocation came from: platform, workspace, channel, the thread's first message and the message itself."""

    platform: str
    team: str = ""
    channel: str = ""
    thread: str | None = None
    message: str | None = None
    by: Literal["text", "button", "form", "shortcut", "mention"] = "text"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One use of a command by a colleague; `args` are typed: int, Person, Department, timedelta, datetime, str."""

    actor: Person
    command: CommandSpec
    args: Mapping[str, Any]
    origin: Origin
    at: datetime

    @property
    def act(self) -> Act:
        """The invocation as the domain takes it."""
        return Act(self.actor.ref, self.at, self.origin.platform)

    @property
    def number(self) -> int:
        """The conversation's number; only for commands that need one."""
        return int(self.args["conversation"])

    def text(self, name: str) -> str:
        """A textual argument, empty when it was not given."""
        return str(self.args.get(name) or "")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person gets back: a card (only they see it, unless `public`), or a form to fill in.

    `quiet` marks a mere confirmation: after a button it is not shown, since the card itself changes. `secret` is for
    the person alone also where what a command answers is usually seen by everybody around.
    """

    card: Card | None = None
    form: Form | None = None
    public: bool = False
    quiet: bool = False
    secret: bool = False


Handler = Callable[..., Awaitable[Reply]]
"""`async def verb(invocation, uow, **ports)`: ports it names as keywords (config, directory, crm, ...) are supplied."""


Precheck = Callable[[Conversation, Invocation], object]
"""Raises `UserError` when the act is not allowed, before a form is opened for it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A specification with the function that carries it out.

    With `precheck`, somebody who may not act is told so at once, and not when the form is filled in. One that `waits` for
    other systems takes `storage` instead of a unit of work: no transaction is held open meanwhile. One that asks them and
    then acts has a `before`, which takes ports alone; what that gives is the handler's `asked`.
    """

    spec: CommandSpec
    handler: Handler
    precheck: Precheck | None = None
    waits: bool = False
    before: Callable[..., Awaitable[object]] | None = None
