"""What is kept of one person, read for them; and what is kept no longer than it may be."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from bot.config import Config, RetentionPart
from bot.domain.post import Author
from bot.views import exported_page
from handlers.jobs.retention import Retention
from tests.handlers.company import Company, changed, post, said

MAYA = Author(handle="maya@example.social", display_name="Maya <b>Okafor</b>", email="maya@mail.example")


async def lived(company: Company) -> None:
    first = post("m-1", "my first <script>words</script>", by=MAYA, raw={"beside": "payload"}, html="<p>markup</p>")
    await company.hear(first, post("t-1", "somebody else's words", "tom"))
    await company.hear(changed("edited", first, "my second words"))
    await company.work()
    await company.say("ana", "claim B-1")
    await company.say("ana", "resolve B-1 fixed | a whole box | another carrier")


async def test_the_export_holds_what_they_wrote_and_what_came_of_it_and_nobody_elses_words(
    either_company: Company,
) -> None:
    company = either_company
    await lived(company)
    async with company.storage.reading() as uow:
        customers = await uow.privacy.one_with((await company.conversation(1)).customer_id)
        data = await uow.privacy.everything(customers)
    text = orjson.dumps(data).decode()
    for words in ("my second words", "my first", "maya@mail.example", "a whole box", "another carrier", "payload"):
        assert words in text
    assert "somebody else" not in text
    assert "Ana" not in text, "colleagues are named by their departments alone"
    page = exported_page(data, "Acme & Sons", company.clock.now())
    assert "my first &lt;script&gt;words&lt;/script&gt;" in page
    assert "<script" not in page
    assert "<b>Okafor" not in page
    assert "Acme &amp; Sons" in page


async def test_only_who_may_is_told_how_to_export_and_it_is_in_the_audit_trail(company: Company) -> None:
    await lived(company)
    assert "may not export" in said(await company.say("ben", "export B-1"))
    assert "app.py customers export B-1 --output" in said(await company.say("omar", "export B-1"))
    async with company.storage.reading() as uow:
        [looked] = await uow.customers.lookups((await company.conversation(1)).customer_id)
    assert (looked.by.name, looked.via) == ("Omar Said", "slack export")


@pytest.mark.parametrize("what", ["raw", "text"])
async def test_what_is_old_is_purged_and_what_is_young_stays(either_company: Company, what: str) -> None:
    company = either_company
    await lived(company)
    company.clock.move(timedelta(days=399))
    await company.hear(post("m-2", "young words", by=MAYA, raw={"beside": "young payload"}))
    company.clock.move(timedelta(days=2))
    rule = RetentionPart.model_validate({"after": "400d", "what": what, "networks": ["mastodon"]})
    config: Config = company.config.model_copy(update={"retention": (rule,)})
    for _ in range(2):
        await Retention(company.storage, config, company.clock)()
    async with company.storage.reading() as uow:
        stored = await uow.posts.by_key([("mastodon", "acme", name) for name in ("m-1", "m-2")])
        old, young = stored["mastodon", "acme", "m-1"], stored["mastodon", "acme", "m-2"]
        versions = await uow.posts.versions(old.id)
    assert old.post.raw == {}
    assert old.post.html is None
    assert old.post.text == ("" if what == "text" else "my second words")
    assert len(versions) == (0 if what == "text" else 1)
    assert (young.post.text, young.post.raw) == ("young words", {"beside": "young payload"})


async def test_other_networks_are_left_alone(company: Company) -> None:
    await lived(company)
    company.clock.move(timedelta(days=500))
    rule = RetentionPart.model_validate({"after": "1y", "what": "text", "networks": ["email"]})
    await Retention(company.storage, company.config.model_copy(update={"retention": (rule,)}), company.clock)()
    async with company.storage.reading() as uow:
        [stored] = (await uow.posts.by_key([("mastodon", "acme", "m-1")])).values()
    assert stored.post.text == "my second words"


async def test_what_triage_concluded_is_told_too(company: Company) -> None:
    await company.hear(post("m-9", "Your courier lost my parcel, I am so angry", by=MAYA))
    async with company.storage.reading() as uow:
        conversation = await uow.conversations.get(1)
        assert conversation is not None
        customers = await uow.privacy.one_with(conversation.customer_id)
        data = await uow.privacy.everything(customers)
    concluded = data["conversations"][-1]["concluded"]
    assert (concluded["language"], concluded["sentiment"], concluded["by"]) == ("en", "negative", "local")
    assert "complaint" in concluded["intents"]
