"""What `doctor` asks the networks themselves: what is missing there, and how long each permission holds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.errors import NotSetError, PermanentError, RetriableError
from bot.ports import Clock, Finding, Source
from bot.ports.tokens import TokenStanding
from bot.speech import say, say_many
from handlers.source_reports import missing_variables

KEPT = timedelta(minutes=5)
"""So long an answer of a network is shown again instead of asking anew."""

LEAST = 0.3
"""Seconds that are left for what else a check does."""

SOON = timedelta(days=30)
"""So long before its end a permission is told of: somebody has to find the time to give it anew."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a network said, and when."""

    at: datetime
    findings: list[Finding]


class NetworkExamination:
    """Asks every source at once, each within its own time. One that is still being asked answers the next time."""

    def __init__(
        self, sources: Mapping[str, Source], config: Config, environment: Mapping[str, str], clock: Clock
    ) -> None:
        self._sources = sources
        self._unset = missing_variables(config, environment)
        self._clock = clock
        self._said: dict[str, _Said] = {}
        self._asking: dict[str, asyncio.Task[_Said]] = {}

    async def examine(self, within: float) -> list[Finding]:
        """What every network has to say, in the time (seconds) that there is."""
        about = [self._about(source, max(LEAST, within - LEAST)) for source in self._sources.values()]
        found = [finding for findings in await asyncio.gather(*about) for finding in findings]
        return [*self._tokens_at_all(found), *found]

    async def close(self) -> None:
        """Ask no more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _about(self, source: Source, within: float) -> list[Finding]:
        said = self._said.get(source.name)
        if said is None or self._clock.now() - said.at >= KEPT:
            task = self._asking.get(source.name)
            if task is None or task.done():
                task = self._asking[source.name] = asyncio.create_task(self._hear(source))
            # Not cancelled: what it is being asked may be a fresh token, and the answer is for the next time.
            await asyncio.wait({task}, timeout=within)
            if not task.done():
                return [*(said.findings if said is not None else ()), _slow(source)]
            said = task.result()
        tokens = await self._token(source)
        # Why a token could not be had is told once.
        told = [each.detail for each in tokens]
        return [*tokens, *(each for each in said.findings if not any(each.detail.rstrip(".") in it for it in told))]

    async def _hear(self, source: Source) -> _Said:
        said = self._said[source.name] = _Said(self._clock.now(), await self._ask(source))
        return said

    async def _ask(self, source: Source) -> list[Finding]:
        name, page = f"Source {source.name}", _page(source)
        try:
            return [Finding(name, "fail", said, page) for said in await source.missing()]
        except NotSetError as error:
            return [] if source.name in self._unset else [Finding(name, "warn", str(error), page)]
        except PermanentError as error:
            return [Finding(name, "fail", str(error), page)]
        except RetriableError as error:
            return [Finding(name, "warn", say("it cannot be asked now: {error}", error=str(error)), "")]
        except Exception as error:
            return [Finding(name, "fail", str(error) or type(error).__name__, say("See Baton's log."))]

    async def _token(self, source: Source) -> list[Finding]:
        tokens = source.tokens
        standing = await tokens.standing() if tokens is not None else None
        if tokens is None or standing is None:
            return []
        return token_findings(source, standing, self._clock.now(), askable=tokens.askable)

    def _tokens_at_all(self, found: Sequence[Finding]) -> list[Finding]:
        used = [source for source in self._sources.values() if source.tokens is not None and source.tokens.used]
        if not used:
            return []
        if not all(source.tokens.keeper.lasting for source in used if source.tokens is not None):
            detail = say("they end with the process, since there is no secret to keep them with")
            return [Finding(say("Access tokens"), "warn", detail, say("Set BATON_SECRET: docs/operate.md."))]
        if any(finding.state != "ok" for finding in found):
            return []
        return [Finding(say("Access tokens"), "ok", say_many("{n} is kept", "{n} are kept", len(used)))]


def token_findings(source: Source, standing: TokenStanding, now: datetime, *, askable: bool) -> list[Finding]:
    """What is to be said of a token: that it could not be renewed, cannot be read, or rests on what ends soon. Pure."""
    name, mend = f"Source {source.name}", _anew(source) if askable else _page(source)
    found = []
    if standing.failure:
        detail = say(
            "its access token could not be renewed at {at}: {why}",
            at=_time(standing.failed_at),
            why=standing.failure.rstrip("."),
        )
        if standing.cut_off_at is not None:
            cut_off = say("A process ended in the middle of that before {at}", at=_time(standing.cut_off_at))
            lost = say("what the network gave then is lost, and some take a refresh token only once")
            detail = f"{detail}. {cut_off}: {lost}"
        found.append(Finding(name, "fail", detail, mend))
    if standing.unreadable:
        detail = say(
            "its kept token was sealed with another BATON_SECRET; the configured refresh token is used instead"
        )
        how = say("Set BATON_SECRET to the new and the old one with a space between them.")
        found.append(Finding(name, "warn", detail, f"{how} {mend}"))
    # Without a refresh token only the owner of the account can give another.
    ends = standing.ends_at if standing.alone and askable else standing.refresh_ends_at
    if ends is not None and ends - now < SOON:
        over = say("its permission is over since {day}", day=f"{ends:%Y-%m-%d}")
        soon = say("its permission ends on {day}", day=f"{ends:%Y-%m-%d}")
        found.append(Finding(name, "fail" if ends <= now else "warn", over if ends <= now else soon, mend))
    return found


def _anew(source: Source) -> str:
    command = f"`app.py sources allow {source.name}`"
    return say("{command} asks the owner of the account for the permission anew.", command=command)


def _page(source: Source) -> str:
    return say("docs/networks/{kind}.md says what it needs there.", kind=source.kind)


def _slow(source: Source) -> Finding:
    detail = say("the network is still being asked")
    return Finding(f"Source {source.name}", "warn", detail, say("Ask again in a minute."))


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "–"
