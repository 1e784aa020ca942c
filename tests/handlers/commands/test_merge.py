"""`merge`, `unmerge` and `link`: colleagues say who is one, and take it back; the customer's card asks them."""

from __future__ import annotations

import pytest

from bot.cards import Actions, Button, Card, Paragraph
from bot.commands import Reply
from bot.domain.post import Author
from tests.handlers.company import GUEST, Company, post, said


@pytest.fixture
async def company(either_company: Company) -> Company:
    """Maya is on two networks under handles that differ, among many others; a stranger has her first name."""
    people = [
        post(f"p{n}", "hello", by=Author(handle=f"p{n}", display_name=f"Person {chr(97 + n)}mith")) for n in range(20)
    ]
    await either_company.hear(
        post("a", "third parcel that arrives crushed", by=Author(handle="maya_okafor", display_name="Maya Okafor")),
        post("b", "app down", network="bluesky", by=Author(handle="maya.okafor", display_name="Maya Okafor")),
        post("c", "hello", network="x", by=Author(handle="mayo", display_name="Maya Ito")),
        *people,
    )
    await either_company.work()
    return either_company


def buttons(reply: Reply) -> dict[str, Button]:
    assert isinstance(reply.card, Card)
    found: dict[str, Button] = {}
    for block in reply.card.blocks:
        if isinstance(block, Actions):
            found |= {each.label: each for each in block.items if isinstance(each, Button)}
        elif isinstance(block, Paragraph) and isinstance(block.beside, Button):
            found[block.beside.label] = block.beside
    return found


async def pressed(company: Company, button: Button, user: str = "ana") -> Reply:
    return await company.press(user, button.command, **dict(button.args))


async def test_the_card_proposes_and_a_colleague_accepts(company: Company) -> None:
    shown = await company.say("ana", "customer B-1")
    assert "maya.okafor on Bluesky (probable, " in said(shown)
    assert "same name, nearly the same handle" in said(shown)
    answer = await pressed(company, buttons(shown)["Same person"])
    assert "They are one now: Maya Okafor." in said(answer)
    whole = said(await company.say("ben", "customer B-2"))
    assert "2 conversations" in whole
    assert "probable" not in whole
    assert "Joined by Ana" in whole


async def test_and_takes_it_back(company: Company) -> None:
    answer = await pressed(company, buttons(await company.say("ana", "customer B-1"))["Same person"])
    undone = await pressed(company, buttons(answer)["Not the same"], "ben")
    assert "They are two again" in said(undone)
    again = await pressed(company, buttons(answer)["Not the same"], "ben")
    assert "undone already" in said(again)
    await company.work()
    shown = said(await company.say("ana", "customer B-1"))
    assert "probable" not in shown
    assert "2 conversations" not in shown


async def test_who_are_two_is_never_proposed_again(company: Company) -> None:
    shown = await company.say("ana", "customer B-1")
    assert "these are two" in said(await pressed(company, buttons(shown)["Not"]))
    await company.work()
    assert "probable" not in said(await company.say("ana", "customer B-1"))
    assert "probable" not in said(await company.say("ana", "customer B-2"))


@pytest.mark.parametrize(
    "words",
    [
        "merge B-1 B-3 same order number",
        "merge B-1 mayo same order number",
        "merge @maya_okafor @mayo same order number",
        "merge B-3 mastodon:maya_okafor same order number",
    ],
)
async def test_who_is_meant_can_be_said_in_several_ways(company: Company, words: str) -> None:
    assert "They are one now" in said(await company.say("ana", words))
    shown = said(await company.say("ana", "customer B-3"))
    assert "same order number" in shown
    assert "They are one already" in said(await company.say("ben", "merge B-1 B-3"))


async def test_in_a_cards_thread_the_other_one_is_enough(company: Company) -> None:
    thread = await company.thread(1)
    answer = await company.say("ana", "merge B-3 she told us so", thread=thread)
    assert "They are one now" in said(answer)
    assert "she told us so" in said(await company.say("ana", "customer B-1"))
    assert "They are two again" in said(await company.say("ana", "unmerge not her", thread=thread))


async def test_the_cards_show_who_they_are_now(company: Company) -> None:
    await company.say("ana", "merge B-1 B-3")
    await company.work()
    assert "Maya Okafor" in await company.card(3)
    await company.say("ana", "unmerge B-3")
    await company.work()
    assert "Maya Ito" in await company.card(3)


async def test_of_several_merges_one_is_asked_for(company: Company) -> None:
    await company.say("ana", "merge B-1 B-3 one")
    await company.say("ana", "merge B-1 B-4 two")
    asked = await company.say("ana", "unmerge B-1")
    assert "Which of these is not" in said(asked)
    assert "two" in said(asked)
    await pressed(company, buttons(asked)["Not the same"])
    assert "They are two again" in said(await company.say("ana", "unmerge B-1"))


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("merge B-1 zzz@nowhere.example", "I do not know who"),
        ("merge B-1 B-999", "There is no B-999"),
        ("unmerge B-5", "Nobody was joined"),
        ("unmerge", "Who are two?"),
        ("link B-1 https://x.example/maya", "is no handle"),
        ("link mastodon:maya", "Whose handle is it?"),
    ],
)
async def test_what_cannot_be_done_says_why(company: Company, words: str, answer: str) -> None:
    assert answer in said(await company.say("ana", words))


async def test_a_handle_is_linked_by_hand(company: Company) -> None:
    assert "is theirs, too" in said(await company.say("ana", "link B-1 telegram:@maya_t"))
    assert "is known already" in said(await company.say("ana", "link B-1 telegram:maya_t"))
    assert "maya_t on Telegram" in said(await company.say("ana", "customer maya_t"))


async def test_a_handle_that_is_anothers_asks_whether_they_are_one(company: Company) -> None:
    asked = await company.say("ana", "link B-1 x:mayo")
    assert "is known as Maya Ito's" in said(asked)
    assert "They are one now" in said(await pressed(company, buttons(asked)["Same person"]))


async def test_guests_may_not(company: Company) -> None:
    assert "for colleagues only" in said(await company.say(GUEST, "merge B-1 B-3"))
