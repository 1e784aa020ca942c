"""The two ways in which an app is let in at Instagram. https://developers.facebook.com/docs/instagram-platform/overview

By Instagram Login there is a server of its own, with tokens that hold 60 days and are renewed by themselves:
https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token. By Facebook Login the token of the Page
that the account is linked to is used, at the Graph API.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.errors import PermanentError
from bot.ports.tokens import Renew, Token
from integrations.graph import GRAPH, text_id
from integrations.graph_messages import GraphMessenger, MessengerOptions
from integrations.http import Http
from integrations.oauth import TokenRefusedError, read_token
from integrations.source import SourceSettings
from integrations.tokens import Tokens, Way

_TOO_YOUNG = timedelta(days=1)
"""A token is renewed from its second day on."""


class InstagramOptions(MessengerOptions):
    """Whose account it is, and by which of Meta's two ways the app was let in."""

    login: Literal["instagram", "facebook"] = "instagram"
    """`instagram`: by Instagram Login, with a token that is renewed; `facebook`: by Facebook Login, with the Page's token."""


class InstagramAccount(GraphMessenger):
    """Base of the connector: its server, its tokens, its own id, and what is missing."""

    Options = InstagramOptions
    options: InstagramOptions

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.alone = self.options.login == "instagram"
        """By Instagram Login: without a Page."""
        self.proves = not self.alone
        self.tokens = Tokens(settings.name, self.kind, settings.secrets.get("token_env", ""), Way(self.renewal))
        self.us_here = (settings.account or "").lstrip("@").lower()
        start = "instagram_business" if self.alone else "instagram"
        self.scopes = (f"{start}_basic", f"{start}_manage_comments")
        self.message_scopes = (f"{start}_manage_messages",)

    @property
    def server(self) -> str:
        """Each login has its own."""
        return "https://graph.instagram.com" if self.alone else GRAPH

    async def token(self, refused: str = "") -> str:
        """By Instagram Login one that is renewed, and kept."""
        return await self.tokens.get(self._renewed, refused) if self.alone else await super().token(refused)

    def renewal(self) -> Renew | None:
        """Only tokens of Instagram Login end."""
        return self._renewed if self.alone and self.secret("token_env") else None

    async def _renewed(self, kept: str | None) -> Token:
        configured = self.secret("token_env")
        for token in dict.fromkeys((kept or configured, configured)):
            url = f"{(self.settings.url or self.server).rstrip('/')}/refresh_access_token"
            asked = {"grant_type": "ig_refresh_token", "access_token": token}
            # To renew one twice does no harm.
            answer = await self.ask("GET", url, params=asked, secrets=(token,), expected=(400, 401, 403), cost=0)
            try:
                fresh = read_token(answer, datetime.now(UTC))
            except TokenRefusedError:
                continue
            return Token(fresh.access, fresh.ends_at, fresh.access)
        # Too young, or no longer taken: whichever it is, the next request tells.
        return Token(configured, datetime.now(UTC) + _TOO_YOUNG, configured)

    async def asked_who_we_are(self) -> tuple[str, ...]:
        """The number of the account, and its username."""
        if self.alone:
            said = await self.graph("GET", "/me", params={"fields": "user_id,username"})
        else:
            page = await self.graph("GET", "/me", params={"fields": "instagram_business_account{id,username}"})
            said = page.get("instagram_business_account") or {}
        return text_id(said.get("user_id") or said.get("id")), str(said.get("username") or self.us_here)

    async def missing(self) -> Sequence[str]:
        """What Meta says is missing. Tokens of Instagram Login cannot be asked about, so what they are for is tried."""
        if not self.alone:
            return await super().missing()
        tried = {"/me/media": "id,comments.limit(1){id}"}
        if self.options.messages:
            tried["/me/conversations"] = "id"
        lines = []
        for path, fields in tried.items():
            try:
                await self.graph("GET", path, params={"fields": fields, "limit": "1", "platform": self.platform})
            except PermanentError as error:
                lines.append(str(error))
        return lines or await self.unsubscribed()
