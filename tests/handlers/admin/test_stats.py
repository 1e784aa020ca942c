"""`stats` prints what there is, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from tests.handlers.admin.commands import Bot, Installed


async def test_an_empty_installation_has_nothing_of_everything(tmp_path: Path) -> None:
    result = await Installed(tmp_path).run("stats", "--format", "json")
    assert json.loads(result.stdout) == {
        "posts": {"total": 0, "by_network": {}},
        "conversations": {"total": 0, "by_state": {}},
        "customers": 0,
        "cards": 0,
        "outbox_pending": 0,
        "outbox_dead": 0,
    }


async def test_text_is_for_people(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    file = tmp_path / "posts.csv"
    file.write_text("id,text\n1,one\n2,two\n")
    async with Bot(installed).running():
        await installed.run("replay", str(file), "--source", "demo")
    result = await installed.run("stats")
    assert [line.split() for line in result.stdout.splitlines()[:2]] == [["posts", "2"], ["demo", "2"]]
