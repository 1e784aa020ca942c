"""The weekly digest: every number with its window and its change; what failed is named; it fits both platforms."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards import Card, Chart, Paragraph, Sparkline
from bot.domain.company_measures import Differing, Movement, Recorded, Views
from bot.domain.idea_news import IdeaNews, NamedIdea
from bot.domain.loops import Loops
from bot.domain.measured import Measured
from bot.domain.measures import Failure, Tally, Unheard, Window
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.shifts import Row, Shifts
from bot.domain.stories import KINDS, Candidate, Kind, Story, Worth
from bot.domain.timing import Timing
from bot.domain.trend import Bands, weeks_until
from bot.slack.limits import MESSAGE_BLOCKS, MESSAGE_SIZE
from bot.slack.limits import size as size_on_slack
from bot.slack.render import message
from bot.slack.spans import Spelling
from bot.teams.render import adaptive
from bot.teams.spans import Spelling as TeamsSpelling
from bot.views import digest_card
from bot.views import made_up as m
from bot.views.examples.digests import made_up_measures, quiet_measures
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of

WINDOW = Window(datetime(2026, 11, 16, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
TALLY = Tally(heard=100, touched=60, changed=10)
TEAMS_MESSAGE = 28_000
"""Bytes of a message for which Teams has always had room."""


def measured(tally: Tally = TALLY, before: Tally | None = None, **more: object) -> Measured:
    """A week of which nothing else is known."""
    quiet = quiet_measures()
    of_digest = {name: more.pop(name) for name in ("unheard", "failures") if name in more}
    digest = replace(quiet.digest, window=WINDOW, tally=tally, before=before, **of_digest)  # type: ignore[arg-type]
    return replace(quiet, digest=digest, **more)  # type: ignore[arg-type]


def said(tally: Tally = TALLY, before: Tally | None = None, **more: object) -> str:
    return plain(digest_card(measured(tally, before, **more), m.CONFIG))


def timing(minutes: float) -> Timing:
    span = timedelta(minutes=minutes)
    return Timing(10, 3 * span, 4 * span, span, 2 * span)


def test_without_a_week_before_there_is_no_change() -> None:
    words = said(timings={"first_human": timing(20)})
    assert not [sign for sign in ("▲", "▼", "week before", "as before") if sign in words]


def test_changes_go_up_down_and_stay() -> None:
    assert "▲ 25 % against the week before" in said(before=replace(TALLY, heard=80))
    assert "▼ 50 % against the week before" in said(before=replace(TALLY, heard=200))
    assert "as many as the week before" in said(before=TALLY)
    assert "Heard by no one *40 %* (▼ 10) · Touched *50 %* (as before) · Changed something *10 %* (▲ 10)" in said(
        before=Tally(heard=100, touched=50)
    )


def test_times_are_told_in_business_hours_where_there_are_any() -> None:
    now, before = {"first_human": timing(20)}, {"first_human": timing(30)}
    words = said(before=TALLY, timings=now, timings_before=before)
    assert "first human *20 min* (▼ 10 min) · medians" in words
    hours = m.CONFIG.company.model_copy(update={"hours": "Mon-Fri 09:00-17:00"})
    config = m.CONFIG.model_copy(update={"company": hours})
    assert "medians, in business hours" in plain(digest_card(measured(timings=now), config))


@pytest.mark.parametrize(
    ("start", "end", "zone", "words"),
    [
        ((2026, 11, 16), (2026, 11, 23), "UTC", "16 to 22 Nov, UTC"),
        ((2026, 11, 26), (2026, 12, 3), "UTC", "26 Nov to 2 Dec, UTC"),
        ((2026, 11, 16), (2026, 11, 17), "UTC", "16 Nov, UTC"),
    ],
)
def test_the_period_is_told_by_its_days(
    start: tuple[int, int, int], end: tuple[int, int, int], zone: str, words: str
) -> None:
    window = Window(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC), zone)
    week = measured()
    shown = replace(week, digest=replace(week.digest, window=window))
    assert words in plain(digest_card(shown, m.CONFIG))


def test_a_week_of_another_year_is_told_with_its_year_and_one_that_is_not_over_as_such() -> None:
    later = datetime(2027, 3, 1, tzinfo=UTC)
    assert "16 to 22 Nov 2026, UTC" in plain(digest_card(measured(), m.CONFIG, now=later))
    during = WINDOW.end
    assert "16 to 22 Nov, UTC · so far" in plain(digest_card(measured(), m.CONFIG, now=during))
    assert "so far" not in plain(digest_card(measured(), m.CONFIG, now=during + timedelta(minutes=1)))


def test_a_failure_is_named_even_when_nothing_was_heard_and_can_be_mended() -> None:
    failures = (Failure("Source feed", "HTTP 500"), Failure("3 deliveries"))
    words = said(Tally(), failures=failures)
    assert "Nothing was heard in this time." in words
    assert "⚠️ *Could not be measured*" in words
    assert "*Source feed* failed (HTTP 500)   [ Mend ]" in words
    assert "*3 deliveries* failed   [ Mend ]" in words
    many = said(failures=tuple(Failure(f"Source {n}") for n in range(7)))
    assert "4 more things failed." in many


def test_the_weeks_stand_in_three_bands_that_say_what_the_headline_says() -> None:
    weeks = tuple(Bands(window, 100 + at, 60, 10) for at, window in enumerate(weeks_until(WINDOW)))
    card = digest_card(measured(Tally(heard=107, touched=60, changed=10), weeks=weeks), m.CONFIG)
    (chart,) = (block for block in card.blocks if isinstance(block, Chart))
    assert chart.kind == "stacked"
    assert (chart.labels[0], chart.labels[-1], len(chart.labels)) == ("28 Sep", "16 Nov", 8)
    assert [series.values[-1] for series in chart.series] == [47, 50, 10]
    headline = plain(card).splitlines()[3]
    assert "Heard by no one *44 %*" in headline
    assert "100 conversations in the week of 28 Sep, 107 in that of 16 Nov, 107 at most." in chart.alt
    assert "Heard by no one: 40 %, now 44 %." in chart.alt


def test_weeks_before_the_first_are_left_out_and_a_first_week_is_told_by_its_days() -> None:
    weeks = tuple(Bands(window, 50 if at > 4 else 0) for at, window in enumerate(weeks_until(WINDOW)))
    (chart,) = (b for b in digest_card(measured(weeks=weeks), m.CONFIG).blocks if isinstance(b, Chart))
    assert chart.title == "The last 3 weeks"
    first = measured(replace(TALLY, days=(1, 2, 3)), weeks=weeks[-1:])
    blocks = digest_card(first, m.CONFIG).blocks
    assert [block.values for block in blocks if isinstance(block, Sparkline)] == [(1.0, 2.0, 3.0)]
    assert not [block for block in blocks if isinstance(block, Chart)]


def test_only_shifts_that_are_more_than_noise_are_told() -> None:
    still = Row("parcels", 100, 90, 0.5, 0.1, 90.0, 0.3, volume_shifted=False, mood_shifted=None)
    overall = replace(still, name="")
    since = WINDOW.reference

    def mood(*topics: Row) -> str:
        return said(shifts=Shifts(overall, (), topics), since=since)

    assert "nothing that is more than noise" in mood(still)
    assert "parcels: angrier than usual, *50 %* negative instead of 30 %" in mood(replace(still, mood_shifted=True))
    calmer = replace(still, negative=0.1, mood_shifted=True, volume_shifted=True)
    words = mood(calmer)
    assert (
        "parcels: calmer than usual, *10 %* negative instead of 30 % · parcels: more than usual, *100* instead of 90"
        in words
    )
    assert "less than usual" in mood(replace(still, heard=40, volume_shifted=True))
    assert "noise" not in said(shifts=Shifts(overall, (), (still,)))


def test_people_are_said_to_move_only_where_it_is_clear() -> None:
    assert "Moving" not in said(movement=Movement(5, {("x", "bluesky"): 9, ("bluesky", "x"): 8}, 1))
    assert "30 customers went from X to Bluesky, 4 back" in said(
        movement=Movement(5, {("x", "bluesky"): 30, ("bluesky", "x"): 4}, 1)
    )


def test_what_became_of_ideas_and_who_was_told() -> None:
    shipped = (NamedIdea(7, "Gift wrap", "shipped"), NamedIdea(8, "A longer strap", "shipped"))
    news = IdeaNews(4, {"shipped": 3, "declined": 1}, shipped, (), (NamedIdea(9, "No label", "new", 2),))
    words = said(ideas=news, loops=Loops(ideas=3, askers=12, told=11))
    assert "4 new · 3 shipped (Gift wrap, A longer strap and 1 other) · 11 of 12 askers told · 1 declined" in words
    assert "most asked for: I-9 No label, twice" in words
    assert "Ideas   " not in said()
    once = IdeaNews(1, {}, (), (), (NamedIdea(9, "No label", "new", 1),))
    assert "most asked" not in said(ideas=once)


def test_handovers_refusals_and_silence_are_told() -> None:
    tally = replace(TALLY, several=15, handovers=1, bounces=1, passed={("legal", "sales"): 1})
    words = said(tally, replace(TALLY, several=12))
    assert "two or more departments on *25 %* (▲ 5) of what was touched" in words
    assert "most passed: Legal → Sales, once · 1 pass declined" in words
    assert "5 outcomes written · 2 not yet · ⚠️ *1 refused by the CRM*" in said(recorded=Recorded(5, 2, {"failed": 1}))


def _story(kind: Kind, **worth: object) -> Story:
    of = Worth(12, **worth)  # type: ignore[arg-type]
    return Story(kind, Candidate(of, replace(m.RESOLVED, number=12), "Maya", "the strap broke"))


@pytest.mark.parametrize(
    ("story", "why"),
    [
        (_story("changed", changed=True), "Changed something · Fixed, changed: carrier switched back"),
        (_story("changed", changed=True, asked=4), "Changed something, and 4 others ask for the same"),
        (_story("together", departments=3), "3 departments worked on it ·"),
        (_story("together", departments=3, differing=True), "3 departments worked on it and saw it differently"),
        (_story("crowd", crowd=41), "41 others say the same"),
        (_story("won", angry=4), "Angry in B-4, content now"),
    ],
)
def test_a_story_says_why_it_is_worth_reading(story: Story, why: str) -> None:
    words = said(stories=(story,))
    assert why in words
    assert "*B-12* · Maya on Mastodon · “the strap broke”" in words


def test_a_story_says_what_the_company_did_or_where_it_lies() -> None:
    def done(**changes: object) -> str:
        conversation = replace(m.RESOLVED, **changes)  # type: ignore[arg-type]
        return said(stories=(Story("crowd", Candidate(Worth(12, crowd=5), conversation, "Maya", "x")),))

    assert "Answered, nothing changed" in done(outcome=Outcome(OutcomeKind.ANSWERED, "to know", "nothing"))
    assert "Ana is on it" in done(state=m.HELD.state, baton=m.HELD.baton, outcome=None)
    assert "on the floor" in done(state=m.FLOOR.state, outcome=None, first_human_at=None)


def test_at_most_three_views_that_differ_are_quoted() -> None:
    views = Views(9, 7, tuple(Differing(n, {"support": "left", "legal": "right"}) for n in range(1, 6)))
    words = said(views=views)
    assert "B-3  Support “left” · Legal “right”" in words
    assert "B-4" not in words
    assert "and 4 more" in words


def test_each_unheard_conversation_can_be_claimed_and_each_story_shown() -> None:
    unheard = tuple(Unheard(replace(m.FLOOR, number=n), "Maya", "the strap") for n in range(1, 6))
    card = digest_card(measured(unheard=unheard, stories=(_story("won", angry=4),)), m.CONFIG)
    pressed = [(b.command, b.args["conversation"]) for b in buttons_of(card) if "conversation" in b.args]
    assert pressed == [("show", "B-12"), *(("claim", f"B-{n}") for n in range(1, 6))]
    assert "Nobody has heard these 5" in plain(card)


def test_the_details_are_of_the_window_that_the_digest_shows() -> None:
    weeks = {
        button.args["week"] for button in buttons_of(digest_card(measured(), m.CONFIG)) if button.command == "measures"
    }
    assert weeks == {"2026-W47"}


LONG = "Müllerstraßenübergrößenträger & Söhne <b> *very* “long” words "


def overfull() -> Measured:
    """Everything that can be named is, as long as it may be, in the longest words."""
    week = made_up_measures()
    words = (LONG * 40)[:2000]
    c = replace(m.RESOLVED, number=123_456, outcome=Outcome(OutcomeKind.NO_ACTION, words, words))
    worth = Worth(123_456, changed=True, asked=12_345, departments=7, differing=True, crowd=12_345, angry=123_455)
    views = dict.fromkeys(m.CONFIG.departments, words)
    since = datetime(2026, 11, 17, 8, tzinfo=UTC)
    huge = replace(week.digest.tally, heard=1_234_567, touched=1_200_000, changed=345_678, bounces=12_345)
    row = Row(words, 123_456, 120_000, 0.52, 0.1, 60_000.0, 0.31, volume_shifted=True, mood_shifted=True)
    return replace(
        week,
        digest=replace(
            week.digest,
            tally=huge,
            unheard=tuple(Unheard(replace(m.FLOOR, number=123_456 + n), words, words, 1_234_567) for n in range(5)),
            failures=tuple(Failure(words, words, since) for _ in range(9)),
        ),
        shifts=Shifts(row, (row,) * 9, (row,) * 30),
        stories=tuple(Story(kind, Candidate(worth, c, words, words)) for kind in KINDS[:3]),
        views=Views(1000, 500, tuple(Differing(123_456, views) for _ in range(5))),
        ideas=IdeaNews(99, {"shipped": 40, "declined": 20}, tuple(NamedIdea(n, words, "shipped") for n in range(5)), (), (NamedIdea(1, words, "new", 9999),)),
        departments={key: replace(week.departments["legal"]) for key in m.CONFIG.departments},
        weeks=tuple(replace(each, heard=1_234_567, touched=1_200_000, changed=345_678) for each in week.weeks),
    )  # fmt: skip


def is_whole(card: Card) -> None:
    """Nothing of it is cut on either platform."""
    made = message(card, Spelling({}))
    assert len(made["blocks"]) <= MESSAGE_BLOCKS
    assert sum(map(size_on_slack, made["blocks"])) <= MESSAGE_SIZE
    assert "cut short" not in json.dumps(made)
    on_teams = adaptive(card, TeamsSpelling({}), acts=frozenset(), dialogs=True)
    assert len(json.dumps(on_teams)) <= TEAMS_MESSAGE
    assert "cut short" not in json.dumps(on_teams)


@pytest.mark.parametrize("week", [made_up_measures(), quiet_measures(), overfull()], ids=["usual", "quiet", "overfull"])
def test_it_fits_a_message_on_both_platforms(week: Measured) -> None:
    is_whole(digest_card(week, m.CONFIG))


def test_the_numbers_come_before_anything_that_is_named() -> None:
    blocks = digest_card(made_up_measures(), m.CONFIG).blocks
    first_button = next(at for at, block in enumerate(blocks) if isinstance(block, Paragraph) and block.beside)
    assert first_button <= 6
