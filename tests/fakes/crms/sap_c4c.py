"""A pretended SAP Cloud for Customer: the OData API v2 with basic authentication and CSRF tokens.

From SAP's “SAP Cloud for Customer OData API Developer's Guide” (formats, CSRF token, server side paging, known limitations of
`$filter`, `$inlinecount`, deep insert, sample payloads of tickets) and from the metadata of c4codataapi (names, lengths, what
can be created, filtered and deleted). That case does not matter in comparisons is assumed.
"""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.odata_filter import BadFilterError, Dialect, Filter
from tests.fakes.crms.pretend import Entry

USER, PASSWORD = "_BATON", "invented-Pa55word"
API = "/sap/c4c/odata/v1/c4codataapi/"
DIALECT = Dialect(functions=("startswith", "endswith"), star=True, or_of_one=True)

_REACHED = {"ObjectID", "ExternalID", "Email", "Phone", "NormalisedPhone", "Mobile", "NormalisedMobile"}
_TEXT = {"ObjectID", "ParentObjectID", "Text", "AuthorName", "CreatedOn", "CreatedBy"}
FIELDS: dict[str, set[str]] = {
    "IndividualCustomerCollection": _REACHED | {"CustomerID", "FormattedName", "FirstName", "LastName", "City", "RoleCode"},
    "CorporateAccountCollection": _REACHED | {"AccountID", "BusinessPartnerFormattedName", "Name", "City", "RoleCode"},
    "ContactCollection": _REACHED | {"ContactID", "AccountID", "Name", "AccountFormattedName", "JobTitle"},
    "IndividualCustomerTextCollectionCollection": _TEXT | {"CustomerID"},
    "CorporateAccountTextCollectionCollection": _TEXT | {"AccountID"},
    "ContactTextCollectionCollection": _TEXT | {"ContactID"},
    "ServiceRequestCollection": {
        "ObjectID", "ID", "Name", "ProcessingTypeCode", "ServicePriorityCode", "BuyerPartyID", "BuyerMainContactPartyID",
        "CreationDateTime", "ServiceRequestUserLifeCycleStatusCode", "ServiceRequestUserLifeCycleStatusCodeText",
    },
    "ServiceRequestTextCollectionCollection": {"ObjectID", "ParentObjectID", "ServiceRequestID", "TypeCode", "Text"},
}  # fmt: skip
LONGEST = {"AuthorName": 40, "Name": 255, "BuyerPartyID": 60, "ServicePriorityCode": 1, "ProcessingTypeCode": 4}
DELETABLE = {name for name in FIELDS if name.endswith("TextCollectionCollection")} | {"ServiceRequestCollection"}
_KEYED = re.compile(r"(\w+)\('((?:[^']|'')+)'\)")

Row = dict[str, Any]


