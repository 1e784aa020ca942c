"""From the address of a post: on which network it stands, and under which id the network's own connector has it. Pure.

For what comes through a listening tool, and to see that one post came by two ways.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, unquote

from bot.domain.pages import Address

WEB = "web"
"""The network of a page that belongs to none that is known: a blog, a forum, the news."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a post stands.

    `id` is its external id as the network's own connector has it, `root` that of its thread's first post; None where the
    address does not tell. `page` is the same for every address under which this one post can be opened, and None where the
    address leads to something that holds many posts: a profile, an app, a shop. Several posts that one tool brings may have
    one `page` all the same, as comments under an article do; so let it join only what came by different ways.
    """

    network: str
    id: str | None = None
    root: str | None = None
    page: str | None = None


def origin_of(address: str | None) -> Origin | None:
    """Where the post with this address stands; None for what is no address of the web."""
    read = Address.read(address)
    if read is None:
        return None
    site = _site(read.host)
    if site is not None:
        return site(read)
    for pattern in (_mastodon, _discourse):
        if found := pattern(read):
            return found
    return Origin(WEB, page=str(read) if read.names_a_page else None)


def page_of(address: str | None) -> str | None:
    """One text for all addresses of one post; None where the address names no single post."""
    origin = origin_of(address)
    return origin.page if origin is not None else None


def stands_on(network: str, address: str) -> bool:
    """May a post of this network stand there? One with servers of its own has its posts nowhere else; others have them anywhere."""
    origin = origin_of(address)
    if origin is None or origin.network == network:
        return origin is not None
    return network not in _OWN_SERVERS


Site = Callable[[Address], Origin]


def _site(host: str) -> Site | None:
    """By the host, or by what is behind its first names: `old.reddit.com` is `reddit.com`."""
    if host in _EXACTLY:
        return _EXACTLY[host]
    labels = host.split(".")
    behind = (".".join(labels[begin:]) for begin in range(len(labels) - 1))
    return next((_SITES[each] for each in behind if each in _SITES), None)


def _after(path: tuple[str, ...], *names: str) -> str:
    """The segment that follows one of these; empty where there is none."""
    return next((after for before, after in pairwise(path) if before in names), "")


def _plain(written: str | None) -> str:
    """An id as networks write them; empty for anything else."""
    return written if written and re.fullmatch(r"[\w.:~-]{1,200}", written, re.ASCII) else ""


def _number(written: str | None) -> str:
    """The number alone: some write something behind it."""
    found = re.match(r"[0-9]{1,25}(?![0-9])", written or "", re.ASCII)
    return found[0] if found is not None else ""


def _x(at: Address) -> Origin:
    id_ = _number(_after(at.path, "status", "statuses"))
    return Origin("x", id_ or None, page=f"https://x.com/i/status/{id_}" if id_ else None)


_FACEBOOK_POST = re.compile(r"[0-9]{1,25}|pfbid[0-9A-Za-z]{1,100}")


def _facebook(at: Address) -> Origin:
    """A post is `<page>_<post>`, a comment `<post>_<comment>`: https://developers.facebook.com/docs/graph-api/webhooks/getting-started/webhooks-for-pages"""
    query = at.query
    asked = query.get("story_fbid") or query.get("fbid") or query.get("multi_permalinks") or query.get("v") or ""
    post = (
        asked
        if _FACEBOOK_POST.fullmatch(asked)
        else _last_of(at.path, "posts", "permalink", "videos", "reel", "photos")
    )
    owner = _number(query.get("id")) or _number(_after(at.path, "groups") or (at.path[0] if at.path else ""))
    comment = _comment(query.get("reply_comment_id")) or _comment(query.get("comment_id"))
    if not post:
        opaque = at.host == "fb.watch" or at.path[:1] == ("share",)
        return Origin("facebook", page=f"https://{at.host}/{'/'.join(at.path)}" if opaque else None)
    id_ = f"{owner}_{post}" if owner and post.isdigit() else None
    page = f"https://facebook.com/posts/{post}"
    if not comment:
        return Origin("facebook", id_, page=page)
    return Origin("facebook", f"{post}_{comment}" if post.isdigit() else None, id_, f"{page}?comment_id={comment}")


