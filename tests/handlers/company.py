"""A company at work: the real dispatcher, directory and store, what follows from changes, and a platform in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.commands import Command, Origin, Reply
from bot.config import Config, PersonPart
from bot.dispatch import Dispatcher
from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.people import Person, Role
from bot.domain.post import Author, Post, SourceEvent
from bot.ports import (
    Account,
    ChatPlatform,
    CompanyDirectory,
    Crm,
    Note,
    Posting,
    Profile,
    Source,
    Storage,
    Tracker,
    Writer,
)
from handlers.answering import SourceAnswering
from handlers.carrying_out import Means, carrying_out
from handlers.commands import COMMANDS
from handlers.company_desk import LiveCompanyDesk
from handlers.crm_desk import LiveCrmDesk
from handlers.crm_search import LiveCrmSearch
from handlers.events import (
    greet,
    write_record,
)
from handlers.examination import Check, Examination
from handlers.hearing import hear
from handlers.rolling import Rolling
from handlers.threads import ThreadNotes
from handlers.timers import DueIdeas, DueTimers
from handlers.writing_desk import LiveWritingDesk
from integrations.ai.local import LocalTriage
from storage import SqlStorage, StoredDirectory
from storage.dead_letters import OutboxDesk
from storage.patience import Patience
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.mailer import FakeMailer
from tests.fakes.painter import FakePainter
from tests.fakes.platform import FakePlatform, Shown
from tests.fakes.writer import FakeWriter
from tests.handlers.outbox import Drained, Handler, Hands

FLOOR = "C-floor"

PEOPLE: tuple[tuple[str, str, str | None, frozenset[Role]], ...] = (
    ("ana", "Ana Lima", "support", frozenset()),
    ("sam", "Sam Ode", "support", frozenset({Role.LEAD})),
    ("ben", "Ben Roth", "product", frozenset()),
    ("chloe", "Chloé Petit", "product", frozenset({Role.LEAD})),
    ("lena", "Lena Vogt", "logistics", frozenset({Role.LEAD})),
    ("omar", "Omar Said", "operations", frozenset({Role.COORDINATOR})),
    ("rita", "Rita Moss", "operations", frozenset({Role.SPONSOR})),
    ("new", "Nia Newman", None, frozenset()),
)
GUEST = "gus"


def staffed(config: Config) -> Config:
    """The configuration with the company's people in it."""
    parts = [
        PersonPart(email=f"{user}@acme.example", department=department, roles=roles)
        for user, _, department, roles in PEOPLE
        if department is not None
    ]
    return config.model_copy(update={"people": tuple(parts)})


def profile(user: str, name: str, **more: Any) -> Profile:
    """What the platform says of somebody."""
    email = f"{user}@acme.example"
    return Profile(Account("slack", "T1", user), name, handle=user, email=email, **{"timezone": "UTC", **more})


def post(id_: str, text: str = "hello there", author: str = "maya", **more: Any) -> Post:
    """A post on Mastodon."""
    return Post(
        network=more.pop("network", "mastodon"),
        account=more.pop("account", "acme"),
        external_id=id_,
        author=more.pop("by", None) or Author(handle=author, display_name=author.capitalize()),
        text=text,
        posted_at=datetime.fromisoformat("2026-03-02T08:00:00Z"),
        **more,
    )


