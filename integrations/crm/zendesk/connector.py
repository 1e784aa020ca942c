"""Zendesk Support: users, their tickets, outcomes as solved tickets. https://developer.zendesk.com/api-reference/ticketing/introduction/"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import GoneError, PermanentError, RetriableError, quoted
from integrations import listing
from integrations.client_credentials import client_credentials
from integrations.crm.zendesk.records import (
    KINDS,
    TAG,
    external_id,
    is_our_note,
    number_of,
    organization,
    person,
    query_for,
    stands,
    ticket_of,
)
from integrations.entries import fit, short_name, told
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.likeness import same
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token

_SHOWN = 10
_PAGE = 50
_AT_ONCE = 100
_KINDS = ("users", "organizations")
_LONGEST = 60_000
"""A comment may have 65,535 bytes."""

_REFUSED = frozenset({400, 403, 404, 409, 413, 422})


class ZendeskOptions(CrmOptions):
    """Either an agent with an API token, or an OAuth client."""

    user: str = ""
    """E-mail address of the agent that an API token stands for."""
    api_token_env: str = ""
    """The variable that holds the API token."""
    client_id: str = ""
    """Identifier of a confidential OAuth client; with one, no API token is used."""
    client_secret_env: str = ""
    """The variable that holds the OAuth client's secret."""


