"""Timers outlive the bot: leases are warned of and end, and what lies too long is raised, though the bot dies in between."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.e2e.demo import ROOT, Demo
from tests.e2e.front_door import written
from tests.e2e.people import words_of
from tests.e2e.playground_page.window import word
from tests.e2e.waiting import until

SHORT = """
[policies]
lease = "24s"
lease_urgent = "24s"
overdue = ["4s", "8s", "12s"]
overdue_urgent = ["4s", "8s", "12s"]
"""


def config_with(policies: str, path: Path) -> Path:
    """The demo's company with other times."""
    sample = (ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8")
    path.write_text(re.sub(r"\[policies\]\n(?:[^\[\n].*\n)+", policies.lstrip(), sample), "utf-8")
    return path


@pytest.mark.timeout(300)
def test_a_lease_is_warned_of_and_ends_and_the_floor_is_watched_though_the_bot_is_killed(tmp_path: Path) -> None:
    config = config_with(SHORT, tmp_path / "baton.toml")
    with Demo(tmp_path / "data", BATON_CONFIG=str(config)) as demo:
        people = demo.people
        held = demo.hear(written(f"This one is held {word()}", handle=word()))
        people.do("slash", "ana", channel="floor", text=f"/baton claim {held.ref}")
        left = demo.hear(written(f"This one lies there {word()}", handle=word()))
        demo.kill_bot()
        assert "ends at" in people.told("ana", f"Your time with {held.ref}", "then it goes back to the floor")
        os.kill(demo.bot_pid, signal.SIGKILL)
        assert "it is back on the floor" in people.told("ana", f"Your time with {held.ref} ended at")

        def card_is_back() -> bool:
            card = next(message for message in people.messages("ana") if message["ts"] == held.ts)
            return "back on the floor since" in words_of(card)

        until(card_is_back, "the card is back on the floor")
        for user, rung in (("ana", "lead"), ("elif", "coordinator"), ("leo", "sponsor")):
            people.told(user, left.ref, "has been on the floor too long", rung)
            said = [notice for notice in people.notices(user) if left.ref in notice and "too long" in notice]
            assert len(said) == 1, said
        warned = [notice for notice in people.notices("ana") if f"Your time with {held.ref}" in notice]
        assert len(warned) == 2, warned
        assert demo.complaints(killed=True) == []
