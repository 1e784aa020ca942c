"""What is special about Google Business Profile: rounds over places, what vanishes, one reply, notifications, and the three APIs."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict

from bot.domain.delivery import Inbound, Polled, Reject
from bot.domain.post import Post, SourceEvent
from bot.errors import NotSetError, PermanentError
from integrations.http import Http
from integrations.networks.google_business.connector import GoogleBusiness
from integrations.oauth import TokenRefusedError
from integrations.source import SourceSettings
from integrations.webhooks import FrontDoor
from tests.fakes.clock import SystemClock
from tests.fakes.inbox import MemoryInbox
from tests.fakes.networks.google import failed, zulu
from tests.fakes.networks.google_business import ACCOUNT, AUDIENCE, PLACES, PUSHER
from tests.fakes.networks.google_business import GoogleBusiness as Pretended

DAY = 86_400


@pytest.fixture
def maps() -> Any:
    with Pretended() as network:
        yield network


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timeout=2.0, tries=1, patience=0.0) as http:
        yield http


def source(maps: Pretended, http: Http, account: str = ACCOUNT, refresh: str = "", **more: Any) -> GoogleBusiness:
    named = {"client_id_env": "ID", "client_secret_env": "SECRET", "refresh_token_env": "REFRESH"}
    secrets = {
        "client_id_env": maps.client,
        "client_secret_env": maps.client_secret,
        "refresh_token_env": refresh or maps.refresh_token,
    }
    options = {**named, "audience": AUDIENCE, "pusher": PUSHER, **more}
    return GoogleBusiness(SourceSettings("maps", url=maps.url, account=account, options=options, secrets=secrets), http)


def written(maps: Pretended, text: str, ago: float = 0, place: str = "", changed: float | None = None) -> str:
    """A review of so many seconds ago, at one of the places, that was changed so many seconds ago."""
    id_ = maps.write(text)
    review = maps.reviews.pop(id_)
    id_ = f"{place or id_.partition('/reviews/')[0]}/reviews/{id_.rpartition('/')[2]}"
    now = time.time()
    at, then = now - ago, now - (ago if changed is None else changed)
    maps.reviews[id_] = review | {"name": f"{ACCOUNT}/{id_}", "createTime": zulu(at), "updateTime": zulu(then)}
    return id_


async def to_the_end(
    business: GoogleBusiness, cursor: str | None = None, limit: int = 200
) -> tuple[list[SourceEvent], str]:
    """Polls until there is no more."""
    events: list[SourceEvent] = []
    for _ in range(60):
        polled: Polled = await business.poll(cursor, limit)
        cursor = polled.cursor
        events += polled.events
        assert len(polled.events) <= limit
        if polled.next_after is None:
            return events, cursor
    raise AssertionError("it asks for ever")


def texts(events: list[SourceEvent]) -> list[str]:
    return [event.post.text for event in events if event.post is not None]


async def only_post(business: GoogleBusiness) -> Post:
    (event,), _ = await to_the_end(business)
    assert event.post is not None
    return event.post


async def only_post_of(business: GoogleBusiness) -> Post:
    """The same, where a reply came back as well."""
    events, _ = await to_the_end(business)
    (post,) = [event.post for event in events if event.post is not None]
    return post


# Hearing


async def test_every_place_is_read_a_day_back_at_first_and_what_changed_comes_as_a_change(
    maps: Pretended, http: Http
) -> None:
    written(maps, "here", 3600, PLACES[0])
    written(maps, "there", 7200, PLACES[1])
    written(maps, "last week", 6 * DAY, PLACES[0])
    written(maps, "last month, changed since", 30 * DAY, PLACES[1], changed=60)
    events, cursor = await to_the_end(source(maps, http))
    assert {(event.kind, text) for event, text in zip(events, texts(events), strict=True)} == {
        ("created", "here"),
        ("created", "there"),
        ("edited", "last month, changed since"),
    }
    assert (await to_the_end(source(maps, http), cursor))[0] == []
    post = next(event.post for event in events if event.post is not None and event.post.text == "here")
    assert post.raw["location"] == "Acme Backpacks 1"
    assert post.url == "https://maps.google.com/maps?cid=2001"


async def test_only_the_places_that_are_named_are_read(maps: Pretended, http: Http) -> None:
    written(maps, "here", 100, PLACES[0])
    written(maps, "there", 100, PLACES[1])
    events, _ = await to_the_end(source(maps, http, locations=["2002"]))
    assert texts(events) == ["there"]
    assert texts((await to_the_end(source(maps, http, account="104711")))[0]) == ["here", "there"]


async def test_hundreds_of_places_are_read_a_few_at_once(maps: Pretended, http: Http) -> None:
    maps.places = [f"locations/{number}" for number in range(3000, 3210)]
    for place in (maps.places[0], maps.places[99], maps.places[209]):
        written(maps, place, 100, place)
    business = source(maps, http)
    first = await business.poll(None, 200)
    assert first.next_after == timedelta(0)
    assert len(maps.asked) < 60
    rest, cursor = await to_the_end(business, first.cursor)
    assert sorted(texts([*first.events, *rest])) == sorted([maps.places[0], maps.places[99], maps.places[209]])
    assert len(cursor) < 1_000
    listed = sum("/locations?" in asked for asked in maps.asked)
    assert listed == 3, "two hundred and ten places are three pages, once in a round"


async def test_a_round_goes_on_after_a_restart_in_the_middle_of_a_place(maps: Pretended, http: Http) -> None:
    maps.largest_page = 2
    for number in range(5):
        written(maps, f"here {number}", 100 + number, PLACES[0])
        written(maps, f"there {number}", 100 + number, PLACES[1])
    found, cursor = list[str](), None
    for _ in range(30):
        polled = await source(maps, http).poll(cursor, 2)
        found, cursor = [*found, *texts(list(polled.events))], polled.cursor
        if polled.next_after is None:
            break
    assert sorted(found) == sorted([f"{where} {number}" for where in ("here", "there") for number in range(5)])


async def test_a_page_that_is_no_longer_to_be_had_is_begun_anew(maps: Pretended, http: Http) -> None:
    maps.largest_page = 2
    for number in range(3):
        written(maps, str(number), 100 + number, PLACES[0])
    business = source(maps, http)
    first = await business.poll(None, 2)
    body = failed(400, "Request contains an invalid argument.").text or ""
    maps.troubles.script = [(400, {}, body)]
    rest, _ = await to_the_end(business, first.cursor, 2)
    assert sorted([*texts(list(first.events)), *texts(rest)]) == ["0", "1", "2"]


async def test_a_server_that_gives_the_same_page_for_ever_is_not_asked_for_ever(maps: Pretended, http: Http) -> None:
    maps.largest_page = 2
    for number in range(5):
        written(maps, str(number), 1000 - number, PLACES[0])
    maps.troubles.ignore_cursor = 10**6
    business = source(maps, http)
    first = await business.poll(None, 200)
    assert texts(list(first.events)) == ["3", "4"]
    again = await business.poll(first.cursor, 200)
    assert (again.events, again.next_after) == ((), None)
    assert len(maps.asked) < 100
    maps.troubles.ignore_cursor = 0
    assert texts((await to_the_end(business, again.cursor))[0]) == ["0", "1", "2"]


async def test_a_place_that_is_refused_keeps_back_no_other_and_all_of_them_are_an_error(
    maps: Pretended, http: Http
) -> None:
    written(maps, "there", 100, PLACES[1])
    maps.lost = {PLACES[0]}
    assert texts((await to_the_end(source(maps, http)))[0]) == ["there"]
    maps.lost = set(PLACES)
    with pytest.raises(PermanentError, match="not verified"):
        await to_the_end(source(maps, http))


async def test_an_account_without_places_says_nothing(maps: Pretended, http: Http) -> None:
    maps.places = []
    assert (await to_the_end(source(maps, http)))[0] == []


async def test_what_vanishes_from_the_middle_of_a_list_is_gone_and_what_is_only_further_down_is_not(
    maps: Pretended, http: Http
) -> None:
    maps.largest_page = 50
    ids = [written(maps, str(number), 1000 - number, PLACES[0]) for number in range(60)]
    business = source(maps, http)
    events, cursor = await to_the_end(business)
    assert len(events) == 60
    maps.delete(ids[55])
    maps.delete(ids[3])
    events, cursor = await to_the_end(business, cursor)
    assert {(event.kind, event.external_id) for event in events} == {("deleted", ids[55]), ("deleted", ids[3])}
    assert (await to_the_end(business, cursor))[0] == []


async def test_what_a_list_leaves_out_though_it_is_there_is_not_gone(maps: Pretended, http: Http) -> None:
    ids = [written(maps, str(number), 1000 - number, PLACES[0]) for number in range(3)]
    business = source(maps, http)
    _, cursor = await to_the_end(business)
    hidden = {"reviews": [maps.reviews[ids[2]], maps.reviews[ids[0]]]}
    places = {"locations": [{"name": PLACES[0]}]}
    maps.troubles.script = [(200, {}, json.dumps(places)), (200, {}, json.dumps(hidden))]
    assert (await to_the_end(business, cursor))[0] == []


async def test_what_was_told_and_is_deleted_before_any_list_shows_it_is_gone_and_else_comes_once_more(
    maps: Pretended, http: Http
) -> None:
    business = source(maps, http)
    _, cursor = await to_the_end(business)
    ids = [maps.write("regretted"), maps.write("meant"), maps.write("meant, too")]
    for id_ in ids:
        (event,) = await business.look_up(business.hint(id_, {}, id_))
        assert event.kind == "created"
    maps.delete(ids[0])
    events, cursor = await to_the_end(business, cursor)
    # It is stored once, whichever way it came; the look-up may not have been kept.
    assert {(event.kind, event.external_id) for event in events} == {
        ("deleted", ids[0]),
        ("created", ids[1]),
        ("created", ids[2]),
    }
    assert (await to_the_end(business, cursor))[0] == []


async def test_what_is_older_comes_by_backfill_from_every_place(maps: Pretended, http: Http) -> None:
    for number in range(120):
        written(maps, str(number), number * DAY, PLACES[number % 2])
    since = datetime.now(UTC) - timedelta(days=99, hours=12)
    for id_ in maps.reviews:
        maps.answer_elsewhere(id_, "Buy!")
        maps.refuse_reply(id_, "SPAM")
    found = [event async for portion in source(maps, http).backfill(since) for event in portion]
    assert sorted(map(int, texts(found))) == list(range(100))


# Deliveries


async def test_a_delivery_is_let_in_though_no_key_is_known_yet_and_though_the_key_was_changed(
    maps: Pretended, http: Http
) -> None:
    business, inbox, app = source(maps, http), MemoryInbox(), web.Application()
    app.add_routes(FrontDoor({"maps": business}, inbox, SystemClock()).routes())
    async with TestServer(app) as server, ClientSession() as session:

        async def pushed() -> list[int]:
            waiting, maps.waiting = maps.waiting, []
            address = server.make_url("/hooks/google_business/maps")
            return [(await session.post(address, data=each.body, headers=each.headers)).status for each in waiting]

        id_ = maps.write("The zip broke")
        assert await pushed() == [200]
        (hint,) = inbox.events
        (event,) = await business.look_up(hint)
        assert (event.kind, event.external_id) == ("created", id_)
        maps.rotate("google-2")
        maps.edit(id_, "It was mended at once")
        assert await pushed() == [503], "keys are fetched once a minute at most"
        business.keys._again = 0.0
        maps.edit(id_, "It was mended at once, thanks")
        assert await pushed() == [200]
        (event,) = await business.look_up(inbox.events[-1])
        assert event.kind == "edited"
        assert event.post is not None
        assert event.post.text == "It was mended at once, thanks"
        assert event.post.edited_at is not None


async def test_a_delivery_that_is_quicker_than_its_review_deletes_nothing(maps: Pretended, http: Http) -> None:
    business = source(maps, http)
    hint = business.hint(f"{PLACES[0]}/reviews/AbFvOqkNotYet", {"type": "NEW_REVIEW"}, "1")
    assert list(await business.look_up(hint)) == []


async def test_without_audience_and_service_account_nothing_is_delivered(maps: Pretended, http: Http) -> None:
    business = source(maps, http, audience="", pusher="")
    verdict = business.verify(Inbound("POST", CIMultiDict(maps.signed(b"", maps.secret)), {}, b"{}"), datetime.now(UTC))
    assert isinstance(verdict, Reject)
    assert verdict.status == 401
    assert "pusher" in verdict.detail


# Answering


async def test_a_reply_of_a_colleague_is_not_replaced(maps: Pretended, http: Http) -> None:
    id_ = written(maps, "slow", 100)
    business = source(maps, http)
    post = await only_post(business)
    assert business.refuses(post, datetime.now(UTC)) is None
    maps.answer_elsewhere(id_, "We are on it, says Ana.")
    with pytest.raises(PermanentError, match="Somebody has answered"):
        await business.reply(post, "We are on it.", "key")
    assert maps.answers(id_) == ["We are on it, says Ana."]
    later = await only_post(source(maps, http))
    assert "Somebody has answered" in (business.refuses(later, datetime.now(UTC)) or "")


async def test_a_reply_is_replaced_by_the_next_where_it_is_ours_or_the_customer_has_written_since(
    maps: Pretended, http: Http
) -> None:
    id_ = written(maps, "slow", 100)
    business = source(maps, http)
    post = await only_post(business)
    sent = await business.reply(post, "It is mended.", "one")
    assert sent.external_id.startswith(f"{id_}/reply@")
    assert sent.url == post.url
    maps.reviews[id_]["reviewReply"]["comment"] += "\n\n(Translated by Google)\nEs ist repariert."
    await business.reply(post, "It really is.", "two")
    assert maps.answers(id_) == ["It really is."]
    maps.edit(id_, "not mended at all")
    after_a_restart = source(maps, http)
    again = await only_post(after_a_restart)
    assert after_a_restart.refuses(again, datetime.now(UTC)) is None
    await after_a_restart.reply(again, "Please write to us.", "three")
    assert maps.answers(id_) == ["Please write to us."]


async def test_the_same_reply_again_after_a_restart_is_taken(maps: Pretended, http: Http) -> None:
    id_ = written(maps, "slow", 100)
    post = await only_post(source(maps, http))
    await source(maps, http).reply(post, "Sorry. ", "one")
    await source(maps, http).reply(post, "Sorry. ", "one")
    assert maps.answers(id_) == ["Sorry."]


async def test_a_reply_is_as_long_as_its_bytes_and_what_google_refuses_is_said_in_its_words(
    maps: Pretended, http: Http
) -> None:
    written(maps, "slow", 100)
    business = source(maps, http)
    post = await only_post(business)
    assert business.length("é" * 2048) == 4096
    await business.reply(post, "é" * 2048, "one")
    with pytest.raises(PermanentError, match="invalid argument"):
        await business.reply(post, "é" * 2049, "two")
    rejected = {"comment": "Buy!", "reviewReplyState": "REJECTED", "policyViolation": "ADVERTISING"}
    review = json.dumps(maps.reviews[post.external_id])
    maps.troubles.script = [(200, {}, review), (200, {}, json.dumps(rejected))]
    with pytest.raises(PermanentError, match="ADVERTISING"):
        await business.reply(post, "Buy!", "three")
    maps.reviews.clear()
    with pytest.raises(PermanentError, match="not found"):
        await business.reply(post, "Sorry", "four")


async def test_a_reply_that_google_refuses_after_a_look_comes_back_and_makes_room_for_another(
    maps: Pretended, http: Http
) -> None:
    id_ = written(maps, "slow", 100)
    business = source(maps, http)
    events, cursor = await to_the_end(business)
    post = events[0].post
    assert post is not None
    sent = await business.reply(post, "Call 0900-4711 for money back!", "one")
    assert (await to_the_end(business, cursor))[0] == [], "Google has not decided yet"
    maps.refuse_reply(id_, "PHONE_NUMBER")
    (fate,), _ = await to_the_end(business, cursor)
    assert (fate.kind, fate.external_id) == ("fate", sent.external_id)
    assert "PHONE_NUMBER" in fate.why
    after_a_restart = source(maps, http)
    again = await only_post_of(after_a_restart)
    assert after_a_restart.refuses(again, datetime.now(UTC)) is None
    other = await after_a_restart.reply(again, "Please write to us.", "two")
    assert other.external_id != sent.external_id
    assert maps.answers(id_) == ["Please write to us."]


# What is missing


async def test_notifications_that_are_not_turned_on_are_missing(maps: Pretended, http: Http) -> None:
    business = source(maps, http)
    assert list(await business.missing()) == []
    maps.notifications["notificationTypes"] = ["NEW_REVIEW", "GOOGLE_UPDATE"]
    (said,) = await business.missing()
    assert "UPDATED_REVIEW" in said
    assert "NEW_REVIEW" not in said
    maps.notifications = {"name": f"{ACCOUNT}/notificationSetting"}
    (said,) = await business.missing()
    assert "NEW_REVIEW, UPDATED_REVIEW" in said
    assert list(await source(maps, http, pusher="", audience="").missing()) == [], "who only polls needs none"


async def test_what_google_says_of_the_project_and_of_places_is_repeated(maps: Pretended, http: Http) -> None:
    zero = failed(429, "Quota exceeded for quota metric 'Requests'.", "RATE_LIMIT_EXCEEDED", quota_limit_value="0")
    maps.troubles.script = [(429, {}, zero.text or "")]
    (said,) = await source(maps, http).missing()
    assert "approved" in said
    assert "Quota exceeded for quota metric" in said
    maps.lost = {PLACES[1]}
    (said,) = await source(maps, http).missing()
    assert "not verified" in said


async def test_without_permission_it_says_how_to_give_it(maps: Pretended, http: Http) -> None:
    with pytest.raises(TokenRefusedError, match="expired or revoked"):
        await source(maps, http, refresh="1//another").poll(None, 100)
    options = {"client_id_env": "ID", "client_secret_env": "SECRET"}
    secrets = {"client_id_env": maps.client, "client_secret_env": maps.client_secret}
    settings = SourceSettings("maps", url=maps.url, account=ACCOUNT, options=options, secrets=secrets)
    with pytest.raises(NotSetError, match="sources allow maps"):
        await GoogleBusiness(settings, http).poll(None, 100)


async def test_it_is_allowed_by_the_code_that_the_owners_browser_brings_back(maps: Pretended, http: Http) -> None:
    written(maps, "slow", 100)
    options = {"client_id_env": "ID", "client_secret_env": "SECRET"}
    secrets = {"client_id_env": maps.client, "client_secret_env": maps.client_secret}
    business = GoogleBusiness(
        SourceSettings("maps", url=maps.url, account=ACCOUNT, options=options, secrets=secrets), http
    )
    asking = business.tokens.ask("https://127.0.0.1/allowed")
    token = await business.tokens.allow(asking, maps.consent(asking.address))
    assert token.refresh == maps.refresh_token
    assert texts((await to_the_end(business))[0]) == ["slow"]
