"""Web addresses as they are compared: two that open the same page become one text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

LONGEST = 2_000
"""Characters of an address; nobody reads a longer one."""

_FRONTS = re.compile(r"(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
"""The same site, drawn for another screen."""

_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|tw|tt|y|ys)clid|gclsrc|[gw]braid|msclkid|s_cid|li_fat_id|igsh|igshid|mibextid|rdid|mc_[ce]id|mkt_tok|_hs\w+|hs\w+Tracking|_g[al]|_gac|vero_\w+|oly_\w+_id|wt_?mc|wt\.mc_id"
    r"|cmpid|cmp|spm|ns_\w+|ref_src|ref_url|__twitter_impression|__cft__.*|__tn__|__xts__.*|amp|_r|_t|share_id|guccounter|guce_\w+"
    r"|at_\w+|pk_\w+|mtm_\w+|hash_tracking|trk\w*|lipi|rcm|sharesource|smid|srsltid",
    re.IGNORECASE,
)
"""Parameters that say how somebody came to a page, and not which page it is."""

_NAMES_A_POST = re.compile(r"[\w-]*\d[\w-]*")
"""`#comment-4711` is another post than its page; `#comments` and `#top` are places on it."""

_SAFE = "-._~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in parts: the host without `www.` or `m.`, the segments of its path as they are written one way only."""

    host: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    """Without what only tracks; the first of each name."""
    fragment: str = ""
    """Only where it names a post."""

    @classmethod
    def read(cls, written: str | None) -> Address | None:
        """None for what is no address of the web."""
        if not written or len(written) > LONGEST:
            return None
        try:
            # Half a character is none.
            parts = urlsplit(written.strip().encode("utf-8", "replace").decode())
            host, port = _host(parts), parts.port
        except ValueError:
            return None
        # At a backslash the host ends for browsers.
        if parts.scheme.lower() not in {"http", "https"} or not host or _unreadable(host) or "\\" in parts.netloc:
            return None
        shown = host if port in {None, 80, 443} else f"{host}:{port}"
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="replace"):
            if not _TRACKING.fullmatch(name):
                query.setdefault(name, value)
        fragment = parts.fragment if _NAMES_A_POST.fullmatch(parts.fragment) else ""
        return cls(shown, tuple(_segment(each) for each in parts.path.split("/") if each), query, fragment)

    def __str__(self) -> str:
        query = urlencode(sorted(self.query.items()), quote_via=quote)
        path = "".join(f"/{segment}" for segment in self.path)
        return f"https://{self.host}{path}{f'?{query}' if query else ''}{f'#{self.fragment}' if self.fragment else ''}"

    @property
    def names_a_page(self) -> bool:
        """Or is it a whole site?"""
        return bool(self.path or self.query)


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return ""
    while front := _FRONTS.match(host):
        host = host[front.end() :]
    return f"[{host}]" if ":" in host else host


def _unreadable(host: str) -> bool:
    return any(character <= " " or character in '<>"\\^`{|}%' for character in host)


def _segment(written: str) -> str:
    """Percent-encoded where it must be and nowhere else."""
    return quote(unquote_to_bytes(written), safe=_SAFE)