def _last_of(path: tuple[str, ...], *names: str) -> str:
    """The id behind a name, with or without the post's words between."""
    behind = next((path[at + 1 :] for at, segment in enumerate(path) if segment in names), ())
    return next((each for each in reversed(behind) if _FACEBOOK_POST.fullmatch(each)), "")


def _comment(written: str | None) -> str:
    """The number of a comment, also out of `comment:123_456` in base64."""
    if written and not written.isdigit():
        try:
            written = base64.b64decode(written + "=" * (-len(written) % 4)).decode().rpartition("_")[2]
        except (ValueError, binascii.Error):
            return ""
    return _number(written)


def _instagram(at: Address) -> Origin:
    """The short code in an address is not the id by which the API knows a post; that of a comment is."""
    code, comment = (
        _plain(_after(at.path, "p", "reel", "reels", "tv")),
        _number(_after(at.path, "r") or _after(at.path, "c")),
    )
    page = f"https://instagram.com/p/{code}" if code else None
    return Origin("instagram", comment or None, page=f"{page}/c/{comment}" if page and comment else page)


_ACTIVITY = re.compile(r"urn:li:(?:fsd_)?(activity|ugcPost|share):(\d+)")
_SLUG = re.compile(r"-(activity|ugcPost|share)-(\d+)(?:-|$)")
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(activity|ugcPost|share):(\d+),(\d+)\)")
_FSD_COMMENT = re.compile(r"urn:li:fsd_comment:\((\d+),urn:li:(activity|ugcPost|share):(\d+)\)")


def _linkedin(at: Address) -> Origin:
    """https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/urns"""
    path = unquote("/".join(at.path))
    found = _ACTIVITY.search(path) or _SLUG.search(path)
    if found is None:
        return Origin("linkedin", page=str(Address("linkedin.com", at.path, {})) if at.path[:1] == ("pulse",) else None)
    post = f"urn:li:{found[1]}:{found[2]}"
    page = f"https://linkedin.com/feed/update/{post}"
    names = ("dashReplyUrn", "replyUrn", "dashCommentUrn", "commentUrn")
    for written in filter(None, (at.query.get(name) for name in names)):
        if said := _COMMENT.search(written):
            kind, thread, number = said.groups()
        elif said := _FSD_COMMENT.search(written):
            number, kind, thread = said.groups()
        else:
            continue
        comment = f"urn:li:comment:(urn:li:{kind}:{thread},{number})"
        return Origin("linkedin", comment, f"urn:li:{kind}:{thread}", f"{page}?commentUrn={quote(comment)}")
    return Origin("linkedin", post, page=page)


def _reddit(at: Address) -> Origin:
    """https://www.reddit.com/dev/api/#fullnames; `/comments/<post>/<words>/<comment>`"""
    post = at.path[0] if at.host == "redd.it" and at.path else _after(at.path, "comments")
    if not re.fullmatch(r"[0-9a-z]{2,12}", post.lower()):
        return Origin("reddit", page=str(Address("reddit.com", at.path, {})) if "s" in at.path[2:3] else None)
    behind = at.path[at.path.index("comments") + 2 :] if "comments" in at.path else ()
    comment = behind[1].lower() if len(behind) > 1 and re.fullmatch(r"[0-9a-z]{2,12}", behind[1].lower()) else ""
    root, page = f"t3_{post.lower()}", f"https://reddit.com/comments/{post.lower()}"
    if comment:
        return Origin("reddit", f"t1_{comment}", root, f"{page}/_/{comment}")
    return Origin("reddit", root, page=page)


def _youtube(at: Address) -> Origin:
    """A comment is `lc`; that of an answer to one begins with the comment's own."""
    if at.host == "youtu.be":
        video = _plain(at.path[0] if at.path else "")
    else:
        video = _plain(at.query.get("v") or _after(at.path, "shorts", "live", "embed", "v", "post"))
    comment, page = _plain(at.query.get("lc")), f"https://youtube.com/watch?v={video}"
    if comment:
        root = comment.partition(".")[0]
        return Origin("youtube", comment, root if root != comment else None, f"https://youtube.com/watch?lc={comment}")
    return Origin("youtube", video or None, page=page if video else None)


