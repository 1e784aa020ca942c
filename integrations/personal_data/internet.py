"""E-mail addresses, also disguised ones, and IP addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from integrations.personal_data.spans import EMAIL, IP, Span, before

_EMAIL = re.compile(
    r"(?<![\w.+%@À-ɏ-])[\wÀ-ɏ][\wÀ-ɏ.+%'-]{0,63}@(?:[a-z0-9À-ɏ][\wÀ-ɏ-]{0,62}\.){1,6}(?:xn--[a-z0-9-]{2,40}|[a-z]{2,24})(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
"""What follows an @ itself (`@name@server`) is a handle."""

_AT_WORDS = "at|arroba|chiocciola|arobase|małpa|malpa|ät|klammeraffe|apestaartje"
_DOT_WORDS = "dot|punkt|punto|point|ponto|punt|kropka|nokta|tochka|точка"
_AT = re.compile(
    rf"\s?[\[({{<]\s?(?P<closed>{_AT_WORDS}|@|a)\s?[\])}}>]\s?|\s(?P<word>{_AT_WORDS})\s|(?P<sign>\s?@\s?)",
    re.IGNORECASE,
)
_DOT = rf"(?:\s?[\[({{<]\s?(?:{_DOT_WORDS}|\.)\s?[\])}}>]\s?|\s(?:{_DOT_WORDS})\s|\.|\s\.\s)"
_LOCAL = re.compile(rf"(?<![\w@.+-])[\w+%-]{{1,40}}(?:{_DOT}[\w+%-]{{1,40}}){{0,3}}$", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"([^\W_][\w-]{{0,62}}(?:{_DOT}[^\W_][\w-]{{0,62}}){{0,3}}){_DOT}([a-z]{{2,24}})(?![^\W_])", re.IGNORECASE
)
_SPELLED = re.compile(rf"[\[({{<\s](?:{_DOT_WORDS}|\.)[\])}}>\s]", re.IGNORECASE)
_DOTTED = re.compile(r"[\[({<\s](?:dot|\.)[\])}>\s]", re.IGNORECASE)

_ENDINGS = frozenset({
    "ae", "app", "ar", "at", "au", "be", "bg", "biz", "br", "ca", "ch", "cl", "cloud", "cn", "co", "com", "cz",
    "de", "dev", "dk", "edu", "ee", "eg", "email", "es", "eu", "fi", "fr", "gov", "gr", "hk", "hr", "hu", "id",
    "ie", "il", "in", "info", "io", "is", "it", "jp", "kr", "li", "live", "lt", "lu", "lv", "ma", "mail", "me",
    "mx", "my", "net", "nl", "no", "nz", "online", "org", "pe", "ph", "pl", "pt", "ro", "rs", "ru", "sa", "se",
    "sg", "si", "site", "sk", "tech", "th", "tr", "tw", "ua", "uk", "us", "ve", "vn", "xyz", "za",
})  # fmt: skip
_PROVIDERS = frozenset({
    "126", "163", "alice", "aol", "att", "bluewin", "bol", "btinternet", "comcast", "daum", "duck", "fastmail",
    "free", "freenet", "gmail", "gmx", "googlemail", "hanmail", "hey", "hotmail", "icloud", "ig", "inbox",
    "interia", "kpnmail", "laposte", "libero", "live", "mac", "mail", "mailbox", "me", "msn", "naver", "o2", "onet",
    "orange", "outlook", "planet", "pm", "posteo", "proton", "protonmail", "qq", "sapo", "sfr", "sina", "sky",
    "skynet", "t-online", "telenet", "terra", "tin", "tiscali", "tuta", "tutanota", "uol", "verizon", "virgilio",
    "wanadoo", "web", "wp", "yahoo", "yandex", "ymail", "ziggo", "zoho",
})  # fmt: skip
_NO_NAMES = frozenset({
    "a", "again", "and", "are", "available", "bought", "buy", "down", "find", "found", "here", "is", "it", "live", "look",
    "looked", "looking", "me", "meet", "more", "now", "online", "order", "ordered", "out", "over", "sale", "see",
    "shop", "shopping", "stay", "stayed", "stop", "them", "up", "us", "visit", "was", "were", "work", "worked",
    "working", "works", "you", "but", "or", "so", "the",
})  # fmt: skip

_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])[0-9a-f]{0,4}(?::{1,2}[0-9a-f]{1,4}){3,7}(?:::)?(?![\w:])", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:\bv|\bver|version\w*|firmware|build|release|update\w*|upgrade\w*|patch|ios|android|chrome|firefox|windows|macos|"
    r"driver|app|sdk|kernel|software|section|chapter|clause|§)(?:\W{0,3}|\s(?:is|to|from|number|no\.?)\s)$"
)
_IP_WORD = re.compile(
    r"\b(?:ips?|ipv4|ip-adresse|address|adresse|host|server|dns|ping\w*|gateway|router|subnet|vpn|log(?:ged)?)\b"
)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, and those in words: `name at mail dot com`, `name [at] mail.com`, `name @ mail . com`."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Span(EMAIL, found.start(), found.end())
    past = 0
    for at in _AT.finditer(text):
        domain = _DOMAIN.match(text, at.end()) if at.start() >= past else None
        if domain is None:
            continue
        begin = max(past, at.start() - 90)
        local = _LOCAL.search(text[begin : at.start()])
        if local is None or not _disguised(at, domain, local[0]):
            continue
        past = domain.end()
        yield Span(EMAIL, begin + local.start(), past)


def _disguised(at: re.Match[str], domain: re.Match[str], local: str) -> bool:
    """Is it an address, rather than a place where something is (`we met at apple.com`, `thanks @name.bsky.social`)?"""
    company, ending = re.split(_SPELLED, domain[1])[0].split(".")[0].strip().lower(), domain[2].lower()
    provider = company in _PROVIDERS
    if ending not in _ENDINGS or local.lower() in _NO_NAMES:
        return False
    spelled = _SPELLED.search(domain[0]) is not None
    if at["word"]:
        # “point” and its like are words of their own in English.
        english = at["word"].lower() == "at"
        return provider or (_DOTTED.search(domain[0]) is not None if english else spelled)
    if at["sign"]:
        return provider or spelled or at["sign"].endswith((" ", "\t"))
    return True


def ips(text: str) -> Iterator[Span]:
    """IP addresses of both kinds; what is likelier the number of a version is left."""
    for found in _IPV4.finditer(text):
        parts = [int(part) for part in found[0].split(".")]
        near = before(text, found.start(), 32)
        if max(parts) > 255 or _VERSION.search(near):
            continue
        if max(parts) >= 100 or sum(part >= 20 for part in parts) > 1 or _IP_WORD.search(near):
            yield Span(IP, found.start(), found.end())
    if text.count(":") > 2:
        for found in _IPV6.finditer(text):
            if found[0].count(":") >= 4 and any(sign.isdigit() for sign in found[0]) and _is_ipv6(found[0]):
                yield Span(IP, found.start(), found.end())


def _is_ipv6(found: str) -> bool:
    try:
        IPv6Address(found)
    except AddressValueError:
        return False
    return True
