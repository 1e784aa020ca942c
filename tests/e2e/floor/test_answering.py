"""Answering the customer from the channel: what goes out and where is seen before it goes, and they write back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.calls import call
from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import answering, written
from tests.e2e.playground_page.window import word


def test_an_answer_goes_out_from_a_form_and_the_customers_next_words_come_back_to_the_holder(
    demo: Demo, enter: Enter
) -> None:
    ana, chloe = enter("ana"), enter("chloe")
    mark = word()
    post = written(f"Where is my order? {mark}", author={"handle": word(), "display_name": "Rosa Diaz"})
    card = demo.hear(post)
    ana.press(card, "Claim")
    ana.press(card, "Reply…")
    form = ana.form(f"Reply {card.ref}")
    for seen in ("As acme on X", "Seen by everybody: it is public", "500 characters left", "Rosa Diaz", mark):
        expect(form).to_contain_text(seen)
    form.get_by_label("Your answer").fill("We are sorry. " * 40)
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form.locator(".at-fault .input-fault")).to_contain_text("X takes 500: 59 too many.")
    form.get_by_label("Your answer").fill(f"Sorry, Rosa: it is on its way, <b>really</b> & soon {mark}.")
    form.get_by_role("button", name="Send", exact=True).click()
    ana.no_form()
    shown = chloe.card(card)
    expect(shown).to_contain_text(re.compile(r"Answer +\d\d:\d\d by Ana Lima \(Support\): “Sorry, Rosa"))
    link = shown.get_by_role("link", name="Our answer").or_(shown.get_by_role("button", name="Our answer"))
    expect(link).to_have_count(1)
    demo.people.told("ana", "Rosa Diaz wrote again", card.ref)
    expect(shown).to_contain_text(re.compile(r"Baton +Ana Lima \(Support\) until \d\d:\d\d"))
    expect(ana.ask(f"/baton show {card.ref}")).to_contain_text("our answer, by Ana Lima (Support)")


def test_only_the_holder_answers_and_others_may_draft(demo: Demo, enter: Enter) -> None:
    ana, chloe = enter("ana"), enter("chloe")
    card = demo.hear(written(f"Does it float? {word()}"))
    ana.press(card, "Claim")
    chloe.press(card, "Reply…")
    told = chloe.told_only_me()
    expect(told).to_contain_text(f"Ana Lima holds the baton of {card.ref}")
    expect(told.get_by_role("button", name="Join")).to_be_visible()
    expect(chloe.ask(f"/baton draft {card.ref} It does, for an hour.")).to_contain_text("Kept.")
    expect(ana.card(card)).to_contain_text("Chloé Martin: “It does, for an hour.”")
    ana.press(card, "Reply…")
    form = ana.form()
    expect(form.get_by_label("Your answer")).to_have_value("It does, for an hour.")
    expect(form).to_contain_text("479 of 500 characters left")
    form.get_by_role("button", name="Cancel").click()


def test_where_policy_asks_for_it_another_department_approves_first(demo: Demo, enter: Enter) -> None:
    ana, ines = enter("ana"), enter("ines")
    post = written(f"Two stars. {word()}", network="trustpilot")
    card = demo.hear(post)
    ana.press(card, "Claim")
    ana.send(f"/baton reply {card.ref} You get your money back.")
    form = ana.form()
    expect(form).to_contain_text("Legal must approve it before it goes out")
    form.get_by_role("button", name="Ask for approval").click()
    ana.no_form()
    expect(ines.card(card)).to_contain_text("Waits for Legal to approve: the answer of Ana Lima (Support)")
    demo.people.told("ines", "asks Legal to approve an answer", card.ref)
    ines.press(card, "Reject…")
    form = ines.form()
    form.get_by_label("Why").fill("we may not promise money")
    form.get_by_role("button", name="Reject", exact=True).click()
    ines.no_form()
    demo.people.told("ana", "did not approve your answer", "we may not promise money")
    expect(ana.card(card)).to_contain_text("Ana Lima: “You get your money back.”")
    ana.press(card, "Reply…")
    form = ana.form()
    form.get_by_label("Your answer").fill("Please write to us, we will look into it.")
    form.get_by_role("button", name="Ask for approval").click()
    ana.no_form()
    ines.press(card, "Approve")
    expect(ana.card(card)).to_contain_text(re.compile(r"by Ana Lima \(Support\): “Please write to us"))
    demo.people.told("ana", "approved your answer", card.ref)


def test_what_the_customer_wrote_while_the_form_was_open_is_seen_before_the_answer_goes_out(
    demo: Demo, enter: Enter
) -> None:
    ana = enter("ana")
    post = written(f"It is broken. {word()}", network="x")
    card = demo.hear(post)
    ana.press(card, "Claim")
    ana.press(card, "Reply…")
    form = ana.form()
    form.get_by_label("Your answer").fill("Which one?")
    mark = word()
    demo.door.deliver(answering(post, f"Never mind, I mended it {mark}"))
    demo.people.told("ana", "wrote again", mark)
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form).to_contain_text("wrote again meanwhile. Does your answer still fit?")
    expect(form).to_contain_text(mark)
    expect(form.get_by_label("Your answer")).to_have_value("Which one?")
    form.get_by_label("Your answer").fill("Great to hear!")
    form.get_by_role("button", name="Send", exact=True).click()
    ana.no_form()
    expect(ana.card(card)).to_contain_text("“Great to hear!”")


def test_the_customers_side_shows_the_thread(demo: Demo, enter: Enter) -> None:
    ana = enter("ana")
    card = demo.hear(written(f"Hello? {word()}"))
    ana.press(card, "Claim")
    ana.press(card, "Reply…")
    form = ana.form()
    form.get_by_label("Your answer").fill("We are here & listening.")
    form.get_by_role("button", name="Send", exact=True).click()
    ana.no_form()
    link = ana.card(card).locator("a", has_text="Our answer")
    expect(link).to_have_count(1)
    page = call("GET", str(link.get_attribute("href")))
    assert page.status == 200
    assert "We are here &amp; listening." in page.body.decode()
