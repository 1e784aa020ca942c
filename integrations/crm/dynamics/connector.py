"""Microsoft Dynamics 365, by the Web API of Dataverse. https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError
from integrations import listing
from integrations.client_credentials import client_credentials
from integrations.crm.dynamics.rows import (
    EMAILS,
    NAMES,
    PHONES,
    PROFILE,
    SELECTED,
    contact_of,
    handle_of,
    page_of,
    purchase_of,
    ticket_of,
    unique_of,
)
from integrations.entries import as_html, fit, own_id, titled, told
from integrations.http import Answer
from integrations.odata import (
    REFUSALS,
    address,
    digits,
    equals,
    granted,
    onward,
    query,
    read,
    rows,
    skip_token,
    text_of,
    total,
    words,
)
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token

API = "/api/data/v9.2"
_ID = re.compile(r"(contacts|accounts)\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)")
_HEADERS = {
    "Accept": "application/json",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
    "Prefer": 'odata.include-annotations="OData.Community.Display.V1.FormattedValue",odata.maxpagesize=50',
}
_KINDS = tuple(NAMES)
_AT_ONCE = 500
_PAGES = 4
"""So many pages of people are read at most: an address that more share says nothing about who it is."""

_ORIGINS = {"email": 2, "facebook": 2483, "twitter": 3986, "x": 3986}
_WEB = 3
_COMMUNITIES = {"facebook": 1, "twitter": 2, "x": 2}
_SUBJECT, _NOTE, _TITLE, _DESCRIPTION = 500, 16_000, 200, 2_000
"""The most characters of the columns. A note may have 100,000, but is HTML, in which a character takes up to six."""


class DynamicsOptions(CrmOptions):
    """The app registration in Microsoft Entra that is a user of the environment."""

    tenant: str = ""
    """Its directory (tenant) ID."""
    client_id: str = ""
    """Its application (client) ID."""
    secret_env: str = ""
    """Variable with its client secret."""
    authority: str = "https://login.microsoftonline.com"
    """Where it signs in; another one in the clouds of governments and in China."""


class Dynamics(CrmConnector):
    """`kind = "dynamics"`, `url` = the environment. What we write has an identifier made of our key: it is there once."""

    kind = "dynamics"
    needs = ("url", "tenant", "client_id", "secret_env")
    Options = DynamicsOptions
    options: DynamicsOptions
    # https://learn.microsoft.com/power-apps/developer/data-platform/api-limits
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        cases=True,
        handles=True,
        forget=True,
        contacts=True,
        budget=(6000, timedelta(minutes=5)),
    )

    async def sign_in(self) -> Token:
        """https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow"""
        url = f"{self.options.authority.rstrip('/')}/{self.options.tenant}/oauth2/v2.0/token"
        secret = self.secret("secret_env")
        scope = f"{self.url}/.default"
        return await client_credentials(
            self, url, {"client_id": self.options.client_id, "client_secret": secret, "scope": scope}
        )

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail, phone and social profile; by name where nothing was found."""
        found: dict[str, ContactMatch] = {}
        for matches in await asyncio.gather(*(self._by(identity) for identity in identities)):
            for match in matches:
                known = found.get(match.contact.id)
                found[match.contact.id] = match if known is None or known.confidence < match.confidence else known
        if not found and (asked := words(name)):
            same = [
                contact
                for plural, field in NAMES.items()
                for contact in await self._people(plural, equals([field], asked))
                if contact.name.casefold() == asked.casefold()
            ]
            for contact in same:
                found[contact.id] = ContactMatch(contact, 0.6 if len(same) == 1 else 0.4, f"the name “{asked}”")
        return sorted(found.values(), key=lambda match: -match.confidence)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact or account with orders, cases and social profiles."""
        there = _ID.fullmatch(contact_id)
        if there is None:
            return None
        plural, id_ = there[1], there[2]
        answer = await self._ask("GET", f"{contact_id}{query(select=SELECTED[plural])}")
        if granted(answer, self.name, 404).status == 404:
            return None
        of = f"_customerid_value eq {id_}"
        newest = {"filter": of, "orderby": "createdon desc", "top": "10", "count": "true"}
        currency = "transactioncurrencyid($select=isocurrencycode)"
        orders, cases, profiles = await asyncio.gather(
            self._table("salesorders", select="name,ordernumber,totalamount,createdon", expand=currency, **newest),
            self._table("incidents", select="title,ticketnumber,statuscode,createdon", **newest),
            self._table("socialprofiles", select="uniqueprofileid,profilename,profilelink", filter=of, top="20"),
        )
        handles = tuple(filter(None, map(handle_of, rows(profiles) if profiles else ())))
        return ContactHistory(
            contact=contact_of(plural, read(answer), self.url, handles),
            purchases=tuple(map(purchase_of, rows(orders))) if orders else (),
            purchases_total=total(orders) if orders else None,
            tickets=tuple(map(ticket_of, rows(cases))) if cases else (),
            tickets_total=total(cases) if cases else None,
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Active contacts and accounts. Dataverse knows no offsets: where a page begins is what its last one said."""
        kind, after = listing.place(_KINDS, cursor)
        options = {"select": SELECTED[kind], "filter": "statecode eq 0", "orderby": f"{kind.removesuffix('s')}id"}
        options |= {"skiptoken": after} if after else {}
        prefer = _HEADERS["Prefer"].rpartition("=")[0] + f"={_AT_ONCE}"
        answer = granted(await self._ask("GET", f"{kind}{query(**options)}", headers={"Prefer": prefer}), self.name)
        people = [contact_of(kind, row, self.url) for row in rows(answer)]
        return listing.page(_KINDS, kind, people, skip_token(onward(answer)))

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A note on the contact, and a case where one is asked for."""
        there = _ID.fullmatch(contact_id)
        if there is None:
            raise PermanentError(f"{self.name} has no contact {contact_id}.")
        kind, note, case = there[1].removesuffix("s"), own_id("note", activity.key), own_id("case", activity.key)
        subject = titled(activity, _SUBJECT)
        of = {f"objectid_{kind}@odata.bind": f"/{contact_id}"}
        text = as_html(told(activity, _NOTE))
        await self._create(f"annotations({note})", {**of, "subject": subject, "notetext": text, "isdocument": False})
        if activity.case:
            body = {
                f"customerid_{kind}@odata.bind": f"/{contact_id}",
                "title": fit(subject, _TITLE),
                "description": told(activity, _DESCRIPTION),
                "prioritycode": 1 if activity.urgent else 2,
                "caseorigincode": _ORIGINS.get(activity.network, _WEB),
            }
            await self._create(f"incidents({case})", body)
        return Written(note, case_id=case if activity.case else None, url=page_of(self.url, kind, there[2]))

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """A social profile of the contact."""
        there = _ID.fullmatch(contact_id)
        unique = unique_of(identity)
        if there is None or unique is None or identity.network in {"email", "phone"}:
            return False
        body = {
            f"customerid_{there[1].removesuffix('s')}@odata.bind": f"/{contact_id}",
            "community": _COMMUNITIES.get(identity.network, 0),
            "uniqueprofileid": unique,
            "profilename": fit(identity.handle, PROFILE),
            "profilefullname": fit(identity.display_name or identity.handle, PROFILE),
        }
        if identity.profile_url and len(identity.profile_url) <= PROFILE:
            body["profilelink"] = identity.profile_url
        await self._create(f"socialprofiles({own_id('profile', f'{unique} of {contact_id}')})", body)
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our notes, and blanks our cases: people may have worked on these."""
        left = []
        for owed in entries:
            note = await self._ask("DELETE", f"annotations({own_id('note', owed.key)})")
            blank = {"title": "Erased", "description": None}
            case = await self._ask(
                "PATCH",
                f"incidents({own_id('case', owed.key)})",
                json=blank,
                headers={"If-Match": "*"},
                repeatable=True,
            )
            if any(answer.status >= 300 and answer.status != 404 for answer in (note, case)):
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Which user we are, and that contacts can be read."""
        who = read(granted(await self._ask("GET", "WhoAmI"), self.name))
        user = await self._ask("GET", f"systemusers({text_of(who, 'UserId')}){query(select='fullname')}")
        granted(await self._ask("GET", f"contacts{query(select='contactid', top='1')}"), self.name)
        called = text_of(read(user), "fullname") if user.status == 200 else text_of(who, "UserId")
        return f"Dynamics 365 at {self.url.partition('://')[2]}, as {called}: contacts can be read."

    async def _by(self, identity: Identity) -> list[ContactMatch]:
        if identity.network == "email":
            asked = address(identity.handle)
            if asked is None:
                return []
            people = await self._both({plural: equals(EMAILS, asked) for plural in NAMES})
            same = [one for one in people if asked.casefold() in map(str.casefold, one.emails)]
            return [ContactMatch(one, 1.0, f"the e-mail address {asked}") for one in same]
        if identity.network == "phone":
            number = digits(identity.handle)
            if not number:
                return []
            forms = sorted({number, identity.handle.strip()})
            people = await self._both({plural: equals(fields, *forms) for plural, fields in PHONES.items()})
            return [ContactMatch(one, 0.95, f"the phone number {number}") for one in people]
        unique = unique_of(identity)
        if unique is None:
            return []
        linked = await self._table(
            "socialprofiles", select="_customerid_value", filter=equals(["uniqueprofileid"], unique), top="5"
        )
        ids = [text_of(row, "_customerid_value") for row in (rows(linked) if linked else ())]
        people = await self._both(
            {plural: " or ".join(f"{plural[:-1]}id eq {id_}" for id_ in ids if id_) for plural in NAMES}
        )
        return [ContactMatch(one, 1.0, f"the social profile {identity.handle}") for one in people]

    async def _both(self, filters: dict[str, str]) -> list[Contact]:
        asked = [self._people(plural, filter_) for plural, filter_ in filters.items() if filter_]
        return [contact for people in await asyncio.gather(*asked) for contact in people]

    async def _people(self, plural: str, filter_: str) -> list[Contact]:
        """The active contacts or accounts for which that holds."""
        select = SELECTED[plural]
        onwards: str | None = f"{plural}{query(select=select, filter=f'statecode eq 0 and ({filter_})')}"
        people: list[Contact] = []
        for _ in range(_PAGES):
            if onwards is None:
                break
            answer = granted(await self._ask("GET", onwards), self.name)
            people += [contact_of(plural, row, self.url) for row in rows(answer)]
            onwards = onward(answer)
        return people

    async def _table(self, table: str, **options: str) -> Answer | None:
        """Rows of a table, or None where the environment has no such table: not everybody has Sales and Service."""
        answer = granted(await self._ask("GET", f"{table}{query(**options)}"), self.name, 404)
        return answer if answer.status == 200 else None

    async def _create(self, path: str, body: Mapping[str, object]) -> None:
        """Create with an identifier of our own, unless it is there (412). So it may be sent as often as it takes."""
        answer = await self._ask("PATCH", path, json=body, headers={"If-None-Match": "*"}, repeatable=True)
        granted(answer, self.name, 412)

    async def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: object) -> Answer:
        url = path if "://" in path else f"{API}/{path}"
        return await self.ask(method, url, headers={**_HEADERS, **(headers or {})}, expected=REFUSALS, **request)
