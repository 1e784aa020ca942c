"""What a post takes as it comes, so that nothing behind the front door stumbles over it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.domain.post import EARLIEST, LATEST, Author, Post

FITS_A_COLUMN = 2**63


def read(**more: object) -> Post:
    written = {
        "network": "mastodon",
        "external_id": "1",
        "author": {"handle": "maya"},
        "text": "hello",
        "posted_at": "2026-03-02T09:00:00Z",
    }
    return Post.model_validate(written | more)


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_the_first_day_of_the_calendar_becomes_one_that_every_zone_has(never: str) -> None:
    assert read(posted_at=never).posted_at == EARLIEST
    assert read(posted_at=never).posted_at.astimezone(ZoneInfo("Pacific/Honolulu")).year == 1969


@pytest.mark.parametrize("forever", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00"])
def test_so_does_the_last_one(forever: str) -> None:
    assert read(posted_at=forever, edited_at=forever).posted_at == LATEST


def test_any_other_time_stays_as_it_is() -> None:
    assert read().posted_at.isoformat() == "2026-03-02T09:00:00+00:00"


def test_no_count_is_too_great_to_be_kept() -> None:
    assert (Author.model_validate({"handle": "maya", "followers": 10**30}).followers or 0) < FITS_A_COLUMN
    counts = read(metrics={"likes": 10**400, "score": -(10**400), "shares": 3}).metrics
    assert -FITS_A_COLUMN < counts["score"] < 0 < counts["likes"] < FITS_A_COLUMN
    assert counts["shares"] == 3


def test_followers_are_not_fewer_than_none() -> None:
    with pytest.raises(ValidationError, match="followers"):
        Author.model_validate({"handle": "maya", "followers": -1})
