"""A pretended SAP Service Cloud Version 2: the REST services for customers, cases and notes.

From https://api.sap.com/package/SAPSalesServiceCloudV2/rest (SalesSvcCloudV2_case, …_accountService, …_contactPersonService),
and from SAP's knowledge base 3508796 (query parameters and operators) and 3637767 (pages of 50 without a link to the next).
That notes name their customer by `hostObjectId` and `hostObjectType`, and that they can be filtered by it, is taken from a
published client: the description of the notes' service was not at hand.
"""

from __future__ import annotations

import itertools
import json
import uuid
from base64 import b64encode
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.odata_filter import BadFilterError, Dialect, Filter
from tests.fakes.crms.pretend import Entry
from tests.fakes.crms.rich_text import seen

CLIENT, SECRET = "sb-baton-invented", "Invented/5ecret="
USER, PASSWORD = "BATON_TECHNICAL", "invented-Pa55word"
API = "/sap/c4c/api/v1/"
PAGE = 50

_REACHED = ("eMail", "phoneNormalisedNumber", "mobileNormalisedNumber", "phoneFormattedNumber", "mobileFormattedNumber")
_CUSTOMER = {
    "id",
    "displayId",
    "formattedName",
    "lifeCycleStatus",
    *(f"defaultCommunication/{name}" for name in _REACHED),
}
FIELDS: dict[str, set[str]] = {
    "individual-customer-service/individualCustomers": {*_CUSTOMER, "givenName", "familyName"},
    "account-service/accounts": {*_CUSTOMER, "firstLineName"},
    "contact-person-service/contactPersons": {"id", "displayId", "formattedName", "accountId", *_REACHED},
    "case-service/cases": {
        "id", "displayId", "subject", "priority", "caseType", "status", "statusDescription", "account/id", "contact/id",
        "individualCustomer/id", "adminData/createdOn", "adminData/updatedOn",
    },
    "note-service/notes": {"id", "noteTypeCode", "hostObjectId", "hostObjectType", "adminData/createdOn"},
}  # fmt: skip
WRITTEN: dict[str, set[str]] = {
    "case-service/cases": {
        "subject", "priority", "origin", "caseType", "status", "account", "contact", "individualCustomer", "description",
        "notes", "extensions",
    },
    "note-service/notes": {"noteTypeCode", "htmlContent", "plainContent", "hostObjectId", "hostObjectType"},
}  # fmt: skip
_PARTIES = {
    "individualCustomer": "individual-customer-service/individualCustomers",
    "account": "account-service/accounts",
    "contact": "contact-person-service/contactPersons",
}

Row = dict[str, Any]


