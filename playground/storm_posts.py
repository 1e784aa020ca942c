"""The posts of a storm, made from parts: many people about one broken lantern, and some who need help with something else."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

PARTS = Path(__file__).parent / "sample" / "storm.json"

Kind = Literal["own", "passed on", "reply", "urgent"]

NETWORKS = {"x": 44, "mastodon": 14, "bluesky": 14, "facebook": 12, "instagram": 8, "reddit": 6, "trustpilot": 2}
MOODS = {"bad": 62, "urgent": 8, "good": 9, "neutral": 21}
PASSED_ON, REPLIES = 0.4, 0.12
"""Shares of posts that pass on what somebody else wrote, and that answer somebody."""

AGAIN = 0.015
"""So many more deliveries bring a post a second time, as networks do."""

_LOUD = 0.03
"""The share of posts in their own words that others pass on."""

_RECENT = 400
"""Who answers answers one of so many last posts."""


@dataclass(frozen=True)
class StormPost:
    """A post and when it is sent, from 0 (the storm begins) to 1 (it ends). The times in it are those of its sending."""

    after: float
    kind: Kind
    post: dict[str, Any]
    again: bool = False

    @property
    def id(self) -> str:
        """By which it is recognised in the store."""
        return str(self.post["external_id"])

    def record(self, now: datetime) -> dict[str, Any]:
        """The post as the generic webhook takes it."""
        return {**self.post, "posted_at": (now - timedelta(seconds=2)).isoformat()}


def make_storm(how_many: int, urgent: int, seed: int, texts: Sequence[str] = ()) -> list[StormPost]:
    """All deliveries in their order: `how_many` posts, `urgent` of them about something else, and some of them twice.

    The same arguments give the same posts. With `texts`, the storm's words are those, over and over where they are too few.
    """
    parts = json.loads(PARTS.read_text(encoding="utf-8"))
    if urgent > min(how_many, len(parts["urgent"])):
        raise ValueError(f"at most {min(how_many, len(parts['urgent']))} urgent posts")
    chance = random.Random(seed)
    people = _People(parts, chance)
    spoken = _Spoken(texts, chance) if texts else _Parts(parts["languages"], chance)
    made = list(_storm(how_many - urgent, seed, spoken, people, chance))
    made += _unrelated(urgent, seed, parts["urgent"], people, chance)
    made += _second_deliveries(made, chance)
    return sorted(made, key=lambda one: one.after)


def _storm(
    how_many: int, seed: int, spoken: _Spoken | _Parts, people: _People, chance: random.Random
) -> Iterator[StormPost]:
    moments = sorted(chance.random() for _ in range(how_many))
    loud: list[_Said] = []
    recent: list[_Said] = []
    for number, after in enumerate(moments):
        kind = _kind(chance, answerable=len(recent) >= 20, loud=bool(loud))
        post = {"external_id": f"storm-{seed}-{number:05d}", "account": "acme"}
        if kind == "reply":
            to = chance.choice(recent[-_RECENT:])
            said = _Said(spoken.reply(to.lang), to.lang, to.network, people.somebody(to.network))
            post |= {"parent_id": to.id, "root_id": to.root}
        elif kind == "passed on":
            said = _passed_on(_one_of_the_loud(loud, chance), spoken, people, chance)
        else:
            network = _weighed(NETWORKS, chance)
            text, lang = spoken.own()
            said = _Said(text, lang, network, people.somebody(network))
        said = replace(said, id=post["external_id"], root=post.get("root_id", post["external_id"]))
        if kind == "own" and (not loud or chance.random() < _LOUD):
            loud.append(said)
        recent.append(said)
        yield StormPost(after, kind, post | said.as_post(chance))


def _kind(chance: random.Random, *, answerable: bool, loud: bool) -> Kind:
    drawn = chance.random()
    if drawn < REPLIES:
        return "reply" if answerable else "own"
    return "passed on" if drawn < REPLIES + PASSED_ON and loud else "own"


@dataclass(frozen=True)
class _Said:
    """What somebody says on a network; `root` names the first post of the thread."""

    text: str
    lang: str | None
    network: str
    author: dict[str, Any]
    id: str = ""
    root: str = ""

    def as_post(self, chance: random.Random) -> dict[str, Any]:
        post = {"network": self.network, "author": self.author, "text": self.text}
        if self.lang is not None and chance.random() < 0.7:
            post["lang"] = self.lang
        likes = int(chance.paretovariate(0.9)) - 1
        return post | ({"metrics": {"likes": likes, "shares": likes // 3}} if likes else {})


def _one_of_the_loud(loud: Sequence[_Said], chance: random.Random) -> _Said:
    """A few are passed on by very many: the n-th of them half as often as the one of rank n/2."""
    rank = int(math.exp(chance.random() * math.log(len(loud) + 1))) - 1
    return loud[min(rank, len(loud) - 1)]


def _passed_on(said: _Said, spoken: _Spoken | _Parts, people: _People, chance: random.Random) -> _Said:
    """The same words, as they are on another's page, cut off, or with a word more."""
    text, handle = said.text, said.author["handle"]
    network = said.network if chance.random() < 0.8 else _weighed(NETWORKS, chance)
    match chance.randrange(8):
        case 0 | 1 | 2:
            text = f"RT @{handle}: {text}"
        case 3:
            text = f"{spoken.comment(said.lang)} {text}"
        case 4:
            text = f"{text} (via @{handle})"
        case 5:
            text = f"{text} {chance.choice(['#acme', '#GlowLantern', '😡', '!!!', '👀'])}"
        case 6 if len(text) > 100:
            text = f"RT @{handle}: {text[: len(text) - chance.randrange(3, 15)]}…"
        case _:
            text = text.rstrip(".! ") + chance.choice(["", "!", "!!", " …"])
    return _Said(text, said.lang, network, people.somebody(network))


