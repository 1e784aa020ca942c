"""Posts that speak to the model, on the floor: no other conversation, no route, no card and no recipient is changed by them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.cards import Mention, Paragraph, Small, buttons
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.post import StoredPost
from handlers.events import FOLLOWS, read_again
from integrations.ai.model import open_model
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.model_server import KEY, MODEL, Asked, ModelServer, answer, item, serving
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, post, staffed
from tests.integrations.ai.model import gullible
from tests.integrations.ai.model.injections import ATTACKS, EVIL
from tests.integrations.ai.model.test_injections import leads_nowhere, taken_in

CALM = ("The strap broke after two days.", "Where is my parcel?", "Thanks for the quick help yesterday!")

SETTINGS = {
    "ai": {"model": MODEL, "when": "always"},
    "surfaces": [{"name": "floor", "channel": "C-floor"}, {"name": "law", "channel": "C-law"}],
    "routes": [{"surfaces": ["floor"]}, {"surfaces": ["law"], "departments": ["legal"]}],
    "voice": {"mentions": ["@acme"], "addresses": ["https://acme.example/help"]},
}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """On loopback, until the test ends."""
    async with serving() as server:
        yield server


@pytest.fixture
async def company(sqlite: Sqlite, server: ModelServer) -> AsyncIterator[Company]:
    """Every post is read by the model, and it writes."""
    config, clock = staffed(Config.model_validate(SETTINGS)), SetClock()
    storage = await SqlStorage.connect(
        await sqlite.fresh(), policies=config.life_policies, clock=clock, follows=FOLLOWS
    )
    model = open_model(config, {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY})
    assert model is not None
    company = await Company(storage, clock, config, writer=model.writer).staff()
    company.sources["demo"] = FakeSource()
    company.handlers[read_again.KIND] = read_again.PostReader(storage, config, clock, company.triage, model.reader)
    yield company
    await company.writing_desk.close()
    await model.close()
    await storage.close()


def honest(asked: Asked) -> str:
    """Judges each post by itself."""
    return answer([item(each["id"], score=-len(each["text"]) / 10_000) for each in asked.items])


async def surfaces(company: Company, number: int) -> list[str]:
    async with company.storage.reading() as uow:
        return sorted(posting.surface for posting in await uow.postings.of(number))


async def first_post(company: Company, number: int) -> StoredPost:
    async with company.storage.reading() as uow:
        return (await uow.posts.of(number))[0]


async def test_no_post_changes_another_conversation_a_route_or_a_card(company: Company, server: ModelServer) -> None:
    server.brain = lambda asked: taken_in(gullible.obeys, asked)
    calm = [post(f"calm-{n}", text, f"someone{n}") for n, text in enumerate(CALM)]
    attacks = [post(f"attack-{n}", text, f"attacker{n}") for n, text in enumerate(ATTACKS.values())]
    await company.hear(calm[0], *attacks[:40], calm[1], *attacks[40:], calm[2])
    await company.work()
    numbers = range(1, 1 + len(calm) + len(attacks))
    found = {(await first_post(company, number)).post.text: number for number in numbers}
    for text in CALM:
        c: Conversation = await company.conversation(found[text])
        assert c.reading is not None
        assert (c.reading.by, c.reading.score, c.urgent) == (MODEL, -len(text) / 10_000, False)
        assert (c.departments, await surfaces(company, c.number)) == (("support",), ["floor"])
    for number in numbers:
        c = await company.conversation(number)
        assert set(c.departments) <= set(company.config.departments)
        assert set(await surfaces(company, number)) <= {"floor", "law"}
        assert c.crisis is False
        assert c.answer is None
        assert c.draft is None
        assert c.baton is None
    # They did sway the reading of themselves: otherwise this would show nothing.
    assert any([await surfaces(company, number) == ["floor", "law"] for number in numbers])
    for shown in company.platform.messages.values():
        for block in shown.card.blocks:
            spans = block.text if isinstance(block, Paragraph | Small) else ()
            assert not any(isinstance(span, Mention) for span in spans)
        assert all(EVIL not in (button.url or "") for button in buttons(shown.card.blocks))
    assert company.everyone_told() == {}


@pytest.mark.parametrize(
    "name", ["send to ceo", "company speaks", "markdown link", "mention all", "tool call", "notes"]
)
async def test_a_draft_goes_to_its_own_customer_and_leads_nowhere(
    company: Company, server: ModelServer, name: str
) -> None:
    server.brain = honest
    await company.opened(ATTACKS[name])
    await company.say("ana", "claim B-1")
    await company.say("ben", "note B-1 they owe us 900 euros")
    server.brain = gullible.sends_people_away
    reply = await company.say("ana", "suggest B-1")
    assert reply.form is not None
    posted = (await first_post(company, 1)).id
    assert (reply.form.command, reply.form.args) == ("reply", {"conversation": "B-1", "post": posted})
    assert leads_nowhere(reply.form.fields[0].default)
    assert all("900 euros" not in asked.raw.decode() for asked in server.asked)
    await company.work()
    source = company.sources["demo"]
    assert isinstance(source, FakeSource)
    assert source.asked == 0
