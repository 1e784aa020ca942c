"""What the people of the demo's company do and see, through the workspace's user API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.e2e.calls import Json, call, post_json
from tests.e2e.waiting import until

BATON = "U0BATON001"


@dataclass(frozen=True)
class Card:
    """A conversation's card on the floor."""

    ref: str
    ts: str


@dataclass(frozen=True)
class People:
    """Everybody in the workspace at this address; each call names who acts or looks."""

    url: str

    def try_to(self, deed: str, user: str, **arguments: Any) -> Json:
        """A deed of a person, and whatever comes of it."""
        return post_json(f"{self.url}/user/{deed}", {"user": user, **arguments})

    def do(self, deed: str, user: str, **arguments: Any) -> Json:
        """A deed that must succeed."""
        answer = self.try_to(deed, user, **arguments)
        assert answer["ok"], answer
        return answer

    def see(self, what: str, user: str, **query: Any) -> Json:
        """Something that a person looks at."""
        answer = call("GET", f"{self.url}/user/{what}", query={"user": user, **query}).json()
        assert answer["ok"], answer
        return answer

    def messages(self, user: str, channel: str = "floor", **query: Any) -> list[Json]:
        """What a person sees in a channel."""
        found: list[Json] = self.see("messages", user, channel=channel, **{"limit": 1000, **query})["messages"]
        return found

    def direct(self, user: str) -> str:
        """A person's channel with Baton."""
        return str(self.do("dm", user, **{"with": BATON})["channel"])

    def notices(self, user: str) -> list[str]:
        """What Baton has told a person directly: the text of each message with all its words."""
        return [words_of(message) for message in self.messages(user, self.direct(user))]

    def told(self, user: str, *words: str) -> str:
        """Waits for a direct message that holds all these words."""

        def look() -> str | None:
            return next((said for said in self.notices(user) if all(word in said for word in words)), None)

        return until(look, f"{user} is told {words}")

    def card_with(self, what: str, word: str) -> Card:
        """Waits for the card that holds a word."""

        def look() -> Card | None:
            for message in self.messages("ana"):
                ref = re.search(r"\bB-\d+\b", message["text"])
                if ref and not message["ephemeral"] and word in words_of(message):
                    return Card(ref[0], message["ts"])
            return None

        return until(look, f"a card for {what}")


def words_of(message: Json) -> str:
    """All words of a message, blocks included, as one string with single spaces."""
    return " ".join(" ".join([message.get("text", ""), *_texts(message.get("blocks") or [])]).split())


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for each in part for text in _texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for name, value in part.items() if name != "text" or not own for text in _texts(value)]
