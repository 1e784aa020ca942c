"""HTML as plain text."""

from __future__ import annotations

import time

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
        ("<!-- not <b>seen</b> --><p>seen</p><!doctype x><?php y ?>", "seen"),
        ("<SCRIPT>if (a < b) '</p>'</SCRIPT >seen", "seen"),
        ("seen<style>p { never closed }", "seen"),
        ("<a title=\"a > b\">seen</a> <img alt=bag> <img alt='two bags'/>", "seen bag two bags"),
        ('<p title="it"s odd">seen</p><p title="not closed>seen too</p>', "seen\n\nseen too"),
        ("i <3 this, and 1<2 and <b", "i <3 this, and 1<2 and <b"),
        ("&#xD800; &#99999999999; &#" + "9" * 5000 + "; &#65;", "� � � A"),
    ],
)
def test_what_a_reader_would_see(html: str, text: str) -> None:
    assert plain(html) == text


@given(st.text(alphabet="<>&;/ abp\n\0'\"=!-", max_size=80))
def test_nothing_breaks_it(html: str) -> None:
    assert "\0" not in plain(html)


AGAIN = [
    "<",
    "&",
    "<a ",
    "<a",
    "<!--",
    "--!>",
    "<!",
    "<?",
    "</",
    "<p>",
    "<a href=",
    "<a x='",
    '<a x="',
    "<a x=1 ",
    "<a x=\"'>",
]
AGAIN += [
    "<script>",
    "<script ",
    "</script ",
    "<script></script ",
    "<svg>",
    "<img alt='",
    "&#",
    "&lt",
    "\n ",
    "<![CDATA[",
]


@pytest.mark.parametrize("again", AGAIN)
def test_whatever_is_written_again_and_again_is_read_in_no_time(again: str) -> None:
    html = (again * 400_000)[:400_000]
    begun = time.process_time()
    plain(html)
    assert time.process_time() - begun < 5, "in one pass it takes a fraction of a second"
