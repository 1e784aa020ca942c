"""The contract has teeth: its tests fail for connectors that are wrong in the ways it is there to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from integrations.every_source import CONNECTORS
from integrations.networks.bluesky.connector import Bluesky
from integrations.networks.generic import GenericWebhook
from integrations.networks.mastodon.connector import Mastodon
from integrations.networks.telegram.connector import Telegram
from integrations.source import Connector
from tests.contract import test_sources as contract
from tests.contract.signing import SIGNERS

Verdict = Challenge | Delivery | Reject


class WithoutPayloads(Connector):
    kind = "nobody-knows-it"
    abilities = Capabilities(poll=True)


class WithoutSigner(Connector):
    kind = "nobody-signs-it"
    abilities = Capabilities(push=True)


class Open(GenericWebhook):
    """Lets in whatever comes."""

    def verify(self, request: Inbound, now: datetime) -> Verdict:
        return Delivery(request.body, now, "msg_contract")


class Closed(GenericWebhook):
    """Lets in nothing."""

    def verify(self, request: Inbound, now: datetime) -> Verdict:
        return Reject(401, "bad_signature", "No.")


class Timeless(GenericWebhook):
    """Believes the time in the headers, however old."""

    def verify(self, request: Inbound, now: datetime) -> Verdict:
        stamp = request.headers.get("webhook-timestamp", "")
        at = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdigit() and len(stamp) < 12 else now
        return super().verify(request, at)


class SecretOnly(GenericWebhook):
    """Looks at the time, but not at whether it was signed."""

    def verify(self, request: Inbound, now: datetime) -> Verdict:
        if abs(now.timestamp() - float(request.headers["webhook-timestamp"])) > timedelta(minutes=5).total_seconds():
            return Reject(401, "stale", "Message timestamp too old.")
        return Delivery(request.body, now, "msg_contract")


class Forgetful(Telegram):
    """Gives a post another name each time it comes."""

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        named = [(event, f"{event.external_id}/{delivery.received_at}") for event in super().parse(delivery)]
        return [event.model_copy(update={"external_id": name}) for event, name in named]


class CodePoints(Bluesky):
    def length(self, text: str) -> int:
        return len(text)


class Bytes(Bluesky):
    def length(self, text: str) -> int:
        return len(text.encode())


class WholeLinks(Mastodon):
    """Counts a link as long as it is."""

    def length(self, text: str) -> int:
        return super().length(text.replace("https://", "https:/ /"))


class Countless(Bluesky):
    """Answers on a network for which nobody has worked out how it counts."""

    kind = "nobody-counts-it"


class Silent(Telegram):
    """Does not say why nobody hears of deletes."""

    abilities = Capabilities(push=True, poll=True)


class Greedy(Telegram):
    """Takes anything for a delivery."""

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        return []


class Dropping(Telegram):
    """Loses the last event of each delivery."""

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        return super().parse(delivery)[:-1]


def garbage(connector: type[Connector]) -> None:
    contract.test_garbage_is_refused_with_a_reason(connector, b"garbage")


def read_as_expected(connector: type[Connector]) -> None:
    for path in contract.saved(connector.kind):
        contract.test_a_payload_is_read_as_expected(connector, path)


FAULTS: list[tuple[type[Connector], Callable[[Any], None]]] = [
    (WithoutPayloads, contract.test_a_connector_has_payloads_with_what_they_mean),
    (WithoutSigner, contract.test_a_connector_says_what_it_can_do),
    (Open, contract.test_another_secret_or_body_or_no_signature_is_401),
    (Open, contract.test_without_a_secret_nothing_comes_in),
    (Open, contract.test_a_stale_signature_or_one_from_the_future_is_401),
    (Closed, contract.test_the_right_signature_comes_in),
    (Timeless, contract.test_a_stale_signature_or_one_from_the_future_is_401),
    (SecretOnly, contract.test_an_old_signature_under_a_new_time_is_401),
    (CodePoints, contract.test_a_text_is_as_long_as_the_network_counts_it),
    (Bytes, contract.test_a_text_is_as_long_as_the_network_counts_it),
    (WholeLinks, contract.test_a_text_is_as_long_as_the_network_counts_it),
    (Countless, contract.test_a_text_is_as_long_as_the_network_counts_it),
    (Silent, contract.test_a_connector_says_why_it_does_not_do_what_it_does_not_do),
    (Dropping, read_as_expected),
]


@pytest.mark.parametrize(("connector", "check"), FAULTS, ids=lambda each: str(each.__name__))
def test_a_wrong_connector_fails(connector: type[Connector], check: Callable[[Any], None]) -> None:
    right = next((each for each in CONNECTORS if each.kind == connector.kind), None)
    if right is not None:
        check(right)
    with pytest.raises(AssertionError):
        check(connector)


def test_one_that_takes_garbage_fails() -> None:
    with pytest.raises(pytest.fail.Exception):
        garbage(Greedy)


async def test_one_that_takes_an_old_delivery_for_a_new_one_fails() -> None:
    with pytest.raises(AssertionError):
        await contract.test_an_old_delivery_that_comes_again_stores_nothing_twice(Forgetful)


def test_every_connector_that_delivers_is_tried_against_right_wrong_stale_and_replayed() -> None:
    pushed = {connector.kind for connector in CONNECTORS if connector.abilities.push}
    assert pushed <= set(SIGNERS)
    timed = {kind for kind, signing in SIGNERS.items() if signing.timed}
    assert {connector.kind for connector in contract.EVERY_TIMED_DOOR.args[1]} == pushed & timed
    assert {connector.kind for connector in contract.EVERY_UNTIMED_DOOR.args[1]} == pushed - timed
