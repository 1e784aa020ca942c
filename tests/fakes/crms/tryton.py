"""A pretended Tryton: JSON-RPC, sessions and the few models that an outside program needs.

From the server's documentation: topics/rpc (login, sessions, errors), ref/models (search_read, create, delete),
topics/domain (clauses, `ilike` and its escapes), topics/access_rights; and the modules party, sale and sale_complaint.
Compared with trytond 8.2: what is refused is refused in its words.
"""

from __future__ import annotations

import binascii
import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry
from tests.fakes.crms.tryton_records import MODELS, REQUIRED, Record, Tables, UnknownNameError, matches, shown

DATABASE, USER, PASSWORD = "acme", "baton", "correct-horse-battery"
_OPEN = ("common.db.login", "model.res.user.get_preferences")


class RefusedError(Exception):
    """A `UserError` of the server: what it says to the user."""


class PretendTryton(LoopbackCrm):
    """Implements `PretendCrm`; a session is the token in its `Authorization`."""

    kind = "tryton"

    def __init__(self) -> None:
        super().__init__()
        self.tables: Tables = {model: {} for model in MODELS}
        self.fails: list[list[Any]] = []
        """What the next calls fail with, inside the server: an error's kind and what it says."""

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "kind": "tryton",
            "url": self.url,
            "database": DATABASE,
            "user": USER,
            "password_env": "TRYTON_PASSWORD",
        }

    @property
    def environment(self) -> dict[str, str]:
        return {"TRYTON_PASSWORD": PASSWORD}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        party = self._add("party.party", name=name, active=True)
        self.tables["party.party"][party]["code"] = str(party)
        if company:
            self.tables["party.party"][party]["tax_identifier"] = self._add("party.identifier", code="BE0897290877")
        for kind, value in (("email", email), ("phone", phone)):
            if value:
                self._add("party.contact_mechanism", party=party, type=kind, value=value, value_compact=value)
        return str(party)

    def change_contact(self, contact: str, name: str | None) -> None:
        if name is None:
            del self.tables["party.party"][int(contact)]
        else:
            self.tables["party.party"][int(contact)]["name"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        money = self._add("currency.currency", name=currency, code=currency)
        sale = self._add("sale.sale", party=int(contact), state="processing", sale_date=at.date(), currency=money)
        self.tables["sale.sale"][sale] |= {"number": f"SO{sale}", "total_amount": Decimal(str(amount))}
        self._add("sale.line", sale=sale, product=self._add("product.product", name=what))

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        of = self._add("sale.complaint.type", name="Sale")
        values = {"customer": int(contact), "number": key, "description": subject, "state": status, "date": at.date()}
        self._add("sale.complaint", **values, type=of)

    def entries(self, contact: str) -> list[Entry]:
        notes = [note for note in self.tables["ir.note"].values() if note["resource"] == f"party.party,{contact}"]
        return [Entry(str(note["id"]), contact, "", str(note["message"])) for note in notes]

    def cases(self, contact: str) -> list[Entry]:
        return []

    def uninstall(self, *models: str) -> None:
        """As if no module brought these."""
        for model in models:
            del self.tables[model]

    def merge(self, source: str, destination: str) -> None:
        """As the wizard that replaces a party does: the source is no longer in use, but its notes stay with it."""
        self.tables["party.party"][int(source)] |= {"active": False, "replaced_by": int(destination)}

    def _add(self, model: str, **values: Any) -> int:
        number = self.next_id()
        empty: Record = dict.fromkeys(MODELS[model])
        self.tables[model][number] = empty | {"id": number} | values
        return number

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return isinstance(body, dict) and body.get("method") in _OPEN

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if not isinstance(body, dict) or not {"method", "params"} <= body.keys():
            raise web.HTTPBadRequest(text="Not a RPC request")
        method, params = body["method"], body["params"]
        if request.path != f"/{DATABASE}/rpc/":
            raise web.HTTPNotFound
        if request.method != "POST":
            raise web.HTTPMethodNotAllowed(request.method, ["POST"])
        if method == "common.db.login":
            return self._said(body, self._login(*params))
        if not self.has_token(request):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Basic realm="Tryton"'})
        if self.fails and method not in _OPEN:
            return self._error(body, self.fails.pop(0))
        return self._answer(body, method, params)

    def _login(self, user: str, parameters: Mapping[str, str], language: str | None = None) -> list[Any]:
        if user != USER or parameters["password"] != PASSWORD:
            raise web.HTTPUnauthorized
        return [2, self.give_token(), None]

    def has_token(self, request: web.Request) -> bool:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        try:
            user, number, session = b64decode(value).decode().split(":")
        except (binascii.Error, ValueError):
            return False
        return kind.lower() == "session" and user == USER and number == "2" and session in self._tokens

    def _answer(self, asked: Mapping[str, Any], method: str, params: list[Any]) -> web.Response:
        if not params or not isinstance(params[-1], dict):
            raise web.HTTPUnprocessableEntity(text="Missing context argument")
        model, _, name = method.removeprefix("model.").rpartition(".")
        calls: Mapping[str, Callable[..., Any]] = {
            "search_read": self._search_read,
            "search_count": lambda model, context, domain: len(self._found(model, domain, context)),
            "create": self._create,
            "delete": self._delete,
        }
        *given, context = params
        try:
            if method == "model.res.user.get_preferences":
                return self._said(asked, {"language": "en", "company": 1, "companies": [1], "locale": {}})
            if method == "model.ir.model.access.get_access":
                rights = dict.fromkeys(("read", "write", "create", "delete"), True)
                return self._said(asked, {model: rights for model in given[0] if self._table(model) is not None})
            self._table(model)
            if name not in calls:
                raise web.HTTPForbidden
            return self._said(asked, calls[name](model, context, *given))
        except RefusedError as refused:
            return self._error(asked, ["UserError", [str(refused), "", None]])
        except UnknownNameError as unknown:
            return self._error(asked, [f"'{unknown}'", ""])

    def _said(self, asked: Mapping[str, Any], result: Any) -> web.Response:
        text = json.dumps({"id": asked.get("id"), "result": result}, default=_encoded)
        return web.Response(text=text, content_type="application/json")

    def _error(self, asked: Mapping[str, Any], error: list[Any]) -> web.Response:
        return web.json_response({"id": asked.get("id"), "error": error})

    def _table(self, model: str) -> dict[int, Record]:
        if model not in self.tables:
            raise UnknownNameError(model)
        return self.tables[model]

    def _found(self, model: str, domain: list[Any], context: Mapping[str, Any]) -> list[Record]:
        if model == "ir.note" and not _names_records(domain):
            raise RefusedError('You are not allowed to search on the "ir.note" resource.')
        records = [record for record in self._table(model).values() if matches(model, record, domain)]
        hidden = "active" in MODELS[model] and context.get("active_test", True)
        return [record for record in records if not hidden or record["active"]]

    def _search_read(
        self,
        model: str,
        context: Mapping[str, Any],
        domain: list[Any],
        offset: int,
        limit: int | None,
        order: list[list[str]] | None,
        fields: list[str],
    ) -> list[Record]:
        found = self._found(model, domain, context)
        for field, direction in reversed(order or []):
            found.sort(key=lambda record: record[field], reverse=direction == "DESC")
        most = self.largest_page if model == "party.party" and limit is not None else len(found)
        page = found[offset : None if limit is None else offset + min(limit, most)]
        return [shown(self.tables, model, record, fields) for record in page]

    def _create(self, model: str, context: Mapping[str, Any], values: list[Record]) -> list[int]:
        for each in values:
            for field in each:
                if field not in MODELS[model]:
                    raise UnknownNameError(field)
            for field in REQUIRED.get(model, ()):
                target, _, number = str(each.get(field) or "").rpartition(",")
                if not each.get(field) or (target and int(number) not in self.tables[target]):
                    raise RefusedError(f'A value is required for field "{field.title()}" in record "(new)".')
        self.took_effect()
        return [self._add(model, **each) for each in values]

    def _delete(self, model: str, context: Mapping[str, Any], ids: list[int]) -> None:
        for each in ids:
            if each not in self.tables[model]:
                raise RefusedError(f'You are trying to read records "{each}" that don\'t exist.')
        self.took_effect()
        for each in ids:
            del self.tables[model][each]


def _names_records(domain: list[Any]) -> bool:
    """Whoever is no administrator must say on which records the notes stand."""
    return any(
        isinstance(clause, list) and clause[:1] == ["resource"] and clause[1] in {"=", "in"} for clause in domain
    )


def _encoded(value: Any) -> Any:
    """Dates and decimals as the protocol has them."""
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    raise TypeError(value)
