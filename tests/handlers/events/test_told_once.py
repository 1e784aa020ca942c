"""Who is on several platforms is told once: where they last acted, or where they can be reached at all."""

from __future__ import annotations

import pytest

from bot.commands import Origin
from bot.config import Config
from bot.errors import ClosedError
from bot.ports import Account, Profile
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.fakes.platform import FakePlatform
from tests.handlers.company import Company, staffed


@pytest.fixture
async def company(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """B-1 is with Ana, who is on Slack and on Teams."""
    made = Company(storage, clock, staffed(config))
    made.platforms["teams"] = FakePlatform(clock, "teams")
    await made.staff()
    await made.directory.meet(Profile(Account("teams", "T2", "ana"), "Ana Lima", "ana", email="ana@acme.example"))
    await made.opened("the box was crushed")
    return made


def told(company: Company) -> tuple[int, int]:
    """How often Ana was written to on Slack, on Teams."""
    found = []
    for name in ("slack", "teams"):
        platform = company.platforms[name]
        assert isinstance(platform, FakePlatform)
        found.append(len(platform.shown_in("D-ana")))
    return found[0], found[1]


async def claim(company: Company, platform: str, team: str) -> None:
    await company.dispatcher.run_text(company.people["ana"], "claim B-1", Origin(platform, team, "C-floor"))
    await company.work()


async def test_on_the_platform_where_they_acted_last(company: Company) -> None:
    await claim(company, "teams", "T2")
    await company.later(hours=3, minutes=30)
    assert told(company) == (0, 1)


async def test_on_the_other_one_where_that_is_not_connected(company: Company) -> None:
    await claim(company, "teams", "T2")
    del company.platforms["teams"]
    await company.later(hours=3, minutes=30)
    company.platforms["teams"] = FakePlatform(company.clock, "teams")
    assert told(company) == (1, 0)


async def test_on_the_other_one_where_they_cannot_be_reached_there(company: Company) -> None:
    await claim(company, "teams", "T2")
    platform = company.platforms["teams"]
    assert isinstance(platform, FakePlatform)
    await company.work()
    platform.failures.append(ClosedError("they have removed the app"))
    await company.later(hours=3, minutes=30)
    assert told(company) == (1, 0)
