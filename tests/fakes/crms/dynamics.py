"""A pretended Dynamics 365: Microsoft Entra's token endpoint and the Web API of Dataverse.

From https://learn.microsoft.com/power-apps/developer/data-platform/webapi/: query/filter-rows, query/page-results,
query/order-rows, perform-conditional-operations-using-web-api (upsert with If-None-Match), create-entity-web-api,
compose-http-requests-handle-errors; reference/entities: contact, account, annotation, incident, salesorder,
socialprofile; and https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.odata_filter import BadFilterError, Filter
from tests.fakes.crms.pretend import Entry
from tests.fakes.crms.rich_text import seen

TENANT = "3f2b1c44-0000-4000-8000-5a4e1d7c9b10"
CLIENT = "9c1d2e3f-0000-4000-8000-77aa88bb99cc"
SECRET = "q8Q~invented-client-secret"
WHO = "aaaa1111-0000-4000-8000-000000000001"
FORMATTED = "@OData.Community.Display.V1.FormattedValue"

COLUMNS: dict[str, set[str]] = {
    "contacts": {
        "_parentcustomerid_value",
        "address1_city",
        "address1_country",
        "contactid",
        "createdon",
        "emailaddress1",
        "emailaddress2",
        "emailaddress3",
        "fullname",
        "jobtitle",
        "mobilephone",
        "statecode",
        "telephone1",
        "telephone2",
    },
    "accounts": {
        "_primarycontactid_value",
        "accountid",
        "accountnumber",
        "address1_city",
        "address1_country",
        "createdon",
        "emailaddress1",
        "emailaddress2",
        "emailaddress3",
        "name",
        "statecode",
        "telephone1",
        "telephone2",
    },
    "annotations": {"_objectid_value", "annotationid", "createdon", "isdocument", "notetext", "subject"},
    "incidents": {
        "_customerid_value",
        "caseorigincode",
        "createdon",
        "description",
        "incidentid",
        "prioritycode",
        "statuscode",
        "ticketnumber",
        "title",
    },
    "salesorders": {"_customerid_value", "createdon", "name", "ordernumber", "salesorderid", "totalamount"},
    "socialprofiles": {
        "_customerid_value",
        "community",
        "createdon",
        "profilefullname",
        "profilelink",
        "profilename",
        "socialprofileid",
        "uniqueprofileid",
    },
    "systemusers": {"fullname", "systemuserid"},
}
LONGEST = {"subject": 500, "notetext": 100_000, "title": 200, "description": 2_000, "profilename": 100,
           "profilefullname": 160, "profilelink": 100, "uniqueprofileid": 100}  # fmt: skip
BOUND = {"annotations": "objectid", "incidents": "customerid", "socialprofiles": "customerid"}
CHOICES = {"prioritycode": {1, 2, 3}, "caseorigincode": {1, 2, 3, 2483, 3986}, "community": {0, 1, 2}}
_KEYED = re.compile(r"([a-z]+)\(([0-9a-f-]{36})\)")

Row = dict[str, Any]


class RefusedError(Exception):
    """An answer in the Web API's form of an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class PretendDynamics(LoopbackCrm):
    """Implements `PretendCrm`."""

    kind = "dynamics"

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, dict[str, Row]] = {table: {} for table in COLUMNS}
        self.tables["systemusers"][WHO] = {"systemuserid": WHO, "fullname": "# Baton"}

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "kind": "dynamics", "url": self.url, "tenant": TENANT, "client_id": CLIENT, "authority": self.url,
            "secret_env": "DYNAMICS_SECRET",
        }  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return {"DYNAMICS_SECRET": SECRET}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        table = "accounts" if company else "contacts"
        row = {"name" if company else "fullname": name, "emailaddress1": email, "telephone1": phone, "statecode": 0}
        return f"{table}({self.add(table, **row)})"

    def change_contact(self, contact: str, name: str | None) -> None:
        table, id_ = contact.rstrip(")").split("(")
        if name is None:
            del self.tables[table][id_]
        else:
            self.tables[table][id_]["fullname" if table == "contacts" else "name"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        row = {
            "name": what,
            "ordernumber": f"ORD-{self.next_id():05}",
            "totalamount": amount,
            "createdon": _iso(at),
        }
        self.add("salesorders", _customerid_value=contact[9:-1], **row, transactioncurrencyid=currency)

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        row = {"title": subject, "ticketnumber": key, "statuscode": 1, f"statuscode{FORMATTED}": status}
        self.add("incidents", _customerid_value=contact[9:-1], createdon=_iso(at), **row, imported=True)

    def add(self, table: str, **row: Any) -> str:
        id_ = str(uuid.uuid4())
        empty = dict.fromkeys(COLUMNS[table])
        self.tables[table][id_] = {**empty, "createdon": _iso(datetime.now(UTC)), **row, f"{_key(table)}": id_}
        return id_

    def entries(self, contact: str) -> list[Entry]:
        of = contact[9:-1]
        notes = [note for note in self.tables["annotations"].values() if note["_objectid_value"] == of]
        return [Entry(note["annotationid"], contact, note["subject"], seen(note["notetext"])) for note in notes]

    def cases(self, contact: str) -> list[Entry]:
        found = [case for case in self.tables["incidents"].values() if case["_customerid_value"] == contact[9:-1]]
        return [
            Entry(case["incidentid"], contact, case["title"], case["description"] or "")
            for case in found
            if not case.get("imported")
        ]

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return request.path.endswith("/oauth2/v2.0/token")

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if self.is_signing_in(request, body):
            return await self._token(request)
        if not self.has_token(request):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        try:
            return self._served(request, body)
        except RefusedError as error:
            said = {"error": {"code": error.code, "message": error.message}}
            return web.json_response(said, status=error.status, headers={"OData-Version": "4.0"})

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if request.path != f"/{TENANT}/oauth2/v2.0/token":
            said = {"error": "invalid_request", "error_description": "AADSTS90002: Tenant not found."}
            return web.json_response(said, status=400)
        if form.get("grant_type") != "client_credentials" or form.get("scope") != f"{self.url}/.default":
            said = {
                "error": "invalid_scope",
                "error_description": "AADSTS70011: The provided value for 'scope' is invalid.",
            }
            return web.json_response(said, status=400)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            words = f"AADSTS7000215: Invalid client secret provided. Given: {form.get('client_secret')!s}"
            return web.json_response({"error": "invalid_client", "error_description": words}, status=401)
        return web.json_response({"token_type": "Bearer", "expires_in": 3599, "access_token": self.give_token()})

    def _served(self, request: web.Request, body: Any) -> web.Response:
        path = request.path.removeprefix("/api/data/v9.2/")
        if path == "WhoAmI":
            return web.json_response({"BusinessUnitId": str(uuid.uuid4()), "UserId": WHO, "OrganizationId": TENANT})
        keyed = _KEYED.fullmatch(path)
        table = keyed[1] if keyed else path
        if table not in self.tables:
            raise RefusedError(404, "0x8006088a", f"Resource not found for the segment '{table}'.")
        if keyed is None:
            return self._page(request, table)
        row = self.tables[table].get(keyed[2])
        gone = RefusedError(404, "0x80040217", f"{table[:-1]} With Id = {keyed[2]} Does Not Exist")
        match request.method:
            case "GET" if row is not None:
                return web.json_response(self._shown(request, table, row))
            case "DELETE" if row is not None:
                del self.tables[table][keyed[2]]
                self.took_effect()
                return web.Response(status=204)
            case "PATCH":
                if row is None and request.headers.get("If-Match") == "*":
                    raise gone
                if row is not None and request.headers.get("If-None-Match") == "*":
                    raise RefusedError(412, "0x80060892", "A record with matching key values already exists.")
                self._upsert(body, table, keyed[2])
                return web.Response(status=204, headers={"OData-EntityId": str(request.url)})
        raise gone

    def _upsert(self, body: Any, table: str, id_: str) -> None:
        if not isinstance(body, dict):
            raise RefusedError(415, "0x80060888", "The content type is not supported.")
        changes: Row = {}
        for name, value in body.items():
            if name.endswith("@odata.bind"):
                changes |= self._bound(table, name.removesuffix("@odata.bind"), value)
            elif name.startswith("_") or name not in COLUMNS[table]:
                raise RefusedError(400, "0x80048d19", f"Invalid property '{name}' was found in entity '{table[:-1]}'.")
            elif isinstance(value, str) and len(value) > LONGEST.get(name, 100):
                words = f"The length of the '{name}' attribute exceeded the maximum allowed length of '{LONGEST.get(name)}'."
                raise RefusedError(400, "0x80044331", f"A validation error occurred. {words}")
            elif name in CHOICES and value not in CHOICES[name]:
                raise RefusedError(400, "0x80048d19", f"The value {value} of '{name}' is outside the valid range.")
            else:
                changes[name] = value
        rows = self.tables[table]
        if id_ not in rows and table in BOUND and f"_{BOUND[table]}_value" not in changes:
            raise RefusedError(400, "0x80040203", "You should specify a parent contact or account.")
        new = {**dict.fromkeys(COLUMNS[table]), "createdon": _iso(datetime.now(UTC)), _key(table): id_}
        rows[id_] = {**rows.get(id_, new), **changes}
        self.took_effect()

    def _bound(self, table: str, name: str, value: str) -> Row:
        owner = BOUND.get(table, "")
        there = _KEYED.fullmatch(value.lstrip("/"))
        if there is None or name != f"{owner}_{there[1][:-1]}" or there[1] not in {"contacts", "accounts"}:
            raise RefusedError(400, "0x80048d19", f"An undeclared property '{name}' was found.")
        if there[2] not in self.tables[there[1]]:
            raise RefusedError(404, "0x80040217", f"{there[1][:-1]} With Id = {there[2]} Does Not Exist")
        return {f"_{owner}_value": there[2]}

    def _page(self, request: web.Request, table: str) -> web.Response:
        if request.method != "GET":
            raise RefusedError(405, "0x80060888", "Method not allowed.")
        asked = request.query
        unknown = set(asked) - {"$select", "$filter", "$orderby", "$top", "$count", "$expand", "$skiptoken"}
        if unknown:
            raise RefusedError(400, "0x80060888", f"The query parameter {unknown.pop()} is not supported.")
        found = list(self.tables[table].values())
        if "$filter" in asked:
            try:
                filter_ = Filter(asked["$filter"], COLUMNS[table])
            except BadFilterError as error:
                raise RefusedError(400, "0x80060888", str(error)) from error
            found = [row for row in found if filter_.matches(row)]
        if "$orderby" in asked:
            name, _, way = asked["$orderby"].partition(" ")
            self._columns(table, *([name] if name != _key(table) else []))
            found.sort(key=lambda row: row[name] or "", reverse=way == "desc")
        said: Row = {"@odata.context": f"{self.url}/api/data/v9.2/$metadata#{table}"}
        if asked.get("$count") == "true":
            said["@odata.count"] = min(len(found), 5000)
        wanted = re.search(r"odata\.maxpagesize=([0-9]+)", request.headers.get("Prefer", ""))
        if "$top" in asked:
            found = found[: int(asked["$top"])]
        elif wanted is not None:
            found = self._cut(request, table, found, min(int(wanted[1]), self.largest_page), said)
        said["value"] = [self._shown(request, table, row) for row in found]
        return web.json_response(said)

    def _cut(self, request: web.Request, table: str, found: list[Row], size: int, said: Row) -> list[Row]:
        """A page; the cookie in the address of the next one holds the last record, or how many there were."""
        asked = request.query
        cookie = re.fullmatch(r"<cookie (last|seen)=\"([^\"]*)\"/>", asked.get("$skiptoken", '<cookie seen="0"/>'))
        if cookie is None:
            raise RefusedError(400, "0x80060888", "The paging cookie is malformed.")
        by_key = asked.get("$orderby") == _key(table)
        if cookie[1] == "last":
            found = [row for row in found if row[_key(table)] > cookie[2]]
        begin = int(cookie[2]) if cookie[1] == "seen" else 0
        page = found[begin : begin + size]
        if len(found) > begin + size:
            at = f'last="{page[-1][_key(table)]}"' if by_key else f'seen="{begin + size}"'
            onward = {**asked, "$skiptoken": f"<cookie {at}/>"}
            options = "&".join(f"{name}={quote(value)}" for name, value in onward.items())
            said["@odata.nextLink"] = f"{self.url}{request.path}?{options}"
        return page

    def _columns(self, table: str, *names: str) -> None:
        for name in names:
            if name not in COLUMNS[table]:
                raise RefusedError(
                    400, "0x80060888", f"Could not find a property named '{name}' on type '{table[:-1]}'."
                )

    def _shown(self, request: web.Request, table: str, row: Row) -> Row:
        selected = request.query["$select"].split(",") if "$select" in request.query else sorted(COLUMNS[table])
        self._columns(table, *selected)
        shown = {name: row[name] for name in (*selected, _key(table))}
        if FORMATTED[1:] in request.headers.get("Prefer", ""):
            shown |= {name: value for name, value in row.items() if name.endswith(FORMATTED)}
        if request.query.get("$expand") == "transactioncurrencyid($select=isocurrencycode)":
            shown["transactioncurrencyid"] = {"isocurrencycode": row["transactioncurrencyid"]}
        elif "$expand" in request.query:
            raise RefusedError(400, "0x80060888", "Could not find that navigation property.")
        return {"@odata.etag": 'W/"4711"', **shown}


def _key(table: str) -> str:
    return f"{table[:-1]}id"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
