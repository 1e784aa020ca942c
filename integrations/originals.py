"""What a listening tool brings stands on some network: which, and under which id the network's own source has it. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bot.domain.origins import WEB, origin_of

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_KEY = re.compile(r"[a-z0-9][a-z0-9_.-]{0,49}")

_NAMES = {
    "twitter": "x", "tweet": "x", "facebook": "facebook", "instagram": "instagram", "threads": "threads",
    "whatsapp": "whatsapp", "linkedin": "linkedin", "reddit": "reddit", "youtube": "youtube", "bluesky": "bluesky",
    "bsky": "bluesky", "mastodon": "mastodon", "telegram": "telegram", "tiktok": "tiktok", "trustpilot": "trustpilot",
    "googleplay": "google_play", "playstore": "google_play", "appstore": "app_store", "appleappstore": "app_store",
    "itunes": "app_store", "googlemybusiness": "google_business", "googlebusiness": "google_business",
    "googlereview": "google_business", "googlemaps": "google_business", "stackoverflow": "stackoverflow",
    "hackernews": "hackernews", "discourse": "discourse", "tumblr": "tumblr", "pinterest": "pinterest", "quora": "quora",
    "weibo": "weibo", "sinaweibo": "weibo", "vkontakte": "vk", "twitch": "twitch", "tripadvisor": "tripadvisor",
    "podcast": "podcast", "email": "email",
    **dict.fromkeys(("news", "onlinenews", "blog", "forum", "messageboard", "review", "comment", "website", "article"), WEB),
}  # fmt: skip
_EXACTLY = {"x": "x", "xcom": "x", "vk": "vk", "ig": "instagram", "fb": "facebook", "yt": "youtube", "gmb": "google_business",
            "qq": "qq", "mail": "email", **dict.fromkeys(("rss", "web", "general", "other"), WEB)}  # fmt: skip


def network_called(name: str) -> str | None:
    """Our name of a network that a tool calls `Twitter`, `FACEBOOK_PAGE` or `instagramComment`; None where it is no name.

    News, blogs and forums are the web, whatever kind of page a tool takes them for: each knows other kinds, and what two of
    them bring is one post.
    """
    folded = _NOT_LETTERS.sub("", name.lower())
    if folded in _EXACTLY:
        return _EXACTLY[folded]
    known = max((each for each in _NAMES if folded.startswith(each)), key=len, default=None)
    if known is not None:
        return _NAMES[known]
    key = _NOT_LETTERS.sub("_", name.lower()).strip("_")[:50]
    return key if _KEY.fullmatch(key) else None


@dataclass(frozen=True, slots=True)
class Original:
    """Where a post stands: its network, its id there, and that of its thread's first post where it is known."""

    network: str
    external_id: str
    root_id: str | None = None


def original(
    url: str | None,
    *,
    network: str | None = None,
    external_id: str | None = None,
    tool: str = "",
    tool_id: str | None = None,
) -> Original:
    """Where the post stands that a tool brings; raises `ValueError` where nothing tells it from another.

    The address says more than a tool's words for a network, unless the network's own id is told with them. Without that id
    the post has the tool's, written `tool:id` so that nobody takes it for the network's, or else its address.
    """
    found = origin_of(url)
    place = found.network if found is not None else WEB
    name = network if network and (external_id or place == WEB) else place
    if external_id:
        return Original(name, external_id[:512], found.root if found is not None and name == place else None)
    if found is not None and found.id and name == place:
        return Original(name, found.id, found.root)
    if tool_id:
        return Original(name, f"{tool}:{tool_id}"[:512])
    if found is not None and found.page:
        return Original(name, short(found.page))
    raise ValueError("it has neither an id nor an address of its own")


def short(id_: str) -> str:
    """An id as it is, or what stands for one that is too long to be kept."""
    return (
        id_
        if len(id_) <= 512
        else "digest:" + hashlib.blake2b(id_.encode("utf-8", "replace"), digest_size=20).hexdigest()
    )
