"""`routes`: the rules as a table, and where each post of a file would go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.config import Config
from bot.errors import UserError
from tests.handlers.admin.commands import Installed

SETTINGS = {
    "surfaces": [
        {"name": "floor", "channel": "#floor"},
        {"name": "gold", "channel": "#gold"},
        {"name": "danger", "channel": "#danger"},
    ],
    "routes": [
        {"surfaces": ["floor"]},
        {"name": "our best", "surfaces": ["gold"], "tiers": ["gold"], "suggest": ["sales"]},
        {"name": "danger", "surfaces": ["danger"], "urgent": True, "networks": ["x"]},
    ],
}

POSTS = """text,network,tier
"My parcel arrived crushed, I want a refund",x,Gold
The tent caught fire!,x,
"just, saying hi",,
"""


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path, config=Config.model_validate(SETTINGS))


async def test_every_post_of_a_file_with_where_it_would_go_and_why(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(POSTS)
    result = await installed.run("routes", "test", str(file), "--json")
    assert result.exit_code == 0
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert (first["surfaces"], first["departments"][0]) == (["floor", "gold"], "sales")
    assert "Gold (route “our best”)" in first["why"]
    assert (second["surfaces"], second["routes"]) == (["floor", "danger"], ["without a name", "danger"])
    assert "caught fire" in second["why"]
    assert (third["row"], third["text"], third["surfaces"]) == (3, "just, saying hi", ["floor"])


async def test_for_people_it_ends_with_how_many_come_to_each_surface(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(POSTS + "\x1b[31mred words," + "x,\n")
    result = await installed.run("routes", "test", str(file))
    assert "→ floor, gold  because: delivery, refund · Gold (route “our best”)" in result.stdout
    assert result.stdout.split("4 posts\n")[1].split() == ["floor", "4", "gold", "1", "danger", "1"]
    assert "\x1b" not in result.stdout


async def test_another_column_and_a_network_for_all(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("Body\nit caught fire\n")
    result = await installed.run("routes", "test", str(file), "--text-column", "Body", "--network", "x", "--json")
    assert json.loads(result.stdout)["surfaces"] == ["floor", "danger"]
    missing = await installed.run("routes", "test", str(file))
    assert isinstance(missing.exception, UserError)
    assert "body" in missing.exception.hint


async def test_the_rules_as_a_table(installed: Installed) -> None:
    result = await installed.run("routes")
    assert [line.split("  ")[0] for line in result.stdout.splitlines()] == ["route", "route 1", "our best", "danger"]
    assert "urgent: yes" in result.stdout
    installed.config = Config()
    assert "every floor" in (await installed.run("routes")).stdout
