"""A pretended Facebook Page with Messenger. https://developers.facebook.com/docs/graph-api/reference/page

Feed and comments: …/reference/page/feed, …/reference/object/comments; what is delivered: …/webhooks/reference/page; reviews:
…/reference/recommendation; messages: https://developers.facebook.com/docs/messenger-platform/conversations
"""

from __future__ import annotations

import time
from typing import Any

from tests.fakes.networks.meta import GraphError, PretendMeta, iso, pick
from tests.fakes.networks.pretend import Row

PAGE = "102938475610293"
LONGEST_COMMENT = 8000


class PretendFacebook(PretendMeta):
    """Visitors write on the Page, comment there, mention it, review it, and send messages."""

    kind = "facebook"
    object = "page"
    mine = PAGE
    scopes = (
        "pages_manage_metadata",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_messaging",
        "pages_manage_engagement",
    )
    fields = ("feed", "mention", "ratings", "messages", "message_edits", "messaging_postbacks", "message_echoes")

    def __init__(self) -> None:
        super().__init__()
        self.posts: dict[str, Row] = {}
        self.comments: dict[str, Row] = {}
        self.reviews: list[Row] = []

    @property
    def settings(self) -> Row:
        return {**super().settings, "account": PAGE}

    # What visitors do.

    def write(self, text: str, *, author: str = "tom", answers: str | None = None) -> str:
        return self._comment(text, author, answers) if answers else self._post(text, author)

    def ours(self, text: str) -> str:
        """A post of the Page itself."""
        return self._post(text, "")

    def edit(self, post: str, text: str) -> None:
        row = self.posts.get(post) or self.comments[post]
        row["message"] = text
        self._tell(row, "edited", edited_time=int(time.time()))

    def delete(self, post: str) -> None:
        row = self.posts.pop(post, None) or self.comments.pop(post)
        told = {key: value for key, value in self._value(row, "remove").items() if key != "message"}
        self.change("feed", told)

    def react(self, post: str) -> None:
        value = {
            "from": _who("zoe"),
            "item": "reaction",
            "reaction_type": "love",
            "verb": "add",
            "post_id": post,
            "parent_id": post,
        }
        self.change("feed", value | {"created_time": int(time.time())})

    def mention(self, text: str, *, thin: bool = False) -> str:
        """A post elsewhere mentions the Page; `thin`: the delivery holds only its id."""
        id_ = f"555000{self.next_id()}_{self.next_id()}"
        self.posts[id_] = {
            "id": id_,
            "message": text,
            "at": time.time(),
            "who": "zoe",
            "item": "post",
            "elsewhere": True,
        }
        value = {"post_id": id_, "verb": "add", "item": "post", "created_time": int(time.time())}
        self.change("mention", value if thin else value | {"message": text, "sender_id": "7001", "sender_name": "Zoe"})
        return id_

    def review(self, text: str, *, recommends: bool = True) -> str:
        story = str(9_000_000 + self.next_id())
        kind = "positive" if recommends else "negative"
        row = {"created_time": iso(time.time()), "has_review": True, "review_text": text, "recommendation_type": kind}
        self.reviews.insert(0, row | {"reviewer": _who("zoe"), "open_graph_story": {"id": story}})
        self.posts[story] = {
            "id": story,
            "message": text,
            "at": time.time(),
            "who": "zoe",
            "item": "rating",
            "elsewhere": True,
        }
        value = {
            "item": "rating",
            "verb": "add",
            "review_text": text,
            "recommendation_type": kind,
            "open_graph_story_id": story,
        }
        self.change(
            "ratings", value | {"reviewer_id": "7001", "reviewer_name": "Zoe", "created_time": int(time.time())}
        )
        return story

    def answers(self, post: str) -> list[str]:
        rows = self.comments.values()
        return [row["message"] for row in rows if not row["who"] and post in {row["parent"], row["post"]}]

    def unknown(self) -> None:
        value = {
            "from": _who("tom"),
            "item": "hologram",
            "verb": "add",
            "post_id": f"{PAGE}_1",
            "created_time": int(time.time()),
        }
        self.change("feed", value)

    # What the Graph API answers.

    def answer(self, method: str, parts: list[str], asked: Row) -> Row:
        match (method, *parts):
            case ("GET", "102938475610293"):
                return {"id": PAGE, "name": "ACME"}
            case ("GET", "102938475610293", "feed"):
                self.need("pages_read_engagement")
                self.need("pages_read_user_content")
                return self.page(self._posts(elsewhere=False), asked, "me/feed")
            case ("GET", "102938475610293", "tagged"):
                self.need("pages_read_user_content")
                return self.page(self._posts(elsewhere=True), asked, "me/tagged")
            case ("GET", "102938475610293", "ratings"):
                self.need("pages_read_user_content")
                return self.page(self.reviews, asked, "me/ratings")
            case ("GET", "102938475610293", "subscribed_apps"):
                return {"data": [{"id": "778899001122", "name": "Baton", "subscribed_fields": self.subscribed}]}
            case ("GET", "102938475610293", "conversations"):
                self.need("pages_messaging")
                return self.conversations(asked)
            case ("POST", "102938475610293", "messages"):
                self.need("pages_messaging")
                return self.send(asked)
            case ("GET", id_, "comments"):
                self._exists(id_)
                return self.page(self._below(id_, asked), asked, f"{id_}/comments")
            case ("POST", id_, "comments"):
                self.need("pages_manage_engagement")
                return self._answer(id_, str(asked.get("message") or ""))
            case ("GET", id_):
                self._exists(id_)
                return pick(self._read(self.posts.get(id_) or self.comments[id_]), str(asked.get("fields") or ""))
        raise GraphError(f"Unsupported {method.lower()} request.", 100, 33, kind="GraphMethodException")

    def _answer(self, id_: str, text: str) -> Row:
        self._exists(id_)
        if not text.strip():
            raise GraphError("(#100) You must provide a message, attachment or sticker", 100)
        if len(text) > LONGEST_COMMENT:
            raise GraphError("(#100) Param message is too long", 100)
        made = self._comment(text, "", id_)
        self.took_effect()
        return {"id": made}

    def _exists(self, id_: str) -> None:
        if id_ not in self.posts and id_ not in self.comments:
            raise GraphError(
                f"Unsupported get request. Object with ID '{id_}' does not exist, cannot be loaded due to missing permissions",
                100,
                33,
                kind="GraphMethodException",
            )

    def _posts(self, *, elsewhere: bool) -> list[Row]:
        rows = [
            row for row in self.posts.values() if bool(row.get("elsewhere")) is elsewhere and row["item"] != "rating"
        ]
        return [self._read(row) for row in reversed(rows)]

    def _read(self, row: Row) -> Row:
        who = {"id": PAGE, "name": "ACME"} if not row["who"] else _who(row["who"])
        read: Row = {"id": row["id"], "message": row["message"], "created_time": iso(row["at"]), "from": who}
        read["permalink_url"] = f"https://www.facebook.com/acme/posts/{row['id'].partition('_')[2]}"
        if "post" in row:
            read["permalink_url"] = f"https://www.facebook.com/{row['post']}?comment_id={row['id'].rpartition('_')[2]}"
            if row["parent"] != row["post"]:
                read["parent"] = {"id": row["parent"]}
        read["comments"] = {"data": self._below(row["id"], {"filter": "stream", "order": "reverse_chronological"})}
        return read

    def _below(self, id_: str, asked: Row) -> list[Row]:
        """Of a post its comments, with `filter=stream` those below them too; of a comment its answers."""
        stream = asked.get("filter") == "stream"
        rows = [row for row in self.comments.values() if row["parent"] == id_ or (stream and row["post"] == id_)]
        if asked.get("order") == "reverse_chronological":
            rows.reverse()
        return [{key: value for key, value in self._read(row).items() if key != "comments"} for row in rows]

    # What is delivered.

    def _post(self, text: str, who: str) -> str:
        id_ = f"{PAGE}_{self.next_id()}"
        self.posts[id_] = {"id": id_, "message": text, "at": time.time(), "who": who, "item": "status"}
        self._tell(self.posts[id_], "add")
        return id_

    def _comment(self, text: str, who: str, below: str) -> str:
        post = self.comments[below]["post"] if below in self.comments else below
        id_ = f"{post.rpartition('_')[2]}_{self.next_id()}"
        self.comments[id_] = {
            "id": id_,
            "message": text,
            "at": time.time(),
            "who": who,
            "post": post,
            "parent": below,
            "item": "comment",
        }
        self._tell(self.comments[id_], "add")
        return id_

    def _tell(self, row: Row, verb: str, **more: Any) -> None:
        self.change("feed", {**self._value(row, verb), **more})

    def _value(self, row: Row, verb: str) -> Row:
        who = {"id": PAGE, "name": "ACME"} if not row["who"] else _who(row["who"])
        value: Row = {
            "from": who,
            "item": row["item"],
            "verb": verb,
            "created_time": int(row["at"]),
            "message": row["message"],
        }
        if row["item"] == "comment":
            link = f"https://www.facebook.com/acme/posts/{row['post'].partition('_')[2]}"
            post = {
                "id": row["post"],
                "status_type": "mobile_status_update",
                "is_published": True,
                "permalink_url": link,
            }
            return value | {"comment_id": row["id"], "post_id": row["post"], "parent_id": row["parent"], "post": post}
        return value | {"post_id": row["id"], "published": 1}


def _who(name: str) -> Row:
    return {"id": str(7000 + sum(name.encode())), "name": name.title()}
