"""What posts and direct messages on X say, of either version of its API. Pure. https://docs.x.com/x-api/fundamentals/data-dictionary

Edits: each is a post with an id of its own, which lists the ids before it. https://docs.x.com/x-api/fundamentals/edit-posts
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.post import Author, Media, Post, SourceEvent, Visibility
from integrations.source import written

Row = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD = {"like": "likes", "favorite": "likes", "retweet": "shares", "repost": "shares", "reply": "replies",
         "quote": "quotes", "impression": "views"}  # fmt: skip
_NO_LANGUAGE = re.compile(r"und|zxx|art|q\w\w")
_LONGEST = 50_000


@dataclass(frozen=True, slots=True)
class Us:
    """Our account: its ids, its name without `@` in small letters; and the source's network and account."""

    ids: frozenset[str]
    name: str
    network: str
    account: str

    def are(self, user: Row) -> bool:
        """Is it us?"""
        name = str(user.get("username") or user.get("screen_name") or "").lower()
        return _id(user) in self.ids or (bool(name) and name == self.name)


def read_post(tweet: Row, includes: Row, us: Us, at: datetime, *, quotes_us: bool = False) -> SourceEvent | None:
    """A post as it stands; None for ours, and for one that only passes another on.

    Raises `LookupError`, `TypeError` or `ValueError` where it cannot be read.
    """
    number, legacy = _id(tweet), "user" in tweet or "id_str" in tweet
    if not number:
        raise KeyError("id")
    told = [row(user.get("data")) or user for user in _rows(includes.get("users"))]
    users = {_id(user): user for user in told}
    by = (
        row(tweet.get("user"))
        or row(tweet.get("author"))
        or users.get(str(tweet.get("author_id") or ""), {"id": tweet.get("author_id") or ""})
    )
    links = {str(each.get("type")): str(each.get("id")) for each in _rows(_either(tweet, "referenced_tweets"))}
    if us.are(by) or "retweeted" in links or tweet.get("retweeted_status"):
        return None
    whole = row(tweet.get("extended_tweet")) or row(tweet.get("note_tweet")) or row(tweet.get("note_post")) or tweet
    words = whole.get("full_text") or whole.get("text") or tweet["text"]
    entities, media = _entities(whole, tweet), _media(whole, tweet, includes)
    versions = _either(tweet, "edit_history_tweet_ids") or row(tweet.get("edit_history")).get("edit_tweet_ids")
    first = next((str(each) for each in rows(versions) if isinstance(each, str | int) and each), number)
    made = _made(tweet, number, at)
    name = str(by.get("username") or by.get("screen_name") or "")
    old = (
        tweet.get("in_reply_to_status_id_str")
        or tweet.get("in_reply_to_status_id")
        or tweet.get("in_reply_to_tweet_id")
    )
    answers = links.get("replied_to") or str(old or "")
    named = any(us.are({**each, "id": each.get("id_str") or each.get("id")}) for each in _mentions(entities))
    edited = first != number
    post = Post(
        network=us.network,
        account=us.account,
        external_id=first,
        parent_id=answers or None,
        root_id=str(tweet["conversation_id"]) if answers and tweet.get("conversation_id") else None,
        author=_author(by, name, number),
        text=_text(words, entities, tweet),
        lang=None if _NO_LANGUAGE.fullmatch(lang := str(tweet.get("lang") or "und")) else lang[:35],
        posted_at=made,
        edited_at=made if edited else None,
        fetched_at=at,
        url=f"https://x.com/{name or 'i'}/status/{number}",
        media=media,
        metrics=_metrics(tweet if legacy else row(tweet.get("public_metrics"))),
        raw={"id": number, "summoned": named or quotes_us or _quotes(tweet, includes, entities, us)},
    )
    return written(post, edited=edited, revision=number if edited else "")


def read_message(event: Row, users: Row, us: Us, at: datetime) -> SourceEvent | None:
    """A direct message; None for ours. https://docs.x.com/x-api/activity/event-payloads#dm-received"""
    if event.get("type", "message_create") != "message_create":
        raise ValueError(f"direct messages of this type are not known: {event['type']}")
    said, number = event["message_create"], _id(event)
    sender = str(said["sender_id"])
    known = row(users.get(sender))
    by = {**(row(known.get("data")) or known), "id": sender}
    if us.are(by):
        return None
    data = said["message_data"]
    entities = row(data.get("entities"))
    attached = row(row(data.get("attachment")).get("media"))
    post = Post(
        network=us.network,
        account=us.account,
        external_id=number or str(event["id"]),
        root_id=f"dm-{sender}",
        author=_author(by, str(by.get("username") or by.get("screen_name") or ""), number),
        text=_text(data.get("text") or "", {**entities, "media": [attached]}, {}),
        posted_at=_made(event, number, at),
        fetched_at=at,
        media=_media({"entities": {"media": [attached]}}, {}, {}) if attached else (),
        visibility=Visibility.PRIVATE,
    )
    return written(post)


def comparable(tweet: Row) -> str:
    """The words of a post of ours, to be compared: links in full, without the mentions that X puts before an answer."""
    whole = row(tweet.get("note_tweet")) or row(tweet.get("note_post")) or tweet
    text = _text(whole.get("text") or tweet.get("text") or "", _entities(whole, tweet), tweet)
    return " ".join(re.sub(r"^(?:@\w+\s+)+", "", text).split())


def answered(tweet: Row) -> list[str]:
    """The ids of the posts that it answers."""
    links = _rows(_either(tweet, "referenced_tweets"))
    return [str(each.get("id")) for each in links if each.get("type") == "replied_to"]


