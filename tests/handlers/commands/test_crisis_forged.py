"""Whatever a button, a form or a person's words carry to the verbs of a crisis and a rollup, they are answered, never broken."""

from __future__ import annotations

import pytest

from tests.handlers.company import Company
from tests.handlers.crises import crisis, opened

HUGE = "9" * 5_000
ODD = ("", "0", "-1", "1.5", "٣", "²", "99999999999999999999", HUGE, "x" * 10_000, "<!channel>", "\u202e1", "1\x002")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["page", "crisis", "surface", "changed", "what"])
async def test_what_a_button_of_a_crisis_carries_is_answered(company: Company, name: str, odd: str) -> None:
    await opened(company)
    before = (await crisis(company)).version
    for what in ("show", "list", "open", "add", "statement"):
        args = {"what": what, "crisis": "C-1", name: odd}
        reply = await company.press("ana", "crisis", **args)
        assert reply.card is not None or reply.form is not None, what
    assert (await crisis(company)).version == before


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["page", "surface", "span", "what"])
async def test_what_a_button_of_a_rollup_carries_is_answered(company: Company, name: str, odd: str) -> None:
    await company.opened("parcels burn")
    async with company.storage.writing() as uow:
        await uow.rollups.roll(await uow.rollups.begin("floor", company.clock.now()), [])
    for what in ("list", "urgent", "keep"):
        reply = await company.press("ana", "rollup", **{"what": what, "surface": "floor", name: odd})
        assert reply.card is not None, what


@pytest.mark.parametrize("ref", ["B-99999999999999999999", "B-2147483648", f"B-{HUGE[:2_000]}", "C-2", "I-1"])
async def test_what_is_no_conversation_is_not_added(company: Company, ref: str) -> None:
    await opened(company)
    before = (await crisis(company)).version
    reply = await company.say("ana", f"crisis add C-1 {ref}")
    assert reply.card is not None
    assert (await crisis(company)).version == before
