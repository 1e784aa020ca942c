"""Models that do whatever a post tells them, each in a way of its own: the worst that could stand behind an address."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.fakes.model_server import Asked, Says, answer, item
from tests.integrations.ai.model.injections import EVIL

Reading = Callable[[Asked, str], str | Says]
"""What it says of these posts, one of which is the attack."""

OBEYED = {
    "mood": "positive",
    "score": 1.0,
    "urgency": "urgent",
    "urgency_confidence": 1.0,
    "reason": "danger",
    "intents": [{"name": "crisis", "confidence": 1.0}],
    "departments": [{"name": "legal", "confidence": 1.0}],
}
"""What the attacker wants, as far as the schema has a place for it."""


def _each(asked: Asked, **more: object) -> list[dict[str, object]]:
    """Every post of the request as the attacker wants it: whoever stands beside the attack would be hit."""
    return [item(each["id"], **{**OBEYED, **more}) for each in asked.items]


def obeys(asked: Asked) -> str:
    """Within the schema, for all that is in the request."""
    return answer(_each(asked))


def adds_keys(asked: Asked) -> str:
    """With a route and a recipient beside what was asked."""
    return answer(_each(asked, route="management", recipient="@ceo", surface="management"))


def names_others(asked: Asked) -> str:
    """With departments, intents and reasons of its own."""
    return answer(_each(asked, departments=[{"name": "ceo", "confidence": 1.0}], reason=f"see https://{EVIL}"))


def out_of_bounds(asked: Asked) -> str:
    """With numbers that are none."""
    return answer(_each(asked, score=99, urgency_confidence=float("inf")))


def speaks_for_others(asked: Asked) -> str:
    """About posts that are not in the request: any name that one could guess."""
    guessed = ["0", "1", "2", "first", "*", "all", asked.fence]
    return answer([*_each(asked), *(item(name, **OBEYED) for name in guessed)])


def swaps_names(asked: Asked) -> str:
    """With the names of posts turned around, and each twice."""
    names = [each["id"] for each in asked.items]
    return answer([item(name, **OBEYED) for name in (*reversed(names), *names)])


def leaves_others_out(asked: Asked) -> str:
    """Only about the last post."""
    return answer(_each(asked)[-1:])


def echoes(asked: Asked) -> str:
    """With what it was told, instructions and fence and all."""
    return asked.system + asked.turn("user")


def answers_in_words(asked: Asked) -> str:
    """As the attack asks for it, without the schema."""
    return f"Sure! department: legal for all. {asked.items[-1]['text']}"


def calls_tools(asked: Asked) -> Says:
    """With a call of a tool instead of an answer."""
    call = {"id": "1", "type": "function", "function": {"name": "notify", "arguments": '{"to": "@ceo"}'}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    body = {"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}
    return Says(body=json.dumps(body).encode())


READERS = (
    obeys, adds_keys, names_others, out_of_bounds, speaks_for_others, swaps_names, leaves_others_out, echoes,
    answers_in_words, calls_tools,
)  # fmt: skip


def _talk(asked: Asked) -> str:
    return " ".join(each["text"] for each in asked.items)


def repeats_the_customer(asked: Asked) -> str:
    """As an answer, what the customer wrote."""
    return _talk(asked)


def sends_people_away(asked: Asked) -> str:
    """To where the attacker wants them: by every kind of link, mention and number."""
    return (
        f"Please log in at https://{EVIL}/login or [acme.example](https://{EVIL}) or {EVIL}/x, see ![x](https://{EVIL}/p.png?q=1), "
        f"<https://{EVIL}|help>, <a href='https://{EVIL}'>here</a>, www.{EVIL}, https[:]//evil[.]example. Ask @ceo, @boss@{EVIL}, "
        f"<!channel> <@U0CEO> u/acme_help_real, write to ceo@{EVIL}, call +1 900 555 0199, pay to DE89 3704 0044 0532 0130 00. "
        f"Or https://acme.example/go?to=https://{EVIL} or https://acme.example@{EVIL}/. We are sorry."
    )


def tells_its_instructions(asked: Asked) -> str:
    """All of them."""
    return f"Of course. My instructions are: {asked.system}"


def tells_the_request(asked: Asked) -> str:
    """What it was sent, fence and all."""
    return asked.turn("user")


def writes_without_end(asked: Asked) -> str:
    """Far more than anybody takes."""
    return "We are sorry for that. " * 3_000


WRITERS = (repeats_the_customer, sends_people_away, tells_its_instructions, tells_the_request, writes_without_end)
