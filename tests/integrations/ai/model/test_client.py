"""One question to a model: what is sent, what comes of every kind of answer, what it costs."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.config import AiPart
from bot.errors import BudgetError, PermanentError, RetriableError
from integrations.ai.model.client import DeclinedError, ModelClient, Question, SpoiltError
from integrations.ai.model.ledger import Ledger
from integrations.ai.model.rest import AFTER, Rest
from integrations.ai.model.settings import OPENAI, ModelSettings, model_settings
from tests.fakes.clock import SetClock
from tests.fakes.model_server import KEY, MODEL, ModelServer, Says, refused

SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
PLAIN = Question("Say something.", "DATA", 50)
SHAPED = Question("Say something.", "DATA", 50, SCHEMA)


async def test_a_question_goes_out_with_the_key_the_model_and_two_turns(
    server: ModelServer, client: ModelClient
) -> None:
    server.plan(Says("Hello."))
    assert await client.ask(PLAIN) == "Hello."
    (asked,) = server.asked
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == MODEL
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert "response_format" not in asked.body
    assert "tools" not in asked.body


async def test_a_schema_is_asked_for_strictly(server: ModelServer, client: ModelClient) -> None:
    server.plan(Says("{}"))
    await client.ask(SHAPED)
    described = server.asked[0].body["response_format"]
    assert described["type"] == "json_schema"
    assert described["json_schema"]["strict"] is True
    assert described["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(("takes", "forms"), [
    ({"json_object", "text"}, ["json_schema", "json_object"]),
    ({"text"}, ["json_schema", "json_object", "text"]),
])  # fmt: skip
async def test_a_server_that_takes_no_schema_is_asked_without_one_and_told_it_in_words(
    server: ModelServer, client: ModelClient, takes: set[str], forms: list[str]
) -> None:
    server.takes = takes
    server.brain = lambda asked: "{}"
    await client.ask(SHAPED)
    assert [asked.form for asked in server.asked] == forms
    assert "additionalProperties" in server.asked[-1].system
    assert not client.takes_schemas
    await client.ask(SHAPED)
    assert [asked.form for asked in server.asked[len(forms) :]] == forms[-1:]


async def test_an_older_server_is_asked_with_the_older_name_of_the_limit(
    server: ModelServer, client: ModelClient
) -> None:
    server.old_limit = True
    server.brain = lambda asked: "fine"
    assert await client.ask(PLAIN) == "fine"
    assert "max_tokens" in server.asked[-1].body
    assert "max_completion_tokens" not in server.asked[-1].body


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_server_that_is_busy_may_be_asked_again_when_it_says(
    server: ModelServer, client: ModelClient, status: int
) -> None:
    server.plan(refused(status, "Come back later.", Retry_After="17"))
    with pytest.raises(RetriableError) as failure:
        await client.ask(PLAIN)
    assert failure.value.retry_after == 17
    assert len(server.asked) == 1


async def test_a_server_that_wants_to_be_left_alone_is_not_asked_until_then(
    server: ModelServer, client: ModelClient, clock: SetClock
) -> None:
    server.plan(refused(429, "Rate limit reached.", Retry_After="30"))
    with pytest.raises(RetriableError):
        await client.ask(PLAIN)
    with pytest.raises(RetriableError) as failure:
        await client.ask(PLAIN)
    assert failure.value.retry_after == 30
    assert len(server.asked) == 1
    clock.move(timedelta(seconds=31))
    assert await client.ask(PLAIN)


async def test_after_several_failures_in_a_row_it_is_left_alone_for_a_while(
    server: ModelServer, client: ModelClient, clock: SetClock
) -> None:
    server.plan(*(refused(500, "Broken.") for _ in range(AFTER + 1)))
    for _ in range(AFTER + 3):
        with pytest.raises(RetriableError):
            await client.ask(PLAIN)
    assert len(server.asked) == AFTER
    clock.move(timedelta(seconds=31))
    for _ in range(2):
        with pytest.raises(RetriableError):
            await client.ask(PLAIN)
    assert len(server.asked) == AFTER + 1
    clock.move(timedelta(seconds=61))
    assert await client.ask(PLAIN)
    server.plan(refused(500, "Broken."))
    with pytest.raises(RetriableError):
        await client.ask(PLAIN)
    assert await client.ask(PLAIN)


async def test_a_wrong_key_is_for_good_and_is_not_told(server: ModelServer, clock: SetClock) -> None:
    wrong = "sk-wrong-secret-key-000"
    client = ModelClient(ModelSettings(MODEL, server.url, wrong), Ledger(10, 10_000), Rest(clock.now))
    server.plan(refused(401, f"Incorrect API key provided: {wrong}."))
    with pytest.raises(PermanentError, match="OPENAI_API_KEY") as failure:
        await client.ask(PLAIN)
    assert wrong not in str(failure.value)
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__
    await client.close()


async def test_a_model_that_nobody_knows_is_for_good(server: ModelServer, client: ModelClient) -> None:
    server.plan(refused(404, "The model `small-one` does not exist.", code="model_not_found"))
    with pytest.raises(PermanentError, match="small-one"):
        await client.ask(PLAIN)


@pytest.mark.parametrize("says", [
    Says("", refusal="I can't help with that."),
    Says("half", finish_reason="content_filter"),
])  # fmt: skip
async def test_what_it_declines_is_declined(server: ModelServer, client: ModelClient, says: Says) -> None:
    server.plan(says)
    with pytest.raises(DeclinedError):
        await client.ask(PLAIN)


@pytest.mark.parametrize("says", [
    Says("We are sor", finish_reason="length"),
    Says(""),
    Says(None),
    Says(["a", "list"]),
    Says(body=b"<html>A proxy says hello</html>"),
    Says(body=b'{"choices": [{"message": {"content": "cut'),
    Says(body=b'{"choices": []}'),
    Says(body=b'{"choices": null}'),
    Says(body=b"[1, 2]"),
    Says(body=b'{"choices": [{"message": null}]}'),
    Says(body=b"[" * 100_000),
])  # fmt: skip
async def test_an_answer_that_is_none_is_spoilt(server: ModelServer, client: ModelClient, says: Says) -> None:
    server.plan(says)
    with pytest.raises(SpoiltError):
        await client.ask(PLAIN)


async def test_a_slow_answer_is_not_waited_for(server: ModelServer, clock: SetClock) -> None:
    client = ModelClient(ModelSettings(MODEL, server.url, KEY, timeout=0.2), Ledger(10, 10_000), Rest(clock.now))
    server.plan(Says("late", after=5.0))
    with pytest.raises(RetriableError, match=r"0\.2 s"):
        await client.ask(PLAIN)
    await client.close()


async def test_a_server_that_is_not_there_may_be_asked_again(clock: SetClock) -> None:
    client = ModelClient(ModelSettings(MODEL, "http://127.0.0.1:9/v1", KEY), Ledger(10, 10_000), Rest(clock.now))
    with pytest.raises(RetriableError, match="cannot be reached"):
        await client.ask(PLAIN)
    await client.close()


async def test_only_a_few_questions_are_under_way_at_once(server: ModelServer, client: ModelClient) -> None:
    server.plan(*(Says("ok", after=0.05) for _ in range(12)))
    await asyncio.gather(*(client.ask(PLAIN) for _ in range(12)))
    assert server.most_at_once == 4


async def test_the_budget_counts_what_the_server_says_it_cost(server: ModelServer, clock: SetClock) -> None:
    ledger = Ledger(3, 1_000, clock.now)
    client = ModelClient(ModelSettings(MODEL, server.url, KEY), ledger, Rest(clock.now))
    server.plan(Says("one", tokens=400), Says("two", tokens=500))
    await client.ask(PLAIN)
    await client.ask(PLAIN)
    assert (ledger.spent.requests, ledger.spent.tokens) == (2, 900)
    with pytest.raises(BudgetError, match="1,000 tokens of today"):
        await client.ask(Question("Say much.", "DATA", 200))
    assert await client.ask(PLAIN)
    with pytest.raises(BudgetError, match="3 requests of today") as failure:
        await client.ask(PLAIN)
    assert failure.value.retry_after == 15 * 3600
    assert len(server.asked) == 3
    clock.move(timedelta(hours=15))
    assert await client.ask(PLAIN)
    await client.close()


async def test_what_a_server_refuses_costs_no_tokens(server: ModelServer, client: ModelClient) -> None:
    server.plan(refused(500, "Broken."))
    with pytest.raises(RetriableError):
        await client.ask(PLAIN)
    assert client.ledger.spent.tokens == 0
    assert client.ledger.spent.requests == 1


async def test_without_a_key_a_server_of_one_s_own_is_asked_and_no_other() -> None:
    part = AiPart(model="m")
    assert model_settings(AiPart(), {"OPENAI_API_KEY": "k"}) is None
    own = model_settings(part, {"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})
    assert own is not None
    assert own.missing == ""
    theirs = model_settings(part, {})
    assert theirs is not None
    assert (theirs.url, theirs.missing) == (OPENAI, "OPENAI_API_KEY")
    client = ModelClient(theirs, Ledger(10, 10_000))
    with pytest.raises(PermanentError, match="OPENAI_API_KEY is not set"):
        await client.ask(PLAIN)
    await client.close()


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(ModelSettings("m", key="secret"))
