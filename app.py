"""Baton's front: settings, wiring, and the subcommands. The only file that knows everything.

What one subcommand does not need it does not read: packages are imported where they are opened.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import BatonError, ConfigError, UserError
from handlers.admin import Subcommands
from handlers.admin.environment import Environment
from handlers.admin.logs import log_to_stderr
from integrations.machine_clock import SystemClock

if TYPE_CHECKING:
    from bot.domain.learning import Learning
    from bot.ports import ChartPainter, CompanyDirectory, Crm, Lane, Past, Printer, Source, Storage, Tracker
    from bot.slack.settings import SlackSettings
    from bot.teams.settings import TeamsSettings
    from handlers.at_work import AtWork, Engine
    from handlers.baton import Baton, Connect, Opened, WebDoor
    from integrations.ai.local import LocalTriage
    from integrations.http import Http
    from integrations.mailer import SmtpMailer
    from storage import SqlStorage, StoredDirectory
    from storage.dead_letters import OutboxDesk

ROOT = Path(__file__).resolve().parent

PATIENTLY = 20.0
"""Seconds that each check of the subcommand `doctor` has; nobody waits for a chat to answer there."""


@dataclass(frozen=True, slots=True)
class Installation(Environment):
    """The settings with what can be opened from them; the context of every subcommand (`handlers.admin.context.Context`)."""

    clock: SystemClock = field(default_factory=SystemClock)

    @asynccontextmanager
    async def storage(self, *, mapped: int = 0) -> AsyncIterator[SqlStorage]:
        """The store, migrated; closed at the end of the block.

        A subcommand maps nothing of an SQLite file: it may go through a large one, and is not to be as large for it.
        """
        from handlers.events import FOLLOWS, write_record
        from storage import SqlStorage, migrate

        await migrate(self.database_url)
        storage = await SqlStorage.connect(
            self.database_url,
            policies=self.config.life_policies,
            clock=self.clock,
            follows=(*FOLLOWS, write_record.follow_for(self.config)),
            mapped=mapped,
        )
        try:
            yield storage
        finally:
            await storage.close()

    @asynccontextmanager
    async def past(self) -> AsyncIterator[Past]:
        """The store, migrated, for a past that is brought whole; kept when the block ends without an error."""
        from storage import migrate
        from storage.alone import alone
        from storage.past import open_past

        await migrate(self.database_url)
        with alone(self.database_url):
            async with open_past(self.database_url, self.config.life_policies) as past:
                yield past

    @asynccontextmanager
    async def sources(self) -> AsyncIterator[Mapping[str, Source]]:
        """Every source by name, ready to be asked; closed at the end of the block."""
        from integrations.http import Http

        async with Http() as http, AsyncExitStack() as stack, AsyncExitStack() as before:
            sources, opening = self.sources_over(http), asyncio.Lock()
            opened: list[SqlStorage] = []

            async def store() -> SqlStorage:
                async with opening:
                    if not opened:
                        opened.append(await stack.enter_async_context(self.storage()))
                return opened[0]

            self.keep_tokens(sources, store)
            for source in sources.values():
                if source.tokens is not None:
                    # Before the store is closed: what a network answers to a renewal is not given twice.
                    before.push_async_callback(source.tokens.close)
            yield sources

    def keep_tokens(self, sources: Mapping[str, Source], store: Callable[[], Awaitable[Storage]]) -> None:
        """From here on the tokens of the sources are kept, sealed, in the store."""
        from handlers.installation_secret import secrets_of
        from handlers.token_keeper import keep_tokens

        def installation() -> tuple[bytes, ...]:
            return secrets_of(self.environment, self.database_url, self.data_dir)

        keep_tokens(sources.values(), store, installation, self.clock)

    def sources_over(self, http: Http) -> Mapping[str, Source]:
        """Every source by name."""
        from integrations.every_source import CONNECTORS
        from integrations.source import open_sources

        return open_sources(CONNECTORS, self.config, self.environment, http)

    def tried(self, file: Path) -> Source:
        """The one source in a TOML file; it can read, and ask nobody."""
        from integrations.tried import open_tried

        return open_tried(file)

    @asynccontextmanager
    async def crms(self) -> AsyncIterator[Mapping[str, Crm]]:
        """Every CRM by name, ready to be asked; closed at the end of the block."""
        from integrations.http import Http

        async with Http() as http:
            yield self.crms_over(http)

    def crms_over(self, http: Http) -> Mapping[str, Crm]:
        """Every CRM by name."""
        from integrations.crm import CONNECTORS
        from integrations.record import open_crms

        return open_crms(CONNECTORS, self.config, self.environment, http)

    def trackers_over(self, http: Http) -> Mapping[str, Tracker]:
        """Every issue tracker by name."""
        from integrations.trackers import CONNECTORS
        from integrations.tracking import open_trackers

        return open_trackers(CONNECTORS, self.config, self.environment, http)

    @asynccontextmanager
    async def directories(self) -> AsyncIterator[Mapping[str, CompanyDirectory]]:
        """Every directory by name, ready to be asked; closed at the end of the block."""
        from integrations.directories import open_directories
        from integrations.http import Http

        async with Http() as http:
            yield open_directories(self.config, self.environment, http)

    def triage(self, learned: Learning | None = None) -> LocalTriage:
        """What reads posts here; with what was learned, where that is given."""
        from integrations.ai.local import LocalTriage

        return LocalTriage(self.config, learned)

    @asynccontextmanager
    async def dead_letters(self) -> AsyncIterator[OutboxDesk]:
        """The outbox from the outside; closed at the end of the block."""
        from storage.dead_letters import OutboxDesk

        async with self.storage() as storage:
            yield OutboxDesk(storage.database, self.clock)

    def mailer(self) -> SmtpMailer | None:
        """What sends Baton's own mails; None where baton.toml names no server."""
        if not self.config.mail.host:
            return None
        from integrations.mailer import open_mailer

        return open_mailer(self.config, self.environment, self.clock)

    @asynccontextmanager
    async def painter(self) -> AsyncIterator[ChartPainter]:
        """Paints charts; closed at the end of the block."""
        from integrations.charts import MatplotlibPainter

        painter = MatplotlibPainter()
        try:
            yield painter
        finally:
            await painter.close()

    def printer(self) -> Printer:
        """Prints cards on paper."""
        from integrations.printing import TypstPrinter

        return TypstPrinter()

    def slack(self) -> SlackSettings | None:
        """How to reach Slack; None without a bot token."""
        from bot.slack.settings import slack_settings

        return slack_settings(self.environment)

    def teams(self) -> TeamsSettings | None:
        """How to reach Teams; None where the environment says nothing of it."""
        from bot.teams.settings import require_loopback, teams_settings

        settings = teams_settings(self.environment)
        if settings is not None:
            require_loopback(settings, self.host)
        return settings

    def pace(self, key: str, lane: Lane) -> float:
        """Seconds between two messages of a surface or to a person: Slack takes about one a second, and 50 updates a minute."""
        surface = self.config.surface(key)
        scale = self.slack_rate * (surface.rate if surface is not None else 1.0)
        return {"post": 1.0, "update": 1.2}.get(lane, 0.0) / scale


