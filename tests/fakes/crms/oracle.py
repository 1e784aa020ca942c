"""A pretended Oracle Fusion: contacts, accounts, activities and service requests of release 11.13.18.05.

From docs.oracle.com/en/cloud/saas/sales/faaps: Manage Collections (q, limit, offset, orderBy, totalResults, onlyData), Set the
REST Framework Version, HTTP Status Codes and error details, and the resources contacts, accounts, activities (“The number can
also be generated from an external source”, 64 characters; descriptions as bytes) and serviceRequests; tokens from the identity
domain (client credentials). Expressions of `q` follow version 2 of the framework: SQL's quotation, AND, OR, UPPER().
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry

CLIENT, SECRET, USER, PASSWORD = "baton", "oracle-client-secret", "baton.user", "oracle-password-1"
_AT = "/crmRestApi/resources/11.13.18.05/"
KEYS = {
    "contacts": "PartyNumber",
    "accounts": "PartyNumber",
    "activities": "ActivityNumber",
    "serviceRequests": "SrNumber",
}
FIELDS: Mapping[str, tuple[str, ...]] = {
    "contacts": (
        *("PartyId", "PartyNumber", "ContactName", "FirstName", "LastName", "EmailAddress", "AccountName"),
        *("JobTitle", "City", "Country", "OverallPrimaryFormattedPhoneNumber", "FormattedMobileNumber"),
    ),
    "accounts": ("PartyId", "PartyNumber", "OrganizationName", "City", "Country"),
    "activities": (
        *("ActivityNumber", "ActivityFunctionCode", "Subject", "ActivityDescription", "StatusCode", "DueDate"),
        *("PriorityCode", "PrimaryContactId", "AccountId"),
    ),
    "serviceRequests": (
        *("SrNumber", "Title", "ProblemDescription", "StatusCd", "StatusCdMeaning", "SeverityCd", "CreationDate"),
        *("PrimaryContactPartyId", "AccountPartyId", "BatonKey_c"),
    ),
}
Row = dict[str, Any]


class PretendOracle(LoopbackCrm):
    """Implements `PretendCrm`."""

    kind = "oracle"

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[Row]] = {resource: [] for resource in FIELDS}
        self.fields = dict(FIELDS)
        self.forbidden: set[str] = set()

    @property
    def settings(self) -> dict[str, Any]:
        secret = {"client_id": CLIENT, "client_secret_env": "ORACLE_SECRET", "scope": "urn:opc:resource:consumer::all"}
        return {"kind": "oracle", "url": self.url, "token_url": f"{self.url}/oauth2/v1/token", **secret}

    @property
    def environment(self) -> dict[str, str]:
        return {"ORACLE_SECRET": SECRET}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        party = 300_000_000_000_000 + self.next_id()
        ids = {"PartyId": party, "PartyNumber": f"CDRM_{party}"}
        if company:
            self._add("accounts", OrganizationName=name, **ids)
            return f"account:{party}"
        self._add("contacts", ContactName=name, EmailAddress=email, OverallPrimaryFormattedPhoneNumber=phone, **ids)
        return str(party)

    def change_contact(self, contact: str, name: str | None) -> None:
        resource = "accounts" if contact.startswith("account:") else "contacts"
        rows = self.tables[resource]
        held = next(row for row in rows if str(row["PartyId"]) == contact.removeprefix("account:"))
        if name is None:
            rows.remove(held)
        else:
            held["OrganizationName" if resource == "accounts" else "ContactName"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """Orders are another product's."""

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        values = {"SrNumber": f"SR{key}", "Title": subject, "StatusCdMeaning": status, "CreationDate": _stamp(at)}
        self._add("serviceRequests", PrimaryContactPartyId=int(contact), **values)

    def entries(self, contact: str) -> list[Entry]:
        of = int(contact.removeprefix("account:"))
        return [
            Entry(row["ActivityNumber"], contact, row["Subject"], b64decode(row["ActivityDescription"]).decode())
            for row in self.tables["activities"]
            if of in {row["PrimaryContactId"], row["AccountId"]}
        ]

    def cases(self, contact: str) -> list[Entry]:
        return [
            Entry(row["SrNumber"], contact, row["Title"], row["ProblemDescription"])
            for row in self.tables["serviceRequests"]
            if row["PrimaryContactPartyId"] == int(contact) and row["ProblemDescription"]
        ]

    def _add(self, resource: str, **values: Any) -> Row:
        row = {**dict.fromkeys(self.fields[resource]), **values}
        self.tables[resource].append(row)
        return row

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return request.path == "/oauth2/v1/token"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if request.path == "/oauth2/v1/token":
            return self._token(request, dict(await request.post()))
        if not self.has_token(request) and not _is_basic(request, USER, PASSWORD):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="owsm"'})
        match = re.fullmatch(re.escape(_AT) + r"(\w+)(?:/([\w-]+))?", request.path)
        if match is None or match[1] not in FIELDS:
            return _error(404, "Not Found")
        resource, key = match[1], match[2]
        if f"{request.method} {resource}" in self.forbidden:
            return _error(403, "You don't have the privilege for this action.")
        if request.method == "GET" and key is None:
            return self._collection(request, resource)
        if request.method == "POST" and key is None:
            return self._create(request, resource, body)
        held = next((row for row in self.tables[resource] if row[KEYS[resource]] == key), None)
        if held is None:
            return _error(404, "The resource item doesn't exist.")
        if request.method == "GET":
            return web.json_response(held)
        if request.method == "DELETE":
            self.took_effect()
            self.tables[resource].remove(held)
            return web.Response(status=204)
        return _error(405, "Method Not Allowed")

    def _token(self, request: web.Request, form: Mapping[str, Any]) -> web.Response:
        if not _is_basic(request, CLIENT, SECRET):
            said = {"error": "invalid_client", "error_description": "Client authentication failed."}
            return web.json_response(said, status=401)
        if form.get("grant_type") != "client_credentials" or not form.get("scope"):
            return web.json_response({"error": "invalid_scope", "error_description": "A scope is needed."}, status=400)
        return web.json_response({"access_token": self.give_token(), "token_type": "Bearer", "expires_in": 3600})

    def _collection(self, request: web.Request, resource: str) -> web.Response:
        if request.headers.get("REST-Framework-Version", "1") == "1":
            return _error(400, "URL request parameter q cannot be used in this context.", plain=True)
        try:
            # An expression that cannot be read is refused though nothing is there.
            self._holds(resource, request.query.get("q"), dict.fromkeys(self.fields[resource]))
            rows = [row for row in self.tables[resource] if self._holds(resource, request.query.get("q"), row)]
        except ValueError as error:
            return _error(400, f"URL request parameter q has an invalid value: {error}")
        for by, _, way in (each.partition(":") for each in filter(None, [request.query.get("orderBy")])):
            rows.sort(key=lambda row: row[by], reverse=way == "desc")
        limit, offset = int(request.query.get("limit", 25)), int(request.query.get("offset", 0))
        # However many are asked for.
        limit = min(limit, 500, self.largest_page)
        page = rows[offset : offset + limit]
        said = {
            "items": page,
            "count": len(page),
            "hasMore": len(rows) > offset + limit,
            "limit": limit,
            "offset": offset,
        }
        if request.query.get("totalResults") == "true":
            said["totalResults"] = len(rows)
        return web.json_response(said, content_type="application/vnd.oracle.adf.resourcecollection+json")

    def _create(self, request: web.Request, resource: str, body: Any) -> web.Response:
        if request.content_type not in {"application/json", "application/vnd.oracle.adf.resourceitem+json"}:
            return _error(415, "Unsupported Media Type")
        if unknown := [name for name in body if name not in self.fields[resource]]:
            return _error(400, f"The attribute {unknown[0]} isn't defined on {resource}.")
        wrong = self._wrong_activity(body) if resource == "activities" else _wrong_request(body)
        if wrong:
            return _error(400, wrong)
        self.took_effect()
        number = body.get(KEYS[resource]) or f"SR{self.next_id():010}"
        made = self._add(resource, **{**body, KEYS[resource]: number})
        if resource == "serviceRequests":
            made |= {"CreationDate": _stamp(datetime.now(UTC)), "StatusCd": "ORA_SVC_NEW", "StatusCdMeaning": "New"}
        return web.json_response(made, status=201, content_type="application/vnd.oracle.adf.resourceitem+json")

    def _wrong_activity(self, body: Row) -> str:
        if body.get("ActivityFunctionCode") not in {"TASK", "APPOINTMENT", "CALLREPORT"} or not body.get("Subject"):
            return "You must provide a value for the attribute Subject and a valid ActivityFunctionCode."
        if len(body.get("ActivityNumber", "")) > 64 or len(body["Subject"]) > 500:
            return "The value is longer than the maximum length."
        if any(row["ActivityNumber"] == body.get("ActivityNumber") for row in self.tables["activities"]):
            return "A row already exists with the specified key value."
        parties = {row["PartyId"] for of in ("contacts", "accounts") for row in self.tables[of]}
        if {body.get("PrimaryContactId"), body.get("AccountId")} - {None} - parties:
            return "The contact isn't valid."
        try:
            b64decode(body.get("ActivityDescription", ""), validate=True)
        except binascii.Error:
            return "The attribute ActivityDescription must be Base64 encoded."
        return ""

    # Expressions.

    def _holds(self, resource: str, q: str | None, row: Row) -> bool:
        if not q:
            return True
        tokens = re.findall(r"'(?:[^']|'')*'|[()]|<>|[=<>]|[\w.]+|\S", q)
        return self._expression(resource, tokens, row) if tokens else True

    def _expression(self, resource: str, tokens: list[str], row: Row) -> bool:
        true = self._term(resource, tokens, row)
        while tokens:
            joined, other = tokens.pop(0).upper(), False
            if joined not in {"AND", "OR"}:
                raise ValueError(f"unexpected {joined}")
            other = self._term(resource, tokens, row)
            true = (true and other) if joined == "AND" else (true or other)
        return true

    def _term(self, resource: str, tokens: list[str], row: Row) -> bool:
        upper = tokens[:2] == ["UPPER", "("]
        field = tokens[2] if upper else tokens[0]
        if field not in self.fields[resource]:
            raise ValueError(f"{field} isn't an attribute of {resource}")
        del tokens[: 4 if upper else 1]
        operator = tokens.pop(0) if len(tokens) > 1 else ""
        if operator not in {"=", ">"}:
            raise ValueError("an operator is missing")
        value = tokens.pop(0)
        text = value.startswith("'") and value.endswith("'") and len(value) > 1
        if not text and not value.isdigit():
            raise ValueError(f"{value} is neither text nor number")
        held = str(row[field]) if row[field] is not None else None
        held = held.upper() if upper and held is not None else held
        if operator == ">":
            return held is not None and int(held) > int(value)
        return held == (value[1:-1].replace("''", "'") if text else value)


def _wrong_request(body: Row) -> str:
    if not body.get("Title"):
        return "You must provide a value for the attribute Title."
    if len(body["Title"]) > 400 or len(body.get("ProblemDescription") or "") > 1000:
        return "The value is longer than the maximum length."
    return ""


def _is_basic(request: web.Request, user: str, password: str) -> bool:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return kind == "Basic" and b64decode(value).decode() == f"{user}:{password}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _error(status: int, words: str, *, plain: bool = False) -> web.Response:
    if plain:
        return web.Response(status=status, text=words)
    said = {
        "title": "Bad Request",
        "status": str(status),
        "o:errorDetails": [{"detail": words, "o:errorCode": "27014"}],
    }
    return web.json_response(said, status=status, content_type="application/vnd.oracle.adf.error+json")
