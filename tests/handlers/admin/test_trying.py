"""`sources try`: what a saved delivery would become, with nothing kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from bot.config import parse
from bot.errors import ConfigError, UserError
from tests.handlers.admin.commands import Installed

MAPPING = """
[sources.tool]
kind = "generic"
[sources.tool.mapping]
items = "posts"
url = "link"
text = "said"
posted_at = "at"
author_handle = "who"
kind = "_headers.\\"x-event\\""
"""


def post(**more: Any) -> dict[str, Any]:
    return {
        "link": "https://x.com/maya/status/18",
        "said": "Crushed again.",
        "at": "2026-11-22T09:15:00Z",
        "who": "maya",
        **more,
    }


async def tried(folder: Path, body: Any, *more: str, mapping: str = MAPPING) -> Result:
    (folder / "tool.toml").write_text(mapping)
    (folder / "delivery.json").write_text(body if isinstance(body, str) else json.dumps(body))
    return await Installed(folder).run(
        "sources", "try", str(folder / "tool.toml"), str(folder / "delivery.json"), *more
    )


async def test_each_post_is_shown_with_what_to_look_at(tmp_path: Path) -> None:
    said = await tried(
        tmp_path, {"posts": [post(mood="bad"), post(link="https://blog.example/a", who=None), post(at="soon")]}
    )
    assert said.exit_code == 0
    lines = [line for line in said.stdout.splitlines() if "[warning" not in line]
    assert lines[0].split() == ["kind", "network", "id", "author", "time", "via", "text"]
    assert lines[1].split() == ["created", "x", "18", "maya", "2026-11-22", "09:15", "tool", "Crushed", "again."]
    assert "    left over: mood" in lines
    assert any(line.startswith("    missing:") and "the author's name" in line for line in lines)
    assert "    not read: posted_at: 'soon' is no time" in lines
    assert lines[-1] == "2 read, 1 not"


async def test_the_same_for_programs(tmp_path: Path) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    said = await tried(tmp_path, {"posts": [post(at=later, said="<p>Flat</p>"), post(), post()]}, "--format", "json")
    first, second, _ = json.loads(said.stdout)
    assert (first["kind"], first["network"], first["external_id"], first["via"]) == ("created", "x", "18", "tool")
    assert first["author"] == {"handle": "maya"}
    assert {"it was written in the future", "its text holds HTML"} <= set(first["odd"])
    assert "another in this delivery has the same id" in second["odd"]


async def test_nothing_read_is_exit_code_1(tmp_path: Path) -> None:
    bodies: list[Any] = [{"posts": [post(at="soon")]}, {"other": []}, {"posts": []}, "no json"]
    for body in bodies:
        assert (await tried(tmp_path, body)).exit_code == 1


async def test_a_header_may_be_given(tmp_path: Path) -> None:
    said = await tried(tmp_path, {"posts": [post()]}, "--header", "X-Event: deleted", "--format", "json")
    assert [each["kind"] for each in json.loads(said.stdout)] == ["deleted"]
    assert isinstance((await tried(tmp_path, {"posts": [post()]}, "--header", "deleted")).exception, UserError)


async def test_a_source_in_the_configuration_is_tried_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "delivery.json").write_text(json.dumps({"posts": [post()]}))
    installed = Installed(tmp_path, config=parse(MAPPING))
    said = await installed.run("sources", "try", "tool", str(tmp_path / "delivery.json"))
    assert said.exit_code == 0
    assert "1 read, 0 not" in said.stdout


async def test_what_customers_wrote_gives_the_terminal_no_commands(tmp_path: Path) -> None:
    said = await tried(tmp_path, {"posts": [post(said="\\u001b[31mred\\nline", who="a\\u0007b", **{"x\\u001b": 1})]})
    assert "\\x1b" not in said.stdout
    assert "\\x07" not in said.stdout


async def test_what_is_not_there_or_not_one_source_is_said(tmp_path: Path) -> None:
    assert isinstance((await Installed(tmp_path).run("sources", "try", "nobody", "x.json")).exception, UserError)
    assert isinstance(
        (await tried(tmp_path, {}, mapping=MAPPING.replace("[sources.tool]", "[sources.a]\n[sources.tool]"))).exception,
        UserError,
    )
    mended = await tried(tmp_path, {"posts": []}, mapping=MAPPING.replace('"said"', '"a..b"'))
    assert isinstance(mended.exception, ConfigError)
    assert "tool.toml, line 7, sources.tool.mapping.text" in str(mended.exception)


@pytest.mark.parametrize("name", ["tool.toml"])
async def test_a_delivery_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(MAPPING)
    said = await Installed(tmp_path).run("sources", "try", str(tmp_path / name), str(tmp_path / "none.json"))
    assert isinstance(said.exception, UserError)
