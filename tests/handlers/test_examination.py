"""`doctor` on the CRMs: each is asked to let us in, and one that hangs hides no other."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.config import Config
from handlers.examination import CHECK_WITHIN, Examination, check_crms
from tests.fakes.crm import FakeCrm


class Hung(FakeCrm):
    """Never answers."""

    async def health(self) -> str:
        """No answer."""
        await asyncio.Event().wait()
        return ""


@pytest.fixture
def config() -> Config:
    """Three CRMs, two of one make."""
    kinds = {"main": "tryton", "desk": "zendesk", "shop": "tryton"}
    return Config.model_validate({"crm": {name: {"kind": kind} for name, kind in kinds.items()}})


async def test_each_crm_is_asked_and_one_that_hangs_hides_no_other(config: Config) -> None:
    crms = {"main": FakeCrm("main"), "desk": FakeCrm("desk", refuses="the token is over"), "shop": Hung("shop")}
    begun = time.monotonic()
    found = await Examination({"CRMs": check_crms(crms, config)}).examine()
    assert time.monotonic() - begun < CHECK_WITHIN + 0.5
    assert [(each.state, each.what, each.detail) for each in found] == [
        ("fail", "CRM Zendesk", "the token is over"),
        ("fail", "CRM Tryton (shop)", "no answer in 2 s"),
        ("ok", "CRM Tryton (main)", "fake, as nobody"),
    ]
    assert "`app.py crm check shop`" in found[1].mend


async def test_without_a_crm_doctor_says_nothing_of_them(config: Config) -> None:
    assert await check_crms({}, config)() == []
