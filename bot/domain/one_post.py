"""One post that came by several ways, its own network and listening tools: whether it is one, and what is known of it then. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.post import Author, Post, StoredPost

CLOSE = timedelta(minutes=2)
"""What is written at one address by one author so soon after each other is one post: tools round the times."""

BEGINNING = 20
"""Letters after which one text that begins another one is it, cut off."""

TELLING = 40
"""Letters from which on such words at one address are one post, also where the tool calls its author otherwise."""

_LINK = re.compile(r"https?://\S+")


def is_one(first: StoredPost, later: Post, *, same_id: bool) -> bool:
    """Is a post that came later the one that is here? Both have the same id on one network, or (`same_id` false) one page.

    What two sources of our own hear from the network itself stays two: each account has a conversation of its own. An
    address alone may hold several posts, as comments under a picture: then author, words and time must speak for it.
    """
    if first.post.network != later.network or (first.post.via is None and later.via is None):
        return False
    if same_id:
        return True
    if later.via is not None and later.via in (first.post.via, *first.post.also):
        return False
    close = abs(first.post.posted_at - later.posted_at) <= CLOSE
    if first.deleted_at is not None:
        return close
    ours, theirs = words(first.post.text), words(later.text)
    alike = min(len(ours), len(theirs)) if ours.startswith(theirs) or theirs.startswith(ours) else 0
    if _same_author(first.post.author, later.author):
        return ours == theirs or alike >= BEGINNING or close
    # Of an article, a feed has the title and what leads into it, and a tool names who publishes it.
    title = _title(first.post.text)
    return alike >= TELLING or (len(title) >= BEGINNING and title == _title(later.text))


def joined(first: Post, later: Post) -> Post:
    """What is known of the post that is here once it came again by another way. Its words stay as they are; see `own_words`.

    The network's own word counts for all else as soon as there is one; what it leaves open, the tools fill.
    """
    if later.via is None:
        tools = _tools((first.via, *first.also))
        text = later.text if words(later.text) == words(first.text) else first.text
        return _filled(later, first).model_copy(update={"text": text, "also": tools})
    tools = _tools((*first.also, later.via, *later.also), but=first.via)
    return _filled(first, later).model_copy(update={"also": tools})


def own_words(here: Post, later: Post) -> Post | None:
    """What an edit makes of `here` where the network itself words the post otherwise than the tool that was quicker."""
    return here.model_copy(update={"text": later.text}) if later.text != here.text else None


def tools_edit(first: StoredPost, edited: Post, earlier: Sequence[str]) -> Post | None:
    """What an edit that another tool tells of makes of the post; None where it says nothing new.

    Tools repeat what they read long ago, and cut it: against the network's own word only a later time of editing counts.
    """
    known = {words(text) for text in (*earlier, first.post.text)}
    if words(edited.text) in known:
        return None
    since = first.post.edited_at or first.edited_at
    if edited.edited_at is None:
        if first.post.via is None:
            return None
    elif since is not None and edited.edited_at <= since:
        return None
    told = {"text": edited.text, "html": edited.html, "edited_at": edited.edited_at}
    return first.post.model_copy(update={**told, "media": edited.media or first.post.media})


def same_handle(one: Author, other: Author) -> bool:
    """Do they call the author the same?"""
    return one.handle.lstrip("@").casefold() == other.handle.lstrip("@").casefold()


def words(text: str) -> str:
    """A text as it is compared: tools shorten links and texts, and space them otherwise."""
    return " ".join(_LINK.sub(" ", text).split()).casefold().rstrip("….").rstrip()


def _title(text: str) -> str:
    return words(text.strip().partition("\n")[0])


def _same_author(one: Author, other: Author) -> bool:
    if one.external_id and one.external_id == other.external_id:
        return True
    return bool(_called(one) & _called(other))


def _called(author: Author) -> set[str]:
    names = (author.handle, author.handle.lstrip("@").partition("@")[0], author.display_name or "")
    return {name.strip().lstrip("@").casefold() for name in names} - {""}


def _filled(post: Post, other: Post) -> Post:
    """The post with what it leaves open and the other one tells."""
    gaps = ("root_id", "parent_id", "html", "lang", "url", "media", "edited_at")
    told = {name: getattr(other, name) for name in gaps if not getattr(post, name) and getattr(other, name)}
    if post.text and words(post.text) != words(other.text):
        told.pop("html", None)
    if post.rating is None and other.rating is not None:
        told |= {"rating": other.rating, "best_rating": other.best_rating}
    if _same_author(post.author, other.author):
        known = post.author
        more = {name: getattr(other.author, name) for name in Author.model_fields if getattr(known, name) is None}
        told["author"] = known.model_copy(update=more)
    return post.model_copy(update={**told, "metrics": {**other.metrics, **post.metrics}})


def _tools(names: Sequence[str | None], but: str | None = None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name and name != but))
