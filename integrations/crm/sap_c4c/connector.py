"""SAP Cloud for Customer, by its OData API v2. https://help.sap.com/docs/sap-cloud-for-customer/odata-services"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from typing import Any

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError
from integrations import listing
from integrations.crm.sap_c4c.rows import KINDS, Kind, author_of, contact_of, tag_of, ticket_of
from integrations.entries import is_ours, titled, told
from integrations.http import Answer
from integrations.likeness import same
from integrations.odata import (
    REFUSALS,
    Row,
    address,
    digits,
    equals,
    granted,
    literal,
    one,
    onward,
    query,
    rows,
    text_of,
    total,
    words,
)
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token

API = "/sap/c4c/odata/v1/c4codataapi/"
_ID = re.compile(r"(IndividualCustomer|CorporateAccount|Contact)Collection\('([0-9A-Za-z-]{1,70})'\)")
_JSON = {"Accept": "application/json"}
_WILD = "*"
"""Stands for any characters in a text that is compared, and cannot be escaped: a value that has one is not asked for."""

_PAGES = 10
_AT_ONCE = 500
_SUBJECT, _TEXT = 200, 30_000
_DESCRIPTION = "10004"
_URGENT, _NORMAL = "2", "3"


class SapC4cOptions(CrmOptions):
    """The technical user of a communication arrangement."""

    user: str = ""
    """Its name."""
    password_env: str = ""
    """Variable with its password."""
    ticket_type: str = "SRRQ"
    """The document type of tickets that are opened."""


class SapC4c(CrmConnector):
    """`kind = "sap_c4c"`, `url` = the tenant. A note bears a name made of our key as its author, and our key in a line."""

    kind = "sap_c4c"
    needs = ("url", "user", "password_env")
    Options = SapC4cOptions
    options: SapC4cOptions
    abilities = CrmAbilities(
        tickets=True,
        cases=True,
        forget=True,
        contacts=True,
        why={
            "purchases": "Orders are in SAP S/4HANA or ERP; Cloud for Customer has no more than copies of some.",
            "handles": "Customers have no field for handles on networks.",
        },
    )
    _session: tuple[str, str] | None = None

    async def sign_in(self) -> Token:
        """Basic authentication: there is no token to be had but the user's own words."""
        said = f"{self.options.user}:{self.secret('password_env')}"
        return Token(b64encode(said.encode()).decode())

    def authorization(self, token: Token) -> dict[str, str]:
        """As a user."""
        return {"Authorization": f"Basic {token.value}"}

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail and phone; by the whole name where nothing was found."""
        found: dict[str, ContactMatch] = {}
        for matches in await asyncio.gather(*(self._by(identity) for identity in identities)):
            for match in matches:
                known = found.get(match.contact.id)
                found[match.contact.id] = match if known is None or known.confidence < match.confidence else known
        if not found and (asked := words(name, without=_WILD)):
            of = {kind: [equals([there.name], asked)] for kind, there in KINDS.items()}
            people = [contact for contact in await self._people(of) if same(asked, [contact.name])]
            for contact in people:
                found[contact.id] = ContactMatch(contact, 0.6 if len(people) == 1 else 0.4, f"the name “{asked}”")
        return sorted(found.values(), key=lambda match: -match.confidence)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The customer with tickets."""
        there = _ID.fullmatch(contact_id)
        row = await self._customer(contact_id) if there is not None else None
        if there is None or row is None:
            return None
        kind = KINDS[there[1]]
        tickets: Answer | None = None
        if number := text_of(row, kind.number):
            tickets = await self._get(
                "ServiceRequestCollection",
                filter=equals([kind.party], number),
                orderby="CreationDateTime desc",
                select="ObjectID,ID,Name,CreationDateTime,ServiceRequestUserLifeCycleStatusCodeText",
                top="10",
                inlinecount="allpages",
            )
        return ContactHistory(
            contact=contact_of(there[1], row),
            tickets=tuple(map(ticket_of, rows(tickets))) if tickets is not None else (),
            tickets_total=total(tickets) if tickets is not None else None,
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Customers, contacts and accounts, each by their number; pages by position would shift with every change."""
        kinds = tuple(KINDS)
        kind, after = listing.place(kinds, cursor)
        number = KINDS[kind].number
        path, order, top = f"{kind}Collection", f"{number} asc", str(_AT_ONCE)
        if after:
            answer = await self._get(path, filter=f"{number} ge {literal(after)}", orderby=order, top=top)
        else:
            answer = await self._get(path, orderby=order, top=top)
        # The interface knows “from” a number on, not “after” it.
        people = [row for row in rows(answer) if not after or text_of(row, number) != after]
        last = text_of(people[-1], number) if people else None
        return listing.page(kinds, kind, [contact_of(kind, row) for row in people], last or None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A note of the customer, and a ticket where one is asked for; both are looked for first."""
        there = _ID.fullmatch(contact_id)
        row = await self._customer(contact_id) if there is not None else None
        if there is None or row is None:
            raise PermanentError(f"{self.name} has no customer {contact_id} any more.")
        note = await self._note(there[1], there[2], activity.key)
        if note is None:
            body = {
                "ParentObjectID": there[2],
                "AuthorName": author_of(activity.key),
                "Text": f"{titled(activity)}\n\n{told(activity, _TEXT)}",
            }
            note = text_of(one(await self._write("POST", f"{there[1]}TextCollectionCollection", body)), "ObjectID")
        case = await self._case(KINDS[there[1]], row, activity) if activity.case else None
        return Written(note, case_id=case)

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our notes and the texts of our tickets, whose subjects are blanked: people may have worked on them."""
        left = []
        for owed in entries:
            try:
                for kind in KINDS:
                    texts = f"{kind}TextCollectionCollection"
                    found = await self._get(
                        texts, filter=equals(["AuthorName"], author_of(owed.key)), select="ObjectID"
                    )
                    for row in rows(found):
                        await self._write("DELETE", f"{texts}({literal(text_of(row, 'ObjectID'))})")
                for ticket in await self._cases(owed.key):
                    of = equals(["ParentObjectID"], text_of(ticket, "ObjectID"))
                    texts = "ServiceRequestTextCollectionCollection"
                    for row in rows(await self._get(texts, filter=of, select="ObjectID,Text")):
                        if is_ours(text_of(row, "Text"), owed.key):
                            await self._write("DELETE", f"{texts}({literal(text_of(row, 'ObjectID'))})")
                    blank = {"Name": f"Erased {tag_of(owed.key)}"}
                    await self._write(
                        "PATCH", f"ServiceRequestCollection({literal(text_of(ticket, 'ObjectID'))})", blank
                    )
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """That customers can be read, and that writing would be let through."""
        await self._get("IndividualCustomerCollection", select="ObjectID", top="1")
        await self._csrf(fresh=True)
        host = self.url.partition("://")[2]
        return f"SAP Cloud for Customer at {host}, as {self.options.user}: customers can be read, and writing is open."

    async def _by(self, identity: Identity) -> list[ContactMatch]:
        if identity.network == "email":
            asked = address(identity.handle, without=_WILD)
            if asked is None:
                return []
            forms = dict.fromkeys((asked, asked.lower()))
            people = await self._people({kind: [equals(["Email"], *forms)] for kind in KINDS})
            return [ContactMatch(one, 1.0, f"the e-mail address {asked}") for one in people if same(asked, one.emails)]
        if identity.network == "phone" and (number := digits(identity.handle)):
            asked_each = [equals([field], number) for field in ("NormalisedPhone", "NormalisedMobile")]
            people = await self._people(dict.fromkeys(KINDS, asked_each))
            return [ContactMatch(one, 0.95, f"the phone number {number}") for one in people]
        return []

    async def _people(self, filters: Mapping[str, Sequence[str]]) -> list[Contact]:
        """Whoever one of the filters holds for. Each is a question of its own: `or` joins conditions on one field only."""

        async def asked(kind: str, filter_: str) -> list[Contact]:
            answer = await self._get(f"{kind}Collection", filter=filter_, top="50")
            return [contact_of(kind, row) for row in rows(answer)]

        each = [asked(kind, filter_) for kind, several in filters.items() for filter_ in several]
        people = {contact.id: contact for contacts in await asyncio.gather(*each) for contact in contacts}
        return list(people.values())

    async def _customer(self, contact_id: str) -> Row | None:
        answer = await self._get(contact_id, also=404)
        return one(answer) if answer.status != 404 else None

    async def _note(self, kind: str, parent: str, key: str) -> str | None:
        """Our note with this key, if it is there."""
        texts, of = f"{kind}TextCollectionCollection", equals(["ParentObjectID"], parent)
        answer = await self._get(texts, filter=of, orderby="CreatedOn desc", select="ObjectID,AuthorName,Text")
        for _ in range(_PAGES):
            for row in rows(answer):
                if text_of(row, "AuthorName") == author_of(key) or is_ours(text_of(row, "Text"), key):
                    return text_of(row, "ObjectID")
            if (more := onward(answer)) is None:
                break
            answer = granted(await self.ask("GET", more, headers=_JSON, expected=REFUSALS), self.name)
        return None

    async def _case(self, kind: Kind, row: Row, activity: Activity) -> str:
        for ticket in await self._cases(activity.key):
            return text_of(ticket, "ObjectID")
        body: dict[str, Any] = {
            "Name": f"{titled(activity, _SUBJECT)} {tag_of(activity.key)}",
            "ProcessingTypeCode": self.options.ticket_type,
            "ServicePriorityCode": _URGENT if activity.urgent else _NORMAL,
            kind.party: text_of(row, kind.number),
            "ServiceRequestTextCollection": [{"TypeCode": _DESCRIPTION, "Text": told(activity, _TEXT)}],
        }
        if kind.number == "ContactID":
            body["BuyerPartyID"] = text_of(row, "AccountID")
        return text_of(one(await self._write("POST", "ServiceRequestCollection", body)), "ObjectID")

    async def _cases(self, key: str) -> list[Row]:
        ends = f"endswith(Name,{literal(tag_of(key))})"
        return rows(await self._get("ServiceRequestCollection", filter=ends, select="ObjectID,Name"))

    async def _get(self, path: str, *, also: int = 200, **options: str) -> Answer:
        url = f"{API}{path}{query(**options, format='json')}"
        return granted(await self.ask("GET", url, headers=_JSON, expected=REFUSALS), self.name, also)

    async def _write(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Answer:
        """A change, with the token and the cookies that go together. Those that ended are had anew, once."""
        answer = await self._change(method, path, body, fresh=False)
        required = answer.headers.get("X-CSRF-Token", "").lower() == "required" or b"CSRF token" in answer.body
        if answer.status == 403 and required:
            answer = await self._change(method, path, body, fresh=True)
        return granted(answer, self.name, *((404,) if method == "DELETE" else ()))

    async def _change(self, method: str, path: str, body: Mapping[str, object] | None, *, fresh: bool) -> Answer:
        token, cookies = await self._csrf(fresh=fresh)
        headers = {**_JSON, "X-CSRF-Token": token, "Cookie": cookies}
        return await self.ask(method, f"{API}{path}", headers=headers, json=body, expected=REFUSALS)

    async def _csrf(self, *, fresh: bool) -> tuple[str, str]:
        if self._session is None or fresh:
            headers = {**_JSON, "X-CSRF-Token": "Fetch"}
            answer = granted(await self.ask("GET", f"{API}{query(format='json')}", headers=headers), self.name)
            cookies: SimpleCookie = SimpleCookie()
            for line in answer.headers.getall("Set-Cookie", []):
                cookies.load(line)
            token = answer.headers.get("X-CSRF-Token", "")
            if not token:
                raise PermanentError(f"{self.name} gives no token for writing to {self.options.user}.")
            self._session = token, "; ".join(f"{morsel.key}={morsel.coded_value}" for morsel in cookies.values())
        return self._session
