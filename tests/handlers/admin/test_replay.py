"""A file goes through the signed front door: each row once, whatever is stopped on the way."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import Config, Source
from bot.domain.post import Post
from bot.errors import ConfigError, PermanentError, UserError
from handlers.admin.replay import network_name, posts
from tests.handlers.admin.commands import Bot, Installed

HEADER = "id,created_at,brand,author,text,sentiment\n"


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "data")


@pytest.fixture(autouse=True)
def folder(installed: Installed) -> None:
    installed.data_dir.mkdir()


def rows(count: int) -> str:
    return "".join(
        f"{n},2026-03-02 09:00:{n % 60:02} -0800,Acme,user_{n % 40},post {n},neutral\n" for n in range(count)
    )


def write(tmp_path: Path, content: str | bytes) -> str:
    path = tmp_path / "posts.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def told(out: str) -> dict[str, int]:
    # The front door of the same process may log before it.
    return {name: int(value) for name, value in (line.split() for line in out.splitlines()[-4:])}


async def test_every_row_becomes_a_post_and_only_the_result_is_printed(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(300))
    async with Bot(installed).running():
        result = await installed.run("replay", file, "--source", "demo", "--rate", "5000")
    assert result.exit_code == 0, result.output
    assert told(result.stdout) == {"sent": 300, "accepted": 300, "duplicates": 0, "refused": 0}
    assert await installed.texts() == {str(n): f"post {n}" for n in range(300)}


async def test_what_was_acknowledged_is_not_sent_again(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(20))
    bot = Bot(installed)
    async with bot.running():
        await installed.run("replay", file, "--source", "demo", "--rate", "1000")
        before = bot.deliveries
        again = await installed.run("replay", file, "--source", "demo", "--rate", "1000")
        assert bot.deliveries == before
        afresh = await installed.run("replay", file, "--source", "demo", "--rate", "1000", "--afresh")
    assert told(again.stdout) == {"sent": 20, "accepted": 20, "duplicates": 0, "refused": 0}
    assert "20 were answered for before" in again.stderr
    assert told(afresh.stdout) == {"sent": 20, "accepted": 0, "duplicates": 20, "refused": 0}


async def test_nothing_is_lost_or_doubled_when_the_bot_goes_down_on_the_way(
    installed: Installed, tmp_path: Path
) -> None:
    file = write(tmp_path, HEADER + rows(300))
    bot = Bot(installed)
    async with bot.running():
        pass
    replaying = asyncio.create_task(installed.run("replay", file, "--source", "demo", "--rate", "400"))
    for _ in range(3):
        await asyncio.sleep(0.3)
        async with bot.running():
            bot.lose_answers = 2
            await asyncio.sleep(0.35)
    async with bot.running():
        result = await replaying
    assert result.exit_code == 0, result.output
    tally = told(result.stdout)
    assert (tally["sent"], tally["refused"]) == (300, 0)
    assert tally["accepted"] + tally["duplicates"] == 300
    assert "Waiting for it; nothing is lost." in result.stderr
    assert len(await installed.texts()) == 300


async def test_a_row_that_is_refused_does_not_take_others_with_it(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(5) + "long,,Acme,tom," + "x" * 60_000 + ",\n" + "after,,Acme,tom,fine,\n")
    async with Bot(installed).running():
        result = await installed.run("replay", file, "--source", "demo", "--rate", "5000")
    assert told(result.stdout) == {"sent": 7, "accepted": 6, "duplicates": 0, "refused": 1}
    assert "Refused: 'long'" in result.stderr
    assert "after" in await installed.texts()


async def test_damaged_text_arrives_mended(installed: Installed, tmp_path: Path) -> None:
    content = (
        HEADER.encode()
        + b"1,,Acme,tom,half \xed\xa0\xbd nul \x00,\n2,,Acme,tom,caf\xe9,\n3,,Acme,tom,\xf0\x9f\x98\x80,\n"
    )
    async with Bot(installed).running():
        await installed.run("replay", write(tmp_path, content), "--source", "demo", "--rate", "1000")
    assert await installed.texts() == {"1": "half � nul �", "2": "café", "3": "😀"}


async def test_the_rate_is_kept(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(30))
    async with Bot(installed).running():
        started = asyncio.get_running_loop().time()
        await installed.run("replay", file, "--source", "demo", "--rate", "40")
        took = asyncio.get_running_loop().time() - started
    assert took >= 28 / 40


async def test_a_wrong_secret_stops_it_with_what_to_mend(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(3))
    async with Bot(installed).running():
        installed.environment = {"BATON_HOOK_SECRET": "whsec_d3Jvbmc="}
        result = await installed.run("replay", file, "--source", "demo")
        assert isinstance(result.exception, ConfigError)
        installed.environment = {}
        result = await installed.run("replay", file, "--source", "demo")
        assert isinstance(result.exception, ConfigError)
        assert "BATON_HOOK_SECRET" in str(result.exception)
    assert await installed.texts() == {}


async def test_an_unknown_source_or_file_is_said_so(installed: Installed, tmp_path: Path) -> None:
    file = write(tmp_path, HEADER + rows(3))
    result = await installed.run("replay", file, "--source", "nobody")
    assert isinstance(result.exception, UserError)
    assert result.exception.hint == "Use one of: demo."
    result = await installed.run("replay", str(tmp_path / "nowhere.csv"), "--source", "demo")
    assert isinstance(result.exception, UserError)
    installed.config = Config(
        sources={"demo": Source(secret_env="BATON_HOOK_SECRET"), "desk": Source(secret_env="BATON_HOOK_SECRET")}
    )
    async with Bot(installed).running():
        result = await installed.run("replay", file, "--source", "desk")
    assert isinstance(result.exception, PermanentError)


def test_a_row_as_a_post(tmp_path: Path) -> None:
    row = "7,2015-02-24 11:35:52 -0800,Virgin America,@user_1,Hello,neutral\n8,once upon a time,,,No date,\n"
    first, second = posts(Path(write(tmp_path, HEADER + row)), "x")
    post = Post.model_validate_json(json.dumps(first))
    assert post.key == ("x", "Virgin America", "7")
    assert post.author.handle == "user_1"
    assert post.posted_at == datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)
    assert post.raw == {"sentiment": "neutral"}
    assert second["author"] == {"handle": "unknown"}
    assert second["raw"]["created_at"] == "once upon a time"
    assert datetime.now(UTC).timestamp() - datetime.fromisoformat(second["posted_at"]).timestamp() < 60


@pytest.mark.parametrize(
    ("name", "network"), [("demo", "demo"), ("Our Desk!", "our-desk"), ("日本", "file"), ("-a.b_c-", "a.b_c")]
)
def test_network_names_are_made_fit(name: str, network: str) -> None:
    assert network_name(name) == network
