"""Where a post stands, told from its address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.origins import Origin, origin_of, page_of

IDS = [
    ("https://x.com/maya/status/1890000000000000001", "x", "1890000000000000001", None),
    ("http://mobile.twitter.com/maya/status/1890000000000000001?s=20&t=abc", "x", "1890000000000000001", None),
    ("https://twitter.com/i/web/status/1890000000000000001", "x", "1890000000000000001", None),
    ("https://m.twitter.com/maya/statuses/1890000000000000001/photo/1", "x", "1890000000000000001", None),
    ("https://www.facebook.com/permalink.php?story_fbid=123&id=9", "facebook", "9_123", None),
    ("https://m.facebook.com/story.php?story_fbid=123&id=9&m_entstream_source=x", "facebook", "9_123", None),
    ("https://www.facebook.com/9/posts/123/", "facebook", "9_123", None),
    ("https://www.facebook.com/acme/posts/123?comment_id=456", "facebook", "123_456", None),
    ("https://www.facebook.com/9/posts/123?comment_id=456&reply_comment_id=789", "facebook", "123_789", "9_123"),
    ("https://www.facebook.com/9/posts/123?comment_id=Y29tbWVudDoxMjNfNDU2", "facebook", "123_456", "9_123"),
    ("https://www.facebook.com/acme/posts/pfbid02aBcDeFg", "facebook", None, None),
    ("https://www.facebook.com/permalink.php?story_fbid=pfbid02aBcDeFg&id=9", "facebook", None, None),
    ("https://www.facebook.com/groups/77/permalink/123/", "facebook", "77_123", None),
    ("https://www.instagram.com/p/C1aB-_xYz/?igsh=abc", "instagram", None, None),
    ("https://www.instagram.com/reel/C1aB-_xYz/", "instagram", None, None),
    ("https://www.instagram.com/p/C1aB-_xYz/c/17912345678901234/", "instagram", "17912345678901234", None),
    ("https://www.linkedin.com/feed/update/urn:li:activity:7001/", "linkedin", "urn:li:activity:7001", None),
    ("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7001", "linkedin", "urn:li:share:7001", None),
    ("https://de.linkedin.com/posts/maya-o_parcel-activity-7001-Ab1c?trk=x", "linkedin", "urn:li:activity:7001", None),
    (
        "https://www.linkedin.com/feed/update/urn:li:activity:7001?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7001%2C88%29",
        "linkedin",
        "urn:li:comment:(urn:li:activity:7001,88)",
        "urn:li:activity:7001",
    ),
    (
        "https://www.linkedin.com/feed/update/urn:li:activity:7001?dashCommentUrn=urn%3Ali%3Afsd_comment%3A%2888%2Curn%3Ali%3Aactivity%3A7001%29",
        "linkedin",
        "urn:li:comment:(urn:li:activity:7001,88)",
        "urn:li:activity:7001",
    ),
    ("https://www.reddit.com/r/parcels/comments/1abc2d/crushed_again/", "reddit", "t3_1abc2d", None),
    (
        "https://old.reddit.com/r/parcels/comments/1abc2d/crushed_again/k9xyz/?context=3",
        "reddit",
        "t1_k9xyz",
        "t3_1abc2d",
    ),
    ("https://www.reddit.com/r/parcels/comments/1abc2d/comment/k9xyz/", "reddit", "t1_k9xyz", "t3_1abc2d"),
    ("https://redd.it/1abc2d", "reddit", "t3_1abc2d", None),
    ("https://www.youtube.com/watch?v=dQw4&lc=UgxAbc", "youtube", "UgxAbc", None),
    ("https://youtube.com/watch?lc=UgxAbc.9xYz&v=dQw4&feature=em", "youtube", "UgxAbc.9xYz", "UgxAbc"),
    ("https://youtu.be/dQw4?si=1", "youtube", "dQw4", None),
    ("https://www.youtube.com/shorts/dQw4", "youtube", "dQw4", None),
    (
        "https://bsky.app/profile/did:plc:abc123/post/3kxyz",
        "bluesky",
        "at://did:plc:abc123/app.bsky.feed.post/3kxyz",
        None,
    ),
    ("https://bsky.app/profile/maya.bsky.social/post/3kxyz", "bluesky", None, None),
    ("https://social.example/@maya/112233445566778899", "mastodon", None, None),
    ("https://de.trustpilot.com/reviews/65f0c0ffee", "trustpilot", "65f0c0ffee", None),
    (
        "https://play.google.com/store/apps/details?id=com.acme&reviewId=gp:AOqpTOE_x-1",
        "google_play",
        "gp:AOqpTOE_x-1",
        None,
    ),
    ("https://play.google.com/store/apps/details?id=com.acme", "google_play", None, None),
    ("https://apps.apple.com/us/app/acme/id123456", "app_store", None, None),
    ("https://news.ycombinator.com/item?id=40001", "hackernews", "40001", None),
    ("https://news.ycombinator.com/item?id=40001#40007", "hackernews", "40007", None),
    ("https://stackoverflow.com/questions/111/how-to-pack", "stackoverflow", "111", None),
    ("https://stackoverflow.com/questions/111/how-to-pack/222#222", "stackoverflow", "222", "111"),
    ("https://stackoverflow.com/a/222/9", "stackoverflow", "222", None),
    ("https://stackoverflow.com/questions/111/how-to-pack#comment333_222", "stackoverflow", "c333", "111"),
    ("https://superuser.com/questions/111/how-to-pack", "stackexchange", None, None),
    ("https://t.me/c/1234567890/45", "telegram", "-1001234567890/45", None),
    ("https://t.me/c/1234567890/7/45", "telegram", "-1001234567890/45", None),
    ("https://t.me/acme_news/45", "telegram", None, None),
    ("https://www.tiktok.com/@maya/video/7300000000000000001?is_from_webapp=1", "tiktok", "7300000000000000001", None),
    ("https://www.threads.net/@maya/post/C1aB-_xYz", "threads", None, None),
    ("https://forum.example/t/crushed-parcels/123/4", "discourse", None, None),
    ("https://news.example/2026/11/acme-grows", "web", None, None),
]


@pytest.mark.parametrize(("address", "network", "id_", "root"), IDS, ids=[case[0] for case in IDS])
def test_an_address_tells_the_network_and_its_own_id(
    address: str, network: str, id_: str | None, root: str | None
) -> None:
    found = origin_of(address)
    assert found is not None
    assert (found.network, found.id, found.root) == (network, id_, root)


SAME = [
    (
        "https://x.com/Maya/status/18",
        "https://mobile.twitter.com/maya/status/18?s=20",
        "http://twitter.com/i/web/status/18",
    ),
    ("https://www.facebook.com/acme/posts/123", "https://m.facebook.com/story.php?story_fbid=123&id=9"),
    ("https://facebook.com/acme/posts/some-words/123/", "https://www.facebook.com/permalink.php?story_fbid=123&id=9"),
    (
        "https://www.instagram.com/p/C1a/",
        "https://instagram.com/reel/C1a?igsh=x",
        "https://www.instagram.com/maya/p/C1a/",
    ),
    ("https://reddit.com/r/a/comments/1abc2d/x/", "https://redd.it/1abc2d", "https://np.reddit.com/comments/1abc2d"),
    ("https://social.example/@Maya/112233445566", "https://social.example/users/maya/statuses/112233445566"),
    (
        "https://forum.example/t/words/123",
        "https://forum.example/t/123/1",
        "https://forum.example/t/other/123/1?u=maya",
    ),
    ("https://stackoverflow.com/questions/111/a/222#222", "https://stackoverflow.com/a/222/77"),
    ("https://threads.com/@m/post/C1", "https://www.threads.net/t/C1"),
    ("https://www.trustpilot.com/reviews/65f0", "https://uk.trustpilot.com/reviews/65f0?utm_source=x"),
    (
        "https://www.Blog.example:443/Über-uns/?b=2&a=1&utm_source=x&fbclid=y#top",
        "http://blog.example/%C3%9Cber-uns?a=1&b=2",
        "https://m.blog.example/%c3%9cber-uns/?a=1&b=2&gclid=3#:~:text=x",
    ),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a/"),
]


@pytest.mark.parametrize("addresses", SAME, ids=[case[0] for case in SAME])
def test_all_addresses_of_one_post_have_one_page(addresses: tuple[str, ...]) -> None:
    pages = {page_of(address) for address in addresses}
    assert len(pages) == 1
    assert None not in pages


APART = [
    ("https://blog.example/a#comment-12", "https://blog.example/a#comment-13", "https://blog.example/a"),
    ("https://forum.example/viewtopic.php?t=1&p=2", "https://forum.example/viewtopic.php?t=1&p=3"),
    ("https://www.facebook.com/9/posts/1?comment_id=2", "https://www.facebook.com/9/posts/1"),
    ("https://www.youtube.com/watch?v=a&lc=b", "https://www.youtube.com/watch?v=a"),
    ("https://stackoverflow.com/q/1", "https://stackoverflow.com/q/1#comment2_1", "https://stackoverflow.com/a/2"),
    ("https://news.example/A", "https://news.example/a"),
    ("https://one.example/t/1/2", "https://two.example/t/1/2"),
    ("https://news.example:8080/a", "https://news.example/a"),
    ("https://news.example/a%2Fb", "https://news.example/a/b"),
]


@pytest.mark.parametrize("addresses", APART, ids=[case[0] for case in APART])
def test_what_are_different_posts_have_different_pages(addresses: tuple[str, ...]) -> None:
    assert len({page_of(address) for address in addresses}) == len(addresses)


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/maya",
        "https://www.facebook.com/acme",
        "https://apps.apple.com/us/app/acme/id123456",
        "https://play.google.com/store/apps/details?id=com.acme",
        "https://www.trustpilot.com/review/acme.example",
        "https://www.google.com/maps/place/Acme/@1,2",
        "https://news.ycombinator.com/news",
        "https://shop.example/",
        "https://bsky.app/profile/maya.bsky.social",
    ],
)
def test_what_holds_many_posts_is_no_page_of_one(address: str) -> None:
    assert origin_of(address) is not None
    assert page_of(address) is None


@pytest.mark.parametrize(
    "address",
    [None, "", "maya", "ftp://files.example/a", "javascript:alert(1)", "https://", "https://[", "https://a b/c",
     "https://evil.example\\@x.com/a/status/1", "https://x.com:99999999/a", "https://x.example/" + "a" * 2000],
)  # fmt: skip
def test_what_is_no_address_of_the_web_has_no_origin(address: str | None) -> None:
    assert origin_of(address) is None


def test_an_unknown_page_is_of_the_web() -> None:
    assert origin_of("https://blog.example/a/") == Origin("web", page="https://blog.example/a")


HOSTS = ["x.com", "facebook.com", "linkedin.com", "youtube.com", "reddit.com", "t.me", "stackoverflow.com", "a.example",
         "bsky.app", "instagram.com", "play.google.com", "tiktok.com", "news.ycombinator.com", "fb.watch"]  # fmt: skip
PIECES = [
    "status",
    "posts",
    "comments",
    "p",
    "c",
    "t",
    "@maya",
    "123",
    "1abc",
    "questions",
    "post",
    "profile",
    "ü",
    "%2F",
    "",
]


@given(
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=6),
    st.dictionaries(
        st.sampled_from(["v", "lc", "id", "story_fbid", "comment_id", "comment", "x"]), st.text(max_size=8)
    ),
    st.text(max_size=12),
)
def test_the_page_of_a_page_is_that_page(host: str, path: list[str], query: dict[str, str], fragment: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page = page_of(f"https://{host}/{'/'.join(path)}?{asked}#{fragment}")
    if page is not None:
        assert page_of(page) == page


@pytest.mark.parametrize("addresses", [*((case[0],) for case in IDS), *SAME])
def test_a_page_leads_back_to_itself(addresses: tuple[str, ...]) -> None:
    for page in filter(None, map(page_of, addresses)):
        assert page_of(page) == page


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    origin_of(text)
    origin_of(f"https://{text}")
