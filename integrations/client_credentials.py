"""An access token for an application itself. https://www.rfc-editor.org/rfc/rfc6749#section-4.4"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bot.errors import PermanentError, RetriableError
from integrations.json_text import read_json
from integrations.record import Connection, Token
from integrations.redaction import redact

_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


async def client_credentials(
    crm: Connection, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Token:
    """A token from the address; raises `PermanentError` with the words in which the application was refused."""
    body = urlencode({"grant_type": "client_credentials", **form}).encode()
    # To fetch a token twice does no harm.
    answer = await crm.send(
        "POST", url, data=body, headers={**_FORM, **(headers or {})}, expected=(400, 401, 403), repeatable=True
    )
    try:
        said = read_json(answer.body)
        if answer.status == 200:
            seconds = float(said.get("expires_in") or 3600)
            return Token(str(said["access_token"]), datetime.now(UTC) + timedelta(seconds=seconds))
        why = str(said.get("error_description") or said.get("error") or answer.status)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        if answer.status != 200:
            raise PermanentError(f"{crm.name} does not let us in ({answer.status}). Check id and secret.") from error
        raise RetriableError(f"{crm.name}: the answer with the access token cannot be read.") from error
    shown = redact(" ".join(why.split())[:300], crm.settings.secrets.values())
    raise PermanentError(f"{crm.name} does not let us in: {shown}")
