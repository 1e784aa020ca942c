"""How Trustpilot wants to be asked: with a token for the API key and its secret.

https://developers.trustpilot.com/get-started/authentication/grant-type-client-credentials
"""

from __future__ import annotations

from typing import Any

from bot.errors import GoneError, PermanentError, quoted
from bot.ports.tokens import Renew
from bot.speech import say
from integrations.http import Answer
from integrations.oauth import by_client_credentials
from integrations.source import Connector, Options

_REFUSALS = (400, 403, 404, 409, 415, 422, 501)
"""https://developers.trustpilot.com/get-started/common-error-messages"""


class TrustpilotOptions(Options):
    """Whose reviews are heard, and by what right."""

    business_unit: str = ""
    """The id of the business unit, 24 letters and digits."""
    business_user: str = ""
    """The id of the user in whose name answers are given."""
    api_key_env: str | None = None
    """Variable with the API key."""
    api_secret_env: str | None = None
    """Variable with the API secret."""


class TrustpilotApi(Connector):
    """Reading and writing for one business unit."""

    Options = TrustpilotOptions
    options: TrustpilotOptions
    needs = ("business_unit", "api_key_env", "api_secret_env")

    def renewal(self) -> Renew:
        """Such tokens hold for a hundred hours, and cannot be refreshed."""
        client = self.secret("api_key_env"), self.secret("api_secret_env")
        url = f"{self._server}/v1/oauth/oauth-business-users-for-applications/accesstoken"
        return by_client_credentials(self.ask, url, *client, basic=True, cost=0)

    async def api(self, method: str, path: str, **request: Any) -> Answer:
        """The answer; raises `GoneError` where there is no such thing, `PermanentError` for other refusals."""
        answer = await self.as_us(method, self._server + path, expected=_REFUSALS, **request)
        if answer.status in _REFUSALS:
            said = quoted(answer.body[:300].decode("utf-8", "replace"))
            why = say("Trustpilot refuses ({status}): {said}", status=answer.status, said=said)
            raise (GoneError if answer.status == 404 else PermanentError)(why)
        return answer

    @property
    def _server(self) -> str:
        return (self.settings.url or "https://api.trustpilot.com").rstrip("/")
