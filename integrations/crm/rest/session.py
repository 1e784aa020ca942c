"""Requests as a mapping names them, and being let in by the way that it says: what CRMs and directories by REST share."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from yarl import URL

from bot.domain.customer import Identity
from bot.errors import GoneError, PermanentError, RetriableError, quoted
from integrations.client_credentials import client_credentials
from integrations.crm.rest import reading
from integrations.crm.rest.mapping import Call, PagedCall, RestAccess
from integrations.crm.rest.templates import Values, fill_body, fill_parameter, fill_path
from integrations.entries import fit
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.record import Connection, Token

REFUSED = frozenset({400, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422})
_GONE = frozenset({404, 410})


class RestSession(Connection):
    """Base of both connectors."""

    Options = RestAccess
    options: RestAccess

    async def sign_in(self) -> Token:
        """A token that is given, or what the settings hold."""
        options = self.options
        if options.auth == "none":
            return Token("")
        secret = self.secret("secret_env")
        if options.auth == "oauth":
            form = {"scope": options.scope} if options.scope else {}
            if options.client_in == "header":
                basic = {"Authorization": f"Basic {_basic(options.client_id, secret)}"}
                return await client_credentials(self, options.token_url, form, basic)
            form |= {"client_id": options.client_id, "client_secret": secret}
            return await client_credentials(self, options.token_url, form)
        return Token(_basic(options.user, secret) if options.auth == "basic" else secret)

    def authorization(self, token: Token) -> dict[str, str]:
        """The header for the chosen way, and the gateway's where it has one."""
        options = self.options
        more = {options.key_header: self.secret("key_env")} if options.key_header else {}
        if options.auth in {"none", "header"}:
            return more | ({options.header: token.value} if options.auth == "header" else {})
        return more | {"Authorization": f"{'Basic' if options.auth == 'basic' else 'Bearer'} {token.value}"}

    async def who_we_are(self) -> str:
        """Our name there, where it is said."""
        return reading.text(self.options.health.who, await self.asked(self.options.health, {})) or "let in"

    async def asked(self, call: Call, values: Values, *, gone: bool = False, writes: bool = False) -> Any:
        """The answer's JSON; None where nothing is there (and `gone` allows that), or nothing is said."""
        path = fill_path(call.path, values)
        query = {name: fill_parameter(template, values) for name, template in call.query.items()}
        body = {"json": fill_body(call.body, values)} if call.body is not None else {}
        answer = await self._sent(call.method, path, params=query or None, repeatable=not writes, **body)
        return self._read(answer, call.path, gone=gone)

    async def page(self, call: PagedCall, rows: str, cursor: str) -> tuple[list[Any], str | None]:
        """The rows of a page, and where the next begins: by what the answer gives for it, or by the address it gives."""
        if cursor and "cursor" not in call.uses():
            answer = self._read(await self._sent("GET", self._own(cursor)), cursor)
        else:
            first = {} if cursor else {"query": {k: v for k, v in call.query.items() if "{cursor}" not in v}}
            answer = await self.asked(call.model_copy(update=first), {"cursor": cursor})
        found = reading.rows(rows, answer)
        further = reading.text(call.next, answer) if found else ""
        if further and further == cursor:
            raise PermanentError(f"{self.name} says that the page at “{cursor[:80]}” is followed by itself.")
        return found, further or None

    def _own(self, address: str) -> str:
        """An address of the next page, which must be on the same server: another must not see our token."""
        there = URL(self.url).join(URL(address))
        if there.origin() != URL(self.url).origin():
            raise PermanentError(f"{self.name} says that its next page is on {there.host}.")
        return str(there)

    async def _sent(self, method: str, path: str, **request: Any) -> Answer:
        return await self.ask(method, path, headers={"Accept": "application/json"}, expected=REFUSED, **request)

    def _read(self, answer: Answer, path: str, *, gone: bool = False) -> Any:
        if answer.status in _GONE and gone:
            return None
        try:
            said = read_json(answer.body) if answer.body.strip() else None
        except ValueError as error:
            if answer.status < 300:
                raise RetriableError(f"{self.name}: {path} answered with something that is not JSON.") from error
            said = None
        if answer.status in REFUSED:
            words = reading.text(self.options.error, said) or f"{path} answered {answer.status}"
            raise (GoneError if answer.status in _GONE else PermanentError)(
                f"{self.name} refuses: {quoted(words[:300])}"
            )
        return said


def who(identity: Identity) -> dict[str, str]:
    """The values by which somebody is looked for."""
    handle = fit(identity.handle.strip())
    values = {"handle": handle, "network": identity.network}
    values |= {"name": fit(identity.display_name)} if identity.display_name else {}
    if identity.network == "email":
        values |= {"email": handle, "domain": handle.rpartition("@")[2]}
    return values | ({"phone": handle} if identity.network == "phone" else {})


def _basic(user: str, secret: str) -> str:
    return b64encode(f"{user}:{secret}".encode()).decode()
