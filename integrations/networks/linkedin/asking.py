"""Asking LinkedIn as the company: by what right, under which version of the API, and what its refusals say.

https://learn.microsoft.com/linkedin/shared/authentication/authorization-code-flow,
https://learn.microsoft.com/linkedin/marketing/versioning
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.delivery import Sent
from bot.domain.post import Post
from bot.errors import PermanentError, RetriableError, UnknownResultError, quoted
from bot.speech import say
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.networks.linkedin.pages import read_pages
from integrations.networks.linkedin.reading import COMMENT, stands, url_of
from integrations.permission import Permission
from integrations.source import Connector, Options

REFUSED = (400, 403, 404, 409, 422, 426)


class LinkedInOptions(Options):
    """Whose page is heard, and by what right."""

    organization: str = ""
    """Number of the company, as in the address of its page's admin view."""
    client_id: str = ""
    """Client ID of the app; its client secret is `secret_env`."""
    refresh_token_env: str | None = None
    """Variable with a refresh token that was granted elsewhere; `app.py sources allow` has one without."""
    scopes: tuple[str, ...] = ("r_organization_social_feed", "w_organization_social_feed", "rw_organization_admin")
    """The permissions to ask for: those that the app was granted, by their names on its page *Auth*."""
    version: str = "202607"
    """The version of the API, year and month; LinkedIn ends each after a year or more."""


class AsThePage(Connector):
    """Base of the connector: what it asks of LinkedIn."""

    Options = LinkedInOptions
    options: LinkedInOptions

    @property
    def permission_here(self) -> Permission | None:
        """For the permissions that are configured; LinkedIn takes no proof of possession from apps with a secret."""
        there = "https://www.linkedin.com/oauth/v2"
        scopes = self.options.scopes
        return Permission(f"{there}/authorization", f"{there}/accessToken", scopes, pkce=False).at(self.settings.url)

    @property
    def us(self) -> str:
        """The URN of the company."""
        return f"urn:li:organization:{self.options.organization.rpartition(':')[2]}"

    async def call(self, method: str, path: str, **request: Any) -> Answer:
        """A request; whatever is refused is an answer, but for a token."""
        headers = {"LinkedIn-Version": self.options.version, "X-Restli-Protocol-Version": "2.0.0"}
        url = f"{(self.settings.url or 'https://api.linkedin.com').rstrip('/')}{path}"
        return await self.as_us(method, url, headers=headers, expected=REFUSED, exactly=True, **request)

    async def read(self, path: str) -> Any:
        """What it answers to a question."""
        return said_in(await self.call("GET", path))

    async def missing(self) -> Sequence[str]:
        """Whether whoever allowed it still is an administrator of the page."""
        asked = "/rest/organizationAcls?q=roleAssignee&role=ADMINISTRATOR&state=APPROVED"
        try:
            found = [each async for page in read_pages(self.read, asked) for each in page if isinstance(each, dict)]
        except PermanentError as error:
            return (str(error),)
        if any(self.us in (each.get("organization"), each.get("organizationTarget")) for each in found):
            return ()
        return (say("Whoever allowed it is no administrator of {page} on LinkedIn.", page=self.us),)


def said_in(answer: Answer) -> Any:
    """The JSON of an answer; raises `PermanentError` in LinkedIn's words for a refusal."""
    try:
        said = read_json(answer.body) if answer.body else {}
    except ValueError as error:
        raise RetriableError("LinkedIn does not answer with JSON.") from error
    if answer.status not in REFUSED:
        return said
    words = said if isinstance(said, dict) else {}
    reason = words.get("message") or words.get("error_description") or ""
    code = words.get("code") or words.get("serviceErrorCode") or answer.status
    raise PermanentError(
        say("LinkedIn refuses: {words} ({code})", words=quoted(str(reason)[:300]), code=str(code)[:60])
    )


def sent_as(said: Mapping[str, Any], post: Post) -> Sent:
    """Our comment as it stands there; raises `UnknownResultError` where that is not said."""
    if not (number := said.get("id") or said.get("commentUrn")):
        raise UnknownResultError("LinkedIn took the answer and does not say as what.")
    above = stands(post)[1]
    return Sent(str(number), url_of(str(said.get("commentUrn") or f"{COMMENT}({above},{number})"), above))
