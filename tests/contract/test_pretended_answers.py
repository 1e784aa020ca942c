"""Every connector of a network that an API must be applied for, against a pretended server of its vendor: answered once, and told
what is missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Inbound, Reject
from bot.errors import BatonError, NotSetError, PermanentError, RetriableError, UnknownResultError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import open_sources
from tests.contract.both import EVERY, Both, kinds
from tests.contract.networks import PRETENDED

ANSWER = "Sorry, it is on its way & will be there tomorrow."

# Answering


@kinds(reply=True)
async def test_an_answer_stands_below_the_post(both: Both) -> None:
    post = await both.heard()
    assert both.source.refuses(post, datetime.now(UTC)) is None
    sent = await both.source.reply(post, ANSWER, "key-1")
    assert both.network.answers(post.external_id) == [ANSWER]
    assert sent.external_id
    await both.hear()
    assert [each for each in both.posts().values() if ANSWER in each.text] == [], "we do not hear ourselves"


@kinds(reply=True)
async def test_an_answer_whose_fate_is_unknown_stands_there_once(both: Both) -> None:
    post = await both.heard()
    for number, trouble in enumerate(("hang", "lose"), 1):
        setattr(both.network.troubles, trouble, 1)
        text = f"{ANSWER} {number}"
        before = both.network.answers(post.external_id)
        if both.source.abilities.once == "key":
            # The network knows it again, or it takes the place of the one before: trying once more does no harm.
            with pytest.raises(BatonError) as failed:
                await both.source.reply(post, text, f"key-{number}")
            assert isinstance(failed.value, RetriableError | UnknownResultError)
            await both.source.reply(post, text, f"key-{number}")
        else:
            with pytest.raises(UnknownResultError):
                await both.source.reply(post, text, f"key-{number}")
        stands = both.network.answers(post.external_id)
        assert stands.count(text) == 1
        assert len(stands) <= len(before) + 1
        if both.source.abilities.once == "look-up":
            found = await both.source.find_reply(post, text, f"key-{number}")
            assert found is not None
            assert found.external_id
            assert await both.source.find_reply(post, "something nobody wrote", "key-9") is None


@kinds(reply=True)
async def test_an_answer_that_must_wait_was_not_sent(both: Both) -> None:
    post = await both.heard()
    both.network.troubles.script = [(429, {"Retry-After": "37"}, "")]
    with pytest.raises(RetriableError) as refused:
        await both.source.reply(post, ANSWER, "key-1")
    assert not isinstance(refused.value, UnknownResultError)
    assert refused.value.retry_after == pytest.approx(37, abs=1)
    assert both.network.answers(post.external_id) == []


@kinds(reply=True)
async def test_an_answer_goes_out_with_a_token_that_holds(both: Both) -> None:
    post = await both.heard()
    both.network.end_tokens()
    if both.network.renews:
        await both.source.reply(post, ANSWER, "key-1")
        assert both.network.answers(post.external_id) == [ANSWER]
        return
    with pytest.raises(PermanentError) as refused:
        await both.source.reply(post, ANSWER, "key-1")
    assert len(str(refused.value)) > 20
    assert both.network.answers(post.external_id) == []


# What is missing


@EVERY
async def test_what_is_missing_is_said_in_the_networks_words_and_without_a_secret(both: Both) -> None:
    assert list(await both.source.missing()) == []
    words = both.network.withdraw()
    said = " ".join(await both.source.missing())
    assert words in said
    for secret in both.network.environment.values():
        assert secret not in said


@EVERY
async def test_a_source_without_its_secrets_says_which_to_set(kind: str) -> None:
    with PRETENDED[kind]() as network:
        async with Http(tries=1) as http:
            config = Config.model_validate({"sources": {kind: network.settings}})
            source = open_sources(CONNECTORS, config, {}, http)[kind]
            variables = [str(value) for name, value in network.settings.items() if name.endswith("_env")]
            assert variables
            if source.capabilities().poll:
                with pytest.raises(NotSetError) as refused:
                    await source.poll(None, 100)
                assert any(variable in str(refused.value) for variable in variables)
            if source.capabilities().push:
                verdict = source.verify(Inbound("POST", CIMultiDict(), {}, b"{}"), datetime.now(UTC))
                assert isinstance(verdict, Reject)
                assert verdict.status == 401
