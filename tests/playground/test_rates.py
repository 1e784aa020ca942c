"""The app is slowed down as Slack slows it: a second's messages per channel, and tiers per method."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError

from playground.rates import Bucket, Rates
from playground.refusal import Refused
from tests.playground.process import People, PlaygroundProcess


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[PlaygroundProcess]:
    with PlaygroundProcess(tmp_path, rate=1) as process:
        yield process


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket.full(3, 2, now=0)
    assert [bucket.take(0) for _ in range(3)] == [0, 0, 0]
    assert bucket.take(0) == pytest.approx(0.5)
    assert bucket.take(0.5) == 0
    assert bucket.take(0.5) > 0
    assert [bucket.take(100) for _ in range(4)] == [0, 0, 0, pytest.approx(0.5)]


def test_each_channel_has_its_own_messages() -> None:
    watch = Watch()
    rates = Rates(1, watch)
    for _ in range(3):
        rates.check("chat.postMessage", "C1")
    with pytest.raises(Refused) as caught:
        rates.check("chat.postMessage", "C1")
    assert (caught.value.error, caught.value.status, caught.value.retry_after) == ("ratelimited", 429, 1)
    rates.check("chat.postMessage", "C2")
    watch.time = 1.0
    rates.check("chat.postMessage", "C1")


@pytest.mark.parametrize("rate", [1, 20])
def test_a_minute_takes_fifty_updates_times_the_rate(rate: float) -> None:
    watch = Watch()
    rates = Rates(rate, watch)
    taken = 0
    while watch.time < 60:
        try:
            rates.check("chat.update", "C1")
            taken += 1
        except Refused:
            watch.time += 0.01
    assert taken == pytest.approx(60 * rate, abs=1)


async def test_too_many_messages_are_answered_with_429(slow: PlaygroundProcess) -> None:
    client = slow.client()
    for _ in range(3):
        await client.chat_postMessage(channel="floor", text="again")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="floor", text="again")
    response = caught.value.response
    assert response.status_code == 429
    assert response["error"] == "ratelimited"
    assert response.headers["Retry-After"] == "1"
    async with People(slow.url) as people:
        assert (await people.counters())["ratelimited"] == {"chat.postMessage floor": 1}
        assert len(await people.messages("ana")) == 3


async def test_a_channel_is_one_by_id_and_by_name(slow: PlaygroundProcess) -> None:
    client = slow.client()
    for channel in ("floor", "#floor", "C0FLOOR001"):
        await client.chat_postMessage(channel=channel, text="again")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C0FLOOR001", text="again")