def _bluesky(at: Address) -> Origin:
    """A handle may change hands, so the record's address has the author's DID. Without one there is only the page."""
    who, post = "", ""
    if at.path[:1] == ("profile",) and at.path[2:3] == ("post",) and len(at.path) > 3:
        who, post = _plain(unquote(at.path[1]).lower()), _plain(at.path[3])
    if not (who and post):
        return Origin("bluesky")
    id_ = f"at://{who}/app.bsky.feed.post/{post}" if who.startswith("did:") else None
    return Origin("bluesky", id_, page=f"https://bsky.app/profile/{who}/post/{post}")


def _mastodon(at: Address) -> Origin | None:
    """Any server: `/@maya/123`, `/users/maya/statuses/123`. Our server has ids of its own for what was written on others."""
    match at.path:
        case (who, id_) if re.fullmatch(r"@[\w.-]+(?:@[\w.-]+)?", who) and re.fullmatch(r"\d{6,25}", id_):
            return Origin("mastodon", page=f"https://{at.host}/{who.lower()}/{id_}")
        case ("users", who, "statuses", id_) if id_.isdigit():
            return Origin("mastodon", page=f"https://{at.host}/@{who.lower()}/{id_}")
    return None


def _discourse(at: Address) -> Origin | None:
    """Any forum: `/t/words/123/4`. Its numbers are its own, so they are no ids by themselves."""
    if at.path[:1] != ("t",):
        return None
    numbers = [each for each in at.path[1:] if each.isdigit()]
    if not 1 <= len(numbers) <= 2 or len(at.path) > 4 or at.path[-1] != numbers[-1]:
        return None
    return Origin("discourse", page=f"https://{at.host}/t/{numbers[0]}/{numbers[1] if len(numbers) > 1 else 1}")


def _trustpilot(at: Address) -> Origin:
    id_ = _plain(_after(at.path, "reviews"))
    return Origin("trustpilot", id_ or None, page=f"https://trustpilot.com/reviews/{id_}" if id_ else None)


def _google_play(at: Address) -> Origin:
    id_ = _plain(at.query.get("reviewId"))
    page = f"https://play.google.com/store/apps/details?reviewId={id_}"
    return Origin("google_play", id_ or None, page=page if id_ else None)


def _app_store(at: Address) -> Origin:
    """Reviews there have no address of their own."""
    return Origin("app_store")


def _google(at: Address) -> Origin:
    review = at.path[:2] == ("maps", "reviews") and len(at.path) > 2
    if at.path[:1] == ("maps",) or at.host in {"g.page", "maps.app.goo.gl", "maps.google.com"}:
        return Origin("google_business", page=str(at) if review else None)
    return Origin(WEB, page=str(at) if at.names_a_page else None)


def _hacker_news(at: Address) -> Origin:
    id_ = _number(at.fragment) or _number(at.query.get("id")) if at.path == ("item",) else ""
    return Origin("hackernews", id_ or None, page=f"https://news.ycombinator.com/item?id={id_}" if id_ else None)


def _stack_overflow(at: Address) -> Origin:
    """An answer stands behind its question's words or in the fragment, a comment in the fragment: `#comment78_456`."""
    question = answer = ""
    match at.path:
        case ("posts", "comments", comment) if comment.isdigit():
            return Origin("stackoverflow", f"c{comment}", page=f"https://{at.host}/posts/comments/{comment}")
        case ("q" | "questions", number, *behind) if number.isdigit():
            question = number
            answer = _number(behind[1]) if len(behind) > 1 else _number(at.fragment)
        case ("a", number, *_) if number.isdigit():
            answer = number
        case _:
            return Origin("stackoverflow")
    if said := re.match(r"comment(\d+)_", at.fragment, re.ASCII):
        return Origin("stackoverflow", f"c{said[1]}", question or None, f"https://{at.host}/posts/comments/{said[1]}")
    if answer and answer != question:
        return Origin("stackoverflow", answer, question or None, f"https://{at.host}/a/{answer}")
    return Origin("stackoverflow", question, page=f"https://{at.host}/q/{question}")


