"""An access token for an application itself, for CRMs and directories. https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bot.errors import PermanentError, RetriableError
from integrations.oauth import FORM, REFUSALS, TokenRefusedError, read_token
from integrations.record import Connection, Token
from integrations.redaction import redact

HOLDS = timedelta(hours=1)
"""So long a token is used that does not say when it ends."""


async def client_credentials(
    crm: Connection, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Token:
    """A token from the address; raises `PermanentError` with the words in which the application was refused."""
    body = urlencode({"grant_type": "client_credentials", **form}).encode()
    # To fetch a token twice does no harm.
    answer = await crm.send(
        "POST", url, data=body, headers={**FORM, **(headers or {})}, expected=REFUSALS, repeatable=True
    )
    now = datetime.now(UTC)
    try:
        token = read_token(answer, now)
    except TokenRefusedError as refused:
        if not refused.words and refused.code == str(answer.status):
            raise PermanentError(f"{crm.name} does not let us in ({answer.status}). Check id and secret.") from refused
        shown = redact(refused.words or refused.code, crm.settings.secrets.values())
        raise PermanentError(f"{crm.name} does not let us in: {shown}") from None
    except RetriableError as error:
        raise RetriableError(f"{crm.name}: {error}") from error
    return Token(token.access, token.ends_at or now + HOLDS)
