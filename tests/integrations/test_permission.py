"""A permission: the address its owner opens, and the code in what is pasted back."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from bot.errors import UserError
from bot.ports.tokens import Asking
from integrations.permission import Permission, code_in

PERMISSION = Permission(
    "https://ping.example/oauth/authorize?tenant=1",
    "https://ping.example/oauth/token",
    ("read", "write:all"),
    more={"access_type": "offline"},
)
ASKING = Asking("https://ping.example", "https://127.0.0.1/allowed", "the state")


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_address_says_who_asks_for_what_and_proves_nothing_it_shows() -> None:
    asking = PERMISSION.ask("an id&more", "https://127.0.0.1/allowed")
    asked = query(asking.address)
    assert asking.address.startswith("https://ping.example/oauth/authorize?tenant=1&response_type=code&")
    assert (asked["client_id"], asked["redirect_uri"]) == ("an id&more", "https://127.0.0.1/allowed")
    assert (asked["scope"], asked["access_type"], asked["state"]) == ("read write:all", "offline", asking.state)
    assert asked["code_challenge_method"] == "S256"
    digest = urlsafe_b64decode(asked["code_challenge"] + "=")
    assert digest == hashlib.sha256(asking.verifier.encode()).digest()
    assert 43 <= len(asking.verifier) <= 128
    assert asking.verifier not in asking.address


def test_no_two_askings_share_what_tells_them_apart() -> None:
    one, other = PERMISSION.ask("id", "r"), PERMISSION.ask("id", "r")
    assert one.state != other.state
    assert one.verifier != other.verifier
    assert one.state not in repr(one).replace(one.address, "")


def test_a_network_without_proof_of_possession_and_scopes_sees_none() -> None:
    asking = Permission("/oauth/a", "/oauth/t", pkce=False).at("https://forum.example/").ask("id", "r")
    assert asking.verifier == ""
    assert asking.address.startswith("https://forum.example/oauth/a?response_type=code")
    assert "challenge" not in asking.address
    assert "scope" not in asking.address


def test_the_url_of_a_source_moves_both_addresses() -> None:
    moved = PERMISSION.at("http://127.0.0.1:4711")
    assert moved.authorize == "http://127.0.0.1:4711/oauth/authorize?tenant=1"
    assert moved.token == "http://127.0.0.1:4711/oauth/token"
    assert PERMISSION.at(None) is PERMISSION


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://127.0.0.1/allowed?code={quote('4/0A b+c', safe='')}&state=the+state",
        f"https://127.0.0.1/allowed?state=the%20state&code={quote('4/0A b+c', safe='')}#_=_",
        " https://127.0.0.1/allowed?state=the%20state&code=4%2F0A\n%20b%2Bc ",
        f"code={quote('4/0A b+c', safe='')}&state=the+state",
        f"{quote('4/0A b+c', safe='')}#_",
    ],
)
def test_the_code_is_read_from_whatever_the_browser_shows(pasted: str) -> None:
    assert code_in(pasted, ASKING) == "4/0A b+c"


@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("", "no code"),
        ("https://127.0.0.1/allowed", "no code"),
        ("https://127.0.0.1/allowed?code=a&state=another", "not the answer"),
        ("https://127.0.0.1/allowed?code=a", "not the answer"),
        (
            "https://127.0.0.1/allowed?error=access_denied&error_description=The+user+refused&state=x",
            "The user refused",
        ),
        ("https://127.0.0.1/allowed?error=access_denied", "access_denied"),
    ],
)
def test_what_is_no_answer_is_told_plainly(pasted: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as told:
        code_in(pasted, ASKING)
    assert told.value.hint