def _stack_exchange(at: Address) -> Origin:
    """The sites count each for itself."""
    return Origin("stackexchange", page=_stack_overflow(at).page)


def _telegram(at: Address) -> Origin:
    """A chat without a public name is known by its number: https://core.telegram.org/api/links#message-links"""
    path = at.path[1:] if at.path[:1] == ("s",) else at.path
    if len(path) > 2 and path[0] == "c" and path[1].isdigit() and path[-1].isdigit():
        return Origin("telegram", f"-100{path[1]}/{path[-1]}", page=f"https://t.me/c/{path[1]}/{path[-1]}")
    if len(path) < 2 or not path[-1].isdigit():
        return Origin("telegram")
    comment, page = _number(at.query.get("comment")), f"https://t.me/{path[0].lower()}/{path[-1]}"
    return Origin("telegram", page=f"{page}?comment={comment}" if comment else page)


def _tiktok(at: Address) -> Origin:
    id_, comment = _number(_after(at.path, "video", "photo")), _plain(at.query.get("share_comment_id"))
    if id_:
        page = f"https://tiktok.com/video/{id_}"
        return (
            Origin("tiktok", None, id_, f"{page}?share_comment_id={comment}")
            if comment
            else Origin("tiktok", id_, page=page)
        )
    short = at.host in {"vm.tiktok.com", "vt.tiktok.com"} or at.path[:1] == ("t",)
    return Origin("tiktok", page=f"https://{at.host}/{'/'.join(at.path)}" if short and at.path else None)


def _threads(at: Address) -> Origin:
    """As on Instagram, the short code is not the API's id."""
    code = _plain(_after(at.path, "post", "t"))
    return Origin("threads", page=f"https://threads.net/t/{code}" if code else None)


def _by_name(network: str) -> Site:
    def read(at: Address) -> Origin:
        return Origin(network, page=str(at) if at.names_a_page else None)

    return read


_EXACTLY: Mapping[str, Site] = {
    "stackoverflow.com": _stack_overflow,
    "google.com": _google,
    "maps.google.com": _google,
    "maps.app.goo.gl": _google,
    "play.google.com": _google_play,
    "apps.apple.com": _app_store,
    "itunes.apple.com": _app_store,
    "news.ycombinator.com": _hacker_news,
}

_SITES: Mapping[str, Site] = {
    **dict.fromkeys(("x.com", "twitter.com"), _x),
    **dict.fromkeys(("facebook.com", "fb.com", "fb.watch"), _facebook),
    **dict.fromkeys(("instagram.com", "instagr.am"), _instagram),
    "linkedin.com": _linkedin,
    **dict.fromkeys(("reddit.com", "redd.it"), _reddit),
    **dict.fromkeys(("youtube.com", "youtu.be", "youtube-nocookie.com"), _youtube),
    **dict.fromkeys(("bsky.app", "staging.bsky.app"), _bluesky),
    **dict.fromkeys(
        (f"trustpilot.{end}" for end in ("com", "de", "dk", "fr", "it", "es", "nl", "se", "co.uk")), _trustpilot
    ),
    **dict.fromkeys(
        ("stackoverflow.com", "stackexchange.com", "superuser.com", "serverfault.com", "askubuntu.com"), _stack_exchange
    ),
    **dict.fromkeys(("t.me", "telegram.me"), _telegram),
    "g.page": _google,
    "tiktok.com": _tiktok,
    **dict.fromkeys(("threads.net", "threads.com"), _threads),
    **{
        f"{name}.com": _by_name(name)
        for name in ("tumblr", "pinterest", "quora", "weibo", "vk", "medium", "twitch", "yelp", "tripadvisor", "github")
    },
}

_OWN_SERVERS = frozenset({
    "x", "facebook", "instagram", "linkedin", "reddit", "youtube", "trustpilot", "telegram", "tiktok", "threads",
    "google_play", "app_store", "hackernews", "tumblr", "pinterest", "quora", "weibo", "vk", "medium", "twitch", "yelp",
    "tripadvisor", "github",
})  # fmt: skip
"""The networks of which every post stands on hosts that are told by name above."""