def opened(installation: Installation, storage: SqlStorage, http: Http) -> Opened:
    """What the running bot is made of."""
    from bot.domain.learning import Learning
    from handlers.baton import Opened
    from handlers.installation_secret import secrets_of
    from handlers.learning_key import LearningKey
    from integrations.ai.local.topics import built_in
    from integrations.ai.model import open_model
    from integrations.charts import MatplotlibPainter
    from integrations.directories import open_directories
    from integrations.forecasting import ApartForecaster
    from storage import StoredDirectory
    from storage.dead_letters import OutboxDesk

    config, environment, clock = installation.config, installation.environment, installation.clock
    directory = StoredDirectory(storage.database, config, clock)
    painter = MatplotlibPainter()
    sources = installation.sources_over(http)

    async def store() -> SqlStorage:
        return storage

    installation.keep_tokens(sources, store)
    return Opened(
        config=config,
        environment=environment,
        clock=clock,
        storage=storage,
        scrub=storage.scrub,
        letters=OutboxDesk(storage.database, clock),
        directory=directory,
        sources=sources,
        crms=installation.crms_over(http),
        directories=open_directories(config, environment, http),
        # Until the key of what was learned is known, nothing is learned or read with it.
        triage=installation.triage(Learning(key=None)),
        learning_key=LearningKey(*secrets_of(environment, installation.database_url, installation.data_dir)),
        model=open_model(config, environment, built_in()),
        painter=painter,
        forecaster=ApartForecaster(),
        mailer=installation.mailer(),
        connects=connects(installation, storage, directory, painter),
        pace=installation.pace,
        web=web_page(installation, storage, directory, painter, http),
        trackers=installation.trackers_over(http),
    )


def connects(
    installation: Installation, storage: SqlStorage, directory: StoredDirectory, painter: ChartPainter
) -> dict[str, Connect]:
    """The platforms that the environment says how to reach."""
    found: dict[str, Connect] = {}
    slack, teams = installation.slack(), installation.teams()
    if slack is not None:
        from bot.slack.app import SlackApp

        found["slack"] = lambda commands, joined: SlackApp(slack, commands, directory, joined, painter)
    if teams is not None:
        from bot.teams.app import TeamsApp

        rooms = installation.config.channels("teams")
        found["teams"] = lambda commands, joined: TeamsApp(teams, commands, directory, storage, rooms, joined)
    return found


def web_page(
    installation: Installation, storage: SqlStorage, directory: StoredDirectory, painter: ChartPainter, http: Http
) -> WebDoor | None:
    """The web page of measures; None where baton.toml gives it no address."""
    config, environment, clock = installation.config, installation.environment, installation.clock
    if not config.web.address:
        return None
    from handlers.installation_secret import secret_of
    from handlers.measures_desk import CountingDesk
    from handlers.visitors import KnownVisitors
    from integrations.web import WebPage

    secret = secret_of(environment, installation.database_url, installation.data_dir)
    visitors = KnownVisitors(storage, directory, clock, secret)
    return WebPage(config, environment, http, clock, CountingDesk(storage, config, clock), visitors, painter)


