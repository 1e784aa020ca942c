"""How polling each source goes: kept beside the cursor, told by `doctor`, `sources`, the digest and /metrics. Pure but for reading and keeping it."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.domain.delivery import Polled
from bot.errors import BatonError, BudgetError, NotSetError, PermanentError, RetriableError
from bot.ports import Source, Storage, UnitOfWork

REFUSALS = 3
"""So many refusals in a row, which waiting does not mend, and a source is in quarantine ..."""

FAILING = timedelta(hours=6)
"""... or so long without a success."""

LONGEST_PAUSE = timedelta(minutes=30)
"""A source that fails is asked so often at least, so that it comes back by itself; less often only where it usually is."""

LONGEST_ASKED = timedelta(hours=6)
"""The longest that a server is left alone because it asked for that."""

CATCHING_UP = timedelta(minutes=10)
"""How long after its return a source may go on bringing what it had before that is reported."""


@dataclass(frozen=True, slots=True)
class Polling:
    """How polling a source goes. Times are ISO 8601, empty where there is none.

    `failures` counts since the last success, `refusals` those of them that waiting does not mend. While `visit_until` a
    replica asks it; since `off_since` it is not asked, for want of a secret. `out_since` and `back_at` tell of a quarantine
    that is over but not yet reported, `caught_up` what came since. `budget_begun` and `budget_spent` are the window of its
    budget; `rests` says why it is asked later than usual, though nothing is wrong.
    """

    next_at: str = ""
    last_success: str = ""
    last_failure: str = ""
    failures: int = 0
    refusals: int = 0
    error: str = ""
    failing_since: str = ""
    quarantined_since: str = ""
    off_since: str = ""
    visit_until: str = ""
    out_since: str = ""
    back_at: str = ""
    caught_up: int = 0
    budget_begun: str = ""
    budget_spent: int = 0
    rests: str = ""

    def due_at(self, now: datetime) -> datetime:
        """When it may be asked next."""
        return max(_time(self.next_at, now), _time(self.visit_until, now))

    @property
    def quarantined(self) -> bool:
        """Has it failed for good?"""
        return bool(self.quarantined_since)


def _time(kept: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(kept) if kept else otherwise


def key_of(source: str) -> str:
    """The setting under which it is kept."""
    return f"polling:{source}"


def cursor_key(source: str) -> str:
    """The setting under which its cursor is kept."""
    return f"cursor:{source}"


def read_polling(kept: str | None) -> Polling:
    """What was kept."""
    return Polling(**json.loads(kept)) if kept else Polling()


def write_polling(state: Polling) -> str:
    """What is to be kept."""
    return json.dumps({name: value for name, value in asdict(state).items() if value})


async def polling(uow: UnitOfWork, source: str) -> Polling:
    """How polling this source goes."""
    return read_polling(await uow.setting(key_of(source)))


async def keep_spent(storage: Storage, source: Source) -> None:
    """Let a source know what was spent elsewhere, and keep what it has spent itself, outside of its visits."""
    async with storage.writing() as uow:
        state = await polling(uow, source.name)
        if state.budget_begun:
            source.restore_spent(datetime.fromisoformat(state.budget_begun), state.budget_spent)
        kept = with_budget(state, source)
        if kept != state:
            await uow.set_setting(key_of(source.name), write_polling(kept))


def with_budget(state: Polling, source: Source) -> Polling:
    """The state with what the source has spent by now."""
    spent = source.spent()
    return replace(state, budget_begun=spent[0].isoformat(), budget_spent=spent[1]) if spent is not None else state


def after_success(state: Polling, polled: Polled, new: int, now: datetime, every: timedelta) -> Polling:
    """The state once a visit has succeeded and brought `new` events that were not known."""
    pause = polled.next_after if polled.next_after is not None else every
    state = replace(
        state,
        next_at=(now + pause).isoformat(),
        last_success=now.isoformat(),
        last_failure="",
        failures=0,
        refusals=0,
        error="",
        failing_since="",
        off_since="",
        rests="",
        visit_until="",
    )
    if state.quarantined:
        state = replace(state, out_since=state.quarantined_since, back_at=now.isoformat(), quarantined_since="")
    if not state.back_at:
        return state
    return replace(state, caught_up=state.caught_up + new)


def has_caught_up(state: Polling, polled: Polled, new: int, now: datetime) -> bool:
    """Has a source that is back brought what it had meanwhile?"""
    if not state.back_at:
        return False
    more = new > 0 and polled.next_after is not None and polled.next_after < timedelta(seconds=2)
    return not more or now - datetime.fromisoformat(state.back_at) >= CATCHING_UP


def reported(state: Polling) -> Polling:
    """The state once its return is reported."""
    return replace(state, out_since="", back_at="", caught_up=0)


def after_failure(state: Polling, error: Exception, now: datetime, every: timedelta) -> Polling:
    """The state once a visit has failed. That the budget is used up is no failure: it is only asked later; nor is a secret
    that is not set."""
    if isinstance(error, NotSetError):
        # Nobody was asked, and nothing is broken: it waits for whoever sets it up.
        since = state.off_since or now.isoformat()
        return replace(state, next_at=(now + every).isoformat(), visit_until="", error=_words(error), off_since=since)
    state = replace(state, off_since="", rests="")
    asked = error.retry_after if isinstance(error, RetriableError) else None
    if isinstance(error, BudgetError):
        pause = timedelta(seconds=asked) if asked is not None else every
        return replace(state, next_at=(now + pause).isoformat(), visit_until="", rests=_words(error))
    pause = min(timedelta(seconds=asked), LONGEST_ASKED) if asked is not None else _back_off(every, state.failures)
    refusals = state.refusals + isinstance(error, PermanentError)
    since = state.failing_since or now.isoformat()
    quarantined = state.quarantined_since
    if refusals >= REFUSALS or now - datetime.fromisoformat(since) >= FAILING:
        # One that was away until a moment ago, and not yet reported as back, has been away all the time.
        quarantined = quarantined or state.out_since or now.isoformat()
    return replace(
        state,
        next_at=(now + pause).isoformat(),
        visit_until="",
        last_failure=now.isoformat(),
        failures=state.failures + 1,
        refusals=refusals,
        error=_words(error),
        failing_since=since,
        quarantined_since=quarantined,
    )


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long to answer"
    return (str(error) if isinstance(error, BatonError) else f"{type(error).__name__}: {error}")[:500]


def _back_off(every: timedelta, failures: int) -> timedelta:
    """The usual interval, doubled with each failure in a row, a little more by chance."""
    longest = max(LONGEST_PAUSE, every)
    return min(every * 2.0 ** min(failures, 16) * random.uniform(1.0, 1.2), longest)
