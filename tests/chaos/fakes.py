"""The networks themselves: a forum's feed, Mastodon, Telegram, Bluesky, and a shop that delivers and takes answers."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from queue import Queue
from typing import Any
from xml.sax.saxutils import escape

from tests.chaos.networks import Gone, Network, Refusal, Written
from tests.e2e.front_door import deleted, edited

Query = dict[str, list[str]]


def iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Forum(Network):
    """RSS 2.0, https://www.rssboard.org/rss-specification: the latest entries; each stands alone, nobody can answer, nothing is said of deletes."""

    kind = "rss"
    deletes = False
    threads = False

    def serve(self, method: str, path: str, query: Query, body: Any, headers: Any) -> Any:
        with self.lock:
            latest = list(self.posts.values())[-300:]
        items = [
            f'<item><guid isPermaLink="false">{post.id}</guid><author>{post.author}</author>'
            f"<pubDate>{format_datetime(post.at)}</pubDate><description>{escape(post.text)}</description></item>"
            for post in reversed(latest)
        ]
        return f'<rss version="2.0"><channel><title>Forum</title>{"".join(items)}</channel></rss>'.encode()

    def settings(self, base: str) -> str:
        return super().settings(base).replace("1s", "3s") + f'url = "{base}/feed.xml"\n'


class Mastodon(Network):
    """https://docs.joinmastodon.org/methods/: notifications, statuses, contexts. Its idempotency keys are forgotten at once."""

    kind = "mastodon"

    def serve(self, method: str, path: str, query: Query, body: Any, headers: Any) -> Any:
        with self.lock:
            match path.removeprefix("api/").split("/")[1:]:
                case ["accounts", "verify_credentials"]:
                    return {"id": "1", "username": "acme", "acct": "acme"}
                case ["instance"]:
                    return {"domain": "social.example", "configuration": {"statuses": {"max_characters": 500}}}
                case ["notifications"]:
                    return self._notifications(query)
                case ["statuses"] if method == "GET":
                    found = [self._there(id_) for id_ in query.get("id[]", [])]
                    return [self._status(post) for post in found if post is not None]
                case ["statuses", id_]:
                    post = self._there(id_)
                    return self._status(post) if post is not None else 404
                case ["statuses", id_, "context"]:
                    return self._context(id_)
        if path == "api/v1/statuses":
            sent = self.answered(body["status"], body["in_reply_to_id"])
            with self.lock:
                return self._status(sent)
        return 404

    def _there(self, id: str) -> Written | None:
        post = self.posts.get(id)
        return post if post is not None and not post.deleted else None

    def _notifications(self, query: Query) -> list[Any]:
        above, below = int(query.get("min_id", ["0"])[0]), int(query.get("max_id", ["99999999"])[0])
        limit = int(query["limit"][0])
        told = [post for post in self.posts.values() if not post.ours and not post.deleted]
        within = [post for post in told if above < int(post.id) < below]
        page = within[:limit] if above else within[-limit:]
        return [
            {
                "id": post.id,
                "type": "mention",
                "created_at": iso(post.at),
                "account": self._who(post),
                "status": self._status(post),
            }
            for post in reversed(page)
        ]

    def _who(self, post: Written) -> dict[str, Any]:
        if post.ours:
            return {"id": "1", "username": "acme", "acct": "acme", "url": "https://social.example/@acme"}
        url = f"https://social.example/@{post.author}"
        return {
            "id": post.author,
            "username": post.author,
            "acct": post.author,
            "url": url,
            "display_name": post.author,
        }

    def _status(self, post: Written) -> dict[str, Any]:
        return {
            "id": post.id,
            "uri": f"https://social.example/statuses/{post.id}",
            "url": f"https://social.example/@{post.author}/{post.id}",
            "created_at": iso(post.at),
            "edited_at": iso(post.edited_at) if post.edited_at else None,
            "content": f"<p>{escape(post.text)}</p>",
            "visibility": "public",
            "in_reply_to_id": post.parent,
            "account": self._who(post),
        }

    def _context(self, id: str) -> Any:
        if self._there(id) is None:
            return 404
        above: list[Written] = []
        parent = self.posts[id].parent
        while parent is not None:
            above.insert(0, self.posts[parent])
            parent = self.posts[parent].parent
        below = [
            post for post in self.posts.values() if post.thread == self.posts[id].thread and post.parent is not None
        ]
        return {
            "ancestors": [self._status(post) for post in above if not post.deleted],
            "descendants": [self._status(post) for post in below if not post.deleted and int(post.id) > int(id)],
        }

    def settings(self, base: str) -> str:
        return super().settings(base) + f'url = "{base}"\ntoken_env = "CHAOS_TOKEN"\n'


