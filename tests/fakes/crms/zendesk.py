"""A pretended Zendesk Support: users, identities, organizations and tickets, as its reference tells.

From developer.zendesk.com: ticketing/introduction (idempotency, errors), users/users (search, me), users/user_identities,
tickets/tickets (by external id, requested, create, delete, permanently delete), ticket-management/search (the query
language), organizations, oauth/grant_type_tokens (client credentials), introduction/rate-limits.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm
from tests.fakes.crms.pretend import Entry

CLIENT, SECRET = "baton", "zendesk-client-secret"
AGENT, API_TOKEN = "baton@acme.example", "zendesk-api-token"
ME = {"id": 1, "name": "Baton", "email": AGENT, "role": "agent", "active": True}
_TYPES = {"email", "twitter", "facebook", "google", "phone_number", "agent_forwarding", "any_channel", "foreign", "sdk"}
_STATES = {"new", "open", "pending", "hold", "solved"}

Row = dict[str, Any]


class PretendZendesk(LoopbackCrm):
    """Implements `PretendCrm`; `verification_mails` are those it sent to new addresses, `public` what customers saw."""

    kind = "zendesk"

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[int, Row] = {1: dict(ME)}
        self.identities: dict[int, list[Row]] = {}
        self.organizations: dict[int, Row] = {}
        self.tickets: dict[int, Row] = {}
        self.archived: set[int] = set()
        self.deleted: dict[int, Row] = {}
        self.idempotent: dict[str, tuple[Any, int]] = {}
        self.verification_mails: list[str] = []
        self.role = "agent"
        self.routes: list[tuple[str, str, Callable[..., web.Response]]] = [
            ("GET", r"/api/v2/users/me(?:\.json)?", self._me),
            ("GET", r"/api/v2/users(?:\.json)?", self._every_user),
            ("GET", r"/api/v2/organizations(?:\.json)?", self._every_organization),
            ("GET", r"/api/v2/users/search(?:\.json)?", self._search_users),
            ("GET", r"/api/v2/users/(\d+)(?:\.json)?", self._user),
            ("GET", r"/api/v2/users/(\d+)/identities(?:\.json)?", self._identities),
            ("POST", r"/api/v2/users/(\d+)/identities(?:\.json)?", self._add_identity),
            ("GET", r"/api/v2/users/(\d+)/tickets/requested(?:\.json)?", self._requested),
            ("GET", r"/api/v2/organizations/search(?:\.json)?", self._search_organizations),
            ("GET", r"/api/v2/organizations/(\d+)(?:\.json)?", self._organization),
            ("GET", r"/api/v2/organizations/(\d+)/tickets(?:\.json)?", self._of_organization),
            ("GET", r"/api/v2/tickets(?:\.json)?", self._by_external_id),
            ("POST", r"/api/v2/tickets(?:\.json)?", self._create),
            ("DELETE", r"/api/v2/tickets/(\d+)(?:\.json)?", self._delete),
            ("DELETE", r"/api/v2/deleted_tickets/(\d+)(?:\.json)?", self._delete_for_good),
            ("GET", r"/api/v2/search(?:\.json)?", self._search),
        ]

    @property
    def settings(self) -> dict[str, Any]:
        secret = "ZENDESK_CLIENT_SECRET"
        return {"kind": "zendesk", "url": self.url, "client_id": CLIENT, "client_secret_env": secret}

    @property
    def environment(self) -> dict[str, str]:
        return {"ZENDESK_CLIENT_SECRET": SECRET}

    # What is in it.

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        number = self.next_id()
        if company:
            self.organizations[number] = {"id": number, "name": name, "domain_names": []}
            return f"organization:{number}"
        # Zendesk keeps addresses in lower case.
        email = email.lower() if email else None
        self.users[number] = {
            "id": number,
            "name": name,
            "email": email,
            "phone": phone,
            "role": "end-user",
            "active": True,
            "locale": "en-GB",
            "tags": [],
        }
        self.identities[number] = [self._identity(number, "email", email)] if email else []
        return str(number)

    def change_contact(self, contact: str, name: str | None) -> None:
        rows = self.organizations if contact.startswith("organization:") else self.users
        number = int(contact.removeprefix("organization:"))
        if name is None:
            del rows[number]
        else:
            rows[number]["name"] = name

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """Zendesk keeps none."""

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        number = self.next_id()
        self.tickets[number] = {
            "id": number,
            "external_id": None,
            "subject": subject,
            "status": status,
            "requester_id": int(contact),
            "created_at": _stamp(at),
            "tags": [],
        }

    def entries(self, contact: str) -> list[Entry]:
        ours = [row for row in self.tickets.values() if row.get("comment") and str(row["requester_id"]) == contact]
        return [Entry(str(row["id"]), contact, row["subject"], row["comment"]["body"]) for row in ours]

    def cases(self, contact: str) -> list[Entry]:
        return [each for each in self.entries(contact) if self.tickets[int(each.id)]["status"] != "solved"]

    def _identity(self, user: int, kind: str, value: str) -> Row:
        return {"id": self.next_id(), "user_id": user, "type": kind, "value": value, "verified": False}

    # What it answers.

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        return request.path == "/oauth/tokens"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if request.path == "/oauth/tokens":
            form = body if body is not None else await request.post()
            return self._token(dict(form))
        if not self._is_let_in(request):
            return _json({"error": "Couldn't authenticate you"}, 401)
        for method, path, answer in self.routes:
            if request.method == method and (match := re.fullmatch(path, request.path)):
                if method == "POST" and "json" not in request.content_type:
                    return _json({"error": "Unsupported content type"}, 415)
                return answer(request, body, *map(int, match.groups()))
        return _json({"error": "InvalidEndpoint", "description": "Not found"}, 404)

    def _token(self, form: dict[str, Any]) -> web.Response:
        if form.get("grant_type") != "client_credentials":
            return _json({"error": "unsupported_grant_type", "error_description": "That grant type is unknown"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return _json(
                {"error": "invalid_client", "error_description": "The client could not be authenticated."}, 401
            )
        return _json({"access_token": self.give_token(), "token_type": "bearer", "scope": "read write"})

    def _is_let_in(self, request: web.Request) -> bool:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            return b64decode(value).decode() == f"{AGENT}/token:{API_TOKEN}"
        return self.has_token(request)

    def _me(self, request: web.Request, body: Any) -> web.Response:
        return _json({"user": {**ME, "role": self.role}})

    def _every_user(self, request: web.Request, body: Any) -> web.Response:
        role = request.query.get("role")
        return self._listed(request, "users", [row for row in self.users.values() if role in {None, row["role"]}])

    def _every_organization(self, request: web.Request, body: Any) -> web.Response:
        return self._listed(request, "organizations", list(self.organizations.values()))

    def _listed(self, request: web.Request, name: str, rows: list[Row]) -> web.Response:
        """By cursor where `page[size]` is given; by number no more than a hundred pages."""
        rows.sort(key=lambda row: int(row["id"]))
        if "page[size]" not in request.query:
            page = int(request.query.get("page", 1))
            if page > 100:
                words = "Invalid page number; must be less than or equal to 100. Use cursor pagination."
                return _json({"error": "RecordInvalid", "description": words}, 400)
            return _json({name: rows[100 * (page - 1) : 100 * page], "count": len(rows)})
        size = int(request.query["page[size]"])
        if size > 100 or "page" in request.query:
            return _json({"error": "InvalidPaginationParameter", "description": "page[size] is invalid"}, 400)
        last = int(b64decode(request.query["page[after]"])) if "page[after]" in request.query else 0
        rows = [row for row in rows if int(row["id"]) > last]
        page_rows = rows[: min(size, self.largest_page)]
        after = b64encode(str(page_rows[-1]["id"]).encode()).decode() if page_rows else None
        return _json({name: page_rows, "meta": {"has_more": len(page_rows) < len(rows), "after_cursor": after}})

    def _user(self, request: web.Request, body: Any, number: int) -> web.Response:
        return _json({"user": self.users[number]}) if number in self.users else _missing()

    def _search_users(self, request: web.Request, body: Any) -> web.Response:
        """A clause finds what begins like its value, in any of the user's addresses; a free word finds more."""
        asked = _clause(request.query.get("query", ""))
        if asked is None:
            return _json({"error": "invalid", "description": "Invalid search: the query cannot be read"}, 422)
        keyword, value = asked
        found = []
        for number, user in self.users.items():
            known = [each["value"] for each in self.identities.get(number, ()) if each["type"] == "email"]
            fields = {"email": known, "phone": [user.get("phone") or ""], "name": [user["name"]]}
            if any(text.lower().startswith(value.lower()) for text in fields.get(keyword, ())):
                found.append(user)
        return _json({"users": found[:100], "count": len(found), "next_page": None})

    def _identities(self, request: web.Request, body: Any, user: int) -> web.Response:
        return _json({"identities": self.identities.get(user, [])}) if user in self.users else _missing()

    def _add_identity(self, request: web.Request, body: Any, user: int) -> web.Response:
        fresh = body.get("identity") or {}
        if user not in self.users:
            return _missing()
        if fresh.get("type") not in _TYPES or not fresh.get("value"):
            return _invalid("type", "Type: is invalid", "InvalidValue")
        if any(fresh["value"] == each["value"] for of in self.identities.values() for each in of):
            return _invalid("value", f"Value: {fresh['value']} is already being used by another user", "DuplicateValue")
        if fresh["type"] == "email" and not fresh.get("skip_verify_email"):
            self.verification_mails.append(fresh["value"])
        self.took_effect()
        self.identities[user].append(self._identity(user, fresh["type"], fresh["value"]))
        return _json({"identity": self.identities[user][-1]}, 201)

    def _search_organizations(self, request: web.Request, body: Any) -> web.Response:
        named = request.query.get("name", "").lower()
        return _json({"organizations": [each for each in self.organizations.values() if each["name"].lower() == named]})

    def _organization(self, request: web.Request, body: Any, number: int) -> web.Response:
        return _json({"organization": self.organizations[number]}) if number in self.organizations else _missing()

    def _of_organization(self, request: web.Request, body: Any, number: int) -> web.Response:
        return self._page(request, [row for row in self.tickets.values() if row.get("organization_id") == number])

    def _requested(self, request: web.Request, body: Any, user: int) -> web.Response:
        if user not in self.users:
            return _missing()
        return self._page(request, [row for row in self.tickets.values() if row["requester_id"] == user])

    def _by_external_id(self, request: web.Request, body: Any) -> web.Response:
        rows = list(self.tickets.values())
        if (asked := request.query.get("external_id")) is not None:
            rows = [row for row in rows if row["external_id"] in asked.split(",")]
        return self._page(request, rows)

    def _page(self, request: web.Request, rows: list[Row]) -> web.Response:
        """Oldest first unless asked otherwise, 100 at most; archived tickets are in no list."""
        rows = [row for row in rows if row["id"] not in self.archived]
        by = request.query.get("sort_by", "id")
        rows.sort(key=lambda row: row[by], reverse=request.query.get("sort_order") == "desc")
        size, page = min(int(request.query.get("per_page", 100)), 100), int(request.query.get("page", 1))
        return _json({"tickets": rows[size * (page - 1) : size * page], "count": len(rows), "next_page": None})

    def _create(self, request: web.Request, body: Any) -> web.Response:
        key = request.headers.get("Idempotency-Key")
        if key in self.idempotent:
            asked, number = self.idempotent[key]
            if asked != body:
                words = "Request parameters are different than original request with same idempotency key"
                return _json({"error": "IdempotentRequestError", "description": words}, 400)
            return _json({"ticket": self.tickets[number]}, 201, {"x-idempotency-lookup": "hit"})
        ticket = (body or {}).get("ticket") or {}
        comment, status = ticket.get("comment") or {}, ticket.get("status", "new")
        if not comment.get("body"):
            return _invalid("base", "Description: cannot be blank", "BlankValue")
        if len(comment["body"].encode()) > 65_535:
            return _invalid("base", "Comment: is too long", "ValueTooLong")
        if ticket.get("requester_id") not in self.users:
            return _invalid("requester", "Requester: is invalid", "InvalidValue")
        if status not in _STATES:
            return _invalid("status", f"Status: {status} is not included in the list", "InvalidValue")
        if status == "solved" and not ticket.get("assignee_id"):
            return _invalid("base", "Assignee: is required when solving a ticket", "BlankValue")
        number = self.next_id()
        self.took_effect()
        self.tickets[number] = {**ticket, "id": number, "status": status, "created_at": _stamp(datetime.now(UTC))}
        self.tickets[number].setdefault("external_id", None)
        if key is not None:
            self.idempotent[key] = (body, number)
        return _json({"ticket": self.tickets[number]}, 201, {"x-idempotency-lookup": "miss"})

    def _delete(self, request: web.Request, body: Any, number: int) -> web.Response:
        if number not in self.tickets:
            return _missing()
        self.took_effect()
        self.deleted[number] = self.tickets.pop(number)
        return web.Response(status=204)

    def _delete_for_good(self, request: web.Request, body: Any, number: int) -> web.Response:
        if self.deleted.pop(number, None) is None:
            return _missing()
        self.took_effect()
        return _json({"job_status": {"id": "8b726e606741012ffc2d782bcb7848fe", "status": "queued"}})

    def _search(self, request: web.Request, body: Any) -> web.Response:
        asked = re.fullmatch(r'type:ticket external_id:"([^"]*)"', request.query.get("query", ""))
        if asked is None:
            return _json({"error": "invalid", "description": "Invalid search: the query cannot be read"}, 422)
        return _json({"results": [row for row in self.tickets.values() if row["external_id"] == asked[1]]})


def _clause(query: str) -> tuple[str, str] | None:
    match = re.fullmatch(r'(\w+):"([^"]*)"', query) or re.fullmatch(r"(\w+):([^\s\"]+)", query)
    return (match[1], match[2]) if match is not None else None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(what: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(what, status=status, headers=headers)


def _missing() -> web.Response:
    return _json({"error": "RecordNotFound", "description": "Not found"}, 404)


def _invalid(field: str, words: str, why: str) -> web.Response:
    said = {"error": "RecordInvalid", "description": "Record validation errors"}
    return _json({**said, "details": {field: [{"description": words, "error": why}]}}, 422)
