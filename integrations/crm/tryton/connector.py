"""Tryton, asked by JSON-RPC as its own clients do. https://docs.tryton.org/latest/server/topics/rpc.html"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError
from integrations import listing
from integrations.crm.tryton.records import KINDS, called, clause, is_of, like, message, name_of, purchase, ticket
from integrations.crm.tryton.session import NotInstalledError, TrytonSession
from integrations.entries import fit, marker
from integrations.record import CrmAbilities

_SHOWN = 10
"""So many purchases and complaints are read; of more, the number."""

_PARTIES_AT_ONCE = 1000
_PAGE = 200
_KEYS_AT_ONCE = 50
_MERGES = 5
"""So often a party may have been replaced by another."""

_SOLD = ["confirmed", "processing", "done"]
"""States of a sale in which something was bought; before it is an offer."""

_PARTY = (
    "name", "code", "replaced_by", "lang.rec_name", "tax_identifier", "categories.rec_name", "addresses.city",
    "addresses.country.name", "contact_mechanisms.type", "contact_mechanisms.value", "contact_mechanisms.name",
)  # fmt: skip
_SALE = ("number", "reference", "description", "sale_date", "total_amount", "currency.code", "lines.product.rec_name")
_COMPLAINT = ("number", "date", "type.rec_name", "description", "state")


class Tryton(TrytonSession):
    """`kind = "tryton"`, `url` = the server's address. Notes stand on the party; a marker line in each holds our key."""

    kind = "tryton"
    needs = ("url", "database", "user", "password_env")
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        handles=True,
        forget=True,
        contacts=True,
        why={
            "cases": "A complaint in Tryton must have a type that each company makes for itself, and mostly the sale or "
            "the invoice that it is about: a person chooses these."
        },
    )

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail, phone and linked handle in one question; by name where nothing was found."""
        found: dict[int, tuple[float, str]] = {}
        if asked := [wanted for identity in identities if (wanted := clause(identity))]:
            fields = ["type", "value", "name", "party"]
            for row in await self._rows("party.contact_mechanism", ["OR", *asked], fields, limit=100):
                for identity in identities:
                    if is_of(identity, row) and row["party"] not in found:
                        found[row["party"]] = (1.0, f"{called(identity)} {identity.handle} stands there")
        if not found and (words := " ".join(name.split())):
            rows = await self._rows("party.party", [["name", "ilike", like(words)]], ["id"], limit=_SHOWN)
            for row in rows:
                found[row["id"]] = (0.6 if len(rows) == 1 else 0.4, f"the name “{words}”")
        parties = {row["id"]: row for row in await self._parties(found)} if found else {}
        return [ContactMatch(self._contact(parties[party]), *said) for party, said in found.items() if party in parties]

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The party with its sales, and its complaints where that module is installed."""
        party = await self._party(contact_id)
        if party is None:
            return None
        sold = [["party", "=", party["id"]], ["state", "in", _SOLD]]
        (sales, sales_total), (complaints, complaints_total) = await asyncio.gather(
            self._newest("sale.sale", sold, "sale_date", _SALE),
            self._newest("sale.complaint", [["customer", "=", party["id"]]], "date", _COMPLAINT),
        )
        return ContactHistory(
            contact=self._contact(party),
            purchases=tuple(map(purchase, sales)),
            purchases_total=sales_total,
            tickets=tuple(map(ticket, complaints)),
            tickets_total=complaints_total,
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Parties in use, by their number."""
        kind, after = listing.place(["parties"], cursor)
        domain, order = [["id", ">", listing.number(after)]], [["id", "ASC"]]
        rows = await self._rows("party.party", domain, list(_PARTY), order, _PAGE)
        last = str(rows[-1]["id"]) if rows else None
        return listing.page([kind], kind, map(self._contact, rows), last)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """A note on the party, unless one with our key is there. Merging leaves notes where they were."""
        parties = await self._merged(contact_id)
        if not parties:
            raise PermanentError(f"{self.name} has no party {contact_id} any more.")
        url = self._page(parties[-1]["id"])
        resources = [f"party.party,{party['id']}" for party in parties]
        for there in await self._notes(resources, [activity.key]):
            return Written(str(there), url=url)
        note = {"resource": resources[-1], "message": message(activity)}
        (made,) = await self.call("model.ir.note.create", [note], writes=True)
        return Written(str(made), url=url)

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        """A contact mechanism of the party: e-mail, phone, or “other” with the network as its name."""
        party, wanted = await self._party(contact_id), clause(identity)
        if party is None or not wanted:
            return False
        rows = await self._rows(
            "party.contact_mechanism", [["party", "=", party["id"]], wanted], ["type", "value", "name"], limit=_SHOWN
        )
        if any(is_of(identity, row) for row in rows):
            return True
        kind = identity.network if identity.network in KINDS else "other"
        values = {"party": party["id"], "type": kind, "value": fit(identity.handle.strip())}
        if kind == "other":
            values["name"] = identity.network
        await self.call("model.party.contact_mechanism.create", [values], writes=True)
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our notes: on the parties that the customer is known to be, or else on whichever they stand by now.

        Tryton lets only administrators search the notes of all; anybody else names the parties. So for a note that is
        not where it should be, they are all gone through, a thousand in a question.
        """
        left, last = {entry.key for entry in entries}, 0
        known = {contact for entry in entries for contact in entry.contacts}
        parties = [party["id"] for contact in sorted(known) for party in await self._merged(contact)]
        left -= await self._erase(parties, left)
        while left:
            more = [["id", ">", last]]
            page = await self._rows("party.party", more, ["id"], [["id", "ASC"]], _PARTIES_AT_ONCE, gone=True)
            if not page:
                break
            last = page[-1]["id"]
            left -= await self._erase([row["id"] for row in page], left)
        return []

    async def _erase(self, parties: Sequence[int], keys: Collection[str]) -> set[str]:
        """Our notes with these keys on these parties; gives the keys that were found."""
        found = await self._notes([f"party.party,{party}" for party in parties], sorted(keys)) if parties else {}
        if found:
            await self.call("model.ir.note.delete", list(found), writes=True)
        return set(found.values())

    async def health(self) -> str:
        """Who we are there, and that we may read parties and sales and write notes."""
        rights = await self._rights("party.party", "ir.note")
        if not (rights["party.party"]["read"] and rights["party.party"]["write"] and rights["ir.note"]["create"]):
            raise PermanentError(f"{self.name}: {self.options.user} may not read parties and write on them.")
        try:
            sales = (await self._rights("sale.sale"))["sale.sale"]["read"]
        except NotInstalledError:
            sales = False
        company = self.context.get("company.rec_name")
        who = f"{self.options.user} in the database {self.options.database}" + (f" of {company}" if company else "")
        return f"{who}; reads parties{' and sales' if sales else ', but no sales'}, writes notes"

    # Reading.

    async def _party(self, contact_id: str) -> Mapping[str, Any] | None:
        """The party, or the one that it was merged into."""
        merged = await self._merged(contact_id)
        return merged[-1] if merged else None

    async def _merged(self, contact_id: str) -> list[Mapping[str, Any]]:
        """The party and those that it was merged into, one after the other; the last is in use."""
        found: list[Mapping[str, Any]] = []
        wanted = int(contact_id) if re.fullmatch(r"[0-9]{1,18}", contact_id) else None
        while wanted and len(found) < _MERGES:
            rows = await self._parties([wanted])
            found += rows
            wanted = rows[0]["replaced_by"] if rows else None
        return found

    async def _parties(self, ids: Iterable[int]) -> list[Mapping[str, Any]]:
        return await self._rows("party.party", [["id", "in", list(ids)]], list(_PARTY), limit=100, gone=True)

    async def _newest(
        self, model: str, domain: list[Any], by: str, fields: Sequence[str]
    ) -> tuple[list[Mapping[str, Any]], int | None]:
        """The newest of a model and how many there are; nothing where its module is not installed."""
        try:
            rows = await self._rows(model, domain, list(fields), [[by, "DESC"], ["id", "DESC"]], _SHOWN)
            count = len(rows) if len(rows) < _SHOWN else await self.call(f"model.{model}.search_count", domain)
        except NotInstalledError:
            return [], None
        return rows, int(count)

    async def _notes(self, resources: list[str], keys: Sequence[str]) -> dict[int, str]:
        """Our notes on these records with any of these keys: the key by the note's id."""
        found: dict[int, str] = {}
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            wanted = {marker(key): key for key in keys[start : start + _KEYS_AT_ONCE]}
            marked = ["OR", *([["message", "ilike", f"%{like(line)}%"]] for line in wanted)]
            for row in await self._rows("ir.note", [["resource", "in", resources], marked], ["message"]):
                # The last line is ours; what stands above it may be a customer's words.
                said = str(row["message"] or "").rstrip().splitlines()
                if said and (key := wanted.get(said[-1])) is not None:
                    found[row["id"]] = key
        return found

    async def _rows(
        self,
        model: str,
        domain: list[Any],
        fields: list[str],
        order: list[Any] | None = None,
        limit: int | None = None,
        *,
        gone: bool = False,
    ) -> list[Mapping[str, Any]]:
        """Records of a model; `gone`: also those that are no longer in use."""
        more = {"active_test": False} if gone else {}
        return list(await self.call(f"model.{model}.search_read", domain, 0, limit, order, fields, context=more))

    async def _rights(self, *models: str) -> Mapping[str, Mapping[str, Any]]:
        rights: Mapping[str, Mapping[str, Any]] = await self.call("model.ir.model.access.get_access", list(models))
        return rights

    def _contact(self, party: Mapping[str, Any]) -> Contact:
        ways = [(each["type"], str(each["value"]), each["name"]) for each in party["contact_mechanisms."]]
        address = next(iter(party["addresses."]), None) or {}
        attributes = {
            "code": party["code"],
            "language": name_of(party["lang."]),
            "city": address.get("city"),
            "country": (address.get("country.") or {}).get("name"),
            "categories": ", ".join(name_of(each) for each in party["categories."]),
        }
        return Contact(
            id=str(party["id"]),
            name=party["name"] or "",
            # A party does not say what it is; only companies have a tax number as a rule.
            kind="company" if party["tax_identifier"] else None,
            url=self._page(party["id"]),
            emails=tuple(value for kind, value, _ in ways if kind == "email"),
            phones=tuple(value for kind, value, _ in ways if kind in KINDS["phone"]),
            handles=tuple(Identity(name.lower(), value) for kind, value, name in ways if kind == "other" and name),
            attributes={name: str(value) for name, value in attributes.items() if value},
        )

    def _page(self, party: int) -> str:
        """The party in the web client, which is served from the same address."""
        return f"{self.url}/#{quote(self.options.database, safe='')}/model/party.party/{party}"
