"""What customers do on a network while Baton comes and goes: posts, answers, edits and deletes, in no order."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from queue import Empty
from threading import Thread
from uuid import uuid4

from standardwebhooks import Webhook

from tests.chaos.fakes import Shop
from tests.chaos.networks import Network, Written
from tests.e2e.calls import Json, call

SENTENCES = (
    "Where is my parcel",
    "The colour is lovely",
    "Can I exchange this one",
    "Est-ce que vous livrez en Suisse",
    "Mein Rucksack ist da",
    "👩‍👩‍👧‍👦 we all like it, cafe\u0301 & more <3",
    "العبوة وصلت أمس",
)


class Crowd:
    """The customers of one network; they take part in so many events, as fast as `pace` (0 to 1) goes on."""

    def __init__(self, network: Network, events: int, chance: random.Random, pace: Callable[[], float]) -> None:
        self.network = network
        self.done: Counter[str] = Counter()
        self._events = events
        self._chance = chance
        self._pace = pace
        self._thread = Thread(target=self._live, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def is_done(self) -> bool:
        """Has all of it happened?"""
        return not self._thread.is_alive()

    def _live(self) -> None:
        for number in range(self._events):
            while number / self._events > self._pace() + 0.1:
                time.sleep(0.05)
            self._one()
            time.sleep(self._chance.uniform(0, 0.02))

    def _one(self) -> None:
        with self.network.lock:
            recent = [
                post
                for post in list(self.network.posts.values())[-self.network.recent :]
                if not (post.ours or post.deleted)
            ]
            free = [post for post in recent if post.thread not in self.network.spared]
            match self._chance.random():
                case luck if luck < 0.2 and recent:
                    self._answer(self._chance.choice(recent))
                case luck if luck < 0.32 and self.network.edits and self._edited(free):
                    self.done["edits"] += 1
                case luck if luck < 0.38 and self.network.deletes and self._deleted(free):
                    self.done["deletes"] += 1
                case _:
                    self.network.write(f"c{self._chance.randrange(10**9)}", self._words())
                    self.done["posts"] += 1

    def _answer(self, post: Written) -> None:
        """The same customer goes on."""
        self.network.write(post.author, self._words(), post)
        self.done["answers"] += 1

    def _edited(self, posts: list[Written]) -> bool:
        fresh = [post for post in posts if post.edited_at is None]
        if fresh:
            self.network.edit(self._chance.choice(fresh), self._words())
        return bool(fresh)

    def _deleted(self, posts: list[Written]) -> bool:
        """Only what nobody has answered."""
        answered = {post.parent for post in self.network.posts.values()} | {
            post.thread for post in self.network.posts.values() if post.parent is not None
        }
        alone = [post for post in posts if post.id not in answered]
        if alone:
            self.network.delete(self._chance.choice(alone))
        return bool(alone)

    def _words(self) -> str:
        # Half of it is like nothing else, so that each post has a card of its own.
        return f"{self._chance.choice(SENTENCES)} {uuid4().hex}"


class Sender:
    """The shop's system: delivers what happened in a shuffled order, some of it twice, each delivery until it is told 200."""

    def __init__(self, shop: Shop, url: str, secret: str, chance: random.Random) -> None:
        self.told: Counter[int] = Counter()
        self.repeats = 0
        self._shop = shop
        self._url = f"{url}/hooks/generic/{shop.name}"
        self._secret = secret
        self._chance = chance
        self._ended = False
        self._thread = Thread(target=self._send, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def finish(self) -> None:
        """Send what is left; nothing more comes."""
        self._ended = True

    def is_done(self) -> bool:
        """Was everything taken?"""
        return not self._thread.is_alive()

    def _send(self) -> None:
        held: list[Json] = []
        while not (self._ended and self._shop.records.empty() and not held):
            with contextlib.suppress(Empty):
                held.append(self._shop.records.get(timeout=0.1))
            if len(held) < 8 and not self._ended and not (held and self._shop.records.empty()):
                continue
            self._chance.shuffle(held)
            size = self._chance.randint(1, 4)
            batch, held = held[:size], held[size:]
            if batch:
                delivery = f"msg_{uuid4().hex}"
                self._deliver(delivery, batch)
                if self._chance.random() < 0.15:
                    self.repeats += len(batch)
                    self._deliver(delivery if self._chance.random() < 0.5 else f"msg_{uuid4().hex}", batch)

    def _deliver(self, delivery: str, records: list[Json]) -> None:
        body = json.dumps(records, ensure_ascii=False).encode()
        while True:
            at = datetime.now(UTC)
            headers = {
                "content-type": "application/json",
                "webhook-id": delivery,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": Webhook(self._secret).sign(delivery, at, body.decode()),
            }
            try:
                status = call("POST", self._url, body, headers, seconds=10).status
            except OSError:
                status = 0
            self.told[status] += 1
            if status == 200:
                return
            time.sleep(0.2)
