"""Two processes want the same thing at the same instant: one gets it, the other is told who has it."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest

from bot.domain import life
from bot.domain.people import PersonRef
from bot.domain.policy import Policies
from bot.domain.replay import replay
from bot.errors import ConflictError, UserError
from storage import SqlStorage
from tests.fakes.clock import SystemClock
from tests.storage.hearing import HEARD, act, created, hear, post

POLICIES = Policies()
ROUNDS = 30
MOST_TRIES = 5


async def _claim(storage: SqlStorage, number: int, by: PersonRef) -> str:
    """What dispatch does: start over at a conflict, and tell a person's error."""
    for _ in range(MOST_TRIES):
        try:
            async with storage.writing() as uow:
                conversation = await uow.conversations.take(number)
                await uow.conversations.save(conversation, life.claim(conversation, act(by), POLICIES))
        except ConflictError:
            continue
        except UserError as error:
            return error.message
        else:
            return "won"
    return "gave up"


async def _deliver(storage: SqlStorage, number: int, _by: PersonRef) -> str:
    async with storage.writing() as uow:
        return str((await uow.posts.accept([created(post(f"race {number}"))], "demo", HEARD))[0])


async def _identify(storage: SqlStorage, number: int, _by: PersonRef) -> str:
    for _ in range(MOST_TRIES):
        try:
            async with storage.writing() as uow:
                authors = [
                    (f"net{number}", post().author.model_copy(update={"handle": f"user{n}", "external_id": str(n)}))
                    for n in range(5)
                ]
                return " ".join(await uow.customers.identify(authors, HEARD))
        except ConflictError:
            continue
    return "gave up"


_RACES = {"claim": _claim, "deliver": _deliver, "identify": _identify}


def _runner(url: str, name: str, barrier: Any, results: Connection) -> None:
    """A process of its own: at each round it waits for the other, then goes."""

    async def run() -> None:
        storage = await SqlStorage.connect(url, policies=POLICIES, clock=SystemClock())
        person = PersonRef(name, name, "support")
        try:
            for race in _RACES.values():
                for number in range(1, ROUNDS + 1):
                    await asyncio.to_thread(barrier.wait, 60)
                    results.send(await race(storage, number, person))
        finally:
            await storage.close()

    asyncio.run(run())


def _gathered(url: str) -> dict[str, list[dict[str, str]]]:
    """The answers of both processes, round by round."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    ends: dict[str, Connection] = {}
    processes = []
    for name in ("Ana", "Ben"):
        ends[name], other = context.Pipe(duplex=False)
        processes.append(context.Process(target=_runner, args=(url, name, barrier, other)))
        processes[-1].start()
        other.close()
    try:
        return {race: [{name: end.recv() for name, end in ends.items()} for _ in range(ROUNDS)] for race in _RACES}
    finally:
        for process in processes:
            process.join(30)
            if process.is_alive():
                process.kill()


@pytest.fixture
def quiet() -> Iterator[None]:
    """Nothing of a race is left running."""
    yield
    assert multiprocessing.active_children() == []


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
async def test_two_processes_race_and_exactly_one_wins(storage: SqlStorage, url: str) -> None:
    await hear(storage, *(post(str(n)) for n in range(ROUNDS)))
    answers = await asyncio.to_thread(_gathered, url)

    for number, answer in enumerate(answers["claim"], 1):
        [winner] = [name for name, said in answer.items() if said == "won"]
        [loser] = answer.keys() - {winner}
        assert answer[loser] == f"{winner} holds the baton of B-{number}."
        async with storage.reading() as uow:
            conversation = await uow.conversations.get(number)
            trail = await uow.conversations.trail(number)
        assert conversation is not None
        assert conversation.holder is not None
        assert conversation.holder.name == winner
        assert [event.kind for event in trail] == ["opened", "claimed"]
        assert replay(trail) == conversation

    assert [sorted(answer.values()) for answer in answers["deliver"]] == [["False", "True"]] * ROUNDS
    for answer in answers["identify"]:
        assert answer["Ana"] == answer["Ben"] != "gave up"
    async with storage.reading() as uow:
        counts = await uow.counts()
    assert counts.posts == 2 * ROUNDS
    assert counts.customers == 1 + 5 * ROUNDS
