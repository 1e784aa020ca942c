"""Baton as a whole: which desk, command, check and piece of work gets what, of what app.py opened for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import structlog
from aiohttp.web import RouteDef

from bot.config import Config
from bot.dispatch import Commands, Dispatcher
from bot.ports import (
    ChartPainter,
    ChatPlatform,
    Clock,
    CompanyDirectory,
    Crm,
    DeadLetters,
    Directory,
    Finding,
    Forecaster,
    Learner,
    Mailer,
    SecondReader,
    Source,
    Spending,
    Storage,
    Tracker,
    Triage,
    Writer,
)
from bot.speech import mark
from handlers.answering import SourceAnswering
from handlers.arrivals import Arrivals
from handlers.carrying_out import Handler, Means, carrying_out
from handlers.commands import COMMANDS
from handlers.company_desk import LiveCompanyDesk
from handlers.crm_desk import LiveCrmDesk
from handlers.crm_search import LiveCrmSearch
from handlers.digest_examination import check_digests, check_mail, check_recipients
from handlers.events.greet import Greeter
from handlers.examination import (
    Check,
    Examination,
    check_config,
    check_connections,
    check_crms,
    check_directories,
    check_entries,
    check_hints,
    check_networks,
    check_platform,
    check_sources,
    check_store,
    check_trackers,
)
from handlers.jobs.clear_away import Purge
from handlers.jobs.keep_spent import KeepSpent
from handlers.jobs.renew_tokens import RenewTokens
from handlers.learning import TakeUpLearned
from handlers.learning_key import LearningKey
from handlers.metrics import Metrics
from handlers.rolling import Pace, Rolling
from handlers.source_examination import NetworkExamination
from handlers.threads import ThreadNotes
from handlers.tracker_arrivals import TrackerArrivals
from handlers.writing_desk import LiveWritingDesk

_log = structlog.get_logger("baton")

Joined = Callable[[str, str], Awaitable[None]]
"""Is told the team and the channel that Baton was added to."""


class TeachableTriage(Triage, Learner, Protocol):
    """Triage that takes up what the company's claims and passes teach it."""


class Letters(DeadLetters, Protocol):
    """The outbox from the outside, with what clears it away."""

    @property
    def purge(self) -> Purge:
        """Deletes what is done."""
        ...


class Model(Protocol):
    """A language model: second reader and writer."""

    @property
    def reader(self) -> SecondReader | None:
        """Reads again what triage was unsure of; None where it is to read no post."""
        ...

    @property
    def writer(self) -> Writer | None:
        """Writes drafts; None where it is to write none."""
        ...

    @property
    def ledger(self) -> Spending:
        """What it cost today."""
        ...

    async def check(self) -> list[Finding]:
        """Does it answer?"""
        ...

    async def close(self) -> None:
        """Ask it for nothing more."""
        ...


class Connection(Protocol):
    """A chat platform, with the life of the connection to it."""

    @property
    def platform(self) -> ChatPlatform:
        """What the outbox posts with."""
        ...

    def routes(self) -> Sequence[RouteDef]:
        """Where the platform delivers over HTTP."""
        ...

    async def start(self) -> None:
        """Open the connection."""
        ...

    async def close(self) -> None:
        """Finish what is under way, close the connection."""
        ...

    async def learn_everybody(self) -> object:
        """Meet everybody who works here."""
        ...


class Painter(ChartPainter, Protocol):
    """Paints charts, until it is closed."""

    async def close(self) -> None:
        """Paint no more."""
        ...


class WebDoor(Protocol):
    """The web page of measures."""

    def routes(self) -> Sequence[RouteDef]:
        """Where it is served."""
        ...

    async def examine(self) -> list[Finding]:
        """Can people sign in there?"""
        ...


Connect = Callable[[Commands, Joined], Connection]
"""Makes a connection that runs these commands, and says where Baton was added."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened from the settings. `connects` has a platform by its name where the environment says how to reach it."""

    config: Config
    environment: Mapping[str, str] = field(repr=False)
    clock: Clock
    storage: Storage
    scrub: Callable[[], Awaitable[None]]
    letters: Letters
    directory: Directory
    sources: Mapping[str, Source]
    crms: Mapping[str, Crm]
    directories: Mapping[str, CompanyDirectory]
    triage: TeachableTriage
    learning_key: LearningKey
    model: Model | None
    painter: Painter
    forecaster: Forecaster
    mailer: Mailer | None
    connects: Mapping[str, Connect]
    pace: Pace
    web: WebDoor | None = None
    trackers: Mapping[str, Tracker] = field(default_factory=dict)


SETTING = {"slack": "SLACK_BOT_TOKEN", "teams": "TEAMS_APP_ID"}
"""Without it there is no connection to a platform."""


