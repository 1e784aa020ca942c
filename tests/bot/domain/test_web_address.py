"""The page's address: which are taken, and where signing in may lead back to."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config import parse
from bot.domain.web_address import WebAddress
from bot.errors import ConfigError

HERE = WebAddress.read("https://baton.acme.example/measures")


@pytest.mark.parametrize(
    ("typed", "origin", "path"),
    [
        ("https://baton.acme.example/measures", "https://baton.acme.example", "/measures"),
        ("https://Baton.Acme.example:443/measures/", "https://baton.acme.example", "/measures"),
        ("https://baton.acme.example:8443", "https://baton.acme.example:8443", ""),
        ("http://127.0.0.1:8080/a/b", "http://127.0.0.1:8080", "/a/b"),
        ("http://[::1]:8080/m", "http://[::1]:8080", "/m"),
        ("http://localhost/m", "http://localhost", "/m"),
    ],
)
def test_addresses_are_read_as_browsers_say_them(typed: str, origin: str, path: str) -> None:
    assert WebAddress.read(typed) == WebAddress(origin, path)


@pytest.mark.parametrize(
    "typed",
    [
        "http://baton.acme.example/measures",
        "ftp://baton.acme.example",
        "baton.acme.example/measures",
        "https://user@baton.acme.example",
        "https://baton.acme.example/measures?x=1",
        "https://baton.acme.example/measures#x",
        "https://baton.acme.example/{path}",
        "https://baton.acme.example/a/../b",
        "https://baton.acme.example//x",
        "https://baton.acme.example:99999/x",
        "https:///measures",
    ],
)
def test_other_addresses_are_refused_with_the_line(typed: str) -> None:
    with pytest.raises(ConfigError, match=r"line 2, web\.address"):
        parse(f'[web]\naddress = "{typed}"')


def test_how_long_a_session_may_be_is_limited() -> None:
    for said in ("1m", "25h", "7d"):
        with pytest.raises(ConfigError, match=r"web\.session"):
            parse(f'[web]\nsession = "{said}"')


@given(st.text(max_size=60) | st.from_regex(r"/measures[/?#\\]?[a-z/.\\%:@?#&=]{0,20}", fullmatch=True))
@example("//evil.example")
@example("/measures/..//evil.example")
@example("/\t/evil.example")
@example("/measures/%2e%2e//evil.example")
def test_signing_in_leads_back_to_this_page_alone(wanted: str) -> None:
    found = urlsplit(urljoin(str(HERE), HERE.back_to(wanted)))
    assert (found.scheme, found.netloc) == ("https", "baton.acme.example")
    assert found.path == "/measures" or found.path.startswith("/measures/")


def test_what_is_on_the_page_is_kept() -> None:
    for wanted in (
        "/measures",
        "/measures?time=4-weeks&network=x",
        "/measures/conversations?which=heard",
        "/measures?to=//x",
    ):
        assert HERE.back_to(wanted) == wanted
