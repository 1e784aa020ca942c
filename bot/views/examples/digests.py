"""The digest and the details behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.company_measures import Differing, Leaning, Movement, Recorded, Share, Sides, Views
from bot.domain.idea_news import IdeaNews, NamedIdea
from bot.domain.loops import Loops
from bot.domain.maturity import maturity
from bot.domain.measured import Measured
from bot.domain.measures import Digest, Failure, Tally, Unheard, Window
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Role
from bot.domain.shifts import Row, Shifts
from bot.domain.stories import Candidate, Story, Worth
from bot.domain.timing import Timing
from bot.domain.trend import Bands, weeks_until
from bot.views import made_up as m
from bot.views.digest import digest_card
from bot.views.examples.outlook import MORE, NO_FORESIGHT
from bot.views.examples.scenes import Examples
from bot.views.measure_part import Seen
from bot.views.measure_parts import PARTS, measures_card, part_of

WINDOW = Window(datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC), "Europe/Paris")
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)

_TALLY = Tally(
    heard=1204, touched=746, changed=84, resolved=610, several=231, handovers=63, bounces=12,
    first_human=timedelta(minutes=18), to_outcome=timedelta(hours=26, minutes=24),
    outcomes={
        "support": {OutcomeKind.ANSWERED: 310, OutcomeKind.FIXED: 52, OutcomeKind.NO_ACTION: 20},
        "product": {OutcomeKind.IDEA: 61, OutcomeKind.ANSWERED: 40},
        "": {OutcomeKind.PRAISE: 3},
    },
    passed={("marketing", "support"): 31, ("support", "logistics"): 20, ("sales", "support"): 12},
    days=(160, 182, 190, 171, 201, 150, 150),
)  # fmt: skip
_DEPARTMENTS = {
    "support": Share(512, 602), "product": Share(160, 201), "marketing": Share(96, 88), "logistics": Share(71, 144),
    "legal": Share(0, 14),
}  # fmt: skip
_WEEKS = ((998, 412, 31), (1040, 450, 38), (1102, 500, 44), (1371, 520, 40), (1180, 560, 52), (1090, 548, 50), (1115, 625, 56), (1204, 746, 84))  # fmt: skip


def _timing(count: int, minutes: float, worst: float) -> Timing:
    """In business hours; by the clock it takes four times as long."""
    median, p90 = timedelta(minutes=minutes), timedelta(minutes=worst)
    return Timing(count, 4 * median, 4 * p90, median, p90)


def _stories() -> tuple[Story, ...]:
    whole = replace(
        m.RESOLVED,
        number=1011,
        outcome=Outcome(OutcomeKind.FIXED, "parcels that arrive whole", "carrier switched back in Lyon"),
    )
    asked = replace(m.HELD, number=1023, network="x")
    thanks = replace(
        m.RESOLVED, number=1032, network="bluesky", outcome=Outcome(OutcomeKind.PRAISE, "to say thank you", "nothing")
    )
    return (
        Story("changed", Candidate(Worth(1011, changed=True, asked=12), whole, "Maya Okafor", m.CRUSHED.post.text)),
        Story("together", Candidate(Worth(1023, departments=4, differing=True), asked, "Tom Bell", "Does the new app run on an old phone, or do I have to buy another one?")),
        Story("won", Candidate(Worth(1032, angry=1004), thanks, "Lu Chen", "I take it all back. The new zip holds, and they wrote to me before I asked.")),
    )  # fmt: skip


def made_up_measures() -> Measured:
    """A week in which nearly everything happened."""
    before = replace(_TALLY, heard=1115, touched=625, changed=56, several=162, first_human=timedelta(minutes=25))
    unheard = (
        Unheard(m.FLOOR, "Maya Okafor", m.CRUSHED.post.text, 12_400),
        Unheard(replace(m.FLOOR, number=1029, urgent=False), "Lu Chen", "Could the strap be a bit longer?", 310),
    )
    failures = (Failure("Source trustpilot", "token expired", m.at(6, 0)),)
    overall = Row("", 1204, 980, 0.28, 0.31, 1096.0, 0.24, volume_shifted=True, mood_shifted=True)
    networks = (
        Row("mastodon", 640, 520, 0.29, 0.30, 655.0, 0.28, volume_shifted=False, mood_shifted=False),
        Row("x", 380, 310, 0.31, 0.28, 390.0, 0.25, volume_shifted=False, mood_shifted=False),
        Row("bluesky", 184, 150, 0.20, 0.41, 51.0, 0.22, volume_shifted=True, mood_shifted=False),
    )
    topics = (
        Row("parcels", 310, 280, 0.52, 0.10, 260.0, 0.31, volume_shifted=False, mood_shifted=True),
        Row("new app", 205, 170, 0.12, 0.55, 190.0, 0.29, volume_shifted=False, mood_shifted=True),
        Row("prices", 96, 80, 0.35, 0.20, 101.0, 0.33, volume_shifted=False, mood_shifted=False),
    )
    views = Views(
        19,
        6,
        (
            Differing(
                1023, {"product": "runs since 4.2", "support": "they hear it does not", "sales": "a reason to sell"}
            ),
            Differing(1011, {"logistics": "carrier changed in Lyon", "support": "third parcel, will leave"}),
        ),
    )
    news = IdeaNews(
        raised=4,
        became={"planned": 2, "shipped": 1, "declined": 1},
        shipped=(NamedIdea(7, "Gift wrap", "shipped"),),
        declined=(NamedIdea(3, "A shop on every corner", "declined"),),
        asked=(NamedIdea(9, "A longer strap", "planned", 14), NamedIdea(12, "Returns without a label", "new", 6)),
    )
    return Measured(
        digest=Digest(WINDOW, _TALLY, before, unheard, failures),
        timings={"first_human": _timing(746, 18, 140), "first_answer": _timing(402, 125, 900), "outcome": _timing(610, 520, 2100)},
        timings_before={"first_human": _timing(625, 25, 200), "first_answer": _timing(350, 125, 800), "outcome": _timing(500, 610, 2400)},
        shifts=Shifts(overall, networks, topics),
        movement=Movement(402, {("x", "bluesky"): 41, ("bluesky", "x"): 6, ("x", "mastodon"): 9, ("mastodon", "x"): 8}, 512),
        departments=_DEPARTMENTS,
        views=views,
        sides=Sides(31, 12, (Leaning("c-lu", "Lu Chen", 3, 0),), (Leaning("c-maya", "Maya Okafor", 3, 1),)),
        recorded=Recorded(605, 5, {"written": 590, "waiting": 3, "nobody": 9, "failed": 3}),
        maturity=maturity(_TALLY, _DEPARTMENTS, {Role.COORDINATOR, Role.LEAD}, (12, 9)),
        since=WINDOW.reference,
        weeks=tuple(Bands(window, *counts) for window, counts in zip(weeks_until(WINDOW), _WEEKS, strict=True)),
        stories=_stories(),
        ideas=news,
        loops=Loops(ideas=1, askers=12, told=11, waiting=1),
    )  # fmt: skip


def quiet_measures() -> Measured:
    """A week in which nothing was heard."""
    nothing = Row("", 0, 0, None, None)
    return Measured(
        digest=Digest(WINDOW, Tally()),
        timings={},
        timings_before={},
        shifts=Shifts(nothing, (), ()),
        movement=Movement(),
        departments={},
        views=Views(),
        sides=Sides(),
        recorded=Recorded(),
        maturity=maturity(Tally(), {}, (), (0, 0)),
    )


def digests() -> Examples:
    """The week as management sees it, and each part of it."""
    measured = made_up_measures()
    seen = Seen(measured, m.CONFIG, frozenset(), MONDAY)
    first = replace(measured, weeks=measured.weeks[-1:], stories=(), ideas=IdeaNews(), loops=Loops(), since=None)
    return (
        ("digest", digest_card(measured, m.CONFIG)),
        ("digest, nothing heard", digest_card(quiet_measures(), m.CONFIG)),
        ("digest, the first week", digest_card(replace(first, digest=replace(measured.digest, before=None)), m.CONFIG)),
        *((f"measures, {part.key}", measures_card(part, replace(seen, more=MORE.get(part.key)))) for part in PARTS),
        ("measures, forecast, too little known", measures_card(part_of("forecast"), replace(seen, more=NO_FORESIGHT))),
        ("measures, nothing heard", measures_card(PARTS[0], replace(seen, measured=quiet_measures()))),
    )
