"""Which campaigns a post belongs to: by its hashtags, links, accounts, network and time. Pure.

What is compared is folded first (NFKC, case, characters that show nothing left out), so that `#ＳＰＲＩＮＧ` is `#spring`.
Links are taken apart as a browser does, and compared by host and by whole parts of the path, never as text.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import regex

from bot.domain.post import Post

_BODY = r"[\p{L}\p{M}\p{N}\p{Pc}\u200c\u200d・]+"
_TAG = regex.compile(_BODY)
_TAGS = regex.compile(rf"(?<![A-Za-z0-9_&/])(?:[#＃﹟]{_BODY})+")
_SIGNS = regex.compile(r"[#＃﹟]")
_MENTION = regex.compile(r"(?<![\p{L}\p{N}_.@＠/])[@＠]([\p{L}\p{M}\p{N}_.-]+(?:@[\p{L}\p{M}\p{N}_.-]+)?)")
_END = r"\s<>\"“”«»，。！？、；：）】》」』"
"""What no link goes on behind, though no space stands there."""

_URL = regex.compile(rf"\bhttps?:[/\\]{{2}}[^{_END}]+", regex.IGNORECASE)
_BARE = regex.compile(
    r"(?<![\p{L}\p{N}_@./\\:-])(?:[\p{L}\p{M}\p{N}_-]+\.)+\p{L}{2,}(?::\d+)?"
    rf"(?:/[^{_END}]*|(?![\p{{L}}\p{{N}}_@-]))"
)
_HREF = regex.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", regex.IGNORECASE)
_AFTER = ".,;:!?)]}'’…"
"""What stands behind a link rather than in it."""

_USUAL_PORTS = {None, 80, 443}


class Address(NamedTuple):
    """A host, without `www.`, with its port where that is not the usual one; and the parts of a path."""

    host: str
    path: tuple[str, ...] = ()

    def covers(self, other: Address) -> bool:
        """Is the other one this page, or below it? `/spring` covers `/spring/shoes` and not `/springtime`."""
        return self.host == other.host and self.path == other.path[: len(self.path)]


@dataclass(frozen=True, slots=True)
class Campaign:
    """A rule. Of hashtags, links and accounts one is enough; the network and the time must fit besides.

    `hashtags`, `accounts` and `networks` are folded; what is empty asks for nothing. `until` is not included.
    """

    name: str
    hashtags: frozenset[str] = frozenset()
    links: tuple[Address, ...] = ()
    accounts: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, signs: Signs, at: datetime) -> bool:
        """Does a post with these signs, heard at this time, belong to it?"""
        if (self.since is not None and at < self.since) or (self.until is not None and at >= self.until):
            return False
        if self.networks and fold(signs.network) not in self.networks:
            return False
        if not (self.hashtags or self.links or self.accounts):
            return True
        return bool(
            (self.accounts and self.accounts & signs.accounts)
            or (self.hashtags and self.hashtags & signs.hashtags)
            or (self.links and any(link.covers(each) for each in signs.links for link in self.links))
        )


@dataclass(frozen=True)
class Signs:
    """What in a post may tell of a campaign; each is looked for when it is first asked for. `source` is who delivered it."""

    text: str
    network: str
    account: str = ""
    source: str = ""
    html: str = ""

    @cached_property
    def _plain(self) -> str:
        return html.unescape(self.text)

    @cached_property
    def _without_links(self) -> str:
        return _URL.sub(" ", self._plain)

    @cached_property
    def hashtags(self) -> frozenset[str]:
        """Folded, without their sign."""
        runs = (run.group() for run in _TAGS.finditer(self._without_links))
        return frozenset(fold(tag) for run in runs for tag in _SIGNS.split(run) if tag)

    @cached_property
    def accounts(self) -> frozenset[str]:
        """Our account and source that it came by, and every account that it mentions; folded, without @."""
        mentioned = [match[1].rstrip(".-") for match in _MENTION.finditer(self._without_links)]
        return frozenset(folded for name in (self.account, self.source, *mentioned) if (folded := account_name(name)))

    @cached_property
    def links(self) -> tuple[Address, ...]:
        """Where its links lead, also those that are written without https:// and those that stand behind words."""
        return tuple(dict.fromkeys(found for link in self._written_links() if (found := address(link)) is not None))

    def _written_links(self) -> Iterator[str]:
        for match in _URL.finditer(self._plain):
            yield match.group().rstrip(_AFTER)
        for match in _BARE.finditer(self._without_links):
            yield match.group().rstrip(_AFTER)
        for match in _HREF.finditer(self.html):
            yield html.unescape(match[1] or match[2] or "")


def campaigns_of(rules: Iterable[Campaign], post: Post, at: datetime, source: str = "") -> tuple[str, ...]:
    """The names of all campaigns that a post belongs to, in their order; `at` is when it was heard."""
    every = tuple(rules)
    if not every:
        return ()
    signs = Signs(post.text, post.network, post.account, source, post.html or "")
    return tuple(rule.name for rule in every if rule.fits(signs, at))


def fold(name: str) -> str:
    """A name as it is compared: case and width make no difference, nor do characters that show nothing."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(char for char in folded if unicodedata.category(char) != "Cf").strip()


def account_name(name: str) -> str:
    """An account as it is compared, without its @."""
    return fold(name).lstrip("@")


def hashtag(written: str) -> str | None:
    """A hashtag as it is compared, without its sign; None where it cannot be one."""
    bare = unicodedata.normalize("NFKC", written.strip()).removeprefix("#")
    return fold(bare) or None if _TAG.fullmatch(bare) else None


def address(link: str) -> Address | None:
    """Where a link leads, with or without https:// before it; None where it leads nowhere on the web."""
    # Browsers read both strokes alike, so that what stands before a \\ is the host.
    straight = link.strip().replace("\\", "/")
    whole = straight if "://" in straight else f"https://{straight}"
    try:
        parts = urlsplit(whole)
        host, port = parts.hostname or "", parts.port
        plain = host.rstrip(".").encode("idna").decode().lower().removeprefix("www.")
    except ValueError:  # also what cannot be a host's name
        return None
    if parts.scheme.lower() not in {"http", "https"} or "." not in plain:
        return None
    return Address(plain if port in _USUAL_PORTS else f"{plain}:{port}", _parts(parts.path))


def _parts(path: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in path.split("/"):
        plain = unicodedata.normalize("NFC", unquote(part))
        if plain == "..":
            del found[-1:]
        elif plain not in {"", "."}:
            found.append(plain)
    return tuple(found)


def joined(there: Collection[str], more: Iterable[str]) -> tuple[str, ...]:
    """Names with those that are new behind them, each once."""
    return tuple(dict.fromkeys((*there, *more)))
