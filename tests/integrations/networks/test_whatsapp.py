"""WhatsApp: numbers, windows, templates, what became of answers, and what is missing at Meta."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent, Visibility
from bot.domain.templates import Filled, Place
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.networks.whatsapp.connector import WhatsApp
from integrations.source import open_sources
from tests.fakes.networks.whatsapp import ACCOUNT, NUMBER, PHONE, template
from tests.fakes.networks.whatsapp import WhatsApp as Pretended

NOW = datetime.now(UTC)


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as client:
        yield client


@pytest.fixture
def network() -> Any:
    with Pretended() as pretended:
        yield pretended


@pytest.fixture
def source(network: Pretended, http: Http) -> WhatsApp:
    config = Config.model_validate({"sources": {"whatsapp": network.settings}})
    opened = open_sources((WhatsApp,), config, network.environment, http)["whatsapp"]
    assert isinstance(opened, WhatsApp)
    return opened


def heard(source: WhatsApp, network: Pretended) -> list[SourceEvent]:
    """What waits to be delivered, as it is read."""
    waiting, network.waiting = network.waiting, []
    return [event for sending in waiting for event in source.parse(Delivery(sending.body, NOW))]


def written(source: WhatsApp, network: Pretended, text: str = "Where is it?", author: str = "tom") -> Post:
    network.write(text, author=author)
    (event,) = heard(source, network)
    assert event.post is not None
    return event.post


def read(source: WhatsApp, *messages: dict[str, Any], **value: Any) -> list[SourceEvent]:
    """The events of a change of the field `messages`."""
    metadata = {"display_phone_number": NUMBER, "phone_number_id": PHONE}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, "messages": list(messages), **value}
    entry = {"id": ACCOUNT, "changes": [{"field": "messages", "value": whole}]}
    return source.parse(Delivery(json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode(), NOW))


def message(**said: Any) -> dict[str, Any]:
    return {"from": "16505550123", "id": "wamid.1", "timestamp": "1772447383", "type": "text", **said}


# Hearing


def test_a_message_to_another_number_of_the_account_is_kept_and_says_whose_it_is(source: WhatsApp) -> None:
    other = {"metadata": {"phone_number_id": "999"}}
    (event,) = read(source, message(text={"body": "hello"}), **other)
    assert (event.kind, event.why) == ("unread", "it is for another number of the account, with the id 999")
    assert read(source, **other, statuses=[{"id": "wamid.2", "status": "failed", "timestamp": "1"}]) == []
    assert read(source, message(type="reaction", reaction={"emoji": "👍"}), **other) == []


def test_a_customer_with_a_name_instead_of_a_number_is_known_by_their_own_id(
    source: WhatsApp, network: Pretended
) -> None:
    network.usernames["lena"] = "lena.wandert"
    post = written(source, network, author="lena")
    assert (post.author.handle, post.author.external_id) == ("lena.wandert", "US.1349120865530416")
    assert (post.author.profile_url, post.raw, post.visibility) == (None, {}, Visibility.PRIVATE)


def test_all_messages_of_a_customer_are_one_thread_and_others_are_others(source: WhatsApp, network: Pretended) -> None:
    one, more, other = (written(source, network, author=author) for author in ("tom", "tom", "ada"))
    assert one.root_id == more.root_id != other.root_id


@pytest.mark.parametrize("at", ["1772447383", 1772447383.0, 1772447383000, "2026-03-02T10:29:43+0000"])
def test_times_are_read_however_they_are_written(source: WhatsApp, at: Any) -> None:
    (event,) = read(source, message(timestamp=at, text={"body": "hello"}))
    assert event.post is not None
    assert event.post.posted_at == datetime(2026, 3, 2, 10, 29, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    "odd",
    [
        {"text": None},
        {"text": {"body": None}},
        {"text": {"body": 7}},
        {"text": {"body": "hi"}, "timestamp": "soon"},
        {"text": {"body": "hi"}, "id": None},
        {"text": {"body": "hi"}, "from": None},
        {"type": "image", "image": {"caption": "hi"}},
        {"type": "contacts", "contacts": "none"},
        {"type": "order", "order": {"product_items": {}}},
        {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{"}}},
        {"type": "edit", "edit": None},
        {"type": "revoke", "revoke": {}},
        {"type": "system", "system": None},
        {"type": ["text"]},
        {"type": None},
    ],
)
def test_a_message_that_cannot_be_read_is_kept_and_keeps_back_no_other(source: WhatsApp, odd: dict[str, Any]) -> None:
    kinds = [each.kind for each in read(source, message(**odd), message(id="wamid.2", text={"body": "and this"}))]
    assert kinds == ["unread", "created"]


def test_a_long_text_and_odd_letters_come_whole(source: WhatsApp) -> None:
    words = "ü" * 40_000 + "\0\ud800👩‍👩‍👧‍👦"
    body = json.dumps({"body": words})
    (event,) = read(source, message(text=json.loads(body)))
    assert event.post is not None
    assert event.post.text.startswith("ü" * 40_000)
    assert event.post.text.endswith("👩‍👩‍👧‍👦")
    assert "\0" not in event.post.text


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("message_template_status_update", {"event": "APPROVED"}, None),
        ("message_template_status_update", {"event": "PAUSED"}, "message_template_status_update PAUSED"),
        ("phone_number_name_update", {"decision": "REJECTED"}, "phone_number_name_update REJECTED"),
        ("message_template_quality_update", {"new_quality_score": "RED"}, "message_template_quality_update RED"),
        ("account_update", {"event": "DISABLED_UPDATE"}, "account_update DISABLED_UPDATE"),
        ("smb_message_echoes", {"message_echoes": []}, None),
    ],
)
def test_news_of_the_account_are_kept_unless_they_are_good(
    source: WhatsApp, network: Pretended, field: str, value: dict[str, Any], kept: str | None
) -> None:
    network.change(field, value)
    assert [event.why for event in heard(source, network)] == ([kept] if kept else [])


# What became of answers


async def test_the_network_tells_with_our_own_key_that_an_answer_arrived(source: WhatsApp, network: Pretended) -> None:
    post = written(source, network)
    sent = await source.reply(post, "It is on its way.", "01JANSWER")
    found = {(each.kind, each.external_id, each.answer, each.why) for each in heard(source, network)}
    assert found == {("fate", sent.external_id, "01JANSWER", "")}


async def test_an_answer_after_the_window_is_taken_first_and_given_back_then(
    source: WhatsApp, network: Pretended
) -> None:
    post = written(source, network)
    network.late.add("tom")
    sent = await source.reply(post, "It is on its way.", "01JANSWER")
    (event,) = heard(source, network)
    assert (event.kind, event.external_id, event.answer) == ("fate", sent.external_id, "01JANSWER")
    assert event.why.startswith("More than 24 hours have passed since the customer's last message.")
    assert "(131047)" in event.why


# Answers


def test_answers_in_our_own_words_are_taken_for_a_day(source: WhatsApp, network: Pretended) -> None:
    post = written(source, network)
    assert source.refuses(post, post.posted_at + timedelta(hours=24)) is None
    assert "24 hours after the customer's last message" in str(
        source.refuses(post, post.posted_at + timedelta(hours=24, seconds=1))
    )
    assert source.capabilities().window_renews


@pytest.mark.parametrize(("username", "by"), [(None, "to"), ("lena.wandert", "recipient")])
async def test_an_answer_goes_to_the_number_or_to_the_customers_own_id(
    source: WhatsApp, network: Pretended, username: str | None, by: str
) -> None:
    if username:
        network.usernames["tom"] = username
    post = written(source, network)
    for raw in (post.raw, {}):
        await source.reply(post.model_copy(update={"raw": raw}), "On its way.", "k")
    assert network.answers(post.external_id) == ["On its way."] * 2
    assert by in network.messages[0]
    assert network.messages[1]["recipient"] == post.author.external_id


async def test_an_answer_into_a_group_goes_to_the_group(source: WhatsApp, network: Pretended) -> None:
    network.say({"type": "text", "text": {"body": "When?"}, "group_id": "Y2FwaV9ncm91cDox"})
    (event,) = heard(source, network)
    assert event.post is not None
    assert event.post.visibility is Visibility.UNLISTED
    await source.reply(event.post, "Tomorrow.", "k")
    assert (network.messages[0]["recipient_type"], network.messages[0]["to"]) == ("group", "Y2FwaV9ncm91cDox")


def refused(code: int, message: str = "(#1) Something") -> str:
    return json.dumps({"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}})


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, refused(131026), PermanentError, "no WhatsApp"),
        (400, refused(131030), PermanentError, "test number"),
        (400, refused(131047), PermanentError, "approved template"),
        (400, refused(131999, "(#131999) Brand new"), PermanentError, "Brand new"),
        (403, refused(200, "(#200) No permission"), PermanentError, "No permission"),
        (401, refused(190, "Session has expired"), PermanentError, "WHATSAPP_TOKEN"),
        (400, refused(190, "Session has expired"), PermanentError, "WHATSAPP_TOKEN"),
        (429, refused(130429), RetriableError, "no more for now"),
        (400, refused(131056), RetriableError, "no more for now"),
        (500, refused(131000), UnknownResultError, "not well"),
        (503, refused(131016), RetriableError, "not well"),
        (200, "{}", UnknownResultError, "names none"),
        (200, "<html>", UnknownResultError, "unreadably"),
    ],
)
async def test_refusals_say_what_is_to_be_mended_and_whether_it_may_have_been_sent(
    source: WhatsApp, network: Pretended, status: int, body: str, kind: type[Exception], words: str
) -> None:
    post = written(source, network)
    network.troubles.script = [(status, {}, body)]
    with pytest.raises(kind, match=words) as failed:
        await source.reply(post, "On its way.", "k")
    assert type(failed.value) is kind
    assert network.token not in str(failed.value)


async def test_a_text_that_is_too_long_is_refused_in_whatsapps_words(source: WhatsApp, network: Pretended) -> None:
    post = written(source, network)
    with pytest.raises(PermanentError, match="at most 4096 characters"):
        await source.reply(post, "x" * 4097, "k")
    await source.reply(post, "x" * 4096, "k")


# Templates


async def test_approved_templates_with_text_alone_are_offered_with_their_places_and_examples(
    source: WhatsApp, network: Pretended
) -> None:
    named = template("shipped", "de", "Hallo {{name}}, {{order}} ist unterwegs, {{name}}.", header="Zu {{order}}")
    named["components"][1]["example"] = {"body_text_named_params": [{"param_name": "name", "example": "Maya"}]}
    numbered = template("numbers", "en", "{{2}} before {{1}}", footer="Acme")
    numbered["components"][0]["example"] = {"body_text": [["one", "two"]]}
    network.templates = [named, numbered]
    post = written(source, network)
    first, second = await source.templates(post)
    assert first.body == "Zu {{1}}\n\nHallo {{2}}, {{3}} ist unterwegs, {{2}}."
    assert first.places == (Place("order"), Place("name", "Maya"), Place("order"))
    assert (second.body, second.places) == ("{{2}} before {{1}}\n\nAcme", (Place("1", "one"), Place("2", "two")))


async def test_what_words_alone_do_not_fill_in_is_not_offered(source: WhatsApp, network: Pretended) -> None:
    picture = template("picture", "en", "Look")
    picture["components"].insert(0, {"type": "HEADER", "format": "IMAGE"})
    link, plain = template("link", "en", "Look"), template("plain_link", "en", "Look")
    link["components"].append({"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://a.example/{{1}}"}]})
    plain["components"].append({"type": "BUTTONS", "buttons": [{"type": "URL", "url": "https://a.example/"}]})
    code = template("code", "en", "{{1}} is your code") | {"category": "AUTHENTICATION"}
    carousel = template("carousel", "en", "Look")
    carousel["components"].append({"type": "CAROUSEL", "cards": []})
    many = template("many", "en", " ".join(f"{{{{{number}}}}}" for number in range(1, 12)))
    rejected = template("rejected", "en", "Look", status="REJECTED")
    broken: list[Any] = [{"name": "broken"}, None, {**template("broken", "en", "x"), "components": None}]
    network.templates = [picture, link, plain, code, carousel, many, rejected]
    assert [each.name for each in await source.templates(written(source, network))] == ["plain_link"]
    network.troubles.script = [(200, {}, json.dumps({"data": [*broken, plain]}))]
    assert [each.name for each in await source.templates(written(source, network))] == ["plain_link"]


async def test_templates_of_many_pages_are_all_offered_once(source: WhatsApp, network: Pretended) -> None:
    network.templates = [template(f"t{number}", "en", "Look") for number in range(8)]
    network.largest_page, network.troubles.ignore_cursor = 3, 1
    assert sorted(each.name for each in await source.templates(written(source, network))) == [f"t{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("body", "header", "values", "reads"),
    [
        ("Hi {{1}}, {{2}}.", "About {{1}}", ("4711", "Maya", "soon"), "About 4711\n\nHi Maya, soon."),
        ("Hi {{name}}, {{what}}.", "About {{order}}", ("4711", "Maya", "soon"), "About 4711\n\nHi Maya, soon."),
        ("{{2}} before {{1}}", "", ("one", "two"), "two before one"),
        ("We have news.", "", (), "We have news."),
    ],
)
async def test_what_was_previewed_is_what_the_customer_reads(
    source: WhatsApp, network: Pretended, body: str, header: str, values: tuple[str, ...], reads: str
) -> None:
    network.templates = [template("news", "en_US", body, header=header)]
    post = written(source, network)
    network.late.add("tom")
    (offered,) = await source.templates(post)
    assert offered.filled(values) == reads
    sent = await source.reply_with(post, Filled("news", "en_US", values), reads, "01JANSWER")
    assert network.answers(post.external_id) == [reads]
    assert [(each.external_id, each.why) for each in heard(source, network)][-1] == (sent.external_id, "")


async def test_a_template_that_was_changed_after_it_was_chosen_is_not_sent(
    source: WhatsApp, network: Pretended
) -> None:
    network.templates = [template("news", "en", "Hi {{1}}")]
    post = written(source, network)
    network.templates = [template("news", "en", "Bye {{1}}")]
    for templates in (network.templates, []):
        network.templates = templates
        with pytest.raises(PermanentError, match="changed or withdrawn"):
            await source.reply_with(post, Filled("news", "en", ("Maya",)), "Hi Maya", "k")
    assert network.answers(post.external_id) == []


async def test_a_template_that_may_have_been_sent_is_of_unknown_fate(source: WhatsApp, network: Pretended) -> None:
    post = written(source, network)
    network.templates = [template("news", "en", "Hi")]
    network.troubles.lose = 1
    with pytest.raises(UnknownResultError):
        await source.reply_with(post, Filled("news", "en"), "Hi", "01JANSWER")
    assert {each.answer for each in heard(source, network)} == {"01JANSWER"}
    network.troubles.script = [(503, {}, "down")]
    with pytest.raises(RetriableError) as failed:
        await source.reply_with(post, Filled("news", "en"), "Hi", "k")
    assert not isinstance(failed.value, UnknownResultError), "only its templates were asked for"


# What is missing


async def test_what_the_number_and_the_account_lack_is_said(source: WhatsApp, network: Pretended) -> None:
    assert list(await source.missing()) == []
    network.phone |= {"status": "BANNED", "name_status": "DECLINED", "quality_rating": "RED"}
    network.apps, network.templates = [], [template("t", "en", "x", status="PENDING")]
    said = "\n".join(await source.missing())
    for words in ("BANNED", "DECLINED", "RED", f"{ACCOUNT}/subscribed_apps", "no approved template"):
        assert words in said
    network.phone = {"id": PHONE}
    assert "says of the number" not in "\n".join(await source.missing())


async def test_a_token_that_is_not_taken_is_said_once(source: WhatsApp, network: Pretended) -> None:
    network.end_tokens()
    (line,) = await source.missing()
    assert "WHATSAPP_TOKEN" in line
    assert network.token not in line
