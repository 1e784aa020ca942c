"""What `doctor` looks at: configuration, secrets, the store, dead letters, sources, the chat platforms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import ContextVar

from bot.config import Config
from bot.errors import PermanentError, RetriableError
from bot.ports import (
    ChatPlatform,
    Clock,
    CompanyDirectory,
    Crm,
    DeadLetter,
    DeadLetters,
    Examiner,
    Finding,
    Source,
    Storage,
    Tracker,
)
from bot.speech import say, say_many
from bot.views.tracking import project_name
from bot.views.wording import count, crm_name, listed
from handlers.events import look_up
from handlers.events.write_record import KIND
from handlers.source_examination import NetworkExamination
from handlers.source_reports import SourceReport, missing_variables, report_all
from handlers.tracker_arrivals import TrackerArrivals

Check = Callable[[], Awaitable[list[Finding]]]

ENTRIES = 1_000
"""So many entries that were given up are counted."""

CHECK_WITHIN = 2.0
"""Seconds for one check, so that the answer still fits a slash command's three."""


_within: ContextVar[float] = ContextVar("_within", default=CHECK_WITHIN)
"""The seconds that the present check has."""


class Examination(Examiner):
    """Runs all checks side by side; what failed comes first."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks

    async def examine(self, within: float = CHECK_WITHIN) -> list[Finding]:
        """Every check; one that fails or takes longer than `within` (seconds) is a finding itself."""
        found = await asyncio.gather(*(self._one(name, check, within) for name, check in self._checks.items()))
        order = {"fail": 0, "warn": 1, "ok": 2}
        return sorted((finding for findings in found for finding in findings), key=lambda f: order[f.state])

    async def _one(self, name: str, check: Check, within: float) -> list[Finding]:
        _within.set(within)
        try:
            return await asyncio.wait_for(check(), within)
        except TimeoutError:
            return [Finding(name, "fail", f"no answer in {within:.0f} s", "Is it up, and can Baton reach it?")]
        except Exception as error:
            return [Finding(name, "fail", str(error) or type(error).__name__, "See Baton's log.")]


def check_config(config: Config, environ: Mapping[str, str]) -> Check:
    """People, leads and secrets that the configuration leaves open."""

    async def check() -> list[Finding]:
        found = [Finding("Configuration", "ok", f"{len(config.departments)} departments, {len(config.people)} people")]
        if not config.people:
            found.append(
                Finding(
                    "People", "warn", "baton.toml names nobody", "Add [[people]] with e-mail, department and roles."
                )
            )
        found += [
            Finding("Roles", "warn", f"nobody is {role}", f'Give somebody roles = ["{role}"]; they are told first.')
            for role in ("lead", "coordinator", "sponsor")
            if config.people and not any(role in person.roles for person in config.people)
        ]
        for name, variables in missing_variables(config, environ).items():
            for variable in variables:
                mend = f"Set {variable}, or remove it from [sources.{name}]."
                found.append(Finding(f"Source {name}", "warn", f"{variable} is not set", mend))
        return found

    return check


def check_store(storage: Storage) -> Check:
    """Is the store there, is anything stuck?"""

    async def check() -> list[Finding]:
        async with storage.reading() as uow:
            counts = await uow.counts()
        found = [Finding("Store", "ok", f"{counts.posts:,} posts, {counts.conversations:,} conversations")]
        if counts.outbox_dead:
            mend = "See `app.py outbox list` for why; `app.py outbox replay` tries again."
            found.append(Finding("Dead letters", "fail", f"{counts.outbox_dead} could not be delivered", mend))
        return found

    return check


def check_sources(
    storage: Storage, sources: Mapping[str, Source], config: Config, environ: Mapping[str, str], clock: Clock
) -> Check:
    """Is every source heard?"""

    async def check() -> list[Finding]:
        async with storage.reading() as uow:
            reports = await report_all(uow, sources, config, environ, clock.now())
        heard = sum(report.state == "ok" for report in reports)
        found = [Finding("Sources", "ok", f"{heard} of {len(reports)} are heard")] if heard or not reports else []
        found += [_spent(report) for report in reports if report.bills]
        return [*found, *(finding for report in reports if (finding := _about(report)) is not None)]

    return check


def _spent(report: SourceReport) -> Finding:
    """What a source that is billed has spent; and that it asks for no more, where that is so."""
    name, spent = f"Source {report.name}", f"{report.budget_left} spent"
    if not report.rests:
        return Finding(name, "ok", spent)
    mend = f"most_per_month of [sources.{report.name}] says how much it may be."
    return Finding(name, "warn", f"{spent}: {report.rests}", mend)


def _about(report: SourceReport) -> Finding | None:
    name, mend = f"Source {report.name}", f"`app.py sources poll {report.name}` asks now."
    since = f" since {report.since:%Y-%m-%d %H:%M} UTC" if report.since is not None else ""
    if report.state == "quarantined":
        mend = f"Mend what it says; {mend} It is also asked by itself, at least every 30 minutes."
        return Finding(name, "fail", f"in quarantine{since}: {report.error}", mend)
    if report.state == "off" and report.error:
        return Finding(name, "fail", f"off{since}: {report.error}", "Then start Baton again.")
    if report.state == "failing":
        return Finding(name, "fail", f"fails{since}: {report.error}", f"It is tried again by itself; {mend}")
    if report.counts.unread:
        detail = f"{count(report.counts.unread, 'thing')} that came could not be read"
        return Finding(name, "warn", detail, f"See `app.py sources unread {report.name}`.")
    return None


def check_hints(letters: DeadLetters) -> Check:
    """Did the networks tell what sources had only given a hint of?"""

    async def check() -> list[Finding]:
        by_source: dict[str, list[DeadLetter]] = {}
        for letter in await letters.dead(ENTRIES, look_up.KIND):
            by_source.setdefault(str(letter.payload.get("source", "")), []).append(letter)
        return [_hints(source, given_up) for source, given_up in by_source.items()]

    return check


def _hints(source: str, given_up: Sequence[DeadLetter]) -> Finding:
    detail = say_many(
        "{n} thing that it told of could not be looked up: {why}",
        "{n} things that it told of could not be looked up: {why}",
        len(given_up),
        why=given_up[0].error,
    )
    mend = say("Once that is mended, `app.py doctor --replay` has them looked up.")
    return Finding(f"Source {source}", "fail", detail, mend)


def check_networks(networks: NetworkExamination) -> Check:
    """Do the networks give us what we need there?"""

    async def check() -> list[Finding]:
        return await networks.examine(_within.get())

    return check


def check_crms(crms: Mapping[str, Crm], config: Config) -> Check:
    """Does every CRM let us in? All are asked at once, each within its own time: one that hangs hides no other."""

    async def check() -> list[Finding]:
        return list(await asyncio.gather(*(_crm(crm, f"CRM {crm_name(name, config)}") for name, crm in crms.items())))

    return check


async def _crm(crm: Crm, name: str) -> Finding:
    mend = f"`app.py crm check {crm.name}` asks again and waits longer."
    try:
        return Finding(name, "ok", await asyncio.wait_for(crm.health(), CHECK_WITHIN - 0.2))
    except TimeoutError:
        return Finding(name, "fail", f"no answer in {CHECK_WITHIN:.0f} s", mend)
    except (RetriableError, PermanentError) as error:
        return Finding(name, "fail", str(error), mend)


def check_directories(directories: Mapping[str, CompanyDirectory]) -> Check:
    """Does every directory of employees or vendors let us in?"""

    async def check() -> list[Finding]:
        return list(
            await asyncio.gather(*(_directory(each, f"Directory {name}") for name, each in directories.items()))
        )

    return check


async def _directory(directory: CompanyDirectory, name: str) -> Finding:
    mend = f"See [directories.{directory.name}] in baton.toml; docs/directories.md says what may stand there."
    try:
        return Finding(name, "ok", await asyncio.wait_for(directory.health(), CHECK_WITHIN - 0.2))
    except TimeoutError:
        return Finding(name, "fail", f"no answer in {CHECK_WITHIN:.0f} s", mend)
    except (RetriableError, PermanentError) as error:
        return Finding(name, "fail", str(error), mend)


def check_trackers(trackers: Mapping[str, Tracker], config: Config, arrivals: TrackerArrivals) -> Check:
    """Does every issue tracker let us in, and do its webhooks come in?"""

    async def check() -> list[Finding]:
        found = await asyncio.gather(*(_tracker(each, config) for each in trackers.values()))
        for name in trackers:
            if (refused := arrivals.refused.get(name)) is not None:
                why, at = refused
                detail = f"its webhook was refused at {at:%Y-%m-%d %H:%M} UTC: {why}"
                mend = f"Enter there the same secret as in {config.trackers[name].secret_env or 'secret_env'}."
                found.append(Finding(f"Tracker {name}", "fail", detail, mend))
        return found

    return check


async def _tracker(tracker: Tracker, config: Config) -> Finding:
    name = f"Tracker {tracker.name}"
    mend = f"See [trackers.{tracker.name}] in baton.toml; docs/trackers.md says what the token needs."
    try:
        said = await asyncio.wait_for(tracker.examine(), CHECK_WITHIN - 0.2)
    except TimeoutError:
        return Finding(name, "fail", f"no answer in {CHECK_WITHIN:.0f} s", mend)
    except (RetriableError, PermanentError) as error:
        return Finding(name, "fail", str(error), mend)
    if not config.trackers[tracker.name].secret_env:
        said = f"{said}; no secret_env is set, so its webhook is refused"
        return Finding(name, "warn", said, f"docs/trackers.md says how {project_name(tracker.name, config)} is set up.")
    return Finding(name, "ok", said)


def check_entries(letters: DeadLetters, config: Config) -> Check:
    """Did every CRM take what was to be written there?"""

    async def check() -> list[Finding]:
        by_crm: dict[str, list[DeadLetter]] = {}
        for letter in await letters.dead(ENTRIES, KIND):
            by_crm.setdefault(str(letter.payload.get("crm", "")), []).append(letter)
        return [_entries(crm_name(crm, config), given_up) for crm, given_up in by_crm.items()]

    return check


def _entries(crm: str, given_up: Sequence[DeadLetter]) -> Finding:
    numbers = sorted({int(letter.payload["number"]) for letter in given_up if "number" in letter.payload})
    named = listed([*(f"B-{number}" for number in numbers[:5]), *([f"{len(numbers) - 5} more"] if numbers[5:] else [])])
    detail = f"{count(len(given_up), 'entry', 'entries')} could not be written ({named}): {given_up[0].error}"
    mend = "Once that is mended, `/baton doctor replay` or `app.py doctor --replay` has them written."
    return Finding(f"Entries to {crm}", "fail", detail, mend)


def check_connections(config: Config, connected: Collection[str]) -> Check:
    """Is there a connection to every platform on which a surface is?"""

    async def check() -> list[Finding]:
        missing = sorted({surface.platform for surface in config.surfaces} - set(connected))
        mends = {
            "slack": "Set SLACK_BOT_TOKEN; see docs/install-on-slack.md.",
            "teams": "Set TEAMS_APP_ID; see docs/install-on-teams.md.",
        }
        said = "there is no connection; its cards wait"
        return [Finding(name.capitalize(), "warn", said, mends[name]) for name in missing]

    return check


def check_platform(platform: ChatPlatform, channels: Sequence[str]) -> Check:
    """Is the platform reachable, and is Baton in the channels it speaks in?"""

    async def check() -> list[Finding]:
        return await platform.examine(channels)

    return check
