"""Runs a subcommand as app.py would, on a store of its own, beside a front door that can be stopped and started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import typer
from aiohttp import web
from typer.testing import CliRunner, Result

from bot.config import Config
from bot.domain.learning import Learning
from bot.ports import CompanyDirectory, Crm, Source
from handlers.admin import Subcommands
from handlers.admin.context import Context
from handlers.token_keeper import keep_tokens
from integrations.ai.local import LocalTriage
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.printing import TypstPrinter
from integrations.source import SourceSettings, open_sources
from integrations.tried import open_tried
from integrations.webhooks import FrontDoor
from storage import SqlStorage, migrate
from storage.dead_letters import OutboxDesk
from storage.inbox import GroupInbox
from storage.past import StoredPast, open_past
from tests.fakes.clock import SystemClock
from tests.fakes.painter import FakePainter

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECRET = "whsec_cmVwbGF5IHRlc3Qgc2VjcmV0"


@dataclass
class Installed(Context):
    """An installation in a folder."""

    data_dir: Path
    port: int = 0
    config: Config = field(default_factory=Config)
    environment: Mapping[str, str] = field(default_factory=lambda: {"BATON_HOOK_SECRET": SECRET})
    clock: SystemClock = field(default_factory=SystemClock)
    sealing: bool = True
    made: dict[str, Crm] = field(default_factory=dict)
    listed: dict[str, CompanyDirectory] = field(default_factory=dict)

    @property
    def database_url(self) -> str:  # type: ignore[override]
        """A file in the folder."""
        return f"sqlite:///{self.data_dir / 'baton.db'}"

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[SqlStorage]:
        """The store, migrated."""
        await migrate(self.database_url)
        storage = await SqlStorage.connect(
            self.database_url, policies=self.config.life_policies, clock=self.clock, mapped=0
        )
        try:
            yield storage
        finally:
            await storage.close()

    @asynccontextmanager
    async def past(self) -> AsyncIterator[StoredPast]:
        """The store, for a past."""
        await migrate(self.database_url)
        async with open_past(self.database_url, self.config.life_policies) as past:
            yield past

    @asynccontextmanager
    async def sources(self) -> AsyncIterator[Mapping[str, Source]]:
        """Those of the configuration."""
        async with Http() as http, AsyncExitStack() as stack:
            sources = open_sources(CONNECTORS, self.config, self.environment, http)

            async def store() -> SqlStorage:
                return await stack.enter_async_context(self.storage())

            keep_tokens(sources.values(), store, lambda: (SECRET.encode(),) if self.sealing else (), self.clock)
            yield sources

    def tried(self, file: Path) -> Source:
        """The one source in a TOML file."""
        return open_tried(file)

    @asynccontextmanager
    async def crms(self) -> AsyncIterator[Mapping[str, Crm]]:
        """Those that the test made."""
        yield self.made

    @asynccontextmanager
    async def directories(self) -> AsyncIterator[Mapping[str, CompanyDirectory]]:
        """Those that the test made."""
        yield self.listed

    def triage(self, learned: Learning | None = None) -> LocalTriage:
        """Of the configuration."""
        return LocalTriage(self.config, learned)

    @asynccontextmanager
    async def painter(self) -> AsyncIterator[FakePainter]:
        """One without paint."""
        yield FakePainter()

    def printer(self) -> TypstPrinter:
        """The one there is."""
        return TypstPrinter()

    @asynccontextmanager
    async def dead_letters(self) -> AsyncIterator[OutboxDesk]:
        """The outbox from the outside."""
        async with self.storage() as storage:
            yield OutboxDesk(storage.database, self.clock)

    async def run(self, *words: str, typed: str | None = None) -> Result:
        """A subcommand, in a thread so that this loop can serve it; `typed` is what is typed while it runs."""
        return await asyncio.to_thread(lambda: CliRunner().invoke(_cli(), list(words), obj=self, input=typed))

    async def texts(self) -> dict[str, str]:
        """The text of every stored post by its id."""
        async with self.storage() as storage, storage.writing() as uow:
            return {stored.post.external_id: stored.post.text for stored in await uow.posts.unheard(10_000)}


def _cli() -> typer.Typer:
    cli = typer.Typer(cls=Subcommands, pretty_exceptions_enable=False)
    cli.callback()(lambda: None)
    return cli


class Bot:
    """The bot's front door on a port, stopped and started at will. The answers to the next `lose_answers`
    deliveries are cut off after the posts were kept."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self.lose_answers = 0
        self.deliveries = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serves on the installation's port; a free one is taken the first time."""
        installed = self._installed
        async with installed.storage() as storage:
            inbox = GroupInbox(storage.database, installed.clock)
            source = GenericWebhook(SourceSettings("demo", secret=SECRET), Http())
            app = web.Application(middlewares=[self._count])
            app.add_routes(FrontDoor({"demo": source}, inbox, installed.clock).routes())
            runner = web.AppRunner(app)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", installed.port)
            await site.start()
            installed.port = runner.addresses[0][1]
            try:
                yield
            finally:
                await runner.cleanup()
                await inbox.close()

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        self.deliveries += 1
        if self.lose_answers and request.transport is not None:
            self.lose_answers -= 1
            request.transport.abort()
        return answer
