"""What a change of a Facebook Page says. Pure. https://developers.facebook.com/docs/graph-api/webhooks/reference/page"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.post import Author, Media
from bot.speech import mark
from integrations.graph import Happening, moment, text_id
from integrations.graph_messages import LONGEST, UNSHOWN, media

REACTIONS = frozenset({"like", "reaction"})
NOTHING_SAID = frozenset({"hide", "unhide", "block", "unblock", "mute", "follow"})
EDITS = frozenset({"edited", "edit", "update"})
GONE = frozenset({"remove", "delete"})
FIELDS = ("feed", "mention", "ratings")
_WORDS = frozenset({
    "post", "status", "photo", "video", "share", "link", "note", "album", "event", "story", "mention", "comment",
})  # fmt: skip
_RECOMMENDS = {
    "positive": (1, mark("(Recommends the Page.)")),
    "negative": (0, mark("(Does not recommend the Page.)")),
}


def known(one: Happening) -> bool:
    """Whether somebody says something there that can be read."""
    return one.field == "ratings" or (one.field in FIELDS and one.value.get("item") in _WORDS)


def place(value: Mapping[str, Any]) -> tuple[str, str | None]:
    """The id of what was written, and of a comment that of the post it is below. Reviews go by their story."""
    whole = value.get("open_graph_story_id") or value.get("post_id")
    if value.get("item") == "comment":
        return text_id(value["comment_id"]), str(whole) if whole else None
    return text_id(whole), None


def author(value: Mapping[str, Any]) -> Author:
    """`from`, or the sender or reviewer; nobody where Meta does not show who it was."""
    who = value.get("from")
    who = who if isinstance(who, dict) else {}
    id_ = who.get("id") or value.get("sender_id") or value.get("reviewer_id")
    name = str(who.get("name") or value.get("sender_name") or value.get("reviewer_name") or id_ or "Facebook")
    return Author(external_id=str(id_) if id_ else None, handle=name[:255], display_name=name[:500])


def says_something(value: Mapping[str, Any]) -> bool:
    """Whether there are words, a file or a rating; without, only that something happened."""
    return bool(_words(value) or _files(value) or _rated(value) or value.get("shown"))


def fields(value: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Post` but its network, account and times."""
    id_, root = place(value)
    files, parent = _files(value), value.get("parent_id") or root
    edited = value.get("edited_time")
    return {
        "external_id": id_,
        "root_id": root,
        "parent_id": str(parent) if root and parent else None,
        "author": author(value),
        "text": _words(value)[:LONGEST] or _without_words(value, files),
        "edited_at": moment(edited) if edited else None,
        "url": _link(value, id_, root),
        "media": files,
        **_rated(value),
    }


def _words(value: Mapping[str, Any]) -> str:
    return str(value.get("message") or value.get("review_text") or "")


def _without_words(value: Mapping[str, Any], files: tuple[Media, ...]) -> str:
    recommends = value.get("recommendation_type")
    if isinstance(recommends, str) and recommends in _RECOMMENDS:
        return _RECOMMENDS[recommends][1]
    return "" if files or _rated(value) else UNSHOWN


def _rated(value: Mapping[str, Any]) -> dict[str, Any]:
    """Stars, as long as Facebook had them; since 2018 people say whether they recommend a Page: all or none of one star."""
    stars, recommends = value.get("rating"), value.get("recommendation_type")
    if isinstance(stars, int | float) and 0 < stars <= 5:
        return {"rating": stars, "best_rating": 5}
    sides = {"positive": 1, "negative": 0}
    return (
        {"rating": sides[recommends], "best_rating": 1} if isinstance(recommends, str) and recommends in sides else {}
    )


def _files(value: Mapping[str, Any]) -> tuple[Media, ...]:
    photos = value.get("photos")
    found = [each for url in (photos if isinstance(photos, list) else ()) for each in media(url, "image")]
    found = found or media(value.get("photo") or value.get("full_picture"), "image")
    if value.get("item") in {"photo", "video"}:
        found = found or media(value.get("link"), str(value["item"]).replace("photo", "image"))
    found += media(value.get("video"), "video")
    attached = value.get("attachment")
    shown = attached.get("media") if isinstance(attached, dict) else None
    image = shown.get("image") if isinstance(shown, dict) else None
    return tuple([*found, *media(image.get("src") if isinstance(image, dict) else None, "image")][:50])


def _link(value: Mapping[str, Any], id_: str, root: str | None) -> str:
    above = value.get("post")
    link = value.get("permalink_url") or (above.get("permalink_url") if isinstance(above, dict) else None)
    if not isinstance(link, str) or not link or len(link) > 1900:
        link = f"https://www.facebook.com/{root or id_}"
    return (
        f"{link}?comment_id={id_.rpartition('_')[2]}"
        if root and "comment_id=" not in link and "?" not in link
        else link
    )
