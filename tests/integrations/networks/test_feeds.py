"""Feeds as the wild has them: whatever is odd about one, its entries are read, or it is said what is wrong."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Delivery
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError
from integrations.http import Http
from integrations.networks.rss.connector import Rss
from integrations.source import SourceSettings

RECEIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def feed(items: str, *, declared: str = "utf-8", channel: str = "<title>Blog</title>") -> str:
    return f"<?xml version='1.0' encoding='{declared}'?><rss version='2.0'><channel>{channel}{items}</channel></rss>"


def events(
    body: str | bytes, content_type: str = "", url: str = "https://maya:pw12345@blog.example/feed?key=s3cret"
) -> list[SourceEvent]:
    content = body.encode() if isinstance(body, str) else body
    headers = {"Content-Type": content_type} if content_type else {}
    return Rss(SourceSettings("blog", url=url), Http()).parse(Delivery(content, RECEIVED, headers=headers))


def posts(body: str | bytes, content_type: str = "") -> list[Post]:
    return [event.post for event in events(body, content_type) if event.post is not None]


def one(items: str) -> Post:
    (post,) = posts(feed(f"<item><guid isPermaLink='false'>1</guid>{items}</item>"))
    return post


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Mon, 02 Mar 2026 05:00:00 EST", "2026-03-02T10:00:00+00:00"),
        ("Mon, 02 Mar 2026 10:00:00 +0100", "2026-03-02T09:00:00+00:00"),
        ("2 March 2026 10:00 GMT+1", "2026-03-02T09:00:00+00:00"),
        ("Mo, 02 Mär 2026 10:00:00 +0100", "2026-03-02T09:00:00+00:00"),
        ("lun., 02 mars 2026 10:00:00 +0100", "2026-03-02T09:00:00+00:00"),
        ("1 de marzo de 2026", "2026-03-01T00:00:00+00:00"),
        ("2026-03-02 10:00:00", "2026-03-02T10:00:00+00:00"),
        ("1772445600", "2026-03-02T10:00:00+00:00"),
        # None of these can be true: then it counts as written when we heard it.
        ("Thu, 01 Jan 1970 00:00:00 GMT", "2026-03-02T12:00:00+00:00"),
        ("Mon, 02 Mar 2099 10:00:00 GMT", "2026-03-02T12:00:00+00:00"),
        ("Mon, 02 Mar 0026 10:00:00 GMT", "2026-03-02T12:00:00+00:00"),
        ("Mon, 02 Mar 2026 25:61:00 GMT", "2026-03-02T12:00:00+00:00"),
        ("Tue, 31 Feb 2026 10:00:00 GMT", "2026-03-02T12:00:00+00:00"),
        ("31 Foo 2026 10:00", "2026-03-02T12:00:00+00:00"),
        ("yesterday", "2026-03-02T12:00:00+00:00"),
        ("", "2026-03-02T12:00:00+00:00"),
    ],
)
def test_dates_are_read_however_they_are_written(said: str, meant: str) -> None:
    assert one(f"<title>a</title><pubDate>{said}</pubDate>").posted_at == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("Tom &amp;amp; Jerry&amp;#8217;s", "Tom & Jerry’s"),
        ("Tom &amp;amp;amp; Jerry", "Tom & Jerry"),
        ("<![CDATA[Tom &amp; <b>Jerry</b>]]>", "Tom & Jerry"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("&amp;lt;p&amp;gt;Escaped &amp;lt;i&amp;gt;twice&amp;lt;/i&amp;gt;&amp;lt;/p&amp;gt;", "Escaped twice"),
        ("Tom & Jerry &nbsp;&eacute;", "Tom & Jerry é"),
        ("a &lt; b", "a < b"),
    ],
)
def test_titles_are_text(title: str, read: str) -> None:
    assert one(f"<title>{title}</title>").text == read


def test_a_text_that_was_escaped_twice_is_read_and_one_about_markup_stays() -> None:
    twice = "&amp;lt;p&amp;gt;One &amp;amp;amp; two&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;three&amp;lt;/p&amp;gt;"
    assert one(f"<description>{twice}</description>").text == "One & two\n\nthree"
    about = "&lt;p&gt;Write &amp;lt;b&amp;gt;bold&amp;lt;/b&amp;gt; there&lt;/p&gt;"
    assert one(f"<description>{about}</description>").text == "Write <b>bold</b> there"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (feed("<item><title>Schön – ‘né’</title></item>").encode("cp1252"), ""),
        (feed("<item><title>Schön – ‘né’</title></item>").encode("cp1252"), "application/rss+xml; charset=utf-8"),
        (feed("<item><title>Schön – ‘né’</title></item>", declared="windows-1252").encode("cp1252"), "text/xml"),
        (feed("<item><title>Schön – ‘né’</title></item>", declared="utf-99").encode(), "text/xml"),
        (feed("<item><title>Schön – ‘né’</title></item>", declared="iso-8859-1").encode(), "text/xml; charset=utf-8"),
        (b"\xef\xbb\xbf" + feed("<item><title>Schön – ‘né’</title></item>").encode(), ""),
        (feed("<item><title>Schön – ‘né’</title></item>", declared="utf-16").encode("utf-16"), ""),
        (b"\r\n \n" + feed("<item><title>Schön – ‘né’</title></item>").encode(), "text/html"),
        (gzip.compress(feed("<item><title>Schön – ‘né’</title></item>").encode()), "application/rss+xml"),
        (gzip.compress(gzip.compress(feed("<item><title>Schön – ‘né’</title></item>").encode())), ""),
    ],
    ids=["wrong", "wrong-twice", "right", "unknown", "header", "bom", "utf-16", "white-space", "gzip", "gzip-twice"],
)
def test_the_letters_are_right_whatever_is_declared(body: bytes, content_type: str) -> None:
    assert [post.text for post in posts(body, content_type)] == ["Schön – ‘né’"]


def test_links_begin_where_the_feed_does_and_show_no_secret_of_its_address() -> None:
    (post,) = posts(feed("<item><title>a</title><link>/posts/1?utm_source=x&amp;p=1</link></item>"))
    assert post.url == "https://blog.example/posts/1?p=1"
    (post,) = posts(
        feed("<item><title>a</title><link>1</link></item>", channel="<link>https://other.example/b/</link>")
    )
    assert post.url == "https://other.example/b/1"
    (post,) = posts(feed("<item><title>a</title><link>javascript:alert(1)</link></item>"))
    assert post.url is None


def test_an_entry_keeps_its_id_when_marks_of_clicks_change() -> None:
    ids = {
        posts(feed(f"<item><title>a</title><guid>{guid}</guid></item>"))[0].external_id
        for guid in (
            "https://blog.example/A?p=1&amp;utm_source=rss",
            "HTTPS://Blog.Example/A?p=1&amp;fbclid=99",
            "https://blog.example/A?utm_medium=feed&amp;p=1",
        )
    }
    assert ids == {"https://blog.example/A?p=1"}


def test_an_entry_that_the_feed_shows_twice_is_one() -> None:
    item = "<item><guid isPermaLink='false'>7</guid><title>a</title></item>"
    assert {event.external_id for event in events(feed(item * 2))} == {"7"}


def test_entries_of_one_id_are_told_apart_by_their_links_so_that_edits_stay_edits() -> None:
    def ids(text: str) -> list[str]:
        item = "<item><guid isPermaLink='false'>same</guid><title>{}</title><link>https://b.example/{}</link></item>"
        return [event.external_id for event in events(feed(item.format(text, 1) + item.format("other", 2)))]

    assert len(set(ids("before"))) == 2
    assert ids("before") == ids("after")


def test_titles_only_and_nothing_at_all_are_feeds() -> None:
    assert [post.text for post in posts(feed("<item><title>a</title></item><item><title>b</title></item>"))] == [
        "b",
        "a",
    ]
    assert posts(feed("")) == []
    assert posts("<feed xmlns='http://www.w3.org/2005/Atom'/>") == []
    assert len(posts(feed("<item></item>"))) == 1


def test_what_was_cut_off_is_read_as_far_as_it_goes() -> None:
    cut = feed("<item><title>one</title></item><item><title>two</title></item>")[:-40]
    assert "one" in [post.text for post in posts(cut)]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"version": "https://jsonfeed.org/version/1.1", "items": []}',
            "JSON Feed: give the address of its RSS or Atom",
        ),
        (
            "<!doctype html><html><head><link rel='alternate' type='application/rss+xml' href='/a&amp;b.xml'></head></html>",
            r"web page that names its feed: https://blog\.example/a&b\.xml",
        ),
        ("<html><body>Moved</body></html>", r"an RSS or Atom feed\.$"),
        ("", r"an RSS or Atom feed\.$"),
    ],
)
def test_what_is_no_feed_is_told_by_what_it_is(body: str, words: str) -> None:
    with pytest.raises(PermanentError, match=words) as refused:
        events(body)
    assert "pw12345" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize("same", [True, False], ids=["no-ids", "ids"])
def test_five_megabytes_are_read_in_time(same: bool) -> None:
    name = "" if same else "<guid>https://b.example/{0}</guid>"
    item = f"<item>{name}<title>Entry {{0}}</title><description>{'All quiet here. ' * 60}</description></item>"
    body = feed("".join(item.format(number) for number in range(5_000)))
    assert len(body) > 5_000_000
    begun = time.process_time()
    assert len({event.external_id for event in events(body)}) == 5_000
    assert time.process_time() - begun < 25


def test_a_packed_feed_that_unpacks_to_far_too_much_is_no_feed() -> None:
    with pytest.raises(PermanentError):
        events(gzip.compress(b" " * 30_000_000))


def test_a_date_a_little_ahead_is_a_time_zone() -> None:
    ahead = RECEIVED + timedelta(hours=14)
    assert one(f"<title>a</title><pubDate>{ahead:%a, %d %b %Y %H:%M:%S} GMT</pubDate>").posted_at == ahead
