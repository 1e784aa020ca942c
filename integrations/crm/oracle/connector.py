"""Oracle Fusion Sales and Service, by REST. https://docs.oracle.com/en/cloud/saas/sales/faaps/index.html"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from bot.domain.customer import Identity
from bot.domain.record import Activity, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import GoneError, PermanentError, RetriableError
from bot.errors import quoted as in_quotes
from integrations import listing
from integrations.client_credentials import client_credentials
from integrations.crm.oracle.records import activity_number, company, party_of, person, quoted, ticket
from integrations.entries import fit, told
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.likeness import is_email, same
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token

_AT = "/crmRestApi/resources/11.13.18.05"
_SHOWN = 10
_REFUSED = frozenset({400, 403, 404, 409, 412, 422})
# Since version 2, `q` takes whole expressions; without the header each server has its own default.
_PAGE = 500
"""More come in no answer."""

_KINDS = ("contacts", "accounts")
_HEADERS = {"REST-Framework-Version": "2", "Accept": "application/json"}


class OracleOptions(CrmOptions):
    """Either a user with a password, or an OAuth client."""

    user: str = ""
    """User name for basic authentication."""
    password_env: str = ""
    """The variable that holds the user's password."""
    token_url: str = ""
    """Where the identity domain gives tokens (`https://idcs-….identity.oraclecloud.com/oauth2/v1/token`); with it, OAuth is used."""
    client_id: str = ""
    """The confidential application's id."""
    client_secret_env: str = ""
    """The variable that holds the application's secret."""
    scope: str = ""
    """The scope of the Fusion application, like `urn:opc:resource:consumer::all`."""
    case_field: str = "BatonKey_c"
    """The custom field of service requests that holds our key."""


