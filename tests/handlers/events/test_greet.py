"""Baton greets a channel once."""

from __future__ import annotations

from datetime import timedelta

from bot.errors import UnknownResultError
from tests.bot.views.plain import plain
from tests.handlers.company import Company


async def test_a_channel_is_greeted_once_however_often_baton_is_added(either_company: Company) -> None:
    company = either_company
    for _ in range(3):
        await company.greeter.joined("slack", "T1", "C9")
        await company.work()
    [greeting] = company.platform.shown_in("C9")
    said = plain(greeting.card)
    assert "Hello, I am *Baton*." in said
    for verb in ("/baton claim", "/baton discuss", "/baton customer", "/baton help"):
        assert verb in said


async def test_each_channel_is_greeted(company: Company) -> None:
    for channel in ("C8", "C9"):
        await company.greeter.joined("slack", "T1", channel)
    await company.work()
    assert len(company.platform.shown_in("C8")) == len(company.platform.shown_in("C9")) == 1


async def test_a_greeting_whose_answer_was_lost_is_not_repeated(company: Company) -> None:
    company.platform.failures.append(UnknownResultError("the connection was lost"))
    await company.greeter.joined("slack", "T1", "C9")
    assert (await company.work()).failed == ["greeting: the connection was lost"]
    company.clock.move(timedelta(minutes=10))
    assert (await company.work()).done == ["greeting"]
    assert len(company.platform.shown_in("C9")) == 1


async def test_without_a_connection_a_greeting_waits_for_one(company: Company) -> None:
    company.platforms.clear()
    await company.greeter.joined("slack", "T1", "C9")
    assert (await company.work()).failed == ["greeting: there is no connection to slack"]
    company.platforms["slack"] = company.platform
    company.clock.move(timedelta(minutes=2))
    assert (await company.work()).done == ["greeting"]
    assert len(company.platform.shown_in("C9")) == 1
