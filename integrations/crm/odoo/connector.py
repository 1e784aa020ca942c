"""Odoo, asked by JSON-RPC. https://www.odoo.com/documentation/18.0/developer/reference/external_api.html"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import GoneError, PermanentError, RetriableError
from integrations import listing
from integrations.crm.odoo.records import (
    PARTNER,
    Domain,
    Row,
    any_of,
    clauses,
    contact,
    fault,
    is_of,
    like,
    like_marker,
    purchase,
    ticket,
)
from integrations.entries import as_html, fit, is_ours, told
from integrations.http import Answer
from integrations.json_text import read_json
from integrations.record import CrmAbilities, CrmConnector, CrmOptions, Token
from integrations.text import plain

_SHOWN = 10
_PAGE = 500
_BOUGHT = ["sale", "done"]
"""States of an order in which something was bought; before it is a quotation."""

_NO_CONTACTS = ["invoice", "delivery", "other", "private"]
"""Types of partners that are but an address of another."""

_ORDER = ["name", "client_order_ref", "date_order", "amount_total", "currency_id"]
_TICKET = ["name", "stage_id", "create_date"]


class OdooOptions(CrmOptions):
    """A database and a user of it."""

    database: str
    """Name of the database."""
    user: str
    """Login of the user whose key it is."""
    api_key_env: str
    """The variable that holds the user's API key."""
    helpdesk_team: int | None = None
    """Number of the Helpdesk team for cases; without one, Odoo's own default."""


