"""A pretended X: API v2, its tokens and its webhooks, from https://docs.x.com as of August 2026.

Webhooks: /x-api/webhooks/quickstart, /x-api/activity/event-payloads; lists: /x-api/posts/timelines/integrate and the OpenAPI
description; edits: /x-api/fundamentals/edit-posts; posting: /x-api/posts/manage-tweets/integrate; prices:
/x-api/getting-started/pricing; counting: /fundamentals/counting-characters. The sentences of refusals that the pages do not
have are those that clients report.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from unicodedata import normalize
from urllib.parse import parse_qsl

from aiohttp import web

from bot.domain.delivery import Inbound
from tests.fakes.networks.pretend import VARIABLE, PretendNetwork, Row

US, NAME = "1716450569358098432", "acme"
CLIENT, CLIENT_SECRET = "M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ", "client-secret-0815-0815"
SCOPES = "tweet.read tweet.write users.read dm.read dm.write offline.access"

_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf](?:[\U0001f3fb-\U0001f3ff\ufe0f]|\u200d[\U0001f000-\U0001faff\u2600-\u27bf])*"
)
_FIELDS = ("id", "text", "edit_history_tweet_ids")


def weight(text: str) -> int:
    """280 of these: links are 23, emoji 2, letters beyond the first 4,351 code points and some punctuation 2."""
    text, links = re.subn(r"https?://\S+", "", normalize("NFC", text))
    text, emoji = _EMOJI.subn("", text)
    light = [range(4352), range(8192, 8206), range(8208, 8224), range(8242, 8248)]
    return 23 * links + 2 * emoji + sum(1 if any(ord(each) in some for some in light) else 2 for each in text)


class PretendX(PretendNetwork):
    """Our account is @acme; every customer mentions it, unless `mentions` is turned off."""

    kind = "x"

    def __init__(self) -> None:
        super().__init__()
        self.mentions = True
        self.enterprise = False
        self.posts: dict[str, Row] = {}
        self.users: dict[str, Row] = {US: self._user(US, NAME)}
        self.messages: list[Row] = []
        self.billed: list[str] = []
        self._refresh = "refresh-token-first-0001"
        self._withdrawn = False

    @property
    def settings(self) -> Row:
        return {
            "kind": "x",
            "url": self.url,
            "secret_env": VARIABLE,
            "account": NAME,
            "user_id": US,
            "client_id": CLIENT,
            "client_secret_env": "X_CLIENT_SECRET",
            "refresh_token_env": "X_REFRESH_TOKEN",
            "every": "1s",
        }

    @property
    def environment(self) -> dict[str, str]:
        return {VARIABLE: self.secret, "X_CLIENT_SECRET": CLIENT_SECRET, "X_REFRESH_TOKEN": "refresh-token-first-0001"}

    # What X sends.

    def signed(self, body: bytes, secret: str) -> Mapping[str, str]:
        return {"x-twitter-webhooks-signature": self._hmac(body, secret)}

    def challenge(self) -> tuple[Inbound, str] | None:
        token = "MDg3NmRkMjAtZjQ1Ni00ZjRm"
        answer = {"response_token": self._hmac(token.encode(), self.secret)}
        return Inbound("GET", {}, {"crc_token": token}, b""), json.dumps(answer, separators=(",", ":"))

    @staticmethod
    def _hmac(said: bytes, secret: str) -> str:
        made = hmac.new(secret.encode(), said, hashlib.sha256).digest()
        return f"sha256={base64.b64encode(made).decode()}"

    def _event(self, kind: str, payload: Row, user: str, includes: Row) -> None:
        event = {"event_uuid": str(self.next_id()), "filter": {"user_id": user}, "event_type": kind, "tag": "baton"}
        self.tell({"data": {**event, "payload": payload, "includes": includes}})

    # What customers do.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        said = f"@{NAME} {text}" if self.mentions else text
        post = self._post(self._person(author), said, answers)
        if self.mentions:
            kind = "post.mention.create" if answers is None else "post.reply.create"
            self._event(kind, post, US, {"users": [self.users[post["author_id"]], self.users[US]]})
        return str(post["id"])

    def message(self, text: str, *, author: str = "tom") -> str:
        """A customer writes us a direct message."""
        sender = self._person(author)
        message = self._message(sender, US, text)
        users = {id_: {"data": self.users[id_]} for id_ in (sender, US)}
        self._event("dm.received", {"direct_message_events": [message], "users": users}, US, {})
        return str(message["id"])

    def edit(self, post: str, text: str) -> None:
        old = self._newest(post)
        fresh = self._post(old["author_id"], f"@{NAME} {text}", None)
        history = [*old["edit_history_tweet_ids"], fresh["id"]]
        for each in history:
            self.posts[each]["edit_history_tweet_ids"] = history
        includes = {"users": [self.users[fresh["author_id"]]]}
        self.tell(
            {
                "data": {**fresh, "edit_history_tweet_ids": history},
                "includes": includes,
                "matching_rules": [{"id": "1166916266197536768", "tag": "us"}],
            }
        )

    def delete(self, post: str) -> None:
        gone = self.posts[post]
        for each in gone["edit_history_tweet_ids"]:
            del self.posts[each]
        self._event("post.delete", {"id": post, "author_id": gone["author_id"]}, gone["author_id"], {"users": []})

    def answers(self, post: str) -> list[str]:
        found = (each for each in self.posts.values() if each["author_id"] == US and self._answered(each) == post)
        public = [each["said"] for each in found]
        asked = next((each for each in self.messages if each["id"] == post), None)
        if asked is None:
            return public
        sender, later = asked["message_create"]["sender_id"], self.messages[self.messages.index(asked) :]
        creates = [each["message_create"] for each in later]
        return [each["message_data"]["text"] for each in creates if each["target"]["recipient_id"] == sender]

    def unknown(self) -> None:
        self._event("hologram.create", {"id": str(self.next_id()), "shape": "cat"}, US, {})

    def withdraw(self) -> str:
        self._withdrawn = True
        return "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."

    def _person(self, name: str) -> str:
        known = next((id_ for id_, user in self.users.items() if user["username"] == name), None)
        if known is None:
            known = str(2_000_000_000 + self.next_id())
            self.users[known] = self._user(known, name)
        return known

    @staticmethod
    def _user(id_: str, name: str) -> Row:
        metrics = {"followers_count": 97, "following_count": 1, "tweet_count": 50, "listed_count": 0}
        more = {"verified": False, "protected": False, "public_metrics": metrics}
        return {"id": id_, "username": name, "name": name.title(), **more}

    def _snowflake(self) -> str:
        return str((int(time.time() * 1000) - 1_288_834_974_657 << 22) + self.next_id())

    def _post(self, author: str, text: str, answers: str | None) -> Row:
        number = self._snowflake()
        names = re.finditer(r"@(\w{1,15})", text)
        ids = {user["username"]: id_ for id_, user in self.users.items()}
        mentions = [
            {"start": each.start(), "end": each.end(), "username": each[1], "id": ids[each[1]]}
            for each in names
            if each[1] in ids
        ]
        post: Row = {
            "id": number,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "said": text,
            "author_id": author,
            "created_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "conversation_id": number,
            "edit_history_tweet_ids": [number],
            "lang": "en",
            "entities": {"mentions": mentions},
            "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
        }
        if answers is not None:
            below = self._newest(answers)
            links = [{"type": "replied_to", "id": answers}]
            post |= {"conversation_id": below["conversation_id"], "in_reply_to_user_id": below["author_id"]}
            post |= {"referenced_tweets": links, "in_reply_to_tweet_id": answers}
        self.posts[number] = post
        return {key: value for key, value in post.items() if key != "said"}

    def _message(self, sender: str, to: str, text: str) -> Row:
        data = {"text": text, "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}}
        create = {"target": {"recipient_id": to}, "sender_id": sender, "message_data": data}
        now = str(int(time.time() * 1000))
        message = {
            "type": "message_create",
            "id": self._snowflake(),
            "created_timestamp": now,
            "message_create": create,
        }
        self.messages.append(message)
        return message

    def _newest(self, post: str) -> Row:
        return self.posts[self.posts[post]["edit_history_tweet_ids"][-1]]

    def _answered(self, post: Row) -> str:
        """The first version of the post that this one answers."""
        links = post.get("referenced_tweets") or [{"id": ""}]
        return str(self.posts.get(links[0]["id"], {}).get("edit_history_tweet_ids", [links[0]["id"]])[0])

    # The API.

    def is_for_token(self, request: web.Request) -> bool:
        return request.path == "/2/oauth2/token"

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        if self.is_for_token(request):
            return self._token(request, dict(parse_qsl(body.decode())))
        if not self.has_token(request):
            return _problem(401, "Unauthorized", "Unauthorized", "about:blank")
        if self._withdrawn:
            words = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
            type_ = "https://api.twitter.com/2/problems/oauth1-permissions"
            return _problem(403, "Forbidden", words, type_)
        if request.path.startswith("/2/dm_conversations/with/"):
            return self._talk(request, request.path.split("/")[4], body)
        match [request.method, *request.path.strip("/").split("/")]:
            case ["GET", "2", "users", "me"]:
                self.billed.append("user")
                return web.json_response({"data": {each: self.users[US][each] for each in ("id", "name", "username")}})
            case ["GET", "2", "users", id_, "mentions"]:
                named = [each for each in self._standing() if _names(each, id_)]
                return self._list(request, named, least=5)
            case ["GET", "2", "users", id_, "tweets"]:
                return self._list(request, [each for each in self._standing() if each["author_id"] == id_], least=5)
            case ["GET", "2", "tweets", "search", "recent"]:
                if not (query := request.query.get("query")):
                    return _problem(400, "Invalid Request", "The 'query' parameter is required.")
                terms = query.lower().split()
                found = [each for each in self._standing() if all(term in each["said"].lower() for term in terms)]
                return self._list(request, found, least=10)
            case ["GET", "2", "tweets"]:
                return self._look_up(request)
            case ["POST", "2", "tweets"]:
                return self._create(json.loads(body))
        return _problem(404, "Not Found", "Not Found", "about:blank")

    def _talk(self, request: web.Request, id_: str, body: bytes) -> web.Response:
        """Direct messages with one user."""
        if request.method == "GET":
            return self._messages_with(id_, int(request.query.get("max_results", "100")))
        text = json.loads(body).get("text")
        if not text or id_ not in self.users:
            return _problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
        self.took_effect()
        sent = self._message(US, id_, text)
        data = {"dm_conversation_id": f"{US}-{id_}", "dm_event_id": sent["id"]}
        return web.json_response({"data": data}, status=201)

    def _token(self, request: web.Request, form: Row) -> web.Response:
        expected = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            said = {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
            return web.json_response(said, status=401)
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self._refresh:
            said = {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
            return web.json_response(said, status=400)
        # Each is taken once.
        self._refresh = f"refresh-token-{self.next_id()}"
        given = {"token_type": "bearer", "expires_in": 7200, "scope": SCOPES, "refresh_token": self._refresh}
        return web.json_response({**given, "access_token": self.give_token()})

    def _standing(self) -> list[Row]:
        """The newest version of every post, newest first."""
        newest = (each for each in self.posts.values() if each["id"] == each["edit_history_tweet_ids"][-1])
        return sorted(newest, key=lambda each: int(each["id"]), reverse=True)

    def _list(self, request: web.Request, found: list[Row], *, least: int) -> web.Response:
        asked = request.query
        size = asked.get("max_results", str(max(least, 10)))
        if not size.isdecimal() or not least <= int(size) <= 100:
            words = f"The `max_results` query parameter value [{size}] is not between {least} and 100"
            return _problem(400, "Invalid Request", words)
        until = self.cursor(asked.get("pagination_token") or asked.get("next_token") or asked.get("until_id"))
        since = int(asked.get("since_id", "0"))
        there = [each for each in found if int(each["id"]) > since and (not until or int(each["id"]) < int(until))]
        page = there[: min(int(size), self.largest_page)]
        meta: Row = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(page) < len(there):
            meta["next_token"] = page[-1]["id"]
        return self._said(asked, page, {"meta": meta})

    def _look_up(self, request: web.Request) -> web.Response:
        ids = request.query.get("ids", "").split(",")
        if not 1 <= len(ids) <= 100:
            return _problem(400, "Invalid Request", "size must be between 1 and 100")
        errors = [
            {
                "value": each,
                "detail": f"Could not find tweet with ids: [{each}].",
                "title": "Not Found Error",
                "resource_type": "tweet",
                "parameter": "ids",
                "resource_id": each,
                "type": "https://api.twitter.com/2/problems/resource-not-found",
            }
            for each in ids
            if each not in self.posts
        ]
        found = [self.posts[each] for each in ids if each in self.posts]
        return self._said(request.query, found, {"errors": errors} if errors else {})

    def _said(self, asked: Mapping[str, str], page: list[Row], more: Row) -> web.Response:
        """The posts with the fields that were asked for, and who wrote them where that was asked for; all of it is billed."""
        wanted = {*_FIELDS, *asked.get("tweet.fields", "").split(",")}
        said: Row = (
            {"data": [{key: value for key, value in each.items() if key in wanted} for each in page]} if page else {}
        )
        self.billed += ["post"] * len(page)
        if "author_id" in asked.get("expansions", "").split(",") and page:
            fields = {"id", "name", "username", *asked.get("user.fields", "").split(",")}
            users = dict.fromkeys(each["author_id"] for each in page)
            shown = [{key: value for key, value in self.users[id_].items() if key in fields} for id_ in users]
            said["includes"] = {"users": shown}
            self.billed += ["user"] * len(users)
        return web.json_response({**said, **more})

    def _create(self, asked: Row) -> web.Response:
        text, below = asked.get("text"), (asked.get("reply") or {}).get("in_reply_to_tweet_id")
        if not text or not set(asked) <= {"text", "reply"}:
            return _problem(400, "Invalid Request", "One or more parameters to your request was invalid.")
        if weight(text) > 280:
            words = "Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text."
            return _problem(403, "Forbidden", words, "about:blank")
        if below not in self.posts:
            words = "You attempted to reply to a Tweet that is deleted or not visible to you."
            return _problem(403, "Forbidden", words, "about:blank")
        if not self.enterprise and not _names(self._newest(below), US):
            words = "You can only reply to or quote posts where you are mentioned or are the author."
            return _problem(403, "Forbidden", words, "about:blank")
        if any(each["author_id"] == US and each["said"] == text for each in self.posts.values()):
            words = "You are not allowed to create a Tweet with duplicate content."
            return _problem(403, "Forbidden", words, "about:blank")
        if len(re.findall(r"\$[A-Za-z]{1,6}\b", text)) > 1:
            return _problem(403, "Forbidden", "Posts are limited to 1 cashtag.", "about:blank")
        self.took_effect()
        post = self._post(US, text, below)
        # X puts the name of whoever is answered before the answer.
        whole = self.posts[post["id"]]
        whole["text"] = f"@{self.users[self.posts[below]['author_id']]['username']} {whole['text']}"
        data = {"id": post["id"], "text": whole["text"], "edit_history_tweet_ids": [post["id"]]}
        return web.json_response({"data": data}, status=201)

    def _messages_with(self, id_: str, many: int) -> web.Response:
        creates = [(each["id"], each["message_create"]) for each in reversed(self.messages)]
        found = [
            {
                "id": number,
                "event_type": "MessageCreate",
                "text": create["message_data"]["text"],
                "sender_id": create["sender_id"],
            }
            for number, create in creates
            if id_ in (create["sender_id"], create["target"]["recipient_id"])
        ]
        data = found[:many]
        return web.json_response({"data": data, "meta": {"result_count": len(data)}} if data else {"meta": {}})


def _names(post: Row, id_: str) -> bool:
    return any(each["id"] == id_ for each in post["entities"]["mentions"])


def _problem(
    status: int, title: str, detail: str, type_: str = "https://api.twitter.com/2/problems/invalid-request"
) -> web.Response:
    said: Any = {"title": title, "detail": detail, "type": type_, "status": status}
    return web.json_response(said, status=status, content_type="application/problem+json")
