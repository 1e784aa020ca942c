"""Reddit as its documentation has it: https://www.reddit.com/dev/api, https://github.com/reddit-archive/reddit/wiki/OAuth2"""

from __future__ import annotations

import base64
import html
import json
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.fakes.networks.pretend import PretendNetwork, Row

ACCOUNT = "acme_care"
ID, SECRET, REFRESH = "app-id-14-letters", "app-secret-27-letters-long-x", "refresh-token-that-stays-4711"
SUBREDDIT = "backpacks"
THREAD = "t3_thread1"
LONGEST = 10_000

_AGENT = re.compile(r"[\w.]+:[\w.-]+:v[\w.]+ \(by /u/[\w-]+\)")
"""https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki"""

_SCOPES = {
    "/api/v1/me": "identity",
    "/message/": "privatemessages",
    "/user/": "history",
    "/api/comment": "submit",
    "/": "read",
}


class PretendReddit(PretendNetwork):
    """One subreddit with one thread in it, in which customers mention the account."""

    kind = "reddit"

    def __init__(self) -> None:
        super().__init__()
        self.scopes = {"identity", "read", "privatemessages", "history", "submit"}
        self.remaining = 995.0
        self.mistakes: list[list[Any]] = []
        """The errors of the next comments."""
        self.ratelimit: float | None = None
        self.private = False
        self.codes: dict[str, str] = {}
        """The redirect address by the code that was given for it; each is taken once."""
        thread: Row = {"title": "What do you carry?", "selftext": "Show us.", "subreddit": SUBREDDIT, "is_self": True}
        thread["created_utc"] = time.time() - 30 * 86400
        self.things: dict[str, Row] = {THREAD: self._thing("t3", THREAD, "maya", thread)}
        self.inbox: list[str] = []
        self.lists: dict[str, list[str]] = {}
        self.odd: list[Row] = []

    @property
    def settings(self) -> Row:
        """As in docs/networks/reddit.md."""
        return {
            "kind": "reddit",
            "url": self.url,
            "account": ACCOUNT,
            "subreddits": [SUBREDDIT],
            # Tests ask it every second.
            "budget": "100000 in 10m",
            "client_id_env": "REDDIT_CLIENT_ID",
            "client_secret_env": "REDDIT_CLIENT_SECRET",
            "refresh_token_env": "REDDIT_REFRESH_TOKEN",
        }

    @property
    def environment(self) -> dict[str, str]:
        """Of the app."""
        return {"REDDIT_CLIENT_ID": ID, "REDDIT_CLIENT_SECRET": SECRET, "REDDIT_REFRESH_TOKEN": REFRESH}

    def is_for_token(self, request: web.Request) -> bool:
        """https://github.com/reddit-archive/reddit/wiki/OAuth2#refreshing-the-token"""
        return request.path == "/api/v1/access_token"

    # What happens there.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        """A comment that mentions the account, or answers it."""
        return self.comment(text, author=author, parent=answers or THREAD)

    def comment(self, text: str, *, author: str = "tom", parent: str = THREAD, notify: bool = True) -> str:
        """Only in the subreddit, where `notify` is not set."""
        name = f"t1_{self.next_id():x}"
        more = {"body": text, "parent_id": parent, "link_id": THREAD, "subreddit": SUBREDDIT}
        self.things[name] = self._thing("t1", name, author, more)
        if notify:
            self.inbox.append(name)
        return name

    def post(self, title: str, text: str = "", *, author: str = "tom", **more: Any) -> str:
        """A post of its own."""
        name = f"t3_{self.next_id():x}"
        self.things[name] = self._thing(
            "t3", name, author, {"title": title, "selftext": text, "subreddit": SUBREDDIT, "is_self": True, **more}
        )
        return name

    def message(self, text: str, *, author: str | None = "tom", **more: Any) -> str:
        """A private message."""
        name = f"t4_{self.next_id():x}"
        row = {"body": text, "subject": "my order", "dest": ACCOUNT, "was_comment": False, "context": "", **more}
        self.things[name] = {**self._thing("t4", name, author or "", row), "author": author}
        self.inbox.append(name)
        return name

    def edit(self, post: str, text: str) -> None:
        """Marked with the time."""
        row = self.things[post]
        row["selftext" if post.startswith("t3_") else "body"], row["edited"] = text, time.time()

    def delete(self, post: str) -> None:
        """The thing stays, without its words and its author; lists no longer have it."""
        row = self.things[post]
        row.update(author="[deleted]", author_fullname=None, gone=True)
        row["selftext" if post.startswith("t3_") else "body"] = "[deleted]"

    def answers(self, post: str) -> list[str]:
        """Our comments below it."""
        return [
            row["body"] for row in self.things.values() if row.get("parent_id") == post and row["author"] == ACCOUNT
        ]

    def unknown(self) -> None:
        """A thing of another kind, in the inbox."""
        self.odd.append({"kind": "t9", "data": {"name": f"t9_{self.next_id():x}", "body": "a voice message"}})

    def withdraw(self) -> str:
        """The scope for the inbox."""
        self.scopes.discard("privatemessages")
        return "Forbidden"

    # What it answers.

    async def handle(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """Any request."""
        form = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        if not _AGENT.fullmatch(request.headers.get("User-Agent", "")):
            return web.Response(status=429, text="whoa there, pardner!", headers={"X-Ratelimit-Reset": "300"})
        if self.is_for_token(request):
            return self._token(request, form)
        if not self.has_token(request):
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        scope = next(scope for path, scope in _SCOPES.items() if request.path.startswith(path))
        if scope not in self.scopes:
            why = 'Bearer realm="reddit", error="insufficient_scope"'
            return web.json_response(
                {"message": "Forbidden", "error": 403}, status=403, headers={"WWW-Authenticate": why}
            )
        headers = {"X-Ratelimit-Used": "5", "X-Ratelimit-Remaining": str(self.remaining), "X-Ratelimit-Reset": "321"}
        if request.method == "POST":
            return self._comment(form) if request.path == "/api/comment" else web.Response(status=404)
        found = self._listed(request)
        if found is None:
            reason = {"reason": "private"} if self.private else {}
            status = 403 if self.private else 404
            message = "Forbidden" if self.private else "Not Found"
            return web.json_response({**reason, "message": message, "error": status}, status=status)
        text = json.dumps(found)
        if request.query.get("raw_json") != "1":
            text = json.dumps(_escaped(found))
        return web.Response(text=text, content_type="application/json", headers=headers)

    def _token(self, request: web.Request, form: Row) -> web.Response:
        basic = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        match form.get("grant_type"):
            case "refresh_token":
                if form.get("refresh_token") != REFRESH:
                    return web.json_response({"message": "Bad Request", "error": 400}, status=400)
            case "authorization_code":
                if self.codes.pop(form.get("code", ""), None) != form.get("redirect_uri"):
                    return web.json_response({"error": "invalid_grant"})
            case _:
                return web.json_response({"error": "unsupported_grant_type"})
        token = {"access_token": self.give_token(), "token_type": "bearer", "expires_in": 86400}
        return web.json_response({**token, "refresh_token": REFRESH, "scope": " ".join(sorted(self.scopes))})

    def _listed(self, request: web.Request) -> Any:
        path, asked = request.path, request.query
        if path == "/api/v1/me":
            return {"name": ACCOUNT, "id": "us"}
        if path == "/api/info":
            ids = asked.get("id", "").split(",")
            rows = [
                self._given(self.things[id_]) for id_ in ids[:100] if id_ in self.things and id_[:2] in {"t1", "t3"}
            ]
            return {"kind": "Listing", "data": {"after": None, "before": None, "children": rows}}
        if path in {"/message/inbox", "/message/mentions"}:
            only = path.endswith("mentions")
            rows = [self._notice(self.things[name]) for name in reversed(self.inbox)]
            rows = [row for row in rows if not only or row["data"].get("type") == "username_mention"]
            return self._page(request, [*reversed(self.odd if not only else []), *rows])
        if path in {"/message/sent", f"/user/{ACCOUNT}/comments"}:
            kind = "t4" if path == "/message/sent" else "t1"
            return self._page(request, self._of(kind, lambda row: row["author"] == ACCOUNT))
        if path in {f"/r/{SUBREDDIT}/new", f"/r/{SUBREDDIT}/comments"} and not self.private:
            kind = "t3" if path.endswith("new") else "t1"
            return self._page(request, self._of(kind, lambda row: row.get("subreddit") == SUBREDDIT))
        if path == "/search" and asked.get("q"):
            words = asked["q"].casefold()
            return self._page(
                request, self._of("t3", lambda row: words in f"{row['title']} {row['selftext']}".casefold())
            )
        return None

    def _of(self, kind: str, fits: Any) -> list[Row]:
        rows = [row for name, row in self.things.items() if name.startswith(kind) and fits(row)]
        return [self._given(row) for row in reversed(rows) if not row.get("gone")]

    def _page(self, request: web.Request, rows: list[Row]) -> Row:
        """https://www.reddit.com/dev/api/#listings: `limit` is 100 at most, `after` and `before` are fullnames."""
        asked = request.query
        limit = min(int(asked.get("limit", 25)), 100, self.largest_page)
        names = [row["data"]["name"] for row in rows]
        begin, after = 0, self.cursor(asked.get("after"))
        if after:
            begin = names.index(after) + 1 if after in names else len(names)
        if before := asked.get("before"):
            # Of one that is gone nothing is before.
            rows, begin = (rows[: names.index(before)], 0) if before in names else ([], 0)
        page = rows[begin : begin + limit]
        more = page[-1]["data"]["name"] if begin + limit < len(rows) else None
        data = {"after": more, "dist": len(page), "modhash": None, "geo_filter": "", "children": page, "before": None}
        return {"kind": "Listing", "data": data}

    def _comment(self, form: Row) -> web.Response:
        """https://www.reddit.com/dev/api/#POST_api_comment"""
        parent, text = self.things.get(form.get("thing_id", "")), form.get("text", "")
        if parent is None:
            return web.json_response({"message": "Forbidden", "error": 403}, status=403)
        errors = self.mistakes[:1]
        del self.mistakes[:1]
        if not text.strip():
            errors = [["NO_TEXT", "we need something here", "text"]]
        elif len(text) > LONGEST:
            errors = [["TOO_LONG", f"this is too long (max: {LONGEST})", "text"]]
        elif parent.get("gone"):
            errors = [["DELETED_COMMENT", "that comment has been deleted", "parent"]]
        elif parent.get("archived"):
            errors = [["TOO_OLD", "that's a piece of history now; it's too late to reply to it", "parent"]]
        elif parent.get("locked"):
            errors = [["THREAD_LOCKED", "Comments are locked.", "parent"]]
        if errors:
            wait = {"ratelimit": self.ratelimit} if self.ratelimit is not None else {}
            return web.json_response({"json": {**wait, "errors": errors}})
        self.took_effect()
        kind = "t4" if parent["name"].startswith("t4_") else "t1"
        name = f"{kind}_{self.next_id():x}"
        more = {"body": text, "parent_id": parent["name"], "link_id": THREAD, "subreddit": SUBREDDIT}
        self.things[name] = self._thing(kind, name, ACCOUNT, more)
        return web.json_response({"json": {"errors": [], "data": {"things": [self._given(self.things[name])]}}})

    def _thing(self, kind: str, name: str, author: str, more: Row) -> Row:
        id_ = name.partition("_")[2]
        thread = THREAD.partition("_")[2]
        where = f"/r/{SUBREDDIT}/comments/{id_ if kind == 't3' else thread}/what_do_you_carry/"
        row = {"id": id_, "name": name, "author": author, "author_fullname": f"t2_{author}", "created": time.time()}
        row |= {"created_utc": time.time(), "edited": False, "archived": False, "locked": False, "score": 1}
        row |= {"permalink": where if kind == "t3" else f"{where}{id_}/", "subreddit_type": "public"}
        return row | ({"num_comments": 0} if kind == "t3" else {}) | more

    def _given(self, row: Row) -> Row:
        shown = {name: value for name, value in row.items() if name != "gone"}
        shown["body_html"] = f'<div class="md"><p>{html.escape(str(row.get("body")))}</p></div>'
        return {"kind": row["name"][:2], "data": shown}

    def _notice(self, row: Row) -> Row:
        """In the inbox a comment is shown as a message: less is said of it."""
        if row["name"].startswith("t4_"):
            return self._given(row)
        ours = str(self.things.get(row["parent_id"], {}).get("author")) == ACCOUNT
        keep: Iterable[str] = ("id", "name", "author", "author_fullname", "body", "parent_id", "subreddit", "score")
        shown = {name: row[name] for name in (*keep, "created", "created_utc")}
        shown |= {"type": "comment_reply" if ours else "username_mention", "was_comment": True, "new": True}
        shown |= {"subject": "comment reply" if ours else "username mention", "dest": ACCOUNT, "num_comments": 3}
        shown |= {"context": f"{row['permalink']}?context=3", "link_title": self.things[THREAD]["title"], "replies": ""}
        return {"kind": "t1", "data": shown}


def _escaped(said: Any) -> Any:
    """https://www.reddit.com/dev/api/#response_body_encoding"""
    if isinstance(said, str):
        return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(said, dict):
        return {name: _escaped(value) for name, value in said.items()}
    return [_escaped(each) for each in said] if isinstance(said, list) else said
