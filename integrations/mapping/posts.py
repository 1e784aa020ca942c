"""A delivery and a mapping → what happened to which posts. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping as Named
from datetime import datetime
from typing import Any

from bot.domain.origins import WEB
from bot.domain.post import Author, Media, Post, SourceEvent, Visibility
from integrations.mapping.expressions import flat_enough, found_at, left_over, used_by
from integrations.mapping.moments import moment
from integrations.mapping.settings import Kind, Mapping
from integrations.originals import Original, network_called, original
from integrations.text import plain

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_KINDS: Named[str, Kind] = {each: each for each in ("created", "edited", "deleted")}


class Mapped:
    """Reads deliveries by one mapping, for one source: `name` and `account` are those of the source."""

    def __init__(self, mapping: Mapping, name: str, account: str) -> None:
        self._mapping = mapping
        self._name = name
        self._account = account
        self._used = used_by(mapping.expressions())
        self._networks = {key.casefold(): value for key, value in mapping.networks.items()}
        self._kinds = {**_KINDS, **{key.casefold(): value for key, value in mapping.kinds.items()}}

    def items(self, delivery: Any) -> list[Any]:
        """The posts in a delivery; raises `ValueError` where the mapping leads to none."""
        found = found_at(self._mapping.items, delivery)
        if found is None:
            raise ValueError(f"items: “{self._mapping.items}” leads to nothing")
        return found if isinstance(found, list) else [found]

    def event(self, item: Any, delivery: Any, headers: Named[str, str], received_at: datetime) -> SourceEvent | None:
        """What one of them says; None for what is left out on purpose. Raises `ValueError` that names the field."""
        if not isinstance(item, dict):
            raise ValueError("it is no object with fields")
        return _Item(self, item, {**item, "_delivery": delivery, "_headers": headers}, received_at).event()

    # For the items.

    @property
    def mapping(self) -> Mapping:
        """The mapping."""
        return self._mapping

    @property
    def name(self) -> str:
        """The name of the source."""
        return self._name

    @property
    def account(self) -> str:
        """The account of the source."""
        return self._account

    def happened(self, said: str | None) -> Kind:
        """What a word of the tool's means."""
        if said is None:
            return "created"
        kind = self._kinds.get(said.casefold())
        if kind is None:
            raise ValueError(f"kind: {said[:60]!r} is not known; say under `kinds` what it means")
        return kind

    def network(self, said: str | None) -> str | None:
        """The network that a tool calls so."""
        if said is None:
            return None
        name = self._networks.get(said.casefold()) or network_called(said)
        if name is None:
            raise ValueError(f"network: {said[:60]!r} is no name; say under `networks` what it is here")
        return name

    def rest(self, item: Any) -> dict[str, Any]:
        """What the mapping leaves over."""
        rest = left_over(item, self._used)
        return flat_enough(rest) if isinstance(rest, dict) else {}


