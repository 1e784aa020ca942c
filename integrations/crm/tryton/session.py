"""A user's session on a Tryton server, and calls within it: JSON-RPC as Tryton's own clients speak it.

https://docs.tryton.org/latest/server/topics/rpc.html
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.errors import PermanentError, RetriableError, quoted
from integrations.http import Answer, retry_after
from integrations.json_text import read_json
from integrations.record import CrmConnector, CrmOptions, Token

_NO_MODEL = re.compile(r"'[a-z_.]+'")
"""How the server names a model that it does not have."""


class NotInstalledError(PermanentError):
    """A model that none of the database's modules brings."""


class TrytonOptions(CrmOptions):
    """Where to sign in, and as whom."""

    database: str
    """The name of the database, as in the login window."""
    user: str
    """The login of Baton's user there."""
    password_env: str
    """The variable that holds its password."""
    language: str = "en"
    """The language in which Tryton names countries, categories and its errors: a code that is set up there."""


class TrytonSession(CrmConnector):
    """Base of the connector: signs in and calls."""

    Options = TrytonOptions
    options: TrytonOptions
    context: Mapping[str, Any] = {}
    """What the server says of its user's preferences: company, language; sent with every call."""

    async def sign_in(self) -> Token:
        """A session, and the context of the user's preferences that clients send with every call."""
        password, user = self.secret("password_env"), self.options.user
        asked = _request("common.db.login", user, {"password": password}, self.options.language)
        answer = await self._post(asked, expected=(401, 403, 404, 429))
        if answer.status == 429:
            wait = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC)) or 60.0
            raise RetriableError(f"{self.name} takes no log-ins of {user} for now: too many have failed.", wait)
        if answer.status == 404:
            raise PermanentError(f"{self.name} has no database “{self.options.database}”.")
        if answer.status in {401, 403}:
            raise PermanentError(f"{self.name} does not let {user} in. Check the user and {self.options.password_env}.")
        number, session = self._result(answer)[:2]
        token = Token(b64encode(f"{user}:{number}:{session}".encode()).decode())
        asked = _request("model.res.user.get_preferences", True, {})
        told = self._result(await self._post(asked, headers=self.authorization(token), secrets=(token.value,)))
        self.context = {key: value for key, value in told.items() if key != "locale"}
        return token

    def authorization(self, token: Token) -> dict[str, str]:
        """The header of a session."""
        return {"Authorization": f"Session {token.value}"}

    async def call(
        self, method: str, *params: Any, context: Mapping[str, Any] | None = None, writes: bool = False
    ) -> Any:
        """The result of a method of a model, like `model.party.party.search`; one that writes is not sent twice."""
        await self.token()
        asked = _request(method, *params, {**self.context, **(context or {})})
        answer = await self.ask("POST", self._address(), json=asked, repeatable=not writes, expected=(403, 404))
        if answer.status == 403:
            raise PermanentError(f"{self.name} does not let {self.options.user} call {method}.")
        if answer.status == 404:
            raise PermanentError(f"{self.name} has no database “{self.options.database}”.")
        return self._result(answer)

    async def _post(self, asked: Mapping[str, Any], **more: Any) -> Answer:
        return await self.send("POST", f"{self.url}{self._address()}", json=asked, repeatable=True, **more)

    def _address(self) -> str:
        return f"/{quote(self.options.database, safe='')}/rpc/"

    def _result(self, answer: Answer) -> Any:
        """What was answered. Errors come with status 200: the kind, then what it says."""
        try:
            said = read_json(answer.body)
            error = said.get("error")
        except (ValueError, AttributeError) as odd:
            raise PermanentError(f"{self.name} does not answer as Tryton does. Check its url.") from odd
        if not error:
            return said.get("result")
        kind, *rest = error
        told = rest[0] if rest and isinstance(rest[0], list) else [str(each) for each in rest]
        match kind:
            case "UserError":
                raise PermanentError(f"{self.name}: {quoted(' '.join(str(each) for each in told[:2] if each))}")
            case "UserWarning":
                raise PermanentError(f"{self.name} wants a person to confirm: {quoted(' '.join(map(str, told[1:])))}")
            case "LoginException":
                raise PermanentError(f"{self.name} asks {self.options.user} for more than a password: {told[1]}")
            case _ if _NO_MODEL.fullmatch(str(kind)) and kind != "'res.user'":
                raise NotInstalledError(f"{self.name} does not know {kind}: is the module installed?")
            case _:
                # A failure within the server: its transaction is undone, and the next may pass.
                raise RetriableError(f"{self.name} failed: {quoted(' '.join(map(str, (kind, *told)))[:300])}")


def _request(method: str, *params: Any) -> dict[str, Any]:
    return {"id": 1, "method": method, "params": list(params)}
