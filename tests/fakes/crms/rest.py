"""A pretended house-made system that speaks REST: what the documented mapping is tried on.

Nobody's product: customers, orders, notes and cases under `/v1`, found by a filter language of its own that knows quotation
marks, sorted and cut on request; JSON errors with words; tokens by client credentials (RFC 6749, section 4.4).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry

CLIENT, SECRET = "baton", "house-made-secret"
LOOK_UP = {"path": "/v1/notes", "query": {"externalKey": "{key}"}, "entries": "data", "key": "externalKey"}
NOTE = {"customer": "{contact_id:number}", "title": "{subject}", "text": "{text}", "externalKey": "{key}"}
CASES = {**LOOK_UP, "path": "/v1/cases"}
Row = dict[str, Any]


class PretendRest(LoopbackCrm):
    """Implements `PretendCrm`."""

    kind = "rest"

    def __init__(self) -> None:
        super().__init__()
        self.customers: dict[int, Row] = {}
        self.tables: dict[str, dict[int, Row]] = {"orders": {}, "cases": {}, "notes": {}}

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "kind": "rest",
            "url": self.url,
            "auth": "oauth",
            "token_url": f"{self.url}/token",
            "client_id": CLIENT,
            "secret_env": "HOUSE_SECRET",
            "error": "error.message",
            "health": {"path": "/v1/me", "who": "user.name"},
            "find": {
                "path": "/v1/customers",
                "query": {"filter": "email eq '{email:quoted}'", "limit": "10"},
                "contacts": "data",
                "name": "join(' ', [first, last][?@])",
                "emails": "contact.email",
                "phones": "contact.phone",
                "company": "type == 'company'",
                "attributes": {"tier": "loyalty.tier"},
            },
            "find_phone": {"path": "/v1/customers", "query": {"filter": "phone eq '{phone:quoted}'"}},
            "find_name": {"path": "/v1/customers", "query": {"filter": "name eq '{name:quoted}'"}},
            "contact": {"path": "/v1/customers/{contact_id}", "contact": "data"},
            "listing": {
                "path": "/v1/customers",
                "query": {"after": "{cursor}", "limit": "100"},
                "contacts": "data",
                "next": "paging.after",
            },
            "purchases": {
                "path": "/v1/customers/{contact_id}/orders",
                "query": {"sort": "-date", "limit": "10"},
                "purchases": "data",
                "total": "total",
                "what": "join(', ', lines[].product)",
                "at": "date",
                "amount": "sum.value",
                "currency": "sum.currency",
            },
            "tickets": {
                "path": "/v1/customers/{contact_id}/cases",
                "query": {"sort": "-date", "limit": "10"},
                "tickets": "data",
                "total": "total",
                "subject": "title",
                "status": "state",
                "at": "date",
            },
            "log": {"path": "/v1/notes", "body": NOTE, "id": "data.id", "look_up": LOOK_UP},
            "open_case": {
                "path": "/v1/cases",
                "body": {**NOTE, "urgent": "{urgent}"},
                "id": "data.id",
                "look_up": CASES,
            },
            "forget": {"path": "/v1/notes/{entry_id}"},
            "forget_case": {"path": "/v1/cases/{entry_id}"},
        }

    @property
    def environment(self) -> dict[str, str]:
        return {"HOUSE_SECRET": SECRET}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        number = self.next_id()
        first, _, last = name.rpartition(" ")
        kind = "company" if company else "person"
        contact = {"email": [email] if email else [], "phone": phone}
        self.customers[number] = {"id": number, "type": kind, "first": first, "last": last, "contact": contact}
        return str(number)

    def change_contact(self, contact: str, name: str | None) -> None:
        if name is None:
            del self.customers[int(contact)]
        else:
            first, _, last = name.rpartition(" ")
            self.customers[int(contact)] |= {"first": first, "last": last}

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        money = {"value": f"{amount:.2f}", "currency": currency}
        self._add("orders", customer=int(contact), lines=[{"product": what}], sum=money, date=at.timestamp())

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        self._add("cases", customer=int(contact), title=subject, state=status, date=at.timestamp(), externalKey=None)

    def entries(self, contact: str) -> list[Entry]:
        return self._entries("notes", contact)

    def cases(self, contact: str) -> list[Entry]:
        return self._entries("cases", contact)

    def _entries(self, table: str, contact: str) -> list[Entry]:
        rows = [row for row in self.tables[table].values() if row["customer"] == int(contact) and row["externalKey"]]
        return [Entry(str(row["id"]), contact, row["title"], row["text"]) for row in rows]

    def _add(self, table: str, **values: Any) -> Row:
        number = self.next_id()
        self.tables[table][number] = {"id": number, **values}
        return self.tables[table][number]

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return request.path == "/token"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if request.path == "/token":
            form = await request.post()
            if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
                return web.json_response({"error": "invalid_client"}, status=401)
            return web.json_response({"access_token": self.give_token(), "token_type": "Bearer", "expires_in": 600})
        if not self.has_token(request):
            return _error(401, "The token is not taken.")
        parts = request.path.strip("/").split("/")
        match (request.method, *parts):
            case ("GET", "v1", "me"):
                return web.json_response({"user": {"name": "baton (service)"}})
            case ("GET", "v1", "customers"):
                return self._find(request.query["filter"]) if "filter" in request.query else self._all(request)
            case ("GET", "v1", "customers", number):
                held = self.customers.get(int(number)) if number.isdigit() else None
                return web.json_response({"data": held}) if held else _error(404, "There is no such customer.")
            case ("GET", "v1", "customers", number, "orders" | "cases" as table):
                return self._newest(request, [r for r in self.tables[table].values() if str(r["customer"]) == number])
            case ("GET", "v1", "notes" | "cases" as table):
                key = request.query.get("externalKey")
                return web.json_response({"data": [r for r in self.tables[table].values() if r["externalKey"] == key]})
            case ("POST", "v1", "notes" | "cases" as table):
                return self._create(table, body)
            case ("DELETE", "v1", "notes" | "cases" as table, number) if number.isdigit():
                self.took_effect()
                gone = self.tables[table].pop(int(number), None) is None
                return _error(404, "There is no such entry.") if gone else web.Response(status=204)
        return _error(404, "There is no such address.")

    def _find(self, asked: str) -> web.Response:
        match = re.fullmatch(r"(email|phone|name) eq '((?:[^']|'')*)'", asked)
        if match is None:
            return _error(400, f"The filter cannot be read: {asked}")
        value = match[2].replace("''", "'").lower()

        def known(row: Row) -> list[str | None]:
            name = f"{row['first']} {row['last']}".strip()
            phones, emails = [row["contact"]["phone"]], list(row["contact"]["email"])
            return emails if match[1] == "email" else phones if match[1] == "phone" else [name]

        found = [row for row in self.customers.values() if value in [(text or "").lower() for text in known(row)]]
        return web.json_response({"data": found, "total": len(found)})

    def _all(self, request: web.Request) -> web.Response:
        limit, after = int(request.query.get("limit", 25)), int(request.query.get("after", 0))
        if limit > 100:
            return _error(400, "No page has more than 100 customers.")
        rows = sorted((row for row in self.customers.values() if row["id"] > after), key=lambda row: int(row["id"]))
        page = rows[: min(limit, self.largest_page)]
        more = page[-1]["id"] if len(page) < len(rows) else None
        return web.json_response({"data": page, "paging": {"after": more}})

    def _newest(self, request: web.Request, rows: list[Row]) -> web.Response:
        rows.sort(key=lambda row: row["date"], reverse=request.query.get("sort") == "-date")
        return web.json_response({"data": rows[: int(request.query.get("limit", 25))], "total": len(rows)})

    def _create(self, table: str, body: Any) -> web.Response:
        if not isinstance(body, dict) or body.get("customer") not in self.customers or not body.get("text"):
            return _error(422, "An entry needs a customer, by number, and a text.")
        self.took_effect()
        made = self._add(table, **body, state="open", date=datetime.now(UTC).timestamp())
        return web.json_response({"data": made}, status=201)


def _error(status: int, words: str) -> web.Response:
    return web.json_response({"error": {"message": words}}, status=status)
