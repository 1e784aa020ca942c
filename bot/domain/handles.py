"""Handles and addresses as they are compared across networks, and the sites that profiles link to. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from anyascii import anyascii

_PARTS = re.compile(r"[a-z]+|\d+")
_ADDITIONS = frozenset(("the", "real", "its", "iam", "official", "hq"))
_ADDED = re.compile(r"^(?:the|real|its|iam|official)|(?:official|hq)$")
"""What people put before or behind a handle that is taken already."""

_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?![\w@-])")
_OWN_WORDS = re.compile(
    r"(?:my (?:e-?mail|mail|address)|reach me|write (?:to )?me|contact me|meine (?:e-?mail|mail|adresse)|mon (?:e-?mail|adresse)"
    r"|mi (?:correo|e-?mail)|e-?mail\s*:|mail\s*:)",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?m)^--\s*$")
_SIGNATURE_LINES = 6

ROLES = frozenset(
    [
        "info",
        "support",
        "help",
        "hello",
        "contact",
        "office",
        "sales",
        "team",
        "service",
        "admin",
        "webmaster",
        "billing",
        "shop",
        "mail",
        "kontakt",
        "buero",
        "press",
        "marketing",
        "orders",
        "enquiries",
        "inquiries",
        "family",
        "familie",
        "famille",
        "famiglia",
        "familia",
        "home",
        "post",
        "hr",
        "jobs",
        "noreply",
        "no-reply",
        "accounts",
        "accounting",
        "purchasing",
        "einkauf",
        "vertrieb",
        "contacto",
        "contatti",
        "commercial",
        "reception",
        "customerservice",
        "feedback",
        "hallo",
        "bonjour",
        "ola",
        "hola",
        "societe",
        "studio",
        "the",
        "us",
        "all",
        "everyone",
    ]
)
"""Local parts of addresses that several people read."""

_HOSTS = frozenset(
    [
        "twitter.com",
        "x.com",
        "bsky.app",
        "mastodon.social",
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "reddit.com",
        "github.com",
        "t.me",
        "telegram.me",
        "tiktok.com",
        "medium.com",
        "news.ycombinator.com",
        "stackoverflow.com",
        "trustpilot.com",
        "threads.net",
        "gitlab.com",
        "linktr.ee",
        "google.com",
        "pinterest.com",
        "vk.com",
        "twitch.tv",
        "discord.gg",
        "amazon.com",
        "tripadvisor.com",
        "yelp.com",
    ]
)
"""Sites where everybody has a page: that two people are there says nothing."""


@dataclass(frozen=True, slots=True)
class Handle:
    """A name on a network: `local` without its instance, `stem` its letters alone, `digits` its numbers, `words` its parts."""

    local: str
    stem: str
    digits: str
    words: tuple[str, ...]


@lru_cache(maxsize=50_000)
def read_handle(handle: str) -> Handle:
    """`@maya.okafor_92@example.social` → local `maya.okafor_92`, stem `mayaokafor`, digits `92`."""
    bare = unicodedata.normalize("NFKC", handle[:320]).strip().lstrip("@").removeprefix("u/").casefold()
    local, _, instance = bare.partition("@")
    if not instance and local.count(".") >= 2 and local.endswith((".bsky.social", ".bsky.team")):
        local = local.rsplit(".", 2)[0]
    parts = _PARTS.findall(anyascii(local).lower())
    words = tuple(part for part in parts if part.isalpha())
    bare_stem = _ADDED.sub("", "".join(words))
    if len(bare_stem) > 4 and bare_stem != "".join(words):
        words = tuple(word for word in words if word not in _ADDITIONS) if len(words) > 1 else (bare_stem,)
    return Handle(local, "".join(words), "".join(part for part in parts if part.isdigit()), words)


def normal_address(address: str) -> str:
    """An e-mail address in one case; what stands behind a `+` is the bearer's own filing."""
    local, _, domain = unicodedata.normalize("NFKC", address.replace("\0", "").strip()).casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def is_role(address: str) -> bool:
    """Do several people read this mailbox, by its name: `info@`, `support-eu@`, `familie.mueller@`?"""
    local = address.partition("@")[0].casefold()
    parts = re.split(r"[._+-]|(?<=\D)(?=\d)", local)
    return local in ROLES or any(part in ROLES for part in parts[:1] + parts[-1:])


def own_addresses(text: str) -> frozenset[str]:
    """E-mail addresses that the writer gives as their own: in a signature, or introduced as theirs."""
    text = text[-20_000:]
    if "@" not in text:
        return frozenset()
    signed = _SIGNED.split(text)
    lines = text.rstrip().splitlines()
    if len(signed) > 1:
        said = signed[-1]
    elif len(lines) > 2:
        said = "\n".join(lines[-_SIGNATURE_LINES:] if len(lines) > _SIGNATURE_LINES else lines[2:])
    else:
        said = ""
    found = {normal_address(each.rstrip(".")) for each in _ADDRESS.findall(said)}
    for match in _OWN_WORDS.finditer(text):
        near = _ADDRESS.search(text, match.end(), match.end() + 80)
        if near is not None:
            found.add(normal_address(near[0].rstrip(".")))
    # Whoever lists many addresses hardly lists their own.
    return frozenset(found) if len(found) <= 3 else frozenset()


def site_of(profile_url: str | None, network: str) -> str | None:
    """The site of one's own that a profile links to; None for a page that the network itself gives everybody."""
    if not profile_url:
        return None
    try:
        parts = urlsplit(profile_url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host or host in _HOSTS or any(host.endswith(f".{known}") for known in _HOSTS):
        return None
    path = parts.path.strip("/").casefold()
    # A page of a server with many is no site: /@maya, /users/maya, /u/maya.
    if path.startswith(("@", "users/", "u/", "user/", "profile/", "~")) or network in host:
        return None
    return host
