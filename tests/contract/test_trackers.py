"""Every tracker connector against a pretended server of its vendor: made once, moved, commented, looked up, heard, whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.config import Config, parse
from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft
from bot.errors import BatonError, ConfigError, GoneError, PermanentError, RetriableError, UnknownResultError
from integrations.http import Http
from integrations.trackers import CONNECTORS
from integrations.tracking import TrackerConnector, open_trackers
from tests.contract.trackers import PRETENDED
from tests.fakes.trackers.pretend import SECRET, TOKEN, PretendTracker, Sending

PAYLOADS = Path(__file__).parent.parent / "payloads" / "trackers"
NOW = datetime.now(UTC)
DRAFT = IssueDraft("Gift wrap at checkout", "12 conversations of 11 customers ask for it.\n\nIdea I-7 in Baton")
HOSTILE = "@all /close #1 !2 <img src=x onerror=alert(1)> [me](https://evil.example) **b** `c` {code} |t| https://x.example\n/close"
EVERY = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: str(connector.kind))


@dataclass
class Both:
    """A server and the connector to it."""

    server: PretendTracker
    tracker: TrackerConnector


def opened(
    server: PretendTracker, http: Http, environment: dict[str, str] | None = None, **more: Any
) -> TrackerConnector:
    """As the program opens it."""
    config = Config.model_validate({"trackers": {"main": {**server.settings, **more}}})
    return open_trackers(CONNECTORS, config, server.environment if environment is None else environment, http)["main"]


@pytest.fixture(params=CONNECTORS, ids=lambda connector: str(connector.kind))
async def both(request: pytest.FixtureRequest) -> AsyncIterator[Both]:
    connector: type[TrackerConnector] = request.param
    async with PRETENDED[connector.kind]() as server, Http(timeout=1.0, tries=2, patience=0.0) as http:
        yield Both(server, opened(server, http))


def inbound(sending: Sending, method: str = "POST", **changed: str) -> Inbound:
    """A webhook as it reaches the door."""
    return Inbound(method, CIMultiDict({**sending.headers, **changed}), {}, sending.body)


def parsed(tracker: TrackerConnector, sending: Sending) -> list[str]:
    """The issues that a webhook tells of."""
    verdict = tracker.verify(inbound(sending), NOW)
    assert isinstance(verdict, Delivery), verdict
    return tracker.parse(verdict)


def test_every_connector_has_a_pretended_server_and_no_two_are_of_one_kind() -> None:
    kinds = [connector.kind for connector in CONNECTORS]
    assert len(set(kinds)) == len(kinds)
    assert set(PRETENDED) == set(kinds)


# What Baton does there


async def test_an_issue_is_made_with_what_it_says_and_found_by_its_key(both: Both) -> None:
    made = await both.tracker.create(DRAFT, "I-7-3")
    assert (made.title, made.state) == (DRAFT.title, IdeaState.NEW)
    assert made.url.startswith("http")
    assert both.server.refs() == [made.ref]
    assert "12 conversations of 11 customers" in both.server.issue(made.ref).body
    found = await both.tracker.find("I-7-3", NOW - timedelta(minutes=1))
    assert found is not None
    assert found.ref == made.ref
    assert await both.tracker.find("I-7-33", NOW - timedelta(minutes=1)) is None
    assert await both.tracker.find("I-7", NOW - timedelta(minutes=1)) is None


@pytest.mark.parametrize("trouble", ["hang", "lose"])
async def test_an_issue_whose_answer_was_lost_is_found_and_not_made_twice(both: Both, trouble: str) -> None:
    setattr(both.server.troubles, trouble, 1)
    with pytest.raises(UnknownResultError):
        await both.tracker.create(DRAFT, "I-7-3")
    found = await both.tracker.find("I-7-3", NOW - timedelta(minutes=1))
    assert found is not None
    assert both.server.refs() == [found.ref]


async def test_every_state_can_be_shown_and_is_read_again(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    path = (
        *(IdeaState.PLANNED, IdeaState.SHIPPED, IdeaState.CONSIDERING, IdeaState.DECLINED, IdeaState.SHIPPED),
        *(IdeaState.PLANNED, IdeaState.CONSIDERING, IdeaState.DECLINED, IdeaState.PLANNED),
    )
    for state in path:
        answered = await both.tracker.move(ref, state)
        seen = await look_up(both, ref)
        assert answered.state is seen.state is both.tracker.shown(state), state
        waiting = len(both.server.waiting)
        assert (await both.tracker.move(ref, state)).state is seen.state
        assert len(both.server.waiting) == waiting, "the same again changes nothing"


async def test_what_people_do_there_is_seen(both: Both) -> None:
    ref = both.server.add("Gift wrap", "bug")
    seen = [(await look_up(both, ref)).state]
    for act in ("plan", "unplan", "ship", "reopen", "decline", "reopen", "duplicate"):
        getattr(both.server, act)(ref)
        seen.append((await look_up(both, ref)).state)
    new, planned = IdeaState.NEW, IdeaState.PLANNED
    assert seen[:4] == [new, planned, new, IdeaState.SHIPPED]
    assert seen[4:6] == [new, IdeaState.DECLINED]
    assert seen[6:] == [new, None], "a double says nothing of the idea"


async def look_up(both: Both, ref: str) -> Any:
    issue = await both.tracker.look_up(ref)
    assert issue is not None
    assert issue.ref == ref
    return issue


async def test_times_there_go_on_with_each_change(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    before = (await look_up(both, ref)).updated_at
    both.server.ship(ref)
    after = (await look_up(both, ref)).updated_at
    assert before < after
    assert after.tzinfo is not None


async def test_what_was_deleted_or_moved_elsewhere_is_gone(both: Both) -> None:
    deleted, moved = both.server.add("one"), both.server.add("two")
    both.server.delete(deleted)
    both.server.move_away(moved)
    assert await both.tracker.look_up(deleted) is None
    assert await both.tracker.look_up(moved) is None
    assert await both.tracker.look_up(both.server.ref(4711)) is None
    with pytest.raises(GoneError):
        await both.tracker.comment(deleted, "hello", "k-1")
    with pytest.raises(GoneError):
        await both.tracker.move(deleted, IdeaState.SHIPPED)


async def test_a_token_that_lost_its_access_makes_nothing_gone(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    both.server.visible = False
    with pytest.raises(PermanentError) as refused:
        await both.tracker.look_up(ref)
    assert not isinstance(refused.value, GoneError)
    assert "TRACKER_TOKEN" in str(refused.value)


async def test_a_comment_is_written_once_also_when_its_answer_was_lost(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    both.server.commented(both.server.issue(ref), "somebody's own")
    both.server.troubles.lose = 1
    with pytest.raises(UnknownResultError):
        await both.tracker.comment(ref, "Ben plans it.", "moved-4")
    since = NOW - timedelta(minutes=1)
    await both.tracker.comment(ref, "Ben plans it.", "moved-4", since)
    assert len(both.server.comments(ref)) == 2
    await both.tracker.comment(ref, "Ben ships it.", "moved-44", since)
    assert len(both.server.comments(ref)) == 3


async def test_nothing_in_a_text_calls_links_formats_or_commands(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    await both.tracker.comment(ref, HOSTILE, "moved-4")
    made = await both.tracker.create(IssueDraft(HOSTILE.partition("\n")[0], HOSTILE), "I-7-3")
    for said in (both.server.comments(ref)[0], both.server.issue(made.ref).body):
        assert harmless(said), said


def harmless(said: str) -> bool:
    """No mention, no tag, no link, no command at the beginning of a line; or a document in which all of it is text."""
    if said.lstrip().startswith("{"):
        kinds = set(nodes(json.loads(said)))
        return kinds <= {"doc", "paragraph", "text", "hardBreak"}
    lines = said.splitlines()
    bad = ("@all", "<img", "](", " **b", "https://", "#1 ", "!2 ")
    return not any(each in said for each in bad) and not any(line.startswith("/") for line in lines)


def nodes(document: Any) -> list[str]:
    if isinstance(document, list):
        return [kind for each in document for kind in nodes(each)]
    if not isinstance(document, dict):
        return []
    marks = ["marked"] if document.get("marks") else []
    return [str(document["type"]), *marks, *nodes(document.get("content") or [])]


async def test_what_changed_since_then_is_told_without_a_webhook(both: Both) -> None:
    first, second = both.server.add("one"), both.server.add("two")
    since = both.server.now() + timedelta(seconds=1)
    for _ in range(10):
        both.server.add("other")
    both.server.ship(second)
    news = await both.tracker.news(since)
    assert second in news
    assert first not in news


# What goes wrong there


async def test_busy_means_later_by_as_much_as_it_says(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    both.server.troubles.script = [(429, {"Retry-After": "37"})] * 4
    with pytest.raises(RetriableError) as busy:
        await both.tracker.look_up(ref)
    assert busy.value.retry_after == pytest.approx(37, abs=2)
    both.server.troubles.script = [(503, {})] * 4
    with pytest.raises(RetriableError):
        await both.tracker.move(ref, IdeaState.SHIPPED)


async def test_a_token_that_is_not_taken_is_said_with_the_mend_and_not_shown(both: Both) -> None:
    both.server.token = "another"
    with pytest.raises(PermanentError) as refused:
        await both.tracker.create(DRAFT, "I-7-3")
    assert "TRACKER_TOKEN" in str(refused.value)
    assert TOKEN not in str(refused.value)


async def test_what_it_refuses_is_said_in_its_words(both: Both) -> None:
    with pytest.raises(PermanentError) as refused:
        await both.tracker.create(replace(DRAFT, title=""), "I-7-3")
    assert "title" in str(refused.value).lower() or "summary" in str(refused.value).lower()


async def test_doctor_says_where_we_are_let_in(both: Both) -> None:
    assert both.server.project.split("/")[-1].lower() in (await both.tracker.examine()).lower()
    both.server.visible = False
    with pytest.raises(PermanentError):
        await both.tracker.examine()


@EVERY
async def test_without_a_token_it_says_which_to_set(connector: type[TrackerConnector]) -> None:
    async with PRETENDED[connector.kind]() as server, Http(timeout=1.0, tries=1) as http:
        with pytest.raises(PermanentError, match="TRACKER_TOKEN"):
            await opened(server, http, {}).examine()


@EVERY
async def test_other_words_for_the_states_may_be_configured(connector: type[TrackerConnector]) -> None:
    async with PRETENDED[connector.kind]() as server, Http(timeout=1.0, tries=1) as http:
        states = {"planned": ["Roadmap", "Up next"], "declined": ["Not now"], "considering": ["Being looked at"]}
        tracker, ref = opened(server, http, states=states), server.add("Gift wrap")
        for state in (
            IdeaState.CONSIDERING,
            IdeaState.PLANNED,
            IdeaState.DECLINED,
            IdeaState.SHIPPED,
            IdeaState.PLANNED,
        ):
            assert (await tracker.move(ref, state)).state is state, state


def test_a_mistake_in_baton_toml_is_told_with_its_line_and_the_mend() -> None:
    def wrong(line: str, kind: str = "github", needs: str = 'token_env = "T"') -> str:
        text = f'[trackers.app]\nkind = "{kind}"\n{needs}\n{line}\n'
        with pytest.raises(ConfigError) as error:
            open_trackers(CONNECTORS, parse(text, "baton.toml"), {}, Http())
        return f"{error.value.message} {error.value.hint}"

    assert "line 2" in wrong('project = "acme/app"', kind="redmine")
    assert "Use one of" in wrong('project = "acme/app"', kind="redmine")
    assert "line 4" in wrong('project = "acme"')
    assert "acme/app" in wrong('project = "acme"')
    assert "needs `token_env`" in wrong('project = "acme/app"', needs="")
    assert "Did you mean `secret_env`?" in wrong('project = "acme/app"\nsecrt_env = "X"')
    assert "states" in wrong('project = "acme/app"\nstates = { done = ["x"] }')


# What comes from there


async def test_every_change_is_told_of_and_signed(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    for act in ("plan", "unplan", "ship", "reopen", "decline"):
        getattr(both.server, act)(ref)
    both.server.rename(ref, "Wrapping")
    assert len(both.server.waiting) >= 7
    for sending in both.server.waiting:
        assert parsed(both.tracker, sending) == [ref]
    ids = [
        verdict.id
        for each in both.server.waiting
        if isinstance(verdict := both.tracker.verify(inbound(each), NOW), Delivery)
    ]
    assert all(ids)
    assert len(set(ids)) == len(ids)


async def test_a_wrong_a_missing_and_anothers_signature_are_401(both: Both) -> None:
    both.server.ship(both.server.add("Gift wrap"))
    sending = both.server.waiting[-1]
    other = both.server.signed(sending.body, "another secret", "d-1")
    bare = {name: value for name, value in sending.headers.items() if value in other.values() or "ontent" in name}
    hashed = [Sending(sending.body, other), Sending(sending.body, bare)]
    if any("sha256" in value or value.startswith("v1,") for value in sending.headers.values()):
        hashed.append(Sending(sending.body + b" ", sending.headers))
    for each in hashed:
        verdict = both.tracker.verify(inbound(each), NOW)
        assert isinstance(verdict, Reject)
        assert verdict.status == 401
        assert SECRET not in verdict.detail
    odd = inbound(sending, **dict.fromkeys(sending.headers, "\udcff\udcfe“ä”"))
    assert isinstance(both.tracker.verify(odd, NOW), Reject)
    got = both.tracker.verify(inbound(sending, method="GET"), NOW)
    assert isinstance(got, Reject)
    assert got.status == 405


@EVERY
async def test_without_a_secret_nothing_is_let_in(connector: type[TrackerConnector]) -> None:
    async with PRETENDED[connector.kind]() as server, Http(timeout=1.0, tries=1) as http:
        server.add("Gift wrap")
        tracker = opened(server, http, {"TRACKER_TOKEN": TOKEN})
        verdict = tracker.verify(inbound(server.waiting[0]), NOW)
        assert isinstance(verdict, Reject)
        assert "TRACKER_SECRET" in verdict.detail


async def test_what_is_no_event_of_this_tracker_is_refused_with_a_reason(both: Both) -> None:
    both.server.add("Gift wrap")
    headers = CIMultiDict(both.server.waiting[0].headers)
    for body in (b"", b"[]", b"no json", b"null", b'"text"', both.server.waiting[0].body[:-30]):
        with pytest.raises(PermanentError):
            both.tracker.parse(Delivery(body, NOW, "d-1", headers))


@EVERY
async def test_the_saved_payloads_are_read_as_expected(connector: type[TrackerConnector]) -> None:
    folder = PAYLOADS / connector.kind
    saved = sorted(
        path for path in folder.glob("*.json") if not path.name.endswith((".headers.json", ".expected.json"))
    )
    assert len(saved) >= 3
    async with PRETENDED[connector.kind]() as server, Http() as http:
        tracker = opened(server, http, project=json.loads((folder / "project.txt").read_text()))
        for path in saved:
            headers = CIMultiDict(json.loads(path.with_suffix(".headers.json").read_text()))
            expected = json.loads(path.with_suffix(".expected.json").read_text())
            assert tracker.parse(Delivery(path.read_bytes(), NOW, "d-1", headers)) == expected, path.name


async def test_issues_are_meant_by_number_ref_and_address_and_others_are_not(both: Both) -> None:
    ref = both.server.add("Gift wrap")
    url = (await look_up(both, ref)).url
    for typed in (ref, ref.lower(), url, f"<{url}>", f"<{url}|the issue>", f"{url}?x=y#comment", f" {ref} "):
        assert both.tracker.ref_of(typed) == ref, typed
    for typed in ("", "gift wrap", "https://elsewhere.example/x", "other/app#1", "#", "#0x1", "../1", "OTHER-1", "1 2"):
        assert both.tracker.ref_of(typed) is None, typed


async def test_nothing_that_is_asked_leaves_the_project(both: Both) -> None:
    both.server.add("Gift wrap")
    before = len(both.server.asked)
    for ref in ("acme/app#../../user", "APP-1/../../x", f"{both.server.project}#1?x=y"):
        with pytest.raises((BatonError, ValueError)):
            await both.tracker.look_up(ref)
    assert all("user" not in asked for asked in both.server.asked[before:])
