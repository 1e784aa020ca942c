"""The client towards the outside: repeats what may be repeated, listens to the server, keeps secrets to itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import LONGEST_WAIT, PermanentError, RetriableError, UnknownResultError, unquoted
from integrations.http import MOST_REDIRECTS, Http, retry_after

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("/feed"))


class Scripted:
    """Answers with one status after the other, the last one for ever."""

    def __init__(self, *answers: tuple[int, dict[str, str]]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def answer(self, request: web.Request) -> web.Response:
        status, headers = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return web.Response(status=status, headers=headers, text="token=abcdefgh123 is wrong")


class Waits:
    """Sleeps that only count."""

    def __init__(self) -> None:
        self.spans: list[float] = []

    async def __call__(self, span: float) -> None:
        self.spans.append(span)


async def test_a_busy_server_is_asked_again_after_the_time_it_names() -> None:
    script, waits = Scripted((429, {"Retry-After": "3"}), (503, {}), (200, {})), Waits()
    async with serving(script.answer) as url, Http(sleep=waits) as http:
        assert (await http.send("GET", url)).status == 200
    assert 3 <= waits.spans[0] <= 3.5
    assert 1 <= waits.spans[1] <= 2
    assert script.asked == 3


@pytest.mark.parametrize(
    ("reset", "fewest", "most"), [("120", 120, 120), ("clock", 100, 120), ("1e300", 86_400, 86_400), ("-5", 0, 0)]
)
async def test_when_a_budget_is_filled_anew_counts_as_patience(reset: str, fewest: float, most: float) -> None:
    moment = str(int(datetime.now(UTC).timestamp()) + 120) if reset == "clock" else reset
    script = Scripted((429, {"RateLimit-Reset": moment}))
    async with serving(script.answer) as url, Http(tries=1) as http:
        with pytest.raises(RetriableError) as refused:
            await http.send("GET", url)
    assert refused.value.retry_after is not None
    assert fewest <= refused.value.retry_after <= most


async def test_more_patience_than_ours_is_left_to_the_caller() -> None:
    script, waits = Scripted((429, {"Retry-After": "120"})), Waits()
    async with serving(script.answer) as url, Http(sleep=waits) as http:
        with pytest.raises(RetriableError) as refused:
            await http.send("GET", url)
    assert refused.value.retry_after == 120
    assert script.asked == 1
    assert waits.spans == []


async def test_what_cannot_succeed_is_not_repeated() -> None:
    script = Scripted((404, {}))
    async with serving(script.answer) as url, Http() as http:
        with pytest.raises(PermanentError, match="404"):
            await http.send("GET", url)
        assert (await http.send("GET", url, expected=(404,))).status == 404
    assert script.asked == 2


async def test_a_post_that_may_have_taken_effect_is_not_repeated() -> None:
    script, waits = Scripted((502, {})), Waits()
    async with serving(script.answer) as url, Http(sleep=waits) as http:
        with pytest.raises(UnknownResultError):
            await http.send("POST", url, json={})
        assert script.asked == 1
        with pytest.raises(RetriableError):
            await http.send("POST", url, json={}, repeatable=True)
    assert script.asked == 4


async def test_a_post_whose_answer_is_cut_off_has_an_unknown_result() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(cut) as url, Http(sleep=Waits()) as http:
        with pytest.raises(UnknownResultError):
            await http.send("POST", url, json={})
        with pytest.raises(RetriableError) as lost:
            await http.send("GET", url)
    assert not isinstance(lost.value, UnknownResultError)


async def test_nobody_there_is_retriable_even_for_a_post() -> None:
    async with Http(sleep=Waits(), tries=2) as http:
        with pytest.raises(RetriableError) as failed:
            await http.send("POST", "http://127.0.0.1:1/")
    assert not isinstance(failed.value, UnknownResultError)


async def test_what_must_not_be_sent_twice_goes_over_a_connection_of_its_own() -> None:
    connections: list[int] = []

    async def once_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Says nothing of closing, and closes: as a server does that has waited long enough.
        connections.append(len(await reader.readuntil(b"\r\n\r\n")))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(once_each, "127.0.0.1", 0)
    async with server, Http(tries=1) as http:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        for _ in range(20):
            assert (await http.send("GET", url)).body == b"ok"
            assert (await http.send("POST", url, repeatable=False)).body == b"ok"
    assert len(connections) == 40


async def test_secrets_never_show_in_errors() -> None:
    script = Scripted((403, {}))
    async with serving(script.answer) as url, Http() as http:
        with pytest.raises(PermanentError) as refused:
            await http.send("GET", f"{url}?access_token=hunter22&q=1", secrets=["abcdefgh123"])
    assert "hunter22" not in str(refused.value)
    assert "abcdefgh123" not in str(refused.value)
    assert "q=1" in str(refused.value)


async def test_a_secret_in_the_path_never_shows_whatever_goes_wrong() -> None:
    async def wrong(request: web.Request) -> web.StreamResponse:
        if request.query.get("how") == "long":
            return web.Response(body=b"x" * 2_000)
        if request.query.get("how") == "around":
            raise web.HTTPFound(request.url)
        return web.Response(status=403, text=f"{request.path} is not for you")

    secret = "4711:abcdefgh123"
    async with serving(wrong) as url, Http(longest=1_000) as http:
        for how in ("long", "around", "refused"):
            with pytest.raises(PermanentError) as failed:
                await http.send("GET", f"{url}bot{secret}/getMe?how={how}", secrets=[secret])
            assert secret not in str(failed.value)
            assert "getMe" in str(failed.value)


async def test_an_answer_without_end_is_cut_short() -> None:
    async def endless(request: web.Request) -> web.Response:
        return web.Response(body=b" " * 3000)

    async with serving(endless) as url, Http(longest=2000) as http:
        with pytest.raises(PermanentError, match="2,000 bytes"):
            await http.send("GET", url)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("2.5", 2.5),
        ("-4", 0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("soon", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, datetime(2026, 3, 2, 9, tzinfo=UTC)) == seconds


async def test_redirects_are_followed_but_not_for_ever() -> None:
    moved = Scripted((301, {"Location": "/elsewhere"}), (302, {"Location": "?page=2"}), (200, {}))
    async with serving(moved.answer) as url, Http() as http:
        answer = await http.send("GET", url)
    assert (answer.status, answer.url) == (200, url.replace("/feed", "/elsewhere?page=2"))
    circle = Scripted((307, {"Location": "/feed"}))
    async with serving(circle.answer) as url, Http() as http:
        with pytest.raises(PermanentError, match="leads on and on"):
            await http.send("GET", url)
    assert circle.asked == MOST_REDIRECTS + 1


async def test_what_must_not_be_repeated_is_not_sent_elsewhere_either() -> None:
    moved = Scripted((307, {"Location": "/elsewhere"}))
    async with serving(moved.answer) as url, Http() as http:
        with pytest.raises(PermanentError, match="answered 307"):
            await http.send("POST", url, json={})
    assert moved.asked == 1


async def test_what_lets_us_in_here_does_not_travel_on() -> None:
    heard: list[web.Request] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(request)
        return web.Response()

    async with serving(listen) as there, serving(Scripted((302, {"Location": there})).answer) as url, Http() as http:
        await http.send("GET", url, headers={"Authorization": "Bearer 1", "Api-Key": "3", "If-None-Match": "2"})
    assert not {"Authorization", "Api-Key"} & heard[0].headers.keys()
    assert heard[0].headers["If-None-Match"] == "2"


@pytest.mark.parametrize("onward", ["file:///etc/passwd", "gopher://feed.example/", "http://[::1"])
async def test_a_redirect_to_what_is_no_page_is_refused(onward: str) -> None:
    async with serving(Scripted((302, {"Location": onward})).answer) as url, Http() as http:
        with pytest.raises(PermanentError, match="leads to an address"):
            await http.send("GET", url)


async def test_what_a_server_repeats_of_a_secret_in_the_address_is_hidden() -> None:
    async def repeats(request: web.Request) -> web.Response:
        return web.Response(status=403, text=f"the key {request.query['api_key']} is not known")

    async with serving(repeats) as url, Http() as http:
        with pytest.raises(PermanentError) as refused:
            await http.send("GET", f"{url}?api_key=abc%20def99")
    assert "is not known" in str(refused.value)
    assert "def99" not in str(refused.value)


@pytest.mark.parametrize("asked", ["1e400", "1e300", "-5", "nan", "inf"])
async def test_a_wait_that_no_clock_knows_is_a_long_one_or_none(asked: str) -> None:
    async with serving(Scripted((429, {"Retry-After": asked})).answer) as url, Http(tries=1) as http:
        with pytest.raises(RetriableError) as refused:
            await http.send("GET", url)
    assert 0 <= (refused.value.retry_after or 0.0) <= LONGEST_WAIT


def test_an_error_never_asks_for_a_wait_that_is_none() -> None:
    assert RetriableError("busy", float("nan")).retry_after is None
    assert RetriableError("busy", float("inf")).retry_after == LONGEST_WAIT
    assert RetriableError("busy", -1).retry_after == 0


@pytest.mark.parametrize("status", [400, 503])
async def test_whom_was_asked_for_and_what_was_answered_is_told_to_people_and_not_to_logs(status: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text="Maya Okafor is unknown here")

    async with serving(answer) as url, Http(tries=1) as http:
        asked = f"{url}/people/maya%40mail.example?$filter=mail eq 'maya@mail.example'"
        with pytest.raises((PermanentError, RetriableError)) as refused:
            await http.send("GET", asked)
    assert "Maya Okafor is unknown" in str(refused.value)
    assert "mail eq" in str(refused.value)
    logged = unquoted(str(refused.value))
    assert "maya" not in logged.lower()
    assert logged == f"GET {url}/people/…?… answered {status}: …"


async def test_an_address_is_sent_exactly_where_its_server_tells_a_sign_from_its_code() -> None:
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.Response()

    async with serving(answer) as url, Http() as http:
        for exactly in (False, True):
            await http.send("GET", f"{url}/urn%3Ali%3A%281%2C2%29?of=urn%3Ali&span=(from:1)", exactly=exactly)
    assert seen == [
        "/feed/urn:li:(1,2)?of=urn:li&span=(from:1)",
        "/feed/urn%3Ali%3A%281%2C2%29?of=urn%3Ali&span=(from:1)",
    ]
