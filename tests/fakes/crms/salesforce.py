"""A pretended Salesforce org, written from the vendor's documentation.

JWT bearer: help.salesforce.com, “OAuth 2.0 JWT Bearer Flow for Server-to-Server Integration”
REST API (developer.salesforce.com, api_rest): resources_query, resources_search_parameterized, resources_sobject_upsert,
resources_sobject_retrieve, resources_sobject_describe, errorcodes, headers_api_usage
Objects (object_reference): Contact, Lead, Account, Task, Case, Order, OrderItem
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry
from tests.fakes.crms.salesforce_objects import LENGTHS, PARENTS, PREFIX, READ_ONLY, SEARCHED, STANDARD
from tests.fakes.crms.soql import MalformedError, Reader, Record, value_of
from tests.fakes.crms.sosl import MalformedSearchError, holds, tokens, words_of

CLIENT = "3MVG9.consumer.key"
SECRET = "consumer-secret-1234"
USER = "baton@acme.example"
AUDIENCE = "https://login.salesforce.com"


@cache
def private_key() -> RSAPrivateKey:
    """The key of the app's certificate, one for all tests of a process."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def refused(status: int, code: str, message: str, fields: list[str] | None = None) -> web.Response:
    """An error as the REST API tells it."""
    error: dict[str, Any] = {
        "message": message,
        "errorCode": code,
        **({"fields": fields} if fields is not None else {}),
    }
    return web.json_response([error], status=status)


class RefusedError(Exception):
    """What is answered instead."""

    def __init__(self, status: int, code: str, message: str, fields: list[str] | None = None) -> None:
        super().__init__(message)
        self.answer = refused(status, code, message, fields)