class RefusedError(Exception):
    """An answer in version 2's form of an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class PretendSapC4c(LoopbackCrm):
    """Implements `PretendCrm`. Its tokens are those against forgery; the user signs in anew with each request."""

    kind = "sap_c4c"

    def __init__(self) -> None:
        super().__init__()
        self.sets: dict[str, dict[str, Row]] = {name: {} for name in FIELDS}
        self.page = 1000
        self._sessions: dict[str, str] = {}

    @property
    def settings(self) -> dict[str, Any]:
        return {"kind": "sap_c4c", "url": self.url, "user": USER, "password_env": "C4C_PASSWORD"}

    @property
    def environment(self) -> dict[str, str]:
        return {"C4C_PASSWORD": PASSWORD}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        set_ = "CorporateAccountCollection" if company else "IndividualCustomerCollection"
        number = str(self.next_id())
        row = (
            {"AccountID": number, "BusinessPartnerFormattedName": name, "Name": name[:40]}
            if company
            else {"CustomerID": number, "FormattedName": name, "LastName": name.rsplit(maxsplit=1)[-1][:40]}
        )
        normal = re.sub(r"[^+0-9]", "", phone or "")
        return f"{set_}('{self.add(set_, **row, Email=email or '', Phone=phone or '', NormalisedPhone=normal)}')"

    def change_contact(self, contact: str, name: str | None) -> None:
        keyed = _KEYED.fullmatch(contact)
        assert keyed is not None
        if name is None:
            del self.sets[keyed[1]][keyed[2]]
        else:
            row = self.sets[keyed[1]][keyed[2]]
            row["FormattedName" if "FormattedName" in row else "BusinessPartnerFormattedName"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """Orders are elsewhere."""

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        row = {"ID": key, "Name": subject, "BuyerPartyID": self._number(contact), "CreationDateTime": _ticks(at)}
        self.add("ServiceRequestCollection", **row, ServiceRequestUserLifeCycleStatusCodeText=status, imported=True)

    def add(self, set_: str, **row: Any) -> str:
        id_ = f"00163E{secrets.token_hex(13).upper()}"
        self.sets[set_][id_] = {**dict.fromkeys(FIELDS[set_], ""), **row, "ObjectID": id_}
        return id_

    def entries(self, contact: str) -> list[Entry]:
        keyed = _KEYED.fullmatch(contact)
        assert keyed is not None
        texts = self.sets[keyed[1].removesuffix("Collection") + "TextCollectionCollection"]
        mine = [text for text in texts.values() if text["ParentObjectID"] == keyed[2]]
        return [Entry(text["ObjectID"], contact, "", text["Text"]) for text in mine]

    def cases(self, contact: str) -> list[Entry]:
        number = self._number(contact)
        found = [row for row in self.sets["ServiceRequestCollection"].values() if row["BuyerPartyID"] == number]
        texts = self.sets["ServiceRequestTextCollectionCollection"].values()
        return [
            Entry(
                row["ObjectID"],
                contact,
                row["Name"],
                "\n".join(text["Text"] for text in texts if text["ParentObjectID"] == row["ObjectID"]),
            )
            for row in found
            if not row.get("imported")
        ]

    def expire_tokens(self) -> None:
        self._sessions.clear()

    def _number(self, contact: str) -> str:
        keyed = _KEYED.fullmatch(contact)
        assert keyed is not None
        row = self.sets[keyed[1]][keyed[2]]
        return str(row.get("CustomerID") or row.get("AccountID"))

    # What it answers.

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        expected = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if request.headers.get("Authorization") != expected:
            headers = {"WWW-Authenticate": 'Basic realm="SAP NetWeaver Application Server"'}
            return web.Response(status=401, text="<html>Logon failed</html>", headers=headers)
        try:
            if request.method == "GET":
                return self._get(request)
            return self._change(request, body)
        except RefusedError as error:
            said = {"error": {"code": "", "message": {"lang": "en", "value": error.message}}}
            return web.json_response(said, status=error.status)

    def _get(self, request: web.Request) -> web.Response:
        path, asked = request.path.removeprefix(API), request.query
        if asked.get("$format") != "json":
            return web.Response(
                text='<?xml version="1.0" encoding="utf-8"?><feed/>', content_type="application/atom+xml"
            )
        if not path:
            answer = web.json_response({"d": {"EntitySets": sorted(FIELDS)}})
        elif keyed := _KEYED.fullmatch(path):
            row = self.sets.get(keyed[1], {}).get(keyed[2].replace("''", "'"))
            if row is None:
                raise RefusedError(404, f"Resource not found for the key '{keyed[2]}'.")
            answer = web.json_response({"d": {"results": self._shown(keyed[1], row, asked.get("$select"))}})
        else:
            answer = web.json_response({"d": self._found(request, path)})
        if request.headers.get("X-CSRF-Token", "").lower() == "fetch":
            self.given += 1
            token, session = secrets.token_urlsafe(12) + "==", secrets.token_hex(8)
            self._sessions[session] = token
            answer.headers["X-CSRF-Token"] = token
            answer.headers.add("Set-Cookie", f"SAP_SESSIONID_LQ1_041={session}%3d; path=/; secure; HttpOnly")
            answer.headers.add("Set-Cookie", "sap-usercontext=sap-client=041; path=/")
        return answer

    def _found(self, request: web.Request, set_: str) -> Row:
        asked = request.query
        if set_ not in self.sets:
            raise RefusedError(404, f"Resource not found for segment '{set_}'")
        unknown = set(asked) - {
            "$filter",
            "$orderby",
            "$top",
            "$skip",
            "$select",
            "$inlinecount",
            "$format",
            "$skiptoken",
        }
        if unknown:
            raise RefusedError(400, f"Invalid system query option: {unknown.pop()}")
        found = list(self.sets[set_].values())
        if "$filter" in asked:
            try:
                filter_ = Filter(asked["$filter"], FIELDS[set_], DIALECT)
            except BadFilterError as error:
                raise RefusedError(400, f"Invalid parametertype used at function: {error}") from error
            found = [row for row in found if filter_.matches(row)]
        if "$orderby" in asked:
            name, _, way = asked["$orderby"].partition(" ")
            if name not in FIELDS[set_]:
                raise RefusedError(400, f"Invalid property {name} in $orderby")
            found.sort(key=lambda row: int(re.sub(r"\D", "", row[name]) or "0"), reverse=way == "desc")
        said: Row = {"__count": str(len(found))} if asked.get("$inlinecount") == "allpages" else {}
        begin = int(asked.get("$skiptoken", "1")) - 1
        if "$top" in asked:
            if int(asked["$top"]) > 1000:
                raise RefusedError(400, "The value of $top must not be greater than 1000")
            found = found[: min(int(asked["$top"]), self.largest_page)]
        elif len(found) > begin + self.page:
            onward = {**asked, "$skiptoken": str(begin + self.page + 1)}
            options = "&".join(f"{name}={quote(value)}" for name, value in onward.items())
            said["__next"] = f"{self.url}{request.path}?{options}"
            found = found[begin : begin + self.page]
        else:
            found = found[begin:]
        return {**said, "results": [self._shown(set_, row, asked.get("$select")) for row in found]}

    def _shown(self, set_: str, row: Row, select: str | None) -> Row:
        names = select.split(",") if select else sorted(FIELDS[set_])
        for name in names:
            if name not in FIELDS[set_]:
                raise RefusedError(400, f"Invalid property {name} in $select")
        uri = f"{self.url}{API}{set_}('{row['ObjectID']}')"
        return {"__metadata": {"uri": uri, "type": f"c4codata.{set_.removesuffix('Collection')}"}} | {
            name: row[name] for name in names
        }

    def _change(self, request: web.Request, body: Any) -> web.Response:
        cookies = SimpleCookie(request.headers.get("Cookie", ""))
        session = (
            cookies["SAP_SESSIONID_LQ1_041"].value.removesuffix("%3d") if "SAP_SESSIONID_LQ1_041" in cookies else ""
        )
        token = request.headers.get("X-CSRF-Token")
        if not token or self._sessions.get(session) != token:
            return web.Response(status=403, text="CSRF token validation failed", headers={"x-csrf-token": "Required"})
        path = request.path.removeprefix(API)
        keyed = _KEYED.fullmatch(path)
        if request.method == "POST" and path in self.sets:
            return self._create(path, body)
        if keyed is None or keyed[2] not in self.sets.get(keyed[1], {}):
            raise RefusedError(404, f"Resource not found for '{path}'")
        if request.method == "DELETE":
            if keyed[1] not in DELETABLE:
                raise RefusedError(405, "Method not allowed")
            del self.sets[keyed[1]][keyed[2]]
        elif request.method == "PATCH":
            self.sets[keyed[1]][keyed[2]] |= self._checked(keyed[1], body)
        else:
            raise RefusedError(405, "Method not allowed")
        self.took_effect()
        return web.Response(status=204)

    def _create(self, set_: str, body: Any) -> web.Response:
        if not isinstance(body, dict):
            raise RefusedError(415, "Unsupported media type")
        deep = body.pop("ServiceRequestTextCollection", []) if set_ == "ServiceRequestCollection" else []
        row = self._checked(set_, body)
        if set_.endswith("TextCollectionCollection"):
            parents = self.sets[set_.replace("TextCollectionCollection", "Collection")]
            if row.get("ParentObjectID") not in parents:
                raise RefusedError(400, "Parent object does not exist")
            row["CreatedOn"] = _ticks(datetime.now(UTC))
        if set_ == "ServiceRequestCollection":
            parties = [
                *self.sets["IndividualCustomerCollection"].values(),
                *self.sets["CorporateAccountCollection"].values(),
            ]
            known = {party.get("CustomerID") or party.get("AccountID") for party in parties}
            if row.get("BuyerPartyID") and row["BuyerPartyID"] not in known:
                raise RefusedError(400, f"Account {row['BuyerPartyID']} does not exist")
            row |= {"ID": str(self.next_id()), "CreationDateTime": _ticks(datetime.now(UTC))}
            row["ServiceRequestUserLifeCycleStatusCodeText"] = "Open"
        id_ = self.add(set_, **row)
        for text in deep:
            checked = self._checked("ServiceRequestTextCollectionCollection", text)
            self.add("ServiceRequestTextCollectionCollection", **checked, ParentObjectID=id_)
        self.took_effect()
        return web.json_response({"d": {"results": self._shown(set_, self.sets[set_][id_], None)}}, status=201)

    def _checked(self, set_: str, body: Any) -> Row:
        for name, value in body.items():
            if name not in FIELDS[set_] or name == "ObjectID":
                raise RefusedError(400, f"Invalid property name '{name}' at position 1")
            if not isinstance(value, str):
                raise RefusedError(400, f"Property '{name}' has an invalid value")
            if len(value) > LONGEST.get(name, 1_000_000):
                raise RefusedError(400, f"Property '{name}' is longer than {LONGEST[name]}")
        return dict(body)


def _ticks(at: datetime) -> str:
    return f"/Date({int(at.timestamp() * 1000)})/"
