"""What a model wrote, as plain words: without links and mentions that are not the company's own, within a length. Pure.

Whatever a customer put into a conversation in order to have the company repeat it, none of it comes out as something to follow:
no address, no account, no number to call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex

from bot.words import readable
from integrations.personal_data import find

_MARKDOWN = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>]{1,2000})>?[^()\n]{0,300}\)")
_REFERENCE = re.compile(r"^[ \t]{0,3}\[[^\[\]\n]{1,300}\]:[ \t]*\S.*$", re.MULTILINE)
_TAG = re.compile(r"<[/!?@#a-zA-Z][^<>\n]{0,2000}>")
_BEGUN = re.compile(r"<(?=[!@#?/])")
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+$")
_EMPHASIS = re.compile(r"(\*\*|__|~~|`{1,3})(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_HEADING = re.compile(r"^[ \t]{0,3}(?:#{1,6}|>+)[ \t]+", re.MULTILINE)

_DOT = r"(?:[.\uff0e\u2024\uff61]|\[\.\]|\(\.\)|(?<=[a-zA-Z0-9-])\u3002(?=[a-zA-Z0-9-]))"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,62})"
_SCHEME = (
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{0,20}\s?\[?[:\uff1a]\]?\s?[/\u2044\u2215\uff0f]{2}"
    r"|(?:mailto|tel|sms|javascript|data|vbscript|whatsapp|tg|skype|bitcoin|ethereum|file|slack|msteams)[:\uff1a](?=\S))"
)
_FOLLOW = regex.compile(
    rf"(?P<link>{_SCHEME}[^\s<>\"]*)"
    rf"|(?P<mail>[\p{{L}}\p{{N}}._%+-]{{1,64}}[@\uff20\ufe6b]{_LABEL}(?:{_DOT}{_LABEL})+)"
    rf"|(?<![\p{{L}}\p{{N}}_])(?P<mention>[@\uff20\ufe6b][\p{{L}}\p{{N}}_][\p{{L}}\p{{N}}_.-]{{0,99}}(?:[@\uff20\ufe6b]{_LABEL}(?:{_DOT}{_LABEL})+)?)"
    rf"|(?<![\p{{L}}\p{{N}}_/])(?P<user>/?[ur]/[A-Za-z0-9_-]{{2,40}})"
    rf"|(?P<host>{_LABEL}(?:{_DOT}{_LABEL})+(?:[:/?#][^\s<>\"]*)?)",
)
_ENDING = ".,;:!?)]}'\"»”…。，！？）"
_NO_LETTER = re.compile(r"\W")
_NUMBER = re.compile(r"[\d.,:/%-]+")
_UNSEEN = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
_SPACES = re.compile(r"[ \t]{2,}")
_BEFORE_MARK = re.compile(r"[ \t]+([.,;:!?])")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|<\s*>|\"\s*\"|“\s*”")
_SENTENCE = regex.compile(r".*[.!?。！？؟।…](?=[\s\"'”»)]|\p{Lo}|$)", regex.DOTALL)

_TELLING = frozenset({"phone", "iban", "card", "email"})
"""Kinds of personal data by which somebody could be reached or paid."""


LONGEST = 20_000
"""Characters; of a longer text only the beginning is looked at."""


@dataclass(frozen=True, slots=True)
class Sifted:
    """The words that are left, and what was taken out of them."""

    text: str
    removed: tuple[str, ...] = ()


class Sieve:
    """Knows the company's own pages and accounts: everything else that one could follow is taken out.

    `phrases` are the company's own; a number that stands in one of them stays, too.
    """

    def __init__(
        self, addresses: Iterable[str] = (), mentions: Iterable[str] = (), phrases: Iterable[str] = ()
    ) -> None:
        self._numbers = " ".join(_NO_LETTER.sub("", phrase) for phrase in phrases)
        self._pages = tuple(_page(address) for address in addresses)
        self._mentions = frozenset(mention.casefold().lstrip("@") for mention in mentions)

    def sift(self, text: str) -> Sifted:
        """Plain words. `removed` is what somebody could have followed, as it stood there."""
        removed: list[str] = []
        words = _EMPHASIS.sub(r"\2", _HEADING.sub("", _UNSEEN.sub("", readable(text[:LONGEST]))))
        words = _REFERENCE.sub(lambda match: _note(removed, match[0]), words)
        words = _MARKDOWN.sub(lambda match: f"{match[1]} {match[2]} ", words)
        words = _TAG.sub(lambda match: _untagged(match[0][1:-1], removed), words)
        words = _BEGUN.sub("", words)
        words = _FOLLOW.sub(lambda match: self._kept(match, removed), words)
        words = self._without_numbers(words, removed)
        words = _BEFORE_MARK.sub(r"\1", _SPACES.sub(" ", _EMPTY.sub("", words)))
        return Sifted("\n".join(line.strip() for line in words.splitlines()).strip(), tuple(dict.fromkeys(removed)))

    def _kept(self, match: regex.Match[str], removed: list[str]) -> str:
        """What was found, if it is ours; otherwise only what stands around it."""
        found = match[0]
        bare = found.rstrip(_ENDING)
        while bare.count("(") > bare.count(")") and found[len(bare) :].startswith(")"):
            bare = found[: len(bare) + 1]
        rest = found[len(bare) :]
        kind = match.lastgroup
        if kind == "host" and (plain := _no_address(bare)) is not None:
            return plain + rest
        if kind == "mention" and bare.casefold()[1:] in self._mentions:
            return found
        if kind == "mail" and self._is_ours(re.split("[@\uff20\ufe6b]", bare)[-1]):
            return found
        if kind in {"link", "host"} and self._is_ours(bare):
            return found
        return _note(removed, bare) + rest

    def _is_ours(self, address: str) -> bool:
        """Is it one of our pages, or below one? Nothing may follow that leads on from there."""
        try:
            parts = urlsplit(address if "://" in address else f"https://{address}")
            if parts.scheme not in {"http", "https"} or parts.query or parts.fragment or parts.username is not None:
                return False
            if not address.isascii() or parts.port is not None or ".." in parts.path or "%" in address:
                return False
            host, path = (parts.hostname or "").lower(), parts.path.rstrip("/").lower()
        except ValueError:
            return False
        return any(host == ours and (path == below or path.startswith(f"{below}/")) for ours, below in self._pages)

    def _without_numbers(self, text: str, removed: list[str]) -> str:
        """Without what one could call or pay."""
        for found in reversed(find(text)):
            where = text[found.start : found.end]
            ours = _NO_LETTER.sub("", where) in self._numbers or self._is_ours(where.rpartition("@")[2])
            if found.kind in _TELLING and not ours:
                text = text[: found.start] + _note(removed, where) + text[found.end :]
        return text


def within(text: str, longest: int, length: Callable[[str], int]) -> str:
    """As much of a text as fits, to the end of its last whole sentence, else of a word."""
    if length(text) <= longest:
        return text
    fits, too_many = 0, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        fits, too_many = (middle, too_many) if length(f"{text[:middle]}…") <= longest else (fits, middle)
    head = text[:fits]
    whole = _SENTENCE.match(head)
    if whole is not None and len(whole[0]) > len(head) // 3:
        return whole[0].rstrip()
    cut = head.rsplit(None, 1)[0] if " " in head else head
    return f"{cut.rstrip(' ,;:')}…" if cut else ""


def _untagged(inside: str, removed: list[str]) -> str:
    """What stands in angle brackets: an address with its label, else a tag, of which nothing stays."""
    address, _, label = inside.partition("|")
    if _ADDRESS.match(address):
        return f" {address} {label} "
    return _note(removed, f"<{inside}>")


def _note(removed: list[str], what: str) -> str:
    removed.append(what.strip()[:200])
    return ""


def _page(address: str) -> tuple[str, str]:
    bare = address.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    host, _, path = bare.partition("/")
    return host, f"/{path}" if path else ""


def _no_address(found: str) -> str | None:
    """What only looks like a host: numbers, abbreviations, and two sentences without a space between them; None for a host."""
    if _NUMBER.fullmatch(found):
        return found
    host = re.split(r"[:/?#]", found, maxsplit=1)[0]
    labels = regex.split(_DOT, host)
    last = labels[-1]
    if len(labels) > 1 and all(len(label) == 1 for label in labels):
        return found
    if len(last) == 1 or last[0].isdigit():
        return found if host == found else None
    # A host is written small or all in capitals; where a sentence begins, a space is missing.
    if host == found and last[0].isupper() and last[1:].islower():
        return ". ".join(labels) if all(regex.fullmatch(r"[\p{L}\p{M}-]+", label) for label in labels) else None
    if host == found and not regex.search(r"\p{Lu}|\p{Ll}", last) and "xn--" not in last:
        return ". ".join(labels)
    return None
