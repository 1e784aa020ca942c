"""`outbox list` and `outbox replay`: what could not be delivered, why, and trying it again."""

from __future__ import annotations

from pathlib import Path

from bot.errors import PermanentError
from bot.ports import Taken, Work
from tests.handlers.admin.commands import Installed
from tests.handlers.outbox import Hands


async def buried(installed: Installed, *names: str) -> None:
    """Work that was given up."""

    async def carry_out(taken: Taken) -> None:
        raise PermanentError(f"channel_not_found: {taken.work.payload['name']}")

    async with installed.storage() as storage:
        async with storage.writing() as uow:
            await uow.outbox.put(*(Work("card", {"name": name}) for name in names))
        await Hands(storage.database, {"card": carry_out}, installed.clock).drain()


async def test_dead_letters_are_listed_with_their_reason_newest_first(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await buried(installed, "one", "two")
    lines = (await installed.run("outbox", "list")).stdout.splitlines()
    assert lines[0] == "card: 2 dead"
    assert [line.split(": ", 1)[1] for line in lines[1:]] == ["channel_not_found: two", "channel_not_found: one"]
    assert "1 tries" not in lines[1]


async def test_what_others_said_is_one_line_and_no_command_to_the_terminal(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await buried(installed, "one\n1  card  9 tries, now: forged", "\x1b]0;forged\x07\x1b[2J\u202etwo")
    lines = (await installed.run("outbox", "list")).stdout.split("\n")
    assert [line.split(": ", 1)[1] for line in lines[1:3]] == [
        "channel_not_found: �]0;forged��[2J�two",
        "channel_not_found: one 1 card 9 tries, now: forged",
    ]


async def test_one_or_all_are_put_back(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await buried(installed, "one", "two", "three")
    first = (await installed.run("outbox", "list")).stdout.splitlines()[1].split()[0]
    assert (await installed.run("outbox", "replay", first)).stdout == "1 put back\n"
    assert (await installed.run("outbox", "list")).stdout.splitlines()[0] == "card: 2 dead, 1 ready"
    assert (await installed.run("outbox", "replay")).stdout == "2 put back\n"
    assert "no dead letters" in (await installed.run("outbox", "list")).stdout
