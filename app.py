"""Baton's front: settings, wiring, and the subcommands. The only file that knows everything."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer
import uvloop
from aiohttp import web

from bot.dispatch import Dispatcher
from bot.domain.learning import Learning
from bot.errors import BatonError, ConfigError, UserError
from bot.ports import ChatPlatform, CompanyDirectory, Crm, Lane, Source
from bot.slack.app import SlackApp
from bot.slack.settings import SlackSettings, slack_settings
from bot.teams.settings import TeamsSettings, require_loopback, teams_settings
from handlers.admin import SUBCOMMANDS
from handlers.admin.demo import Demo
from handlers.admin.environment import Environment
from handlers.admin.logs import log_to_stderr
from handlers.answering import SourceAnswering
from handlers.arrivals import Arrivals
from handlers.carrying_out import FOR_A_WEEK, Means, carrying_out
from handlers.commands import COMMANDS
from handlers.company_desk import LiveCompanyDesk
from handlers.crm_desk import LiveCrmDesk
from handlers.crm_search import LiveCrmSearch
from handlers.events import (
    FOLLOWS,
    greet,
    source_notices,
    write_record,
)
from handlers.examination import (
    Examination,
    check_config,
    check_connections,
    check_crms,
    check_directories,
    check_entries,
    check_platform,
    check_sources,
    check_store,
)
from handlers.jobs import weekly_digest
from handlers.jobs.clear_away import ClearAway
from handlers.jobs.given_up import TellGivenUp
from handlers.jobs.hear_posts import HearPosts
from handlers.jobs.keep_spent import KeepSpent
from handlers.jobs.poll_sources import PollSources
from handlers.jobs.retention import Retention
from handlers.jobs.running import Job, again_and_again, carried_out, clock_of, spare_the_collector, until_told
from handlers.learning import TakeUpLearned
from handlers.metrics import CONTENT_TYPE, Metrics
from handlers.threads import ThreadNotes
from handlers.timers import DueTimers
from handlers.writing_desk import LiveWritingDesk
from integrations.ai.local import LocalTriage
from integrations.ai.model import open_model
from integrations.crm import CONNECTORS as CRM_CONNECTORS
from integrations.directories import open_directories
from integrations.http import Http
from integrations.networks import CONNECTORS
from integrations.record import open_crms
from integrations.source import open_sources
from integrations.webhooks import FrontDoor, listen
from storage import SqlStorage, StoredDirectory
from storage import migrate as migrate_store
from storage.alone import alone
from storage.dead_letters import OutboxDesk
from storage.inbox import GroupInbox
from storage.patience import Patience
from storage.sqlite import MAPPED
from storage.worker import Pace, Worker

if TYPE_CHECKING:
    from bot.teams.app import TeamsApp

ROOT = Path(__file__).resolve().parent
log = structlog.get_logger("baton")

PEOPLE_EVERY, PEOPLE_AGAIN = 6 * 3600.0, 60.0
"""Seconds until everybody is looked up again on the platforms, and until that is tried again when it failed."""

PATIENTLY = 20.0
"""Seconds that each check of the subcommand `doctor` has; nobody waits for a chat to answer there."""

ENDING = 5.0
"""Seconds that requests under way have to end once the bot is told to; what was not answered is sent again."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Installation(Environment):
    """The settings with what can be opened from them; the context of every subcommand (`handlers.admin.context.Context`)."""

    clock: SystemClock = field(default_factory=SystemClock)

    @asynccontextmanager
    async def storage(self, *, mapped: int = 0) -> AsyncIterator[SqlStorage]:
        """The store, migrated; closed at the end of the block.

        A subcommand maps nothing of an SQLite file: it may go through a large one, and is not to be as large for it.
        """
        await migrate_store(self.database_url)
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
    async def sources(self) -> AsyncIterator[Mapping[str, Source]]:
        """Every source by name, ready to be asked; closed at the end of the block."""
        async with Http() as http:
            yield open_sources(CONNECTORS, self.config, self.environment, http)

    @asynccontextmanager
    async def crms(self) -> AsyncIterator[Mapping[str, Crm]]:
        """Every CRM by name, ready to be asked; closed at the end of the block."""
        async with Http() as http:
            yield open_crms(CRM_CONNECTORS, self.config, self.environment, http)

    @asynccontextmanager
    async def directories(self) -> AsyncIterator[Mapping[str, CompanyDirectory]]:
        """Every directory by name, ready to be asked; closed at the end of the block."""
        async with Http() as http:
            yield open_directories(self.config, self.environment, http)

    def triage(self, learned: Learning | None = None) -> LocalTriage:
        """What reads posts here; with what was learned, where that is given."""
        return LocalTriage(self.config, learned)

    @asynccontextmanager
    async def dead_letters(self) -> AsyncIterator[OutboxDesk]:
        """The outbox from the outside; closed at the end of the block."""
        async with self.storage() as storage:
            yield OutboxDesk(storage.database, self.clock)

    def slack(self) -> SlackSettings | None:
        """How to reach Slack; None without a bot token."""
        return slack_settings(self.environment)

    def teams(self) -> TeamsSettings | None:
        """How to reach Teams; None where the environment says nothing of it."""
        settings = teams_settings(self.environment)
        if settings is not None:
            require_loopback(settings, self.host)
        return settings

    def channels(self, platform: str) -> list[str]:
        """Where the configuration has cards shown on a platform."""
        return [surface.channel for surface in self.config.surfaces if surface.platform == platform]

    def pace(self, key: str, lane: Lane) -> float:
        """Seconds between two messages of a surface or to a person: Slack takes about one a second, and 50 updates a minute."""
        surface = self.config.surface(key)
        scale = self.slack_rate * (surface.rate if surface is not None else 1.0)
        return {"post": 1.0, "update": 1.2}.get(lane, 0.0) / scale


