"""The address under which people open Baton's web page, and what may follow from it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.domain.hosts import is_loopback

_PATH = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*")
_PLAIN = re.compile(r"[!-~]+")

LONGEST = 2_000
"""Characters of an address that leads back into the page."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """`origin` is scheme, host and port as browsers say them; `path` begins with a slash or is empty, and never ends with one."""

    origin: str
    path: str

    @classmethod
    def read(cls, typed: str) -> WebAddress:
        """From a setting; raises ValueError with what to write. Only a page of this machine may do without https."""
        mend = f"“{typed}” is no address of a page; write it like https://baton.acme.example/measures"
        try:
            parts = urlsplit(typed.strip())
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise ValueError(mend) from error
        path = parts.path.rstrip("/")
        unwelcome = parts.query or parts.fragment or parts.username is not None or parts.password is not None
        if parts.scheme not in {"http", "https"} or not host or unwelcome or not _PATH.fullmatch(path):
            raise ValueError(mend)
        if parts.scheme == "http" and not is_loopback(host):
            raise ValueError(f"“{typed}” is not encrypted; only a page of this machine may do without https")
        shown = f"[{host}]" if ":" in host else host
        usual = {"http": 80, "https": 443}[parts.scheme]
        return cls(f"{parts.scheme}://{shown}{f':{port}' if port not in {None, usual} else ''}", path)

    @property
    def is_encrypted(self) -> bool:
        """Is it reached over https?"""
        return self.origin.startswith("https:")

    def under(self, *parts: str) -> str:
        """The path of something below it: `under("sign-in", "slack")`."""
        return "/".join((self.path, *parts)) or "/"

    def signed_in(self, way: str) -> str:
        """The whole address to which a provider sends people back; it has to know it: `signed_in("slack")`."""
        return f"{self.origin}{self.under('signed-in', way)}"

    def back_to(self, wanted: str) -> str:
        """The path to go to after signing in: what was wanted, if that is on this page for certain; else the page itself.

        Browsers read `//host`, a backslash or a tab as the beginning of another site's address.
        """
        home = self.under()
        if len(wanted) > LONGEST or not _PLAIN.fullmatch(wanted) or "\\" in wanted or not wanted.startswith("/"):
            return home
        if wanted.startswith("//"):
            return home
        path = wanted.partition("?")[0].partition("#")[0]
        fits = path == home or path.startswith(f"{self.path}/")
        plain = not any(turn in f"{path}/" for turn in ("//", "/./", "/../", "%"))
        return wanted if fits and plain else home

    def __str__(self) -> str:
        return f"{self.origin}{self.path}"
