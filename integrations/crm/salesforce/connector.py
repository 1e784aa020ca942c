"""Salesforce by its REST API. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from bot.domain.customer import Identity, Purchase
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError, RetriableError
from integrations import listing
from integrations.crm.salesforce.records import (
    FIELDS,
    Kind,
    case,
    contact,
    every,
    kind_of,
    literal,
    phrase,
    purchases,
    select,
    task,
    ticket,
    written,
)
from integrations.crm.salesforce.session import NoSuchObjectError, SalesforceSession
from integrations.entries import fit
from integrations.likeness import is_email, is_phone, same, same_phone
from integrations.record import CrmAbilities

_SHOWN = 10
"""So many orders and cases are read; of more, the number."""

_PAGE = 2000
"""More records come in no answer."""

_KINDS: tuple[Kind, ...] = ("Contact", "Lead", "Account")

_CASE = ("Id", "CaseNumber", "Subject", "Status", "CreatedDate")

_ABSENT = frozenset({404})
_THERE_OR_NOT = frozenset({300, 404})


class Salesforce(SalesforceSession):
    """`kind = "salesforce"`, `url` = where tokens are given: the org's own domain, or `https://login.salesforce.com`.

    A person is a contact or a lead, a company an account. An entry is a completed task with our key in an external ID
    field; it is looked for first, so that what people there changed in it since is not written over.
    """

    kind = "salesforce"
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        cases=True,
        handles=True,
        forget=True,
        contacts=True,
        # What the smallest org may ask in a day, with all its apps.
        budget=(15_000, timedelta(days=1)),
    )

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail, phone and linked handle; by name where nothing was found."""
        found: dict[str, ContactMatch] = {}
        for identity in sorted(identities, key=lambda each: each.network != "email"):
            for match in await self._matches(identity):
                found.setdefault(match.contact.id, match)
        words = " ".join(name.split())
        if not found and len(words) > 1:
            alike = await self._search("NAME", words)
            for person in alike:
                sure = 0.4 if len(alike) > 1 or not same(words, [person.name]) else 0.6
                found[person.id] = ContactMatch(person, sure, f"the name “{words}”")
        return sorted(found.values(), key=lambda match: -match.confidence)

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The contact, lead or account with its orders and cases."""
        kind = kind_of(contact_id)
        if kind is None:
            return None
        fields = [*self._fields(kind), *(["Account.Name"] if kind == "Contact" else [])]
        records = await self._query(select(fields, kind, f"Id = {literal(contact_id)}"))
        if not records:
            return None
        whose = contact(records[0], self.instance, self.options.handles)
        if kind == "Lead":
            return ContactHistory(whose)
        (bought, bought_total), (cases, cases_total) = await asyncio.gather(
            self._orders(kind, contact_id, records[0].get("AccountId")),
            self._newest("Case", _CASE, f"{kind}Id = {literal(contact_id)}", "CreatedDate"),
        )
        return ContactHistory(whose, bought, bought_total, tuple(map(ticket, cases)), cases_total)

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Contacts, leads that are none yet, and accounts, each by id: a place that holds longer than one of Salesforce's."""
        said, after = listing.place(_KINDS, cursor)
        kind = next(each for each in _KINDS if each == said)
        if after and kind_of(after) != kind:
            raise PermanentError(f"“{after[:80]}” is no place in this list of contacts.")
        where = ["IsConverted = false"] if kind == "Lead" else []
        where += [f"Id > {literal(after)}"] if after else []
        fields = [*self._fields(kind), *(["Account.Name"] if kind == "Contact" else [])]
        try:
            # An answer may hold fewer than were asked for, though there are more.
            records = await self._query(every(fields, kind, " AND ".join(where), _PAGE))
        except NoSuchObjectError:
            # Not every company works with leads.
            records = []
        people = [contact(record, self.instance, self.options.handles) for record in records]
        return listing.page(_KINDS, kind, people, people[-1].id if people else None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A completed task, and a case where one is asked for, each unless one with our key is there."""
        if kind_of(contact_id) is None:
            raise PermanentError(f"{self.name}: {contact_id} is no contact, lead or account.")
        opened = await self._once("Case", activity.key, case(activity, contact_id)) if activity.case else None
        entry = await self._once("Task", activity.key, task(activity, contact_id))
        return Written(entry, case_id=opened, url=f"{self.instance}/{entry}")

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """In the field that the configuration names for the network."""
        field = self.options.handles.get(identity.network)
        if not field or kind_of(contact_id) != "Contact":
            return False
        await self.rest("PATCH", f"/sobjects/Contact/{contact_id}", body={field: fit(identity.handle)})
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our tasks. A case stays, for others' work hangs on it; what we wrote in it goes."""
        left = []
        for owed in entries:
            try:
                for _ in range(_SHOWN):
                    if (entry := await self._written("Task", owed.key)) is None:
                        break
                    await self.rest("DELETE", f"/sobjects/Task/{entry}", fine=_ABSENT)
                if (opened := await self._written("Case", owed.key)) is not None:
                    erased = {"Subject": "Erased", "Description": None}
                    await self.rest("PATCH", f"/sobjects/Case/{opened}", body=erased, fine=_ABSENT)
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Who we are there, that we may write and that our key has its place."""
        for kind in ("Task", "Case"):
            about = await self.rest("GET", f"/sobjects/{kind}/describe")
            place = next((each for each in about["fields"] if each["name"] == self.options.key_field), None)
            if place is None or not place.get("externalId"):
                raise PermanentError(
                    f"{self.name}: {kind} has no external ID field {self.options.key_field} that we see."
                )
            if not (about.get("createable") and place.get("createable")):
                raise PermanentError(f"{self.name}: our user may not write {kind} with {self.options.key_field}.")
        who = self.options.username or "the user of the app"
        used = f"; {self.usage[0]:,} of {self.usage[1]:,} requests of the last 24 hours" if self.usage else ""
        return f"{who} at {self.instance}; writes tasks and cases{used}"

    # Reading.

    async def _matches(self, identity: Identity) -> list[ContactMatch]:
        handle = identity.handle.strip()
        match identity.network:
            case "email" if is_email(handle):
                people = await self._search("EMAIL", handle)
                return [ContactMatch(who, 1.0, f"the e-mail {handle}") for who in people if same(handle, who.emails)]
            case "phone" if is_phone(handle):
                people = await self._search("PHONE", handle)
                found = [who for who in people if same_phone(handle, who.phones)]
                return [ContactMatch(who, 0.9, f"the phone {handle}") for who in found]
            case network if handle and (field := self.options.handles.get(network)):
                asked = select(self._fields("Contact"), "Contact", f"{field} = {literal(handle)}", limit=_SHOWN)
                people = [contact(record, self.instance, self.options.handles) for record in await self._query(asked)]
                return [ContactMatch(who, 1.0, f"linked with {handle} on {network}") for who in people]
        return []

    async def _search(self, where: str, words: str) -> list[Contact]:
        """Contacts, leads that are none yet, and accounts in whose e-mails, phones or names the words stand."""
        body = {
            "q": phrase(words),
            "in": where,
            "sobjects": [{"name": kind, "fields": self._fields(kind), "limit": _SHOWN} for kind in _KINDS],
        }
        said = await self.rest("POST", "/parameterizedSearch", body=body)
        found = [record for record in said.get("searchRecords", ()) if not record.get("IsConverted")]
        return [contact(record, self.instance, self.options.handles) for record in found]

    async def _orders(self, kind: Kind, id_: str, account: str | None) -> tuple[tuple[Purchase, ...], int | None]:
        whose = f"(BillToContactId = {literal(id_)} OR ShipToContactId = {literal(id_)})"
        if kind == "Account" or self.options.orders == "account":
            whose = f"AccountId = {literal(id_ if kind == 'Account' else account or '')}"
        bought = f"{whose} AND StatusCode = 'Activated'"
        try:
            # All standard fields, since the currency is only there in an org with several.
            orders, total = await self._newest("Order", ["FIELDS(STANDARD)"], bought, "EffectiveDate")
        except NoSuchObjectError:
            return (), None
        ids = ", ".join(literal(order["Id"]) for order in orders)
        asked = select(["OrderId", "Product2.Name"], "OrderItem", f"OrderId IN ({ids})")
        items = await self._query(asked) if orders else []
        return purchases(orders, items, self.options.currency), total

    async def _newest(
        self, kind: str, fields: Sequence[str], where: str, by: str
    ) -> tuple[list[Mapping[str, Any]], int]:
        """The newest of a kind, and how many there are."""
        records = await self._query(select(fields, kind, where, by=by, limit=_SHOWN))
        if len(records) < _SHOWN:
            return records, len(records)
        counted = await self.rest("GET", "/query", params={"q": select(["COUNT()"], kind, where)})
        return records, int(counted["totalSize"])

    async def _query(self, soql: str) -> list[Mapping[str, Any]]:
        return list((await self.rest("GET", "/query", params={"q": soql}))["records"])

    def _fields(self, kind: Kind) -> list[str]:
        return [*FIELDS[kind], *(self.options.handles.values() if kind == "Contact" else ())]

    # Writing.

    async def _written(self, kind: str, key: str) -> str | None:
        """The id of our record of that kind with this key."""
        return written(await self.rest("GET", self._by_key(kind, key), params={"fields": "Id"}, fine=_THERE_OR_NOT))

    async def _once(self, kind: str, key: str, fields: Mapping[str, Any]) -> str:
        """Made by external id: sent twice, it is one."""
        if (there := await self._written(kind, key)) is not None:
            return there
        made = written(await self.rest("PATCH", self._by_key(kind, key), body=fields, fine=frozenset({300})))
        if made is None:
            raise RetriableError(f"{self.name} did not say which {kind} it made.")
        return made

    def _by_key(self, kind: str, key: str) -> str:
        return f"/sobjects/{kind}/{self.options.key_field}/{quote(key, safe='')}"