class Baton:
    """The running bot: what is wired to what."""

    def __init__(self, installation: Installation, storage: SqlStorage, http: Http) -> None:
        self.installation = installation
        self.storage = storage
        self.directory = StoredDirectory(storage.database, installation.config, installation.clock)
        self.inbox = GroupInbox(storage.database, installation.clock)
        config, clock = installation.config, installation.clock
        self.platforms: dict[str, ChatPlatform] = {}
        self.sources = open_sources(CONNECTORS, config, installation.environment, http)
        self.answering = SourceAnswering(self.sources)
        self.triage = installation.triage()
        self.crms = open_crms(CRM_CONNECTORS, config, installation.environment, http)
        self.crm_desk = LiveCrmDesk(storage, self.crms, clock)
        self.directories = open_directories(config, installation.environment, http)
        self.company_desk = LiveCompanyDesk(self.directories, clock)
        self.take_up_learned = TakeUpLearned(storage, config, self.triage)
        self.model = open_model(config, installation.environment)
        self.keep_spent = KeepSpent(storage, self.model.ledger) if self.model is not None else None
        self.writing_desk = LiveWritingDesk(self.model.writer if self.model is not None else None, clock)
        self.arrivals = Arrivals(clock)
        desk, environment = OutboxDesk(storage.database, clock), installation.environment
        self.metrics = Metrics(storage, self.sources, config, environment, clock, desk, self.arrivals)
        checks = {
            "Configuration": check_config(config, installation.environment),
            "Store": check_store(storage),
            "Sources": check_sources(storage, self.sources, config, installation.environment, clock),
            "CRMs": check_crms(self.crms, config),
            "Entries": check_entries(desk, config),
            "Directories": check_directories(self.directories),
            "Platforms": check_connections(config, self.platforms),
        }
        if self.model is not None:
            checks["Model"] = self.model.check
        self.examination = Examination(checks)
        self.dispatcher = Dispatcher(
            COMMANDS,
            storage=storage,
            directory=self.directory,
            config=config,
            clock=clock,
            threads=ThreadNotes(storage, self.directory, config, clock),
            answering=self.answering,
            ports={
                "examiner": self.examination,
                "crm_desk": self.crm_desk,
                "crm_search": LiveCrmSearch(self.crms, config),
                "dead_letters": desk,
                "company_desk": self.company_desk,
                "triage": self.triage,
                "writing_desk": self.writing_desk,
            },
        )
        self.greeter = greet.Greeter(storage, self.platforms, self.dispatcher.specs)
        self.slack = self._slack(installation.slack())
        if self.slack is not None:
            self.platforms["slack"] = self.slack.platform
        self.teams = self._teams(installation.teams())
        if self.teams is not None:
            self.platforms["teams"] = self.teams.platform
        for name, platform in self.platforms.items():
            checks[name.capitalize()] = check_platform(platform, installation.channels(name))
        self.ready = False

    def _slack(self, settings: SlackSettings | None) -> SlackApp | None:
        if settings is None:
            self._off("slack", "SLACK_BOT_TOKEN")
            return None

        return SlackApp(settings, self.dispatcher, self.directory, partial(self.greeter.joined, "slack"))

    def _teams(self, settings: TeamsSettings | None) -> TeamsApp | None:
        if settings is None:
            self._off("teams", "TEAMS_APP_ID")
            return None
        from bot.teams.app import TeamsApp  # noqa: PLC0415 - the SDK takes a quarter of a second to read

        rooms, joined = self.installation.channels("teams"), partial(self.greeter.joined, "teams")
        return TeamsApp(settings, self.dispatcher, self.directory, self.storage, rooms, joined)

    def _off(self, platform: str, setting: str) -> None:
        event = f"{platform}_off"
        if self.installation.channels(platform):
            log.warning(event, why=f"{setting} is not set; cards wait until it is")

    async def open_teams(self, stack: AsyncExitStack) -> None:
        """From here on, until `stack` is closed, Teams can be called."""
        if self.teams is not None:
            stack.push_async_callback(self.teams.close)
            await self.teams.start()

    def application(self) -> web.Application:
        """Everything that is served: the front doors of sources and platforms, and /healthz."""
        application = web.Application()
        door = FrontDoor(self.sources, self.inbox, self.installation.clock, noted=self.arrivals.note)
        application.add_routes(door.routes())
        application.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)])
        if self.slack is not None:
            application.add_routes(self.slack.routes())
        if self.teams is not None:
            application.add_routes(self.teams.routes())
        return application

    async def _healthz(self, _request: web.Request) -> web.Response:
        return web.Response(status=200 if self.ready else 503, text="ready\n" if self.ready else "starting\n")

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=await self.metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    def _worker(self) -> Worker:
        storage, installation = self.storage, self.installation
        means = Means(
            storage=storage,
            directory=self.directory,
            config=installation.config,
            clock=installation.clock,
            platforms=self.platforms,
            sources=self.sources,
            answering=self.answering,
            crms=self.crms,
            crm_desk=self.crm_desk,
            company_desk=self.company_desk,
            writing_desk=self.writing_desk,
            greeter=self.greeter,
            triage=self.triage,
            learner=self.triage,
            reader=self.model.reader if self.model is not None else None,
            scrub=storage.scrub,
        )
        patience = dict.fromkeys(FOR_A_WEEK, Patience(age=timedelta(days=7)))
        pace = Pace(alone=storage.database.name == "sqlite")
        return Worker(
            storage.database,
            carrying_out(means),
            installation.clock,
            rate=installation.pace,
            patience=patience,
            pace=pace,
        )

    def _jobs(self) -> list[tuple[Job, timedelta]]:
        storage, clock = self.storage, self.installation.clock
        desk = OutboxDesk(storage.database, clock)
        return [
            (weekly_digest.DigestTick(storage, self.installation.config, clock), timedelta(seconds=30)),
            (partial(self.arrivals.flush, storage), timedelta(seconds=5)),
            (ClearAway(storage, desk.purge, clock), timedelta(hours=1)),
            (TellGivenUp(storage, desk, self.installation.config), timedelta(minutes=1)),
            (Retention(storage, self.installation.config, clock), timedelta(days=1)),
            (self.take_up_learned, timedelta(minutes=1)),
            *([(self.keep_spent, timedelta(seconds=15))] if self.keep_spent is not None else ()),
        ]

    async def close_model(self) -> None:
        """Ask the model for nothing more."""
        await self.writing_desk.close()
        if self.model is not None and self.keep_spent is not None:
            await self.model.close()
            await self.keep_spent()

    def _polling(self) -> PollSources:
        return PollSources(
            self.storage,
            self.sources.values(),
            self.installation.clock,
            operators=source_notices.operators(self.installation.config),
            alone=self.storage.database.name == "sqlite",
            noted=self.arrivals.note,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is under way ends in order."""
        async with AsyncExitStack() as stack:
            # Closed after the door: what still came in through it is to be answered.
            await self.open_teams(stack)
            stack.push_async_callback(self.crm_desk.close)
            stack.push_async_callback(self.close_model)
            stack.push_async_callback(self.company_desk.close)
            # What is signed is looked at as it came, so nothing is unpacked before.
            runner = web.AppRunner(
                self.application(),
                access_log=None,
                handler_cancellation=False,
                auto_decompress=False,
                shutdown_timeout=ENDING,
            )
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            worker = self._worker()
            # Posts that wait are read with it, too; where that fails now, the job does it in a minute.
            await carried_out(self.take_up_learned)
            config, clock = self.installation.config, self.installation.clock
            hearing = HearPosts(self.storage, config, clock, self.triage, lambda: self.inbox.busy)
            timers = DueTimers(self.storage, self.installation.config.life_policies, self.installation.clock)
            if self.slack is not None:
                stack.push_async_callback(self.slack.close)
            await listen(runner, self.installation.host, self.installation.port)
            scheduler = clock_of(self._jobs())
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            tasks = [
                asyncio.create_task(worker.run(), name="worker"),
                asyncio.create_task(self._repeat("posts", hearing, 1.0), name="hearing"),
                asyncio.create_task(self._repeat("timers", timers, 1.0), name="timers"),
                asyncio.create_task(self._polling().run(), name="sources"),
                asyncio.create_task(self._meet(), name="people"),
            ]
            await until_told(stop, tasks)
            self.ready = False
            await worker.stop()
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    async def _meet(self) -> None:
        """Connect to Slack, however long that takes (posts are taken meanwhile); then learn who works here, ever again."""
        if self.slack is not None:
            await self.slack.start()
        spare_the_collector()
        self.ready = True
        log.info("ready", port=self.installation.port, sources=sorted(self.sources))
        jobs: list[Job] = [self.slack.people.learn_everybody] if self.slack is not None else []
        jobs += [self.teams.learn_everybody] if self.teams is not None else []
        await again_and_again(jobs, PEOPLE_EVERY, PEOPLE_AGAIN)

    async def _repeat(self, topic: Any, job: Job, every: float) -> None:
        """Run a job whenever its topic is woken, and at least so often (seconds); failures are logged and waited out."""
        waiter = self.storage.database.wake.waiter(topic)
        while True:
            await carried_out(job)
            await waiter.wait(every)


async def serve(installation: Installation) -> None:
    """Run the bot until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with alone(installation.database_url):
        async with installation.storage(mapped=MAPPED) as storage, Http() as http:
            await Baton(installation, storage, http).run(stop)


cli = typer.Typer(
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
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(typed.obj))


@cli.command()
def demo(typed: typer.Context) -> None:
    """Run the bot with a workspace of its own to try it in."""
    Demo(ROOT, typed.obj.data_dir, os.environ, typer.echo).run()


@cli.command()
def doctor(
    typed: typer.Context,
    replay: Annotated[bool, typer.Option("--replay", help="First try again what could not be delivered")] = False,
) -> None:
    """Say what is wrong with the installation, and how to mend it. Exit code 1 when something fails."""

    async def examine() -> bool:
        async with typed.obj.storage() as storage, Http() as http, AsyncExitStack() as stack:
            baton = Baton(typed.obj, storage, http)
            await baton.open_teams(stack)
            stack.push_async_callback(baton.close_model)
            if replay:
                typer.echo(f"{await OutboxDesk(storage.database, typed.obj.clock).replay():,} put back")
            findings = await baton.examination.examine(PATIENTLY)
        for finding in findings:
            mend = f" {finding.mend}" if finding.mend and finding.state != "ok" else ""
            typer.echo(f"{finding.state:<5}{finding.what}: {finding.detail.rstrip('.')}{'.' if mend else ''}{mend}")
        return all(finding.state != "fail" for finding in findings)

    if not asyncio.run(examine()):
        raise typer.Exit(1)


for _name, _subcommand in SUBCOMMANDS:
    if isinstance(_subcommand, typer.Typer):
        cli.add_typer(_subcommand, name=_name)
    else:
        cli.command(_name)(_subcommand)


if __name__ == "__main__":
    try:
        cli()
    except (ConfigError, UserError) as error:
        sys.exit(f"{error.message} {error.hint}")
    except BatonError as error:
        sys.exit(str(error))
