"""Departments talk: called into threads, notes that are edited and deleted, perspectives, commands inside threads."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Colleague, Enter
from tests.e2e.front_door import written
from tests.e2e.people import Card
from tests.e2e.playground_page.window import word


def heard(demo: Demo, text: str = "Where is my order?") -> Card:
    """A card for a post of somebody new."""
    return demo.hear(written(f"{text} {word()}", handle=word()))


def shown(colleague: Colleague, card: Card) -> str:
    """Everything that `show` tells about a conversation."""
    return colleague.ask(f"/baton show {card.ref}").inner_text()


def test_departments_are_called_into_the_thread_with_a_question(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    ana, kira = enter("ana"), enter("kira", "#/management")
    ana.press(card, "Discuss…")
    form = ana.form()
    ana.pick(form, "Departments", "Legal", "Logistics")
    form.get_by_label("Question").fill("Which carrier was it?")
    form.get_by_role("button", name="Discuss", exact=True).click()
    ana.no_form()
    expect(ana.card(card)).to_contain_text(re.compile(r"Called in +Legal and Logistics"))
    expect(ana.card(card).locator(".thread-link")).to_contain_text("1 reply")
    call = ana.thread(card).locator(".message").filter(has_text="Which carrier was it?")
    expect(call).to_contain_text("Ana Lima (Support) calls Legal and Logistics: “Which carrier was it?”")
    expect(kira.page.locator("#sidebar a.room", has_text="floor")).to_have_class(re.compile("unread"))


def test_what_is_written_in_the_thread_is_a_note_and_so_are_its_edit_and_its_delete(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    ana, ben = enter("ana"), enter("ben")
    first, second, third = word(), word(), word()
    said = ben.reply(card, f"spoke with the carrier {first}")
    expect(ana.card(card)).to_contain_text("1 note in the thread")
    assert f"Ben Okoro (Support): spoke with the carrier {first}" in shown(ana, card)

    said.hover()
    said.get_by_role("button", name="More actions").click()
    ben.page.get_by_role("menuitem", name="Edit").click()
    editor = ben.page.locator("#thread .message textarea").first
    editor.fill(f"spoke with both carriers {second}")
    editor.press("Enter")
    expect(ben.page.locator("#thread")).to_contain_text(second)
    after = shown(ana, card)
    assert f"(edited): spoke with both carriers {second}" in after
    assert first not in after

    ben.reply(card, f"never mind {third}")
    said = ben.page.locator("#thread .message").filter(has_text=second)
    said.hover()
    said.get_by_role("button", name="More actions").click()
    ben.page.get_by_role("menuitem", name="Delete…").click()
    ben.page.get_by_role("button", name="Delete", exact=True).click()
    expect(ben.page.locator("#thread").get_by_text(second)).to_have_count(0)
    expect(ana.card(card)).to_contain_text("1 note in the thread")
    last = shown(ana, card)
    assert second not in last
    assert third in last


def test_each_department_puts_its_perspective_on_the_card(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    jonas, chloe = enter("jonas"), enter("chloe")
    jonas.choose(card, "Perspective…")
    form = jonas.form()
    form.get_by_label("What your department sees in it").fill("carrier changed in Lyon last week")
    form.get_by_role("button", name="Add perspective").click()
    jonas.no_form()
    expect(chloe.card(card)).to_contain_text(re.compile(r"Logistics +carrier changed in Lyon last week"))

    chloe.reply(card, "@Baton perspective third report about this box")
    expect(jonas.card(card)).to_contain_text(re.compile(r"Product +third report about this box"))
    expect(jonas.card(card)).to_contain_text(re.compile(r"Logistics +carrier changed in Lyon last week"))


def test_in_a_thread_a_verb_needs_no_reference_and_a_mistake_is_told_to_its_maker_alone(
    demo: Demo, enter: Enter
) -> None:
    card = heard(demo)
    ana = enter("ana")
    ana.reply(card, "@Baton claim for 1h")
    expect(ana.card(card)).to_contain_text("Ana Lima (Support) until")
    ana.reply(card, "@Baton claimm")
    told = ana.page.locator("#thread .message.ephemeral").last
    expect(told).to_contain_text("There is no command “claimm”.")
    expect(told).to_contain_text("Did you mean claim?")
    ana.reply(card, "@Baton resolve")
    ana.page.locator("#thread .message.ephemeral").last.get_by_role("button", name="Fill in…").click()
    form = ana.form()
    form.get_by_label("What the customer wanted").fill("an answer")
    form.get_by_role("button", name="Resolve", exact=True).click()
    ana.no_form()
    expect(ana.card(card)).to_contain_text(f"✅ {card.ref} Answered")
    others = [message for message in demo.people.messages("ben", thread_ts=card.ts) if message["ephemeral"]]
    assert others == []