class _Item:
    """One item of a delivery, as it is being read. What is optional and cannot be read is kept under `unreadable`."""

    def __init__(self, mapped: Mapped, item: dict[str, Any], given: dict[str, Any], received_at: datetime) -> None:
        self._mapped = mapped
        self._item = item
        self._given = given
        self._received_at = received_at
        self._unreadable: dict[str, Any] = {}

    def event(self) -> SourceEvent | None:
        kind = self._mapped.happened(self._text("kind"))
        if kind == "nothing":
            return None
        account, place = self._text("account") or self._mapped.account, self._place()
        if kind == "deleted":
            return SourceEvent(kind="deleted", network=place.network, account=account, external_id=place.external_id)
        post = self._post(place, account)
        return SourceEvent(
            kind=kind,
            network=post.network,
            account=post.account,
            external_id=post.external_id,
            post=post,
            revision=_revision(post) if kind == "edited" else "",
        )

    def _place(self) -> Original:
        return original(
            self._text("url"),
            network=self._mapped.network(self._text("network")),
            external_id=self._text("external_id"),
            tool=self._mapped.name,
            tool_id=self._text("tool_id"),
        )

    def _post(self, place: Original, account: str) -> Post:
        text, html = self._text("text"), self._text("html")
        said = (text if text is not None else plain(html or "")).replace("\0", "�")
        media, url = self._media(), self._address("url")
        if not said.strip() and not media:
            # Some networks let no tool pass on their words; then the address alone tells where they stand.
            said = url or ""
        if not said and not media:
            raise ValueError("text: there is none, and no address where it stands")
        root = self._text("root_id", 512) or place.root_id or self._at_address("root_url", place)
        parent = self._text("parent_id", 512) or self._at_address("parent_url", place) or place.root_id
        known: dict[str, Any] = {
            "network": place.network,
            "account": account[:255],
            "external_id": place.external_id,
            "root_id": root,
            "parent_id": parent,
            "author": self._author(),
            "text": said[:50_000],
            "html": html[:200_000] if html else None,
            "lang": self._language(),
            "posted_at": self._moment("posted_at", needed=True) or self._received_at,
            "edited_at": self._moment("edited_at"),
            "fetched_at": self._received_at,
            "url": url,
            "media": media,
            "visibility": self._visibility(),
            "rating": self._number("rating", 10),
            "best_rating": self._number("best_rating", 10) or None,
            "metrics": self._metrics(),
            "via": (self._text("via") or self._mapped.name)[:50],
        }
        raw = self._mapped.rest(self._item)
        if place.network == WEB and (kind := self._text("network")):
            raw.setdefault("page_type", kind[:100])
        return Post(**known, raw={**raw, **({"unreadable": self._unreadable} if self._unreadable else {})})

    def _author(self) -> Author:
        """Where a tool tells no handle, the name stands for it, or the id."""
        name, id_ = self._text("author_name", 500), self._text("author_id", 255)
        followers = self._number("author_followers")
        verified = self._value("author_verified")
        return Author(
            external_id=id_,
            handle=self._text("author_handle", 255) or (name or "")[:255] or id_ or "unknown",
            display_name=name,
            email=self._text("author_email", 320),
            phone=self._text("author_phone", 40),
            followers=int(followers) if followers is not None else None,
            verified=verified if isinstance(verified, bool) else None,
            profile_url=self._address("author_url"),
            avatar_url=self._address("author_avatar"),
        )

    def _at_address(self, field: str, place: Original) -> str | None:
        """The id of another post of the same network, by its address."""
        url = self._text(field)
        try:
            other = original(url, network=place.network) if url else None
        except ValueError:
            return None
        same = other is None or other.network != place.network or other.external_id == place.external_id
        return other.external_id if other is not None and not same else None

    def _value(self, field: str) -> Any:
        """What stands there; raises `ValueError` that begins with the field."""
        if field in self._mapped.mapping.constants:
            return self._mapped.mapping.constants[field]
        return self._at(getattr(self._mapped.mapping, field), field)

    def _at(self, expression: str | None, field: str) -> Any:
        if expression is None:
            return None
        try:
            return found_at(expression, self._given)
        except ValueError as error:
            raise ValueError(f"{field}: {error}") from error

    def _text(self, field: str, longest: int = 1_000_000) -> str | None:
        """One text; numbers are written out, the texts of a list become paragraphs. None for what is empty."""
        value = self._value(field)
        text = _text(value)
        if text is None:
            self._lost(field, value)
        return text[:longest] if text is not None else None

    def _lost(self, field: str, value: Any) -> None:
        """Keep what was found and is not what it should be."""
        if not _empty(value):
            self._unreadable[field] = flat_enough(value)

    def _moment(self, field: str, *, needed: bool = False) -> datetime | None:
        value = self._value(field)
        if value in (None, ""):
            return None
        try:
            return moment(value, self._mapped.mapping.time_format, self._mapped.mapping.zone)
        except ValueError as error:
            if needed:
                raise ValueError(f"{field}: {error}") from error
            self._lost(field, value)
            return None

    def _address(self, field: str) -> str | None:
        said = self._text(field)
        if said is None or (said.startswith(("https://", "http://")) and len(said) <= 2000):
            return said
        self._lost(field, said)
        return None

    def _number(self, field: str, most: float = math.inf) -> float | None:
        value = self._value(field)
        number = _number(value)
        if number is not None and 0 <= number <= most:
            return number
        self._lost(field, value)
        return None

    def _metrics(self) -> dict[str, int]:
        counts = {}
        for name, expression in self._mapped.mapping.metrics.items():
            value = self._at(expression, f"metrics.{name}")
            if (number := _number(value)) is not None:
                counts[name] = int(number)
            else:
                self._lost(f"metrics.{name}", value)
        return counts

    def _language(self) -> str | None:
        said = self._text("lang")
        if said is None or (_LANGUAGE.fullmatch(said) and len(said) <= 35):
            return said.replace("_", "-") if said is not None else None
        self._lost("lang", said)
        return None

    def _visibility(self) -> Visibility:
        """What is told and not understood is private: nobody sees it who should not."""
        said = self._text("visibility")
        try:
            return Visibility((said or "public").casefold())
        except ValueError:
            self._lost("visibility", said)
            return Visibility.PRIVATE

    def _media(self) -> tuple[Media, ...]:
        value = self._value("media")
        found = []
        for each in value if isinstance(value, list) else [value]:
            part = each if isinstance(each, dict) else {"url": each}
            url = part.get("url")
            if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= 2000:
                kind, alt = _text(part.get("type")) or "image", _text(part.get("alt"))
                found.append(Media(url=url, type=kind[:100], alt=alt[:5000] if alt else None))
            else:
                self._lost("media", url)
        return tuple(found[:50])


def _revision(post: Post) -> str:
    if post.edited_at is not None:
        return post.edited_at.isoformat()
    return hashlib.blake2b(post.text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict) and all(each is None for each in value))


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_text(each) for each in value if not isinstance(each, list)))) or None
    return None


def _number(value: Any) -> float | None:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
