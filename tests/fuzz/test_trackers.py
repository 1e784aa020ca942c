"""Every tracker's webhook: whatever comes, it is refused with a reason or names issues of its own project, and no header opens the door."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.tracking import StateWords, agreed
from bot.errors import PermanentError
from integrations.http import Http
from integrations.markdown import as_markdown
from integrations.trackers import CONNECTORS
from integrations.tracking import TrackerConnector, open_trackers
from tests.contract.test_trackers import NOW, PAYLOADS, harmless
from tests.contract.trackers import PRETENDED
from tests.fakes.trackers.pretend import SECRET
from tests.fuzz.mutations import Case, cases
from tests.fuzz.oddities import TEXTS
from tests.fuzz.settings import CASES, tried

pytestmark = pytest.mark.timeout(3600)

PATIENCE = 3.0
"""Seconds of work that one payload may take; Baton has others to serve."""

EVERY = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: str(connector.kind))


def saved(kind: str) -> list[Path]:
    folder = PAYLOADS / kind
    return sorted(path for path in folder.glob("*.json") if not path.name.endswith((".headers.json", ".expected.json")))


def came_with(path: Path) -> CIMultiDict[str]:
    return CIMultiDict(json.loads(path.with_suffix(".headers.json").read_text()))


def make(connector: type[TrackerConnector]) -> TrackerConnector:
    project = json.loads((PAYLOADS / connector.kind / "project.txt").read_text())
    part = {"kind": connector.kind, "project": project, "token_env": "T", "secret_env": "S", "url": "https://t.example"}
    config = Config.model_validate({"trackers": {"fuzz": part}})
    return open_trackers(CONNECTORS, config, {"T": "token-4711", "S": SECRET}, Http())["fuzz"]


@EVERY
def test_a_delivery_is_refused_or_names_issues_of_the_project(connector: type[TrackerConnector]) -> None:
    tracker = make(connector)

    @tried()
    @given(case=cases(saved(connector.kind)))
    def holds(case: Case) -> None:
        begun, why = time.process_time(), "it was read, and refused for nothing"
        try:
            refs = tracker.parse(Delivery(case.body, NOW, "fuzz", came_with(case.path)))
        except PermanentError as refusal:
            refs, why = [], str(refusal)
        assert len(why) > 10
        assert time.process_time() - begun < PATIENCE
        for ref in refs:
            assert tracker.ref_of(ref) == ref
            assert ref.startswith(tracker.project)
            assert len(ref) < 200

    holds()


@EVERY
def test_no_header_whatever_it_says_breaks_the_front_door_or_opens_it(connector: type[TrackerConnector]) -> None:
    tracker, path = make(connector), saved(connector.kind)[0]
    signed = PRETENDED[connector.kind]().signed(path.read_bytes(), "another secret", "d-1")
    # As the web server hands over what is no UTF-8.
    values = (st.sampled_from([*TEXTS, *signed.values()]) | st.text(max_size=40)).map(
        lambda text: text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    )
    names = st.sampled_from([*signed, "X-Gitlab-Token", "X-Hub-Signature"]) | st.text(min_size=1, max_size=20)

    @tried(min(CASES, 2_000))
    @given(
        headers=st.dictionaries(names, values, max_size=8),
        body=cases([path]),
        method=st.sampled_from(["POST", "GET", "PUT"]),
    )
    def holds(headers: dict[str, str], body: Case, method: str) -> None:
        verdict = tracker.verify(Inbound(method, CIMultiDict(headers), {}, body.body), NOW)
        assert isinstance(verdict, Reject)
        assert 400 <= verdict.status < 500
        assert SECRET not in verdict.detail

    holds()


@EVERY
def test_whatever_is_typed_is_an_issue_of_the_project_or_none(connector: type[TrackerConnector]) -> None:
    tracker = make(connector)

    @tried(min(CASES, 2_000))
    @given(typed=st.text(max_size=60) | st.sampled_from(TEXTS))
    def holds(typed: str) -> None:
        ref = tracker.ref_of(typed)
        assert ref is None or tracker.ref_of(ref) == ref

    holds()


def test_no_text_formats_links_or_calls_on_github_and_gitlab() -> None:
    @tried(min(CASES, 2_000))
    @given(
        words=st.lists(st.sampled_from(["@all", "](", " **b", "https://", "#1 ", "!2 ", "\n/close", "<img", "a", " "]))
    )
    def holds(words: list[str]) -> None:
        assert harmless(as_markdown("".join(words)))

    holds()


def test_states_of_any_words_agree_on_one() -> None:
    words = StateWords()

    @tried(min(CASES, 500))
    @given(said=st.lists(st.text(max_size=20)))
    def holds(said: list[str]) -> None:
        assert words.of_closed(said) is None
        assert agreed([words.of_open(said), None]) is words.of_open(said)

    holds()
