"""What is counted of a week, and the conversations that are named: for the digest and whatever else shows measures."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import WEEKDAYS, Config
from bot.domain.maturity import maturity
from bot.domain.measured import Measured, compared_since, share_of
from bot.domain.measures import DAYS, Digest, Failure, Unheard, Window, last_week, measure, week_until
from bot.domain.shifts import shifts
from bot.domain.stories import KINDS, Candidate, Story, best_of, stories
from bot.domain.trend import weeks_until
from bot.domain.window_names import read_window
from bot.ports import UnitOfWork
from bot.ports.measures import NarrowMeasures
from bot.views.wording import count
from handlers.polling import polling

CANDIDATES = 25
"""How many unheard conversations are looked at closely to find the best five."""

LOOKED_AT = 5
"""So many conversations of each kind of story are looked at: one may have lost its words."""


def zone_of(config: Config) -> str:
    """The zone whose days the digest covers."""
    return config.digest.timezone or config.company.timezone


def last_full_week(at: datetime, config: Config) -> Window:
    """The seven whole days before the day on which the digest last went out, or goes out today."""
    zone = zone_of(config)
    ago = (at.astimezone(ZoneInfo(zone)).weekday() - WEEKDAYS.index(config.digest.day)) % DAYS
    return last_week(at.astimezone(ZoneInfo(zone)) - timedelta(days=ago), zone)


def week_so_far(at: datetime, config: Config) -> Window:
    """Today until now and the six days before: the preview."""
    return week_until(at, zone_of(config))


def window_named(name: str, at: datetime, config: Config) -> Window:
    """`now` is the week so far, no name the last full week, else a week by its name; raises `UserError`."""
    if not name.strip():
        return last_full_week(at, config)
    return week_so_far(at, config) if name.strip().lower() == "now" else read_window(name, zone_of(config))


async def make_digest(uow: UnitOfWork, window: Window, config: Config) -> Digest:
    """Count a window and the one before it, and find what is worth naming."""
    return measure(
        await uow.measures.tally(window),
        await uow.measures.tally(window.before),
        window,
        unheard=await unheard_of(uow, uow.measures, window),
        failures=await failures_now(uow, config),
    )


async def measure_all(uow: UnitOfWork, window: Window, config: Config) -> Measured:
    """Everything that is counted of a window."""
    counts = uow.measures
    digest = await make_digest(uow, window, config)
    since = compared_since(window, await counts.began())
    before = await counts.found(since, window.start) if since is not None else []
    work = await counts.work(window)
    roles = {role for person in config.people for role in person.roles}
    return Measured(
        digest=digest,
        timings=await counts.timings(window),
        timings_before=await counts.timings(window.before),
        shifts=shifts(await counts.found(window.start, window.end), before, share_of(window, since)),
        movement=await counts.movement(window, window.reference),
        departments=work.departments,
        views=await counts.views(window),
        sides=await counts.sides(window, window.reference),
        recorded=await counts.recorded(window),
        maturity=maturity(digest.tally, work.departments, roles, work.raised),
        since=since,
        weeks=await counts.weeks(weeks_until(window)),
        stories=await _stories(uow, window),
        ideas=await counts.ideas(window),
        loops=await counts.loops(window),
    )


async def _stories(uow: UnitOfWork, window: Window) -> tuple[Story, ...]:
    """The best few of each kind are looked at closely."""
    worths = {worth.number: worth for worth in await uow.measures.worths(window, window.reference)}
    best = {number for kind in KINDS for number in best_of(kind, worths.values(), LOOKED_AT)}
    found = []
    for number in sorted(best):
        sight = await uow.conversations.sight(number)
        if sight is not None:
            text = sight.posts[0].post.text if sight.posts else ""
            found.append(Candidate(worths[number], sight.conversation, sight.customer.name, text))
    return stories(found)


async def unheard_of(uow: UnitOfWork, counts: NarrowMeasures, window: Window) -> list[Unheard]:
    """Conversations among those counted that nobody has acted on, looked at closely."""
    found = []
    for number in await counts.unheard(window.start, window.end, CANDIDATES):
        sight = await uow.conversations.sight(number)
        if sight is not None:
            text = sight.posts[0].post.text if sight.posts else ""
            followers = sight.identity.followers or 0
            found.append(Unheard(sight.conversation, sight.customer.name, text, followers))
    return found


async def failures_now(uow: UnitOfWork, config: Config) -> list[Failure]:
    """Sources that fail are named as failing, never as quiet; so is what could not be delivered."""
    failures = []
    for name in config.sources:
        state = await polling(uow, name)
        if state.failures or state.off_since:
            since = datetime.fromisoformat(state.last_success) if state.last_success else None
            failures.append(Failure(f"Source {name}", state.error, since))
    dead = (await uow.counts()).outbox_dead
    if dead:
        failures.append(Failure(count(dead, "delivery", "deliveries"), "given up after many tries; see doctor"))
    return failures
