"""A pretended HubSpot account, written from the vendor's documentation (developers.hubspot.com/docs).

guides/api/crm/search, guides/api/crm/objects/contacts, …/tickets, …/deals, guides/api/crm/engagements/notes,
guides/api/crm/associations/associations-v4, guides/api/crm/pipelines, guides/apps/private-apps/overview,
reference/api/other-resources/error-handling, guides/apps/api-usage/usage-details
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.crms.hubspot_search import BadSearchError, search
from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry

TOKEN = "pat-eu1-1f2e3d4c-secret-4711"

PROPERTIES = {
    "contacts": "firstname lastname email hs_additional_emails phone mobilephone jobtitle company city country "
    "lifecyclestage hs_searchable_calculated_phone_number mastodon_handle",
    "companies": "name domain phone city country industry lifecyclestage",
    "deals": "dealname closedate amount deal_currency_code hs_is_closed_won dealstage pipeline",
    "orders": "hs_order_name hs_external_created_date hs_total_price hs_currency_code",
    "tickets": "subject content hs_pipeline hs_pipeline_stage hs_ticket_priority",
    "notes": "hs_note_body hs_timestamp hubspot_owner_id",
}
EVERY = {"hs_object_id", "createdate", "hs_createdate", "hs_lastmodifieddate"}
REQUIRED = {"notes": ("hs_timestamp",), "tickets": ("subject", "hs_pipeline_stage"), "deals": ("dealname",)}
JOINS = {
    202: ("notes", "contacts"),
    190: ("notes", "companies"),
    16: ("tickets", "contacts"),
    339: ("tickets", "companies"),
}
SCOPES = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.companies.read", "tickets"]
STAGES = {"1": "New", "2": "Waiting on contact", "4": "Closed"}


def refused(status: int, category: str, message: str, **more: Any) -> web.Response:
    """An error as HubSpot tells it."""
    said = {
        "status": "error",
        "message": message,
        "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf",
        "category": category,
    }
    return web.json_response({**said, **more}, status=status)


class PretendHubSpot(LoopbackCrm):
    """What was written through the interface is found by the search only after `catch_up`."""

    kind = "hubspot"

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[str, dict[str, dict[str, str]]] = {kind: {} for kind in PROPERTIES}
        self.joined: set[tuple[str, str, str, str]] = set()
        self.ours: list[str] = []
        self.unseen: set[str] = set()
        self.scopes = list(SCOPES)
        self.closed: set[str] = set()
        self.page = 500
        self.says: list[web.Response] = []

    @property
    def settings(self) -> dict[str, Any]:
        """As in baton.toml."""
        handles = {"mastodon": "mastodon_handle"}
        return {"kind": "hubspot", "url": self.url, "token_env": "HUBSPOT_TOKEN", "handles": handles}

    @property
    def environment(self) -> dict[str, str]:
        """The token of the private app."""
        return {"HUBSPOT_TOKEN": TOKEN}

    def expire_tokens(self) -> None:
        """The token of a private app does not expire."""

    def catch_up(self) -> None:
        """The search knows all that was written."""
        self.unseen.clear()

    # What stands in the account.

    def add(self, kind: str, **properties: str) -> str:
        """A record as it is."""
        number, moment = str(self.next_id()), _stamp(datetime.now(UTC))
        self.records[kind][number] = {"hs_object_id": number, "createdate": moment, **properties}
        return number

    def join(self, kind: str, number: str, other: str, to: str) -> None:
        """An association, which goes both ways."""
        self.joined |= {(kind, number, other, to), (other, to, kind, number)}

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        """A contact, or a company; the id is as Baton writes it."""
        if company:
            return f"company-{self.add('companies', name=name, phone=phone or '')}"
        first, _, last = name.partition(" ")
        # Kept as area code and local number alone.
        local = re.sub(r"[^0-9]", "", re.sub(r"^\+[0-9]{1,2} ", "", phone or ""))
        said = {
            "firstname": first,
            "lastname": last,
            "phone": phone or "",
            "hs_searchable_calculated_phone_number": local,
        }
        # Addresses are kept in small letters.
        return self.add("contacts", **said, **({"email": email.lower()} if email else {}))

    def change_contact(self, contact: str, name: str | None) -> None:
        """Called otherwise, or put into the bin."""
        kind, number = _of(contact)
        if name is None:
            del self.records[kind][number]
        elif kind == "companies":
            self.records[kind][number]["name"] = name
        else:
            self.records[kind][number]["firstname"], _, self.records[kind][number]["lastname"] = name.partition(" ")

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """A deal that was won."""
        said = {"dealname": what, "amount": str(amount), "deal_currency_code": currency, "closedate": _stamp(at)}
        self.join("deals", self.add("deals", **said, hs_is_closed_won="true"), *_of(contact))

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        """A ticket that somebody else opened."""
        number = self.add(
            "tickets", createdate=_stamp(at), subject=subject, content="", hs_pipeline="0", hs_pipeline_stage="1"
        )
        self.join("tickets", number, *_of(contact))

    def entries(self, contact: str) -> list[Entry]:
        """The notes of a contact as people read them."""
        return [
            Entry(number, contact, "", _shown(said["hs_note_body"])) for number, said in self._theirs("notes", contact)
        ]

    def cases(self, contact: str) -> list[Entry]:
        """The tickets that were opened through the interface."""
        theirs = [(number, said) for number, said in self._theirs("tickets", contact) if number in self.ours]
        return [Entry(number, contact, said["subject"], said["content"]) for number, said in theirs]

    def _theirs(self, kind: str, contact: str) -> list[tuple[str, dict[str, str]]]:
        return [each for each in self.records[kind].items() if (kind, each[0], *_of(contact)) in self.joined]

    # What is answered.

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        """What the API says."""
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            message = "Authentication credentials not found. This API supports OAuth 2.0 authentication"
            return refused(401, "INVALID_AUTHENTICATION", message)
        if self.says:
            return self.says.pop(0)
        if request.method in {"POST", "PATCH", "PUT"} and not isinstance(body, dict):
            return refused(415, "VALIDATION_ERROR", "Unsupported Media Type")
        if (answer := self._account(request, body)) is not None:
            return answer
        if found := re.fullmatch(r"/crm/v4/objects/(\w+)/([0-9]+)/associations/(\w+)", request.path):
            return self._associations(request, *found.groups())
        found = re.fullmatch(r"/crm/v3/objects/(\w+)(?:/(.+))?", request.path)
        if found is None or found[1] not in self.records:
            return refused(404, "OBJECT_NOT_FOUND", "resource not found")
        kind, rest = found[1], found[2] or ""
        if kind in self.closed:
            message = "This app hasn't been granted all required scopes to make this call."
            return refused(403, "MISSING_SCOPES", message)
        match request.method, rest:
            case "GET", "":
                return self._list(request, kind)
            case "POST", "search":
                return self._search(kind, body)
            case "POST", "batch/read":
                return self._batch(kind, body)
            case "POST", "":
                return self._create(kind, body)
        return self._one(request, kind, rest, body)

    def _account(self, request: web.Request, body: Any) -> web.Response | None:
        """What concerns no record."""
        match request.method, request.path:
            case "GET", "/account-info/v3/details":
                details = {
                    "portalId": 4711,
                    "accountType": "STANDARD",
                    "timeZone": "Europe/Berlin",
                    "companyCurrency": "EUR",
                }
                return web.json_response({**details, "uiDomain": "app-eu1.hubspot.com"})
            case "GET", "/crm/v3/pipelines/tickets":
                stages = [{"id": id_, "label": label, "displayOrder": 0} for id_, label in STAGES.items()]
                return web.json_response({"results": [{"id": "0", "label": "Support Pipeline", "stages": stages}]})
            case "POST", "/oauth/v2/private-apps/get/access-token-info":
                if body.get("tokenKey") != TOKEN:
                    return refused(404, "OBJECT_NOT_FOUND", "token not found")
                return web.json_response({"userId": 1, "hubId": 4711, "appId": 815, "scopes": self.scopes})
        return None

    def _associations(self, request: web.Request, kind: str, number: str, other: str) -> web.Response:
        if number not in self.records.get(kind, {}):
            return refused(404, "OBJECT_NOT_FOUND", f"Object not found. objectId are usually numeric: {number}")
        limit, after = int(request.query.get("limit", "500")), int(request.query.get("after", "0"))
        if not 1 <= limit <= 500:
            return refused(400, "VALIDATION_ERROR", "limit must be between 1 and 500")
        every = sorted(
            int(to) for a, b, c, to in self.joined if (a, b, c) == (kind, number, other) and to in self.records[other]
        )
        shown = every[after : after + min(limit, self.page)]
        types = [{"category": "HUBSPOT_DEFINED", "typeId": 201, "label": None}]
        said: dict[str, Any] = {"results": [{"toObjectId": each, "associationTypes": types} for each in shown]}
        if after + len(shown) < len(every):
            said["paging"] = {"next": {"after": str(after + len(shown)), "link": "https://api.hubapi.com/…"}}
        return web.json_response(said)

    def _list(self, request: web.Request, kind: str) -> web.Response:
        """By number; `after` is the last of the page before."""
        limit, after = int(request.query.get("limit", "10")), int(request.query.get("after", "0"))
        if not 1 <= limit <= 100:
            return refused(400, "VALIDATION_ERROR", "limit must be between 1 and 100")
        every = sorted((number for number in self.records[kind] if int(number) > after), key=int)
        shown = every[: min(limit, self.largest_page)]
        asked = request.query.get("properties", "").split(",")
        said: dict[str, Any] = {"results": [self._record(kind, number, asked) for number in shown]}
        if len(shown) < len(every):
            said["paging"] = {"next": {"after": shown[-1], "link": "https://api.hubapi.com/…"}}
        return web.json_response(said)

    def _search(self, kind: str, body: Mapping[str, Any]) -> web.Response:
        seen = {number: said for number, said in self.records[kind].items() if number not in self.unseen}
        one = {"contacts": "contact", "companies": "company"}
        theirs = {
            number: {f"{one[c]}:{to}" for a, b, c, to in self.joined if (a, b) == (kind, number) and c in one}
            for number in seen
        }
        try:
            found = search(body, seen, theirs, set(PROPERTIES[kind].split()) | EVERY)
        except BadSearchError as error:
            return refused(400, "VALIDATION_ERROR", str(error))
        limit = int(body.get("limit", 10))
        results = [self._record(kind, number, body.get("properties", ())) for number in found[:limit]]
        return web.json_response({"total": len(found), "results": results})

    def _batch(self, kind: str, body: Mapping[str, Any]) -> web.Response:
        wanted = [str(each["id"]) for each in body.get("inputs", ())]
        if not 1 <= len(wanted) <= 100:
            return refused(400, "VALIDATION_ERROR", "Batch size must be between 1 and 100")
        there = [number for number in wanted if number in self.records[kind]]
        said: dict[str, Any] = {
            "status": "COMPLETE",
            "results": [self._record(kind, each, body.get("properties", ())) for each in there],
        }
        if len(there) == len(wanted):
            return web.json_response(said)
        gone = {"ids": [each for each in wanted if each not in there]}
        error = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some objects",
            "context": gone,
        }
        return web.json_response({**said, "numErrors": 1, "errors": [error]}, status=207)

    def _record(self, kind: str, number: str, properties: Any) -> dict[str, Any]:
        said = self.records[kind][number]
        known = set(PROPERTIES[kind].split()) | EVERY
        shown = {name: said.get(name) for name in {*properties, "hs_object_id", "createdate"} if name in known}
        return {"id": number, "properties": shown, "createdAt": said["createdate"], "archived": False}

    def _bad(self, kind: str, properties: Mapping[str, Any]) -> web.Response | None:
        for name, value in properties.items():
            if name not in PROPERTIES[kind].split():
                error = [
                    {"isValid": False, "message": f'Property "{name}" does not exist', "error": "PROPERTY_DOESNT_EXIST"}
                ]
                return refused(400, "VALIDATION_ERROR", f"Property values were not valid: {error}")
            if len(str(value)) > 65_536:
                return refused(400, "VALIDATION_ERROR", f"{name} is too long: at most 65536 characters")
        if properties.get("hs_pipeline_stage", "1") not in STAGES:
            return refused(
                400, "VALIDATION_ERROR", f"{properties['hs_pipeline_stage']} is not a valid pipeline stage ID"
            )
        return None

    def _create(self, kind: str, body: Mapping[str, Any]) -> web.Response:
        properties = body.get("properties") or {}
        missing = [name for name in REQUIRED.get(kind, ()) if not properties.get(name)]
        if missing:
            return refused(
                400,
                "VALIDATION_ERROR",
                f"Error creating {kind}. Some required properties were not set.",
                context={"properties": missing},
            )
        if (bad := self._bad(kind, properties)) is not None:
            return bad
        others = []
        for each in body.get("associations", ()):
            join = JOINS.get(each["types"][0]["associationTypeId"])
            if join is None or join[0] != kind or each["types"][0]["associationCategory"] != "HUBSPOT_DEFINED":
                return refused(400, "VALIDATION_ERROR", f"Association type {each['types'][0]} is not valid for {kind}")
            if str(each["to"]["id"]) not in self.records[join[1]]:
                return refused(404, "OBJECT_NOT_FOUND", f"No {join[1]} with ID {each['to']['id']} exists")
            others.append((join[1], str(each["to"]["id"])))
        number = self.add(kind, **properties)
        for other, to in others:
            self.join(kind, number, other, to)
        self.ours.append(number)
        self.unseen.add(number)
        self.took_effect()
        return web.json_response(self._record(kind, number, properties), status=201)

    def _one(self, request: web.Request, kind: str, number: str, body: Any) -> web.Response:
        if number not in self.records[kind]:
            return refused(404, "OBJECT_NOT_FOUND", "resource not found")
        if request.method == "DELETE":
            del self.records[kind][number]
            self.took_effect()
            return web.Response(status=204)
        if request.method == "PATCH":
            if (bad := self._bad(kind, body.get("properties") or {})) is not None:
                return bad
            self.records[kind][number] |= body["properties"]
            self.took_effect()
        asked = request.query.get("properties", "").split(",")
        return web.json_response(self._record(kind, number, asked))


def _of(contact: str) -> tuple[str, str]:
    number = contact.removeprefix("company-")
    return ("contacts" if number == contact else "companies"), number


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"


def _shown(body: str) -> str:
    """HTML as it is drawn."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br\s*/?>", "\n", body)))
