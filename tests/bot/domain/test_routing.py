"""Rules that say where a conversation is shown and whom it is suggested to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.routing import Case, Reason, RouteRule, route
from tests.bot.domain.readings import reading

CASE = Case(
    "mastodon",
    urgent=True,
    departments=("logistics",),
    reading=reading(language="de", mood="negative", topics="delivery #trailx", intents="complaint"),
    regions=("Bavaria", "DE"),
    tier="Gold",
)


@pytest.mark.parametrize(
    ("rule", "reasons"),
    [
        (RouteRule(), ()),
        (RouteRule(networks=("x", "mastodon")), (Reason("network", "mastodon"),)),
        (RouteRule(languages=("de",)), (Reason("language", "de"),)),
        (RouteRule(topics=("delivery", "price")), (Reason("topic", "delivery"),)),
        (RouteRule(topics=("#TrailX",)), (Reason("topic", "#trailx"),)),
        (RouteRule(intents=("complaint",)), (Reason("intent", "complaint"),)),
        (RouteRule(sentiments=("negative",)), (Reason("sentiment", "negative"),)),
        (RouteRule(regions=("bavaria",)), (Reason("region", "Bavaria"),)),
        (RouteRule(tiers=("gold", "platinum")), (Reason("tier", "Gold"),)),
        (RouteRule(departments=("logistics", "legal")), (Reason("department", "logistics"),)),
        (RouteRule(urgent=True), (Reason("urgent", "urgent"),)),
        (RouteRule(crisis=False), ()),
        (RouteRule(languages=("de",), urgent=True), (Reason("language", "de"), Reason("urgent", "urgent"))),
    ],
)
def test_a_rule_that_holds_says_what_fits(rule: RouteRule, reasons: tuple[Reason, ...]) -> None:
    assert rule.reasons(CASE) == reasons


@pytest.mark.parametrize(
    "rule",
    [
        RouteRule(networks=("x",)),
        RouteRule(languages=("en",)),
        RouteRule(topics=("price",)),
        RouteRule(intents=("praise",)),
        RouteRule(sentiments=("positive", "neutral")),
        RouteRule(regions=("FR",)),
        RouteRule(tiers=("silver",)),
        RouteRule(departments=("legal",)),
        RouteRule(urgent=False),
        RouteRule(crisis=True),
        RouteRule(languages=("de",), topics=("price",)),
    ],
)
def test_a_rule_holds_only_when_all_its_conditions_do(rule: RouteRule) -> None:
    assert rule.reasons(CASE) is None


def test_what_triage_is_unsure_of_fulfils_no_condition() -> None:
    unsure = replace(CASE, reading=reading(sure=0.4, mood="negative", topics="delivery", intents="complaint"))
    for rule in (
        RouteRule(topics=("delivery",)),
        RouteRule(intents=("complaint",)),
        RouteRule(sentiments=("negative",)),
    ):
        assert rule.reasons(unsure) is None


def test_the_language_is_the_best_guess_however_sure() -> None:
    assert RouteRule(languages=("de",)).reasons(replace(CASE, reading=reading(sure=0.2, language="de"))) is not None


def test_without_a_reading_or_a_record_rules_on_them_do_not_hold() -> None:
    bare = Case("mastodon")
    for rule in (RouteRule(languages=("de",)), RouteRule(topics=("delivery",)), RouteRule(tiers=("gold",))):
        assert rule.reasons(bare) is None


def test_every_rule_that_holds_adds_its_surfaces_and_departments_once() -> None:
    rules = (
        RouteRule("all", surfaces=("floor",)),
        RouteRule("german", surfaces=("floor", "dach"), suggest=("support",), languages=("de",)),
        RouteRule("other", surfaces=("elsewhere",), networks=("x",)),
        RouteRule("gold", suggest=("sales", "support"), tiers=("gold",)),
    )
    routed = route(rules, CASE)
    assert routed.surfaces == ("floor", "dach")
    assert routed.departments == ("support", "sales")
    assert [fit.rule.name for fit in routed.fits] == ["all", "german", "gold"]