class Odoo(CrmConnector):
    """`kind = "odoo"`, `url` = the server's address. A marker line in each note and ticket holds our key."""

    kind = "odoo"
    needs = ("url", "database", "user", "api_key_env")
    abilities = CrmAbilities(
        purchases=True,
        tickets=True,
        cases=True,
        forget=True,
        contacts=True,
        why={"handles": "A contact of Odoo has no field for a handle."},
    )
    Options = OdooOptions
    options: OdooOptions
    _fields: frozenset[str] = frozenset()
    _models: frozenset[str] = frozenset()
    _version: int = 0

    # What a `Crm` does.

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        """By e-mail and phone in one question; by name where nothing was found."""
        await self._describe()
        found: list[ContactMatch] = []
        asked = [clause for identity in identities for clause in clauses(identity, self._fields)]
        for row in await self._partners(any_of(asked)) if asked else ():
            for identity in identities:
                if is_of(identity, row):
                    what = "the e-mail" if identity.network == "email" else "the phone"
                    found.append(ContactMatch(self._contact(row), 1.0, f"{what} {identity.handle} stands there"))
                    break
        words = " ".join(name.split())
        if found or not words:
            return found
        rows = await self._partners([["name", "=ilike", like(words)]])
        sure = 0.6 if len(rows) == 1 else 0.4
        return [ContactMatch(self._contact(row), sure, f"the name “{words}”") for row in rows]

    async def history(self, contact_id: str) -> ContactHistory | None:
        """The partner with orders and, where Helpdesk is installed, tickets: its own and those of its contacts."""
        await self._describe()
        partner = _number(contact_id)
        rows = await self._partners([["id", "=", partner]], archived=True)
        if not rows:
            return None
        of = ["partner_id", "child_of", [partner]]
        orders, orders_total = await self._newest("sale.order", [of, ["state", "in", _BOUGHT]], "date_order", _ORDER)
        lines: list[Row] = []
        if orders:
            sold = [["order_id", "in", [order["id"] for order in orders]], ["display_type", "=", False]]
            lines = await self._rows("sale.order.line", sold, ["order_id", "product_id", "name"])
        tickets, tickets_total = await self._newest("helpdesk.ticket", [of], "create_date", _TICKET)
        return ContactHistory(
            contact=self._contact(rows[0]),
            purchases=tuple(purchase(order, lines) for order in orders),
            purchases_total=orders_total,
            tickets=tuple(map(ticket, tickets)),
            tickets_total=tickets_total,
        )

    async def contact_page(self, cursor: str = "") -> ContactPage:
        """Partners by their number, without those that are addresses of others."""
        kind, after = listing.place(["partners"], cursor)
        await self._describe()
        domain = [["id", ">", listing.number(after)], ["type", "not in", _NO_CONTACTS]]
        fields = [field for field in PARTNER if field in self._fields]
        rows = await self._rows("res.partner", domain, fields, order="id", limit=_PAGE)
        last = str(rows[-1]["id"]) if rows else None
        return listing.page([kind], kind, map(self._contact, rows), last)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        """An internal note on the partner, and a ticket where one is asked for and Helpdesk is installed."""
        await self._describe()
        partner, html = _number(contact_id), as_html(told(activity))
        note = next(iter(await self._notes(activity.key, [["res_id", "=", partner]])), None)
        if note is None:
            values: dict[str, Any] = {"body": html, "subject": fit(activity.subject, 250), "message_type": "comment"}
            # Since version 17 a text that comes from outside is escaped unless it is said to be HTML.
            values |= {"subtype_xmlid": "mail.mt_note"} | ({"body_is_html": True} if self._version >= 17 else {})
            made = await self._call("res.partner", "message_post", [[partner]], values, writes=True)
            note = made[0] if isinstance(made, list) else made
        case = await self._case(partner, activity, html) if activity.case else None
        return Written(str(note), case_id=case, url=self._page(partner))

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        """Deletes our notes and tickets; what the user may not delete is left."""
        await self._describe()
        left = []
        for owed in entries:
            try:
                for model, found in (
                    ("mail.message", await self._notes(owed.key, [])),
                    ("helpdesk.ticket", await self._tickets(owed.key, [])),
                ):
                    if found:
                        await self._call(model, "unlink", [found], {}, writes=True)
            except PermanentError:
                left.append(owed.key)
        return left

    async def health(self) -> str:
        """Who we are there, and that we may read partners."""
        uid = int((await self.token()).value)
        await self._describe()
        me = (await self._rows("res.users", [["id", "=", uid]], ["name", "login", "company_id"]))[0]
        await self._partners([["id", "=", 1]])
        extra = [
            app for app, model in (("Sales", "sale.order"), ("Helpdesk", "helpdesk.ticket")) if model in self._models
        ]
        apps = f" with {' and '.join(extra)}" if extra else ", neither Sales nor Helpdesk"
        return f"{me['name']} ({me['login']}) in {self.options.database}; reads contacts, writes notes; Odoo {self._version}{apps}"

    async def sign_in(self) -> Token:
        """The number of the user; the API key travels with every request."""
        key = self.secret("api_key_env")
        uid = await self._rpc("common", "authenticate", [self.options.database, self.options.user, key, {}])
        if not uid:
            raise PermanentError(f"{self.name} does not know {self.options.user} with that API key.")
        return Token(str(uid))

    # Asking.

    async def _rpc(self, service: str, method: str, args: list[Any], *, writes: bool = False) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "id": 1}
        body |= {"params": {"service": service, "method": method, "args": args}}
        answer = await self.send("POST", f"{self.url}/jsonrpc", json=body, repeatable=not writes)
        said = _read(answer, self.name)
        if error := said.get("error"):
            raise fault(self.name, error)
        return said.get("result")

    async def _call(
        self, model: str, method: str, args: list[Any], options: dict[str, Any], *, writes: bool = False
    ) -> Any:
        uid, key = int((await self.token()).value), self.secret("api_key_env")
        return await self._rpc(
            "object", "execute_kw", [self.options.database, uid, key, model, method, args, options], writes=writes
        )

    async def _describe(self) -> None:
        """What this Odoo is: its version, the fields of its partners, and which of the apps it has; asked once."""
        if self._fields:
            return
        version = await self._rpc("common", "version", [])
        series = str(version.get("server_version_info", [0])[0])
        fields = await self._call("res.partner", "fields_get", [list(PARTNER)], {"attributes": ["type"]})
        wanted = [["model", "in", ["sale.order", "helpdesk.ticket"]]]
        models = await self._rows("ir.model", wanted, ["model"])
        # Odoo's own cloud also has versions between: “saas~17”, 2.
        self._version = int(series.removeprefix("saas~"))
        self._models = frozenset(str(row["model"]) for row in models)
        self._fields = frozenset(fields)

    async def _partners(self, domain: Domain, *, archived: bool = False) -> list[Row]:
        fields = [field for field in PARTNER if field in self._fields]
        more = {"context": {"active_test": False}} if archived else {}
        return await self._rows("res.partner", domain, fields, limit=_SHOWN, **more)

    async def _rows(self, model: str, domain: Domain, fields: list[str], **options: Any) -> list[Row]:
        return list(await self._call(model, "search_read", [domain], {"fields": fields, **options}))

    async def _newest(self, model: str, domain: Domain, by: str, fields: list[str]) -> tuple[list[Row], int | None]:
        """The newest of a model and how many there are; nothing where its app is not installed."""
        if model not in self._models:
            return [], None
        # One after the other: Odoo's cloud wants no two at once.
        rows = await self._rows(model, domain, fields, order=f"{by} desc, id desc", limit=_SHOWN)
        count = len(rows) if len(rows) < _SHOWN else await self._call(model, "search_count", [domain], {})
        return rows, int(count)

    async def _notes(self, key: str, within: Domain) -> list[int]:
        """Our notes with this key."""
        domain = [["model", "=", "res.partner"], *within, ["body", "ilike", like_marker(key)]]
        rows = await self._rows("mail.message", domain, ["body"])
        return [row["id"] for row in rows if is_ours(plain(str(row["body"] or "")), key)]

    async def _tickets(self, key: str, within: Domain) -> list[int]:
        if "helpdesk.ticket" not in self._models:
            return []
        domain = [*within, ["description", "ilike", like_marker(key)]]
        rows = await self._rows("helpdesk.ticket", domain, ["description"])
        return [row["id"] for row in rows if is_ours(plain(str(row["description"] or "")), key)]

    async def _case(self, partner: int, activity: Activity, html: str) -> str | None:
        if "helpdesk.ticket" not in self._models:
            return None
        for found in await self._tickets(activity.key, [["partner_id", "=", partner]]):
            return str(found)
        values: dict[str, Any] = {"name": fit(activity.subject, 250), "description": html, "partner_id": partner}
        values |= {"priority": "3" if activity.urgent else "1"}
        values |= {"team_id": self.options.helpdesk_team} if self.options.helpdesk_team else {}
        made = await self._call("helpdesk.ticket", "create", [values], {}, writes=True)
        return str(made[0] if isinstance(made, list) else made)

    def _contact(self, row: Row) -> Contact:
        return contact(row, self._page(row["id"]))

    def _page(self, partner: int) -> str:
        """The partner in the web client; version 18 has new addresses."""
        old = f"{self.url}/web#id={partner}&model=res.partner&view_type=form"
        return f"{self.url}/odoo/res.partner/{partner}" if self._version >= 18 else old


def _number(contact_id: str) -> int:
    if not contact_id.isascii() or not contact_id.isdigit() or len(contact_id) > 10:
        raise GoneError(f"“{contact_id}” is no number of an Odoo contact.")
    return int(contact_id)


def _read(answer: Answer, name: str) -> dict[str, Any]:
    try:
        return dict(read_json(answer.body))
    except (ValueError, TypeError) as error:
        raise RetriableError(f"{name} answered with something that is not JSON. Is its address right?") from error
