"""A pretended Odoo 17 with Sales and Helpdesk: JSON-RPC with an API key.

From odoo.com/documentation/17.0: developer/reference/external_api (common, object, execute_kw, search_read, fields_get, API
keys in place of passwords), developer/reference/backend/orm (domains in prefix notation, `=ilike`, `child_of`, archived
records), developer/reference/backend/mixins (message_post); and, for faults with status 200, what its web client reads:
`error.data.name`. An API key has no end, so that no token of it expires.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry

DATABASE, USER, KEY, UID = "acme", "baton@acme.example", "odoo-api-key-0123456789", 7
FIELDS: Mapping[str, tuple[str, ...]] = {
    "res.partner": (
        *("name", "is_company", "email", "email_normalized", "phone", "mobile", "city", "country_id", "lang"),
        *("function", "parent_id", "ref", "active", "type"),
    ),
    "res.users": ("name", "login", "company_id"),
    "ir.model": ("model", "name"),
    "sale.order": ("name", "client_order_ref", "date_order", "amount_total", "currency_id", "partner_id", "state"),
    "sale.order.line": ("order_id", "product_id", "name", "display_type"),
    "helpdesk.ticket": ("name", "description", "partner_id", "stage_id", "create_date", "priority", "team_id"),
    "mail.message": ("model", "res_id", "body", "subject", "message_type", "subtype_id"),
}
Row = dict[str, Any]


class FaultError(Exception):
    """An exception of the server: the name of its class and what it says."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


