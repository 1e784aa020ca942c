"""What tests of Baton on Teams begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.teams.floor import TeamsFloor, teams_floor
from tests.fakes.clock import SetClock


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[TeamsFloor]:
    """Three colleagues in a channel, nothing on the floor."""
    async with teams_floor(tmp_path, SetClock()) as opened:
        yield opened
