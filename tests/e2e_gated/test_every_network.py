"""On each network: a customer's post is a card, the answer stands there once, further words, an edit and a delete reach the card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.networks import PRETENDED
from tests.e2e.waiting import until
from tests.e2e_gated.scene import ABLE, Scene, with_all, word

pytestmark = pytest.mark.timeout(300)

APPROVED_BY = {"trustpilot": "ines"}
"""Where the sample company has Legal read an answer before it goes out."""

WITHIN = 120.0
"""Seconds in which what was answered must stand on the network, also where the first try was lost."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with Scene(tmp_path_factory.mktemp("gated")) as running:
        yield running


@pytest.fixture(scope="module")
def written(scene: Scene) -> dict[str, str]:
    """A post on every network, by kind: its own word."""
    words = {kind: word() for kind in PRETENDED}
    scene.post = scene.write({kind: f"My parcel is late again 📦 {words[kind]} <b>now</b>" for kind in PRETENDED})
    return words


@pytest.mark.parametrize("kind", PRETENDED)
def test_a_customers_post_is_a_card(scene: Scene, written: dict[str, str], kind: str) -> None:
    card = scene.card[kind] = scene.baton.card(written[kind])
    said = f"My parcel is late again 📦 {written[kind]} <b>now</b>"
    assert [text for text in _texts(card.message()) if said in text] != [], card.text()


def _texts(message: Any) -> list[str]:
    """Every piece of text in rich text, which Slack shows as it is."""
    if isinstance(message, list):
        return [found for each in message for found in _texts(each)]
    if isinstance(message, dict):
        own = [str(message["text"])] if message.get("type") == "text" else []
        return own + [found for each in message.values() for found in _texts(each)]
    return []


def answer(scene: Scene, kind: str, text: str) -> None:
    """Ana answers, and whoever must approve it does."""
    ana, card = scene.baton.person("ana"), scene.card[kind]
    ana.press(card, "reply")
    ana.submit(text=text)
    if kind in APPROVED_BY:
        card.shows("to approve", text)
        scene.baton.person(APPROVED_BY[kind]).press(card, "approve")


@pytest.mark.parametrize("kind", with_all("reply"))
def test_an_answer_from_the_channel_stands_on_the_network(scene: Scene, kind: str) -> None:
    card, said = scene.card[kind], word()
    scene.baton.person("ana").press(card, "claim")
    card.shows("Ana Lima (Support) until")
    answer(scene, kind, f"On its way {said}")
    network, post = scene.network[kind], scene.post[kind]
    until(lambda: network.answers(post) == [f"On its way {said}"], f"{network.answers(post)} has it", WITHIN, 0.1)
    card.shows(said)


@pytest.mark.parametrize("kind", sorted({*PRETENDED} - {*with_all("reply")}))
def test_where_nothing_can_be_answered_the_card_says_so_and_leads_there(scene: Scene, kind: str) -> None:
    card = scene.card[kind]
    scene.baton.person("ana").press(card, "claim")
    card.shows("Ana Lima (Support) until", "It cannot be answered from here")
    assert "reply" not in card.verbs()
    addresses = [element.get("url") for block in card.message()["blocks"] for element in block.get("elements", ())]
    assert [url for url in addresses if url], card.text()


@pytest.fixture(scope="module")
def lost(scene: Scene) -> dict[str, str]:
    """A second answer on each network, whose first try takes effect there without our being told; by kind: its own word."""
    words = {}
    for kind in [kind for kind in with_all("reply") if kind in scene.card]:
        words[kind] = word()
        scene.network[kind].troubles.lose = 1
        answer(scene, kind, f"One more thing {words[kind]}")
    return words


@pytest.mark.parametrize("kind", with_all("reply"))
def test_an_answer_stands_there_once_though_the_first_try_was_lost(
    scene: Scene, lost: dict[str, str], kind: str
) -> None:
    network, post, card = scene.network[kind], scene.post[kind], scene.card[kind]
    said = f"One more thing {lost[kind]}"
    until(lambda: network.troubles.lose == 0, "the first try", WITHIN, 0.1)
    if ABLE[kind].once == "never":
        card.shows("Nobody knows whether the answer arrived", seconds=WITHIN)
    else:
        card.shows(lost[kind], seconds=WITHIN)
    assert network.answers(post).count(said) == 1


@pytest.fixture(scope="module")
def followed(scene: Scene) -> dict[str, str]:
    """Customers go on in their threads; by kind: the word in it."""
    words = {kind: word() for kind in with_all("has_threads")}
    scene.write({kind: f"Thank you so much {words[kind]}" for kind in words}, below=True)
    return words


@pytest.mark.parametrize("kind", with_all("has_threads"))
def test_what_the_customer_writes_next_joins_the_conversation(
    scene: Scene, followed: dict[str, str], kind: str
) -> None:
    card = scene.card[kind]
    card.shows(followed[kind])
    assert [each for each in scene.baton.cards() if followed[kind] in each and card.ref not in each] == []


@pytest.fixture(scope="module")
def edited(scene: Scene) -> dict[str, str]:
    """Posts of their own, heard and then edited; by kind: the word of the edit."""
    first = {kind: word() for kind in with_all("can_edit")}
    posts = scene.write({kind: f"It broke on the first day {said}" for kind, said in first.items()}, author="una")
    words = {kind: word() for kind in first}
    for kind, said in first.items():
        scene.card[f"{kind} edited"] = scene.baton.card(said)
        scene.network[kind].edit(posts[kind], f"It broke on the second day {words[kind]}")
    scene.deliver()
    return words


@pytest.mark.parametrize("kind", with_all("can_edit"))
def test_an_edit_reaches_the_card(scene: Scene, edited: dict[str, str], kind: str) -> None:
    assert "first day" not in scene.card[f"{kind} edited"].shows(f"It broke on the second day {edited[kind]}")


@pytest.fixture(scope="module")
def deleted(scene: Scene) -> dict[str, str]:
    """Posts of their own, heard and then taken away; by kind: the word that was in it."""
    words = {kind: word() for kind in with_all("can_delete")}
    posts = scene.write({kind: f"My card number is {said}" for kind, said in words.items()}, author="vera")
    for kind, said in words.items():
        scene.card[f"{kind} deleted"] = scene.baton.card(said)
        scene.network[kind].delete(posts[kind])
    scene.deliver()
    return words


@pytest.mark.parametrize("kind", with_all("can_delete"))
def test_what_is_taken_away_is_gone_from_the_card(scene: Scene, deleted: dict[str, str], kind: str) -> None:
    assert deleted[kind] not in scene.card[f"{kind} deleted"].shows("The customer deleted this post")


def test_nothing_was_refused_or_went_wrong_on_the_way(scene: Scene) -> None:
    assert scene.baton.complaints() == []


def test_doctor_says_in_each_networks_own_words_what_is_missing(scene: Scene) -> None:
    before = scene.doctor()
    words = {kind: network.withdraw() for kind, network in scene.network.items()}
    after = scene.doctor()
    assert {kind for kind, said in words.items() if said in before} == set()
    assert {kind for kind, said in words.items() if said not in after} == set(), after
    for network in scene.network.values():
        assert not [secret for secret in network.environment.values() if secret in after]
