"""SAP Service Cloud Version 2, by its REST services. https://api.sap.com/package/SAPSalesServiceCloudV2/rest"""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence

from bot.domain.customer import Identity, Ticket
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Written
from bot.errors import PermanentError
from integrations import listing
from integrations.client_credentials import client_credentials
from integrations.entries import as_html, is_ours, short_name, titled, told
from integrations.http import Answer
from integrations.likeness import same
from integrations.odata import (
    REFUSALS,
    Row,
    address,
    digits,
    equals,
    granted,
    moment,
    one,
    query,
    rows,
    text_of,
    total,
    words,
)
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token
from integrations.text import plain

API = "/sap/c4c/api/v1"
_SERVICES = {
    "individualCustomers": "individual-customer-service",
    "contactPersons": "contact-person-service",
    "accounts": "account-service",
}
_PARTIES = {"individualCustomers": "individualCustomer", "contactPersons": "contact", "accounts": "account"}
"""What a case calls them."""

_ID = re.compile(r"(individualCustomers|contactPersons|accounts)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_NEWEST = "adminData/createdOn desc"
_LOOKED_AT = 100
"""So many of a customer's newest notes and cases are looked at for our key. The services give no more on a page."""

_SUBJECT, _TEXT = 200, 10_000
_URGENT, _NORMAL = "02", "03"
_SHOWN = {
    "customerABCClassificationDescription": "class",
    "customerRoleDescription": "role",
    "industrialSectorDescription": "industry",
    "accountFormattedName": "company",
    "functionDescription": "job",
}


class SapV2Options(CrmOptions):
    """Either a user with password, or a client with a secret and the address where it gets its tokens."""

    user: str = ""
    """Name of the technical user."""
    password_env: str = ""
    """Variable with the user's password."""
    client_id: str = ""
    """The OAuth client; with it, no user is needed."""
    secret_env: str = ""
    """Variable with the client's secret."""
    token_url: str = ""
    """Where the client gets its tokens."""
    case_type: str = ""
    """Code of the case type of cases that are opened; without one, what the tenant takes by default."""
    note_type: str = "S001"
    """Code of the type of notes."""
    host_types: Mapping[str, str] = {}
    """What notes call their customers, where it differs from `individualCustomer`, `contact` and `account`."""


class SapV2(CrmConnector):
    """`kind = "sap_v2"`, `url` = the tenant. A marker line in each note and the end of a case's subject hold our key."""

    kind = "sap_v2"
    Options = SapV2Options
    options: SapV2Options
    abilities = CrmAbilities(
        tickets=True,
        cases=True,
        contacts=True,
        why={
            "purchases": "Orders are in SAP S/4HANA, not in Service Cloud.",
            "handles": "Customers have no field for handles on networks.",
            "forget": "Its notes cannot be asked for by our key. Search them for “Baton:” and erase them there.",
        },
    )

    async def sign_in(self) -> Token:
        """A token for the client; or the user's own words, which go with each request."""
        if self.options.client_id:
            if not self.options.token_url:
                raise PermanentError(f"{self.name} has a client_id, but no token_url.")
            form = {"client_id": self.options.client_id, "client_secret": self.secret("secret_env")}
            return await client_credentials(self, self.options.token_url, form)
        if not self.options.user:
            raise PermanentError(f"{self.name} has neither `user` nor `client_id`: give it one of them.")
        return Token(b64encode(f"{self.options.user}:{self.secret('password_env')}".encode()).decode())

    def authorization(self, token: Token) -> dict[str, str]:
        """As a client, or as a user."""
        return {"Authorization": f"{'Bearer' if self.options.client_id else 'Basic'} {token.value}"}

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail and phone; by the whole name where nothing was found."""
        found: dict[str, ContactMatch] = {}
        for matches in await asyncio.gather(*(self._by(identity) for identity in identities)):
            for match in matches:
                known = found.get(match.contact.id)
                found[match.contact.id] = match if known is None or known.confidence < match.confidence else known
        if not found and (asked := words(name)):
            people = await self._people(dict.fromkeys(_SERVICES, equals(["formattedName"], asked)))
            people = [contact for contact in people if same(asked, [contact.name])]
            for contact in people:
                found[contact.id] = ContactMatch(contact, 0.6 if len(people) == 1 else 0.4, f"the name “{asked}”")
        return sorted(found.values(), key=lambda match: -match.confidence)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The customer with cases."""
        there = _ID.fullmatch(contact_id)
        if there is None:
            return None
        row, cases = await asyncio.gather(self._customer(there[1], there[2]), self._cases(there[1], there[2], top=10))
        if row is None:
            return None
        tickets = tuple(map(_ticket, rows(cases)))
        return ContactHistory(_contact(there[1], row), tickets=tickets, tickets_total=total(cases))

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Customers, contacts and accounts, the oldest first, by position: the services have no other pages. Each begins
        with the last of the one before; if it is not there any more, all after it moved up, and a page is read again."""
        kinds = tuple(_SERVICES)
        kind, after = listing.place(kinds, cursor)
        said, _, last = after.partition(" ")
        seen = listing.number(said)
        page = await self._customers(kind, seen - 1 if last else seen)
        if last and text_of(page[0] if page else {}, "id") != last:
            seen, last = max(0, seen - _LOOKED_AT), ""
            page = await self._customers(kind, seen)
        fresh = page[1:] if last else page
        further = f"{seen + len(fresh)} {text_of(fresh[-1], 'id')}" if fresh else None
        return listing.page(kinds, kind, [_contact(kind, row) for row in fresh], further)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A note of the customer, and a case where one is asked for; both are looked for first."""
        there = _ID.fullmatch(contact_id)
        # Notes are taken for any host, also for one that is gone.
        if there is None or await self._customer(there[1], there[2]) is None:
            raise PermanentError(f"{self.name} has no customer {contact_id} any more.")
        kind = _PARTIES[there[1]]
        note = await self._note(there[2], activity.key)
        if note is None:
            of = {"hostObjectId": there[2], "hostObjectType": self.options.host_types.get(kind, kind)}
            note = await self._write_note(activity, of)
        case = await self._case(there[1], there[2], activity) if activity.case else None
        return Written(note, case_id=case)

    async def health(self) -> str:
        """That customers and cases can be read."""
        for path in ("individual-customer-service/individualCustomers", "case-service/cases"):
            granted(await self._ask("GET", path + query(top="1")), self.name)
        who = self.options.client_id or self.options.user
        return f"SAP Service Cloud V2 at {self.url.partition('://')[2]}, as {who}: customers and cases can be read."

    async def _by(self, identity: Identity) -> list[ContactMatch]:
        if identity.network == "email" and (asked := address(identity.handle)):
            forms = dict.fromkeys((asked, asked.lower()))
            people = await self._people({kind: equals([_at(kind, "eMail")], *forms) for kind in _SERVICES})
            return [ContactMatch(who, 1.0, f"the e-mail address {asked}") for who in people if same(asked, who.emails)]
        if identity.network == "phone" and (number := digits(identity.handle)):
            fields = ("phoneNormalisedNumber", "mobileNormalisedNumber")
            people = await self._people(
                {kind: equals([_at(kind, field) for field in fields], number) for kind in _SERVICES}
            )
            return [ContactMatch(who, 0.95, f"the phone number {number}") for who in people]
        return []

    async def _people(self, filters: Mapping[str, str]) -> list[Contact]:
        async def asked(kind: str, filter_: str) -> list[Contact]:
            answer = await self._ask("GET", f"{_SERVICES[kind]}/{kind}{query(filter=filter_, top='50')}")
            return [_contact(kind, row) for row in rows(granted(answer, self.name))]

        each = await asyncio.gather(*(asked(kind, filter_) for kind, filter_ in filters.items()))
        return [contact for people in each for contact in people]

    async def _customers(self, kind: str, skip: int) -> list[Row]:
        options = query(orderby="adminData/createdOn,id", skip=str(skip), top=str(_LOOKED_AT))
        return rows(granted(await self._ask("GET", f"{_SERVICES[kind]}/{kind}{options}"), self.name))

    async def _customer(self, kind: str, id_: str) -> Row | None:
        answer = granted(await self._ask("GET", f"{_SERVICES[kind]}/{kind}/{id_}"), self.name, 404)
        return one(answer) if answer.status != 404 else None

    async def _cases(self, kind: str, id_: str, top: int) -> Answer:
        options = query(
            filter=equals([f"{_PARTIES[kind]}/id"], id_),
            orderby=_NEWEST,
            top=str(top),
            select="id,displayId,subject,statusDescription,adminData",
        )
        return granted(await self._ask("GET", f"case-service/cases{options}"), self.name)

    async def _note(self, host: str, key: str) -> str | None:
        """Our note with this key, if it is there."""
        options = query(filter=equals(["hostObjectId"], host), orderby=_NEWEST, top=str(_LOOKED_AT))
        answer = granted(await self._ask("GET", f"note-service/notes{options}"), self.name)
        for row in rows(answer):
            if any(is_ours(text, key) for text in (text_of(row, "plainContent"), plain(text_of(row, "htmlContent")))):
                return text_of(row, "id")
        return None

    async def _write_note(self, activity: Activity, of: Mapping[str, str]) -> str:
        text = as_html(f"{titled(activity)}\n\n{told(activity, _TEXT)}")
        body = {"noteTypeCode": self.options.note_type, "htmlContent": f"<p>{text}</p>", **of}
        answer = granted(await self._ask("POST", "note-service/notes", json=body), self.name)
        return text_of(one(answer), "id")

    async def _case(self, kind: str, id_: str, activity: Activity) -> str:
        tag = f"[Baton {short_name(activity.key)[:12]}]"
        for row in rows(await self._cases(kind, id_, top=_LOOKED_AT)):
            if text_of(row, "subject").endswith(tag):
                return text_of(row, "id")
        # A description is a note of its own, which the case names. One that no case came to name is seen by nobody.
        description = await self._write_note(activity, {})
        body = {
            "subject": f"{titled(activity, _SUBJECT)} {tag}",
            "priority": _URGENT if activity.urgent else _NORMAL,
            _PARTIES[kind]: {"id": id_},
            "description": {"noteId": description},
            **({"caseType": self.options.case_type} if self.options.case_type else {}),
        }
        return text_of(one(granted(await self._ask("POST", "case-service/cases", json=body), self.name)), "id")

    async def _ask(self, method: str, path: str, json: Mapping[str, object] | None = None) -> Answer:
        headers = {"Accept": "application/json"}
        return await self.ask(method, f"{API}/{path}", headers=headers, json=json, expected=REFUSALS)


def _at(kind: str, field: str) -> str:
    """Where a means of communication stands."""
    return field if kind == "contactPersons" else f"defaultCommunication/{field}"


def _contact(kind: str, row: Row) -> Contact:
    inner, place = row.get("defaultCommunication"), row.get("defaultAddress")
    reached = {**row, **inner} if isinstance(inner, dict) else row
    email = text_of(reached, "eMail")
    phones = (text_of(reached, "phoneFormattedNumber"), text_of(reached, "mobileFormattedNumber"))
    normal = (text_of(reached, "phoneNormalisedNumber"), text_of(reached, "mobileNormalisedNumber"))
    shown = {name: said for field, name in _SHOWN.items() if (said := text_of(row, field))}
    if isinstance(place, dict):
        where = {"city": text_of(place, "cityName"), "country": text_of(place, "countryDescription")}
        shown |= {name: said for name, said in where.items() if said}
    return Contact(
        id=f"{kind}/{text_of(row, 'id')}",
        name=text_of(row, "formattedName"),
        kind="company" if kind == "accounts" else "person",
        emails=(email,) if email else (),
        phones=tuple(dict.fromkeys(filter(None, phones))) or tuple(dict.fromkeys(filter(None, normal))),
        attributes=shown,
    )


def _ticket(row: Row) -> Ticket:
    made = row.get("adminData")
    at = moment(made.get("createdOn")) if isinstance(made, dict) else None
    return Ticket(text_of(row, "displayId"), text_of(row, "subject"), text_of(row, "statusDescription"), at)
