"""WhatsApp from end to end: a template is sent when the day for other answers is over, and an answer that is given back is told."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from tests.e2e.waiting import until
from tests.e2e_gated.scene import word
from tests.e2e_networks.baton import Baton, Card
from tests.fakes.networks.whatsapp import WhatsApp, template

pytestmark = pytest.mark.timeout(300)

A_DAY_AND_MORE = 30 * 60 * 60


@pytest.fixture(scope="module")
def network() -> Iterator[WhatsApp]:
    with WhatsApp() as pretended:
        pretended.templates.append(template("hallo", "de", "Wir haben Neuigkeiten für Sie."))
        yield pretended


@pytest.fixture(scope="module")
def baton(network: WhatsApp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Baton]:
    lines = (f"{name} = {orjson.dumps(value).decode()}" for name, value in network.settings.items())
    part = "\n".join(["[sources.whatsapp]", *lines])
    with Baton(tmp_path_factory.mktemp("whatsapp"), part, **network.environment) as running:
        network.hook = f"{running.door.base}/hooks/whatsapp/whatsapp"
        yield running


def heard(baton: Baton, network: WhatsApp, author: str, ago: int = 0) -> tuple[str, Card]:
    """A customer wrote so many seconds ago, and Ana holds it."""
    said = word()
    network.ago = ago
    post = network.write(f"My parcel is late again {said}", author=author)
    assert network.deliver() == [200]
    card = baton.card(said)
    baton.person("ana").press(card, "claim")
    card.shows("Ana Lima (Support) until")
    return post, card


def test_after_a_day_an_approved_text_is_chosen_filled_in_seen_and_sent(baton: Baton, network: WhatsApp) -> None:
    post, card = heard(baton, network, "tom", A_DAY_AND_MORE)
    ana = baton.person("ana")
    ana.press(card, "reply")
    until(lambda: "those are over" in ana.form_words(), "the form says why")
    chosen = next(
        option["value"]
        for block in ana.form()["blocks"]
        for option in block.get("element", {}).get("options", ())
        if option["text"]["text"].startswith("we_are_back (en_US)")
    )
    ana.submit(template=chosen)
    until(lambda: "order {{2}}" in ana.form_words(), "the form asks for its places")
    ana.submit(value_1="Tom", value_2="4711")
    until(
        lambda: "Hi Tom, we have news about your order 4711." in ana.form_words(), "the form shows what Tom would read"
    )
    assert network.answers(post) == []
    ana.submit(value_1="Tom", value_2="4711")
    reads = "Hi Tom, we have news about your order 4711. May we tell you here?"
    until(lambda: network.answers(post) == [reads], "it is sent", 60.0)
    card.shows("Hi Tom, we have news about your order 4711.", "waiting for the customer")
    assert network.deliver() == [200, 200, 200]
    assert baton.complaints() == []


def test_an_answer_that_whatsapp_takes_and_gives_back_returns_to_its_card(baton: Baton, network: WhatsApp) -> None:
    post, card = heard(baton, network, "ada")
    ana, said = baton.person("ana"), word()
    network.late.add("ada")
    ana.press(card, "reply")
    ana.submit(text=f"On its way {said}")
    until(lambda: len(network.answers(post)) == 1, "it is taken", 60.0)
    card.shows("waiting for the customer")
    assert network.deliver() == [200]
    card.shows("The answer did not go out", "More than 24 hours have passed", "131047")
    ana.told("did not go out", card.ref)


def test_whatsapps_word_settles_an_answer_of_which_nobody_knew(baton: Baton, network: WhatsApp) -> None:
    post, card = heard(baton, network, "zoe")
    ana, said = baton.person("ana"), word()
    network.troubles.lose = 1
    ana.press(card, "reply")
    ana.submit(text=f"On its way {said}")
    card.shows("Nobody knows whether the answer arrived")
    network.deliver()
    card.shows("waiting for the customer")
    assert network.answers(post) == [f"On its way {said}"]
