"""Mentions of an alert of Mention. https://dev.mention.com/current/src/account/alert/mention/GetMentions.html"""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

from bot.domain.delivery import Capabilities, Polled
from bot.speech import mark
from integrations.listening_tool import WHY, ListeningTool, joined
from integrations.mapping import Mapping
from integrations.source import FIRST_LOOK, Options

_PAGE = 1_000
_AS = {"Accept-Version": "1.21"}
"""Without it the version is that of the app."""
_TEXTS = ("description_long", "description", "description_medium", "description_short")


class MentionOptions(Options):
    """Which mentions, and by what right."""

    account_id: str = ""
    """The account's id at Mention: `GET /accounts/me` tells it."""
    alert: int | None = None
    """The alert's number."""
    token_env: str = ""
    """The variable with the access token of an app of that account."""


@dataclass(slots=True)
class _Cursor:
    """Mentions are numbered as they are found. All up to `since` were heard; `high` is the greatest of the pages now being read,
    `more` what the next of them is asked with. `first`: before there is any, from when on."""

    first: str
    since: int = 0
    high: int = 0
    more: dict[str, str] = field(default_factory=dict)
    pages: int = 0


class Mention(ListeningTool):
    """`kind = "mention"`: mentions as an alert finds them."""

    kind = "mention"
    title = "Mention"
    api = "https://api.mention.net/api"
    needs = ("account_id", "alert", "token_env")
    # https://dev.mention.com/current/src/appendix/Ratelimits.html: 3,600 in a day for an alert.
    abilities = Capabilities(
        poll=True,
        budget=(3_000, timedelta(days=1)),
        why={**WHY, "backfill": mark("Mention keeps no order by which older mentions could be told from new ones.")},
    )
    Options = MentionOptions
    options: MentionOptions
    # https://dev.mention.com/current/src/account/alert/mention/GetMention.html
    mapping = Mapping.model_validate({
        "items": "mentions",
        "url": "original_url || clickable_url",
        "tool_id": "id",
        "network": "source_type",
        "text": "said",
        "posted_at": "published_at || created_at",
        "author_handle": "author.username || metadata.author.username || metadata.user.screen_name || author.name || author_influence.name",
        "author_name": "author.name || metadata.author.name || metadata.user.name || author_influence.name || source_name",
        "author_id": "metadata.author.id || metadata.user.id_str || null",
        "author_followers": "author.followers_count || metadata.user.followers_count || null",
        "author_url": "author.profile_url || author_influence.url || null",
        "author_avatar": "author.avatar_url || null",
        "lang": "language_code || language",
        "media": "picture_url || image_url",
        "rating": "metadata.rating",
        "metrics": {
            "reach": "cumulative_reach || direct_reach || reach",
            "influence": "author_influence.score",
        },
    })  # fmt: skip

    def prepared(self, item: Any) -> Any:
        """Title and words in one; of some networks they are among the `metadata`."""
        if not isinstance(item, dict):
            return item
        inner = item.get("metadata")
        held: Named[str, Any] = inner if isinstance(inner, dict) else {}
        texts = [*(item.get(name) for name in _TEXTS), *(held.get(name) for name in ("text", "message", "caption"))]
        words = joined(item.get("title"), next((text for text in texts if text and isinstance(text, str)), ""))
        return {name: value for name, value in item.items() if name not in {"title", *_TEXTS}} | {"said": words}

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """A page of what was found since; while there is more, the next poll follows at once."""
        now = datetime.now(UTC)
        known = _Cursor(**orjson.loads(cursor)) if cursor else _Cursor((now - FIRST_LOOK).isoformat())
        said = await self.told("GET", self._path, params=known.more or self._asked_for(known, now, limit), headers=_AS)
        numbers = [
            int(each["id"]) for each in said["mentions"] if isinstance(each, dict) and _is_number(each.get("id"))
        ]
        known.high, more = max([known.high, known.since, *numbers]), _more(said)
        known.pages = known.pages + 1 if more else 0
        over = not more or not said["mentions"] or known.pages >= 500
        if over:
            known.since, known.pages, more = known.high, 0, {}
        known.more = more
        events = self.read(said, now)
        return Polled(tuple(events), orjson.dumps(asdict(known)).decode(), None if over else timedelta(0))

    async def missing(self) -> Sequence[str]:
        """What Mention says where it gives nothing."""
        return await self.refusal("GET", self._path, params={"limit": "1"}, headers=_AS)

    def key(self) -> dict[str, str]:
        """The token."""
        return {"Authorization": f"Bearer {self.secret('token_env')}"}

    @property
    def _path(self) -> str:
        return f"/accounts/{self.options.account_id}/alerts/{self.options.alert}/mentions"

    def _asked_for(self, known: _Cursor, now: datetime, limit: int) -> dict[str, str]:
        size = {"limit": str(min(limit, _PAGE))}
        if known.since:
            return {"since_id": str(known.since), **size}
        return {"before_date": now.isoformat(), "not_before_date": known.first, **size}


def _is_number(id_: Any) -> bool:
    return isinstance(id_, int | str) and not isinstance(id_, bool) and str(id_).isdecimal()


def _more(said: dict[str, Any]) -> dict[str, str]:
    """What the next page is asked with; its address is not trusted with our token."""
    links = said.get("_links")
    link = links.get("more") if isinstance(links, dict) else None
    if not isinstance(link, dict):
        return {}
    params = link.get("params")
    if isinstance(params, dict) and params:
        return {str(name): str(value) for name, value in params.items() if name != "access_token"}
    return dict(parse_qsl(urlsplit(str(link.get("href") or "")).query))
