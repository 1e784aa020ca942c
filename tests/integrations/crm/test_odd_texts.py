"""Half characters, NUL and their kind: people's names hold them, and no CRM keeps them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.customer import Identity
from tests.contract.crms import PRETENDED
from tests.fakes.crms.pretend import PretendCrm
from tests.integrations.crm.opened import opened, outcome

ODD = ["\ud83d", "a\x00b", "\x1b[31m", "\u202egnp", "\ufffe", "e\u0301" * 300, "x" * 5000]
KINDS = ["odoo", "oracle", "rest", "zendesk"]


@pytest.fixture(params=KINDS)
def pretended(request: pytest.FixtureRequest) -> Callable[[], PretendCrm]:
    kind: str = request.param
    return PRETENDED[kind]


async def test_nobody_is_found_by_them_and_nothing_breaks(pretended: Callable[[], PretendCrm]) -> None:
    async with pretended() as server, opened(server) as crm:
        server.add_contact("Tom Bell", "tom@mail.example", "+49 151 1234567")
        for odd in ODD:
            asked = [Identity("email", f"{odd}@mail.example"), Identity("phone", odd), Identity("mastodon", odd)]
            assert await crm.find(asked, odd) == []


async def test_entries_with_them_are_written_once(pretended: Callable[[], PretendCrm]) -> None:
    async with pretended() as server, opened(server) as crm:
        maya = server.add_contact("Maya", "maya@mail.example")
        for number, odd in enumerate(ODD):
            more = {"body": odd, "subject": f"B-{number} {odd}", "network": odd[:50], "case": True}
            written = await crm.log(maya, outcome(f"B-{number}/resolved/1", **more))
            assert (await crm.log(maya, outcome(f"B-{number}/resolved/1", **more))).id == written.id
        assert len(server.entries(maya)) == len(ODD)
