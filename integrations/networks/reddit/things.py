"""What Reddit calls things, as posts: comments (t1), posts (t3) and private messages (t4). Pure.

https://github.com/reddit-archive/reddit/wiki/JSON
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.domain.post import Author, Media, Post, Visibility
from integrations.watching import moment

SITE = "https://www.reddit.com"

_NOBODY = frozenset({None, "", "[deleted]"})
_NO_WORDS = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]"})
_CLOSED = frozenset({"private", "employees_only"})
_KEPT = ("subreddit", "link_title", "archived", "locked", "over_18", "type", "subject", "distinguished")
_THREAD = re.compile(r"/comments/(\w+)/")


def things_of(said: Any) -> Iterator[Any]:
    """Whatever stands in a listing, or in several (a thread is two), with the replies below comments."""
    waiting = said[::-1] if isinstance(said, list) else [said]
    if not waiting or not all(
        isinstance(each, dict) and isinstance(each["data"]["children"], list) for each in waiting
    ):
        raise TypeError("no listing")
    waiting = [thing for listing in waiting for thing in reversed(listing["data"]["children"])]
    while waiting:
        thing = waiting.pop()
        yield thing
        try:
            # A message repeats its whole conversation here, which stands in the list by itself.
            below = thing["data"]["replies"]["data"]["children"] if thing["kind"] == "t1" else []
        except (LookupError, TypeError):
            continue
        waiting += below[::-1] if isinstance(below, list) else []


def author_of(data: Mapping[str, Any]) -> str:
    """Who wrote it; empty where the account is gone. Messages from a subreddit have its name."""
    if (author := data.get("author")) not in _NOBODY:
        return str(author)
    return f"r/{data['subreddit']}" if data.get("subreddit") and "was_comment" in data else ""


def is_gone(data: Mapping[str, Any]) -> bool:
    """Deleted by whoever wrote it, or removed by a moderator or by Reddit; the thing itself stays."""
    words = data["body"] if "body" in data else data.get("selftext")
    return bool(data.get("removed_by_category")) or (data.get("author") in _NOBODY and words in _NO_WORDS)


def thing_post(kind: str, data: Mapping[str, Any], network: str, account: str, received_at: datetime) -> Post:
    """A comment, a post or a message."""
    handle, edited, media = author_of(data), data.get("edited"), _media(data) if kind == "t3" else ()
    path = str(data.get("permalink") or str(data.get("context") or "").partition("?")[0])
    thread = _THREAD.search(path)
    root = {"t1": data.get("link_id") or (f"t3_{thread[1]}" if thread else None), "t4": data.get("first_message_name")}
    counts = {"score": data.get("score"), "replies": data.get("num_comments") if kind == "t3" else None}
    closed = kind == "t4" or data.get("subreddit_type") in _CLOSED
    return Post(
        network=network,
        account=account,
        external_id=str(data.get("name") or f"{kind}_{data['id']}"),
        root_id=str(root[kind]) if root.get(kind) else None,
        parent_id=str(data["parent_id"]) if data.get("parent_id") else None,
        author=Author(
            external_id=str(data["author_fullname"]) if handle and data.get("author_fullname") else None,
            handle=handle or "[deleted]",
            profile_url=f"{SITE}/{handle if handle.startswith('r/') else f'user/{handle}'}" if handle else None,
        ),
        text=_text(kind, data, media)[:50_000],
        posted_at=moment(data["created_utc"]),
        edited_at=moment(edited) if isinstance(edited, int | float) and not isinstance(edited, bool) else None,
        fetched_at=received_at,
        url=_url(kind, data, path, root[kind] if kind == "t1" else None),
        media=media,
        visibility=Visibility.PRIVATE if closed else Visibility.PUBLIC,
        metrics={name: count for name, count in counts.items() if isinstance(count, int)},
        raw={name: data[name] for name in _KEPT if data.get(name) not in (None, "")},
    )


def _url(kind: str, data: Mapping[str, Any], path: str, thread: Any) -> str | None:
    """Where people read it; some lists name the thread only."""
    if kind == "t4":
        return f"{SITE}/message/messages/{data['id']}"
    if path:
        return f"{SITE}{path}"
    return f"{SITE}/comments/{str(thread).removeprefix('t3_')}/_/{data['id']}/" if thread and data.get("id") else None


def _text(kind: str, data: Mapping[str, Any], media: tuple[Media, ...]) -> str:
    body, title = data["body"] if kind != "t3" else data.get("selftext") or "", ""
    if kind == "t4":
        title = str(data.get("subject") or "")
    elif kind == "t3":
        title = data["title"]
        body = body or ("" if data.get("is_self") or media else data.get("url") or "")
    if not isinstance(body, str) or not isinstance(title, str):
        raise TypeError("the text is none")
    text = "\n\n".join(filter(None, (title, body)))
    # Without raw_json=1, three characters are written as entities: https://www.reddit.com/dev/api/#response_body_encoding
    if str(data.get("body_html") or data.get("selftext_html") or "").startswith("&lt;"):
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def _media(data: Mapping[str, Any]) -> tuple[Media, ...]:
    """The picture, the film, or the pictures of a gallery."""
    found: list[tuple[Any, str, Any]] = []
    films = data.get("media")
    film = films.get("reddit_video") if isinstance(films, dict) else None
    if isinstance(film, dict):
        found.append((film.get("fallback_url"), "video", None))
    elif data.get("post_hint") == "image":
        found.append((data.get("url_overridden_by_dest") or data.get("url"), "image", None))
    pictures, gallery = data.get("media_metadata"), data.get("gallery_data")
    captions = {}
    if isinstance(gallery, dict) and isinstance(gallery.get("items"), list):
        captions = {
            str(each.get("media_id")): each.get("caption") for each in gallery["items"] if isinstance(each, dict)
        }
    for id_, picture in pictures.items() if isinstance(pictures, dict) else ():
        best = picture.get("s") if isinstance(picture, dict) else None
        if isinstance(best, dict):
            found.append((best.get("u") or best.get("gif"), "image", captions.get(id_)))
    good = [(url, type_, alt) for url, type_, alt in found if isinstance(url, str) and 0 < len(url) <= 2000][:50]
    return tuple(
        Media(url=url, type=type_, alt=alt[:5000] if isinstance(alt, str) else None) for url, type_, alt in good
    )
