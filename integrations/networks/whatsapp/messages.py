"""What a message on WhatsApp says, as the fields of a post. Pure.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.post import Author, Media, Visibility
from integrations.graph import Happening, moment, text_id
from integrations.json_text import read_json

_LONGEST = 50_000
_MOST = 50
"""Files of a post, and lines of an order or a form, that are kept."""

_FILES = {"image": "image", "sticker": "image", "video": "video", "audio": "audio", "document": "file"}

Said = Mapping[str, Any]


def parts_of(happening: Any) -> list[Any]:
    """The messages in a delivery, each with its sender, and the words on messages of ours; anything else as it came."""
    if not isinstance(happening, Happening):
        return [happening]
    value = happening.value
    whole = {"field": happening.field, "value": value}
    if happening.field != "messages" or not isinstance(value, dict):
        return [whole]
    to = str(_part(value, "metadata").get("phone_number_id") or "")
    messages, statuses = value.get("messages"), value.get("statuses")
    found: list[Any] = []
    if isinstance(messages, list):
        found += [{"to": to, "message": each, "contact": _contact(value, each)} for each in messages]
    if isinstance(statuses, list):
        found += [{"to": to, "status": each} for each in statuses]
    if value.get("errors"):
        found.append({"field": "messages", "value": {"errors": value["errors"]}})
    listed = isinstance(messages, list) or isinstance(statuses, list)
    return found if listed or found else [whole]


def _contact(value: Said, message: Any) -> Said:
    """Who sent it, as it is said of them: by either of their ids, or the only one of whom something is said."""
    contacts = value.get("contacts")
    known = [each for each in contacts if isinstance(each, dict)] if isinstance(contacts, list) else []
    ids = (
        {str(message[name]) for name in ("from", "from_user_id") if message.get(name)}
        if isinstance(message, dict)
        else ()
    )
    theirs = (each for each in known if {str(each.get(name)) for name in ("wa_id", "user_id")} & set(ids))
    return next(theirs, known[0] if len(known) == 1 else {})


def read_message(message: Said, contact: Said, received_at: datetime, *, content: Said | None = None) -> dict[str, Any]:
    """The fields of a `Post` but its network and account. `content` is what it says now, where it was edited.

    Raises `LookupError`, `TypeError` or `ValueError` where the message cannot be read.
    """
    said = message if content is None else content
    text, media = _text(said), _media(said)
    if not text and not media:
        raise ValueError(f"messages of the type {said.get('type')!r} are not known")
    context = _part(message, "context") if content is None else {}
    group = message.get("group_id")
    author = _author(message, contact)
    more = {name: message[name] for name in ("referral", "group_id") if message.get(name)}
    if product := context.get("referred_product"):
        more["referred_product"] = product
    if number := contact.get("wa_id") or message.get("from"):
        more["wa_id"] = str(number)
    return {
        # One chat is one thread. It goes by a name that no message has.
        "root_id": f"chat/{text_id(group) if group else author.external_id}"[:512],
        "parent_id": text_id(context["id"])[:512] if context.get("id") else None,
        "author": author,
        "text": text,
        "posted_at": moment(message["timestamp"]),
        "fetched_at": received_at,
        "media": media,
        "visibility": Visibility.UNLISTED if group else Visibility.PRIVATE,
        "raw": more,
    }


def recipient(author_id: str, raw: Said) -> dict[str, str]:
    """To whom an answer goes: into the group, to the telephone number where it is known, else to the user by their own id.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
    """
    if raw.get("group_id"):
        return {"recipient_type": "group", "to": str(raw["group_id"])}
    to = str(raw.get("wa_id") or author_id)
    return {"recipient_type": "individual", **({"to": to} if to.isdigit() else {"recipient": to})}


def _author(message: Said, contact: Said) -> Author:
    """By the id that WhatsApp has for this user and this business; where it gives none yet, by the telephone number."""
    profile = _part(contact, "profile")
    number = contact.get("wa_id") or message.get("from")
    own = contact.get("user_id") or message.get("from_user_id")
    username, name = _clean(profile.get("username")), _clean(profile.get("name"))
    known = text_id(own or number)[:255]
    return Author(
        external_id=known,
        handle=(username or (f"+{number}" if number else name or known))[:255],
        display_name=name[:500] or None,
        phone=f"+{number}" if number and str(number).isdigit() else None,
        profile_url=f"https://wa.me/{number}" if number and str(number).isdigit() and not username else None,
    )


def _text(said: Said) -> str:
    match said:
        case {"type": "text", "text": {"body": str(words)}}:
            return _clean(words)
        case {"type": "button", "button": {"text": str(words)}}:
            return _clean(words)
        case {"type": "interactive"}:
            return _clean(_chosen(_part(said, "interactive")))
        case {"type": "location", "location": {"latitude": north, "longitude": east, **place}}:
            named = ", ".join(str(place[part]) for part in ("name", "address") if place.get(part))
            return _clean(f"{named} ({north}, {east})" if named else f"{north}, {east}")
        case {"type": "contacts", "contacts": [*contacts]}:
            return _clean("\n".join(map(_business_card, contacts[:_MOST])))
        case {"type": "order", "order": {"product_items": [*items], **order}}:
            lines = (
                f"{each.get('quantity')} × {each.get('product_retailer_id')}"
                f" ({each.get('item_price')} {each.get('currency')})"
                for each in items[:_MOST]
            )
            return _clean("\n".join(filter(None, (str(order.get("text") or ""), *lines))))
    return _clean(_part(said, str(said.get("type"))).get("caption")) if said.get("type") in _FILES else ""


def _chosen(said: Said) -> str:
    """What was chosen or filled in; of what is no answer in words, nothing."""
    match said:
        case {"type": "button_reply" | "list_reply" as kind}:
            reply = _part(said, kind)
            return "\n".join(str(reply[part]) for part in ("title", "description") if reply.get(part))
        case {"type": "nfm_reply", "nfm_reply": {"response_json": given}}:
            filled = read_json(given.encode()) if isinstance(given, str) else given
            lines = [f"{name}: {value}" for name, value in filled.items() if name != "flow_token"]
            return "\n".join(lines[:_MOST])
    return ""


def _business_card(card: Said) -> str:
    name = _part(card, "name").get("formatted_name")
    numbers = (each.get("phone") for each in card.get("phones") or ())
    mails = (each.get("email") for each in card.get("emails") or ())
    return " ".join(str(each) for each in (name, _part(card, "org").get("company"), *numbers, *mails) if each)


def _media(said: Said) -> tuple[Media, ...]:
    """Files by their ids: their addresses stand for five minutes, and only for who has our token.

    What WhatsApp does not pass on (a poll, say) is there as a file, with WhatsApp's own words for why. The advertisement from
    which somebody wrote is one, too.
    """
    kind, found = str(said.get("type")), list[Media]()
    if kind in _FILES:
        file = _part(said, kind)
        alt = _clean(file.get("filename"))[:5000] or None
        found.append(Media(url=f"whatsapp:{text_id(file.get('id') or file['url'])}"[:2000], type=_FILES[kind], alt=alt))
    if kind == "unsupported":
        what = _clean(_part(said, "unsupported").get("type")) or kind
        found.append(Media(url=f"whatsapp:{what}"[:2000], type="file", alt=f"{what}: {reasons(said.get('errors'))}"))
    referral = _part(said, "referral")
    if referral.get("source_url"):
        words = " · ".join(_clean(referral.get(part)) for part in ("headline", "body") if referral.get(part))
        found.append(Media(url=str(referral["source_url"])[:2000], type="file", alt=words[:5000] or None))
    return tuple(found)


def reasons(errors: Any) -> str:
    """WhatsApp's own words for what is wrong, with its number; empty where it says nothing."""
    return "; ".join(_reason(each) for each in errors if isinstance(each, dict)) if isinstance(errors, list) else ""


def _reason(error: Said) -> str:
    said: Iterable[Any] = (error.get("title") or error.get("message"), _part(error, "error_data").get("details"))
    words = ": ".join(dict.fromkeys(_clean(each) for each in said if each))
    return f"{words} ({error['code']})" if error.get("code") else words


def _part(said: Said, name: str) -> Said:
    part = said.get(name)
    return part if isinstance(part, dict) else {}


def _clean(text: Any) -> str:
    return str(text or "").replace("\0", "�")[:_LONGEST].strip()
