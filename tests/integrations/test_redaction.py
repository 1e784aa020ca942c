"""What looks like a secret does not reach a log."""

from __future__ import annotations

import pytest

from integrations.redaction import HIDDEN, redact


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
