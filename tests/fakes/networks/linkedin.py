"""A pretended LinkedIn: notifications, comments, posts and tokens, from https://learn.microsoft.com/linkedin as of 2026.

Webhooks: /shared/api-guide/webhook-validation; notifications, pushed and pulled:
/marketing/community-management/organizations/organization-social-action-notifications; comments:
/marketing/community-management/shares/comments-api; administrators: …/organizations/organization-access-control; tokens:
/shared/authentication/programmatic-refresh-tokens; addresses: /shared/api-guide/concepts/protocol-version. That a comment is
too long is not documented: those words are made up.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from bot.domain.delivery import Inbound
from tests.fakes.networks.pretend import VARIABLE, PretendNetwork, Row

COMPANY, CLIENT = "96072893", "77abcdefgh1234"
US = f"urn:li:organization:{COMPANY}"
SHARE, ACTIVITY = "urn:li:share:7094637247487995904", "urn:li:activity:7094637247890620418"
KINDS = {"LIKE", "COMMENT", "SHARE", "SHARE_MENTION", "ADMIN_COMMENT", "COMMENT_EDIT", "COMMENT_DELETE"}
LONGEST = 1_250


class PretendLinkedIn(PretendNetwork):
    """The company has one post; customers comment on it. With `decorates` turned off notifications hold no words."""

    kind = "linkedin"

    def __init__(self) -> None:
        super().__init__()
        self.decorates = True
        self.comments: dict[str, Row] = {}
        self.shares: dict[str, Row] = {}
        self.notifications: list[Row] = []
        self.refresh_tokens = {"refresh-token-of-the-admin"}
        self.codes: set[str] = set()
        self._withdrawn = False
        self._numbers = itertools.count(7_094_977_717_598_625_792)

    @property
    def settings(self) -> Row:
        return {
            "kind": "linkedin",
            "url": self.url,
            "organization": COMPANY,
            "client_id": CLIENT,
            "secret_env": VARIABLE,
            "refresh_token_env": "LINKEDIN_REFRESH_TOKEN",
            "every": "1s",
        }

    @property
    def environment(self) -> dict[str, str]:
        return {VARIABLE: self.secret, "LINKEDIN_REFRESH_TOKEN": "refresh-token-of-the-admin"}

    # What LinkedIn sends.

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        return {"X-LI-Signature": hmac.new(secret.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()}

    def challenge(self) -> tuple[Inbound, str] | None:
        code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
        made = hmac.new(self.secret.encode(), code.encode(), hashlib.sha256).hexdigest()
        answer = json.dumps({"challengeCode": code, "challengeResponse": made}, separators=(",", ":"))
        return Inbound("GET", {}, {"challengeCode": code}, b""), answer

    def _notify(self, action: str, urn: str, shown: Row | None = None, source: str = ACTIVITY) -> None:
        said: Row = {
            "notificationId": self.next_id(),
            "organizationalEntity": US,
            "action": action,
            "sourcePost": source,
            "decoratedSourcePost": {"entity": SHARE, "owner": US, "text": "Our new backpack", "mediaCategory": "NONE"},
            "lastModifiedAt": _now(),
            # A delivery leaves a part of a comment's URN out.
            "generatedActivity": urn.replace("(urn:li:", "("),
            "subscriber": "urn:li:person:adminOfThePage",
        }
        self.notifications.append({**said, "shown": urn if shown else None})
        if shown and self.decorates:
            said["decoratedGeneratedActivity"] = shown
        self.tell({"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [said]})

    # What customers do.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        number = self._comment(f"urn:li:person:{author}", text, self._top(answers) if answers else None)
        self._notify("COMMENT", self.comments[number]["commentUrn"], self._shown(number))
        return number

    def mention(self, text: str, *, author: str = "tom") -> str:
        """A member mentions the company in a post of their own."""
        urn = f"urn:li:share:{next(self._numbers)}"
        self.shares[urn] = {"id": urn, "author": f"urn:li:person:{author}", "commentary": text, "createdAt": _now()}
        shown = {"share": {"entity": urn, "owner": f"urn:li:person:{author}", "text": text}}
        self._notify("SHARE_MENTION", urn, shown, source=urn)
        return urn

    def edit(self, post: str, text: str) -> None:
        comment = self.comments[post]
        comment["message"]["text"] = text
        comment["lastModified"]["time"] = _now() + 1
        self._notify("COMMENT_EDIT", comment["commentUrn"], self._shown(post))

    def delete(self, post: str) -> None:
        gone = self.comments.pop(post)
        self._notify("COMMENT_DELETE", gone["commentUrn"])

    def answers(self, post: str) -> list[str]:
        above = self._top(post) if post in self.comments else None
        ours = (each for each in self.comments.values() if each["actor"] == US)
        if above is None:
            return [each["message"]["text"] for each in ours if each["object"] == post]
        return [each["message"]["text"] for each in ours if each.get("parentComment") == above]

    def unknown(self) -> None:
        self._notify("HOLOGRAM_WAVE", f"urn:li:hologram:{self.next_id()}")

    def withdraw(self) -> str:
        self._withdrawn = True
        return "Not enough permissions to access: organizationAcls.FINDER-roleAssignee.NO_VERSION"

    def allow(self) -> str:
        """An administrator gives the permission; gives the code."""
        code = f"AQT-code-{self.next_id()}"
        self.codes.add(code)
        return code

    def _comment(self, who: str, text: str, parent: str | None, above: str = ACTIVITY) -> str:
        number, now = str(next(self._numbers)), _now()
        self.comments[number] = {
            "id": number,
            "commentUrn": f"urn:li:comment:({above},{number})",
            "object": above,
            "actor": who,
            "agent": who,
            "message": {"attributes": [], "text": text},
            "created": {"actor": who, "time": now},
            "lastModified": {"actor": who, "time": now},
            "likesSummary": {
                "selectedLikes": [],
                "aggregatedTotalLikes": 0,
                "likedByCurrentUser": False,
                "totalLikes": 0,
            },
            **({"parentComment": parent} if parent else {}),
        }
        return number

    def _top(self, number: str) -> str:
        """A reply to a reply stands beside it, under the first comment."""
        comment = self.comments[number]
        return str(comment.get("parentComment") or comment["commentUrn"])

    def _shown(self, number: str) -> Row:
        comment = self.comments[number]
        shown = {"entity": comment["commentUrn"], "owner": comment["actor"], "object": comment["object"]}
        parent = {"parentComment": comment["parentComment"]} if "parentComment" in comment else {}
        return {"comment": {**shown, "text": comment["message"]["text"], **parent}}

    # The API.

    def is_for_token(self, request: web.Request) -> bool:
        return request.path == "/oauth/v2/accessToken"

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        if self.is_for_token(request):
            return self._token(dict(parse_qsl(body.decode())))
        path, _, query = request.raw_path.partition("?")
        return self._refused(request, path) or self._answer(request.method, path, query, body)

    def _refused(self, request: web.Request, path: str) -> web.Response | None:
        if not self.has_token(request):
            return _refusal(401, "Invalid access token", "INVALID_ACCESS_TOKEN", 65600)
        version = request.headers.get("LinkedIn-Version", "")
        if not (version.isdecimal() and len(version) == 6):
            return _refusal(426, f"Requested version {version} is not active", "NONEXISTENT_VERSION")
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            return _refusal(400, "Invalid protocol version", "ILLEGAL_ARGUMENT")
        if self._withdrawn:
            words = "Not enough permissions to access: organizationAcls.FINDER-roleAssignee.NO_VERSION"
            return _refusal(403, words, "ACCESS_DENIED", 100)
        if any(sign in path for sign in ":(),"):
            return _refusal(400, "Syntax exception in path variables", "ILLEGAL_ARGUMENT")
        return None

    def _answer(self, method: str, path: str, query: str, body: bytes) -> web.Response:
        asked = dict(each.partition("=")[::2] for each in query.split("&") if each)
        match [method, *map(unquote, path.strip("/").split("/"))]:
            case ["GET", "rest", "organizationAcls"] if asked.get("q") == "roleAssignee":
                role = {"organization": US, "role": "ADMINISTRATOR", "state": "APPROVED"}
                return self._list(asked, [{**role, "roleAssignee": "urn:li:person:adminOfThePage"}])
            case ["GET", "rest", "organizationalEntityNotifications"] if asked.get("q") == "criteria":
                return self._pulled(asked)
            case ["GET", "rest", "posts"] if unquote(asked.get("author", "")) == US:
                post = {"id": SHARE, "author": US, "commentary": "Our new backpack", "createdAt": _now() - 1000}
                return self._list(asked, [post])
            case ["GET", "rest", "posts", urn]:
                return _found(self.shares.get(urn))
            case ["GET", "rest", "socialActions", urn, "comments"]:
                return self._list(asked, self._under(urn))
            case ["GET", "rest", "socialActions", _, "comments", number]:
                return _found(self.comments.get(number))
            case ["POST", "rest", "socialActions", urn, "comments"]:
                return self._create(urn, json.loads(body))
        return _refusal(404, f"No virtual resource found for: {path}", "RESOURCE_NOT_FOUND")

    def _token(self, form: Row) -> web.Response:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, self.secret):
            return _no_token("invalid_client", "Client authentication failed")
        refresh = form.get("refresh_token")
        if form.get("grant_type") == "authorization_code":
            if form.get("code") not in self.codes:
                return _no_token("invalid_request", "Unable to retrieve access token: authorization code not found")
            self.codes.discard(str(form["code"]))
            refresh = f"refresh-token-{self.next_id()}"
            self.refresh_tokens.add(refresh)
        elif form.get("grant_type") != "refresh_token" or refresh not in self.refresh_tokens:
            return _no_token("invalid_request", "The provided refresh token is invalid or has been revoked")
        given = {"access_token": self.give_token(), "expires_in": 5_184_000, "refresh_token": refresh}
        return web.json_response(
            {**given, "refresh_token_expires_in": 31_536_000, "scope": "r_organization_social_feed"}
        )

    def _pulled(self, asked: Mapping[str, str]) -> web.Response:
        kinds = set(asked.get("actions", "").removeprefix("List(").removesuffix(")").split(","))
        if unquote(asked.get("organizationalEntity", "")) != US or not kinds <= KINDS:
            return _refusal(400, "Invalid query parameters passed to request", "ILLEGAL_ARGUMENT")
        span = dict(each.split(":") for each in asked["timeRange"].strip("()").split(","))
        found = []
        for said in reversed(self.notifications):
            if said["action"] in kinds and int(span["start"]) <= said["lastModifiedAt"] <= int(span["end"]):
                number = str(said["shown"]).rpartition(",")[2].rstrip(")")
                shown = self._shown(number) if self.decorates and number in self.comments else None
                if said["action"] == "SHARE_MENTION":
                    share = self.shares[said["shown"]]
                    shown = {"share": {"entity": share["id"], "owner": share["author"], "text": share["commentary"]}}
                rest = {name: value for name, value in said.items() if name != "shown"}
                found.append(rest | ({"decoratedGeneratedActivity": shown} if shown else {}))
        return self._list(asked, found)

    def _under(self, urn: str) -> list[Row]:
        if urn.startswith("urn:li:comment:"):
            return [each for each in self.comments.values() if each.get("parentComment") == urn]
        here = [each for each in self.comments.values() if "parentComment" not in each]
        found = [each for each in here if each["object"] == urn or (urn == SHARE and each["object"] == ACTIVITY)]
        counts = [len(self._under(each["commentUrn"])) for each in found]
        return [
            {**each, "commentsSummary": {"totalFirstLevelComments": count, "aggregatedTotalComments": count}}
            for each, count in zip(found, counts, strict=True)
        ]

    def _create(self, urn: str, said: Row) -> web.Response:
        text = str((said.get("message") or {}).get("text") or "")
        if said.get("actor") != US or not said.get("object") or not text:
            return _refusal(400, "Field Value validation failed in REQUEST_BODY", "FIELD_VALUE_INVALID")
        if len(text.encode("utf-16-le")) // 2 > LONGEST:
            return _refusal(400, f"Comment text is longer than {LONGEST} characters", "FIELD_LENGTH_TOO_LONG")
        parent = said.get("parentComment")
        if parent and parent.rpartition(",")[2].rstrip(")") not in self.comments:
            return _refusal(404, "The comment is not found", "NOT_FOUND")
        if urn not in (parent, said["object"]):
            return _refusal(400, "The object does not fit the address", "ILLEGAL_ARGUMENT")
        self.took_effect()
        number = self._comment(US, text, parent, said["object"])
        self._notify("ADMIN_COMMENT", self.comments[number]["commentUrn"], self._shown(number))
        return web.json_response(self.comments[number], status=201, headers={"x-restli-id": number})

    def _list(self, asked: Mapping[str, str], found: list[Row]) -> web.Response:
        start = int(self.cursor(asked.get("start", "0").lstrip("0")) or 0)
        count = min(int(asked.get("count", "10")), self.largest_page)
        links: list[Row] = []
        if start + count < len(found):
            links.append({"rel": "next", "href": f"?start={start + count}", "type": "application/json"})
        paging = {"start": start, "count": count, "links": links}
        return web.json_response({"elements": found[start : start + count], "paging": paging})


def _now() -> int:
    return int(time.time() * 1000)


def _found(thing: Any) -> web.Response:
    return web.json_response(thing) if thing is not None else _refusal(404, "Not found", "NOT_FOUND")


def _refusal(status: int, message: str, code: str, number: int | None = None) -> web.Response:
    said = {"message": message, "status": status, "code": code}
    return web.json_response(said | ({"serviceErrorCode": number} if number else {}), status=status)


def _no_token(code: str, words: str) -> web.Response:
    return web.json_response({"error": code, "error_description": words}, status=400)
