"""What a message on Telegram says, as the fields of a post. Pure. https://core.telegram.org/bots/api#message"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.post import Author, Media, Visibility

_LONGEST = 50_000
_MOST_ENTITIES = 100
"""Telegram itself keeps no more of a message."""

_FILES = {
    "photo": "image", "sticker": "image", "video": "video", "animation": "video", "video_note": "video",
    "voice": "audio", "audio": "audio", "document": "file",
}  # fmt: skip

_OF_THE_CHAT = frozenset({
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "message_auto_delete_timer_changed",
    "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message", "invoice", "successful_payment", "refunded_payment",
    "users_shared", "chat_shared", "connected_website", "write_access_allowed", "passport_data",
    "proximity_alert_triggered", "boost_added", "chat_background_set", "forum_topic_created", "forum_topic_edited",
    "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden",
    "giveaway_created", "giveaway", "giveaway_winners", "giveaway_completed", "video_chat_scheduled",
    "video_chat_started", "video_chat_ended", "video_chat_participants_invited", "web_app_data",
})  # fmt: skip
"""Messages by which Telegram tells what happened to the chat; nobody wrote them."""


@dataclass(frozen=True, slots=True)
class Read:
    """The fields of a `Post` but its network and account, and what tells this state of the message from others."""

    fields: dict[str, Any]
    revision: str


def read_message(message: Mapping[str, Any], received_at: datetime, ours: tuple[str, str]) -> Read | None:
    """What a customer wrote; None for what no customer wrote. `ours` is the bot itself, by its id and username.

    Raises `LookupError`, `TypeError` or `ValueError` where the message cannot be read.
    """
    chat, number, place = message["chat"], int(message["message_id"]), int(message["chat"]["id"])
    if _no_customer(message, ours):
        return None
    text, media = _text(message), _media(message)
    if not text and not media:
        if _OF_THE_CHAT & message.keys():
            return None
        raise ValueError("messages with this content are not known")
    private = chat["type"] == "private"
    if private and text.partition(" ")[0] == "/start":
        # Everybody's first press of a button.
        return None
    root, parent = _thread(message)
    edited = message.get("edit_date")
    fields = {
        "external_id": f"{place}/{number}",
        "root_id": root,
        "parent_id": parent,
        "author": _author(message),
        "text": text,
        "posted_at": _moment(message["date"]),
        "edited_at": _moment(edited) if edited else None,
        "fetched_at": received_at,
        "url": address(chat, number),
        "media": media,
        "visibility": _visibility(chat),
        "raw": _more(message),
    }
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return Read(fields, f"{edited or message['date']}-{digest}")


def address(chat: Mapping[str, Any], number: int) -> str | None:
    """Where a message can be read: by all in a public chat, by its members in another supergroup, else nowhere."""
    if chat.get("type") == "private":
        return None
    if chat.get("username"):
        return f"https://t.me/{chat['username']}/{number}"
    inside = str(chat["id"]).removeprefix("-100")
    return f"https://t.me/c/{inside}/{number}" if chat.get("type") in {"supergroup", "channel"} else None


def _no_customer(message: Mapping[str, Any], ours: tuple[str, str]) -> bool:
    """The bot itself, an administrator who writes as the group, a channel's post that is repeated in its group.

    Nor somebody's phone that tells every few seconds where it is now.
    """
    writer, chat = message.get("from") or {}, message["chat"]
    if message.get("is_automatic_forward"):
        return True
    if message.get("edit_date") and "live_period" in (message.get("location") or {}):
        return True
    if (message.get("sender_chat") or {}).get("id") == chat["id"] and chat["type"] != "channel":
        return True
    return bool(writer) and (
        str(writer.get("id")) == ours[0] or str(writer.get("username", "")).lower() == ours[1] != ""
    )


def _visibility(chat: Mapping[str, Any]) -> Visibility:
    if chat["type"] == "private":
        return Visibility.PRIVATE
    return Visibility.PUBLIC if chat.get("username") else Visibility.UNLISTED


def _thread(message: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The thread's first post and the post that is answered.

    A private chat is one thread, as are the pictures of an album: they go by names that no message has. A forum's topic is
    none, as many people talk there about many things.
    """
    chat, answered = message["chat"]["id"], message.get("reply_to_message") or {}
    # In a topic, what answers nobody answers the message that began the topic.
    said = answered and "forum_topic_created" not in answered
    parent = f"{chat}/{int(answered['message_id'])}" if said else None
    if message["chat"]["type"] == "private":
        return str(chat), parent
    if (thread := message.get("message_thread_id")) and not message.get("is_topic_message"):
        return f"{chat}/{thread}", parent
    album = message.get("media_group_id")
    return f"{chat}/album/{album}" if album and not parent else None, parent


