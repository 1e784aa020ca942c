"""What an interaction hands to the app: a trigger (3 seconds, one use) and a response_url (30 minutes, five uses)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from playground.refusal import Json, Refused
from playground.store import Store

TRIGGER_SECONDS = 3.0
RESPONSE_URL_SECONDS = 30 * 60.0
RESPONSE_URL_USES = 5
_FORGET_AFTER_SECONDS = 120.0


@dataclass
class Trigger:
    """A person's act that may open a modal. `view_id` is the modal it happened in."""

    user: str
    view_id: str | None
    issued: float
    used: bool = False


class Triggers:
    """Issues triggers and takes each in once. `now` answers seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known: dict[str, Trigger] = {}

    def issue(self, user: str, view_id: str | None = None) -> str:
        """A new trigger for this person."""
        now = self._now()
        for old in [key for key, trigger in self._known.items() if now - trigger.issued > _FORGET_AFTER_SECONDS]:
            del self._known[old]
        key = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**11)}.{secrets.token_hex(16)}"
        self._known[key] = Trigger(user, view_id, now)
        return key

    def redeem(self, key: str) -> Trigger:
        """The trigger; raises Slack's three errors for unknown, used and late ones."""
        trigger = self._known.get(key)
        if trigger is None:
            raise Refused("invalid_trigger_id", "This trigger was never issued.")
        if trigger.used:
            raise Refused("exchanged_trigger_id", "This trigger was used already.")
        if self._now() - trigger.issued > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id", f"A trigger lives {TRIGGER_SECONDS:g} seconds.")
        trigger.used = True
        return trigger


@dataclass(frozen=True)
class ReplyAddress:
    """Where an answer to a response_url goes: to whom, and which message it may replace."""

    channel: str
    user: str
    message_ts: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None


class ResponseUrls:
    """Issues response_urls; they survive a restart. `now` answers seconds since 1970."""

    def __init__(self, store: Store, base_url: Callable[[], str], now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._base_url = base_url
        self._now = now

    def issue(self, kind: str, team: str, address: ReplyAddress) -> str:
        """A new URL of this kind (`commands`, `actions` or `app`)."""
        secret = secrets.token_urlsafe(24)
        self._store.put("response_url", secret, {"issued": self._now(), "uses": 0, **vars(address)})
        return f"{self._base_url()}/{kind}/{team}/{secret}"

    def use(self, secret: str) -> ReplyAddress:
        """Counts one use; raises `expired_url` or `used_url` (HTTP 404) as Slack does."""
        known: Json | None = self._store.get("response_url", secret)
        if known is None:
            raise Refused("no_such_url", "This response_url was never issued.", status=404)
        issued, uses = known.pop("issued"), known.pop("uses")
        if self._now() - issued > RESPONSE_URL_SECONDS:
            raise Refused("expired_url", "A response_url lives 30 minutes.", status=404)
        if uses >= RESPONSE_URL_USES:
            raise Refused("used_url", "A response_url takes five answers.", status=404)
        self._store.put("response_url", secret, {"issued": issued, "uses": uses + 1, **known})
        return ReplyAddress(**known)
