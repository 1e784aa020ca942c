"""Every connector of the tuple against its saved payloads, and its front door against what must not come in.

Payloads are `tests/payloads/<kind>/<name>.<ext>`; `<name>.expected.json` beside each holds the events, or the part of them
that matters, and `<name>.headers.json` the headers it came with, where those say something. `README.md` says where they
are from.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import PermanentError
from bot.ports import Source
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.source import Connector, SourceSettings
from tests.contract.lengths import LENGTHS, TEXTS
from tests.contract.signing import SECRET, SIGNERS
from tests.fakes.inbox import MemoryInbox

PAYLOADS = Path(__file__).parent.parent / "payloads"
RECEIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def saved(kind: str) -> list[Path]:
    beside = (".expected.json", ".headers.json", "README.md")
    return sorted(path for path in (PAYLOADS / kind).glob("*") if not path.name.endswith(beside))


def came_with(path: Path) -> CIMultiDict[str]:
    """The headers of a payload that are not its signature."""
    headers = path.with_name(f"{path.stem}.headers.json")
    return CIMultiDict(json.loads(headers.read_text()) if headers.exists() else {})


EVERY_PAYLOAD = [
    pytest.param(connector, path, id=f"{connector.kind}/{path.name}")
    for connector in CONNECTORS
    for path in saved(connector.kind)
]
EVERY_CONNECTOR = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: str(connector.kind))


def doors(fits: Callable[[type[Connector]], bool] = lambda connector: True) -> pytest.MarkDecorator:
    """The connectors that networks deliver to."""
    found = [connector for connector in CONNECTORS if connector.abilities.push and fits(connector)]
    return pytest.mark.parametrize("connector", found, ids=lambda connector: str(connector.kind))


EVERY_DOOR = doors()
TIMED = {kind for kind, signing in SIGNERS.items() if signing.timed}
EVERY_TIMED_DOOR = doors(lambda connector: connector.kind in TIMED)
EVERY_UNTIMED_DOOR = doors(lambda connector: connector.kind not in TIMED)


def make(connector: type[Connector]) -> Source:
    signing = SIGNERS.get(connector.kind)
    options = dict(signing.options) if signing is not None else {}
    source = connector(SourceSettings("contract", url="https://feed.example/", secret=SECRET, options=options), Http())
    if signing is not None:
        signing.ready(source)
    return source


def delivered(path: Path) -> Delivery:
    return Delivery(path.read_bytes(), RECEIVED, "msg_contract", came_with(path))


def inbound(connector: type[Connector], path: Path, at: datetime, secret: str = SECRET) -> Inbound:
    """A payload as the network would deliver it at this time."""
    body = path.read_bytes()
    signature = SIGNERS[connector.kind].sign(body, at, secret)
    return Inbound("POST", CIMultiDict({**came_with(path), **signature}), {}, body)


def missing(expected: Any, found: Any, where: str = "") -> list[str]:
    """Where `found` lacks what is expected; more than that may be there."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return [line for key in expected for line in missing(expected[key], found.get(key), f"{where}.{key}")]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [
            line for i, pair in enumerate(zip(expected, found, strict=True)) for line in missing(*pair, f"{where}[{i}]")
        ]
    if where.endswith("_at") and expected and found:
        return [] if datetime.fromisoformat(expected) == datetime.fromisoformat(found) else [f"{where}: {found}"]
    return [] if expected == found else [f"{where}: expected {expected!r}, found {found!r}"]


@EVERY_CONNECTOR
def test_a_connector_has_payloads_with_what_they_mean(connector: type[Connector]) -> None:
    paths = saved(connector.kind)
    assert paths, f"save payloads of {connector.kind} in tests/payloads/{connector.kind}/"
    for path in paths:
        assert path.with_name(f"{path.stem}.expected.json").exists()


@EVERY_CONNECTOR
def test_a_connector_says_what_it_can_do(connector: type[Connector]) -> None:
    source = make(connector)
    able = source.capabilities()
    assert able.push or able.poll
    assert source.name == "contract"
    assert source.kind == connector.kind
    assert able.push == (connector.kind in SIGNERS), "a connector with a front door needs a line in SIGNERS"
    if able.reply:
        assert able.longest is not None


@EVERY_CONNECTOR
def test_a_connector_says_why_it_does_not_do_what_it_does_not_do(connector: type[Connector]) -> None:
    able = connector.abilities
    for ability in ("backfill", "reply", "edits", "deletes"):
        assert getattr(able, ability) != bool(able.why.get(ability)), f"say why not, in why[{ability!r}], or do it"


@EVERY_CONNECTOR
def test_a_text_is_as_long_as_the_network_counts_it(connector: type[Connector]) -> None:
    able = connector.abilities
    assert able.reply == (connector.kind in LENGTHS), "a connector that answers needs a line in LENGTHS, no other"
    if able.reply:
        counted = LENGTHS[connector.kind]
        assert counted.source.startswith(("https://", "docs/"))
        source = make(connector)
        found = {name: source.length(text) for name, text in TEXTS.items()}
        assert found == {name: getattr(counted, name) for name in TEXTS}
        assert source.length("") == 0


def test_kinds_are_different() -> None:
    assert len({connector.kind for connector in CONNECTORS}) == len(CONNECTORS)


@pytest.mark.parametrize(("connector", "path"), EVERY_PAYLOAD)
def test_a_payload_is_read_as_expected(connector: type[Connector], path: Path) -> None:
    events = make(connector).parse(delivered(path))
    expected = json.loads(path.with_name(f"{path.stem}.expected.json").read_text())
    assert missing(expected, [event.model_dump(mode="json") for event in events]) == []


