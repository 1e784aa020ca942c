"""Triggers live three seconds and open one view; a response_url takes five answers in thirty minutes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.refusal import Refused
from playground.store import Store
from playground.triggers import ReplyAddress, ResponseUrls, Triggers
from tests.playground.test_rates import Watch


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "urls.db")
    yield store
    store.close()


def test_a_trigger_is_used_once() -> None:
    triggers = Triggers(Watch())
    key = triggers.issue("U1", "V1")
    assert triggers.redeem(key).view_id == "V1"
    with pytest.raises(Refused, match="used already") as caught:
        triggers.redeem(key)
    assert caught.value.error == "exchanged_trigger_id"


def test_a_trigger_expires_after_three_seconds() -> None:
    watch = Watch()
    triggers = Triggers(watch)
    early, late = triggers.issue("U1"), triggers.issue("U1")
    watch.time = 2.9
    triggers.redeem(early)
    watch.time = 3.1
    with pytest.raises(Refused) as caught:
        triggers.redeem(late)
    assert caught.value.error == "expired_trigger_id"


def test_a_trigger_that_was_never_issued_is_invalid() -> None:
    with pytest.raises(Refused) as caught:
        Triggers().redeem("1.2.abc")
    assert caught.value.error == "invalid_trigger_id"


def test_a_response_url_takes_five_answers(store: Store) -> None:
    urls, secret = _urls(store, Watch())
    for _ in range(5):
        assert urls.use(secret).user == "U1"
    with pytest.raises(Refused) as caught:
        urls.use(secret)
    assert (caught.value.error, caught.value.status) == ("used_url", 404)


def test_a_response_url_expires_after_thirty_minutes(store: Store) -> None:
    watch = Watch()
    urls, secret = _urls(store, watch)
    watch.time = 30 * 60 - 1
    urls.use(secret)
    watch.time = 30 * 60 + 1
    with pytest.raises(Refused) as caught:
        urls.use(secret)
    assert caught.value.error == "expired_url"


def _urls(store: Store, watch: Watch) -> tuple[ResponseUrls, str]:
    urls = ResponseUrls(store, lambda: "http://127.0.0.1:1", watch)
    url = urls.issue("commands", "T1", ReplyAddress("C1", "U1"))
    return urls, url.rsplit("/", 1)[1]
