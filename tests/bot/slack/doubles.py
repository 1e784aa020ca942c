"""A directory in memory and a dispatcher that only notes what it was asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cards import Actions, Button, Card, Header, Paragraph
from bot.commands import CONVERSATION, CommandSpec, Origin, Param, Reply
from bot.dispatch import Commands, Found, Sought, ThreadListener
from bot.domain.people import Person
from bot.languages import nearest
from bot.ports import Account, Directory, Profile

SPECS = (
    CommandSpec("help", "What Baton can do", ("help",), reads=True, for_outsiders=True),
    CommandSpec("claim", "Take the baton", ("claim B-12",), params=(CONVERSATION,), slash="/claim"),
    CommandSpec(
        "note",
        "Write a comment",
        ("note B-12 they called",),
        params=(CONVERSATION, Param("text", "text", "Note", lines=True)),
        shortcut="Add a note for Baton",
    ),
    CommandSpec("customer", "Look up a customer", ("customer Maya",), slash="/customer", reads=True),
)


class Colleagues(Directory):
    """Everyone who was met. Asks nobody."""

    def __init__(self) -> None:
        self.profiles: dict[Account, Profile] = {}

    async def person(self, account: Account) -> Person | None:
        profile = self.profiles.get(account)
        return _person(profile) if profile is not None else None

    async def meet(self, profile: Profile) -> Person:
        self.profiles[profile.account] = profile
        return _person(profile)

    async def meet_all(self, profiles: Sequence[Profile]) -> int:
        fresh = [profile for profile in profiles if self.profiles.get(profile.account) != profile]
        self.profiles.update({profile.account: profile for profile in fresh})
        return len(fresh)

    async def reads(self, account: Account, language: str) -> Person | None:
        return await self.person(account)

    async def set_language(self, person_id: str, language: str | None) -> None:
        raise NotImplementedError

    async def find(self, typed: str) -> Person | None:
        return next((_person(p) for p in self.profiles.values() if p.handle == typed), None)

    async def by_id(self, person_id: str) -> Person | None:
        return next((_person(p) for p in self.profiles.values() if _id(p) == person_id), None)

    async def colleagues(self, limit: int = 100) -> list[Person]:
        return [_person(profile) for profile in self.profiles.values() if not profile.outsider][:limit]

    async def members(self, department: str) -> list[Person]:
        return [_person(profile) for profile in self.profiles.values() if department in profile.groups]

    async def told_at(self, rung: int, department: str | None) -> list[Person]:
        return []

    async def accounts(self, person_id: str) -> list[Account]:
        return [account for account, profile in self.profiles.items() if _id(profile) == person_id]

    async def join(self, one: str, other: str) -> Person | None:
        raise NotImplementedError

    async def set_department(self, person_id: str, department: str) -> None:
        raise NotImplementedError

    async def set_muted(self, person_id: str, muted: bool) -> None:
        raise NotImplementedError

    async def is_muted(self, person_id: str) -> bool:
        return False

    def know(self, team: str, user: str, name: str = "Ana Lima", *, outsider: bool = False) -> None:
        """As if this person had been met."""
        account = Account("slack", team, user)
        self.profiles[account] = Profile(account, name, name.split(maxsplit=1)[0].lower(), outsider=outsider)


def _id(profile: Profile) -> str:
    return f"p-{profile.account.user}"


def _person(profile: Profile) -> Person:
    department = profile.groups[0] if profile.groups else None
    said = nearest(profile.language)
    return Person(_id(profile), profile.name, department, profile.email, outsider=profile.outsider, language=said)


@dataclass
class Thread(ThreadListener):
    """Notes by message."""

    notes: dict[tuple[str, str, str], str] = field(default_factory=dict)
    heard_calls: int = 0

    async def heard(
        self, actor: Person, text: str, message: tuple[str, str, str], thread: str, at: datetime | None = None
    ) -> None:
        self.heard_calls += 1
        self.notes[message] = f"{actor.name} under {thread}: {text}"

    async def edited(
        self,
        text: str,
        message: tuple[str, str, str],
        at: datetime | None = None,
        by: Person | None = None,
        thread: str | None = None,
    ) -> None:
        if message in self.notes:
            self.notes[message] = text

    async def erased(self, message: tuple[str, str, str], by: Person | None = None, thread: str | None = None) -> None:
        self.notes.pop(message, None)


@dataclass
class Asked:
    """One call of the dispatcher."""

    how: str
    actor: Person
    what: str
    args: dict[str, str]
    origin: Origin


Answer = Callable[[Asked], Awaitable[Reply]]


def card(words: str, *buttons: Button) -> Card:
    """A small card."""
    return Card(words, (Paragraph((words,)), *((Actions(buttons),) if buttons else ())))


class NotingCommands(Commands):
    """Notes every call and answers what the test wants; by default a card with what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.threads: ThreadListener = Thread()
        self.answer: Answer = self._echo

    @property
    def specs(self) -> tuple[CommandSpec, ...]:
        return SPECS

    async def run_text(self, actor: Person, text: str, origin: Origin, verb: str | None = None) -> Reply:
        return await self._note(Asked("text", actor, f"{verb} {text}" if verb else text, {}, origin))

    async def press(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        return await self._note(Asked("press", actor, verb, dict(args), origin))

    async def submit(self, actor: Person, verb: str, args: Mapping[str, str], origin: Origin) -> Reply:
        return await self._note(Asked("submit", actor, verb, dict(args), origin))

    async def home(self, actor: Person, origin: Origin) -> Card:
        claim = Actions((Button("Claim", "claim", {"conversation": "B-1"}),))
        return Card("Home", (Header(f"Home of {actor.name}"), claim))

    async def card_at(self, actor: Person, origin: Origin) -> Card | None:
        return card(f"the card at {origin.thread or origin.message}") if not actor.outsider else None

    async def search(self, actor: Person, sought: Sought, query: str) -> list[Found]:
        return [Found(query, f"a {sought} for {actor.name}", card(query))]

    @property
    def notes(self) -> dict[tuple[str, str, str], str]:
        """What was heard in threads."""
        assert isinstance(self.threads, Thread)
        return self.threads.notes

    async def _note(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return await self.answer(asked)

    async def _echo(self, asked: Asked) -> Reply:
        return Reply(card=card(f"{asked.actor.name} {asked.how}: {asked.what}"))
