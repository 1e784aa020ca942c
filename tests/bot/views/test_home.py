"""The home page: what is mine to do, what needs my approval, the floor, the week with its change, and what leaders see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.cards import Chart, Header
from bot.domain.answer import Answer, AnswerState
from bot.domain.conversation import Conversation, PassRequest
from bot.domain.measures import Tally
from bot.domain.people import Person, PersonRef
from bot.ports import Asking, IdeaLine, Line
from bot.slack.limits import VIEW_BLOCKS
from bot.slack.render import home
from bot.slack.spans import Spelling
from bot.teams.render import adaptive
from bot.teams.spans import Spelling as TeamsSpelling
from bot.views import Desk, Glance, home_card
from bot.views import made_up as m
from bot.views.examples.digests import made_up_measures
from bot.views.examples.homes import QUIET, WEEK
from bot.views.examples.ideas import IDEA
from bot.views.idea_lists import my_ideas
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of

LINES = tuple(Line(replace(m.FLOOR, number=n), "Maya Okafor", "the strap broke") for n in range(1, 11))


def said(desk: Desk, me: Person = m.ANA_HERSELF, week: Glance = QUIET) -> str:
    return plain(home_card(me, desk, week, m.CONFIG, now=m.NOW))


def test_it_says_the_time_left() -> None:
    mine = Desk((Line(m.HELD, "Maya", "x"),), 1)

    def at(minutes: int) -> str:
        return plain(home_card(m.ANA_HERSELF, mine, QUIET, m.CONFIG, now=m.LEASE.until + timedelta(minutes=minutes)))

    assert "until 10:32 · 5 min left" in at(-5)
    assert "its time is over" in at(5)


def test_it_offers_the_rest_of_my_batons() -> None:
    line = Line(m.HELD, "Maya", "x")
    assert "[ All 9 ](list which=mine)" in said(Desk((line,), 9))
    assert "All 1" not in said(Desk((line,), 1))


def _asked(answer: Answer | None, request: PassRequest | None) -> Desk:
    return Desk(asked=(Line(replace(m.HELD, answer=answer, pass_request=request), "Maya", "x"),))


TO_ME = PassRequest(m.BEN, "this box?", m.NOW, to_department="support")
TO_OTHERS = replace(TO_ME, to_department="legal")
MINE = replace(m.ANSWER, by=m.BEN, state=AnswerState.ASKED, needs=("support", "legal"))
OTHERS = replace(MINE, needs=("legal",))


def test_it_offers_to_decide_only_what_is_asked_of_the_reader() -> None:
    def verbs(answer: Answer | None, request: PassRequest | None) -> list[str]:
        card = home_card(m.ANA_HERSELF, _asked(answer, request), QUIET, m.CONFIG, now=m.NOW)
        return [b.command for b in buttons_of(card) if b.command in {"approve", "reject", "accept", "decline"}]

    assert verbs(None, TO_ME) == verbs(OTHERS, TO_ME) == ["accept", "decline"]
    assert verbs(MINE, None) == verbs(MINE, TO_OTHERS) == ["approve", "reject"]
    assert verbs(MINE, TO_ME) == ["approve", "reject", "accept", "decline"]


def test_what_needs_my_approval_stands_apart_with_its_words() -> None:
    words = said(_asked(MINE, None))
    assert "# Needs my approval" in words
    assert f"┃ {MINE.text}" in words
    assert "Nothing is asked of you." in words
    assert "Needs my approval" not in said(_asked(None, TO_ME))


def test_it_offers_the_rest_of_the_floor_only_when_there_is_more() -> None:
    def labels(total: int) -> list[str]:
        card = home_card(m.ANA_HERSELF, Desk(floor=LINES[:5], floor_total=total), QUIET, m.CONFIG, now=m.NOW)
        return [button.label for button in buttons_of(card)]

    assert "All 12" in labels(12)
    assert not [label for label in labels(5) if label.startswith("All")]


def test_what_was_suggested_to_ones_own_department_comes_before_the_rest_of_the_floor() -> None:
    desk = Desk(own_floor=LINES[:2], own_floor_total=4, floor=LINES[2:5], floor_total=12)
    shown = said(desk)
    assert "# On the floor for Support: 4" in shown
    assert "For others: 8" in shown
    assert "[ All 12 ]" in shown
    assert "On the floor for" not in said(desk, replace(m.ANA_HERSELF, department=None))


def test_it_asks_for_a_department_only_from_those_who_have_none() -> None:
    def of(department: str | None) -> str:
        return said(Desk(), replace(m.ANA_HERSELF, department=department))

    assert "I do not know your department" in of(None)
    assert "You are Ana (Support)." in of("support")


def test_the_week_is_told_with_its_change() -> None:
    now = Tally(heard=12, touched=6, changed=1, first_human=timedelta(minutes=18))
    before = Tally(heard=10, touched=6, changed=0, first_human=timedelta(minutes=25))
    words = [" ".join(line.split()) for line in said(Desk(), week=Glance(WEEK, now, before)).splitlines()]
    assert "Heard 12 (▲ 2)" in words
    assert "Touched 6 (as before)" in words
    assert "Changed something 1 (▲ 1)" in words
    assert "First human after 18 min (▼ 7 min)" in words
    assert "First human after nobody has yet" in " ".join(said(Desk()).split())


def _leading() -> Glance:
    week = made_up_measures()
    return Glance(week.digest.window, week.digest.tally, week.digest.before, week.weeks)


def test_who_leads_sees_the_last_week_with_the_ways_into_its_parts() -> None:
    card = home_card(m.ANA_HERSELF, Desk(), QUIET, m.CONFIG, now=m.NOW, management=_leading())
    assert "Heard by no one *38 %* (▼ 6)" in plain(card)
    assert [block.title for block in card.blocks if isinstance(block, Chart)] == ["The last 8 weeks"]
    assert {b.args["week"] for b in buttons_of(card) if b.command == "measures"} == {"2026-W47"}
    others = home_card(m.ANA_HERSELF, Desk(), QUIET, m.CONFIG, now=m.NOW)
    assert "Last week" not in [block.text for block in others.blocks if isinstance(block, Header)]


def _fullest() -> Desk:
    """As much of everything as the command gives, in long words."""
    words = "Müllerstraßenübergrößenträger & Söhne " * 20
    answer = replace(MINE, text=words)
    held: Conversation = replace(m.HELD, pass_request=TO_OTHERS)
    busy = Line(replace(m.HELD, answer=answer, pass_request=TO_ME), words, words)
    ideas = [IdeaLine(replace(IDEA, title=words), Asking(9, 9))] * 5
    asked = replace(
        IDEA, pass_request=PassRequest(PersonRef("p", "Ben", "product"), words, m.NOW, to_department="support")
    )
    return Desk(
        mine=[Line(held, words, words)] * 8,
        mine_total=40,
        asked=[busy] * 8,
        floor=[Line(m.FLOOR, words, words)] * 5,
        floor_total=999,
        ideas=my_ideas(ideas, [IdeaLine(asked, Asking(9, 9))] * 5, m.CONFIG, now=m.NOW),
    )


def test_the_fullest_page_fits_both_platforms() -> None:
    card = home_card(m.ANA_HERSELF, _fullest(), QUIET, m.CONFIG, now=m.NOW, management=_leading())
    view = home(card, Spelling({}))
    assert len(view["blocks"]) <= VIEW_BLOCKS
    assert "cut short" not in str(view)
    on_teams = adaptive(card, TeamsSpelling({}), acts=frozenset(), dialogs=True)
    assert "cut short" not in str(on_teams)
