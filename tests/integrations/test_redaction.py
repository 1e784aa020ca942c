"""What looks like a secret does not reach a log."""

from __future__ import annotations

import pytest

from integrations.redaction import HIDDEN, redact, secrets_in


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("GET https://a.example/?key=AbC123&q=bag", f"GET https://a.example/?key={HIDDEN}&q=bag"),
        ("https://a.example/?hub_access_token=xyz#top", f"https://a.example/?hub_access_token={HIDDEN}#top"),
        ("https://maya:hunter2@a.example/feed", f"https://{HIDDEN}@a.example/feed"),
        ('{"client_secret": "s3cr3t", "name": "bag"}', f'{{"client_secret": "{HIDDEN}", "name": "bag"}}'),
        ("Authorization: Bearer abcdefgh.ijkl", f"Authorization: Bearer {HIDDEN}"),
        ("monkey=1 is no secret", "monkey=1 is no secret"),
    ],
)
def test_patterns(text: str, clean: str) -> None:
    assert redact(text) == clean


def test_given_secrets_are_hidden_wherever_they_stand() -> None:
    assert redact("path/whsec_abc/end", ["whsec_abc", ""]) == f"path/{HIDDEN}/end"


def test_what_is_secret_about_an_address_is_found_as_written_and_as_read() -> None:
    address = "https://maya:hunter%2022@a.example/feed?q=bag&api_key=a%2Bb+c1&name=maya#x"
    assert secrets_in(address) == ("a%2Bb+c1", "a+b+c1", "a+b c1", "hunter%2022", "hunter 22")
    assert secrets_in("https://a.example/feed?q=bag") == ()
    assert secrets_in("no address at all") == ()
