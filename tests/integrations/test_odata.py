"""OData: whatever a customer is called arrives as a value, and nothing in an answer leads astray."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot.errors import PermanentError, RetriableError
from integrations.http import Answer, Http
from integrations.odata import (
    address,
    digits,
    equals,
    granted,
    literal,
    moment,
    one,
    onward,
    query,
    read,
    reason,
    rows,
    text_of,
    total,
    words,
)
from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.odata_filter import BadFilterError, Dialect, Filter

ANY = st.text(st.characters(exclude_categories=["Cs"]))
HOSTILE = ["x' or '1' eq '1", "''", "'", "a%27b", "a+b&$top=1#?", "\\'", "o'hara@mail.example", "ü \N{PILE OF POO}\n;/"]


def answer(said: Any, status: int = 200, url: str = "https://acme.example/api/contacts?$top=1") -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return Answer(status, CIMultiDictProxy(CIMultiDict()), body, url)


@given(ANY)
def test_any_text_is_read_by_the_server_as_the_value_it_is(text: str) -> None:
    asked = Filter(f"name eq {literal(text)}", {"name"}, Dialect(folds=False))
    assert asked.matches({"name": text})
    assert not asked.matches({"name": text + "x"})


@given(ANY, ANY)
def test_no_text_becomes_a_part_of_the_question(text: str, other: str) -> None:
    filter_ = Filter(f"state eq 0 and {equals(['name', 'mail'], text, other)}", {"state", "name", "mail"})
    assert filter_.matches({"state": 0, "name": "", "mail": other})
    assert not filter_.matches({"state": 1, "name": text, "mail": other})


@given(ANY)
def test_any_text_survives_the_address(text: str) -> None:
    sent = URL("https://acme.example/api/contacts" + query(filter=equals(["name"], text), top="5"))
    arrived = URL(str(sent), encoded=True).query
    assert dict(arrived) == {"$filter": f"name eq {literal(text)}", "$top": "5"}


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_texts_arrive_over_http_as_they_are(text: str) -> None:
    class Echo(LoopbackCrm):
        async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
            return web.json_response({"filter": request.query["$filter"]})

    async with Echo() as server, Http(timeout=2.0, tries=1) as http:
        said = read(await http.send("GET", server.url + "/contacts" + query(filter=equals(["name"], text))))
    assert Filter(said["filter"], {"name"}).matches({"name": text})


@pytest.mark.parametrize("expression", ["name eq 'a", "name eq 'a' or", "name eq 'a')", "other eq 'a'", "name is 'a'"])
def test_the_pretended_server_refuses_what_is_no_filter(expression: str) -> None:
    with pytest.raises(BadFilterError):
        Filter(expression, {"name"})


def test_the_pretended_server_knows_what_its_vendor_leaves_out() -> None:
    with pytest.raises(BadFilterError, match="same property"):
        Filter("name eq 'a' or mail eq 'a'", {"name", "mail"}, Dialect(or_of_one=True))
    with pytest.raises(BadFilterError, match="not supported"):
        Filter("contains(name,'a')", {"name"}, Dialect(functions=("startswith",)))
    assert Filter("name eq 'M*a'", {"name"}, Dialect(star=True)).matches({"name": "Maya"})


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (" Maya@Mail.example ", "Maya@Mail.example"),
        ("o'hara+news@mail.example", "o'hara+news@mail.example"),
        ("maya", None),
        ("a@b@c", None),
        ("tom@mail.example\r\nX: y", None),
        ("a b@mail.example", None),
        ("m*@mail.example", None),
        ("half\ud83d@mail.example", None),
        ("x" * 250 + "@mail.example", None),
    ],
)
def test_only_addresses_are_asked_for(text: str, asked: str | None) -> None:
    assert address(text, without="*") == asked


def test_numbers_and_names_are_asked_for_in_one_form() -> None:
    assert digits("+49 (171) 34-1224") == "+49171341224"
    assert digits("0171/341224") == "0171341224"
    assert digits("12345") == digits("nobody") == digits("+49\x00171341224") == ""
    assert words("  Maya \n Okafor ") == "Maya Okafor"
    assert words("Ma*a", without="*") is words("\x00") is words(" ") is None


def test_rows_are_found_in_the_shape_of_either_version() -> None:
    assert rows(answer({"value": [{"a": 1}, "odd"]})) == [{"a": 1}]
    assert rows(answer({"d": {"results": [{"a": 1}]}})) == rows(answer({"d": [{"a": 1}]})) == [{"a": 1}]
    assert rows(answer({})) == rows(answer({"value": None})) == []
    assert (
        one(answer({"a": 1})) == one(answer({"d": {"a": 1}})) == one(answer({"d": {"results": {"a": 1}}})) == {"a": 1}
    )
    assert one(answer({"value": {"a": 1}})) == {"a": 1}
    assert total(answer({"@odata.count": 130})) == total(answer({"d": {"__count": "130"}})) == 130
    assert total(answer({"value": []})) is total(answer({"count": "many"})) is None


def test_what_is_no_object_may_be_asked_for_again() -> None:
    for body in (b"<html>", b"[]", b""):
        with pytest.raises(RetriableError, match=r"acme\.example"):
            rows(answer(body))


def test_the_next_page_is_on_the_same_server_or_nowhere() -> None:
    there = "https://acme.example/api/contacts?$skiptoken=%3Ccookie%3E"
    assert onward(answer({"@odata.nextLink": there})) == there
    assert (
        onward(answer({"d": {"__next": "contacts?$skiptoken=51"}})) == "https://acme.example/api/contacts?$skiptoken=51"
    )
    assert onward(answer({"value": []})) is onward(answer({"@odata.nextLink": ""})) is None
    for elsewhere in ("https://evil.example/", "http://acme.example/", "https://acme.example:444/", "//evil.example/x"):
        with pytest.raises(PermanentError, match="next page"):
            onward(answer({"@odata.nextLink": elsewhere}))


def test_a_refusal_is_told_in_the_words_of_the_vendor() -> None:
    v4 = {"error": {"code": "0x80040217", "message": "contact With Id = 1\nDoes Not Exist"}}
    v2 = {"error": {"code": "", "message": {"lang": "en", "value": "Parent object does not exist"}}}
    assert reason(answer(v4)) == "contact With Id = 1 Does Not Exist"
    assert reason(answer(v2)) == "Parent object does not exist"
    assert reason(answer(b"CSRF token validation failed")) == "CSRF token validation failed"
    assert reason(answer({"error": {"message": " "}})) == '{"error": {"message": " "}}'
    assert reason(answer(b"")) == "no reason given."
    with pytest.raises(PermanentError, match=r"acme refuses that \(404\): \u2068Parent object"):
        granted(answer(v2, 404), "acme")
    assert granted(answer(v2, 404), "acme", 404).status == 404


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("/Date(1351534600660)/", datetime(2012, 10, 29, 18, 16, 40, 660_000, UTC)),
        ("/Date(-1000+0060)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-11-03T09:30:00Z", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        ("2016-04-27T23:07:31.6809330Z", datetime(2016, 4, 27, 23, 7, 31, 680_933, UTC)),
        ("2026-11-03T09:30:00", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        ("/Date(999999999999999)/", None),
        ("yesterday", None),
        (None, None),
        (1351534600660, None),
    ],
)
def test_moments_are_read_as_either_version_writes_them(written: object, at: datetime | None) -> None:
    assert moment(written) == at


@given(st.text())
def test_no_text_is_too_odd_to_be_a_moment_or_none(text: str) -> None:
    assert moment(text) is None or isinstance(moment(text), datetime)


def test_a_field_is_text_or_nothing() -> None:
    row = {"a": 7, "b": None, "c": {"d": 1}, "s": 1, "s@OData.Community.Display.V1.FormattedValue": "In Progress"}
    assert [text_of(row, name) for name in "abcx"] == ["7", "", "", ""]
    assert text_of(row, "s", "shown") == "In Progress"
    assert text_of(row, "a", "shown") == "7"
