"""Raised to lead, coordinator and crisis; and at rest: waiting for the customer, snoozed, muted, reopened."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import answering, written
from tests.e2e.playground_page.window import word


def test_anyone_escalates_with_a_reason_and_those_above_are_told(demo: Demo, enter: Enter) -> None:
    card = demo.hear(written(f"My third parcel that arrives crushed {word()}", handle=word()))
    finn = enter("finn")
    finn.choose(card, "Escalate…")
    form = finn.form()
    form.get_by_label("Why").fill("three parcels, press is asking")
    finn.pick(form, "To whom", "Coordinator")
    form.get_by_role("button", name="Escalate", exact=True).click()
    finn.no_form()
    expect(finn.card(card)).to_contain_text(
        re.compile(r"⬆ Coordinator since \d\d:\d\d: three parcels, press is asking")
    )
    demo.people.told("elif", f"Finn Olsen (Marketing) escalates {card.ref}", "three parcels, press is asking")

    finn.ask(f"/escalate {card.ref} crisis the box may catch fire")
    expect(finn.card(card)).to_contain_text(re.compile(r"🚨 Crisis · (?:\w+ · )?X · B-\d+"))
    for user in ("elif", "leo"):
        demo.people.told(user, "Crisis", card.ref, "the box may catch fire")


def test_what_waits_for_the_customer_comes_back_to_its_holder_when_they_write(demo: Demo, enter: Enter) -> None:
    post = written(f"Can you look at my order? {word()}", handle=word())
    card = demo.hear(post)
    ana = enter("ana")
    ana.press(card, "Claim")
    ana.choose(card, "Wait for the customer")
    expect(ana.card(card)).to_contain_text("Ana Lima (Support) · waiting for the customer")
    demo.door.deliver(answering(post, "Here is the number: AC-20931"))
    expect(ana.card(card)).to_contain_text("Here is the number: AC-20931")
    expect(ana.card(card)).to_contain_text("1 earlier post")
    expect(ana.card(card)).to_contain_text(re.compile(r"Baton +Ana Lima \(Support\) until"))
    demo.people.told("ana", f"wrote again in {card.ref}", "AC-20931")


def test_a_resolved_conversation_is_open_again_when_the_customer_writes(demo: Demo, enter: Enter) -> None:
    post = written(f"Is the green one back? {word()}", handle=word())
    card = demo.hear(post)
    ana = enter("ana")
    ana.press(card, "Claim")
    ana.ask(f"/baton resolve {card.ref} answered | the green one | nothing")
    expect(ana.card(card)).to_contain_text(f"✅ {card.ref} Answered")
    demo.door.deliver(answering(post, "It is not in the shop!"))
    expect(ana.card(card)).to_contain_text("It is not in the shop!")
    expect(ana.card(card)).to_contain_text("back on the floor since")
    expect(ana.card(card).get_by_role("button", name="Claim", exact=True)).to_be_visible()


def test_reopen_puts_a_resolved_conversation_back_on_the_floor(demo: Demo, enter: Enter) -> None:
    card = demo.hear(written(f"Where do I find the manual? {word()}", handle=word()))
    ana, ben = enter("ana"), enter("ben")
    ana.press(card, "Claim")
    ana.ask(f"/baton resolve {card.ref} answered | the manual | link is on the page now")
    ben.press(card, "Reopen")
    expect(ana.card(card)).to_contain_text("back on the floor since")


def test_snoozed_until_a_time_that_must_be_understood(demo: Demo, enter: Enter) -> None:
    card = demo.hear(written(f"Ask me again after my holidays {word()}", handle=word()))
    ana = enter("ana")
    ana.choose(card, "Snooze…")
    form = ana.form()
    until = form.get_by_label("Until")
    expect(until).to_have_value("tomorrow 9:00")
    until.fill("when pigs fly")
    form.get_by_role("button", name="Snooze", exact=True).click()
    expect(form.locator(".input-fault")).to_contain_text("when pigs fly")
    expect(until).to_have_value("when pigs fly")
    until.fill("2h")
    form.get_by_role("button", name="Snooze", exact=True).click()
    ana.no_form()
    expect(ana.card(card)).to_contain_text("snoozed until")
    ana.press(card, "Claim")
    expect(ana.card(card)).to_contain_text("Ana Lima (Support) until")


def test_who_is_muted_gets_no_notices_until_they_want_them_again(demo: Demo, enter: Enter) -> None:
    hugo = enter("hugo")
    expect(hugo.ask("/baton mute")).to_contain_text("You get no notices from me")
    quiet = demo.hear(written(f"Do you sell in bulk? {word()}", handle=word()))
    loud = demo.hear(written(f"Do you sell by the dozen? {word()}", handle=word()))
    for user, text in (
        ("grace", f"claim {quiet.ref}"),
        ("grace", f"pass {quiet.ref} @hugo yours?"),
        ("grace", f"claim {loud.ref}"),
    ):
        demo.people.do("slash", user, channel="floor", text=f"/baton {text}")
    expect(hugo.card(quiet)).to_contain_text("Grace Kim asks Hugo Weber")
    expect(hugo.ask("/baton mute off")).to_contain_text("You get notices again.")
    demo.people.do("slash", "grace", channel="floor", text=f"/baton pass {loud.ref} @hugo and yours?")
    demo.people.told("hugo", loud.ref, "and yours?")
    assert not any(quiet.ref in said for said in demo.people.notices("hugo"))