def row(value: Any) -> Row:
    """An object; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> list[Any]:
    """A list, or the one thing."""
    return list(value) if isinstance(value, list) else [value]


def _text(words: Any, entities: Row, tweet: Row) -> str:
    """Whole: links as they lead, entities resolved, without the addresses by which X shows what is attached."""
    text = str(words).replace("\0", "�").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    pictures = {str(each.get("url")) for each in _rows(entities.get("media"))}
    for each in _rows(entities.get("urls")):
        short, leads = str(each.get("url") or ""), str(each.get("expanded_url") or each.get("unwound_url") or "")
        if each.get("media_key"):
            pictures.add(short)
        elif short and leads:
            text = text.replace(short, leads)
    for short in pictures - {"", "None"}:
        text = text.replace(short, "")
    return text[:_LONGEST].strip()


def _entities(whole: Row, tweet: Row) -> dict[str, Any]:
    media = _rows(row(whole.get("extended_entities") or tweet.get("extended_entities")).get("media"))
    found = dict(row(whole.get("entities") or tweet.get("entities")))
    return {**found, "media": [*_rows(found.get("media")), *media]}


def _mentions(entities: Row) -> list[Row]:
    return _rows(entities.get("mentions") or entities.get("user_mentions"))


def _quotes(tweet: Row, includes: Row, entities: Row, us: Us) -> bool:
    """Does it quote a post of ours?"""
    if us.are(row(row(tweet.get("quoted_status")).get("user"))):
        return True
    ids = {str(each.get("id")) for each in _rows(_either(tweet, "referenced_tweets")) if each.get("type") == "quoted"}
    told = [*_rows(includes.get("tweets")), *_rows(includes.get("posts"))]
    if any(_id(each) in ids and str(each.get("author_id")) in us.ids for each in told):
        return True
    ours = re.compile(rf"https?://(?:\w+\.)?(?:x|twitter)\.com/{re.escape(us.name)}/status/\d+", re.IGNORECASE)
    return bool(us.name) and any(ours.match(str(each.get("expanded_url"))) for each in _rows(entities.get("urls")))


def _media(whole: Row, tweet: Row, includes: Row) -> tuple[Media, ...]:
    keys = rows(row(tweet.get("attachments")).get("media_keys") or [])
    told = [each for each in _rows(includes.get("media")) if each.get("media_key") in keys]
    attached = told or _rows(row(whole.get("extended_entities") or tweet.get("extended_entities")).get("media"))
    found = []
    for each in attached or _rows(row(whole.get("entities") or tweet.get("entities")).get("media")):
        url = each.get("media_url_https") or each.get("preview_image_url") or each.get("media_url") or each.get("url")
        kind = "image" if each.get("type") in {"photo", None} else "video"
        alt = str(each.get("alt_text") or each.get("ext_alt_text") or "")[:5000]
        found += [Media(url=str(url)[:2000], type=kind, alt=alt or None)] if url else []
    return tuple(found[:50])


def _author(by: Row, name: str, number: str) -> Author:
    """Where X does not say who it is, the post's number keeps different people apart."""
    id_, metrics = _id(by), row(by.get("public_metrics"))
    followers = metrics.get("followers_count", by.get("followers_count"))
    picture = by.get("profile_image_url") or by.get("profile_image_url_https")
    return Author(
        external_id=id_ or None,
        handle=(name or id_ or f"author of {number}")[:255],
        display_name=str(by.get("name") or "").replace("\0", "�")[:500] or None,
        followers=followers if type(followers) is int and followers >= 0 else None,
        verified=by["verified"] if isinstance(by.get("verified"), bool) else None,
        profile_url=f"https://x.com/{name}"[:2000] if name else None,
        avatar_url=str(picture)[:2000] if picture else None,
    )


def _metrics(counts: Row) -> dict[str, int]:
    told = ((name, counts.get(f"{count}_count")) for count, name in _TOLD.items())
    return {name: value for name, value in told if type(value) is int}


def _made(item: Row, number: str, at: datetime) -> datetime:
    """When it was written; where that is not said, its id tells: https://github.com/twitter-archive/snowflake. Or when it came."""
    for said in (item.get("timestamp_ms"), item.get("created_timestamp"), item.get("created_at")):
        try:
            if said and (made := _moment(str(said))) is not None:
                return made
        except (ValueError, OverflowError):
            continue
    since = int(number) >> 22 if number.isdecimal() and len(number) < 20 else 0
    return _EPOCH + timedelta(milliseconds=since + 1_288_834_974_657) if since else at


def _moment(said: str) -> datetime | None:
    """Milliseconds or seconds since 1970, the writing of ISO 8601, or that of API v1.1."""
    if re.fullmatch(r"\d{9,13}(\.\d+)?", said):
        return _EPOCH + timedelta(seconds=float(said) / (1000 if float(said) > 1e11 else 1))
    try:
        made = datetime.fromisoformat(said)
    except ValueError:
        made = datetime.strptime(said, "%a %b %d %H:%M:%S %z %Y")
    return made if made.tzinfo is not None else made.replace(tzinfo=UTC)


def _either(tweet: Row, name: str) -> Any:
    """A field by the name that it has in the guides, or by that of the OpenAPI description of August 2026."""
    return tweet.get(name) or tweet.get(name.replace("tweet", "post"))


def _id(item: Row) -> str:
    return str(item.get("id_str") or item.get("id") or "")


def _rows(value: Any) -> list[Row]:
    """The objects of a list; what else is in there says nothing."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
