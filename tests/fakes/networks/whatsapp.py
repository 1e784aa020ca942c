"""A pretended WhatsApp Business Platform, Cloud API, after its documentation.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages,
https://github.com/facebook/openapi (business-messaging-api_v23.0.yaml) and
https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from bot.domain.delivery import Inbound
from tests.fakes.networks.pretend import PretendNetwork, Row

PHONE = "106540352242922"
ACCOUNT = "102290129340398"
APP = "670843887433847"
NUMBER = "15550783881"
VERIFY = "words-to-verify-by"
SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")

LONGEST_TEXT = 4096
LONGEST_CALLBACK_DATA = 512
A_DAY = 24 * 60 * 60

_PATH = re.compile(r"^/v\d+\.\d+/([^/]+)(?:/([a-z_]+))?$")
_PLACE = re.compile(r"\{\{\s*([a-z0-9_]+)\s*\}\}")


class RefusedError(Exception):
    """The API says no: a status, a code, and what it says."""

    def __init__(self, status: int, code: int, message: str, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details


class WhatsApp(PretendNetwork):
    """One business account with one number, `PHONE`. Customers are named; each has a number and an id of their own."""

    kind = "whatsapp"
    has_cursors = False
    renews = False

    def __init__(self) -> None:
        super().__init__()
        self.token = self.give_token()
        self.scopes = list(SCOPES)
        self.apps = [{"id": APP, "name": "Baton of Acme", "link": "https://acme.example"}]
        self.phone: Row = {
            "id": PHONE,
            "display_phone_number": "+1 555-078-3881",
            "verified_name": "Acme",
            "quality_rating": "GREEN",
            "status": "CONNECTED",
            "name_status": "APPROVED",
            "code_verification_status": "VERIFIED",
            "platform_type": "CLOUD_API",
        }
        self.templates: list[Row] = [
            template("we_are_back", "en_US", "Hi {{1}}, we have news about your order {{2}}. May we tell you here?"),
        ]
        self.usernames: dict[str, str] = {}
        """Customers who have a username: their number is not told."""
        self.late: set[str] = set()
        """Customers whose last message is more than a day ago."""
        self.ago = 0
        """Seconds by which messages are older than now: they were on their way for so long."""
        self._wrote: dict[str, str] = {}
        self.messages: list[Row] = []
        """What was sent to customers, as it was sent, with its id."""

    # What a customer and a business do.

    @property
    def settings(self) -> Row:
        return {
            "kind": "whatsapp",
            "url": self.url,
            "secret_env": "WHATSAPP_APP_SECRET",
            "verify_token_env": "WHATSAPP_VERIFY_TOKEN",
            "token_env": "WHATSAPP_TOKEN",
            "phone_number_id": PHONE,
            "business_account_id": ACCOUNT,
        }

    @property
    def environment(self) -> dict[str, str]:
        return {"WHATSAPP_APP_SECRET": self.secret, "WHATSAPP_VERIFY_TOKEN": VERIFY, "WHATSAPP_TOKEN": self.token}

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        return {"X-Hub-Signature-256": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()}

    def challenge(self) -> tuple[Inbound, str]:
        asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
        return Inbound("GET", CIMultiDict(), asked, b""), "1158201444"

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        said: Row = {"type": "text", "text": {"body": text}}
        if answers is not None:
            said["context"] = {"from": NUMBER, "id": answers}
        return self.say(said, author)

    def say(self, said: Row, author: str = "tom") -> str:
        """A message of any type."""
        wamid = f"wamid.HBgL{self.next_id()}"
        self._wrote[wamid] = author
        self.late = self.late | {author} if self.ago > A_DAY else self.late - {author}
        self._message({"id": wamid, **said}, author)
        return wamid

    def edit(self, post: str, text: str) -> None:
        said = {
            "original_message_id": post,
            "message": {"context": {"id": "M0"}, "type": "text", "text": {"body": text}},
        }
        self._message({"id": f"wamid.HBgL{self.next_id()}", "type": "edit", "edit": said}, self._wrote[post])

    def delete(self, post: str) -> None:
        said = {"type": "revoke", "revoke": {"original_message_id": post}}
        self._message({"id": f"wamid.HBgL{self.next_id()}", **said}, self._wrote[post])

    def answers(self, post: str) -> list[str]:
        sent = (each for each in self.messages if (each.get("context") or {}).get("message_id") == post)
        return [self._shown(each) for each in sent]

    def unknown(self) -> None:
        self._message({"id": f"wamid.HBgL{self.next_id()}", "type": "hologram", "hologram": {"id": "7"}}, "tom")
        self.change(
            "moon_phase_update", {"messaging_product": "whatsapp", "metadata": self._metadata(), "phase": "new"}
        )

    def withdraw(self) -> str:
        self.scopes.remove("whatsapp_business_messaging")
        return "whatsapp_business_messaging"

    def change(self, field: str, value: Row) -> None:
        """A webhook of any field."""
        entry = {"id": ACCOUNT, "time": int(time.time()), "changes": [{"value": value, "field": field}]}
        self.tell({"object": "whatsapp_business_account", "entry": [entry]})

    def status(self, sent: str, status: str, errors: Iterable[Row] = ()) -> None:
        """What became of a message that was sent, by its id."""
        message = next(each for each in self.messages if each["id"] == sent)
        said: Row = {"id": sent, "status": status, "timestamp": str(int(time.time())), **_recipient(message)}
        if "biz_opaque_callback_data" in message:
            said["biz_opaque_callback_data"] = message["biz_opaque_callback_data"]
        if errors:
            said["errors"] = list(errors)
        value = {"messaging_product": "whatsapp", "metadata": self._metadata(), "statuses": [said]}
        self.change("messages", value)

    # The API.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        try:
            return web.json_response(self._answer(request, body))
        except RefusedError as refused:
            said: Row = {"message": str(refused), "type": "OAuthException", "code": refused.code, "fbtrace_id": "A1b2"}
            if refused.details:
                said["error_data"] = {"messaging_product": "whatsapp", "details": refused.details}
            return web.json_response({"error": said}, status=refused.status)

    def _answer(self, request: web.Request, body: bytes) -> Row:
        if not self.has_token(request):
            raise RefusedError(401, 190, "Invalid OAuth access token - Cannot parse access token")
        path = _PATH.match(request.path)
        of, what = path.groups() if path else ("", None)
        match request.method, {PHONE: "phone", ACCOUNT: "account"}.get(of, of), what:
            case "GET", "debug_token", None:
                return {"data": {"app_id": APP, "type": "SYSTEM_USER", "is_valid": True, "scopes": self.scopes}}
            case "GET", "phone", None:
                fields = request.query.get("fields", "id,display_phone_number,verified_name,quality_rating").split(",")
                return {name: self.phone[name] for name in ("id", *fields) if name in self.phone}
            case "GET", "account", "subscribed_apps":
                self._must_have("whatsapp_business_management")
                return {"data": [{"whatsapp_business_api_data": each} for each in self.apps]}
            case "GET", "account", "message_templates":
                self._must_have("whatsapp_business_management")
                return self._listed(request)
            case "POST", "phone", "messages":
                self._must_have("whatsapp_business_messaging")
                return self._accept(json.loads(body))
        raise RefusedError(400, 100, f"Unsupported {request.method.lower()} request. Object does not exist")

    def _must_have(self, scope: str) -> None:
        if scope not in self.scopes:
            raise RefusedError(403, 200, f"(#200) You do not have the necessary permission: {scope}")

    def _listed(self, request: web.Request) -> Row:
        wanted = request.query.get("status")
        found = [each for each in self.templates if wanted is None or each["status"] == wanted]
        start = int(self.cursor(request.query.get("after")) or 0)
        size = min(int(request.query.get("limit", "25")), self.largest_page)
        paging: Row = {"cursors": {"before": str(start), "after": str(start + size)}}
        if start + size < len(found):
            paging["next"] = f"{self.url}{request.path}?after={start + size}"
        return {"data": found[start : start + size], "paging": paging}

    def _accept(self, message: Row) -> Row:
        if message.get("messaging_product") != "whatsapp":
            raise RefusedError(400, 100, "(#100) The parameter messaging_product is required.")
        if not (message.get("to") or message.get("recipient")):
            raise RefusedError(400, 100, "(#100) The parameter to is required.")
        if len(message.get("biz_opaque_callback_data", "")) > LONGEST_CALLBACK_DATA:
            raise RefusedError(400, 100, "(#100) Param biz_opaque_callback_data is too long")
        match message.get("type", "text"):
            case "text":
                self._check_text(message)
            case "template":
                self._check_template(message["template"])
            case other:
                raise RefusedError(400, 131009, "(#131009) Parameter value is not valid", f"type {other}")
        kept = {**message, "id": f"wamid.HBgM{self.next_id()}"}
        self.messages.append(kept)
        self.took_effect()
        self._deliver_to_phone(kept)
        wa_id = str(message.get("to", "")).removeprefix("+")
        contact = {"input": message.get("to") or message["recipient"]} | ({"wa_id": wa_id} if wa_id else {})
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": kept["id"]}]}

    def _deliver_to_phone(self, message: Row) -> None:
        """It was accepted; that the window is over is said afterwards, by a webhook."""
        late = {_number(each) for each in self.late} | {_own_id(each) for each in self.late}
        if message.get("type") != "template" and {message.get("to"), message.get("recipient")} & late:
            error = {"code": 131047, "title": "Re-engagement message", "message": "Re-engagement message"}
            details = "Message failed to send because more than 24 hours have passed since the customer last replied."
            self.status(message["id"], "failed", [{**error, "error_data": {"details": details}}])
            return
        for status in ("sent", "delivered", "read"):
            self.status(message["id"], status)

    def _check_text(self, message: Row) -> None:
        words = (message.get("text") or {}).get("body")
        if not words:
            raise RefusedError(400, 100, "(#100) The parameter text['body'] is required.")
        if len(words) > LONGEST_TEXT:
            what = f"Param text['body'] must be at most {LONGEST_TEXT} characters long."
            raise RefusedError(400, 100, f"(#100) {what}")

    def _check_template(self, named: Row) -> None:
        known = self._template(named)
        if known is None or known["status"] != "APPROVED":
            what = f"template name ({named['name']}) does not exist in {named['language']['code']}"
            raise RefusedError(404, 132001, "(#132001) Template name does not exist in the translation", what)
        for part in known["components"]:
            places = list(dict.fromkeys(_PLACE.findall(part.get("text", ""))))
            given = _component(named, part["type"])
            values = given.get("parameters", [])
            if len(values) != len(places):
                what = (
                    f"{part['type'].lower()}: number of localizable_params ({len(values)}) does not match the expected"
                )
                raise RefusedError(400, 132000, "(#132000) Number of parameters does not match", what)
            if known.get("parameter_format") == "NAMED" and {e.get("parameter_name") for e in values} != set(places):
                raise RefusedError(400, 100, "(#100) Invalid parameter", "Parameter name is missing or empty")
            for each in values:
                if not each["text"] or re.search(r"[\n\t]| {5}", each["text"]):
                    what = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                    raise RefusedError(400, 132018, "(#132018) There is an issue with the parameters", what)

    def _template(self, named: Row) -> Row | None:
        wanted = (named["name"], named["language"]["code"])
        return next((each for each in self.templates if (each["name"], each["language"]) == wanted), None)

    def _shown(self, message: Row) -> str:
        """What the customer reads."""
        if message.get("type") != "template":
            return str(message["text"]["body"])
        known = self._template(message["template"])
        assert known is not None
        lines = []
        for part in known["components"]:
            given = _component(message["template"], part["type"])
            values = [each["text"] for each in given.get("parameters", [])]
            lines.append(_filled(part.get("text", ""), values))
        return "\n\n".join(filter(None, lines))

    # Webhooks.

    def _metadata(self) -> Row:
        return {"display_phone_number": NUMBER, "phone_number_id": PHONE}

    def _message(self, said: Row, author: str) -> None:
        username = self.usernames.get(author)
        contact: Row = {"profile": {"name": f"{author.capitalize()} 🙂"}, "user_id": _own_id(author)}
        sender: Row = {"from_user_id": _own_id(author)}
        if username is not None:
            contact["profile"]["username"] = username
        else:
            contact["wa_id"] = sender["from"] = _number(author)
        message = {**sender, "timestamp": str(int(time.time()) - self.ago), **said}
        value = {
            "messaging_product": "whatsapp",
            "metadata": self._metadata(),
            "contacts": [contact],
            "messages": [message],
        }
        self.change("messages", value)


def template(
    name: str, language: str, body: str, *, header: str = "", footer: str = "", status: str = "APPROVED"
) -> Row:
    """A message template as it is listed."""
    texts = [("HEADER", header), ("BODY", body), ("FOOTER", footer)]
    parts: list[Row] = [{"type": kind, "text": text} for kind, text in texts if text]
    if header:
        parts[0]["format"] = "TEXT"
    named = any(not place.isdecimal() for place in _PLACE.findall(header + body))
    return {
        "id": f"{abs(hash((name, language))) % 10**15}",
        "name": name,
        "language": language,
        "status": status,
        "category": "UTILITY",
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": parts,
    }


def _component(named: Row, kind: str) -> Row:
    """The part of a template message with the values for this part of the template."""
    return next((each for each in named.get("components", ()) if each["type"].upper() == kind), Row())


def _filled(text: str, values: list[Any]) -> str:
    places = list(dict.fromkeys(_PLACE.findall(text)))
    # Numbered places take their values by number, named ones here in the order in which they stand.
    places = sorted(places, key=int) if all(place.isdecimal() for place in places) else places
    return _PLACE.sub(lambda found: values[places.index(found[1])], text)


def _number(author: str) -> str:
    return f"1650555{sum(author.encode()) % 10_000:04}"


def _own_id(author: str) -> str:
    """The business-scoped user ID."""
    return f"US.1349120865530{sum(author.encode())}"


def _recipient(message: Row) -> Row:
    named = {"recipient_id": message.get("to"), "recipient_user_id": message.get("recipient")}
    return {name: value for name, value in named.items() if value}
