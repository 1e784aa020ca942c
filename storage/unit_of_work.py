"""Units of work: one transaction with every repository in reach, and what follows from its changes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from bot.domain.policy import Policies
from bot.ports import Change, Clock, Counts, Follow, UnitOfWork
from storage import settings, totals
from storage.answers import StoredAnswers
from storage.benchmarks import StoredBenchmarks
from storage.conversations import StoredConversations
from storage.copies import StoredCopies
from storage.crises import StoredCrises
from storage.customers import StoredCustomers
from storage.digests import StoredDigests
from storage.echoes import StoredEchoes
from storage.engine import Connection, Database, parse_url
from storage.forecasts import StoredForecasts
from storage.idea_links import StoredIdeaLinks
from storage.ideas import StoredIdeas
from storage.identities import StoredIdentities
from storage.lessons import StoredLessons
from storage.likenesses import StoredLikenesses
from storage.links import StoredLinks
from storage.loops import StoredLoops
from storage.measures import StoredMeasures
from storage.notes import StoredNotes
from storage.outbox import SqlOutbox
from storage.postgres import PostgresDatabase
from storage.postings import StoredPostings
from storage.posts import StoredPosts
from storage.privacy import StoredPrivacy
from storage.records import StoredRecords
from storage.rollups import StoredRollups
from storage.source_records import StoredSourceRecords
from storage.sqlite import MAPPED, SqliteDatabase, Synchronous
from storage.tokens import StoredTokens


class StoredUnitOfWork(UnitOfWork):
    """See `bot.ports.UnitOfWork`."""

    def __init__(self, connection: Connection, policies: Policies, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._changes: dict[int, Change] = {}
        self._following = False
        self.conversations = StoredConversations(connection, policies, clock, self._changed)
        self.posts = StoredPosts(connection, clock)
        self.notes = StoredNotes(connection)
        self.copies = StoredCopies(connection)
        self.customers = StoredCustomers(connection)
        self.identities = StoredIdentities(connection)
        self.likenesses = StoredLikenesses(connection)
        self.links = StoredLinks(connection)
        self.outbox = SqlOutbox(connection, clock)
        self.answers = StoredAnswers(connection)
        self.records = StoredRecords(connection)
        self.privacy = StoredPrivacy(connection)
        self.rollups = StoredRollups(connection, self.outbox, clock)
        self.postings = StoredPostings(connection, self.outbox, self.rollups)
        self.echoes = StoredEchoes(connection)
        self.lessons = StoredLessons(connection)
        self.crises = StoredCrises(connection, self.outbox)
        self.ideas = StoredIdeas(connection)
        self.idea_links = StoredIdeaLinks(connection)
        self.loops = StoredLoops(connection)
        self.measures = StoredMeasures(connection, policies)
        self.forecasts = StoredForecasts(connection)
        self.benchmarks = StoredBenchmarks(connection)
        self.digests = StoredDigests(connection)
        self.sources = StoredSourceRecords(connection)
        self.tokens = StoredTokens(connection)

    async def counts(self) -> Counts:
        """Totals for `stats`."""
        return await totals.counts(self._connection)

    async def setting(self, key: str) -> str | None:
        """A small value kept under a key."""
        return await settings.setting(self._connection, key)

    async def set_setting(self, key: str, value: str) -> None:
        """Keep a small value."""
        settings.set_setting(self._connection, key, value)

    async def swap_setting(self, key: str, old: str | None, new: str) -> bool:
        """Keep a value where it still is the old one."""
        return await settings.swap_setting(self._connection, key, old, new)

    async def first(self, key: str) -> bool:
        """True once per key."""
        return await settings.first(self._connection, key, self._clock.now())

    async def forget_firsts(self, before: datetime) -> None:
        """Keys that were said before then may come again."""
        settings.forget_firsts(self._connection, before)

    async def follow(self, follows: Sequence[Follow]) -> None:
        """Let everything follow from the changes, each conversation's together, in the order of their first changes."""
        self._following = True
        for change in self._changes.values():
            for follow in follows:
                await follow(self, change)

    def _changed(self, change: Change) -> None:
        if self._following:
            raise RuntimeError("what follows from a change must not change a conversation")
        number = change.conversation.number
        earlier = self._changes.get(number)
        events = (*earlier.events, *change.events) if earlier is not None else change.events
        self._changes[number] = Change(change.conversation, events)


class SqlStorage:
    """See `bot.ports.Storage`. `database` serves what works beside the units of work: inbox, workers, directory."""

    def __init__(self, database: Database, *, policies: Policies, follows: Sequence[Follow], clock: Clock) -> None:
        self.database = database
        self._policies = policies
        self._follows = tuple(follows)
        self._clock = clock

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        policies: Policies,
        clock: Clock,
        follows: Sequence[Follow] = (),
        synchronous: Synchronous = "FULL",
        connections: int = 10,
        mapped: int = MAPPED,
    ) -> SqlStorage:
        """Open a migrated database and begin to hear other replicas. `connections` are at most those to PostgreSQL.

        `mapped` is how many bytes of an SQLite file may be mapped: what was read of them counts as the process's memory.

        Raises `ConfigError` for a database that Baton cannot use, `RetriableError` when it cannot be reached.
        """
        database = await open_database(url, synchronous=synchronous, connections=connections, mapped=mapped)
        return cls(database, policies=policies, follows=follows, clock=clock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """A read-only snapshot."""
        async with self.database.reading() as connection:
            yield StoredUnitOfWork(connection, self._policies, self._clock)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        """A transaction; raises `ConflictError` when it must be started over."""
        async with self.database.writing() as connection:
            unit = StoredUnitOfWork(connection, self._policies, self._clock)
            yield unit
            await unit.follow(self._follows)

    async def scrub(self) -> None:
        """Overwrite what was deleted, so that not even the file holds it."""
        await self.database.scrub()

    async def close(self) -> None:
        """Close all connections."""
        await self.database.close()


async def open_database(
    url: str, *, synchronous: Synchronous = "FULL", connections: int = 10, mapped: int = MAPPED
) -> Database:
    """The database at a URL, hearing other replicas."""
    parsed = parse_url(url)
    database: Database
    if parsed.get_backend_name() == "sqlite":
        database = SqliteDatabase(parsed, synchronous, mapped)
    else:
        database = await PostgresDatabase.connect(parsed, connections)
    try:
        await database.wake.start()
    except BaseException:
        await database.close()
        raise
    return database
