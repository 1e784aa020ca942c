"""`digest` prints the measures of a week for programs, and says which week it means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from bot.errors import UserError
from handlers.admin.digest import window_of
from handlers.polling import key_of
from tests.fakes.clock import SystemClock
from tests.handlers.admin.commands import Installed

PARIS = Config.model_validate({"company": {"timezone": "Europe/Paris", "hours": "Mon-Fri 09:00-17:00"}})
KEYS = ("window", "heard", "touched", "changed", "unheard", "sentiment", "ideas", "outcomes", "failures")


class Monday(SystemClock):
    """Stands on a Monday morning."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 7, tzinfo=UTC)


def installed(folder: Path) -> Installed:
    return Installed(folder, config=PARIS, clock=Monday())


async def printed(of: Installed, *words: str) -> dict[str, Any]:
    result = await of.run("digest", *words)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


async def test_the_keys_that_programs_rely_on_are_there(tmp_path: Path) -> None:
    of = installed(tmp_path)
    empty = await printed(of)
    assert set(KEYS) <= empty.keys()
    assert empty["heard"]["count"] == 0
    assert (await of.run("seed", "--conversations", "900", "--weeks", "8")).exit_code == 0
    found = await printed(of, "--format", "json")
    assert set(KEYS) <= found.keys()
    assert found["heard"]["count"] == sum(found["heard"]["days"]) > 20
    assert found["heard"]["count"] >= found["touched"]["count"] >= found["changed"]["count"]
    assert found["unheard"]["count"] == found["heard"]["count"] - found["touched"]["count"]
    assert len(found["unheard"]["best"]) == 5
    assert sum(row["heard"] for row in found["sentiment"]["networks"]) == found["heard"]["count"]
    assert found["outcomes"]["written"] == found["outcomes"]["resolved"]
    times = found["times"]["first_human"]["now"]
    assert times["business_median_seconds"] < times["median_seconds"] <= times["p90_seconds"]


async def test_a_source_that_fails_is_named_as_failing(tmp_path: Path) -> None:
    of = installed(tmp_path)
    async with of.storage() as storage, storage.writing() as uow:
        await uow.set_setting(key_of("demo"), '{"failures": 3, "error": "HTTP 500"}')
    failures = (await printed(of))["failures"]
    assert [failure["what"] for failure in failures] == ["Source demo"]
    assert failures[0]["why"] == "HTTP 500"


@pytest.mark.parametrize(
    ("week", "start", "end"),
    [
        ("", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026-W47", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026W13", "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"),
        ("2026-w43", "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
    ],
)
def test_a_week_goes_from_monday_to_sunday_in_the_company_s_zone(
    tmp_path: Path, week: str, start: str, end: str
) -> None:
    window = window_of(week, installed(tmp_path))
    assert (window.start, window.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert window.timezone == "Europe/Paris"


@pytest.mark.parametrize("week", ["47", "2026-47", "2025-W53", "2026-W00", "last"])
def test_what_is_no_week_is_said_to_be_none(tmp_path: Path, week: str) -> None:
    with pytest.raises(UserError, match="no week"):
        window_of(week, installed(tmp_path))
