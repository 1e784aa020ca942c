"""Baton with sources of the test's choice, beside its workspace: cards in the channel, and colleagues who act on them.

`Baton(folder, sources, FORUM_TOKEN="…")` is started with `with`; `sources` is a piece of baton.toml, `every = "1s"` in it.
Then `card = baton.card("a word of the post")`, `ana = baton.person("ana")`, `ana.command(f"/baton claim {card.ref}")`,
`ana.press(card, "reply")`, `ana.submit(text="Thank you!")`, `card.shows("Thank you!")`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.calls import Json
from tests.e2e.demo import ROOT, Demo
from tests.e2e.people import People, words_of
from tests.e2e.waiting import until

FLOOR = "floor"
SEEN_WITHIN = 120.0
"""Seconds until what happens on a network must be seen: the clock looks every fifteen which sources are due."""

_SAMPLE = ROOT / "playground" / "sample" / "baton.toml"


class Baton(Demo):
    """The product as `make demo` runs it, with the sample company and these sources. `environment` has their secrets."""

    def __init__(self, folder: Path, sources: str, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "baton.toml"
        config.write_text(f"{_SAMPLE.read_text('utf-8')}\n{sources}\n", "utf-8")
        super().__init__(folder, rate=1000, feed="none", BATON_CONFIG=str(config), **environment)

    def card(self, *containing: str, seconds: float = SEEN_WITHIN) -> Card:
        """Waits for the card in the channel that holds all these words."""

        def look() -> Card | None:
            for message in self.people.messages("ana"):
                ref = re.search(r"\bB-\d+\b", message["text"])
                words = words_of(message)
                if ref and not message["ephemeral"] and all(each in words for each in containing):
                    return Card(self.people, ref[0], message["ts"])
            return None

        return until(look, f"a card with {containing}", seconds, 0.2)

    def cards(self) -> list[str]:
        """All words of each card in the channel, oldest first."""
        messages = self.people.messages("ana")
        return [words_of(each) for each in messages if not each["ephemeral"] and re.search(r"\bB-\d+\b", each["text"])]

    def person(self, handle: str) -> Colleague:
        """A colleague of the sample company: ana and ben of Support, chloe of Product, ines of Legal …"""
        return Colleague(self.people, handle)

    def log(self) -> str:
        """What Baton printed."""
        return (self.data_dir / "logs" / "bot.log").read_text(errors="replace")


@dataclass(frozen=True)
class Card:
    """A conversation's card as everybody in the channel sees it."""

    people: People
    ref: str
    ts: str

    def message(self) -> Json:
        """The message as it is now, blocks included."""
        return next(each for each in self.people.messages("leo") if each["ts"] == self.ts)

    def text(self) -> str:
        """All its words."""
        return words_of(self.message())

    def shows(self, *words: str, seconds: float = SEEN_WITHIN) -> str:
        """Waits until it holds all these words, and gives all of its own."""

        def look() -> str | None:
            text = self.text()
            return text if all(word in text for word in words) else None

        return until(look, f"{self.ref} shows {words}", seconds, 0.2)

    def thread(self) -> list[str]:
        """What is said under it, oldest first."""
        said = self.people.messages("leo", FLOOR, thread_ts=self.ts)
        return [words_of(each) for each in said if each["ts"] != self.ts]

    def verbs(self) -> list[str]:
        """What its buttons and menus do."""
        return [verb for verb, _ in _acts(self.message()["blocks"])]


@dataclass(frozen=True)
class Colleague:
    """A person in the workspace: what they type, press and fill in, and what they are told."""

    people: People
    handle: str

    def command(self, text: str) -> str:
        """Types a slash command into the channel: `/baton claim B-1`. Gives what was said in acknowledgement."""
        answer = self.people.do("slash", self.handle, channel=FLOOR, text=text)
        return words_of(answer.get("response") or {})

    def told(self, *words: str, seconds: float = 30.0) -> str:
        """Waits for something that only they see, in the channel or directly, with all these words."""

        def look() -> str | None:
            alone = [words_of(each) for each in self.people.messages(self.handle) if each["ephemeral"]]
            said = [*alone, *self.people.notices(self.handle)]
            return next((each for each in said if all(word in each for word in words)), None)

        return until(look, f"{self.handle} is told {words}", seconds, 0.1)

    def press(self, card: Card, verb: str) -> None:
        """Presses the card's button for a verb, in its menus too; what they have no room for is behind “More…”."""
        blocks = card.message()["blocks"]
        found = dict(_acts(blocks)).get(verb)
        if found is not None:
            self.people.do("click", self.handle, channel=FLOOR, ts=card.ts, **found)
            return
        rest = next(
            (act for name, act in _acts(blocks) if name.startswith("… ") and verb in re.split("[ ,]", name)), None
        )
        assert rest is not None, f"{card.ref} has no {verb}, only {card.verbs()}"
        self.people.do("click", self.handle, channel=FLOOR, ts=card.ts, **rest)
        self.press_in_form(verb)

    def form(self) -> Json:
        """Waits for the form that is open before them."""
        return until(self._view, f"a form opens for {self.handle}")

    def _view(self) -> Json | None:
        view: Json | None = self.people.see("view", self.handle)["view"]
        return view

    def form_words(self) -> str:
        """All words of the form."""
        return words_of(self.form())

    def press_in_form(self, verb: str) -> None:
        """Presses a button of the form."""
        view = self.form()
        act = dict(_acts(view["blocks"]))[verb]
        self.people.do("click", self.handle, view_id=view["id"], **act)

    def submit(self, **fields: Any) -> None:
        """Fills in the form's fields by name, sends it, and it must be taken."""
        refused = self.try_to_submit(**fields)
        assert not refused, refused

    def try_to_submit(self, **fields: Any) -> dict[str, str]:
        """Fills in and sends; gives what is refused, as sentences by field."""
        values = {f"field:{name}": value for name, value in fields.items()}
        answer = self.people.do("submit", self.handle, view_id=self.form()["id"], values=values)
        errors: dict[str, str] = answer.get("errors") or {}
        return {name.removeprefix("field:"): sentence for name, sentence in errors.items()}


def _acts(blocks: list[Json]) -> Iterator[tuple[str, Json]]:
    """Each verb with what to click; a menu's last entry, which opens more, by its value: `… reply,pass {…}`."""
    for block in blocks:
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            name = str(element.get("action_id", ""))
            if name.startswith("cmd:"):
                yield name.split(":")[1], {"action_id": name, "value": element.get("value")}
            elif name.startswith("menu"):
                for option in element.get("options", ()):
                    value = str(option["value"])
                    verb = value.partition(" {")[0] if value.startswith("… ") else value.split(" ", 1)[0]
                    yield verb, {"action_id": name, "value": value}
