"""Where a post stands that a listening tool brings."""

from __future__ import annotations

import pytest

from integrations.originals import Original, network_called, original

X = "https://x.com/maya/status/18"


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("Twitter", "x"), ("TWITTER_DM", "x"), ("x", "x"), ("X (Twitter)", "x_twitter"), ("FACEBOOK_PAGE", "facebook"), ("fb", "facebook"),
        ("instagramComment", "instagram"), ("Google My Business", "google_business"), ("GOOGLE_PLAY_STORE", "google_play"),
        ("Apple App Store", "app_store"), ("news", "web"), ("ONLINENEWS", "web"), ("forums", "web"), ("Review", "web"), ("Xing", "xing"), ("little_red_book", "little_red_book"),
        ("web", "web"), ("日本", None), ("", None), ("!!!", None),
    ],
)  # fmt: skip
def test_names_that_tools_give_networks_are_understood(name: str, network: str | None) -> None:
    assert network_called(name) == network


def test_the_address_says_more_than_the_words_of_a_tool() -> None:
    assert original(X, network="facebook", tool="brandwatch", tool_id="g1") == Original("x", "18")
    assert original("https://blog.example/a", network="web", tool="t", tool_id="g1") == Original("web", "t:g1")
    assert original(X, network="mastodon", external_id="7") == Original("mastodon", "7")


def test_without_the_networks_own_id_it_is_the_tools_or_the_address() -> None:
    opaque = "https://www.facebook.com/acme/posts/pfbid02aBc"
    assert original(opaque, tool="mention", tool_id="9") == Original("facebook", "mention:9")
    assert original(opaque) == Original("facebook", "https://facebook.com/posts/pfbid02aBc")
    assert original(None, network="x", tool="mention", tool_id="9") == Original("x", "mention:9")
    assert len(original("https://blog.example/" + "a" * 900).external_id) < 100


@pytest.mark.parametrize("url", [None, "", "https://x.com/maya", "https://shop.example/", "no address"])
def test_what_nothing_tells_from_another_is_refused(url: str | None) -> None:
    with pytest.raises(ValueError, match="neither an id nor an address"):
        original(url)
