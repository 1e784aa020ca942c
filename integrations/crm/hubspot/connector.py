"""HubSpot by its CRM API, with the token of a private app. https://developers.hubspot.com/docs/guides/api/crm/understanding-the-crm"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import GoneError, PermanentError
from integrations import listing
from integrations.crm.hubspot.records import (
    COMPANY,
    PERSON,
    PURCHASE,
    TEXT,
    TICKET,
    Kind,
    case,
    contact,
    filters,
    named,
    note,
    purchase,
    sure,
    ticket,
    whose,
)
from integrations.crm.hubspot.session import CLOSED, HubSpotSession
from integrations.entries import fit, short_name
from integrations.http import Http
from integrations.record import CrmAbilities, CrmSettings

_SHOWN = 10
"""So many purchases and tickets are read; of more, the number."""

_NOTES = 1000
"""So many of a contact's newest notes are looked through for ours; ours is there since a few days at most."""

_AT_ONCE, _LISTED = 100, 500
"""Records in one request, and numbers of records."""

_KINDS: tuple[Kind, ...] = ("contacts", "companies")
_REMEMBERED = 200
_ABSENT = frozenset({404})
_SCOPES = ("crm.objects.contacts.read", "crm.objects.contacts.write")


class HubSpot(HubSpotSession):
    """`kind = "hubspot"`. An entry is a note; a case is a ticket.

    HubSpot's search does not see for some seconds what was just written. So ours is looked for among the notes of the contact,
    by way of the associations, which do; and no custom property is needed for it.
    """

    kind = "hubspot"
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        cases=True,
        handles=True,
        forget=True,
        contacts=True,
        # For every private app of a free or starter account; others have 190.
        budget=(100, timedelta(seconds=10)),
    )

    def __init__(self, settings: CrmSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._just_written: dict[tuple[str, str], str] = {}

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail, phone and linked handle; by name, persons and companies, where nothing was found."""
        found: dict[str, ContactMatch] = {}
        for identity in sorted(identities, key=lambda each: each.network != "email"):
            if asked := filters(identity, self.options.handles):
                groups = [{"filters": [each]} for each in asked]
                for person in await self._people("contacts", {"filterGroups": groups}):
                    if (known := sure(identity, person)) is not None:
                        found.setdefault(person.id, ContactMatch(person, *known))
        words = " ".join(fit(name).split())[:200]
        if not found and len(words) > 1:
            both = [await self._people(kind, {"query": words}) for kind in _KINDS]
            alike = named(words, [each for people in both for each in people])
            for each in alike:
                found[each.id] = ContactMatch(each, 0.6 if len(alike) == 1 else 0.4, f"the name “{words}”")
        return sorted(found.values(), key=lambda match: -match.confidence)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact or company with its purchases and tickets."""
        if (known := whose(contact_id)) is None:
            return None
        kind, number = known
        asked = {"properties": ",".join(self._properties(kind))}
        record = await self.call("GET", f"/crm/v3/objects/{kind}/{number}", params=asked, fine=_ABSENT)
        if record is None:
            return None
        bought, (tickets, tickets_total), stages, account = await asyncio.gather(
            self._purchases(kind, number),
            self._newest("tickets", TICKET, kind, number),
            self.stages(),
            self.details(),
        )
        currency = account.get("companyCurrency")
        return ContactHistory(
            contact=contact(kind, record, self.options.handles, self.page(account)),
            purchases=tuple(purchase(self.options.purchases, each, currency) for each in bought[0]),
            purchases_total=bought[1],
            tickets=tuple(ticket(each, stages) for each in tickets),
            tickets_total=tickets_total,
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Contacts and companies; by the list and not by the search, which ends after 10,000."""
        said, after = listing.place(_KINDS, cursor)
        kind = next(each for each in _KINDS if each == said)
        asked = {"limit": str(_AT_ONCE), "properties": ",".join(self._properties(kind)), "archived": "false"}
        asked |= {"after": after} if after else {}
        # An app that may not read companies has contacts all the same.
        fine = CLOSED if kind == "companies" else frozenset()
        found = await self.call("GET", f"/crm/v3/objects/{kind}", params=asked, fine=fine) or {"results": ()}
        page = self.page(await self.details())
        people = [contact(kind, record, self.options.handles, page) for record in found["results"]]
        more = ((found.get("paging") or {}).get("next") or {}).get("after")
        return listing.page(_KINDS, kind, people, str(more) if more else None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A note, and a ticket where a case is asked for, each unless ours is there."""
        if (known := whose(contact_id)) is None:
            raise PermanentError(f"{self.name}: {contact_id} is no contact or company.")
        opened = None
        if activity.case:
            asked = case(activity, *known, self.options.pipeline, self.options.stage)
            opened = await self._once("tickets", activity.key, *known, asked)
        entry = await self._once("notes", activity.key, *known, note(activity, *known))
        kind, number = known
        page = self.page(await self.details())
        return Written(entry, opened, f"{page}/{'0-1' if kind == 'contacts' else '0-2'}/{number}" if page else None)

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """In the property that the configuration names for the network."""
        known, name = whose(contact_id), self.options.handles.get(identity.network)
        if known is None or known[0] != "contacts" or not name:
            return False
        changed = {"properties": {name: fit(identity.handle)}}
        await self.call("PATCH", f"/crm/v3/objects/contacts/{known[1]}", body=changed)
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our notes. A ticket stays, for others' work hangs on it; what we wrote in it goes."""
        left = []
        for owed in entries:
            try:
                for number in await self._everywhere("notes", owed.key) | {owed.entry_id or ""} - {""}:
                    await self.call("DELETE", f"/crm/v3/objects/notes/{number}", fine=_ABSENT)
                erased = {"properties": {"subject": "Erased", "content": ""}}
                for number in await self._everywhere("tickets", owed.key):
                    await self.call("PATCH", f"/crm/v3/objects/tickets/{number}", body=erased, fine=_ABSENT)
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Which account and app, and that it has the permissions."""
        asked = {"tokenKey": (await self.token()).value}
        about = await self.call("POST", "/oauth/v2/private-apps/get/access-token-info", body=asked)
        scopes = set(about.get("scopes") or ())
        if missing := [scope for scope in _SCOPES if scope not in scopes]:
            raise PermanentError(f"{self.name}: the private app lacks the scope {' and '.join(missing)}.")
        tickets = "and tickets" if "tickets" in scopes else "but no tickets: it lacks the scope tickets"
        return f"the private app {about.get('appId')} in the account {about.get('hubId')}; writes notes {tickets}"

    # Reading.

    def _properties(self, kind: Kind) -> list[str]:
        return [*PERSON, *self.options.handles.values()] if kind == "contacts" else list(COMPANY)

    async def _people(self, kind: Kind, asked: Mapping[str, Any]) -> list[Contact]:
        records, _ = await self._search(kind, {**asked, "properties": self._properties(kind), "limit": _SHOWN})
        page = self.page(await self.details()) if records else ""
        return [contact(kind, record, self.options.handles, page) for record in records]

    async def _purchases(self, kind: Kind, number: str) -> tuple[list[Mapping[str, Any]], int | None]:
        bought = self.options.purchases
        won = {"propertyName": "hs_is_closed_won", "operator": "EQ", "value": "true"}
        return await self._newest(bought, PURCHASE[bought], kind, number, *([won] if bought == "deals" else []))

    async def _newest(
        self, entry: str, properties: Sequence[str], kind: Kind, number: str, *more: Mapping[str, str]
    ) -> tuple[list[Mapping[str, Any]], int | None]:
        """The newest of a contact's, and how many there are; nothing where the app may not read them."""
        joined = f"associations.{'contact' if kind == 'contacts' else 'company'}"
        asked = {
            "filterGroups": [{"filters": [{"propertyName": joined, "operator": "EQ", "value": number}, *more]}],
            "properties": list(properties),
            "sorts": [
                {"propertyName": "createdate" if entry == "tickets" else properties[1], "direction": "DESCENDING"}
            ],
            "limit": _SHOWN,
        }
        return await self._search(entry, asked, fine=CLOSED)

    async def _search(
        self, kind: str, asked: Mapping[str, Any], fine: frozenset[int] = frozenset()
    ) -> tuple[list[Mapping[str, Any]], int | None]:
        said = await self.call("POST", f"/crm/v3/objects/{kind}/search", body=asked, fine=fine)
        return ([], None) if said is None else (list(said["results"]), int(said["total"]))

    # Writing.

    async def _once(self, entry: str, key: str, kind: Kind, number: str, made: Mapping[str, Any]) -> str:
        if (there := await self._ours(entry, key, kind, number)) is not None:
            return there
        said = await self.call("POST", f"/crm/v3/objects/{entry}", body=made, writes=True)
        self._just_written[entry, key] = fresh = str(said["id"])
        for old in list(self._just_written)[:-_REMEMBERED]:
            del self._just_written[old]
        return fresh

    async def _ours(self, entry: str, key: str, kind: Kind, number: str) -> str | None:
        """The contact's note or ticket with this key."""
        name, newest = short_name(key), sorted(await self._joined(entry, kind, number), reverse=True)[:_NOTES]
        for start in range(0, len(newest), _AT_ONCE):
            for there, text in await self._texts(entry, newest[start : start + _AT_ONCE]):
                if name in text:
                    return there
        return None

    async def _joined(self, entry: str, kind: Kind, number: str) -> set[int]:
        """The numbers of all notes or tickets of a contact."""
        numbers, after = set[int](), ""
        path = f"/crm/v4/objects/{kind}/{number}/associations/{entry}"
        while True:
            params = {"limit": str(_LISTED), **({"after": after} if after else {})}
            said = await self.call("GET", path, params=params, fine=_ABSENT)
            if said is None:
                raise GoneError(f"{self.name} has no {kind} {number} any more.")
            numbers |= {int(each["toObjectId"]) for each in said["results"]}
            after = ((said.get("paging") or {}).get("next") or {}).get("after") or ""
            if not after:
                return numbers

    async def _texts(self, entry: str, numbers: Iterable[int]) -> list[tuple[str, str]]:
        """Also where some are gone meanwhile (207)."""
        asked = {"properties": [TEXT[entry]], "inputs": [{"id": str(each)} for each in numbers]}
        said = await self.call("POST", f"/crm/v3/objects/{entry}/batch/read", body=asked)
        return [(str(each["id"]), each["properties"].get(TEXT[entry]) or "") for each in said["results"]]

    async def _everywhere(self, entry: str, key: str) -> set[str]:
        """Ours on any contact: those that the search sees, and the one just written."""
        name = short_name(key)
        wanted = {"propertyName": TEXT[entry], "operator": "CONTAINS_TOKEN", "value": name}
        asked = {"filterGroups": [{"filters": [wanted]}], "properties": [TEXT[entry]], "limit": _SHOWN}
        records, _ = await self._search(entry, asked, fine=CLOSED if entry == "tickets" else frozenset())
        found = {str(each["id"]) for each in records if name in (each["properties"].get(TEXT[entry]) or "")}
        return found | {number for number in (self._just_written.get((entry, key)),) if number}
