"""The details behind the digest: each part over the digest's own window, with ways to the others, and for its reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import Block, Chart, Paragraph, text
from bot.domain.company_measures import Leaning, Sides
from bot.domain.measured import Measured
from bot.views import PARTS, Seen, digest_card, measures_card, part_of
from bot.views import made_up as m
from bot.views.examples.digests import MONDAY, made_up_measures, quiet_measures
from bot.views.measure_part import Part
from tests.bot.views.plain import plain
from tests.bot.views.test_digest import is_whole, overfull
from tests.bot.views.test_examples import buttons_of

KEYS = [part.key for part in PARTS]


def seen(measured: Measured | None = None, hidden: frozenset[str] = frozenset()) -> Seen:
    return Seen(measured or made_up_measures(), m.CONFIG, hidden, MONDAY)


def shown(key: str, measured: Measured | None = None, hidden: frozenset[str] = frozenset()) -> str:
    return plain(measures_card(part_of(key), seen(measured, hidden)))


@pytest.mark.parametrize("key", KEYS)
def test_every_part_leads_to_all_others_and_back_over_the_same_window(key: str) -> None:
    card = measures_card(part_of(key), seen())
    ways = [(b.command, b.args) for b in buttons_of(card) if b.command in {"measures", "digest"}]
    assert ways[0] == ("digest", {"when": "2026-W47"})
    others = [args for command, args in ways if command == "measures"]
    assert {args["week"] for args in others} == {"2026-W47"}
    assert sorted(args["part"] for args in others) == sorted(set(KEYS) - {key})


def test_the_digest_leads_to_every_part() -> None:
    card = digest_card(made_up_measures(), m.CONFIG)
    assert [b.args["part"] for b in buttons_of(card) if b.command == "measures"] == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_every_part_names_its_window_and_its_zone(key: str) -> None:
    assert "16 to 22 Nov, Europe/Paris" in shown(key)
    assert "so far" not in shown(key)
    during = replace(seen(), now=made_up_measures().digest.window.end - timedelta(hours=1))
    assert "· so far" in plain(measures_card(part_of(key), during))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("week", [made_up_measures(), quiet_measures(), overfull()], ids=["usual", "quiet", "overfull"])
def test_every_part_fits_a_message_on_both_platforms(key: str, week: Measured) -> None:
    is_whole(measures_card(part_of(key), seen(week)))


@pytest.mark.parametrize("key", KEYS)
def test_charts_say_in_words_what_they_show(key: str) -> None:
    charts = [block for block in measures_card(part_of(key), seen()).blocks if isinstance(block, Chart)]
    for chart in charts:
        assert len(chart.alt) > 20
        assert all(len(series.values) == len(chart.labels) for series in chart.series)
    assert charts or key not in {"times", "mood", "networks", "together"}


def test_an_unknown_part_is_the_first_one() -> None:
    assert part_of("nonsense") is PARTS[0]


def test_of_a_week_without_conversations_there_is_nothing_to_show() -> None:
    assert "There is nothing to show of this time." in shown("mood", quiet_measures())


def test_customers_are_named_only_as_the_reader_may_see_them() -> None:
    by_address = Leaning("c-1", "maya@mail.example", 3, 0)
    week = replace(made_up_measures(), sides=Sides(1, 1, (by_address,), (by_address,)))
    assert "maya@mail.example" in shown("customers", week)
    assert "maya@mail.example" not in shown("customers", week, frozenset({"email"}))
    assert "Somebody · 3 positive, 0 negative" in shown("customers", week, frozenset({"email"}))
    hidden = shown("customers", week, frozenset({"conversations"}))
    assert "[ Customer ]" not in hidden
    assert "nobody is named" in hidden


def test_times_are_told_by_the_clock_and_in_business_hours() -> None:
    assert "business hours" not in shown("times")
    company = m.CONFIG.company.model_copy(update={"hours": "Mon-Fri 09:00-17:00"})
    open_at_times = replace(seen(), config=m.CONFIG.model_copy(update={"company": company}))
    words = " ".join(plain(measures_card(part_of("times"), open_at_times)).split())
    assert "Median, business hours 18 min (▼ 7 min)" in words
    assert "Nine in ten, by the clock 9 h 20 (▼ 4 h)" in words


def test_a_part_with_data_of_its_own_is_one_function_and_one_line() -> None:
    def blocks(of: Seen) -> tuple[Block, ...]:
        return (Paragraph(text(f"{of.more}")),)

    part = Part("extra", "Extra", blocks)
    assert part.blocks(replace(seen(), more="42")) == (Paragraph(("42",)),)