def engine(installation: Installation, storage: SqlStorage, baton: Baton, at_work: AtWork) -> Engine:
    """What keeps the bot going: the door, the inbox behind it, the worker, and what wakes the loops."""
    from handlers.at_work import Engine
    from handlers.carrying_out import FOR_A_WEEK
    from handlers.metrics import CONTENT_TYPE
    from integrations.serving import application, serving
    from integrations.tracker_door import TrackerDoor
    from integrations.webhooks import FrontDoor
    from storage.inbox import GroupInbox
    from storage.patience import Patience
    from storage.worker import Pace, Worker

    database, clock, alone = storage.database, installation.clock, storage.database.name == "sqlite"
    inbox = GroupInbox(database, clock)
    door = FrontDoor(baton.opened.sources, inbox, clock, noted=baton.arrivals.note)
    heard = baton.tracker_arrivals
    issues = TrackerDoor(baton.opened.trackers, heard.heard, heard.note, clock)
    routes = [
        *door.routes(),
        *issues.routes(),
        *(route for each in baton.connections.values() for route in each.routes()),
        *(baton.opened.web.routes() if baton.opened.web is not None else ()),
    ]
    served = application(routes, lambda: at_work.ready, baton.metrics.text, CONTENT_TYPE)
    patience = dict.fromkeys(FOR_A_WEEK, Patience(age=timedelta(days=7)))
    pace = Pace(alone=alone)
    return Engine(
        worker=Worker(database, baton.work(), clock, rate=installation.pace, patience=patience, pace=pace),
        door=serving(served, installation.host, installation.port),
        port=installation.port,
        waiter=database.wake.waiter,
        busy=lambda: inbox.busy,
        alone=alone,
    )


async def serve(installation: Installation) -> None:
    """Run the bot until SIGTERM or SIGINT."""
    from handlers.at_work import AtWork
    from handlers.baton import Baton
    from integrations.http import Http
    from storage.alone import alone
    from storage.sqlite import MAPPED

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with alone(installation.database_url):
        async with installation.storage(mapped=MAPPED) as storage, Http() as http:
            baton = Baton(opened(installation, storage, http))
            at_work = AtWork(baton)
            await at_work.run(engine(installation, storage, baton, at_work), stop)


async def examine(installation: Installation, *, replay: bool) -> bool:
    """Print what `doctor` finds; True where nothing fails. With `replay` what could not be delivered is put back before."""
    from handlers.at_work import open_teams
    from handlers.baton import Baton
    from integrations.http import Http

    async with installation.storage() as storage, Http() as http, AsyncExitStack() as stack:
        baton = Baton(opened(installation, storage, http))
        await open_teams(baton, stack)
        stack.push_async_callback(baton.close_model)
        stack.push_async_callback(baton.renew_tokens.close)
        stack.push_async_callback(baton.networks.close)
        stack.push_async_callback(baton.opened.painter.close)
        if replay:
            typer.echo(f"{await baton.opened.letters.replay():,} put back")
        findings = await baton.examination.examine(PATIENTLY)
    for finding in findings:
        mend = f" {finding.mend}" if finding.mend and finding.state != "ok" else ""
        typer.echo(f"{finding.state:<5}{finding.what}: {finding.detail.rstrip('.')}{'.' if mend else ''}{mend}")
    return all(finding.state != "fail" for finding in findings)


cli = typer.Typer(
    cls=Subcommands,
    help="Baton: every department hears customers, one holds the baton.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@cli.callback()
def main(typed: typer.Context) -> None:
    """Read the environment and baton.toml before any subcommand."""
    log_to_stderr()
    # What customers wrote is nobody else's on this machine: the files of the data folder are the user's alone.
    os.umask(0o077)
    typed.obj = Installation.read(os.environ)


@cli.command()
def run(typed: typer.Context) -> None:
    """Run the bot."""
    import uvloop

    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(typed.obj))


@cli.command()
def demo(typed: typer.Context) -> None:
    """Run the bot with a workspace of its own to try it in."""
    from handlers.admin.demo import Demo

    Demo(ROOT, typed.obj.data_dir, os.environ, typer.echo).run()


@cli.command()
def doctor(
    typed: typer.Context,
    replay: Annotated[bool, typer.Option("--replay", help="First try again what could not be delivered")] = False,
) -> None:
    """Say what is wrong with the installation, and how to mend it. Exit code 1 when something fails."""
    if not asyncio.run(examine(typed.obj, replay=replay)):
        raise typer.Exit(1)


if __name__ == "__main__":
    try:
        cli()
    except (ConfigError, UserError) as error:
        sys.exit(f"{error.message} {error.hint}")
    except BatonError as error:
        sys.exit(str(error))
