"""A department that is called in is reached wherever its people are: by name in the threads they can see, else directly."""

from __future__ import annotations

import pytest

from bot.cards import Card, Mention, Paragraph
from bot.config import Config, Surface
from bot.ports import Account, Profile
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.fakes.platform import FakePlatform
from tests.handlers.company import Company, staffed

ROOMS = "19:rooms@thread.tacv2"


def on_teams(user: str, name: str, email: str | None = None) -> Profile:
    return Profile(Account("teams", "T2", user), name, handle=user, email=email or f"{user}@acme.example")


@pytest.fixture
async def company(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """B-1 has a card on Slack; Ben of Product is on both platforms, Chloé on Slack, Theo of Legal on Teams alone."""
    return await opened(storage, clock, config, Surface(name="floor", channel="#floor"))


async def opened(storage: SqlStorage, clock: SetClock, config: Config, *surfaces: Surface) -> Company:
    made = Company(storage, clock, staffed(config.model_copy(update={"surfaces": surfaces})))
    made.platforms["teams"] = FakePlatform(clock, "teams")
    await made.staff()
    await made.directory.meet(on_teams("ben", "Ben Roth"))
    theo = await made.directory.meet(on_teams("theo", "Theo Lang"))
    await made.directory.set_department(theo.id, "legal")
    await made.opened("the box was crushed")
    return made


def teams(company: Company) -> FakePlatform:
    platform = company.platforms["teams"]
    assert isinstance(platform, FakePlatform)
    return platform


def named(card: Card) -> list[str]:
    spans = [span for block in card.blocks if isinstance(block, Paragraph) for span in block.text]
    return [span.person.name for span in spans if isinstance(span, Mention)]


async def test_who_is_on_another_platform_alone_is_told_there_and_the_others_in_the_thread(company: Company) -> None:
    await company.say("ana", "discuss B-1 legal, product may we say so?")
    await company.work()
    [call] = company.in_thread(await company.thread())
    assert named(call.card) == ["Chloé Petit", "Ben Roth"]
    [direct] = teams(company).shown_in("D-theo")
    assert direct.card.summary == "Ana Lima (Support) calls Legal and Product into B-1"
    assert teams(company).shown_in("D-ben") == []
    assert company.everyone_told() == {}


async def test_each_thread_names_those_who_can_be_reached_in_it(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    rooms = Surface(name="rooms", channel=ROOMS, platform="teams")
    company = await opened(storage, clock, config, Surface(name="floor", channel="#floor"), rooms)
    await company.say("ana", "discuss B-1 legal, product may we say so?")
    await company.work()
    async with company.storage.reading() as uow:
        cards = {posting.surface: posting.message for posting in await uow.postings.of(1)}
    [on_slack] = company.platform.shown_in("C-floor", cards["floor"])
    [in_teams] = teams(company).shown_in(ROOMS, cards["rooms"])
    assert named(on_slack.card) == ["Chloé Petit", "Ben Roth"]
    assert named(in_teams.card) == ["Theo Lang", "Ben Roth"]
    assert teams(company).shown_in("D-theo") == []


async def test_who_wants_no_notices_gets_no_direct_message(company: Company) -> None:
    theo = await company.directory.find("Theo Lang")
    assert theo is not None
    await company.directory.set_muted(theo.id, True)
    await company.say("ana", "discuss B-1 legal may we say so?")
    await company.work()
    assert teams(company).shown_in("D-theo") == []
