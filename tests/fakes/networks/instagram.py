"""A pretended Instagram business account, let in by Instagram Login or by Facebook Login.

https://developers.facebook.com/docs/instagram-platform: overview, comment-moderation, webhooks/examples, private-replies;
…/instagram-graph-api/reference/ig-user/mentioned_comment, …/mentions, …/ig-comment/replies; …/reference/refresh_access_token
"""

from __future__ import annotations

import re
import time
from typing import Literal

from aiohttp import web

from tests.fakes.networks.meta import GraphError, PretendMeta, iso, pick
from tests.fakes.networks.pretend import Row

ACCOUNT = "17841405309211844"
NAME = "acme.shop"
PAGE = "102938475610293"


class PretendInstagram(PretendMeta):
    """Customers comment on our pictures, mention us elsewhere, and send messages."""

    kind = "instagram"
    object = "instagram"
    mine = ACCOUNT
    scopes: tuple[str, ...] = (
        "instagram_business_basic",
        "instagram_business_manage_messages",
        "instagram_business_manage_comments",
    )
    fields: tuple[str, ...] = (
        "comments",
        "live_comments",
        "messages",
        "message_edit",
        "messaging_postbacks",
        "message_reactions",
    )
    longest_message = 1000
    in_bytes = True
    window_over = 2534022
    echoes = "messages"
    can_edit = False  # comments cannot be edited
    can_delete = False  # nobody is told

    def __init__(self, login: Literal["instagram", "facebook"] = "instagram") -> None:
        self.login = login
        if login == "facebook":
            self.scopes = ("instagram_basic", "instagram_manage_messages", "instagram_manage_comments")
            self.fields = (*self.fields, "mentions")
        super().__init__()
        self.media: dict[str, Row] = {}
        self.comments: dict[str, Row] = {}
        self.elsewhere: dict[str, Row] = {}
        self.mentions_answered: list[Row] = []
        self.young = False
        """Whether tokens are too young to be renewed."""
        self.live = True
        """Whether the live video is still on."""
        self.replied_privately: set[str] = set()
        self.show("Our new backpack")

    @property
    def settings(self) -> Row:
        return {**super().settings, "account": NAME, "login": self.login}

    def is_for_token(self, request: web.Request) -> bool:
        return request.path == "/refresh_access_token"

    # What people do.

    def show(self, caption: str) -> str:
        """We show a picture."""
        id_ = str(17_900_000_000_000_000 + self.next_id())
        link = f"https://www.instagram.com/p/C{id_[-6:]}/"
        self.media[id_] = {
            "id": id_,
            "caption": caption,
            "permalink": link,
            "timestamp": iso(time.time()),
            "at": time.time(),
        }
        return id_

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        above = self.comments.get(answers or "")
        media = above["media"] if above else next(iter(self.media))
        id_ = self._comment(text, author, media, (above["parent_id"] or above["id"]) if above else "")
        self._tell(id_, "comments")
        return id_

    def comment_live(self, text: str, author: str = "tom") -> str:
        """On a live video of ours."""
        id_ = self._comment(text, author, next(iter(self.media)), "", live=True)
        self._tell(id_, "live_comments")
        return id_

    def mention(self, text: str, *, in_comment: bool = True) -> str:
        """Somebody mentions us elsewhere; only ids are delivered."""
        media = str(18_000_000_000_000_000 + self.next_id())
        id_ = str(17_850_000_000_000_000 + self.next_id()) if in_comment else media
        row = {"id": id_, "timestamp": iso(time.time()), "username": "zoe", "text": text, "media": {"id": media}}
        if not in_comment:
            row |= {"caption": text, "permalink": "https://www.instagram.com/p/Zoe1/", "media_type": "IMAGE"}
        self.elsewhere[id_] = row
        value = {"media_id": media, **({"comment_id": id_} if in_comment else {})}
        if self.login == "facebook":
            self.change("mentions", value)
        return id_

    def answers(self, post: str) -> list[str]:
        rows = self.comments.values()
        thread = self.comments[post]["parent_id"] or post
        return [row["text"] for row in rows if row["who"] == NAME and row["parent_id"] in {post, thread}]

    def unknown(self) -> None:
        self.tell(
            {
                "object": "instagram",
                "entry": [{"id": ACCOUNT, "time": 1, "changes": [{"field": "hologram", "value": {"id": "1"}}]}],
            }
        )

    def withdraw(self) -> str:
        super().withdraw()
        return self.scopes[-1]

    # What is answered.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        if request.path == "/refresh_access_token" and self.login == "instagram":
            return self._renew(request)
        return await super().handle(request, body)

    def _renew(self, request: web.Request) -> web.StreamResponse:
        if (
            request.query.get("grant_type") != "ig_refresh_token"
            or request.query.get("access_token") not in self._tokens
        ):
            error = {
                "message": "Error validating access token",
                "type": "IGApiException",
                "code": 190,
                "fbtrace_id": "A",
            }
            return web.json_response({"error": error}, status=400)
        if self.young:
            error = {"message": "Invalid request", "type": "IGApiException", "code": 100, "fbtrace_id": "A"}
            return web.json_response({"error": error}, status=400)
        return web.json_response({"access_token": self.give_token(), "token_type": "bearer", "expires_in": 5_183_944})

    def answer(self, method: str, parts: list[str], asked: Row) -> Row:
        media, comments = self.scopes[0], self.scopes[2]
        match (method, *parts):
            case ("GET", id_) if id_ == ACCOUNT and "mentioned_" in str(asked.get("fields")):
                self.need(comments)
                return self._mentioned(str(asked["fields"]))
            case ("GET", id_) if id_ == ACCOUNT:
                mine = {"id": "9911", "user_id": ACCOUNT, "username": NAME}
                page = {"id": PAGE, "name": "ACME", "instagram_business_account": {"id": ACCOUNT, "username": NAME}}
                return pick(mine if self.login == "instagram" else page, str(asked.get("fields") or ""))
            case ("GET", id_, "media") if id_ == ACCOUNT:
                self.need(media)
                if "comments" in str(asked.get("fields")):
                    self.need(comments)
                rows = [{**row, "comments": {"data": self._below(row["id"])}} for row in self.media.values()]
                return self.page(list(reversed(rows)), asked, "me/media")
            case ("GET", id_, "subscribed_apps") if id_ == ACCOUNT:
                return {"data": [{"id": "778899001122", "subscribed_fields": self.subscribed}]}
            case ("GET", id_, "conversations") if id_ == ACCOUNT:
                self.need(self.scopes[1])
                if asked.get("platform") != "instagram":
                    raise GraphError("(#100) platform must be instagram", 100)
                return self.conversations(asked)
            case ("POST", id_, "messages") if id_ == ACCOUNT:
                self.need(self.scopes[1])
                return self._message_to(asked)
            case ("POST", id_, "mentions") if id_ == ACCOUNT:
                self.need(comments)
                return self._answer_mention(asked)
        return self._answer_comment(method, parts, asked)

    def _answer_comment(self, method: str, parts: list[str], asked: Row) -> Row:
        match (method, *parts):
            case ("GET", id_, "comments") if id_ in self.media:
                return self.page(self._below(id_), asked, f"{id_}/comments")
            case ("GET", id_, "replies") if id_ in self.comments:
                return self.page(self._replies(id_), asked, f"{id_}/replies")
            case ("POST", id_, "replies") if id_ in self.comments:
                self.need(self.scopes[2])
                return self._reply(id_, str(asked.get("message") or ""))
        raise GraphError(f"Unsupported {method.lower()} request. Object does not exist", 100, 33, kind="IGApiException")

    def _reply(self, id_: str, text: str) -> Row:
        row = self.comments[id_]
        if row["live"]:
            raise GraphError("(#100) Cannot reply to a comment on a live video", 100)
        if not text.strip():
            raise GraphError("(#100) The parameter message is required", 100)
        made = self._comment(text, NAME, row["media"], row["parent_id"] or id_)
        self.took_effect()
        self._tell(made, "comments")
        return {"id": made}

    def _message_to(self, asked: Row) -> Row:
        comment = asked["recipient"].get("comment_id")
        if comment is None:
            return self.send(asked)
        row = self.comments[comment]
        age = time.time() - row["at"]
        if comment in self.replied_privately or age > 7 * 86_400 or (row["live"] and not self.live):
            raise GraphError("(#10) The comment is invalid for a private reply", 10, 2534025)
        who = self._id(row["who"])
        self.threads.setdefault(who, []).append(
            {"id": f"m_{comment}", "message": row["text"], "from": {"id": who}, "at": row["at"]}
        )
        self.replied_privately.add(comment)
        return self.send({**asked, "recipient": {"id": who}})

    def _mentioned(self, fields: str) -> Row:
        found = re.fullmatch(r"mentioned_(comment|media)\.(?:comment|media)_id\((\d+)\)\{(.*)\}", fields)
        if found is None or found[2] not in self.elsewhere:
            raise GraphError("(#100) Tried accessing nonexisting field (mentioned_comment)", 100)
        return {"id": ACCOUNT, f"mentioned_{found[1]}": pick(self.elsewhere[found[2]], found[3])}

    def _answer_mention(self, asked: Row) -> Row:
        id_ = str(asked.get("comment_id") or asked.get("media_id"))
        if id_ not in self.elsewhere or not asked.get("message"):
            raise GraphError("(#100) Invalid parameter", 100)
        self.mentions_answered.append(
            {name: asked[name] for name in ("media_id", "comment_id", "message") if name in asked}
        )
        self.took_effect()
        return {"id": str(self.next_id())}

    def _comment(self, text: str, who: str, media: str, parent: str, *, live: bool = False) -> str:
        id_ = str(17_850_000_000_000_000 + self.next_id())
        row = {
            "id": id_,
            "text": text,
            "who": who,
            "media": media,
            "parent_id": parent,
            "at": time.time(),
            "live": live,
        }
        self.comments[id_] = row
        return id_

    def _tell(self, id_: str, field: str) -> None:
        row = self.comments[id_]
        kind = "LIVE" if row["live"] else "FEED"
        value: Row = {"from": {"id": self._id(row["who"]), "username": row["who"]}, "text": row["text"]}
        value |= {"id": id_, "media": {"id": row["media"], "media_product_type": kind}}
        if row["parent_id"]:
            value["parent_id"] = row["parent_id"]
        self.change(field, value)

    def _below(self, media: str) -> list[Row]:
        rows = [
            row for row in self.comments.values() if row["media"] == media and not row["parent_id"] and not row["live"]
        ]
        return [{**self._read(row), "replies": {"data": self._replies(row["id"])}} for row in reversed(rows)]

    def _replies(self, comment: str) -> list[Row]:
        return [self._read(row) for row in self.comments.values() if row["parent_id"] == comment]

    def _read(self, row: Row) -> Row:
        who = {"id": self._id(row["who"]), "username": row["who"]}
        read = {"id": row["id"], "text": row["text"], "timestamp": iso(row["at"]), "username": row["who"], "from": who}
        return {**read, "parent_id": row["parent_id"]} if row["parent_id"] else read

    @staticmethod
    def _id(name: str) -> str:
        return ACCOUNT if name == NAME else str(6000 + sum(name.encode()))
