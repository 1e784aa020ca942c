"""The front door over real HTTP: what comes in, what does not, and what the sender is told."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import ConfigError, PermanentError, RetriableError
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import Connector, SourceSettings
from integrations.webhooks import FrontDoor
from tests.fakes.clock import SystemClock
from tests.fakes.inbox import MemoryInbox
from tests.integrations.doors import SECRET, front_door, post, signed


async def test_a_signed_post_is_kept_and_counted() -> None:
    inbox = MemoryInbox()
    async with front_door(inbox) as door:
        assert await door.deliver(post(1)) == (200, {"accepted": 1, "duplicates": 0})
        assert await door.deliver([post(1), post(2), post(2)]) == (200, {"accepted": 1, "duplicates": 2})
    assert [event.external_id for event in inbox.events] == ["1", "2"]


async def test_the_same_post_five_times_at_once_is_one_post() -> None:
    inbox = MemoryInbox()
    async with front_door(inbox) as door:
        answers = await asyncio.gather(*(door.deliver(post(7)) for _ in range(5)))
    assert [status for status, _ in answers] == [200] * 5
    assert sum(said["accepted"] for _, said in answers) == 1
    assert sum(said["duplicates"] for _, said in answers) == 4
    assert len(inbox.events) == 1


async def test_an_unknown_field_is_kept_in_raw() -> None:
    inbox = MemoryInbox()
    async with front_door(inbox) as door:
        await door.deliver(post(1, mood="cross", raw={"desk": 3}))
    kept = inbox.events[0].post
    assert kept is not None
    assert kept.raw == {"mood": "cross", "desk": 3}


async def test_wrong_missing_and_stale_signatures_are_401() -> None:
    inbox = MemoryInbox()
    async with front_door(inbox) as door:
        status, said = await door.deliver(post(), secret="whsec_b3RoZXIgc2VjcmV0")
        assert (status, said["error"]) == (401, "bad_signature")
        status, said = await door.deliver(post(), age=timedelta(minutes=6))
        assert (status, said["error"]) == (401, "stale")
        async with door.session.post(f"{door.url}/hooks/generic/demo", json=post()) as answer:
            assert answer.status == 401
            assert "webhook-signature" in (await answer.json())["detail"]
    assert inbox.events == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("webhook-signature", "v1"),
        ("webhook-signature", "sha256=abc v2,abc"),
        ("webhook-signature", "v1,žluťoučký"),
        ("webhook-id", "žluťoučký"),
        ("webhook-timestamp", "yesterday"),
        ("webhook-timestamp", "nan"),
        ("webhook-timestamp", "1e400"),
    ],
)
async def test_headers_that_make_no_sense_are_401(header: str, value: str) -> None:
    async with front_door(MemoryInbox()) as door:
        body = json.dumps(post()).encode()
        headers = {**signed(body), header: value}
        async with door.session.post(f"{door.url}/hooks/generic/demo", data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["error"]) == (401, "bad_signature")


async def test_one_of_several_signatures_is_enough() -> None:
    async with front_door(MemoryInbox()) as door:
        body = json.dumps(post()).encode()
        headers = signed(body)
        headers = {**headers, "webhook-signature": f"v2,abc v1,b3RoZXI= {headers['webhook-signature']}"}
        async with door.session.post(f"{door.url}/hooks/generic/demo", data=body, headers=headers) as answer:
            assert answer.status == 200


async def test_an_unknown_source_or_kind_is_404() -> None:
    async with front_door(MemoryInbox()) as door:
        status, said = await door.deliver(post(), name="nobody")
        assert (status, said["error"]) == (404, "unknown_source")
        async with door.session.post(f"{door.url}/hooks/rss/demo", data=b"") as answer:
            assert answer.status == 404


async def test_get_is_405_where_the_network_asks_no_challenge() -> None:
    async with front_door(MemoryInbox()) as door, door.session.get(f"{door.url}/hooks/generic/demo") as answer:
        assert answer.status == 405
        assert (await answer.json())["error"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"garbage", "The body is not JSON"),
        (b'{"network":', "The body is not JSON"),
        (b'{"kind": "', "The body is not JSON"),
        (b"", "The body is not JSON"),
        (b"[1]", "Record 0, the record"),
        ([post(1), post(2, author={})], "Record 1, author.handle: Field required"),
        ([post(1), post(2, posted_at="2026-03-02T09:00:00")], "Record 1, posted_at: Input should have timezone info"),
        ([post(1), {"kind": "vanished", "post": {}}], "Record 1, kind: 'vanished' is none of created, edited"),
        ([{"kind": "edited", "post": post(1) | {"text": 5}}], "Record 0, post.text: Input should be a valid string"),
        (post(1) | {"network": "No Spaces"}, "Record 0, network"),
    ],
)
async def test_garbage_is_400_and_names_record_and_field(content: object, detail: str) -> None:
    inbox = MemoryInbox()
    async with front_door(inbox) as door:
        status, said = await door.deliver(content)
    assert (status, said["error"]) == (400, "bad_delivery")
    assert detail in said["detail"]
    assert inbox.events == []


async def test_what_is_not_utf_8_is_400() -> None:
    async with front_door(MemoryInbox()) as door:
        status, said = await door.deliver(b"\x00\xff\xfe")
    assert (status, said["error"]) == (400, "not_utf8")


async def test_ten_megabytes_are_413_before_they_are_read() -> None:
    async with front_door(MemoryInbox()) as door:
        status, said = await door.deliver(b"[" + b" " * 10_000_000 + b"]")
        assert (status, said["error"]) == (413, "too_long")


async def test_a_body_of_unknown_length_is_413_as_soon_as_it_is_too_long() -> None:
    async def endless() -> object:
        for _ in range(1000):
            yield b" " * 1000

    async with front_door(MemoryInbox(), longest=5000) as door:
        status, _ = await door.deliver(b" " * 5001)
        assert status == 413
        async with door.session.post(f"{door.url}/hooks/generic/demo", data=endless()) as answer:
            assert answer.status == 413


async def test_a_sender_that_asks_first_is_told_before_it_sends() -> None:
    body = b" " * 200_000
    async with front_door(MemoryInbox(), longest=100_000) as door:
        url = f"{door.url}/hooks/generic/demo"
        async with door.session.post(url, data=body, headers=signed(body), expect100=True) as answer:
            assert answer.status == 413
        small = b"[]"
        async with ClientSession() as session:
            asked = session.post(url, data=small, headers=signed(small), expect100=True)
            async with asked as answer:
                assert answer.status == 200


async def test_a_full_inbox_is_503_with_retry_after() -> None:
    inbox = MemoryInbox()
    inbox.failure = RetriableError("full", retry_after=1.2)
    async with front_door(inbox) as door:
        body = b"[]"
        url = f"{door.url}/hooks/generic/demo"
        async with door.session.post(url, data=body, headers=signed(body)) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "2"


async def test_what_the_inbox_cannot_store_is_400() -> None:
    inbox = MemoryInbox()
    inbox.failure = PermanentError("a number is too great")
    async with front_door(inbox) as door:
        status, said = await door.deliver(post())
    assert (status, said["detail"]) == (400, "a number is too great")


@pytest.mark.parametrize(
    ("configured", "signs_with"),
    [
        (SECRET, SECRET),
        ("plain-words!", b"plain-words!"),
        ("bG9va3MgbGlrZSBiYXNlNjQ=", "bG9va3MgbGlrZSBiYXNlNjQ="),
        ("bG9va3MgbGlrZSBiYXNlNjQ=", b"bG9va3MgbGlrZSBiYXNlNjQ="),
        (f"old-secret {SECRET}", SECRET),
        (f"old-secret {SECRET}", b"old-secret"),
    ],
    ids=["prefixed", "raw", "base64", "base64 meant raw", "the new of two", "the old of two"],
)
async def test_a_secret_may_be_prefixed_raw_or_one_of_several(configured: str, signs_with: str | bytes) -> None:
    async with front_door(MemoryInbox(), secret=configured) as door:
        assert (await door.deliver(post(), secret=signs_with))[0] == 200


async def test_one_right_signature_among_several_is_enough() -> None:
    async with front_door(MemoryInbox()) as door:
        headers = signed(b"[]")
        right = headers["webhook-signature"]
        headers["webhook-signature"] = f"v1a,AAAA v1,AAAA {right}"
        async with door.session.post(f"{door.url}/hooks/generic/demo", data=b"[]", headers=headers) as answer:
            assert answer.status == 200


class Asking(Connector):
    """A network that checks the address before it delivers."""

    kind = "asking"

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        return Challenge(request.query["challenge"])


async def test_a_networks_challenge_is_answered() -> None:
    app = web.Application()
    asking = Asking(SourceSettings("page"), Http())
    app.add_routes(FrontDoor({"page": asking}, MemoryInbox(), SystemClock()).routes())
    async with TestServer(app) as server, ClientSession() as session:
        answer = await session.get(server.make_url("/hooks/asking/page?challenge=4711"))
        assert (answer.status, await answer.text()) == (200, "4711")
        assert answer.content_type == "text/plain"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "gzip, gzip", "x-unknown"])
async def test_a_compressed_body_is_refused_unread(encoding: str) -> None:
    packed = gzip.compress(b" " * 10_000_000)
    async with front_door(MemoryInbox()) as door:
        url, headers = f"{door.url}/hooks/generic/demo", {"Content-Encoding": encoding}
        async with door.session.post(url, data=BytesIO(packed), headers=headers) as answer:
            assert (answer.status, (await answer.json())["error"]) == (415, "encoded")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def drops() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b" "
            await asyncio.sleep(0.1)

    async with front_door(MemoryInbox(), patience=0.3) as door:
        async with door.session.post(f"{door.url}/hooks/generic/demo", data=drops()) as answer:
            assert (answer.status, (await answer.json())["error"]) == (408, "too_slow")
        assert (await door.deliver(post(1)))[0] == 200


@pytest.mark.parametrize("mistyped", ["whsec_", "whsec_abcde", "good whsec_"])
def test_a_secret_that_cannot_be_one_is_named_at_the_start_and_not_shown(mistyped: str) -> None:
    with pytest.raises(ConfigError) as refused:
        GenericWebhook(SourceSettings("demo", secret=mistyped, secret_env="BATON_HOOK_SECRET"), Http())
    assert "BATON_HOOK_SECRET" in str(refused.value)
    assert "abcde" not in str(refused.value)


async def test_a_kind_that_does_not_exist_is_named_briefly() -> None:
    async with front_door(MemoryInbox()) as door:
        status, said = await door.deliver({"kind": "x" * 500_000, "post": {}})
    assert (status, said["error"]) == (400, "bad_delivery")
    assert len(said["detail"]) < 200


class Keyed(Connector):
    """A network whose key has to be fetched before anything can be checked; `fails` says how that goes wrong."""

    kind = "keyed"
    key = ""
    fails: type[Exception] | None = None
    fetched = 0

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        if not self.key:
            return Reject(503, "unknown_key", "Send it again.")
        right = request.headers.get("Key") == self.key
        return Delivery(request.body, now) if right else Reject(401, "bad_signature", "Another key.")

    async def prepare(self) -> None:
        self.fetched += 1
        if self.fails is not None:
            raise self.fails("the server of the keys is out")
        self.key = "right"

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        return [self.hint("4711", delivery.body.decode())]


@pytest.mark.parametrize(("key", "status"), [("right", 200), ("wrong", 401)])
async def test_what_must_be_fetched_before_a_delivery_can_be_checked_is_fetched_once(key: str, status: int) -> None:
    app, source, inbox = web.Application(), Keyed(SourceSettings("keyed"), Http()), MemoryInbox()
    app.add_routes(FrontDoor({"keyed": source}, inbox, SystemClock()).routes())
    async with TestServer(app) as server, ClientSession() as session:
        for _ in range(3):
            answer = await session.post(server.make_url("/hooks/keyed/keyed"), data=b"{}", headers={"Key": key})
            assert answer.status == status
    assert source.fetched == 1
    assert len(inbox.events) == (status == 200)


@pytest.mark.parametrize("fails", [RetriableError, PermanentError, TimeoutError])
async def test_what_cannot_be_checked_yet_is_sent_again_and_never_let_in(fails: type[Exception]) -> None:
    app, source, inbox = web.Application(), Keyed(SourceSettings("keyed"), Http()), MemoryInbox()
    source.fails = fails
    app.add_routes(FrontDoor({"keyed": source}, inbox, SystemClock()).routes())
    async with TestServer(app) as server, ClientSession() as session:
        answer = await session.post(server.make_url("/hooks/keyed/keyed"), data=b"{}", headers={"Key": "right"})
        assert (answer.status, (await answer.json())["error"]) == (503, "unknown_key")
        assert answer.headers["Retry-After"] == "1"
        assert inbox.events == []
        source.fails = None
        answer = await session.post(server.make_url("/hooks/keyed/keyed"), data=b"{}", headers={"Key": "right"})
        assert answer.status == 200
