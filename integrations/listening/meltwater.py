"""Documents of a saved search of Meltwater, pushed or asked for. https://developer.meltwater.com/guides/listening/streaming-mentions"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject
from bot.speech import mark
from integrations.http import Http
from integrations.listening_tool import WHY, ListeningTool, Sweep, joined, times_of
from integrations.mapping import Mapping
from integrations.signatures import unsigned
from integrations.source import Options, SourceSettings

_PAGE, _PAGES = 100, 10
"""The largest page, and so many of them has a search: https://developer.meltwater.com/api-reference"""

_BACK = timedelta(hours=2)
"""So far back beyond what was heard each poll reads: documents are found somewhat later than they were written."""


class MeltwaterOptions(Options):
    """What is asked for, where Meltwater does not push."""

    search: int | None = None
    """The number of a saved search to be asked for; without it there are only deliveries."""
    api_key_env: str = ""
    """The variable with the API token, for asking."""
    company_id: str | None = None
    """The company that has the search, where it is not your default one."""


class Meltwater(ListeningTool):
    """`kind = "meltwater"`: deliveries of a data stream at `/hooks/meltwater/<name>`; with `search` it is asked as well."""

    kind = "meltwater"
    title = "Meltwater"
    api = "https://api.meltwater.com"
    abilities = Capabilities(
        push=True,
        poll=True,
        budget=(40, timedelta(days=1)),
        why={**WHY, "backfill": mark("What is older is had from Meltwater's exports, which are counted.")},
    )
    Options = MeltwaterOptions
    options: MeltwaterOptions
    # https://developer.meltwater.com/api-reference/templates/api-json
    mapping = Mapping.model_validate({
        "items": "not_null(documents, result.documents, data)",
        "url": "url || document_url || (contains(['X', 'x', 'Twitter', 'twitter'], source.name || source_name || '') && (external_id || document_external_id) && join('', ['https://x.com/i/status/', to_string(external_id || document_external_id)])) || null",
        "tool_id": "id || document_id || document_external_id",
        "network": "network",
        "parent_url": "parent.url",
        "root_url": "thread.url",
        "text": "said",
        "posted_at": "published_date || document_publish_date || indexed_date",
        "author_handle": "author.handle || author.name",
        "author_name": "author.name || document_authors[0].author_name || document_authors[0]",
        "author_id": "author.external_id",
        "author_followers": "author.metrics.followers || author.followers || null",
        "author_url": "author.profile_url",
        "author_avatar": "author.image || null",
        "lang": "enrichments.language_code || document_language_code",
        "media": "content.image || document_image_link",
        "rating": "content.rating || rating || null",
        "metrics": {
            "reach": "source.metrics.reach || metrics.reach || source_reach",
            "engagement": "metrics.engagement.total",
            "likes": "metrics.engagement.likes",
            "comments": "metrics.engagement.comments",
            "shares": "metrics.engagement.shares",
            "views": "metrics.views || document_views",
        },
    })  # fmt: skip

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.abilities = replace(self.abilities, poll=self.options.search is not None)

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """https://developer.meltwater.com/docs/meltwater-api/guides/datastreams-document-verification"""
        refused = unsigned(request, self.settings, "X-Hub-Signature", before="sha1=", hashing="sha1")
        return refused or Delivery(request.body, now)

    def prepared(self, item: Any) -> Any:
        """Title and words in one. What X lets nobody pass on has neither: then its address stands there."""
        if not isinstance(item, dict):
            return item
        content, source = _object(item, "content", "document_"), _object(item, "source", "source_")
        sentence = _object(item, "matched").get("hit_sentence") or content.get("hit_sentence")
        words = joined(content.get("title"), content.get("body") or content.get("opening_text") or sentence)
        kind = str(source.get("information_type") or "")
        network = source.get("name") if "social" in kind and source.get("name") else kind or source.get("name")
        kept = {name: value for name, value in content.items() if name not in {"title", "body", "opening_text"}}
        return {**item, "content": kept, "said": words, "network": network}

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """A page of what was written, newest first, until what is known is reached; the next poll follows at once."""
        now = datetime.now(UTC)
        sweep = Sweep.of(cursor, now)
        sweep.begin(now)
        page = int(sweep.page or 1)
        said = await self.told("POST", self._path, params=self._company, json=self._search(sweep, page, limit))
        result = said.get("result") or said
        documents, answered = result["documents"], said.get("page")
        after = page if isinstance(answered, int) and answered != page else page + 1
        size = number if isinstance(number := said.get("page_size"), int) else min(limit, _PAGE)
        full = len(documents) >= size or (result.get("document_count") or 0) > page * size
        if after > _PAGES and (times := times_of(documents, "published_date")):
            # A search has no further pages: go on with an earlier end.
            sweep.end, after = min(times).isoformat(), 1
        over = sweep.turned(documents, ("published_date",), str(after) if full else "", _BACK)
        return Polled(tuple(self.read(said, now)), sweep.text(), None if over else timedelta(0))

    async def missing(self) -> Sequence[str]:
        """What Meltwater says where it gives nothing. Nothing but the asking can be tried."""
        if self.options.search is None:
            return ()
        search = self._search(Sweep(datetime.now(UTC).isoformat(), end=datetime.now(UTC).isoformat()), 1, 1)
        return await self.refusal("POST", self._path, params=self._company, json=search)

    def key(self) -> dict[str, str]:
        """The API token."""
        return {"apikey": self.secret("api_key_env")}

    @property
    def _path(self) -> str:
        return f"/v3/search/{self.options.search}"

    @property
    def _company(self) -> dict[str, str]:
        return {"company_id": self.options.company_id} if self.options.company_id else {}

    def _search(self, sweep: Sweep, page: int, limit: int) -> dict[str, Any]:
        """Times of a search have no zone: `tz` says it."""
        begin, end = sweep.since(_BACK), datetime.fromisoformat(sweep.end) + timedelta(minutes=1)
        asked = {"tz": "UTC", "start": f"{begin:%Y-%m-%dT%H:%M:%S}", "end": f"{end:%Y-%m-%dT%H:%M:%S}"}
        order = {"sort_by": "date", "sort_order": "desc", "template": {"name": "api.json"}}
        return {**asked, **order, "page": page, "page_size": min(limit, _PAGE)}


def _object(item: dict[str, Any], name: str, before: str = "") -> dict[str, Any]:
    # Without a template, a stream's documents are flat: the fields of an object have a name `before` their own.
    flat = {each.removeprefix(before): value for each, value in item.items() if before and each.startswith(before)}
    return inner if isinstance(inner := item.get(name), dict) else flat
