"""Mentions of a Brandwatch Consumer Research query. https://developers.brandwatch.com/docs/retrieving-mentions"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.delivery import Capabilities, Polled
from bot.domain.post import SourceEvent
from bot.errors import PermanentError
from integrations.listening_tool import WHY, ListeningTool, Sweep, joined, utc
from integrations.mapping import Mapping
from integrations.source import Options

_PAGE = 1_000
"""Mentions of a page; Brandwatch gives 5,000 at most, and such an answer is larger than what is read at once."""

_BACK = timedelta(hours=1)
"""So far back beyond what was heard each poll reads: a mention may be listed a little later than it was found."""

_FOUND = timedelta(days=30)
"""What was written longer ago is not looked for, however late it is found."""


_AHEAD = timedelta(minutes=1)
"""Its clock may be ahead of ours."""


_BOTH_NAMES = re.compile(r"(\S+) \((.+)\)")
"""`maya_o (Maya Okafor)`"""


class BrandwatchOptions(Options):
    """Which mentions, and by what right."""

    project: int | None = None
    """The project's number."""
    query: int | None = None
    """The number of a query; or `query_group`."""
    query_group: int | None = None
    """The number of a group of queries."""
    token_env: str = ""
    """The variable with an access token, which holds for a year."""


class Brandwatch(ListeningTool):
    """`kind = "brandwatch"`: mentions as they are added to a query."""

    kind = "brandwatch"
    title = "Brandwatch"
    api = "https://api.brandwatch.com"
    needs = ("project", "token_env")
    # https://developers.brandwatch.com/docs/rate-limiting: 30 in ten minutes for all that the company connects.
    abilities = Capabilities(poll=True, backfill=True, budget=(20, timedelta(minutes=10)), why=WHY)
    Options = BrandwatchOptions
    options: BrandwatchOptions
    # https://developers.brandwatch.com/docs/mention-metadata-field-definitions
    mapping = Mapping.model_validate({
        "items": "results",
        "url": "url || originalUrl || (pageType == 'twitter' && guid && join('', ['https://x.com/i/status/', to_string(guid)])) || null",
        "tool_id": "resourceId || guid",
        "network": "contentSource || pageType",
        "parent_url": "replyTo",
        "root_url": "threadURL || (pageType == 'twitter' && threadId && join('', ['https://x.com/i/status/', to_string(threadId)])) || null",
        "text": "said",
        "posted_at": "date || added",
        "author_handle": "author || fullname",
        "author_name": "fullname",
        "author_id": "twitterAuthorId || facebookAuthorId || null",
        "author_followers": "twitterFollowers || (pageType == 'instagram' && instagramFollowerCount) || null",
        "author_verified": "twitterVerified",
        "author_avatar": "avatarUrl",
        "lang": "language",
        "media": "mediaUrls",
        "rating": "rating",
        "metrics": {
            "reach": "reachEstimate",
            "impressions": "impressions",
            "likes": "(pageType == 'facebook' && facebookLikes) || (pageType == 'instagram' && instagramLikeCount) || null",
            "comments": "(pageType == 'facebook' && facebookComments) || (pageType == 'instagram' && instagramCommentCount) || null",
            "shares": "(pageType == 'facebook' && facebookShares) || twitterRetweets || null",
        },
    })  # fmt: skip

    def prepared(self, item: Any) -> Any:
        """Title and words in one. What X lets nobody pass on has neither: then its address stands there."""
        if not isinstance(item, dict):
            return item
        words = joined(item.get("title"), item.get("fullText") or item.get("snippet"))
        named = _BOTH_NAMES.fullmatch(str(item.get("fullname") or ""))
        names = {"author": named[1], "fullname": named[2]} if named is not None and not item.get("author") else {}
        kept = {name: value for name, value in item.items() if name not in {"title", "snippet", "fullText"}}
        return {**kept, **names, "said": words or item.get("url")}

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """A page of what was added, newest first; until what is known is reached, the next poll follows at once."""
        now = datetime.now(UTC)
        sweep = Sweep.of(cursor, now)
        sweep.begin(now)
        end = datetime.fromisoformat(sweep.end)
        said = await self._page(end - _FOUND, end + _AHEAD, "added", min(limit, _PAGE), sweep.page)
        over = sweep.turned(said["results"], ("added", "date"), str(said.get("nextCursor") or ""), _BACK)
        return Polled(tuple(self.read(said, now)), sweep.text(), None if over else timedelta(0))

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What was written since then, page by page, newest first."""
        now, page = datetime.now(UTC), ""
        while True:
            said = await self._page(since, now + _AHEAD, "date", _PAGE, page)
            yield self.read(said, now)
            if not said["results"] or not (after := str(said.get("nextCursor") or "")) or after == page:
                return
            page = after

    async def missing(self) -> Sequence[str]:
        """What Brandwatch says where it gives nothing."""
        now = datetime.now(UTC)
        return await self.refusal("GET", self._path, params=self._params(now - _BACK, now, "added", 1, ""))

    def key(self) -> dict[str, str]:
        """The token."""
        return {"Authorization": f"Bearer {self.secret('token_env')}"}

    @property
    def _path(self) -> str:
        return f"/projects/{self.options.project}/data/mentions"

    def _params(self, since: datetime, until: datetime, order: str, size: int, page: str) -> dict[str, str]:
        query, group = self.options.query, self.options.query_group
        if query is None and group is None:
            raise PermanentError(f"sources.{self.name} in baton.toml needs `query` or `query_group`.")
        asked = {"queryId": str(query)} if query is not None else {"queryGroupId": str(group)}
        asked |= {"startDate": utc(since), "endDate": utc(until), "orderBy": order, "orderDirection": "desc"}
        return asked | {"pageSize": str(size)} | ({"cursor": page} if page else {})

    async def _page(self, since: datetime, until: datetime, order: str, size: int, page: str) -> dict[str, Any]:
        return await self.told("GET", self._path, params=self._params(since, until, order, size, page))