class PretendSalesforce(LoopbackCrm):
    """An org with several currencies, `Baton_Key__c` on activities and cases, and `Mastodon__c` on contacts."""

    kind = "salesforce"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in PREFIX}
        self.products: dict[str, str] = {}
        self.custom = {"Contact": {"Mastodon__c"}, "Task": {"Baton_Key__c"}, "Case": {"Baton_Key__c"}}
        self.several_currencies = True
        self.without: set[str] = set()
        self.used = 12
        self.allowed = 15_000
        self.approved = True
        self.queries: list[str] = []
        self._number = 0

    @property
    def settings(self) -> dict[str, Any]:
        """As in baton.toml."""
        return {
            "kind": "salesforce",
            "url": self.url,
            "client_id": CLIENT,
            "username": USER,
            "private_key_env": "SALESFORCE_KEY",
            "handles": {"mastodon": "Mastodon__c"},
        }

    @property
    def environment(self) -> dict[str, str]:
        """The private key."""
        return {
            "SALESFORCE_KEY": private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        }

    # What stands in the org.

    def add(self, kind: str, **fields: Any) -> str:
        """A record as it is."""
        self._number += 1
        id_ = f"{PREFIX[kind]}5g00000{self._number:05d}AAG"
        now = _stamp(datetime.now(UTC))
        self.records[kind][id_] = {"Id": id_, "CreatedDate": now, **fields}
        return id_

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        """A contact with an account, or an account alone."""
        if company:
            return self.add("Account", Name=name, Phone=phone)
        account = self.add("Account", Name=f"{name} Household")
        return self.add("Contact", Name=name, Email=email, Phone=phone, AccountId=account)

    def change_contact(self, contact: str, name: str | None) -> None:
        """Called otherwise, or put into the bin."""
        of = next(records for records in self.records.values() if contact in records)
        if name is None:
            del of[contact]
        else:
            of[contact]["Name"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """An activated order with one product."""
        order = self.add("Order", OrderNumber=f"{self._number:08d}", Name=None, AccountId=self._account(contact))
        fields = {
            "EffectiveDate": f"{at:%Y-%m-%d}",
            "TotalAmount": amount,
            "Status": "Activated",
            "StatusCode": "Activated",
        }
        self.records["Order"][order] |= {**fields, "BillToContactId": contact, "CurrencyIsoCode": currency}
        product = f"01t{len(self.products):012d}"
        self.products[product] = what
        self.add("OrderItem", OrderId=order, Product2Id=product, Quantity=1.0, UnitPrice=amount)

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        """A case that somebody else opened."""
        fields = {"CaseNumber": key, "Subject": subject, "Status": status, "ContactId": contact}
        self.add("Case", **fields, AccountId=self._account(contact), CreatedDate=_stamp(at))

    def entries(self, contact: str) -> list[Entry]:
        """The tasks of a contact, lead or account."""
        tasks = [task for task in self.records["Task"].values() if contact in {task.get("WhoId"), task.get("WhatId")}]
        return [Entry(task["Id"], contact, task["Subject"], task["Description"]) for task in tasks]

    def cases(self, contact: str) -> list[Entry]:
        """The cases that hold our key."""
        ours = [case for case in self.records["Case"].values() if case.get("Baton_Key__c")]
        return [
            Entry(case["Id"], contact, case["Subject"], case["Description"] or "")
            for case in ours
            if contact in {case.get("ContactId"), case.get("AccountId")}
        ]

    def _account(self, contact: str) -> str:
        return str(self.records["Contact"].get(contact, {}).get("AccountId") or contact)

    # What is answered.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        """At the token endpoint."""
        return request.path == "/services/oauth2/token"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        """A token, or what the REST API says."""
        if self.is_signing_in(request, body):
            return self._token(request, await request.post())
        found = re.fullmatch(r"/services/data/v([0-9]+)\.0(/.+)", request.path)
        if found is None or not 20 <= int(found[1]) <= 68:
            return refused(404, "NOT_FOUND", "The requested resource does not exist")
        if not self.has_token(request):
            return refused(401, "INVALID_SESSION_ID", "Session expired or invalid")
        if self.used >= self.allowed:
            return refused(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        self.used += 1
        try:
            if request.method in {"POST", "PATCH"} and not isinstance(body, dict):
                raise RefusedError(
                    415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type is not supported: {request.content_type}"
                )
            answer = self._resource(request, found[2], body or {})
        except RefusedError as error:
            answer = error.answer
        answer.headers["Sforce-Limit-Info"] = f"api-usage={self.used}/{self.allowed}"
        return answer

    def _token(self, request: web.Request, form: Mapping[str, Any]) -> web.Response:
        if request.method != "POST" or request.content_type != "application/x-www-form-urlencoded":
            return web.json_response(
                {"error": "unsupported_grant_type", "error_description": "grant type not supported"}, status=400
            )
        if form.get("grant_type") == "client_credentials":
            if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
                return web.json_response(
                    {"error": "invalid_client", "error_description": "invalid client credentials"}, status=400
                )
        elif form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            try:
                said = jwt.decode(
                    str(form.get("assertion")), private_key().public_key(), ["RS256"], audience=AUDIENCE,
                    options={"require": ["iss", "sub", "exp"]},
                )  # fmt: skip
            except jwt.PyJWTError:
                return web.json_response(
                    {"error": "invalid_grant", "error_description": "invalid assertion"}, status=400
                )
            if said["exp"] > (datetime.now(UTC) + timedelta(minutes=5)).timestamp() or said["iss"] != CLIENT:
                return web.json_response(
                    {"error": "invalid_grant", "error_description": "invalid assertion"}, status=400
                )
            if said["sub"] != USER or not self.approved:
                why = "user hasn't approved this consumer"
                return web.json_response({"error": "invalid_grant", "error_description": why}, status=400)
        else:
            return web.json_response(
                {"error": "unsupported_grant_type", "error_description": "grant type not supported"}, status=400
            )
        return web.json_response(
            {
                "access_token": self.give_token(),
                "scope": "api",
                "instance_url": self.url,
                "id": f"{AUDIENCE}/id/00D5g0000000001EAA/0055g000001abcdAAA",
                "token_type": "Bearer",
            }
        )

    def _resource(self, request: web.Request, path: str, body: dict[str, Any]) -> web.Response:
        if path == "/query" and request.method == "GET":
            return self._query(request.query.get("q", ""))
        if path.rstrip("/") == "/parameterizedSearch" and request.method == "POST":
            return self._search(body)
        parts = path.removeprefix("/sobjects/").split("/")
        kind = parts[0]
        if not path.startswith("/sobjects/") or kind not in self.records or kind in self.without:
            raise RefusedError(404, "NOT_FOUND", "The requested resource does not exist")
        if parts[1:] == ["describe"]:
            return web.json_response(self._describe(kind))
        if len(parts) == 2:
            return self._by_id(request.method, kind, parts[1], body)
        field, key = parts[1], "/".join(parts[2:])
        if field not in self.custom.get(kind, ()):
            raise RefusedError(
                404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {field}"
            )
        return self._by_key(request, kind, field, key, body)

    def _fields(self, kind: str) -> set[str]:
        several = {"CurrencyIsoCode"} if kind == "Order" and self.several_currencies else set()
        return set(STANDARD[kind].split()) | self.custom.get(kind, set()) | several

    def _describe(self, kind: str) -> dict[str, Any]:
        fields = [
            {"name": name, "type": "string", "createable": name not in READ_ONLY, "externalId": name == "Baton_Key__c"}
            for name in sorted(self._fields(kind))
        ]
        return {"name": kind, "createable": True, "queryable": True, "fields": fields}

    def _known(self, kind: str, name: str) -> None:
        parent, _, rest = name.partition(".")
        if name not in self._fields(kind) and not (rest and parent in PARENTS.get(kind, {})):
            message = f"No such column '{name}' on entity '{kind}'. If you are attempting to use a custom field, be sure to append the '__c'"
            raise RefusedError(400, "INVALID_FIELD", message)

    def _whole(self, kind: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """With its parents."""
        whole = dict(record)
        if kind == "Contact" and record.get("AccountId"):
            whole["Account"] = self.records["Account"][record["AccountId"]]
        if kind == "OrderItem":
            whole["Product2"] = {"Name": self.products[record["Product2Id"]]}
        return whole

    def _query(self, soql: str) -> web.Response:
        self.queries.append(soql)
        try:
            asked = Reader(soql).question()
        except MalformedError as error:
            raise RefusedError(400, "MALFORMED_QUERY", f"\n{soql}\n{error}") from error
        kind = asked.of
        if kind not in self.records or kind in self.without:
            raise RefusedError(400, "INVALID_TYPE", f"\nsObject type '{kind}' is not supported.")
        counts = asked.fields == ["COUNT()"]
        if asked.fields == ["FIELDS(STANDARD)"]:
            asked.fields = sorted(self._fields(kind) - self.custom.get(kind, set()))
        for name in (*(() if counts else asked.fields), *asked.asked, *(name for name, _ in asked.order)):
            self._known(kind, name)
        found: list[Record] = [
            whole for record in self.records[kind].values() if asked.where(whole := self._whole(kind, record))
        ]
        if counts:
            return web.json_response({"totalSize": len(found), "done": True, "records": []})
        for name, falling in reversed(asked.order):
            found.sort(key=lambda record: (value_of(record, name) is not None, value_of(record, name)), reverse=falling)
        found = found[: asked.limit]
        # No more than 2,000 in an answer, or fewer where records are large.
        most = min(2000, self.largest_page)
        shown = [self._shown(kind, record, asked.fields) for record in found[:most]]
        said: dict[str, Any] = {"totalSize": len(found), "done": len(found) <= most, "records": shown}
        if not said["done"]:
            said["nextRecordsUrl"] = f"/services/data/v62.0/query/01g5g00000AbCdEAA4-{most}"
        return web.json_response(said)

    def _shown(self, kind: str, record: Record, fields: list[str]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "attributes": {"type": kind, "url": f"/services/data/v62.0/sobjects/{kind}/{record['Id']}"}
        }
        for name in fields:
            parent, _, rest = name.partition(".")
            if rest:
                inside = value_of(record, parent)
                shown[parent] = {"attributes": {"type": parent}, rest: inside[rest]} if inside else None
            else:
                shown[name] = record.get(name)
        return shown

    def _search(self, body: dict[str, Any]) -> web.Response:
        where = body.get("in", "ALL")
        try:
            wanted = words_of(str(body.get("q", "")))
        except MalformedSearchError as error:
            raise RefusedError(400, "MALFORMED_SEARCH", str(error)) from error
        if where not in SEARCHED:
            raise RefusedError(400, "INVALID_SEARCH_SCOPE", f"Invalid search scope: {where}")
        if len("".join(wanted)) < 2:
            raise RefusedError(400, "MALFORMED_SEARCH", "search term must be longer than one character")
        found = []
        for each in body.get("sobjects", ()):
            kind = each["name"]
            for name in each["fields"]:
                self._known(kind, name)
            texts = [
                (record, [tokens(record.get(name) or "") for name in SEARCHED[where]])
                for record in self.records[kind].values()
            ]
            hits = [record for record, fields in texts if any(holds(there, wanted) for there in fields)]
            found += [self._shown(kind, record, each["fields"]) for record in hits[: each.get("limit", 2000)]]
        return web.json_response({"searchRecords": found})

    def _checked(self, kind: str, body: dict[str, Any]) -> None:
        for name, value in body.items():
            if name not in self._fields(kind) or name in READ_ONLY:
                raise RefusedError(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {kind}")
            if isinstance(value, str) and len(value) > LENGTHS.get(name, 32_000):
                message = f"{name}: data value too large (max length={LENGTHS.get(name)})"
                raise RefusedError(400, "STRING_TOO_LONG", message, [name])
        for name, kinds in {
            "WhoId": ("Contact", "Lead"),
            "WhatId": ("Account", "Case", "Order"),
            "ContactId": ("Contact",),
        }.items():
            if (id_ := body.get(name)) and not any(id_ in self.records[of] for of in kinds):
                raise RefusedError(400, "MALFORMED_ID", f"{name}: id value of incorrect type: {id_}", [name])

    def _by_id(self, method: str, kind: str, id_: str, body: dict[str, Any]) -> web.Response:
        if id_ not in self.records[kind]:
            raise RefusedError(404, "NOT_FOUND", "The requested resource does not exist")
        if method == "DELETE":
            del self.records[kind][id_]
            self.took_effect()
        elif method == "PATCH":
            self._checked(kind, body)
            self.records[kind][id_] |= body
            self.took_effect()
        else:
            return web.json_response(self._shown(kind, self.records[kind][id_], sorted(self._fields(kind))))
        return web.Response(status=204)

    def _by_key(self, request: web.Request, kind: str, field: str, key: str, body: dict[str, Any]) -> web.Response:
        matching = [
            record for record in self.records[kind].values() if str(record.get(field, "")).casefold() == key.casefold()
        ]
        if len(matching) > 1:
            return web.json_response(
                [f"/services/data/v62.0/sobjects/{kind}/{record['Id']}" for record in matching], status=300
            )
        if request.method == "PATCH":
            if field in body:
                raise RefusedError(
                    400, "INVALID_FIELD", f"The {field} field should not be specified in the sobject data.", [field]
                )
            self._checked(kind, body)
            id_ = matching[0]["Id"] if matching else self._make(kind, field, key)
            self.records[kind][id_] |= body
            self.took_effect()
            made: dict[str, Any] = {"id": id_, "success": True, "errors": [], "created": not matching}
            return web.json_response(made, status=200 if matching else 201)
        if not matching:
            raise RefusedError(404, "NOT_FOUND", "The requested resource does not exist")
        if request.method == "DELETE":
            del self.records[kind][matching[0]["Id"]]
            self.took_effect()
            return web.Response(status=204)
        asked = (
            request.query.get("fields", "").split(",") if request.query.get("fields") else sorted(self._fields(kind))
        )
        for name in asked:
            self._known(kind, name)
        return web.json_response(self._shown(kind, matching[0], asked))

    def _make(self, kind: str, field: str, key: str) -> str:
        fresh = {"Status": "Not Started", "Priority": "Normal"}
        if kind == "Case":
            fresh = {"Status": "New", "CaseNumber": f"{self._number:08d}"}
        return self.add(kind, **fresh, **{field: key})


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000+0000"
