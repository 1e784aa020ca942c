"""What the pretended networks of Meta share: tokens and their permissions, errors, fields, pages of lists, signatures, messages.

https://developers.facebook.com/docs/graph-api/overview, …/webhooks/getting-started, …/guides/error-handling,
…/guides/secure-requests; https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from bot.domain.delivery import Inbound
from tests.fakes.networks.pretend import PretendNetwork, Row

VERIFY = "a word of our own"
APP = "778899001122"
DAY = 86_400


class GraphError(Exception):
    """An error of the Graph API in its own form."""

    def __init__(
        self, message: str, code: int, subcode: int = 0, *, kind: str = "OAuthException", status: int = 400
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: Row = {"message": message, "type": kind, "code": code, "fbtrace_id": "AbCdEf123"}
        if subcode:
            self.error["error_subcode"] = subcode


class PretendMeta(PretendNetwork):
    """Base of the pretended networks of Meta. `mine` is the account's id there; `scopes` the permissions that were granted."""

    renews = False
    object = ""
    mine = ""
    scopes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    longest_message = 2000
    in_bytes = False

    def __init__(self) -> None:
        super().__init__()
        self.token = self.give_token()
        self.given = set(self.scopes)
        self.subscribed = list(self.fields)
        self.needs_proof = False
        self.human_agent = False
        """Whether Meta lets the app answer for seven days."""
        self.threads: dict[str, list[Row]] = {}
        """The messages with each customer, oldest first."""
        self.names: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        return {"META_SECRET": self.secret, "META_TOKEN": self.token, "META_VERIFY": VERIFY}

    @property
    def settings(self) -> Row:
        return {
            "kind": self.kind,
            "url": self.url,
            "secret_env": "META_SECRET",
            "token_env": "META_TOKEN",
            "verify_token_env": "META_VERIFY",
            "app_id": APP,
        }

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        """Over the escaped form of what is sent, with small hexadecimal digits, as Meta's page on webhooks has it."""
        escaped = re.sub(
            r"[^\x00-\x7f]", lambda found: json.dumps(found[0]).strip('"'), body.decode("utf-8", "surrogatepass")
        )
        return {"X-Hub-Signature-256": "sha256=" + hmac.digest(secret.encode(), escaped.encode(), "sha256").hex()}

    def challenge(self) -> tuple[Inbound, str]:
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY}
        return Inbound("GET", CIMultiDict(), query, b""), "1158201444"

    def withdraw(self) -> str:
        """The last of its permissions."""
        self.given.discard(self.scopes[-1])
        return self.scopes[-1]

    # Requests.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        try:
            found = re.fullmatch(r"/v\d+\.\d+/(.+)", request.path)
            if found is None:
                raise GraphError(f"Unknown path components: {request.path}", 2500)
            asked: Row = dict(request.query)
            if body:
                asked |= json.loads(body)
            path = found[1].strip("/")
            if path == "debug_token":
                return web.json_response({"data": self._about(str(asked.get("input_token", "")))})
            self._allow(request, asked)
            parts = path.split("/")
            parts[0] = self.mine if parts[0] == "me" else parts[0]
            return web.json_response(self.answer(request.method, parts, asked))
        except GraphError as error:
            return web.json_response({"error": error.error}, status=error.status)

    def answer(self, method: str, parts: list[str], asked: Row) -> Row:
        """What a request with a token that holds is answered with; raises `GraphError`."""
        raise NotImplementedError

    def _allow(self, request: web.Request, asked: Row) -> None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(asked.get("access_token", ""))
        if token not in self._tokens:
            raise GraphError("Error validating access token: Session has expired on Sunday", 190, 463)
        proof = asked.get("appsecret_proof")
        if proof is None and self.needs_proof:
            raise GraphError(
                "API calls from the server require an appsecret_proof argument", 100, kind="GraphMethodException"
            )
        if proof is not None and proof != hmac.digest(self.secret.encode(), token.encode(), "sha256").hex():
            raise GraphError("Invalid appsecret_proof provided in the API argument", 100, kind="GraphMethodException")

    def _about(self, token: str) -> Row:
        if token not in self._tokens:
            error = {"code": 190, "message": "Error validating access token: Session has expired", "subcode": 463}
            return {"app_id": APP, "is_valid": False, "error": error, "scopes": []}
        return {"app_id": APP, "type": "PAGE", "is_valid": True, "expires_at": 0, "scopes": sorted(self.given)}

    def need(self, scope: str) -> None:
        """Refuse where the permission was not granted."""
        if scope not in self.given:
            raise GraphError(f"(#200) Requires {scope} permission to manage the object", 200, status=403)

    def page(self, rows: Sequence[Row], asked: Row, path: str, usual: int = 25) -> Row:
        """A part of a list, with the cursor of the next."""
        size = min(int(asked.get("limit") or usual), 100, self.largest_page)
        after = self.cursor(asked.get("after"))
        start = int(base64.b64decode(after)) if after else 0
        shown = [pick(row, str(asked.get("fields") or ""), self.largest_page) for row in rows[start : start + size]]
        paging: Row = {}
        if shown:
            paging["cursors"] = {
                "before": base64.b64encode(str(start).encode()).decode(),
                "after": base64.b64encode(str(start + size).encode()).decode(),
            }
        if start + size < len(rows):
            paging["next"] = f"{self.url}/v25.0/{path}?after={paging['cursors']['after']}"
        return {"data": shown, **({"paging": paging} if paging else {})}

    # Deliveries.

    def change(self, field: str, value: Any) -> None:
        """Something happened in a field that may be subscribed to."""
        if field in self.subscribed:
            entry = {"id": self.mine, "time": int(time.time()), "changes": [{"field": field, "value": value}]}
            self.tell({"object": self.object, "entry": [entry]})

    def messaging(self, event: Row, field: str = "messages") -> None:
        """Something happened in a conversation."""
        if field in self.subscribed:
            entry = {"id": self.mine, "time": int(time.time() * 1000), "messaging": [event]}
            self.tell({"object": self.object, "entry": [entry]})

    # Messages.

    def message(self, text: str, who: str = "9988776655", age: float = 0, **more: Any) -> str:
        """A customer sends us a message, `age` seconds ago; gives its id."""
        mid, at = f"m_{self.next_id()}-x", time.time() - age
        self.threads.setdefault(who, []).append(
            {"id": mid, "message": text, "from": {"id": who, "name": self.names.get(who, "Tom")}, "at": at}
        )
        self.messaging(
            {
                "sender": {"id": who},
                "recipient": {"id": self.mine},
                "timestamp": int(at * 1000),
                "message": {"mid": mid, "text": text, **more},
            }
        )
        return mid

    def edit_message(self, mid: str, text: str, number: int = 1) -> None:
        who, row = self._message(mid)
        row["message"] = text
        event = {"message_edit": {"mid": mid, "text": text, "num_edit": number}}
        self.messaging(self._about_message(who) | event, "message_edits")

    def unsend(self, mid: str) -> None:
        who, row = self._message(mid)
        self.threads[who].remove(row)
        self.messaging(self._about_message(who) | {"message": {"mid": mid, "is_deleted": True}})

    def said(self, who: str = "9988776655") -> list[str]:
        """What we said to a customer."""
        return [row["message"] for row in self.threads.get(who, []) if row["from"]["id"] == self.mine]

    def _about_message(self, who: str) -> Row:
        return {"sender": {"id": who}, "recipient": {"id": self.mine}, "timestamp": int(time.time() * 1000)}

    def _message(self, mid: str) -> tuple[str, Row]:
        return next((who, row) for who, rows in self.threads.items() for row in rows if row["id"] == mid)

    def send(self, asked: Row) -> Row:
        """The Send API: a text to somebody who wrote to us in the last 24 hours, or seven days for people that answer."""
        who, text = str(asked["recipient"].get("id")), asked["message"]["text"]
        if len(text.encode() if self.in_bytes else text) > self.longest_message or not text:
            raise GraphError("(#100) Length of param message[text] must be less than or equal to the limit", 100)
        if asked.get("messaging_type") not in {"RESPONSE", "UPDATE", "MESSAGE_TAG", None}:
            raise GraphError("(#100) Param messaging_type must be one of {…}", 100)
        if who not in self.threads:
            raise GraphError("(#100) No matching user found", 100, 2018001)
        theirs = [row["at"] for row in self.threads[who] if row["from"]["id"] == who]
        tagged = asked.get("messaging_type") == "MESSAGE_TAG" and asked.get("tag") == "HUMAN_AGENT"
        if tagged and not self.human_agent:
            raise GraphError("(#100) This tag is not allowed for your app", 100, 2018322)
        if time.time() - max(theirs) > (7 * DAY if tagged else DAY):
            raise GraphError("(#10) This message is sent outside of allowed window.", 10, self.window_over)
        mid = f"m_{self.next_id()}-x"
        self.threads[who].append(
            {"id": mid, "message": text, "from": {"id": self.mine, "name": "ACME"}, "at": time.time()}
        )
        self.took_effect()
        echo = {"mid": mid, "text": text, "is_echo": True, "app_id": int(APP)}
        event = {
            "sender": {"id": self.mine},
            "recipient": {"id": who},
            "timestamp": int(time.time() * 1000),
            "message": echo,
        }
        self.messaging(event, self.echoes)
        return {"recipient_id": who, "message_id": mid}

    window_over = 2018278
    echoes = "message_echoes"

    def conversations(self, asked: Row) -> Row:
        """Those of a platform, the one with the newest message first; `user_id`: only the one with this customer."""
        rows = [
            {
                "id": f"t_{who}",
                "updated_time": iso(messages[-1]["at"]),
                "link": f"/{self.mine}/inbox/{who}/",
                "participants": {"data": [{"id": who, "name": self.names.get(who, "Tom")}]},
                "messages": {"data": [self._read_message(row, who) for row in reversed(messages)]},
            }
            for who, messages in self.threads.items()
            if messages and asked.get("user_id") in {None, who}
        ]
        return self.page(sorted(rows, key=lambda row: row["updated_time"], reverse=True), asked, "me/conversations")

    def _read_message(self, row: Row, who: str) -> Row:
        ours = row["from"]["id"] == self.mine
        to = {"id": who if ours else self.mine}
        return {
            "id": row["id"],
            "message": row["message"],
            "created_time": iso(row["at"]),
            "from": row["from"],
            "to": {"data": [to]},
        }


