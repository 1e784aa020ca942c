"""At the window: an idea ships, those who asked are told from a form that shows what goes out, one by one or all at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.floor.test_ideas import button, noted, number_in
from tests.e2e.front_door import written
from tests.e2e.playground_page.window import word


def test_those_who_asked_are_told_and_their_cards_say_so(demo: Demo, enter: Enter) -> None:
    cards = [demo.hear(written(f"A ribbon for {number} presents? {word()}", handle=word())) for number in range(3)]
    ana, finn = enter("ana"), enter("finn")
    title, news = f"Ribbons {word()}", f"Ribbons are here {word()}: choose one at checkout."
    idea = number_in(ana.ask(f"/baton idea {cards[0].ref} {title}"))
    ana.ask(f"/baton idea {idea} {cards[1].ref} {cards[2].ref}")
    ana.ask(f"/claim {cards[2].ref}")

    finn.ask(f"/baton idea {idea} plan")
    button(finn.ask(f"/baton idea {idea}"), "Ship…").click()
    form = finn.form(f"Ship {idea}")
    expect(form).to_contain_text("3 conversations ask for it. Nothing is sent yet")
    form.get_by_label("What shall we tell those who asked?").fill(news)
    form.get_by_role("button", name="Ship", exact=True).click()
    finn.no_form()
    noted(finn, f"{idea} is shipped: {title}.")
    demo.people.told("ana", "Drafts are ready for 3 conversations that asked for it.")
    expect(ana.card(cards[0])).to_contain_text(f"{idea} has shipped. The customer asked for it and does not know yet.")

    finn.press(cards[0], "Tell…")
    form = finn.form(f"Tell {cards[0].ref}")
    expect(form).to_contain_text("Seen by everybody: it is public")
    expect(form.get_by_label("What we tell the customer")).to_have_value(news)
    form.get_by_role("button", name="Send", exact=True).click()
    finn.no_form()
    expect(ana.card(cards[0])).not_to_contain_text("has shipped")
    expect(ana.card(cards[0])).to_contain_text("Ribbons are here")

    finn.send(f"/baton tell {idea}")
    form = finn.form(f"Tell about {idea}")
    expect(form).to_contain_text("X 1, seen by everybody: it is public")
    expect(form).to_contain_text(
        f"Not sent: 1 is held by Ana Lima (Support), who is asked to tell the customer ({cards[2].ref})."
    )
    form.get_by_role("button", name="Send 1", exact=True).click()
    finn.no_form()
    demo.people.told("ana", f"{idea} has shipped: tell the customer of {cards[2].ref}")
    ana.press(cards[2], "Tell…")
    ana.form(f"Tell {cards[2].ref}").get_by_role("button", name="Send", exact=True).click()
    ana.no_form()
    expect(ana.card(cards[2])).not_to_contain_text("has shipped")
    expect(ana.ask(f"/baton idea {idea}")).to_contain_text("3 of 3 told")
