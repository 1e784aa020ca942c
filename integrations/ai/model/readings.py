"""What a model may say of posts: a schema made of lists to choose from and numbers, and answers held to it one by one. Pure.

Nothing that a post says can become more than one of these values, of that post. What does not fit is no reading at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.triage import Guess, Intent, Mood, PersonalData, Reading, Urgency

LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "ky", "lb", "lo",
    "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "ne", "nl", "no", "pa", "pl", "ps", "pt", "ro", "ru", "si",
    "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi", "xh", "zh", "zu",
)  # fmt: skip
"""ISO 639-1; Norwegian is `no`, however it is written."""

MOODS: tuple[Mood, ...] = get_args(Mood)
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
INTENTS = tuple(intent.value for intent in Intent)

REASONS = ("none", "danger", "somebody is hurt", "money or data at risk", "law or press", "needed now")
"""Why something cannot wait."""

_FENCED = ("```json", "```")

Confidence = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Score = Annotated[float, Field(strict=True, ge=-1, le=1, allow_inf_nan=False)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Named(_Said):
    name: str
    confidence: Confidence


class Item(_Said):
    """What a model said of one post."""

    id: str
    language: str
    language_confidence: Confidence
    mood: Mood
    mood_confidence: Confidence
    score: Score
    urgency: Urgency
    urgency_confidence: Confidence
    reason: str
    intents: list[_Named]
    departments: list[_Named]
    topics: list[_Named]


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from in this company: its departments, and topics if it has any."""

    departments: tuple[str, ...]
    topics: tuple[str, ...] = ()

    def schema(self) -> dict[str, Any]:
        """The JSON schema of an answer, strict as OpenAI means it: every field required, none beside them.

        It is the same for every request, so that servers need to prepare it only once.
        """
        fields: dict[str, Any] = {
            "id": {"type": "string"},
            "language": _one_of(LANGUAGES),
            "language_confidence": {"type": "number"},
            "mood": _one_of(MOODS),
            "mood_confidence": {"type": "number"},
            "score": {"type": "number"},
            "urgency": _one_of(URGENCIES),
            "urgency_confidence": {"type": "number"},
            "reason": _one_of(REASONS),
            "intents": _named(INTENTS),
            "departments": _named(self.departments),
            "topics": _named(self.topics),
        }
        return _object({"items": {"type": "array", "items": _object(fields)}})

    def read(self, answer: str, ids: Sequence[str]) -> dict[str, Item]:
        """What the answer says of each of these posts, as far as it can be believed.

        A post that is named twice, wrongly described or left out is not among them. Where posts stand in another order than they
        were asked in, somebody has mixed them up: then none is.
        """
        items = _items(answer)
        named = [item.get("id") for item in items]
        known = [id_ for id_ in named if id_ in ids]
        once = list(dict.fromkeys(known))
        if [id_ for id_ in ids if id_ in once] != once:
            return {}
        believed = {}
        for item in items:
            if named.count(item.get("id")) == 1 and item.get("id") in ids and (read := self._item(item)) is not None:
                believed[read.id] = read
        return believed

    def _item(self, data: Mapping[str, Any]) -> Item | None:
        try:
            item = Item.model_validate(data)
        except (ValidationError, RecursionError):
            return None
        fits = (
            item.language in LANGUAGES
            and item.reason in REASONS
            and _fit(item.intents, INTENTS)
            and _fit(item.departments, self.departments)
            and _fit(item.topics, self.topics)
        )
        return item if fits else None


def reading_of(item: Item, personal: tuple[PersonalData, ...], by: str) -> Reading:
    """What was said of a post as triage has it; where personal data stands is known here alone."""
    urgent = item.urgency == "urgent"
    return Reading(
        language=Guess(item.language, item.language_confidence),
        mood=Guess(item.mood, item.mood_confidence),
        score=item.score,
        urgency=Guess(item.urgency, item.urgency_confidence),
        intents=_ranked(item.intents),
        departments=_ranked(item.departments),
        topics=_ranked(item.topics),
        personal=personal,
        urgent_for=item.reason if urgent and item.reason != "none" else None,
        by=by,
    )


def unfenced(answer: str) -> str:
    """JSON without the marks that some models put around it."""
    bare = answer.strip()
    for mark in _FENCED:
        if bare.startswith(mark) and bare.endswith("```") and len(bare) >= len(mark) + 3:
            return bare[len(mark) : -3].strip()
    return bare


def _items(answer: str) -> list[dict[str, Any]]:
    """The items of an answer; raises `ValueError` where it is none. One in which a field stands twice is left out."""
    try:
        data = json.loads(unfenced(answer), object_pairs_hook=_without_doubles, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("too deep") from None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise ValueError("there is no list of items")
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    # An object that says a thing twice says nothing; its name is kept, so that it counts as named.
    return fields if len(fields) == len(pairs) else {"id": fields.get("id")}


def _no_number(name: str) -> float:
    return math.nan


def _fit(named: Iterable[_Named], choices: Sequence[str]) -> bool:
    names = [each.name for each in named]
    return len(set(names)) == len(names) and set(names) <= set(choices)


def _ranked(named: Iterable[_Named]) -> tuple[Guess, ...]:
    guesses = [Guess(each.name, each.confidence) for each in named if each.confidence > 0]
    return tuple(sorted(guesses, key=lambda guess: -guess.confidence))


def _one_of(choices: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(choices)}


def _named(choices: Sequence[str]) -> dict[str, Any]:
    # An empty list to choose from is not allowed in a schema; what it is answered with is not believed anyway.
    named = _object({"name": _one_of(choices or ("none",)), "confidence": {"type": "number"}})
    return {"type": "array", "items": named}


def _object(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(fields), "required": list(fields), "additionalProperties": False}
