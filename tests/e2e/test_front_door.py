"""The front door of the running product: one post however often it comes, and a reason for whatever it refuses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.calls import call
from tests.e2e.demo import Demo
from tests.e2e.front_door import written
from tests.e2e.playground_page.window import word

OTHER_SECRET = "whsec_c29tZWJvZHllbHNlc29tZWJvZHllbHNlc29tZQ=="


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The product, for all tests of this file."""
    with Demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
        assert running.complaints() == []


def test_the_same_post_delivered_five_times_in_parallel_is_one_post_and_one_card(demo: Demo) -> None:
    before = demo.stats()["posts"]["total"]
    mark = word()
    body = json.dumps(written(f"Once and only once {mark}", handle=mark)).encode()
    with ThreadPoolExecutor(5) as senders:
        answers = [each.json() for each in senders.map(demo.door.send, [body] * 5)]
    assert sorted(answer["accepted"] for answer in answers) == [0, 0, 0, 0, 1]
    assert sorted(answer["duplicates"] for answer in answers) == [0, 1, 1, 1, 1]
    demo.people.card_with("the post", mark)
    assert demo.stats()["posts"]["total"] == before + 1
    assert sum(mark in message["text"] for message in demo.people.messages("ana")) == 1


def test_a_wrong_signature_and_a_stale_timestamp_are_refused(demo: Demo) -> None:
    before = demo.stats()["posts"]["total"]
    body = json.dumps(written("Let me in")).encode()
    forged = demo.door.send(body, secret=OTHER_SECRET)
    stale = demo.door.send(body, at=datetime.now(UTC) - timedelta(minutes=6))
    unsigned = call("POST", demo.door.url, body, {"content-type": "application/json"})
    assert (forged.status, forged.json()["error"]) == (401, "bad_signature")
    assert (stale.status, stale.json()["error"]) == (401, "stale")
    assert (unsigned.status, unsigned.json()["error"]) == (401, "unsigned")
    assert demo.stats()["posts"]["total"] == before


def test_ten_megabytes_are_too_long(demo: Demo) -> None:
    answer = demo.door.send(json.dumps(written("x" * 10_000_000)).encode())
    assert answer.status == 413
    assert "bytes" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"garbage", "JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'{"text": "no more than this"}', "network"),
        (json.dumps([written("fine"), written("x" * 60_000)]).encode(), "text"),
        (b'{"kind": "exploded", "post": {}}', "kind"),
    ],
    ids=["garbage", "no text", "no post", "too long", "unknown kind"],
)
def test_what_is_no_post_is_refused_with_a_reason(demo: Demo, body: bytes, reason: str) -> None:
    answer = demo.door.send(body)
    assert answer.status == 400
    assert reason in answer.json()["detail"]


def test_fields_that_nobody_knows_are_kept_as_raw(demo: Demo) -> None:
    mark = word()
    post = written(
        f"With more than you asked for {mark}", handle=mark, sentiment_score=0.25, raw={"campaign": "autumn"}
    )
    post["author"]["karma"] = 12
    demo.hear(post)
    with sqlite3.connect(f"file:{demo.data_dir / 'baton.db'}?mode=ro", uri=True) as database:
        (body,) = database.execute(
            "SELECT body FROM posts WHERE external_id = ?", (post["external_id"],)
        ).fetchone()  # fmt: skip
    assert json.loads(body)["raw"] == {"sentiment_score": 0.25, "campaign": "autumn", "author": {"karma": 12}}