class RefusedError(Exception):
    """An answer in the services' form of an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class PretendSapV2(LoopbackCrm):
    """Implements `PretendCrm`."""

    kind = "sap_v2"

    def __init__(self) -> None:
        super().__init__()
        self.sets: dict[str, dict[str, Row]] = {name: {} for name in FIELDS}
        self._seconds = itertools.count()

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "kind": "sap_v2", "url": self.url, "client_id": CLIENT, "secret_env": "SAP_SECRET",
            "token_url": f"{self.url}/oauth/token",
        }  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return {"SAP_SECRET": SECRET}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        path = _PARTIES["account" if company else "individualCustomer"]
        reached = {"eMail": email, "phoneFormattedNumber": phone}
        if phone:
            reached["phoneNormalisedNumber"] = "+" + "".join(filter(str.isdigit, phone))
        known = {field: value for field, value in reached.items() if value}
        id_ = self.add(path, formattedName=name, lifeCycleStatus="ACTIVE", defaultCommunication=known)
        return f"{path.partition('/')[2]}/{id_}"

    def change_contact(self, contact: str, name: str | None) -> None:
        rows = next(rows for path, rows in self.sets.items() if path.endswith("/" + contact.split("/", maxsplit=1)[0]))
        if name is None:
            del rows[contact.split("/")[1]]
        else:
            rows[contact.split("/")[1]]["formattedName"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """Orders are elsewhere."""

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        party = {"individualCustomers": "individualCustomer", "accounts": "account", "contactPersons": "contact"}
        kind, id_ = contact.split("/")
        row = {"displayId": key, "subject": subject, "statusDescription": status, party[kind]: {"id": id_}}
        self.add("case-service/cases", **row, adminData={"createdOn": _iso(at)}, imported=True)

    def add(self, path: str, **row: Any) -> str:
        id_ = str(uuid.uuid4())
        made = {"createdOn": _iso(datetime.now(UTC)), "createdByName": USER}
        self.sets[path][id_] = {"displayId": str(self.next_id()), "adminData": made, **row, "id": id_}
        return id_

    def entries(self, contact: str) -> list[Entry]:
        notes = self.sets["note-service/notes"].values()
        mine = [note for note in notes if note.get("hostObjectId") == contact.split("/")[1]]
        return [Entry(note["id"], contact, "", seen(note["htmlContent"])) for note in mine]

    def cases(self, contact: str) -> list[Entry]:
        notes, id_ = self.sets["note-service/notes"], contact.split("/")[1]
        found = [case for case in self.sets["case-service/cases"].values() if not case.get("imported")]
        return [
            Entry(case["id"], contact, case["subject"], seen(notes[case["description"]["noteId"]]["htmlContent"]))
            for case in found
            if any(case.get(party, {}).get("id") == id_ for party in _PARTIES)
        ]

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return request.path == "/oauth/token"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if self.is_signing_in(request, body):
            form = await request.post()
            if form.get("grant_type") != "client_credentials":
                return web.json_response({"error": "unsupported_grant_type"}, status=400)
            if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
                said = {"error": "unauthorized", "error_description": "Bad credentials"}
                return web.json_response(said, status=401)
            given = {"access_token": self.give_token(), "token_type": "bearer", "expires_in": 1799}
            return web.json_response(given)
        basic = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if not self.has_token(request) and request.headers.get("Authorization") != basic:
            return web.json_response({"error": {"code": "UNAUTHORIZED", "message": "Unauthorized"}}, status=401)
        try:
            return self._served(request, body)
        except RefusedError as error:
            refused = {"error": {"code": error.code, "message": error.message, "details": []}}
            return web.json_response(refused, status=error.status)

    def _served(self, request: web.Request, body: Any) -> web.Response:
        path = request.path.removeprefix(API)
        parent, _, id_ = path.rpartition("/")
        if request.method == "GET" and path in self.sets:
            return self._page(request, path)
        if request.method == "POST" and path in WRITTEN:
            return self._create(path, body)
        row = self.sets.get(parent, {}).get(id_)
        if row is None:
            raise RefusedError(404, "NOT_FOUND", f"No entity with id {id_}.")
        if request.method != "GET":
            raise RefusedError(405, "METHOD_NOT_ALLOWED", "Method not allowed.")
        return web.json_response({"value": row}, headers={"ETag": row["adminData"]["createdOn"]})

    def _page(self, request: web.Request, path: str) -> web.Response:
        asked = request.query
        unknown = set(asked) - {
            "$top",
            "$skip",
            "$search",
            "$orderby",
            "$filter",
            "$select",
            "$exclude",
            "$count",
            "$query",
        }
        if unknown:
            raise RefusedError(400, "INVALID_QUERY", f"Unknown query parameter {unknown.pop()}.")
        found = list(self.sets[path].values())
        if "$filter" in asked:
            try:
                filter_ = Filter(asked["$filter"], FIELDS[path], Dialect(functions=("startswith", "contains")))
            except BadFilterError as error:
                raise RefusedError(400, "INVALID_FILTER", str(error)) from error
            found = [row for row in found if filter_.matches(row)]
        if "$orderby" in asked:
            for part in reversed(asked["$orderby"].split(",")):
                name, _, way = part.partition(" ")
                if name not in FIELDS[path] | {"adminData/createdOn"}:
                    raise RefusedError(400, "INVALID_ORDERBY", f"Unknown attribute {name}.")
                outer, _, inner = name.partition("/")
                found.sort(key=partial(_value, outer, inner), reverse=way == "desc")
        begin = int(asked.get("$skip", "0"))
        if begin < 0 or int(asked.get("$top", PAGE)) > 100:
            raise RefusedError(400, "INVALID_PAGE", "$skip or $top is out of range.")
        most = self.largest_page if "$filter" not in asked else PAGE * 2
        shown = found[begin : begin + min(int(asked.get("$top", PAGE)), most)]
        names = asked["$select"].split(",") if "$select" in asked else None
        rows = [{name: row[name] for name in (names or row) if name in row} for row in shown]
        return web.json_response({"count": len(found), "value": rows})

    def _create(self, path: str, body: Any) -> web.Response:
        if not isinstance(body, dict):
            raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE", "Content type is not supported.")
        if unknown := set(body) - WRITTEN[path]:
            raise RefusedError(422, "UNKNOWN_ATTRIBUTE", f"Attribute {unknown.pop()} is not known.")
        if path == "note-service/notes":
            if not body.get("noteTypeCode") or not body.get("htmlContent"):
                raise RefusedError(422, "MANDATORY", "noteTypeCode and htmlContent are mandatory.")
        else:
            self._check_case(body)
            body |= {"status": "01", "statusDescription": "Open"}
        id_ = self.add(path, **json.loads(json.dumps(body)))
        self.took_effect()
        return web.json_response({"value": self.sets[path][id_]}, status=201)

    def _check_case(self, body: Row) -> None:
        if not body.get("subject"):
            raise RefusedError(422, "MANDATORY", "subject is mandatory.")
        if body.get("priority") not in {None, "01", "02", "03", "04"}:
            raise RefusedError(422, "INVALID_CODE", "priority is not valid.")
        for party, path in _PARTIES.items():
            if party in body and body[party].get("id") not in self.sets[path]:
                raise RefusedError(422, "INVALID_PARTY", f"Party IDs: [{body[party].get('id')}] are not valid")
        note = body.get("description", {}).get("noteId")
        if note is not None and note not in self.sets["note-service/notes"]:
            raise RefusedError(422, "INVALID_NOTE", f"Note {note} does not exist.")


def _value(outer: str, inner: str, row: Row) -> Any:
    return row[outer][inner] if inner else row[outer]


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