def _unrelated(
    urgent: int, seed: int, known: Sequence[dict[str, str]], people: _People, chance: random.Random
) -> Iterator[StormPost]:
    """Evenly over the storm, so that some come in its midst and some when it has hardly begun or is nearly over."""
    for number, one in enumerate(chance.sample(known, urgent)):
        network = _weighed(NETWORKS, chance)
        said = _Said(one["text"], one["lang"], network, people.somebody(network))
        after = (number + 0.5 + chance.uniform(-0.35, 0.35)) / urgent
        name = {"external_id": f"urgent-{seed}-{number:02d}", "account": "acme"}
        yield StormPost(after, "urgent", name | said.as_post(chance))


def _second_deliveries(made: Sequence[StormPost], chance: random.Random) -> list[StormPost]:
    twice = chance.sample(made, round(len(made) * AGAIN))
    return [replace(one, after=min(1.0, one.after + chance.uniform(0.001, 0.1)), again=True) for one in twice]


class _Parts:
    """Words of our own making: who, what, when and what follows from it, put together by language and mood."""

    def __init__(self, languages: dict[str, dict[str, Any]], chance: random.Random) -> None:
        self._languages = languages
        self._weights = {lang: int(parts["weight"]) for lang, parts in languages.items()}
        self._chance = chance

    def own(self) -> tuple[str, str]:
        pick, lang = self._chance.choice, _weighed(self._weights, self._chance)
        parts = self._languages[lang]
        words = parts[_weighed(MOODS, self._chance)]
        opening, subject, detail = pick(parts["openings"]), pick(parts["subjects"]), pick(words["details"])
        said = " ".join(part for part in (subject, pick(words["predicates"]), detail) if part)
        follows = self._chance.sample(words["follows"], self._chance.choice((0, 1, 1, 1, 2)))
        if not opening or opening.endswith((". ", ": ")):
            said = said[0].upper() + said[1:]
        return f"{opening}{said}. {' '.join(follows)}".strip() + pick(parts["tails"]), lang

    def reply(self, lang: str | None) -> str:
        return str(self._chance.choice(self._languages[lang or "en"]["replies"]))

    def comment(self, lang: str | None) -> str:
        return str(self._chance.choice(self._languages[lang or "en"]["comments"]))


class _Spoken:
    """Words from a file, in an order of chance; nobody says in which language they are."""

    def __init__(self, texts: Sequence[str], chance: random.Random) -> None:
        self._texts = texts
        self._chance = chance
        self._left: list[str] = []

    def own(self) -> tuple[str, str | None]:
        if not self._left:
            self._left = self._chance.sample(self._texts, len(self._texts))
        return self._left.pop(), None

    def reply(self, lang: str | None) -> str:
        return self.own()[0]

    def comment(self, lang: str | None) -> str:
        return "This."


@dataclass
class _People:
    """Who writes: many write once, some again and again."""

    parts: dict[str, Any]
    chance: random.Random
    known: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def somebody(self, network: str) -> dict[str, Any]:
        known = self.known.setdefault(network, [])
        if known and self.chance.random() < 0.25:
            return self.chance.choice(known)
        given, family = self.chance.choice(self.parts["given"]), self.chance.choice(self.parts["family"])
        number = len(known)
        handle = f"{given}{self.chance.choice(['', '_', '.'])}{family}{number}".lower()
        made: dict[str, Any] = {"external_id": f"{network}-person-{number}", "handle": handle}
        if self.chance.random() < 0.8:
            made["display_name"] = f"{given} {family}"
        if self.chance.random() < 0.6:
            made["followers"] = int(20 * self.chance.paretovariate(0.8))
        known.append(made)
        return made


def _weighed(weights: dict[str, int], chance: random.Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
