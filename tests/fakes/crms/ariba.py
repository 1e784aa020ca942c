"""A pretended look-up of vendors before SAP Ariba: an integration flow of the company's, which speaks as Ariba's own interfaces do.

From the SAP Ariba Developer Portal: “Authentication” (client credentials in a basic header, tokens that hold for 24 minutes, the
application key in a header `apiKey`), “Rate limiting” (429), and the guide “Supplier Data API with Pagination” (the names of the
fields: `SM Vendor ID`, `ERP Vendor ID`, `Supplier Name`, `Registration Status`). Ariba's own interface gives vendors page by page
and looks for none by address: that is what the flow adds, with `contacts` and `domains` beside the fields.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm

CLIENT, SECRET, KEY = "baton", "ariba-secret", "gateway-key"


class PretendAriba(LoopbackCrm):
    """Vendors may be registered, and may be phased out."""

    kind = "ariba"

    def __init__(self) -> None:
        super().__init__()
        self.vendors: dict[str, dict[str, Any]] = {}

    def register(self, name: str, *, domains: tuple[str, ...] = (), emails: tuple[str, ...] = ()) -> str:
        """A vendor; gives the SM Vendor ID."""
        number = f"S{self.next_id()}"
        self.vendors[number] = {
            "SM Vendor ID": number,
            "ERP Vendor ID": str(self.next_id()),
            "Supplier Name": name,
            "Registration Status": "Registered",
            "domains": list(domains),
            "contacts": [{"email": email} for email in emails],
        }
        return number

    def phase_out(self, number: str) -> None:
        """No vendor any more."""
        self.vendors[number]["Registration Status"] = "PhasedOut"

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if request.path == "/v2/oauth/token":
            form = await request.post()
            if kind != "Basic" or b64decode(value).decode() != f"{CLIENT}:{SECRET}":
                return web.json_response(
                    {"error": "invalid_client", "error_description": "Bad credentials"}, status=401
                )
            if form.get("grant_type") != "client_credentials":
                return web.json_response({"error": "unsupported_grant_type"}, status=400)
            token = {"access_token": self.give_token(), "token_type": "bearer", "expires_in": 1440}
            return web.json_response({**token, "scope": None, "timeUpdated": 1762160000000})
        if not self.has_token(request):
            return web.json_response({"message": "Unauthorized", "code": 401}, status=401)
        if request.headers.get("apiKey") != KEY:
            return web.json_response({"message": "Invalid application key.", "code": 403}, status=403)
        if request.method != "GET" or request.path != "/vendors":
            return web.json_response({"message": "Not found.", "code": 404}, status=404)
        domain, email = request.query.get("domain", "").lower(), request.query.get("email", "").lower()
        found = [
            vendor
            for vendor in self.vendors.values()
            if vendor["Registration Status"] != "PhasedOut"
            and (domain in vendor["domains"] or email in {each["email"].lower() for each in vendor["contacts"]})
        ]
        return web.json_response({"vendors": found[: int(request.query.get("limit", 20))]})