class Telegram(Network):
    """https://core.telegram.org/bots/api: updates until they are confirmed, `sendMessage`; a bot sees nothing it has written."""

    kind = "telegram"
    deletes = False

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._updates: list[dict[str, Any]] = []
        self._chats: dict[str, int] = {}

    def chat(self, author: str) -> int:
        return self._chats.setdefault(author, 500_000 + len(self._chats))

    def new_id(self, author: str) -> str:
        return f"{self.chat(author)}/{next(self.numbers)}"

    def thread_of(self, author: str, id: str) -> str:
        return str(self.chat(author))

    def happened(self, what: str, post: Written) -> None:
        update = {
            "update_id": 1000 + len(self._updates),
            "message" if what == "written" else "edited_message": self._message(post),
        }
        self._updates.append(update)

    def _message(self, post: Written) -> dict[str, Any]:
        chat, number = (int(part) for part in post.id.split("/"))
        message: dict[str, Any] = {
            "message_id": number,
            "from": {"id": chat, "is_bot": False, "first_name": post.author},
            "chat": {"id": chat, "type": "private", "first_name": post.author},
            "date": int(post.at.timestamp()),
            "text": post.text,
        }
        if post.edited_at is not None:
            message["edit_date"] = int(post.edited_at.timestamp()) + 1
        return message

    def serve(self, method: str, path: str, query: Query, body: Any, headers: Any) -> Any:
        match path.rpartition("/")[2]:
            case "getUpdates":
                with self.lock:
                    waiting = [
                        each for each in self._updates if each["update_id"] >= int(query.get("offset", ["0"])[0])
                    ]
                return {"ok": True, "result": waiting[: int(query.get("limit", ["100"])[0])]}
            case "sendMessage":
                chat, number = body["chat_id"], next(self.numbers)
                answered = f"{chat}/{body['reply_parameters']['message_id']}"
                self.answered(body["text"], answered, f"{chat}/{number}")
                said = {"message_id": number, "chat": {"id": chat, "type": "private"}, "date": 0, "text": body["text"]}
                return {"ok": True, "result": said}
        return 404

    def settings(self, base: str) -> str:
        return super().settings(base) + f'url = "{base}"\naccount = "acme_bot"\ntoken_env = "CHAOS_TOKEN"\n'