def _author(message: Mapping[str, Any]) -> Author:
    """A person, or the channel or group in whose name the message stands."""
    whole: Mapping[str, Any] = message.get("sender_chat") or message.get("from") or message["chat"]
    names = [str(whole.get(part) or "") for part in ("first_name", "last_name", "title")]
    display, username = _clean(" ".join(filter(None, names))), str(whole.get("username") or "")
    return Author(
        external_id=str(whole["id"]),
        handle=(username or display or str(whole["id"]))[:255],
        display_name=display[:500] or None,
        profile_url=f"https://t.me/{username}" if username else None,
    )


def _text(message: Mapping[str, Any]) -> str:
    if text := message.get("text"):
        return _clean(_with_links(str(text), message.get("entities") or ()))
    if caption := message.get("caption"):
        return _clean(_with_links(str(caption), message.get("caption_entities") or ()))
    return _clean(_in_words(message))


def _in_words(message: Mapping[str, Any]) -> str:
    """What has no text of its own."""
    match message:
        case {"sticker": {"emoji": str(emoji)}}:
            return emoji
        case {"dice": {"emoji": str(emoji), "value": value}}:
            return f"{emoji} {value}"
        case {"venue": {"title": str(title), "address": str(street)}}:
            return f"{title}, {street}"
        case {"location": {"latitude": north, "longitude": east}}:
            return f"{north}, {east}"
        case {"contact": {"phone_number": str(phone), "first_name": str(name)}}:
            return f"{name} {phone}"
        case {"poll": {"question": str(question), "options": [*options]}}:
            return "\n".join([question, *(f"• {option['text']}" for option in options)])
    return ""


def _with_links(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    """The text with the addresses behind its words. Entities count in units of UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    links = [each for each in entities[:_MOST_ENTITIES] if each.get("type") == "text_link" and each.get("url")]
    for link in sorted(links, key=lambda each: int(each["offset"]) + int(each["length"]), reverse=True):
        end = 2 * max(0, int(link["offset"]) + int(link["length"]))
        units = units[:end] + f" ({link['url']})".encode("utf-16-le", "surrogatepass") + units[end:]
    return units.decode("utf-16-le", "replace")


def _media(message: Mapping[str, Any]) -> tuple[Media, ...]:
    """The files by their ids: an address would need the bot's token, and stand for an hour."""
    media = []
    for name, kind in _FILES.items():
        file = message.get(name)
        if name == "document" and "animation" in message:
            continue  # the same file once more
        if isinstance(file, list):
            file = file[-1] if file else None  # the sizes of a photo, the largest last
        if not file:
            continue
        said = str(file.get("mime_type") or "").partition("/")[0] if name == "document" else ""
        alt = _clean(str(file.get("file_name") or file.get("title") or ""))[:5000]
        media.append(
            Media(
                url=f"telegram:{file['file_id']}"[:2000],
                type=said if said in {"image", "video", "audio"} else kind,
                alt=alt or None,
            )
        )
    return tuple(media)


def _more(message: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer needs, and what tells where the message is from."""
    more = {name: message[name] for name in ("media_group_id", "forward_origin") if message.get(name)}
    if message.get("is_topic_message") and message.get("message_thread_id"):
        more["message_thread_id"] = message["message_thread_id"]
    if title := message["chat"].get("title"):
        more["chat"] = _clean(str(title))
    return more


def _moment(seconds: float) -> datetime:
    """Raises `OverflowError` for what is far off any calendar, where `fromtimestamp` has errors of the operating system."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def _clean(text: str) -> str:
    return text.replace("\0", "�")[:_LONGEST].strip()
