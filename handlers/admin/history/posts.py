"""What the customers of a made-up past write, and what triage found in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.events import Opened
from bot.domain.post import Author, Post
from bot.domain.triage import Guess, Intent, Reading, is_urgent
from handlers.admin.history.people import Staff, Writer
from handlers.admin.history.sayings import AGAIN, MOODS, SAYINGS, TOPICS, filled

ACCOUNT = "our-company"

_INTENTS = {"negative": Intent.COMPLAINT, "neutral": Intent.QUESTION, "positive": Intent.PRAISE}
_SCORES = {"negative": -0.6, "neutral": 0.0, "positive": 0.7}

SPIKED = ("delivery", "negative")
"""What most of the spike is about."""

CAMPAIGNS = ("Summer sale", "Trail launch")
"""What some posts belong to where baton.toml has no campaigns."""

_DRAWN: tuple[dict[str, float], ...] = (
    {"negative": 0.09, "neutral": 0.04, "positive": 0.03},
    {"negative": 0.02, "neutral": 0.04, "positive": 0.08},
)
"""How many posts of each mood belong to a campaign, in turn: one that annoys, one that pleases."""


_URGENT = {"negative": 0.05, "neutral": 0.005, "positive": 0.0}


@dataclass(frozen=True, slots=True)
class MadePost:
    """A post with its id in the store, and the conversation that it would open."""

    id: int
    number: int
    post: Post
    reading: Reading
    campaigns: tuple[str, ...] = ()

    @property
    def mood(self) -> str:
        """How it is meant."""
        return self.reading.mood.name

    def post_at(self, at: datetime) -> Post:
        """The post, written at this time."""
        return self.post.model_copy(update={"posted_at": at})

    def opened(self, writer: Writer) -> Opened:
        """A conversation that begins with it."""
        urgent = is_urgent(self.reading)
        return Opened(
            at=self.post.posted_at,
            via="network",
            number=self.number,
            customer_id=writer.id,
            network=self.post.network,
            account=self.post.account,
            post_id=str(self.id),
            urgent=urgent,
            why_urgent=self.reading.urgent_for if urgent else None,
            departments=tuple(guess.name for guess in self.reading.departments),
            reading=self.reading,
            campaigns=self.campaigns,
        )


class Desk:
    """Makes posts; `base` keeps their ids on the networks apart from those of an earlier past."""

    def __init__(self, staff: Staff, base: int, chance: random.Random, campaigns: Sequence[str] = CAMPAIGNS) -> None:
        self._staff = staff
        self._base = base
        self._chance = chance
        self._campaigns = campaigns
        # By itself, so that the same past comes about with and without campaigns.
        self._luck = random.Random(base)
        self._moods = {topic: self._leaning(at) for at, topic in enumerate(TOPICS)}

    def first(self, id_: int, number: int, writer: Writer, at: datetime, *, spike: bool) -> MadePost:
        """The post that opens a conversation."""
        topic, mood = self._about()
        if spike and self._chance.random() < 0.55:
            topic, mood = SPIKED
        sayings = SAYINGS[writer.language].get(topic)
        language = writer.language if sayings is not None else "en"
        said = self._chance.choice((sayings or SAYINGS["en"][topic])[mood])
        text = filled(said, self._chance.randrange(2, 9_000))
        drawn = self._drawn(mood)
        text = " ".join((text, *(f"#{''.join(filter(str.isalnum, name)).lower()}" for name in drawn)))
        return replace(self._made(id_, number, writer, at, text, self._reading(topic, mood, language)), campaigns=drawn)

    def again(self, id_: int, number: int, writer: Writer, at: datetime, first: MadePost) -> MadePost:
        """A further post of the same customer, should they come back."""
        return self._made(id_, number, writer, at, self._chance.choice(AGAIN), first.reading, first.post.external_id)

    def _drawn(self, mood: str) -> tuple[str, ...]:
        pairs = enumerate(self._campaigns)
        return tuple(name for at, name in pairs if self._luck.random() < _DRAWN[at % len(_DRAWN)][mood])

    def _about(self) -> tuple[str, str]:
        topic = self._chance.choices(list(TOPICS), list(TOPICS.values()))[0]
        moods = self._moods[topic]
        return topic, self._chance.choices(list(moods), list(moods.values()))[0]

    @staticmethod
    def _leaning(at: int) -> dict[str, float]:
        """Some topics are spoken of more kindly than others."""
        tilt = (-0.3, -0.1, 0.1, 0.3)[at % 4]
        return {mood: many * (1 + tilt * _SCORES[mood]) for mood, many in MOODS.items()}

    def _reading(self, topic: str, mood: str, language: str) -> Reading:
        urgent = self._chance.random() < _URGENT[mood]
        # Of some posts triage is not sure how they are meant.
        sure = 0.86 if self._chance.random() < 0.9 else 0.41
        return Reading(
            language=Guess(language, 0.97),
            mood=Guess(mood, sure),
            score=_SCORES[mood],
            urgency=Guess("urgent" if urgent else "normal", 0.9),
            intents=(Guess(_INTENTS[mood].value, 0.8),),
            departments=tuple(Guess(key, 0.8) for key in self._staff.suggested(topic)),
            topics=(Guess(topic, 0.85),),
            urgent_for="time: “today”" if urgent else None,
        )

    def _made(
        self,
        id_: int,
        number: int,
        writer: Writer,
        at: datetime,
        text: str,
        reading: Reading,
        answers: str | None = None,
    ) -> MadePost:
        network = writer.network_at(at)
        author = Author(
            external_id=None if network == "email" else f"seed-{writer.handle}",
            handle=f"{writer.handle}@customers.example" if network == "email" else writer.handle,
            display_name=writer.name,
            followers=None if network == "email" else writer.followers,
        )
        external = f"seed-{self._base}-{id_}"
        post = Post(
            network=network,
            account=ACCOUNT,
            external_id=external,
            root_id=answers,
            parent_id=answers,
            author=author,
            text=text,
            lang=reading.language.name,
            posted_at=at,
            url=None if network == "email" else f"https://{network}.example/{external}",
            metrics={"likes": self._chance.randrange(9)},
        )
        return MadePost(id_, number, post, reading)