class Bluesky(Network):
    """https://docs.bsky.app/docs/category/http-reference: whoever writes an answer chooses its key, and no key is taken twice."""

    kind = "bluesky"
    edits = False

    def new_id(self, author: str) -> str:
        return f"at://did:plc:{author}/app.bsky.feed.post/k{next(self.numbers):07}"

    def serve(self, method: str, path: str, query: Query, body: Any, headers: Any) -> Any:
        name = path.rpartition("/")[2]
        if name in {"com.atproto.server.createSession", "com.atproto.server.refreshSession"}:
            return {"accessJwt": "a", "refreshJwt": "r", "did": "did:plc:acme", "handle": "acme.example"}
        if name == "com.atproto.repo.createRecord":
            uri = f"at://{body['repo']}/{body['collection']}/{body['rkey']}"
            if uri in self.posts:
                return 500
            sent = self.answered(body["record"]["text"], body["record"]["reply"]["parent"]["uri"], uri)
            return {"uri": sent.id, "cid": "cid"}
        with self.lock:
            match name:
                case "app.bsky.notification.listNotifications":
                    return self._notifications(query)
                case "app.bsky.feed.getPosts":
                    wanted = [self.posts.get(uri) for uri in query.get("uris", [])]
                    return {"posts": [self._view(post) for post in wanted if post is not None and not post.deleted]}
                case "com.atproto.repo.getRecord":
                    uri = "at://" + "/".join(query[part][0] for part in ("repo", "collection", "rkey"))
                    post = self.posts.get(uri)
                    if post is None or post.deleted:
                        return Refusal(400, {"error": "RecordNotFound", "message": "Could not locate record"})
                    return {"uri": uri, "cid": "cid", "value": self._view(post)["record"]}
        return 404

    def _notifications(self, query: Query) -> Any:
        before, limit = int(query.get("cursor", ["99999999"])[0]), int(query["limit"][0])
        told = [post for post in self.posts.values() if not post.ours and not post.deleted and _number(post) < before]
        page = sorted(told, key=_number, reverse=True)[:limit]
        notifications = [{**self._view(post), "reason": "mention", "isRead": False} for post in page]
        return {"notifications": notifications, **({"cursor": str(_number(page[-1]))} if len(page) == limit else {})}

    def _view(self, post: Written) -> dict[str, Any]:
        record: dict[str, Any] = {"$type": "app.bsky.feed.post", "text": post.text, "createdAt": iso(post.at)}
        if post.parent is not None:
            record["reply"] = {"root": {"uri": post.thread, "cid": "cid"}, "parent": {"uri": post.parent, "cid": "cid"}}
        author = {"did": f"did:plc:{post.author}", "handle": f"{post.author}.example"}
        return {"uri": post.id, "cid": "cid", "author": author, "record": record, "indexedAt": iso(post.at)}

    def settings(self, base: str) -> str:
        more = f'url = "{base}"\naccount = "acme.example"\npassword_env = "CHAOS_TOKEN"\n'
        return super().settings(base).replace("1s", "2s") + more


def _number(post: Written) -> int:
    return int(post.id.rpartition("/k")[2])


class Shop(Network):
    """Delivers to the generic webhook (docs/generic-webhook.md) until it is told 200, and takes answers under their keys."""

    kind = "shop"
    recent = 60

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.records: Queue[dict[str, Any]] = Queue()
        self._keys: dict[str, str] = {}

    def happened(self, what: str, post: Written) -> None:
        record: dict[str, Any] = {
            "network": "shop",
            "account": "acme",
            "external_id": post.id,
            "author": {"handle": post.author},
            "text": post.text,
            "posted_at": post.at.isoformat(),
        }
        if post.parent is not None:
            record |= {"parent_id": post.parent, "root_id": post.thread}
        if what == "edited":
            assert post.edited_at is not None
            record = edited(record, post.text)
            record["post"]["edited_at"] = post.edited_at.isoformat()
        self.records.put(deleted(record) if what == "deleted" else record)

    def serve(self, method: str, path: str, query: Query, body: Any, headers: Any) -> Any:
        key = headers["webhook-id"]
        with self.lock:
            known = self._keys.get(key)
        if known is None:
            made = f"answer-{next(self.numbers)}"
            try:
                self.answered(body["text"], body["post"]["external_id"], made)
            except (Gone, OSError):
                if made in self.posts:
                    self._keys[key] = made
                raise
            self._keys[key] = known = made
        return {"external_id": known, "url": f"https://shop.example/{known}"}

    def settings(self, base: str) -> str:
        return f'[sources.{self.name}]\nkind = "generic"\nsecret_env = "CHAOS_SECRET"\nreply_url = "{base}/answers"\n'