class PretendOdoo(LoopbackCrm):
    """Implements `PretendCrm`."""

    kind = "odoo"

    def __init__(self) -> None:
        super().__init__()
        self.version: list[Any] = [17, 0, 0, "final", 0, ""]
        self.tables: dict[str, dict[int, Row]] = {model: {} for model in FIELDS}
        self.fields = dict(FIELDS)
        self.faults: list[FaultError] = []
        self.forbidden: set[str] = set()
        self.tables["res.users"][UID] = {"id": UID, "name": "Baton", "login": USER, "company_id": [1, "Acme"]}
        for number, model in enumerate(FIELDS, 1):
            self.tables["ir.model"][number] = {"id": number, "model": model, "name": model}

    @property
    def settings(self) -> dict[str, Any]:
        return {"kind": "odoo", "url": self.url, "database": DATABASE, "user": USER, "api_key_env": "ODOO_API_KEY"}

    @property
    def environment(self) -> dict[str, str]:
        return {"ODOO_API_KEY": KEY}

    @property
    def series(self) -> int:
        return int(str(self.version[0]).removeprefix("saas~"))

    def uninstall(self, model: str) -> None:
        """As if no app brought this model."""
        del self.tables[model]
        self.tables["ir.model"] = {n: row for n, row in self.tables["ir.model"].items() if row["model"] != model}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        normal = email.lower() if email else False
        values = {"name": name, "email": email or False, "email_normalized": normal, "phone": phone or False}
        return str(self.add("res.partner", **values, is_company=company, active=True))

    def change_contact(self, contact: str, name: str | None) -> None:
        if name is None:
            del self.tables["res.partner"][int(contact)]
        else:
            self.tables["res.partner"][int(contact)]["name"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        values = {"partner_id": [int(contact), "?"], "date_order": _stamp(at), "amount_total": amount, "state": "sale"}
        order = self.add("sale.order", **values, currency_id=[1, currency])
        self.tables["sale.order"][order]["name"] = f"S{order:05}"
        of = [order, f"S{order:05}"]
        self.add("sale.order.line", order_id=of, display_type="line_section", name="Shoes")
        self.add("sale.order.line", order_id=of, product_id=[9, what], name=f"{what}\nwith laces")

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        values = {"partner_id": [int(contact), "?"], "stage_id": [1, status], "create_date": _stamp(at)}
        self.add("helpdesk.ticket", name=subject, **values)

    def entries(self, contact: str) -> list[Entry]:
        notes = [each for each in self.tables["mail.message"].values() if each["res_id"] == int(contact)]
        return [Entry(str(each["id"]), contact, each["subject"] or "", _seen(each["body"])) for each in notes]

    def cases(self, contact: str) -> list[Entry]:
        tickets = [each for each in self.tables["helpdesk.ticket"].values() if each["description"]]
        return [
            Entry(str(each["id"]), contact, each["name"], _seen(each["description"]))
            for each in tickets
            if each["partner_id"][0] == int(contact)
        ]

    def add(self, table: str, /, **values: Any) -> int:
        """A record; what is not given is False, as Odoo says it."""
        number = self.next_id()
        self.tables[table][number] = {**dict.fromkeys(FIELDS[table], False), "id": number, **values}
        return number

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return bool(body) and body["params"]["service"] == "common"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if (request.method, request.path) != ("POST", "/jsonrpc") or not isinstance(body, dict):
            return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")
        params = body.get("params") or {}
        try:
            result = self._dispatch(params.get("service"), params.get("method"), *params.get("args", ()))
        except FaultError as fault:
            data = {"name": fault.name, "debug": "Traceback …", "message": str(fault), "arguments": [], "context": {}}
            error = {"code": 200, "message": "Odoo Server Error", "data": data}
            return web.json_response({"jsonrpc": "2.0", "id": body.get("id"), "error": error})
        return web.json_response({"jsonrpc": "2.0", "id": body.get("id"), "result": result})

    def _dispatch(self, service: Any, method: Any, *args: Any) -> Any:
        if (service, method) == ("common", "version"):
            return {"server_version": "17.0", "server_version_info": self.version, "protocol_version": 1}
        if args[0] != DATABASE:
            raise FaultError("psycopg2.OperationalError", f'FATAL:  database "{args[0]}" does not exist')
        if (service, method) == ("common", "authenticate"):
            self.given += 1
            return UID if (args[1], args[2]) == (USER, KEY) else False
        _, uid, key, model, name, positional, options = args
        if (uid, key) != (UID, KEY):
            raise FaultError("odoo.exceptions.AccessDenied", "Access Denied")
        if self.faults:
            raise self.faults.pop(0)
        if model not in self.tables:
            raise FaultError("odoo.exceptions.UserError", f"Object {model} doesn't exist")
        if f"{model}.{name}" in self.forbidden:
            raise FaultError("odoo.exceptions.AccessError", f"You are not allowed to do this to '{model}' records.")
        known: dict[str, Callable[..., Any]] = {
            "fields_get": self._fields_get,
            "search_read": self._search_read,
            "search_count": self._search_count,
            "message_post": self._message_post,
            "create": self._create,
            "unlink": self._unlink,
        }
        return known[name](model, *positional, **options)

    def _fields_get(self, model: str, names: list[str], attributes: list[str]) -> Any:
        return {name: {"type": "char"} for name in self.fields[model] if name in names}

    def _search_read(
        self,
        model: str,
        domain: list[Any],
        fields: list[str],
        order: str = "id",
        limit: int | None = None,
        context: dict[str, Any] | None = None,
    ) -> list[Row]:
        found = self._found(model, domain, (context or {}).get("active_test", True))
        for part in reversed(order.split(", ")):
            by, _, way = part.partition(" ")
            found.sort(key=lambda row: row[by], reverse=way == "desc")
        self._check(model, fields)
        most = len(found) if limit is None else min(limit, self.largest_page)
        return [{field: row[field] for field in ("id", *fields)} for row in found[:most]]

    def _search_count(self, model: str, domain: list[Any]) -> int:
        return len(self._found(model, domain, True))

    def _message_post(self, model: str, ids: list[int], **values: Any) -> int:
        if not all(number in self.tables[model] for number in ids):
            raise FaultError("odoo.exceptions.MissingError", "Record does not exist or has been deleted.")
        is_html = values.pop("body_is_html", False)
        if is_html and self.series < 17:
            raise FaultError("builtins.ValueError", "Invalid field 'body_is_html' on model 'mail.message'")
        body = values.pop("body")
        body = body if is_html or self.series < 17 else html.escape(body).replace("\n", "<br>")
        if values.pop("subtype_xmlid") != "mail.mt_note":
            raise FaultError("builtins.ValueError", "customers would get this as a mail")
        self.took_effect()
        # What is kept is cleaned: paragraphs around, no entities but the needed ones.
        clean = "<p>" + body.replace("&#x27;", "'").replace("&quot;", '"') + "</p>"
        return self.add("mail.message", model=model, res_id=ids[0], body=clean, **values)

    def _create(self, model: str, values: Row) -> int:
        self._check(model, list(values))
        if not values.get("name"):
            raise FaultError("odoo.exceptions.ValidationError", "Missing required value for the field 'Subject' (name)")
        self.took_effect()
        partner = [values["partner_id"], "?"]
        fresh = {**values, "partner_id": partner, "create_date": _stamp(datetime.now(UTC)), "stage_id": [1, "New"]}
        return self.add(model, **fresh)

    def _unlink(self, model: str, ids: list[int]) -> bool:
        self.took_effect()
        for number in ids:
            self.tables[model].pop(number, None)
        return True

    # Domains.

    def _check(self, model: str, fields: list[str]) -> None:
        for field in fields:
            if field != "id" and field not in self.fields[model]:
                raise FaultError("builtins.ValueError", f"Invalid field {model}.{field} in leaf")

    def _found(self, model: str, domain: list[Any], active: bool) -> list[Row]:
        rows = list(self.tables[model].values())
        if active and "active" in self.fields[model]:
            rows = [row for row in rows if row["active"]]
        return [row for row in rows if self._holds(model, domain, row)]

    def _holds(self, model: str, domain: list[Any], row: Row) -> bool:
        """Prefix notation: “|” takes the two terms that follow; what stands side by side must all hold."""
        terms: list[bool] = []
        for each in reversed(domain):
            if each == "|":
                one, other = terms.pop(), terms.pop()
                terms.append(one or other)
            else:
                field, operator, value = each
                self._check(model, [field])
                terms.append(_compare(row[field], operator, value))
        return all(terms)


def _compare(held: Any, operator: str, value: Any) -> bool:
    of = held[0] if isinstance(held, list) else held
    if operator in {"in", "child_of"}:
        return of in value
    if operator == "not in":
        return of not in value
    if operator == ">":
        return bool(of > value)
    if operator == "=":
        return bool(of == value)
    pattern = value if operator == "=ilike" else f"%{value}%"
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    written = "".join(wild.get(part) or re.escape(part[-1]) for part in parts)
    return isinstance(held, str) and re.fullmatch(written, held, re.IGNORECASE | re.DOTALL) is not None


def _seen(body: str) -> str:
    """What a reader sees of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", body.replace("<br>", "\n")))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
