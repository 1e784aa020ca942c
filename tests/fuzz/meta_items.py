"""How many things a delivery of Facebook, Instagram or WhatsApp tells of, counted from Meta's documentation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tests.fuzz.counting import Items, counted, object_in, read_json
from tests.fuzz.mutations import Case


def whatsapp(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview: in each change the messages
    and statuses of the field `messages`; each of any other field is one thing."""
    said = read_json(case.body)
    deliveries = said if isinstance(said, list) else [said]
    if not all(isinstance(each, dict) and "object" in each for each in deliveries):
        return None
    return counted([thing for each in deliveries for thing in _whatsapp_changes(each)], _nothing_on_whatsapp)


def _whatsapp_changes(delivery: Any) -> Iterable[Any]:
    entries = delivery.get("entry")
    if delivery["object"] != "whatsapp_business_account" or not isinstance(entries, list):
        return [delivery]
    listed = [
        each["changes"] if isinstance(each, dict) and isinstance(each.get("changes"), list) else [each]
        for each in entries
    ]
    return [thing for changes in listed for change in changes for thing in _whatsapp_things(change)]


def _whatsapp_things(change: Any) -> list[Any]:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict) or change.get("field") != "messages":
        return [change]
    lists = [value[name] for name in ("messages", "statuses") if isinstance(value.get(name), list)]
    if not lists and not value.get("errors"):
        return [change]
    return [thing for each in lists for thing in each] + ([value["errors"]] if value.get("errors") else [])


def _nothing_on_whatsapp(thing: Any) -> bool:
    """A reaction, what became of a message but that it failed, good news of the account, what another app of ours wrote."""
    if not isinstance(thing, dict):
        return False
    value = thing.get("value")
    good = isinstance(value, dict) and "APPROVED" in value.values()
    quiet = thing.get("type") in ("reaction", "request_welcome", "system") or thing.get("status") in (
        *("sent", "delivered", "read", "played"),
    )
    return bool(quiet or thing.get("field") == "smb_message_echoes" or good)


class _OfMeta(NamedTuple):
    """What one entry of a delivery tells, and of whose account."""

    to: str
    field: str
    value: Any


def _of_meta(case: Case, name: str) -> list[Any] | None:
    """https://developers.facebook.com/docs/graph-api/webhooks/getting-started: changes, or a list of messages; an entry of
    Instagram's may itself be the change. What is none of these is one thing."""
    said = read_json(case.body)
    deliveries = said if isinstance(said, list) else [said]
    if not all(isinstance(each, dict) and "object" in each for each in deliveries):
        return None
    return [thing for each in deliveries for thing in _in_delivery(each, name)]


def _in_delivery(delivery: Any, name: str) -> list[Any]:
    entries = delivery.get("entry")
    if delivery["object"] != name or not isinstance(entries, list):
        return [delivery]
    return [thing for each in entries for thing in (_in_entry(each) if isinstance(each, dict) else [each])]


def _in_entry(entry: dict[str, Any]) -> list[Any]:
    to = str(entry.get("id") or "")
    changes = entry.get("changes", [entry] if "field" in entry else None)
    lists = {name: entry[name] for name in ("messaging", "standby") if isinstance(entry.get(name), list)}
    if not isinstance(changes, list) and not lists:
        return [entry]
    found: list[Any] = [
        _OfMeta(to, str(each["field"]), each.get("value")) if isinstance(each, dict) and "field" in each else each
        for each in (changes if isinstance(changes, list) else [])
    ]
    return found + [_OfMeta(to, name, each) for name, rows in lists.items() for each in rows]


_SILENT_EVENTS = frozenset({
    "delivery", "read", "reaction", "optin", "referral", "account_linking", "pass_thread_control", "take_thread_control",
    "request_thread_control", "app_roles", "typing", "sender_action", "message_context",
})  # fmt: skip


def _no_message(thing: _OfMeta) -> bool:
    """An echo of ours, or an event in which the customer says nothing."""
    value = thing.value if isinstance(thing.value, dict) else {}
    sender, message = value.get("sender"), value.get("message")
    ours = isinstance(sender, dict) and str(sender.get("id") or sender.get("user_ref")) == thing.to
    echo = isinstance(message, dict) and (message.get("is_echo") or message.get("is_self"))
    return bool(ours or echo or _SILENT_EVENTS & value.keys())


def facebook(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/docs/graph-api/webhooks/reference/page: without reactions, hiding, and the Page itself."""
    things = _of_meta(case, "page")
    return counted(things, _nothing_on_facebook) if things is not None else None


def _nothing_on_facebook(thing: Any) -> bool:
    if not isinstance(thing, _OfMeta) or not isinstance(thing.value, dict):
        return False
    if thing.field == "standby" or thing.field.startswith("messag"):
        return _no_message(thing)
    value = thing.value
    who = object_in(value.get("from"))
    id_ = who.get("id") or value.get("sender_id") or value.get("reviewer_id")
    quiet = value.get("item") in ("like", "reaction") or value.get("verb") in (
        *("hide", "unhide", "block", "unblock", "mute", "follow"),
    )
    return bool(quiet or (id_ and str(id_) == thing.to))


def instagram(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/docs/instagram-platform/webhooks/examples: without the account itself and its figures."""
    things = _of_meta(case, "instagram")
    return counted(things, _nothing_on_instagram) if things is not None else None


def _nothing_on_instagram(thing: Any) -> bool:
    if not isinstance(thing, _OfMeta):
        return False
    if thing.field == "standby" or thing.field.startswith("messag"):
        return _no_message(thing)
    who = object_in(object_in(thing.value).get("from"))
    return thing.field == "story_insights" or bool(who.get("id") and str(who["id"]) == thing.to)
