"""Every connector's parser: whatever comes, it is refused with a reason or becomes events that can be kept, and nothing is lost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import PermanentError
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, SourceSettings
from storage.bodies import read_change, read_post
from storage.post_intake import arrive
from tests.contract.signing import SECRET, SIGNERS
from tests.contract.test_sources import came_with, saved
from tests.fuzz.counting import ACCOUNT
from tests.fuzz.items import ALL_OR_NOTHING, COUNTERS, count
from tests.fuzz.mutations import Case, cases
from tests.fuzz.oddities import TEXTS
from tests.fuzz.settings import CASES, tried

pytestmark = pytest.mark.timeout(3600)

RECEIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENCE = 3.0
"""Seconds of work that one payload may take; Baton has others to serve."""

APART = frozenset({"rss"})
"""Read in a process of their own, which is ended when it takes too long: their parser is not ours."""

EVERY_CONNECTOR = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: str(connector.kind))


@dataclass
class Tally:
    """What became of the payloads."""

    cases: int = 0
    refused: int = 0
    slowest: float = 0.0
    events: dict[str, int] = field(default_factory=dict)

    def line(self, kind: str) -> str:
        unread = self.events.get("unread", 0)
        events = sum(self.events.values())
        return f"{kind:<16}{self.cases:>9,}{self.refused:>9,}{events:>9,}{unread:>9,}{self.slowest * 1000:>7.0f} ms"


def make(connector: type[Connector]) -> Connector:
    signing = SIGNERS.get(connector.kind)
    options = dict(signing.options) if signing is not None else {}
    secrets = {"token_env": "4711:token"}
    settings = SourceSettings(
        "fuzz", url="https://feed.example/", secret=SECRET, account=ACCOUNT, options=options, secrets=secrets
    )
    source = connector(settings, Http())
    if signing is not None:
        signing.ready(source)
    return source


@EVERY_CONNECTOR
def test_somebody_counts_what_a_payload_tells_of(connector: type[Connector]) -> None:
    assert connector.kind in COUNTERS, (
        f"say in tests/fuzz/items.py how many things a payload of {connector.kind} tells of"
    )


@EVERY_CONNECTOR
def test_nothing_crashes_and_nothing_is_dropped_silently(
    connector: type[Connector], record_property: Any, request: pytest.FixtureRequest
) -> None:
    source, tally = make(connector), Tally()

    @tried()
    @given(case=cases(saved(connector.kind)))
    def holds(case: Case) -> None:
        headers, tally.cases = came_with(case.path), tally.cases + 1
        begun = time.process_time()
        try:
            events = source.parse(Delivery(case.body, RECEIVED, "fuzz", headers))
        except PermanentError as refusal:
            tally.refused += 1
            must_be_no_payload(connector.kind, case, str(refusal))
            return
        finally:
            took = time.process_time() - begun
            tally.slowest = max(tally.slowest, took)
        assert took < PATIENCE or connector.kind in APART
        for event in events:
            tally.events[event.kind] = tally.events.get(event.kind, 0) + 1
            must_be_kept(event)
        must_be_all(connector.kind, case, events)

    # Each unread item is warned of; thousands of such lines would hide what is found.
    with structlog.testing.capture_logs():
        try:
            holds()
        finally:
            record_property("fuzz", tally.line(connector.kind))


def must_be_no_payload(kind: str, case: Case, why: str) -> None:
    """A whole payload is refused for what it is, not because of one item in it."""
    assert len(why) > 10
    if kind not in ALL_OR_NOTHING:
        assert count(kind, case, came_with(case.path)) is None, f"refused as a whole: {why}"


def must_be_all(kind: str, case: Case, events: list[SourceEvent]) -> None:
    """As many events as things the payload tells of, but for what is left out on purpose."""
    told = count(kind, case, came_with(case.path))
    if told is None:
        assert events or case.rough, "neither refused nor kept"
    else:
        assert told.fewest <= len(events) <= told.most


def must_be_kept(event: SourceEvent) -> None:
    """It can be written to either database, and read again."""
    assert SourceEvent.model_validate_json(event.model_dump_json()) == event
    assert event.post is None or event.post.key == (event.network, event.account, event.external_id)
    arrival = arrive([event], "fuzz", RECEIVED)
    pairs = [row for pair in arrival.edits for row in pair]
    rows = [*arrival.posts, *arrival.changes, *arrival.counts, *arrival.unread, *pairs]
    assert rows or arrival.hints
    for work in arrival.hints:
        assert SourceEvent.model_validate_json(work.payload["event"]) == event
        work.payload["event"].encode()
    for row in rows:
        for value in row.values():
            if isinstance(value, str):
                value.encode()
                assert "\0" not in value
            assert not isinstance(value, int) or -(2**63) <= value < 2**63
    for row in [*arrival.posts, *(post for post, _ in arrival.edits)]:
        key = tuple(part.replace("\0", "") for part in read_post(row["body"]).key)
        assert key == tuple(row[name] for name in ("network", "account", "external_id"))
        assert len(row["external_id"].encode()) <= 2_000
    for row in [*arrival.changes, *arrival.counts, *(change for _, change in arrival.edits)]:
        assert read_change(row["body"]).kind == event.kind


EVERY_DOOR = pytest.mark.parametrize(
    "connector", [each for each in CONNECTORS if each.abilities.push], ids=lambda connector: str(connector.kind)
)


@EVERY_DOOR
def test_no_header_whatever_it_says_breaks_the_front_door_or_opens_it(connector: type[Connector]) -> None:
    source, path = make(connector), saved(connector.kind)[0]
    signed = SIGNERS[connector.kind].sign(path.read_bytes(), RECEIVED, "whsec_YW5vdGhlciBzZWNyZXQ=")
    # As the web server hands over what is no UTF-8.
    values = (st.sampled_from([*TEXTS, *signed.values()]) | st.text(max_size=40)).map(
        lambda text: text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    )
    names = st.sampled_from([*signed, *came_with(path)]) | st.text(min_size=1, max_size=20)

    @tried(min(CASES, 2_000))
    @given(
        headers=st.dictionaries(names, values, max_size=6),
        body=cases([path]),
        method=st.sampled_from(["POST", "GET", "PUT"]),
    )
    def holds(headers: dict[str, str], body: Case, method: str) -> None:
        query = dict(list(headers.items())[:2])
        verdict = source.verify(Inbound(method, CIMultiDict(headers), query, body.body), RECEIVED)
        assert isinstance(verdict, Reject)
        assert 400 <= verdict.status < 500
        assert SECRET not in verdict.detail

    holds()


@EVERY_CONNECTOR
def test_a_text_of_any_kind_has_a_length(connector: type[Connector]) -> None:
    source = make(connector)

    @tried(min(CASES, 500))
    @given(text=st.text(st.characters()) | st.text(max_size=5))
    def holds(text: str) -> None:
        assert source.length(text) >= 0

    holds()
