"""The button to a post: it names the network only where the address is the network's own, since it does not show where it leads."""

from __future__ import annotations

import pytest

from bot.views.acts import open_on


def labels(network: str, url: str | None) -> list[str]:
    return [button.label for button in open_on(network, url)]


@pytest.mark.parametrize(
    ("network", "url", "label"),
    [
        ("x", "https://x.com/maya/status/4711", "Open on X"),
        ("x", "https://mobile.twitter.com/maya/status/4711", "Open on X"),
        ("x", "https://x.com.evil.example/maya/status/4711", "Open x.com.evil.example"),
        ("x", "https://evil.example/x.com/maya/status/4711", "Open evil.example"),
        ("x", "https://\u0445.com/maya/status/4711", "Open xn--u1a.com"),
        ("facebook", "https://x.com/maya/status/4711", "Open x.com"),
        ("mastodon", "https://social.example/@maya/3", "Open on Mastodon"),
        ("discourse", "https://forum.example/t/bells/7/3", "Open on Discourse"),
        ("rss", "https://blog.example/bells", "Open the page"),
    ],
)
def test_the_button_says_where_it_leads(network: str, url: str, label: str) -> None:
    assert labels(network, url) == [label]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://x.com/1",
        "https://x.com@evil.example/1",
        "https://x.com/ 1",
        "x.com/1",
        "https://evil.example\\@x.com/maya/status/1",
    ],
)
def test_what_is_no_page_of_the_web_is_not_opened(url: str | None) -> None:
    assert labels("x", url) == []
