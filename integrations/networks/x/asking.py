"""X's API asked as our account: settings, tokens, refusals in X's words, and what each answer costs. https://docs.x.com/x-api

Prices of August 2026: https://docs.x.com/x-api/getting-started/pricing
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from bot.errors import ConfigError, PermanentError, UnknownResultError, quoted
from bot.speech import say
from integrations.budget import DOLLAR, Purse
from integrations.http import Http
from integrations.json_text import read_json
from integrations.networks.x.posts import row, rows
from integrations.networks.x.weighing import has_link
from integrations.permission import Permission
from integrations.source import Connector, Options, SourceSettings

MONTH = timedelta(days=30)
_ALLOW = "https://x.com/i/oauth2/authorize"
_SCOPES = ("tweet.read", "tweet.write", "users.read", "dm.read", "dm.write", "offline.access")
_REFUSED = (400, 402, 403, 404, 409, 422)


class XOptions(Options):
    """Which account it is, what else is heard, and what it may cost."""

    user_id: str = ""
    """The number of our account."""
    client_id: str = ""
    """The Client ID of the app."""
    client_secret_env: str = ""
    """Name of the environment variable with the Client Secret of the app; a public client has none."""
    refresh_token_env: str = ""
    """Name of the environment variable with a refresh token that was granted elsewhere; `app.py sources allow` has one without."""
    search: str = ""
    """A query for posts to be heard as well, in X's own operators."""
    plan: Literal["self-serve", "enterprise"] = "self-serve"
    """With Enterprise access X takes answers to posts that neither mention nor quote our account, too."""
    longest: int = 280
    """How long an answer may be; more for an account with X Premium."""
    recheck: int = 100
    """So many of the newest posts are looked up once a day, to learn which were deleted; 100 at most, 0: none."""
    most_per_month: float = 50.0
    """US dollars that polls and backfills may spend in 30 days; 0: only what is delivered is heard."""
    price_post: float = 0.005
    """US dollars for each post that is read; 0.001 for mentions alone where the account owns the app."""
    price_user: float = 0.01
    """US dollars for each author who comes with posts, and for each direct message that is read."""
    price_answer: float = 0.015
    """US dollars for each answer without a link."""
    price_link: float = 0.2
    """US dollars for each answer with a link."""


class AsOurAccount(Connector):
    """A connector that asks X. Its purse holds money, and whatever a request brings is paid from it."""

    Options = XOptions
    options: XOptions

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        if settings.budget is not None:
            why = f"sources.{self.name}.budget counts requests, and X bills what it returns."
            raise ConfigError(why, "Set most_per_month instead.")
        most = round(self.options.most_per_month * DOLLAR)
        self.abilities = replace(self.abilities, poll=most > 0, longest=self.options.longest, budget=(most, MONTH))
        self.budget, self._money = self.abilities.budget, Purse(most, MONTH)
        self.purse = self._money

    @property
    def permission_here(self) -> Permission | None:
        """https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code: a confidential client says who it is."""
        basic = bool(self.options.client_secret_env)
        return Permission(_ALLOW, "https://api.x.com/2/oauth2/token", _SCOPES, basic=basic).at(self.settings.url)

    def app(self) -> tuple[str, str]:
        """A public client has no secret."""
        return self.options.client_id, self.secret("client_secret_env") if self.options.client_secret_env else ""

    async def read(self, path: str, params: Mapping[str, str], least: int, most: int = 100) -> Mapping[str, Any]:
        """A page of as many posts as there is money for, at least `least`; raises `BudgetError` where that is too little."""
        each = round((self.options.price_post + self.options.price_user) * DOLLAR)
        left = self._money.left(least * each, self.name)
        size = {"max_results": str(max(least, min(most, left // each if each else most)))} if most else {}
        return await self.call("GET", path, params={**params, **size})

    async def call(self, method: str, path: str, *, each: float | None = None, **request: Any) -> Mapping[str, Any]:
        """What X says, paid; `each` is the price of a thing that is no post. Raises `PermanentError` with X's words."""
        base = (self.settings.url or "https://api.x.com").rstrip("/")
        answer = await self.as_us(method, f"{base}{path}", cost=0, expected=_REFUSED, **request)
        try:
            said = row(read_json(answer.body))
        except ValueError:
            said = {}
        if answer.status in _REFUSED:
            raise PermanentError(say("X refuses: {why}", why=quoted(_why(said) or answer.status)))
        if not said and method == "POST":
            raise UnknownResultError(f"{self.name}: X took the answer without saying where it stands.")
        if method == "GET":
            price = self.options.price_post if each is None else each
            self.pay(price, len(rows(said.get("data") or [])))
            self.pay(self.options.price_user, len(rows(row(said.get("includes")).get("users") or [])))
        return said

    async def missing(self) -> Sequence[str]:
        """Whether the tokens hold and are those of the account; X bills this as one author."""
        try:
            said = await self.call("GET", "/2/users/me", each=self.options.price_user)
        except PermanentError as error:
            return (str(error),)
        found = row(said.get("data")).get("id")
        if str(found) == self.options.user_id:
            return ()
        return (
            say(
                "The refresh token is that of account {found}; user_id says {set}.",
                found=found,
                set=self.options.user_id,
            ),
        )

    def pay(self, price: float, many: int = 1) -> None:
        """So many things at this price were billed."""
        self._money.pay(round(price * DOLLAR) * many)

    def price_of(self, text: str) -> float:
        """What it costs to write this."""
        return self.options.price_link if has_link(text) else self.options.price_answer


def _why(said: Mapping[str, Any]) -> str:
    """`detail` and `title` of a problem, or those of its first error. https://docs.x.com/x-api/fundamentals/response-codes-and-errors"""
    first = row(next(iter(rows(said.get("errors") or [])), {}))
    detail = said.get("detail") or first.get("message") or first.get("detail")
    return " ".join(str(part) for part in (detail or said.get("title"), said.get("reason")) if part)[:300]
