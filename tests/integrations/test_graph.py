"""What Meta's networks share: signatures over escaped text, the verify token, what its errors mean, lists page by page."""

from __future__ import annotations

import hmac
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.graph import GraphConnector, Happening, moment, text_id
from integrations.http import Answer, Http
from integrations.source import SourceSettings

SECRET = "secret-of-the-app"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Network(GraphConnector):
    """A network of Meta's that hears what stands in a field."""

    kind = "network"
    objects = frozenset({"page"})
    scopes = ("pages_messaging",)
    refusals: Mapping[int, str] = {2018001: "Nobody is there."}

    def heard(self, body: bytes) -> list[Any]:
        return self.happenings(body)


def network(**secrets: str) -> Network:
    kept = {"verify_token_env": "our own word", "token_env": "token-4711", **secrets}
    settings = SourceSettings(
        "network",
        secret=SECRET,
        secret_env="META_SECRET",
        options={"verify_token_env": "META_VERIFY", "token_env": "META_TOKEN"},
        secrets=kept,
    )
    return Network(settings, Http())


def signed(body: bytes, over: bytes | None = None) -> Inbound:
    made = hmac.digest(SECRET.encode(), body if over is None else over, "sha256").hex()
    return Inbound("POST", CIMultiDict({"X-Hub-Signature-256": f"sha256={made}"}), {}, body)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("äöå", "\\u00e4\\u00f6\\u00e5"),
        ("📦 late", "\\ud83d\\udce6 late"),
        ("الطرد", "\\u0627\\u0644\\u0637\\u0631\\u062f"),
    ],
)
def test_a_signature_holds_over_the_bytes_and_over_the_escaped_text(text: str, escaped: str) -> None:
    written, sent = f'{{"text": "{text}"}}'.encode(), f'{{"text": "{escaped}"}}'.encode()
    source = network()
    for request in (signed(written), signed(sent), signed(written, over=sent)):
        verdict = source.verify(request, NOW)
        assert isinstance(verdict, Delivery)
        assert verdict.body == request.body


def test_a_stranger_keeps_nobody_waiting_with_a_body_that_is_long_and_odd() -> None:
    source, request = network(), signed(("é" * 499_000).encode(), over=b"")
    source.verify(request, NOW)
    begun = time.process_time()
    assert isinstance(source.verify(request, NOW), Reject)
    assert time.process_time() - begun < 0.3


@pytest.mark.parametrize("over", [b"", b"another body", b'{"text": "\\u00E4"}'])
def test_a_signature_over_anything_else_does_not(over: bytes) -> None:
    verdict = network().verify(signed('{"text": "ä"}'.encode(), over=over), NOW)
    assert isinstance(verdict, Reject)
    assert (verdict.status, verdict.error) == (401, "bad_signature")
    assert isinstance(network().verify(signed(b"\xff\xfe", over=over), NOW), Reject)


def asked(**changed: str) -> Inbound:
    query = {"mode": "subscribe", "challenge": "1158201444", "verify_token": "our own word", **changed}
    return Inbound("GET", CIMultiDict(), {f"hub.{name}": value for name, value in query.items()}, b"")


def test_the_verify_token_is_answered_with_the_challenge() -> None:
    assert network().verify(asked(), NOW) == Challenge("1158201444")


@pytest.mark.parametrize(
    "changed", [{"mode": "unsubscribe"}, {"verify_token": "ours own word"}, {"verify_token": "ü\udcff"}]
)
def test_another_verify_token_or_mode_is_refused(changed: dict[str, str]) -> None:
    verdict = network().verify(asked(**changed), NOW)
    assert isinstance(verdict, Reject)
    assert (verdict.status, verdict.error) == (403, "bad_verify_token")
    assert "our own word" not in verdict.detail


def test_without_a_verify_token_nothing_is_verified_and_its_variable_is_named() -> None:
    verdict = network(verify_token_env="").verify(asked(verify_token=""), NOW)
    assert isinstance(verdict, Reject)
    assert "META_VERIFY" in verdict.detail


