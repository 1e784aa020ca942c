"""Two want something else of one answer at the same instant: one gets it, the other is told, and the customer hears once."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.commands import Reply
from bot.config import Approval, Config
from bot.dispatch import FieldErrors
from bot.domain.answer import AnswerState
from bot.domain.delivery import Sent
from bot.domain.post import Post
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, post, said, staffed

ROUNDS = 5


async def company_with(storage: SqlStorage, clock: SetClock, config: Config, *approvals: Approval) -> Company:
    """Ana of Support holds as many conversations as there are rounds."""
    company = Company(storage, clock, staffed(config).model_copy(update={"approvals": approvals}))
    await company.staff()
    company.sources["demo"] = FakeSource()
    await company.opened(*(f"parcel {n} arrived crushed" for n in range(ROUNDS)))
    for number in range(1, ROUNDS + 1):
        await company.say("ana", f"claim B-{number}")
    return company


@pytest.fixture
async def held(either_storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """No policy asks for approval."""
    return await company_with(either_storage, clock, config)


@pytest.fixture
async def asked(either_storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """Product has to approve what Ana answers."""
    company = await company_with(either_storage, clock, config, Approval(by="product"))
    for number in range(1, ROUNDS + 1):
        await send(company, number, "You get a new one.")
    return company


async def send(company: Company, number: int, text: str) -> Reply:
    form = (await company.say("ana", f"reply B-{number}")).form
    assert form is not None
    return await company.submit("ana", "reply", **{**form.args, "text": text})


async def approve(company: Company, user: str, number: int) -> Reply:
    waiting = (await company.conversation(number)).answer
    seen = waiting.id if waiting is not None else "gone"
    return await company.press(user, "approve", conversation=f"B-{number}", answer=seen)


def standing(company: Company) -> list[str]:
    source = company.sources["demo"]
    assert isinstance(source, FakeSource)
    return [each.text for each in source.standing]


async def test_send_pressed_twice_sends_once(held: Company) -> None:
    for number in range(1, ROUNDS + 1):
        form = (await held.say("ana", f"reply B-{number}")).form
        assert form is not None
        args = {**form.args, "text": f"Sorry {number}"}
        ended = await asyncio.gather(*(held.submit("ana", "reply", **args) for _ in range(3)), return_exceptions=True)
        refused = [each.errors["text"] for each in ended if isinstance(each, FieldErrors)]
        assert len(refused) == 2
        assert all("is still going out" in each for each in refused)
        assert (await held.kinds(number)).count("answer_written") == 1
    await held.work()
    assert Counter(standing(held)) == {f"Sorry {number}": 1 for number in range(1, ROUNDS + 1)}


async def test_of_approving_and_rejecting_at_once_one_holds(asked: Company) -> None:
    for number in range(1, ROUNDS + 1):
        await asyncio.gather(
            approve(asked, "ben", number), asked.say("chloe", f"reject B-{number} we may not promise that")
        )
        kinds = Counter(await asked.kinds(number))
        assert kinds["answer_approved"] + kinds["answer_rejected"] == 1
    await asked.work()
    trails = [await asked.kinds(number) for number in range(1, ROUNDS + 1)]
    assert len(standing(asked)) == sum("answer_approved" in kinds for kinds in trails)


async def test_two_who_approve_at_once_send_once(asked: Company) -> None:
    for number in range(1, ROUNDS + 1):
        await asyncio.gather(approve(asked, "ben", number), approve(asked, "chloe", number))
    await asked.work()
    assert len(standing(asked)) == ROUNDS


async def test_what_is_let_go_while_it_is_approved_goes_out_or_is_a_draft(asked: Company) -> None:
    for number in range(1, ROUNDS + 1):
        await asyncio.gather(approve(asked, "ben", number), asked.say("ana", f"release B-{number}"))
    await asked.work()
    sent = 0
    for number in range(1, ROUNDS + 1):
        c = await asked.conversation(number)
        assert (c.answer is None) == (c.draft is not None)
        if c.answer is not None:
            assert c.answer.state is AnswerState.SENT
            sent += 1
    assert len(standing(asked)) == sent


async def test_a_baton_that_changes_hands_while_it_is_sent_sends_once_and_stays_with_the_new_holder(
    held: Company,
) -> None:
    class Passing(FakeSource):
        async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
            await held.say("ana", "release B-1")
            await held.say("ben", "claim B-1")
            refused.append(said(await held.say("ben", "reply B-1 something else")))
            return await super().reply(post, text, idempotency_key)

    refused: list[str] = []
    held.sources["demo"] = Passing()
    await send(held, 1, "Sorry.")
    await held.work()
    c = await held.conversation(1)
    assert standing(held) == ["Sorry."]
    assert "still going out" in refused[0]
    assert c.answer is not None
    assert (c.answer.state, c.holder is not None and c.holder.name) == (AnswerState.SENT, "Ben Roth")
    await held.hear(post("thanks", "thank you", "customer0", parent_id=await answer_id(held)))
    assert (await held.conversation(1)).posts == 2


async def answer_id(company: Company) -> str:
    source = company.sources["demo"]
    assert isinstance(source, FakeSource)
    return source.standing[0].sent.external_id
