"""Sending a mail of Baton's own, such as the digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.ports.charts import Picture


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture within a mail; the HTML names it as `cid:` and this."""

    cid: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address, in plain text and in HTML. The same `key` is the same mail, however often it is sent."""

    to: str
    subject: str
    text: str
    html: str
    key: str
    pictures: tuple[Inline, ...] = ()


class Mailer(Protocol):
    """Hands mails to a server."""

    async def send(self, mail: Mail) -> str:
        """Hand it over; gives its Message-ID, which comes from its key.

        Raises `PermanentError` with the server's reason, `RetriableError` when it was not taken for now, and
        `UnknownResultError` when nobody can say whether it was: no server can be asked for that.
        """
        ...

    async def health(self) -> str:
        """Who we are there; raises `RetriableError` or `PermanentError` where the server lets us not in."""
        ...