def test_every_entry_and_every_change_of_a_delivery_is_told_of() -> None:
    body = {
        "object": "page",
        "entry": [
            {"id": 1, "time": 1772445600, "changes": [{"field": "feed", "value": 1}, {"field": "feed", "value": 2}]},
            {"id": "2", "time": 1772445600999, "messaging": [{"a": 1}], "standby": [{"b": 2}]},
            {"id": "3", "field": "comments", "value": {"c": 3}},
            {"id": "4", "changes": []},
            {"id": "5", "changed_fields": ["feed"]},
            "odd",
        ],
    }
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert network().heard(orjson.dumps(body)) == [
        Happening("1", "feed", 1, at),
        Happening("1", "feed", 2, at),
        Happening("2", "messaging", {"a": 1}, at.replace(microsecond=999000)),
        Happening("2", "standby", {"b": 2}, at.replace(microsecond=999000)),
        Happening("3", "comments", {"c": 3}, None),
        {"id": "5", "changed_fields": ["feed"]},
        "odd",
    ]
    assert network().heard(b'{"object": "page", "entry": []}') == []
    assert network().heard(b'{"object": "user", "entry": []}') == [{"object": "user", "entry": []}]


@pytest.mark.parametrize("body", [b"[1]", b"{}", b"nothing", b'"page"'])
def test_what_names_no_object_is_no_delivery(body: bytes) -> None:
    with pytest.raises(PermanentError):
        network().heard(body)


def answer(status: int, error: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, CIMultiDictProxy(CIMultiDict(named)), orjson.dumps({"error": error or {}}), "")


def refused(method: str, status: int, headers: Mapping[str, str] | None = None, **error: Any) -> Exception:
    return network().refusal(method, answer(status, error, **(headers or {})), error)


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001, 80006])
def test_too_many_calls_can_be_made_later(code: int) -> None:
    usage = orjson.dumps(
        {"1": [{"estimated_time_to_regain_access": 3}, {"estimated_time_to_regain_access": 7}]}
    ).decode()
    error = refused("POST", 400, {"X_Business_Use_Case_Usage": usage}, code=code, message="(#4) limit reached")
    assert type(error) is RetriableError
    assert error.retry_after == 7 * 60
    assert isinstance(refused("GET", 403, code=code), RetriableError)
    broken = refused("GET", 400, {"X_App_Usage": "no JSON", "Retry_After": "12"}, code=code)
    assert isinstance(broken, RetriableError)
    assert broken.retry_after == 12


@pytest.mark.parametrize("error", [{"code": 1}, {"code": 2}, {"code": 999, "is_transient": True}])
def test_of_what_was_sent_while_meta_was_not_well_nobody_knows_the_fate(error: dict[str, Any]) -> None:
    assert isinstance(refused("POST", 500, **error), UnknownResultError)
    assert type(refused("POST", 503, **error)) is RetriableError
    assert type(refused("GET", 400, **error)) is RetriableError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"code": 190, "error_subcode": 463}, "META_TOKEN"),
        ({"code": 102}, "META_TOKEN"),
        ({"code": 10}, "a permission is missing"),
        ({"code": 200}, "a permission is missing"),
        ({"code": 299}, "a permission is missing"),
        ({"code": 10, "error_subcode": 2018278}, "The time in which Meta takes a message is over"),
        ({"code": 10, "error_subcode": 2534022}, "The time in which Meta takes a message is over"),
        ({"code": 100, "error_subcode": 2018001}, "Nobody is there."),
        ({"code": 100}, "Meta refuses"),
        ({"code": "100", "error_subcode": "2018001"}, "Nobody is there."),
        ({"code": None}, "Meta refuses"),
        ({"code": []}, "Meta refuses"),
    ],
)
def test_what_must_be_mended_is_said_with_the_words_of_meta(error: dict[str, Any], words: str) -> None:
    said = refused("POST", 400, message="(#1) In Meta's words", fbtrace_id="AbC1", **error)
    assert isinstance(said, PermanentError)
    assert words in str(said)
    assert "In Meta's words" in str(said)
    assert "AbC1" in str(said)