class Oracle(CrmConnector):
    """`kind = "oracle"`, `url` = https://<pod>.fa.<region>.oraclecloud.com. An activity's number is made of our key."""

    kind = "oracle"
    abilities = CrmAbilities(
        tickets=True,
        cases=True,
        forget=True,
        contacts=True,
        why={
            "purchases": "Orders are kept by Order Management, with rights and customer numbers of its own.",
            "handles": "A contact of Oracle Fusion has no field for a handle.",
        },
    )
    Options = OracleOptions
    options: OracleOptions

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """Contacts by e-mail; contacts and accounts by name where that finds nothing."""
        found: dict[str, ContactMatch] = {}
        for identity in identities:
            address = identity.handle.strip()
            if identity.network != "email" or not is_email(address):
                continue
            # Only letters that every language turns into capitals alike.
            upper = address.isascii()
            asked = f"{'UPPER(EmailAddress)' if upper else 'EmailAddress'} = {quoted(address.upper() if upper else address)}"
            for row in await self._rows("contacts", asked):
                if same(address, [row.get("EmailAddress")]):
                    who = person(row)
                    found.setdefault(who.id, ContactMatch(who, 1.0, f"the e-mail {address} stands there"))
        words = " ".join(fit(name).split())
        if found or not words:
            return list(found.values())
        called = [person(row) for row in await self._rows("contacts", f"ContactName = {quoted(words)}")]
        called += [company(row) for row in await self._rows("accounts", f"OrganizationName = {quoted(words)}")]
        return [ContactMatch(each, 0.6 if len(called) == 1 else 0.4, f"the name “{each.name}”") for each in called]

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact or account with its service requests, newest first."""
        kind, party = party_of(contact_id)
        rows = await self._rows(kind, f"PartyId = {party}")
        if not rows:
            return None
        whose = "PrimaryContactPartyId" if kind == "contacts" else "AccountPartyId"
        page = await self._page(
            "serviceRequests", f"{whose} = {party}", orderBy="CreationDate:desc", totalResults="true"
        )
        return ContactHistory(
            contact=person(rows[0]) if kind == "contacts" else company(rows[0]),
            tickets=tuple(map(ticket, page.get("items") or ())),
            tickets_total=page.get("totalResults"),
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Contacts and accounts by the number of their party: offsets become slow, and what they count may change."""
        kind, after = listing.place(_KINDS, cursor)
        params = {"orderBy": "PartyId:asc", "limit": str(_PAGE), "onlyData": "true"}
        params |= {"q": f"PartyId > {listing.number(after)}"} if after else {}
        items = list((await self._call("GET", kind, params=params) or {}).get("items") or [])
        people = [person(row) if kind == "contacts" else company(row) for row in items]
        return listing.page(_KINDS, kind, people, str(items[-1]["PartyId"]) if items else None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A completed task with our number, and a service request where a case is asked for."""
        kind, party = party_of(contact_id)
        number = activity_number(activity.key)
        if not await self._is_there(number):
            whose = "PrimaryContactId" if kind == "contacts" else "AccountId"
            task = {
                "ActivityNumber": number,
                "ActivityFunctionCode": "TASK",
                "Subject": fit(activity.subject, 500),
                # Long texts travel as bytes.
                "ActivityDescription": b64encode(told(activity).encode()).decode(),
                "StatusCode": "COMPLETE",
                "DueDate": activity.at.astimezone(UTC).date().isoformat(),
                "PriorityCode": "1" if activity.urgent else "2",
                whose: party,
            }
            await self._create("activities", task, again=lambda: self._is_there(number))
        case = await self._case(kind, party, activity) if activity.case else None
        return Written(number, case_id=case)

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our activities and service requests; what we may not delete is left."""
        left = []
        for owed in entries:
            try:
                await self._call("DELETE", f"activities/{activity_number(owed.key)}", gone=True)
                for number in await self._cases(owed.key):
                    await self._call("DELETE", f"serviceRequests/{number}", gone=True)
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """That contacts, activities and service requests may be read; whether they may be written shows in the roles."""
        for resource in ("contacts", "activities", "serviceRequests"):
            await self._call("GET", resource, params={"limit": "1", "onlyData": "true"})
        who = self.options.client_id if self.options.token_url else self.options.user
        return f"{who} at {self.url}; reads contacts, activities and service requests"

    async def sign_in(self) -> Token:
        """From the identity domain, or user and password as they are."""
        if not self.options.token_url:
            return Token(b64encode(f"{self.options.user}:{self.secret('password_env')}".encode()).decode())
        client = b64encode(f"{self.options.client_id}:{self.secret('client_secret_env')}".encode()).decode()
        form = {"scope": self.options.scope} if self.options.scope else {}
        return await client_credentials(self, self.options.token_url, form, {"Authorization": f"Basic {client}"})

    def authorization(self, token: Token) -> dict[str, str]:
        """Bearer for a token, basic for a password."""
        return {"Authorization": f"{'Bearer' if self.options.token_url else 'Basic'} {token.value}"}

    # Asking.

    async def _call(self, method: str, path: str, *, gone: bool = False, **request: Any) -> dict[str, Any] | None:
        """The answer's JSON; None where `gone` is allowed and what was asked for is not there."""
        answer = await self.ask(method, f"{_AT}/{path}", headers=_HEADERS, expected=_REFUSED, **request)
        if answer.status == 404 and gone:
            return None
        if answer.status in _REFUSED:
            error = GoneError if answer.status == 404 else PermanentError
            raise error(f"{self.name} refuses: {in_quotes(_words(answer))}")
        if not answer.body.strip():
            return {}
        try:
            return dict(read_json(answer.body))
        except (ValueError, TypeError) as unreadable:
            raise RetriableError(f"{self.name} answered with something that is not JSON.") from unreadable

    async def _page(self, resource: str, q: str, **more: str) -> dict[str, Any]:
        params = {"q": q, "limit": str(_SHOWN), "onlyData": "true", **more}
        return await self._call("GET", resource, params=params) or {}

    async def _rows(self, resource: str, q: str) -> list[dict[str, Any]]:
        return list((await self._page(resource, q)).get("items") or [])

    async def _create(
        self, resource: str, values: Mapping[str, Any], again: Callable[[], Awaitable[bool]]
    ) -> dict[str, Any]:
        """A number that another request has taken meanwhile is refused: then ours is there."""
        try:
            return await self._call("POST", resource, json=dict(values), repeatable=False) or {}
        except PermanentError:
            if await again():
                return {}
            raise

    async def _is_there(self, number: str) -> bool:
        return await self._call("GET", f"activities/{number}", params={"onlyData": "true"}, gone=True) is not None

    async def _cases(self, key: str) -> list[str]:
        rows = await self._rows("serviceRequests", f"{self.options.case_field} = {quoted(fit(key))}")
        return [str(row["SrNumber"]) for row in rows]

    async def _case(self, kind: str, party: int, activity: Activity) -> str:
        for number in await self._cases(activity.key):
            return number
        request = {
            "Title": fit(activity.subject, 400),
            "ProblemDescription": told(activity, 1000),
            "SeverityCd": "ORA_SVC_SEV1" if activity.urgent else "ORA_SVC_SEV3",
            "PrimaryContactPartyId" if kind == "contacts" else "AccountPartyId": party,
            self.options.case_field: fit(activity.key),
        }
        made = await self._call("POST", "serviceRequests", json=request, repeatable=False) or {}
        return str(made["SrNumber"])


def _words(answer: Answer) -> str:
    """Errors come as JSON with details, or, from older parts, as plain text."""
    try:
        said = read_json(answer.body)
        details = [str(each["detail"]) for each in said.get("o:errorDetails") or () if each.get("detail")]
        return "; ".join(details) or str(said.get("detail") or said["title"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return answer.body[:200].decode("utf-8", "replace").strip() or f"it answered {answer.status}"
