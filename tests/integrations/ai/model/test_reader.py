"""Posts read by a model: batched, fenced, masked, and believed only as far as an answer fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.triage import Guess, Intent, Reading
from bot.errors import RetriableError
from integrations.ai.model.client import ModelClient
from integrations.ai.model.reader import MOST, ModelReader
from integrations.ai.model.readings import Choices
from tests.fakes.model_server import MODEL, Asked, ModelServer, Says, answer, item, refused


async def one(reader: ModelReader, text: str = "The lid broke after a day.") -> Reading | None:
    (reading,) = await reader.read([text])
    return reading


async def test_a_post_is_read(server: ModelServer, reader: ModelReader) -> None:
    server.brain = lambda asked: answer([
        item(
            asked.items[0]["id"],
            urgency="urgent",
            reason="danger",
            intents=[{"name": "complaint", "confidence": 0.6}, {"name": "crisis", "confidence": 0.9}],
            departments=[{"name": "legal", "confidence": 0.3}, {"name": "product", "confidence": 0.7}],
            topics=[{"name": "delivery", "confidence": 0.4}, {"name": "price", "confidence": 0}],
        )
    ])  # fmt: skip
    reading = await one(reader)
    assert reading is not None
    assert reading.language == Guess("en", 0.99)
    assert reading.mood == Guess("negative", 0.9)
    assert reading.score == -0.7
    assert reading.urgency == Guess("urgent", 0.8)
    assert reading.urgent_for == "danger"
    assert reading.intents == (Guess("crisis", 0.9), Guess("complaint", 0.6))
    assert reading.departments == (Guess("product", 0.7), Guess("legal", 0.3))
    assert reading.topics == (Guess("delivery", 0.4),)
    assert reading.by == MODEL


async def test_posts_go_out_in_batches_bounded_by_number_and_size(server: ModelServer, reader: ModelReader) -> None:
    texts = [f"My order number {n} came late" for n in range(2 * MOST + 3)]
    readings = await reader.read(texts)
    assert all(reading is not None for reading in readings)
    assert sorted(len(asked.items) for asked in server.asked) == [3, MOST, MOST]
    server.asked.clear()
    await reader.read([f"{n} " + "very long story " * 300 for n in range(12)])
    assert all(sum(len(each["text"]) for each in asked.items) <= 12_000 for asked in server.asked)
    assert all(len(each["text"]) <= 2_000 for asked in server.asked for each in asked.items)


async def test_answers_belong_to_the_posts_they_were_asked_for(server: ModelServer, reader: ModelReader) -> None:
    def by_text(asked: Asked) -> str:
        return answer([item(each["id"], score=-1.0 if "bad" in each["text"] else 1.0) for each in asked.items])

    server.brain = by_text
    readings = await reader.read(["so bad", "so good", "", "as bad as ever", "so good"])
    assert [reading.score if reading else None for reading in readings] == [-1.0, 1.0, None, -1.0, 1.0]
    assert [each["text"] for each in server.asked[0].items] == ["so bad", "so good", "as bad as ever"]


async def test_what_was_answered_once_is_not_asked_again(server: ModelServer, reader: ModelReader) -> None:
    first = await one(reader)
    assert await one(reader) == first
    assert len(server.asked) == 1


async def test_what_a_failure_leaves_unread_is_asked_again_and_nothing_else(
    server: ModelServer, reader: ModelReader
) -> None:
    texts = [f"My order number {n} came late" for n in range(MOST + 2)]
    server.plan(refused(503, "Overloaded."))
    with pytest.raises(RetriableError):
        await reader.read(texts)
    assert len(server.asked) == 2
    assert all(await reader.read(texts))
    assert len(server.asked) == 3


def _spoiled(**fields: Any) -> Callable[[Asked], str]:
    return lambda asked: answer(
        [item(each["id"], **(fields if at == 0 else {})) for at, each in enumerate(asked.items)]
    )


@pytest.mark.parametrize("fields", [
    {"intents": [{"name": "promote_me", "confidence": 0.9}]},
    {"intents": [{"name": "complaint", "confidence": 1.1}]},
    {"intents": [{"name": "complaint", "confidence": -0.1}]},
    {"intents": [{"name": "complaint", "confidence": 0.5}, {"name": "complaint", "confidence": 0.9}]},
    {"intents": [{"name": "complaint"}]},
    {"intents": [{"name": "complaint", "confidence": 0.5, "why": "it says so"}]},
    {"intents": "complaint"},
    {"departments": [{"name": "ceo", "confidence": 0.9}]},
    {"departments": [{"name": "Legal", "confidence": 0.9}]},
    {"departments": [{"name": "@ceo", "confidence": 0.9}]},
    {"topics": [{"name": "weather", "confidence": 0.9}]},
    {"language": "english"},
    {"language": "xx"},
    {"language_confidence": "high"},
    {"language_confidence": True},
    {"mood": "furious"},
    {"mood_confidence": None},
    {"mood_confidence": float("nan")},
    {"score": 2},
    {"score": float("inf")},
    {"urgency": "IMMEDIATE"},
    {"urgency_confidence": "0.9"},
    {"reason": "the author says so"},
    {"route": "management"},
    {"mood": {"name": "negative"}},
])  # fmt: skip
async def test_what_does_not_fit_is_no_reading_and_spoils_no_other(
    server: ModelServer, reader: ModelReader, fields: dict[str, Any]
) -> None:
    server.brain = _spoiled(**fields)
    first, second = await reader.read(["The lid broke after a day.", "So does the handle."])
    assert first is None
    assert second is not None


async def test_what_is_left_out_or_said_twice_is_no_reading(server: ModelServer, reader: ModelReader) -> None:
    def some(asked: Asked) -> str:
        left_out, twice, fine = [each["id"] for each in asked.items]
        assert left_out
        return answer([item(twice), item(fine), item(twice, score=1.0), item("stranger"), "no object", {"id": 7}])

    server.brain = some
    readings = await reader.read(["One is late.", "Two is late.", "Three is late."])
    assert [reading is not None for reading in readings] == [False, False, True]


async def test_a_field_that_is_said_twice_is_no_reading(server: ModelServer, reader: ModelReader) -> None:
    def doubled(asked: Asked) -> str:
        return answer([item(asked.items[0]["id"])]).replace('"score":', '"score": 1.0, "score":')

    server.brain = doubled
    assert await one(reader) is None


async def test_answers_in_another_order_were_mixed_up_and_none_is_believed(
    server: ModelServer, reader: ModelReader
) -> None:
    server.brain = lambda asked: answer([item(each["id"]) for each in reversed(asked.items)])
    assert await reader.read(["One is late.", "Two is late."]) == [None, None]


@pytest.mark.parametrize("content", [
    "no json", "[]", "{}", '{"items": {}}', '{"items": null}', "null", '"items"', "", "{" * 5_000, '{"items": [' + "[" * 5_000,
])  # fmt: skip
async def test_an_answer_of_another_form_is_no_reading(server: ModelServer, reader: ModelReader, content: str) -> None:
    server.plan(Says(content), Says(content), Says(content))
    assert await reader.read(["One is late.", "Two is late."]) == [None, None]
    # Both together, then each by itself: one of them may have been the reason.
    assert len(server.asked) == 3


async def test_a_post_that_is_declined_costs_the_others_nothing(server: ModelServer, reader: ModelReader) -> None:
    def squeamish(asked: Asked) -> str | Says:
        if any("gruesome" in each["text"] for each in asked.items):
            return Says("", refusal="I can't help with that.")
        return answer([item(each["id"]) for each in asked.items])

    server.brain = squeamish
    readings = await reader.read(["One is late.", "Something gruesome."])
    assert [reading is not None for reading in readings] == [True, False]


@pytest.mark.parametrize("before", ["```json\n", "```\n"])
async def test_marks_around_the_json_do_not_matter(server: ModelServer, reader: ModelReader, before: str) -> None:
    server.brain = lambda asked: f"{before}{answer([item(asked.items[0]['id'])])}\n```"
    assert await one(reader) is not None


async def test_a_server_without_schemas_is_read_with_the_same_care(server: ModelServer, reader: ModelReader) -> None:
    server.takes = {"json_object"}
    assert await one(reader) is not None
    assert "promote_me" not in server.asked[-1].system
    assert "crisis" in server.asked[-1].system
    server.brain = _spoiled(departments=[{"name": "ceo", "confidence": 1.0}])
    assert await one(reader, "Another one is late.") is None


async def test_personal_data_does_not_leave(server: ModelServer, reader: ModelReader) -> None:
    text = "Call me on +49 170 1234567 or write to maya.okafor@mail.example, IBAN DE89 3704 0044 0532 0130 00"
    reading = await one(reader, text)
    sent = server.asked[0].raw.decode()
    assert all(secret not in sent for secret in ("1234567", "maya.okafor", "mail.example", "0532"))
    assert reading is not None
    assert {text[found.start : found.end] for found in reading.personal} >= {"maya.okafor@mail.example"}


async def test_personal_data_with_unseen_letters_in_it_does_not_leave(server: ModelServer, reader: ModelReader) -> None:
    await one(reader, "write to maya.\u200bokafor\u2060@mail\u00ad.example")
    assert "okafor" not in server.asked[0].raw.decode()


async def test_only_what_is_to_be_chosen_from_and_numbers_stand_in_the_schema() -> None:
    schema = Choices(("support",)).schema()
    fields = schema["properties"]["items"]["items"]["properties"]
    strings = [name for name, field in fields.items() if field.get("type") == "string" and "enum" not in field]
    assert strings == ["id"]
    assert fields["intents"]["items"]["properties"]["name"]["enum"] == [intent.value for intent in Intent]

    def strict(part: dict[str, Any]) -> None:
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
        for inner in (*part.get("properties", {}).values(), *filter(None, [part.get("items")])):
            strict(inner)

    strict(schema)


async def test_every_request_has_a_fence_and_names_of_its_own(client: ModelClient, server: ModelServer) -> None:
    for departments in (("a",), ("b",)):
        await ModelReader(client, Choices(departments)).read(["The lid broke."])
    one, two = server.asked
    assert one.fence != two.fence
    assert one.items[0]["id"] != two.items[0]["id"]
    assert one.fence in one.system
    assert json.loads(one.raw)["messages"][1]["content"].count(one.fence) == 2