def test_words_for_people_go_before_those_for_developers() -> None:
    said = refused("POST", 400, message="(#100) param", error_user_msg="The comment is hidden.", code=100)
    assert "The comment is hidden." in str(said)
    assert "param" not in str(said)


class Asked(Http):
    """Notes what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    async def send(self, method: str, url: str, **request: Any) -> Answer:
        self.urls.append(url)
        return Answer(200, CIMultiDictProxy(CIMultiDict()), b'{"id": "1"}', url)


@pytest.mark.parametrize(
    "id_", ["../me", "1/../../me", "..", "me/feed?x=", "1#", "1%2f..", "1\\..", "1\n", "", "/evil.example", "1 2", "é"]
)
async def test_an_id_never_leads_to_another_place_than_it_names(id_: str) -> None:
    http = Asked()
    source = Network(network().settings, http)
    with pytest.raises(PermanentError, match="no path"):
        await source.graph("POST", f"/{id_}/replies", json={"message": "We are sorry."})
    assert http.urls == []


@pytest.mark.parametrize(
    "id_", ["17858893269", "1_2", "m_-uv.A=", "mid.$cAAJsujCd2OR", "mid.1457:41d1", "aWdfZAG1:1~x+y"]
)
async def test_ids_of_every_form_of_metas_are_asked_for(id_: str) -> None:
    http = Asked()
    await Network(network().settings, http).graph("GET", f"/{id_}/comments")
    assert http.urls == [f"https://graph.facebook.com/v25.0/{id_}/comments"]


class Lists(Network):
    """Gives the pages of a list; of cursors it heeds only some."""

    ignored = 0
    requests = 0

    async def graph(self, method: str, path: str, **more: Any) -> Any:
        self.requests += 1
        after = more["params"].get("after")
        if after and self.ignored:
            self.ignored -= 1
            after = None
        start = int(after or 0)
        paging = {"cursors": {"after": str(start + 2)}, **({"next": "…"} if start < 4 else {})}
        return {"data": [start, start + 1], "paging": paging}


async def listed(source: Lists) -> list[int]:
    pages: AsyncIterator[list[int]] = source.pages("/me/feed", {})
    return [each async for page in pages for each in page]


@pytest.mark.parametrize("ignored", [0, 1, 2, 3])
async def test_a_list_is_read_to_its_end_though_cursors_are_ignored(ignored: int) -> None:
    source = Lists(network().settings, Http())
    source.ignored = ignored
    assert await listed(source) == [0, 1, 2, 3, 4, 5]


async def test_a_list_whose_cursors_are_always_ignored_ends() -> None:
    source = Lists(network().settings, Http())
    source.ignored = 10_000
    assert await listed(source) == [0, 1]
    assert source.requests < 10


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (1772445600, "2026-03-02T10:00:00+00:00"),
        ("1772445601", "2026-03-02T10:00:01+00:00"),
        (1772445600123, "2026-03-02T10:00:00.123000+00:00"),
        ("2026-03-02T10:00:00+0000", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02T12:00:00+02:00", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02T10:00:00", "2026-03-02T10:00:00+00:00"),
    ],
)
def test_times_are_read_however_meta_writes_them(written: Any, read: str) -> None:
    assert moment(written) == datetime.fromisoformat(read)


def test_ids_are_text_or_numbers_and_never_empty() -> None:
    assert (text_id(17841405309211844), text_id(" 1_2 ")) == ("17841405309211844", "1_2")
    odds: tuple[Any, ...] = (None, "", " ", True, [], {}, 1.5)
    for odd in odds:
        with pytest.raises(ValueError, match="an id is missing"):
            text_id(odd)


def test_a_hint_is_kept_with_what_came() -> None:
    hint = network().hint("1", {"post_id": "1"}, "add")
    assert isinstance(hint, SourceEvent)
    assert (hint.kind, hint.external_id, hint.raw, hint.revision) == ("hint", "1", {"post_id": "1"}, "add")
