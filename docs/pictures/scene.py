"""A quarter of an hour on Acme's floor, played fast: what customers and colleagues do before the pictures are taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.feed import read_sample
from tests.e2e.calls import Json
from tests.e2e.demo import ROOT, Demo
from tests.e2e.front_door import deleted, edited, written
from tests.e2e.people import Card, words_of
from tests.e2e.waiting import until

CUSTOMERS = ROOT / "playground" / "sample" / "customers.json"
SAMPLE = {line.post["external_id"]: line for line in read_sample() if line.kind == "created"}


@dataclass
class Scene:
    """The demo and the cards on its floor, by the names that the pictures use."""

    demo: Demo
    cards: dict[str, Card] = field(default_factory=dict)

    def arrive(self, name: str, *posts: str, word: str) -> Json:
        """Posts of the sample arrive; their card, which holds `word`, is called `name`. Gives the last post."""
        sent = [{**SAMPLE[post].post, "posted_at": written("", ago=SAMPLE[post].ago)["posted_at"]} for post in posts]
        for post in sent:
            self.demo.door.deliver(post)
        self.cards[name] = self.demo.people.card_with(name, word)
        return sent[-1]

    def say(self, user: str, text: str) -> None:
        """A slash command on the floor; `{name}` stands for a card's reference."""
        refs = {name: card.ref for name, card in self.cards.items()}
        self.demo.people.do("slash", user, channel="floor", text=f"/baton {text.format(**refs)}")

    def reply(self, user: str, name: str, text: str) -> None:
        """A message in a card's thread."""
        self.demo.people.do("message", user, channel="floor", thread_ts=self.cards[name].ts, text=text)

    def answer(self, user: str, name: str, text: str) -> None:
        """An answer to the customer, by its form."""
        self.say(user, f"reply {{{name}}}")
        view = until(lambda: self.demo.people.see("view", user)["view"], "the form is open")
        self.demo.people.do("submit", user, view_id=view["id"], values={"field:text": text})

    def thread(self, name: str) -> list[str]:
        """What is said in a card's thread, the card first."""
        found = self.demo.people.messages("ana", thread_ts=self.cards[name].ts)
        return [words_of(message) for message in found]


def play(demo: Demo) -> Scene:
    """Everything up to the moment of the pictures."""
    demo.run_app("customers", "import", str(CUSTOMERS))
    scene = Scene(demo)
    for act in (_ended, _passed, _raised, _at_rest, _answered, _changed_by_customers, _the_floor):
        act(scene)
    return scene


def _ended(scene: Scene) -> None:
    scene.arrive("praised", "x-2", word="outlived")
    scene.say("finn", "claim {praised}")
    scene.say("finn", "resolve {praised} praise | to say thank you | nothing")
    scene.arrive("resolved", "mastodon-21", word="bladder")
    scene.say("ana", "claim {resolved}")
    scene.say("ana", "pass {resolved} product do both fit at once?")
    scene.say("dev", "accept {resolved}")
    scene.say("dev", "resolve {resolved} fixed | to know what fits at once | the page says it now")


def _passed(scene: Scene) -> None:
    scene.arrive("asked", "trustpilot-3", word="Reißverschluss")
    scene.say("ana", "claim {asked}")
    scene.say("ana", "pass {asked} product is this the zip of the new batch?")
    scene.arrive("declined", "joao-1", word="guidão")
    scene.say("ben", "claim {declined}")
    scene.say("ben", "pass {declined} @ines may we send him the test report?")
    scene.say("ines", "decline {declined} not before the lab has answered")
    scene.say("grace", "pass {declined} me he is a customer of mine")


def _raised(scene: Scene) -> None:
    scene.arrive("escalated", "x-30", word="corriere")
    scene.say("kira", "escalate {escalated} coordinator three wet parcels from this depot today")
    scene.arrive("crisis", "rd-1", word="buckles")
    scene.say("chloe", "escalate {crisis} crisis the buckle breaks under load, two people fell")


def _at_rest(scene: Scene) -> None:
    scene.arrive("waiting", "noor-1", word="terugbetaling")
    scene.say("ana", "claim {waiting}")
    scene.say("ana", "wait {waiting}")
    scene.arrive("snoozed", "tom-2", word="clean-up")
    scene.say("elif", "snooze {snoozed} 2h")
    scene.arrive("ending", "instagram-55", word="mochila")
    scene.say("ana", "claim {ending} for 8s")


def _answered(scene: Scene) -> None:
    scene.arrive("approval", "trustpilot-16", word="17 days")
    scene.say("ben", "claim {approval}")
    scene.answer("ben", "approval", "We are sorry. You get the postage back this week.")
    scene.arrive("answered", "bluesky-66", word="Athens")
    scene.say("ana", "claim {answered}")
    scene.answer("ana", "answered", "Thank you! Eleni and Kostas, who run it, will be glad to read this.")
    scene.demo.people.told("ana", "wrote again", scene.cards["answered"].ref)


def _changed_by_customers(scene: Scene) -> None:
    scene.arrive("hostile", "hostile-1", word="bags*")
    marie = scene.arrive("edited", "marie-1", word="Bonjour")
    scene.say("jonas", "claim {edited}")
    scene.demo.door.deliver(edited(marie, marie["text"].replace("colis", "colis AC-20955")))
    sara = scene.arrive("deleted", "sara-1", word="OLD")
    scene.say("ana", "claim {deleted}")
    scene.demo.door.deliver(deleted(sara))
    scene.arrive("wrote", "oskar-1", word="idea")
    scene.say("ana", "claim {wrote} for 2h")
    scene.arrive("wrote", "oskar-2", word="worn")


def _the_floor(scene: Scene) -> None:
    """The moment of the large picture: a thread under way, a held card, and one that nobody has taken yet."""
    scene.arrive("new", "instagram-6", word="verde")
    scene.arrive("held", "maya-1", "maya-2", word="Update:")
    scene.say("finn", "claim {held}")
    scene.say("finn", "pass {held} support three crushed parcels, can you see her orders?")
    scene.say("ana", "accept {held}")
    scene.say("ana", "discuss {held} logistics, product which box do these leave in?")
    until(lambda: len(scene.thread("held")) > 1, "the call is in the thread")
    scene.reply("jonas", "held", "We changed the carrier in Lyon last Monday. I have seen two more of these since.")
    scene.reply("chloe", "held", "And that is the new, thinner box. I can switch the mugs back to the old one today.")
    scene.say("jonas", "perspective {held} carrier changed in Lyon last week")
    scene.say("chloe", "perspective {held} mugs leave in a thinner box since May")
    scene.reply("ana", "held", "Yes please. I will tell her a new set is on its way.")
    scene.arrive("urgent", "lena-1", word="balcony")
