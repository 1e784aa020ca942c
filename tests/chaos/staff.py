"""Colleagues who claim and answer conversations, one for each network, whatever happens to Baton meanwhile."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from threading import Thread
from typing import Any
from uuid import uuid4

from tests.chaos.kept import Kept
from tests.chaos.networks import Network, Written
from tests.e2e.people import People, words_of
from tests.e2e.waiting import until

PATIENCE = 180.0
"""Seconds for one step, with Baton killed again and again."""


class Colleague:
    """Answers so many conversations of one network. What went wrong is in `problems`, what was decided in `settled`."""

    def __init__(
        self, handle: str, network: Network, people: People, kept: Kept, often: int, chance: random.Random
    ) -> None:
        self.handle = handle
        self.network = network
        self.problems: list[str] = []
        self.settled: Counter[str] = Counter()
        self.answers: dict[int, str] = {}
        self._people = people
        self._kept = kept
        self._often = often
        self._chance = chance
        self._thread = Thread(target=self._work, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def is_done(self) -> bool:
        """All answered and settled, or given up."""
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            while len(self.answers) < self._often:
                time.sleep(self._chance.uniform(1.0, 6.0))
                self._serve(*until(self._found, f"{self.handle} finds a conversation", PATIENCE, 0.5))
        except Exception as error:
            # Told by the test, with what the others did.
            self.problems.append(f"{self.handle} on {self.network.name}: {type(error).__name__}: {error}")

    def _found(self) -> tuple[int, Written] | None:
        """A conversation that nobody has answered, by one of its posts, which nobody deletes from now on."""
        with self.network.lock:
            there = [
                post for post in self.network.heard() if not post.deleted and post.thread not in self.network.spared
            ]
            if not there:
                return None
            post = self._chance.choice(there[-30:])
            self.network.spared.add(post.thread)
        number = until(
            lambda: self._kept.number(self.network.name, post.id), f"{post.id} has a conversation", PATIENCE, 0.5
        )
        return (number, post) if number not in self.answers else None

    def _serve(self, number: int, post: Written) -> None:
        ref = f"B-{number}"
        self._until(
            lambda: self._kept.conversation(number).get("baton"),
            f"{ref} is claimed",
            lambda: self._types(f"/baton claim {ref}"),
        )
        words = f"We are sorry {uuid4().hex[:12]}"
        self.answers[number] = words
        self._until(lambda: self._kept.written(number), f"{ref} is answered", lambda: self._fills_in(ref, words))
        said = until(lambda: self._outcome(number), f"the answer in {ref} is settled", PATIENCE, 0.3)
        if said == "unclear":
            self._decides(number, ref, words)
        elif said != "sent":
            self.problems.append(f"{ref} on {self.network.name} is {said}: {self._kept.conversation(number)['answer']}")
        if self._chance.random() < 0.5:
            stands = self.network.answers(words)
            if stands:
                self.network.write(post.author, f"Thank you {uuid4().hex[:12]}", stands[0])

    def _outcome(self, number: int) -> str | None:
        state = str(self._kept.conversation(number)["answer"]["state"])
        return state if state in {"sent", "unclear", "failed"} else None

    def _decides(self, number: int, ref: str, words: str) -> None:
        """The holder is told that nobody knows, looks at the network, and decides."""
        until(lambda: self._is_told(ref), f"{self.handle} is told of {ref}", PATIENCE, 0.5)
        stands = bool(self.network.answers(words))
        deed = "sent" if stands else "resend"
        self.settled["it had arrived" if stands else "it had not arrived"] += 1
        # A second try may again end without anybody knowing.
        self._until(
            lambda: self._outcome(number) != "unclear", f"{ref} is decided", lambda: self._types(f"/baton {deed} {ref}")
        )
        again = until(lambda: self._outcome(number), f"the answer in {ref} is settled", PATIENCE, 0.3)
        if again == "unclear":
            self._decides(number, ref, words)
        elif again != "sent":
            self.problems.append(f"{ref} on {self.network.name} is {again} after {deed}")

    def _is_told(self, ref: str) -> bool:
        told = self._people.messages(self.handle, self._people.direct(self.handle))
        return any(f"your answer in {ref} arrive" in words_of(message) for message in told)

    def _types(self, command: str) -> Any:
        return self._people.try_to("slash", self.handle, channel="floor", text=command)

    def _fills_in(self, ref: str, words: str) -> None:
        self._people.try_to("close", self.handle)
        self._types(f"/baton reply {ref}")
        view = self._wait_for_view()
        if view is not None:
            self._people.try_to("submit", self.handle, view_id=view["id"], values={"field:text": words})

    def _wait_for_view(self) -> Any:
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            view = self._people.see("view", self.handle)["view"]
            if view is not None:
                return view
            time.sleep(0.1)
        return None

    def _until(self, holds: Callable[[], Any], what: str, attempt: Callable[[], Any]) -> None:
        """Tries again and again until the database says that it was done."""

        def tried() -> bool:
            if holds():
                return True
            attempt()
            # What Baton had taken before it died is done soon after, or never.
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if holds():
                    return True
                time.sleep(0.2)
            return False

        until(tried, what, PATIENCE, 0.2)
