"""docs/measures.md explains every measure that is counted, and every rung with its thresholds."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.company_measures import Movement, Recorded, Sides, Views
from bot.domain.maturity import RUNGS, maturity
from bot.domain.measures import Tally
from bot.domain.shifts import FEWEST, LEVEL, REFERENCE_WEEKS, Row
from bot.domain.timing import STEPS, Timing
from handlers.admin import SUBCOMMANDS
from tests.fakes.clock import SystemClock
from tests.handlers.admin.commands import Installed

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")

_CALLED = {
    # How fields are called on the page where that is not their own name.
    "to_outcome": "outcome",
    "outcomes": "outcomes.resolved",
    "days": "heard.days",
    "crm": "outcomes.crm",
    "written": "outcomes.written",
    "missing": "outcomes.missing",
    "moved": "movement.moved",
    "stayed": "movement.stayed",
    "new": "movement.new",
    "differing": "perspectives.differing",
    "resolved": "outcomes.resolved",
    "median": "median_seconds",
    "p90": "p90_seconds",
    "business_median": "business_median_seconds",
    "business_p90": "business_p90_seconds",
}
_NAMED = {"name", "named", "best", "worst"}
"""Examples and names, which are no measures."""


@pytest.mark.parametrize("part", [Tally, Timing, Row, Movement, Sides, Views, Recorded])
def test_every_measure_is_named(part: type) -> None:
    names = [field.name for field in fields(part) if field.name not in _NAMED]
    missing = [name for name in names if f"`{_CALLED.get(name, name)}`" not in PAGE]
    assert missing == []


def test_every_step_is_named() -> None:
    assert [step for step in STEPS if f"| `{step}` |" not in PAGE] == []


class Standing(SystemClock):
    """Stands still."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 7, tzinfo=UTC)


async def test_every_key_of_the_printed_digest_is_named(tmp_path: Path) -> None:
    result = await Installed(tmp_path, clock=Standing()).run("digest")
    printed = json.loads(result.stdout)
    inner = [key for part in ("movement", "collaboration", "perspectives", "outcomes") for key in printed[part]]
    told = (
        "several",
        "handovers",
        "bounces",
        "departments",
        "silent",
        "several_share",
        "named",
        "by_department",
        "passed",
    )
    missing = [key for key in printed if f"`{key}`" not in PAGE and f"`{key}." not in PAGE and key not in _IN_HEADINGS]
    assert missing == []
    assert [key for key in inner if key not in told and f".{key}`" not in PAGE] == []
    assert [key for key in told if f"`{key}`" not in PAGE and f"`{key}" not in PAGE] == []


_IN_HEADINGS = {"customers", "collaboration"}
"""Keys that only hold others: their parts are named under a heading of their own."""


def test_rungs_and_the_numbers_of_the_test_are_as_in_the_code() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert [row.split("|")[1].strip() for row in rows] == [f"{at} {name}" for at, name in enumerate(RUNGS) if at]
    for criterion in maturity(Tally(), {}, (), (0, 0)).criteria:
        if criterion.unit == "%":
            needed = "half" if criterion.needed == 50 else f"{criterion.needed} %"
            assert needed in rows[criterion.rung - 1]
    assert f"level of {LEVEL:.0%}".replace("%", " %") in PAGE
    assert f"less than {FEWEST} of each" in PAGE
    assert REFERENCE_WEEKS == 4
    assert "four weeks before" in PAGE


def test_the_command_that_prints_them_is_there() -> None:
    assert "digest" in SUBCOMMANDS