class Baton:
    """The bot, wired. `handlers.at_work` runs it."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        storage, config, clock, model = opened.storage, opened.config, opened.clock, opened.model
        self.platforms: dict[str, ChatPlatform] = {}
        self.answering = SourceAnswering(opened.sources)
        self.rolling = Rolling(config, opened.pace, opened.triage.common_words())
        self.arrivals = Arrivals(clock)
        self.tracker_arrivals = TrackerArrivals(storage, clock)
        self.crm_desk = LiveCrmDesk(storage, opened.crms, clock)
        self.company_desk = LiveCompanyDesk(opened.directories, clock)
        self.writing_desk = LiveWritingDesk(model.writer if model is not None else None, clock)
        self.take_up_learned = TakeUpLearned(storage, config, opened.triage, opened.learning_key)
        self.keep_spent = KeepSpent(storage, model.ledger) if model is not None else None
        self.metrics = Metrics(
            storage,
            opened.sources,
            config,
            opened.environment,
            clock,
            opened.letters,
            self.arrivals,
            trackers=self.tracker_arrivals,
        )
        self.networks = NetworkExamination(opened.sources, config, opened.environment, clock)
        self.renew_tokens = RenewTokens(opened.sources.values(), clock)
        checks = self._checks()
        self.examination = Examination(checks)
        self.dispatcher = Dispatcher(
            COMMANDS,
            storage=storage,
            directory=opened.directory,
            config=config,
            clock=clock,
            threads=ThreadNotes(storage, opened.directory, config, clock),
            answering=self.answering,
            ports={
                "examiner": self.examination,
                "crm_desk": self.crm_desk,
                "crm_search": LiveCrmSearch(opened.crms, config),
                "dead_letters": opened.letters,
                "company_desk": self.company_desk,
                "triage": opened.triage,
                "writing_desk": self.writing_desk,
                "trackers": opened.trackers,
            },
        )
        self.greeter = Greeter(storage, self.platforms, self.dispatcher.specs)
        self.connections = {
            name: connect(self.dispatcher, partial(self.greeter.joined, name))
            for name, connect in opened.connects.items()
        }
        self.platforms |= {name: connection.platform for name, connection in self.connections.items()}
        for name, platform in self.platforms.items():
            checks[name.capitalize()] = check_platform(platform, config.channels(name))
        for name in sorted(SETTING.keys() - self.platforms.keys()):
            if config.channels(name):
                _log.warning(f"{name}_off", why=f"{SETTING[name]} is not set; cards wait until it is")

    def _checks(self) -> dict[str, Check]:
        opened, config = self.opened, self.opened.config
        checks = {
            mark("Configuration"): check_config(config, opened.environment),
            mark("Store"): check_store(opened.storage),
            mark("Sources"): check_sources(opened.storage, opened.sources, config, opened.environment, opened.clock),
            mark("Hints"): check_hints(opened.letters),
            mark("Networks"): check_networks(self.networks),
            mark("CRMs"): check_crms(opened.crms, config),
            mark("Entries"): check_entries(opened.letters, config),
            mark("Directories"): check_directories(opened.directories),
            "Trackers": check_trackers(opened.trackers, config, self.tracker_arrivals),
            mark("Platforms"): check_connections(config, self.platforms),
            "Digest": check_recipients(config, opened.directory),
            "Digests": check_digests(opened.letters),
            mark("Mail"): check_mail(opened.mailer),
        }
        if opened.model is not None:
            checks[mark("Model")] = opened.model.check
        if opened.web is not None:
            checks[mark("Web page")] = opened.web.examine
        return checks

    def work(self) -> dict[str, Handler]:
        """What carries out each kind of work of the outbox."""
        opened = self.opened
        return carrying_out(
            Means(
                storage=opened.storage,
                directory=opened.directory,
                config=opened.config,
                clock=opened.clock,
                platforms=self.platforms,
                sources=opened.sources,
                answering=self.answering,
                crms=opened.crms,
                crm_desk=self.crm_desk,
                company_desk=self.company_desk,
                writing_desk=self.writing_desk,
                greeter=self.greeter,
                triage=opened.triage,
                learner=opened.triage,
                reader=opened.model.reader if opened.model is not None else None,
                letters=opened.letters,
                mailer=opened.mailer,
                painter=opened.painter,
                forecaster=opened.forecaster,
                scrub=opened.scrub,
                trackers=opened.trackers,
                noted=self.arrivals.note,
            )
        )

    async def close_model(self) -> None:
        """Ask the model for nothing more."""
        await self.writing_desk.close()
        if self.opened.model is not None and self.keep_spent is not None:
            await self.opened.model.close()
            await self.keep_spent()