class Company:
    """One company with its floor. `platforms` may be emptied and filled while it works."""

    def __init__(self, storage: SqlStorage, clock: SetClock, config: Config, writer: Writer | None = None) -> None:
        self.storage = storage
        self.clock = clock
        self.config = config
        self.triage = LocalTriage(config)
        self.rolling: Rolling | None = None
        """Where it is None, every conversation gets a card, as many as there are."""
        self.platform = FakePlatform(clock)
        self.platforms: dict[str, ChatPlatform] = {"slack": self.platform}
        self.directory = StoredDirectory(storage.database, config, clock)
        self.sources: dict[str, Source] = {}
        self.crms: dict[str, Crm] = {}
        self.trackers: dict[str, Tracker] = {}
        self.checks: dict[str, Check] = {}
        self.examination = Examination(self.checks)
        self.threads = ThreadNotes(storage, self.directory, config, clock)
        self.crm_desk = LiveCrmDesk(storage, self.crms, clock)
        self.crm_search = LiveCrmSearch(self.crms, config)
        self.dead_letters = OutboxDesk(storage.database, clock)
        self.directories: dict[str, CompanyDirectory] = {}
        self.company_desk = LiveCompanyDesk(self.directories, clock)
        self.writer = FakeWriter()
        self.mailer = FakeMailer()
        self.painter = FakePainter()
        self.writing_desk = LiveWritingDesk(writer or self.writer, clock, within=20.0 if writer is not None else 0.05)
        self.dispatcher = self.dispatcher_of()
        self.greeter = greet.Greeter(storage, self.platforms, self.dispatcher.specs)
        self.handlers = self._handlers()
        self.hands = Hands(
            storage.database, self.handlers, clock, {write_record.KIND: Patience(age=write_record.LONGEST)}
        )
        self.people: dict[str, Person] = {}

    def dispatcher_of(self, commands: Sequence[Command] = COMMANDS, storage: Storage | None = None) -> Dispatcher:
        """Of these commands, on the company's store or another one in front of it."""
        return Dispatcher(
            commands,
            storage=storage or self.storage,
            directory=self.directory,
            config=self.config,
            clock=self.clock,
            threads=self.threads,
            answering=SourceAnswering(self.sources),
            ports={
                "examiner": self.examination,
                "crm_desk": self.crm_desk,
                "crm_search": self.crm_search,
                "dead_letters": self.dead_letters,
                "company_desk": self.company_desk,
                "triage": self.triage,
                "writing_desk": self.writing_desk,
                "trackers": self.trackers,
            },
        )

    def _handlers(self) -> dict[str, Handler]:
        return carrying_out(
            Means(
                storage=self.storage,
                directory=self.directory,
                config=self.config,
                clock=self.clock,
                platforms=self.platforms,
                sources=self.sources,
                answering=SourceAnswering(self.sources),
                crms=self.crms,
                crm_desk=self.crm_desk,
                company_desk=self.company_desk,
                writing_desk=self.writing_desk,
                greeter=self.greeter,
                triage=self.triage,
                learner=self.triage,
                reader=None,
                letters=self.dead_letters,
                mailer=self.mailer,
                painter=self.painter,
                scrub=self.storage.scrub,
                trackers=self.trackers,
            )
        )

    async def staff(self) -> Company:
        """Everybody has been met."""
        profiles = [profile(user, name) for user, name, _, _ in PEOPLE]
        await self.directory.meet_all([*profiles, profile(GUEST, "Gus Guest", outsider=True)])
        for user in (*(user for user, *_ in PEOPLE), GUEST):
            met = await self.directory.person(Account("slack", "T1", user))
            assert met is not None
            self.people[user] = met
        return self

    async def opened(self, *texts: str) -> None:
        """As many conversations, each with its card on the floor."""
        await self.hear(*(post(f"post-{n}", text, f"customer{n}") for n, text in enumerate(texts or ["hello there"])))
        await self.work()

    async def hear(self, *given: Post | SourceEvent) -> None:
        """Posts arrive and are heard."""
        events = [_created(each) if isinstance(each, Post) else each for each in given]
        async with self.storage.writing() as uow:
            await uow.posts.accept(events, "demo", self.clock.now())
        policies = self.config.life_policies
        while await hear(self.storage, self.config, policies, self.clock, self.triage, rolling=self.rolling):
            pass

    async def work(self) -> Drained:
        """Everything that can be carried out is."""
        return await self.hands.drain()

    async def later(self, **span: float) -> Drained:
        """Time goes by: what is due happens, and what follows from it is carried out."""
        self.clock.move(timedelta(**span))
        await self.timers()
        return await self.work()

    async def timers(self) -> int:
        """What is due now happens."""
        of_ideas = await DueIdeas(self.storage, self.clock)()
        return of_ideas + await DueTimers(self.storage, self.config.life_policies, self.clock)()

    async def say(
        self, user: str, text: str, *, verb: str | None = None, thread: str | None = None, channel: str = FLOOR
    ) -> Reply:
        """Somebody types a command."""
        origin = Origin("slack", "T1", channel, thread)
        return await self.dispatcher.run_text(self.people[user], text, origin, verb)

    async def press(self, user: str, verb: str, *, message: str | None = None, **args: str) -> Reply:
        """Somebody presses a button."""
        origin = Origin("slack", "T1", FLOOR, message=message, by="button")
        return await self.dispatcher.press(self.people[user], verb, args, origin)

    async def submit(self, user: str, verb: str, **args: str) -> Reply:
        """Somebody sends a form."""
        return await self.dispatcher.submit(self.people[user], verb, args, Origin("slack", "T1", FLOOR, by="form"))

    async def write(self, user: str, text: str, message: str, thread: str, channel: str = FLOOR) -> None:
        """Somebody writes in a thread."""
        await self.threads.heard(self.people[user], text, ("slack", channel, message), thread)

    async def conversation(self, number: int = 1) -> Conversation:
        """Its present state."""
        async with self.storage.reading() as uow:
            found = await uow.conversations.get(number)
        assert found is not None
        return found

    async def trail(self, number: int = 1) -> list[e.Event]:
        """What happened to it."""
        async with self.storage.reading() as uow:
            return await uow.conversations.trail(number)

    async def kinds(self, number: int = 1) -> list[str]:
        """What happened to it, in single words, after it was opened."""
        return [event.kind for event in (await self.trail(number))[1:]]

    async def notes(self, number: int = 1) -> list[Note]:
        """What colleagues wrote."""
        async with self.storage.reading() as uow:
            return await uow.notes.of(number)

    async def posting(self, number: int = 1) -> Posting:
        """Where its card is."""
        async with self.storage.reading() as uow:
            return (await uow.postings.of(number))[0]

    async def thread(self, number: int = 1) -> str:
        """The message its thread hangs from."""
        message = (await self.posting(number)).message
        assert message is not None
        return message

    async def card(self, number: int = 1) -> str:
        """What its card shows."""
        posting = await self.posting(number)
        shown = [shown for shown in self.platform.messages.values() if shown.mark == posting.id]
        assert len(shown) == 1, "one card each"
        return plain(shown[0].card)

    def told(self, user: str) -> list[str]:
        """The notices this person got, by their summaries."""
        return [shown.card.summary for shown in self.platform.shown_in(f"D-{user}")]

    def everyone_told(self) -> dict[str, list[str]]:
        """All notices, by person."""
        found = {user: self.told(user) for user in [*(user for user, *_ in PEOPLE), GUEST]}
        return {user: summaries for user, summaries in found.items() if summaries}

    def in_thread(self, thread: str) -> Sequence[Shown]:
        """Our own messages in a card's thread."""
        return self.platform.shown_in(FLOOR, thread)


def _created(written: Post) -> SourceEvent:
    network, account, external_id = written.key
    return SourceEvent(kind="created", network=network, account=account, external_id=external_id, post=written)


def changed(kind: str, of: Post, text: str | None = None, **more: Any) -> SourceEvent:
    """The author edited or deleted a post."""
    network, account, external_id = of.key
    event: Mapping[str, Any] = {"kind": kind, "network": network, "account": account, "external_id": external_id}
    after = of.model_copy(update={"text": text}) if text is not None else None
    return SourceEvent.model_validate({**event, "post": after, "revision": text or "", **more})


def said(reply: Reply) -> str:
    """The card of a reply, as plain text."""
    assert reply.form is None, "an answer, not a form"
    assert reply.card is not None
    return plain(reply.card)
