"""How Reddit wants to be asked: with a name, a permission, and not too often.

https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bot.errors import BudgetError
from bot.speech import say
from integrations.http import USER_AGENT, Answer, Http
from integrations.networks.reddit.refusals import REFUSALS, refusal
from integrations.networks.reddit.things import SITE
from integrations.permission import Permission
from integrations.source import Connector, Options, SourceSettings

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class RedditOptions(Options):
    """Which app asks, and what is heard."""

    client_id_env: str | None = None
    """Variable with the id of the app that Reddit approved."""
    client_secret_env: str | None = None
    """Variable with the app's secret."""
    refresh_token_env: str | None = None
    """Variable with a permanent refresh token of `account` for the app, where there is one already."""
    inbox: bool = True
    """Whether mentions of `account`, replies to it and messages are heard."""
    subreddits: tuple[str, ...] = ()
    """Subreddits whose posts and comments are all heard, without `r/`."""
    searches: tuple[str, ...] = ()
    """What to look for among the posts of all subreddits, as in Reddit's search field."""


class RedditApi(Connector):
    """Reading and writing as `account`."""

    Options = RedditOptions
    options: RedditOptions
    needs = ("account", "client_id_env", "client_secret_env")
    # https://github.com/reddit-archive/reddit/wiki/OAuth2
    permission = Permission(
        f"{SITE}/api/v1/authorize",
        f"{SITE}/api/v1/access_token",
        ("identity", "read", "privatemessages", "history", "submit"),
        pkce=False,
        basic=True,
        more={"duration": "permanent"},
    )

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._rests_until = 0.0

    @property
    def ours(self) -> str:
        """Our user name."""
        return (self.settings.account or "").removeprefix("/").removeprefix("u/")

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """What is there; raises the refusal."""
        answer = await self._as_us("GET", path, params={"raw_json": "1", **params})
        if answer.status in REFUSALS:
            raise refusal(answer)
        return answer

    async def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Write something; the answer may be a refusal."""
        data = urlencode({"api_type": "json", "raw_json": "1", **form}).encode()
        return await self._as_us("POST", path, data=data, headers=_FORM)

    async def _as_us(self, method: str, path: str, **request: Any) -> Answer:
        url = (self.settings.url or "https://oauth.reddit.com").rstrip("/") + path
        return await self.as_us(method, url, expected=REFUSALS, **request)

    async def ask(self, method: str, url: str, *, cost: int = 1, **request: Any) -> Answer:
        """With our name, as the rules have it; and not at all for as long as Reddit has had enough."""
        if (wait := self._rests_until - time.monotonic()) > 0:
            raise BudgetError(say("{source}: Reddit takes no more requests for now.", source=self.name), wait)
        agent = f"server:{USER_AGENT.replace('/', ':v').lower()} (by /u/{self.ours})"
        headers = {**request.pop("headers", {}), "User-Agent": agent}
        answer = await super().ask(method, url, cost=cost, headers=headers, **request)
        if _number(answer, "X-Ratelimit-Remaining", 1.0) < 1:
            self._rests_until = time.monotonic() + _number(answer, "X-Ratelimit-Reset", 1.0)
        return answer


def _number(answer: Answer, header: str, otherwise: float) -> float:
    try:
        return float(answer.headers.get(header, otherwise))
    except ValueError:
        return otherwise