class Zendesk(CrmConnector):
    """`kind = "zendesk"`, `url` = https://<subdomain>.zendesk.com. A ticket's `external_id` is our key."""

    kind = "zendesk"
    abilities = CrmAbilities(
        tickets=True,
        cases=True,
        handles=True,
        forget=True,
        contacts=True,
        budget=(400, timedelta(minutes=1)),
        why={"purchases": "Zendesk keeps tickets; what was bought is in the shop's own system."},
    )
    Options = ZendeskOptions
    options: ZendeskOptions

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail and phone; by name, also of organizations, where nothing was found. The search may lag by minutes."""
        found: dict[str, ContactMatch] = {}
        for identity in identities:
            keyword = {"email": "email", "phone": "phone"}.get(identity.network)
            handle = identity.handle.strip()
            if keyword is None or (query := query_for(keyword, handle)) is None:
                continue
            for user in await self._users(query):
                contact = person(user, self.url)
                if contact.id not in found and await self._is_of(contact, identity):
                    why = f"{'the e-mail' if keyword == 'email' else 'the phone'} {handle} stands there"
                    found[contact.id] = ContactMatch(contact, 1.0, why)
        if found or (query := query_for("name", " ".join(name.split()))) is None:
            return list(found.values())
        called = [person(user, self.url) for user in await self._users(query)]
        called += await self._organizations(name)
        alike = [contact for contact in called if same(" ".join(name.split()), [contact.name])][:_SHOWN]
        return [ContactMatch(each, 0.6 if len(alike) == 1 else 0.4, f"the name “{each.name}”") for each in alike]

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The user with the identities and the tickets asked for, without those that we wrote and solved ourselves."""
        kind, number = number_of(contact_id)
        answer = await self._call("GET", f"/api/v2/{kind}/{number}.json", gone=True)
        if answer is None or (one := answer[kind.removesuffix("s")]).get("active") is False:
            return None
        path = "tickets/requested.json" if kind == "users" else "tickets.json"
        newest = {"sort_by": "created_at", "sort_order": "desc", "per_page": str(_PAGE)}
        page = await self._call("GET", f"/api/v2/{kind}/{number}/{path}", params=newest, gone=True) or {}
        rows = page.get("tickets") or []
        theirs = [row for row in rows if not is_our_note(row)]
        whole = page.get("count") is not None and int(page["count"]) <= len(rows)
        contact = organization(one, self.url) if kind == "organizations" else await self._with_identities(one)
        return ContactHistory(
            contact, tickets=tuple(map(ticket_of, theirs[:_SHOWN])), tickets_total=len(theirs) if whole else None
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """End users and organizations, by Zendesk's cursors: of pages by number it gives no more than a hundred."""
        kind, after = listing.place(_KINDS, cursor)
        params = {"page[size]": str(_AT_ONCE)} | ({"page[after]": after} if after else {})
        params |= {"role": "end-user"} if kind == "users" else {}
        found = await self._call("GET", f"/api/v2/{kind}.json", params=params) or {}
        rows = [row for row in found.get(kind) or [] if row.get("active", True)]
        people = [person(row, self.url) if kind == "users" else organization(row, self.url) for row in rows]
        meta = found.get("meta") or {}
        return listing.page(_KINDS, kind, people, meta.get("after_cursor") if meta.get("has_more") else None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A solved ticket with a private comment, or an open one where a case is asked for."""
        kind, number = number_of(contact_id)
        if kind != "users":
            raise PermanentError(f"{self.name} keeps tickets with people alone: link a person of this organization.")
        if (ticket := await self._ours(activity.key)) is None:
            ticket = await self._create(number, activity)
        ours = str(ticket["id"])
        return Written(ours, case_id=ours if activity.case else None, url=f"{self.url}/agent/tickets/{ours}")

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """An identity of the user: e-mail, phone, X handle, Facebook id; Zendesk knows no others."""
        kind, number = number_of(contact_id)
        sort = KINDS.get(identity.network)
        value = identity.external_id if sort == "facebook" else fit(identity.handle.strip().lstrip("@"))
        if kind != "users" or sort is None or not value:
            return False
        contact = await self._with_identities({"id": number})
        if stands(contact, identity):
            return True
        # Without this, Zendesk writes to an address to have it confirmed.
        quietly = {"skip_verify_email": True} if sort == "email" else {}
        fresh = {"identity": {"type": sort, "value": value, **quietly}}
        await self._call("POST", f"/api/v2/users/{number}/identities.json", json=fresh, repeatable=False)
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our tickets, then for good; those that Zendesk has archived are found by its search."""
        left = []
        for owed in entries:
            ticket = await self._ours(owed.key) or await self._archived(owed.key)
            if ticket is None:
                continue
            try:
                await self._call("DELETE", f"/api/v2/tickets/{ticket['id']}.json", gone=True)
                await self._call("DELETE", f"/api/v2/deleted_tickets/{ticket['id']}.json", gone=True)
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Who we are there; only agents may write tickets."""
        me = await self._me()
        return f"{me.get('name')} ({me.get('email')}), {me['role']}; reads users and tickets, writes tickets"

    async def sign_in(self) -> Token:
        """An API token is sent as it is; an OAuth client asks for an access token by its own right."""
        if not self.options.client_id:
            secret = f"{self.options.user}/token:{self.secret('api_token_env')}"
            return Token(b64encode(secret.encode()).decode())
        secret = self.secret("client_secret_env")
        form = {"client_id": self.options.client_id, "client_secret": secret, "scope": "read write"}
        return await client_credentials(self, f"{self.url}/oauth/tokens", form)

    def authorization(self, token: Token) -> dict[str, str]:
        """Basic for an API token, bearer for an access token."""
        return {"Authorization": f"{'Bearer' if self.options.client_id else 'Basic'} {token.value}"}

    # Asking.

    async def _call(self, method: str, path: str, *, gone: bool = False, **request: Any) -> dict[str, Any] | None:
        """The answer's JSON; None where `gone` is allowed and what was asked for is not there."""
        answer = await self.ask(method, path, expected=_REFUSED, **request)
        if answer.status == 404 and gone:
            return None
        if answer.status in _REFUSED:
            error = GoneError if answer.status == 404 else PermanentError
            raise error(f"{self.name} refuses: {quoted(_words(answer))}")
        return _read(answer, self.name) if answer.body.strip() else {}

    async def _users(self, query: str) -> list[dict[str, Any]]:
        answer = await self._call("GET", "/api/v2/users/search.json", params={"query": query}) or {}
        return [user for user in answer.get("users") or [] if user.get("active", True)][:_SHOWN]

    async def _organizations(self, name: str) -> list[Contact]:
        asked = {"name": " ".join(fit(name).split())}
        answer = await self._call("GET", "/api/v2/organizations/search.json", params=asked) or {}
        return [organization(row, self.url) for row in answer.get("organizations") or []]

    async def _is_of(self, contact: Contact, identity: Identity) -> bool:
        """Whether the search meant it: it also finds what merely begins like it, and further addresses of a user."""
        return stands(contact, identity) or stands(await self._with_identities({"id": contact.id}), identity)

    async def _with_identities(self, user: Mapping[str, Any]) -> Contact:
        answer = await self._call("GET", f"/api/v2/users/{user['id']}/identities.json") or {}
        return person(user, self.url, answer.get("identities") or ())

    async def _ours(self, key: str) -> dict[str, Any] | None:
        """Our ticket with this key. The list by external id is exact and at once, unlike the search."""
        answer = await self._call("GET", "/api/v2/tickets.json", params={"external_id": external_id(key)}) or {}
        return next((row for row in answer.get("tickets") or [] if row.get("external_id") == external_id(key)), None)

    async def _archived(self, key: str) -> dict[str, Any] | None:
        asked = {"query": f'type:ticket external_id:"{external_id(key)}"'}
        answer = await self._call("GET", "/api/v2/search.json", params=asked) or {}
        return next((row for row in answer.get("results") or [] if row.get("external_id") == external_id(key)), None)

    async def _create(self, requester: str, activity: Activity) -> dict[str, Any]:
        me = await self._me()
        ticket: dict[str, Any] = {
            "subject": fit(activity.subject, 250),
            "comment": {"body": told(activity, _LONGEST), "public": False},
            "requester_id": int(requester),
            "submitter_id": me["id"],
            "external_id": external_id(activity.key),
            "tags": [TAG, f"{TAG}_{activity.occasion}"],
            "priority": "urgent" if activity.urgent else "normal",
            # A solved ticket must have an assignee.
            **({"status": "new"} if activity.case else {"status": "solved", "assignee_id": me["id"]}),
        }
        # For two hours Zendesk answers the same key with the same ticket, so that a cut-off request may be repeated.
        once = {"Idempotency-Key": short_name(activity.key)}
        answer = await self._call(
            "POST", "/api/v2/tickets.json", json={"ticket": ticket}, headers=once, repeatable=True
        )
        return dict((answer or {})["ticket"])

    async def _me(self) -> dict[str, Any]:
        answer = await self._call("GET", "/api/v2/users/me.json") or {}
        me = dict(answer.get("user") or {})
        if not me.get("id") or me.get("role") not in {"agent", "admin"}:
            raise PermanentError(f"{self.name} does not know us as an agent. Check `user` and the API token.")
        return me


def _read(answer: Answer, name: str) -> dict[str, Any]:
    try:
        return dict(read_json(answer.body))
    except (ValueError, TypeError) as error:
        raise RetriableError(f"{name} answered {answer.status} with something that is not JSON.") from error


def _words(answer: Answer) -> str:
    """What an error says: `error` is a name or an object, `description` is for people, `details` goes by field."""
    try:
        said = read_json(answer.body)
        error = said["error"]
        if isinstance(error, Mapping):
            return f"{error.get('title')}: {error.get('message')}"
        details = [str(each.get("description")) for of in (said.get("details") or {}).values() for each in of]
        return "; ".join([str(said.get("description") or error), *details])
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"it answered {answer.status}"
