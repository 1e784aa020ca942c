"""HTML as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.text import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("just text", "just text"),
        ("  5 < 6 &amp; 7 > 3 ", "5 < 6 & 7 > 3"),
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("a<script>alert(1)</script>b<style>p{}</style>", "ab"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("wrapped\nlines   in\t<b>HTML</b>", "wrapped lines in HTML"),
        ('<img src="x" alt="a bag"> <a href="y">link</a>', "a bag link"),
        ("<p>never closed <b>at all", "never closed at all"),
        ("nul \0 here", "nul � here"),
        ("&lt;b&gt; stays text", "<b> stays text"),
        ("", ""),
    ],
)
def test_what_a_reader_would_see(html: str, text: str) -> None:
    assert plain(html) == text


@given(st.text(alphabet="<>&;/ abp\n\0'\"=!-", max_size=80))
def test_nothing_breaks_it(html: str) -> None:
    assert "\0" not in plain(html)
