"""`[[campaigns]]` of baton.toml: what it may say, and how a mistake in it is told."""

from __future__ import annotations

import pytest

from bot.config import parse
from bot.errors import ConfigError


def said(text: str) -> tuple[str, str]:
    with pytest.raises(ConfigError) as told:
        parse(text)
    return told.value.message, told.value.hint


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('hashtags = ["two words"]', "“two words” is not a hashtag; write it like"),
        ('hashtags = ["#a", "#"]', "“#” is not a hashtag"),
        ('links = ["acme"]', "“acme” is not a page; write it like"),
        ('links = ["acme.example/spring?x=1"]', "without ? and #"),
        ('links = ["https://me@acme.example/"]', "is not a page"),
        ('accounts = ["@"]', "“@” is not an account"),
        ('from = "soon"', "“soon” is not a day; write it like 2026-11-20"),
        ("until = 2026-02-30T10:00:00", "not valid TOML"),
        ('hashtag = ["#a"]', "there is no such setting"),
    ],
)
def test_a_mistake_is_told_with_its_line(line: str, words: str) -> None:
    message, _ = said(f'[[campaigns]]\nname = "Spring"\n{line}\n')
    assert words in message
    assert "line 3" in message


def test_names_are_there_once_and_can_be_read() -> None:
    message, _ = said(
        '[[campaigns]]\nname = "Spring"\nhashtags = ["a"]\n[[campaigns]]\nname = "SPRING"\nhashtags = ["b"]\n'
    )
    assert "line 5, campaigns.name: there is a campaign “SPRING” already" in message
    assert "a line that people can read" in said('[[campaigns]]\nname = "\\u200b"\nhashtags = ["a"]\n')[0]


def test_a_campaign_that_everything_would_belong_to_is_refused() -> None:
    assert "say which posts belong to it" in said('[[campaigns]]\nname = "Spring"\n')[0]


def test_it_is_not_over_before_it_begins() -> None:
    message, _ = said('[[campaigns]]\nname = "Spring"\nfrom = 2026-11-20\nuntil = 2026-11-19\n')
    assert "line 4, campaigns.until: it would be over before it begins" in message
    assert parse('[[campaigns]]\nname = "One day"\nfrom = 2026-11-20\nuntil = 2026-11-20\n').campaign_rules


def test_a_route_names_only_campaigns_that_there_are() -> None:
    text = '[[campaigns]]\nname = "Spring"\nhashtags = ["a"]\n[[routes]]\ncampaigns = ["Spring", "Autumn"]\n'
    assert "line 5, routes.campaigns: “Autumn” is not among the campaigns" in said(text)[0]


def test_the_mend_names_the_setting_as_it_is_written() -> None:
    assert said('[[campaigns]]\nname = "Spring"\nfrom_ = 2026-11-20\n')[1] == "Did you mean `from`?"


def test_moments_without_a_zone_are_the_company_s() -> None:
    config = parse(
        '[company]\ntimezone = "Europe/Paris"\n'
        '[[campaigns]]\nname = "Show"\nfrom = 2026-07-01T09:00:00\nuntil = 2026-07-01T18:00:00+00:00\n'
    )
    (rule,) = config.campaign_rules
    assert rule.since is not None
    assert rule.until is not None
    assert (rule.since.isoformat(), rule.until.isoformat()) == (
        "2026-07-01T09:00:00+02:00",
        "2026-07-01T18:00:00+00:00",
    )
