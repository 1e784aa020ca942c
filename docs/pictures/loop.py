"""Twelve customers ask for the same on three networks, it ships, and they are told: what the pictures of a loop are taken of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docs.pictures.scene import Scene
from tests.e2e.front_door import deleted, written
from tests.e2e.people import words_of
from tests.e2e.waiting import until

TITLE = "Repair packs instead of replacing them"
NEWS = "You asked whether we would repair your pack. Now we do: write to repairs@acme.example, wherever you bought it."

ASKED = (
    ("bluesky", "linnea", "Linnea Berg", "Nine years with my Harbour 22 and only the hip belt is worn. Would you mend it?"),
    ("mastodon", "tomasz", "Tomasz Nowak", "Is there a workshop where I can have a torn zipper sewn? I want to keep this one."),
    ("x", "priya_k", "Priya Kumar", "I do not need another bag, I need somebody who fixes the one I love. Do you?"),
    ("x", "gus_h", "Gus Hansen", "Please sell the service of restitching straps. I would pay half the price of a new one."),
    ("mastodon", "amelie", "Amélie Roux", "Throwing away a good backpack over one broken clasp feels wrong. Any menders at Acme?"),
    ("bluesky", "kofi", "Kofi Mensah", "Other makers patch old gear for their buyers. When will you offer patching?"),
    ("x", "sofia_v", "Sofia Vidal", "Moths ate a hole in my Commuter 18. Whom can I send it to for darning?"),
    ("bluesky", "noor", "Noor Visser", "My late father carried this rucksack everywhere. Could your people restore its lining?"),
    ("mastodon", "eero", "Eero Laine", "Warranty is over, fine, but let me pay for an overhaul rather than a replacement."),
    ("x", "hana_s", "Hana Sato", "One grommet came off. I would rather have it refitted than get a voucher."),
    ("mastodon", "diego", "Diego Romero", "A cobbler refused to touch the frame. Would you take it in and rivet it?"),
    ("bluesky", "wilma", "Wilma Dahl", "Less waste, please: refurbish what we have got instead of replacing it."),
)  # fmt: skip
"""On which network who asked, and how."""


@dataclass
class AskedFor:
    """The idea, and what it takes to go on with it."""

    scene: Scene
    ref: str

    @classmethod
    def by_twelve(cls, scene: Scene) -> AskedFor:
        """All have asked, departments have voted, and it has shipped; one of the customers has deleted the post since."""
        posts = [written(text, handle, network=on, author={"handle": handle, "display_name": name, "followers": 40 + 97 * at})
                 for at, (on, handle, name, text) in enumerate(ASKED)]  # fmt: skip
        cards = []
        for post in posts:
            scene.demo.door.deliver(post)
            cards.append(scene.demo.people.card_with(post["author"]["handle"], post["author"]["display_name"]))
        scene.say("ana", f"idea {cards[0].ref} {TITLE}")
        made = cls(scene, until(lambda: _idea(scene), "the idea is raised"))
        scene.say("ana", f"idea {made.ref} {' '.join(card.ref for card in cards[1:])}")
        scene.say("chloe", f"idea {made.ref} vote the patterns of all packs since 2012 are still there")
        scene.say("jonas", f"idea {made.ref} vote a return label costs us less than a new pack")
        scene.say("grace", f"idea {made.ref} vote against we would sell fewer packs")
        scene.say("chloe", f"idea {made.ref} plan")
        scene.demo.door.deliver(deleted(posts[9]))
        scene.say("chloe", f"ship {made.ref} {NEWS}")
        scene.demo.people.told("ana", "Drafts are ready for")
        return made

    def tell(self) -> None:
        """All who can be told are, by the form; ends when their answers have gone out."""
        people = self.scene.demo.people
        self.scene.say("ana", f"tell {self.ref}")
        view = until(lambda: people.see("view", "ana")["view"], "the form is open")
        people.do("submit", "ana", view_id=view["id"], values={"field:text": NEWS})
        until(self._all_told, "all are told", 90)

    def _all_told(self) -> bool:
        self.scene.say("ana", f"idea {self.ref}")
        return any("11 of 12 told" in words_of(message) for message in self.scene.demo.people.messages("ana"))


def _idea(scene: Scene) -> str | None:
    for message in scene.demo.people.messages("ana"):
        if TITLE in words_of(message) and (ref := re.search(r"\bI-\d+\b", words_of(message))):
            return ref[0]
    return None
