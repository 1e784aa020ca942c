"""What a vCard says of a customer, as the record that columns of a table would give.

Left out on purpose: pictures, sounds and keys, sex, anniversaries, streets, and birthdays unless they are asked for.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from handlers.admin.vcard import Card, Property

_SERVICES = {
    "twitter": "x", "x.com": "x", "twitter.com": "x", "x-twitter": "x", "facebook.com": "facebook", "fb.com": "facebook",
    "instagram.com": "instagram", "linkedin.com": "linkedin", "youtube.com": "youtube", "github.com": "github",
    "tiktok.com": "tiktok", "reddit.com": "reddit", "threads.net": "threads", "threads.com": "threads",
    "bsky.app": "bluesky", "bsky": "bluesky", "t.me": "telegram", "tg": "telegram", "whatsapp.com": "whatsapp",
    "wa.me": "whatsapp", "googletalk": "xmpp", "google talk": "xmpp", "jabber": "xmpp", "fb": "facebook",
}  # fmt: skip
_OLD_MESSENGERS = {
    "X-TWITTER": "x", "X-JABBER": "xmpp", "X-GTALK": "xmpp", "X-GOOGLE-TALK": "xmpp", "X-SKYPE": "skype",
    "X-SKYPE-USERNAME": "skype", "X-AIM": "aim", "X-ICQ": "icq", "X-MSN": "msn", "X-YAHOO": "yahoo", "X-QQ": "qq",
    "X-TELEGRAM": "telegram", "X-MASTODON": "mastodon",
}  # fmt: skip
_PLACES = frozenset({"home", "work", "pref", "other", "internet", "voice", "personal", "profile"})
_BEFORE_HANDLE = frozenset({"in", "u", "user", "users", "profile", "c", "channel", "people", "company"})
_ADDRESS = ((3, "city"), (4, "region"), (6, "country"))


def is_customer(card: Card) -> bool:
    """Is it about somebody? Distribution lists and places are not."""
    kind = card.first("KIND", "X-ADDRESSBOOKSERVER-KIND")
    return kind is None or kind.text.lower() in {"individual", "org", "application"}


def record_of(card: Card, *, birthdays: bool = False) -> dict[str, Any]:
    """`key` (the UID), `name`, `email`, `phone`, `handles`, and attributes such as `company`."""
    record: dict[str, Any] = {
        "key": _uid(card),
        "name": _name(card),
        "email": [each.text.removeprefix("mailto:") for each in card.every("EMAIL")],
        "phone": [_phone(each) for each in card.every("TEL") if not each.types & {"fax", "pager"}],
        "handles": [each for its in card.properties if (each := _handle(its))],
        "attributes": _attributes(card),
    }
    born = card.first("BDAY") if birthdays else None
    if born is not None:
        record["attributes"]["birthday"] = born.text
    return record


def _uid(card: Card) -> str:
    its = card.first("UID")
    return re.sub(r"^urn:uuid:", "", its.text, flags=re.IGNORECASE) if its is not None else ""


def _name(card: Card) -> str:
    formatted = card.first("FN")
    if formatted is not None:
        return " ".join(formatted.text.split())
    structured = card.first("N")
    if structured is not None:
        family, given, more, before, behind = (*structured.parts(), "", "", "", "", "")[:5]
        name = " ".join(f"{before} {given} {more} {family} {behind}".split())
        if name:
            return name
    other = card.first("NICKNAME", "ORG")
    return next(filter(None, other.parts()), "") if other is not None else ""


def _phone(its: Property) -> str:
    """`tel:+1-555-0100;ext=5` without what is not the number."""
    return re.sub(r"^tel:([^;]*).*$", r"\1", its.text, flags=re.IGNORECASE | re.DOTALL)


def _attributes(card: Card) -> dict[str, str]:
    found: dict[str, str] = {}
    organisation = card.first("ORG")
    if organisation is not None:
        company, *units = organisation.parts()
        found |= {"company": company, "department": ", ".join(filter(None, units))}
    for name, attribute in (("TITLE", "title"), ("ROLE", "role"), ("URL", "website"), ("NOTE", "note")):
        its = card.first(name)
        found[attribute] = its.text if its is not None else ""
    address = card.first("ADR")
    parts = address.parts() if address is not None else []
    found |= {attribute: parts[at] for at, attribute in _ADDRESS if at < len(parts)}
    found["languages"] = ", ".join(dict.fromkeys(each.text for each in card.every("LANG")))
    found["categories"] = ", ".join(
        dict.fromkeys(part for each in card.every("CATEGORIES") for part in each.parts(",") if part)
    )
    return {attribute: value for attribute, value in found.items() if value}


def _handle(its: Property) -> str:
    """`network:handle` of a messenger or a social profile; empty where it is none, or names nobody."""
    if its.name in _OLD_MESSENGERS:
        network, handle = _OLD_MESSENGERS[its.name], its.text
    elif its.name == "IMPP":
        network, handle = _messenger(its)
    elif its.name in {"X-SOCIALPROFILE", "SOCIALPROFILE"}:
        network, handle = _profile(its)
    else:
        return ""
    handle = handle.strip().lstrip("@")
    return f"{network}:{handle}" if network and handle else ""


def _messenger(its: Property) -> tuple[str, str]:
    """`xmpp:maya@example.com`; Apple names the service beside it where the scheme says nothing."""
    scheme, colon, rest = its.text.partition(":")
    if not colon:
        scheme, rest = "", its.text
    if scheme.lower() in {"http", "https"}:
        return _profile(its)
    named = its.param("X-SERVICE-TYPE", "SERVICE-TYPE") or scheme
    return _service(named), unquote(rest.partition("?")[0]).removeprefix("//")


def _profile(its: Property) -> tuple[str, str]:
    """A profile's page; the service and the user's name may stand beside it."""
    named = its.param("SERVICE-TYPE", "X-SERVICE-TYPE") or next(
        (each for each in its.params.get("TYPE", ()) if each.lower() not in _PLACES), ""
    )
    user = its.param("X-USER", "USERNAME")
    try:
        url = urlsplit(its.text)
        host = (url.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    except ValueError:
        return _service(named), user
    steps = [unquote(step) for step in url.path.split("/") if step]
    if url.scheme not in {"http", "https"}:
        return _service(named), user or url.path.rpartition(":")[2]
    while len(steps) > 1 and steps[0].lower() in _BEFORE_HANDLE:
        steps.pop(0)
    handle = user or (steps[0] if steps else "")
    network = _service(named or host)
    known = host in _SERVICES
    if not known and (network == "mastodon" or (not named and handle.startswith("@"))):
        # Each server of the Fediverse has a host of its own.
        return "mastodon", handle if "@" in handle.lstrip("@") else f"{handle}@{host}"
    return (network, handle) if named or known else ("", "")


def _service(named: str) -> str:
    small = named.strip().lower()
    return _SERVICES.get(small, re.sub(r"[^a-z0-9_.-]+", "-", small).strip("-"))