def iso(at: float) -> str:
    """As the Graph API writes times."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def pick(row: Row, fields: str, largest: int = 100) -> Row:
    """Only what was asked for: of a list within, at most as many as its `limit`, the first ones."""
    if not fields:
        return {
            name: row[name]
            for name in ("id", "created_time", "message", "updated_time", "timestamp", "text")
            if name in row
        }
    found: Row = {"id": row["id"]} if "id" in row else {}
    for name, limit, within in _split(fields):
        value = row.get(name)
        if value is None:
            continue
        if isinstance(value, dict) and isinstance(value.get("data"), list):
            data, limit = value["data"], min(limit, largest)
            found[name] = {"data": [pick(each, within, largest) for each in data[:limit]]}
            if len(data) > limit:
                found[name]["paging"] = {
                    "cursors": {"after": base64.b64encode(str(limit).encode()).decode()},
                    "next": "…",
                }
        else:
            found[name] = pick(value, within, largest) if isinstance(value, dict) and within else value
    return found


def _split(fields: str) -> Iterable[tuple[str, int, str]]:
    """`a,b.order(x).limit(5){c,d}` as (name, limit, fields within)."""
    depth, part, parts = 0, "", []
    for letter in fields:
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    for each in [*parts, part]:
        head, _, within = each.strip().partition("{")
        limit = re.search(r"limit\((\d+)\)", head)
        yield re.split(r"[.(]", head)[0], int(limit[1]) if limit else 25, within.removesuffix("}")