@pytest.mark.parametrize(("connector", "path"), EVERY_PAYLOAD)
def test_reading_is_pure_and_what_is_read_can_be_kept(connector: type[Connector], path: Path) -> None:
    source = make(connector)
    events = source.parse(delivered(path))
    assert events == source.parse(delivered(path))
    for event in events:
        assert SourceEvent.model_validate_json(event.model_dump_json()) == event
        if event.post is not None:
            assert event.post.key == (event.network, event.account, event.external_id)
            assert not event.post.model_extra
    created = [event.external_id for event in events if event.kind == "created"]
    assert len(created) == len(set(created))


@EVERY_CONNECTOR
@pytest.mark.parametrize("body", [b"", b"garbage", b"\x00\xff\xfe", b'{"a":', b"[1, 2]", b"null", b"<html></html>"])
def test_garbage_is_refused_with_a_reason(connector: type[Connector], body: bytes) -> None:
    with pytest.raises(PermanentError) as refused:
        make(connector).parse(Delivery(body, RECEIVED))
    assert len(str(refused.value)) > 10


@EVERY_DOOR
def test_a_network_says_how_it_signs_and_what_keeps_old_deliveries_out(connector: type[Connector]) -> None:
    signing = SIGNERS[connector.kind]
    assert signing.source.startswith("https://")
    assert signing.timed or len(signing.replay) > 10, "without a time: say why an old delivery does no harm"


@EVERY_DOOR
def test_the_right_signature_comes_in(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source, path = make(connector), saved(connector.kind)[0]
    verdict = source.verify(inbound(connector, path, now), now)
    assert isinstance(verdict, Delivery)
    assert verdict.body == path.read_bytes()
    assert source.parse(verdict) == source.parse(Delivery(verdict.body, now, verdict.id, came_with(path)))
    assert source.parse(verdict)


@EVERY_DOOR
def test_another_secret_or_body_or_no_signature_is_401(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    signing, source, path = SIGNERS[connector.kind], make(connector), saved(connector.kind)[0]
    right = inbound(connector, path, now)
    wrong = [
        inbound(connector, path, now, secret="whsec_YW5vdGhlciBzZWNyZXQ="),
        Inbound("POST", came_with(path), {}, right.body),
    ]
    if signing.body:
        wrong.append(Inbound("POST", right.headers, {}, right.body + b" "))
    wrong += [
        Inbound("POST", CIMultiDict({**right.headers, name: broken}), {}, right.body)
        for name in signing.sign(right.body, now, SECRET)
        for broken in ("", "x", "v1,", "v1", "ü", "sha256=", "sha256=ü", "99999999999999999999")
    ]
    for request in wrong:
        verdict = source.verify(request, now)
        assert isinstance(verdict, Reject)
        assert verdict.status == 401
        assert verdict.detail
        assert SECRET not in verdict.detail


@EVERY_TIMED_DOOR
def test_a_stale_signature_or_one_from_the_future_is_401(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source, path = make(connector), saved(connector.kind)[0]
    for off in (-SIGNERS[connector.kind].old - timedelta(minutes=1), timedelta(minutes=6)):
        verdict = source.verify(inbound(connector, path, now + off), now)
        assert isinstance(verdict, Reject)
        assert (verdict.status, verdict.error) == (401, "stale")


@EVERY_TIMED_DOOR
def test_an_old_signature_under_a_new_time_is_401(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source, path = make(connector), saved(connector.kind)[0]
    old = inbound(connector, path, now - timedelta(minutes=6))
    fresh = inbound(connector, path, now, secret="whsec_YW5vdGhlciBzZWNyZXQ=").headers
    mixed = {name: value if "signature" in name.lower() else fresh[name] for name, value in old.headers.items()}
    verdict = source.verify(Inbound("POST", CIMultiDict(mixed), {}, old.body), now)
    assert isinstance(verdict, Reject)
    assert verdict.status == 401


@EVERY_DOOR
def test_nothing_else_that_looks_like_a_signature_comes_in(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source, path = make(connector), saved(connector.kind)[0]
    for what, (status, headers) in SIGNERS[connector.kind].wrong(path.read_bytes(), now).items():
        request = Inbound("POST", CIMultiDict({**came_with(path), **headers}), {}, path.read_bytes())
        verdict = source.verify(request, now)
        assert isinstance(verdict, Reject), what
        assert verdict.status == status, (what, verdict)


@EVERY_UNTIMED_DOOR
async def test_an_old_delivery_that_comes_again_stores_nothing_twice(connector: type[Connector]) -> None:
    now, source, inbox = datetime.now(UTC), make(connector), MemoryInbox()
    for path in saved(connector.kind):
        request = inbound(connector, path, now)
        first, later = source.verify(request, now), source.verify(request, now + timedelta(days=30))
        assert isinstance(first, Delivery)
        assert isinstance(later, Delivery)
        await inbox.accept(source.parse(first), source.name)
        assert not any(await inbox.accept(source.parse(later), source.name))


@EVERY_DOOR
def test_a_delivery_that_is_repeated_says_the_same_again(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source = make(connector)
    for path in saved(connector.kind):
        request = inbound(connector, path, now)
        first, second = source.verify(request, now), source.verify(request, now)
        assert isinstance(first, Delivery)
        assert isinstance(second, Delivery)
        assert source.parse(first) == source.parse(second)


@EVERY_DOOR
def test_without_a_secret_nothing_comes_in(connector: type[Connector]) -> None:
    now = datetime.now(UTC)
    source = connector(SourceSettings("contract", secret_env="BATON_CONTRACT_SECRET"), Http())
    verdict = source.verify(inbound(connector, saved(connector.kind)[0], now), now)
    assert isinstance(verdict, Reject)
    assert verdict.status == 401
    for setting in SIGNERS[connector.kind].options or ("BATON_CONTRACT_SECRET",):
        assert setting in verdict.detail
