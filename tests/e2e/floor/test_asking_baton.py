"""What Baton answers: forms for bare verbs, likely conversations, errors with the next step, help, Home, and guests."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import written
from tests.e2e.people import Card
from tests.e2e.playground_page.window import word


def heard(demo: Demo, text: str = "Where is my order?") -> Card:
    """A card for a post of somebody new."""
    return demo.hear(written(f"{text} {word()}", handle=word()))


def test_a_bare_verb_opens_a_form_with_the_likely_conversations(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    dev = enter("dev")
    dev.send("/baton note")
    form = dev.form()
    dev.pick(form, "Conversation", f"{card.ref} ")
    text = word()
    form.get_by_label("Note").fill(text)
    form.get_by_role("button", name="Add note").click()
    dev.no_form()
    expect(dev.told_only_me()).to_contain_text(f"Noted on {card.ref}.")
    assert text in dev.ask(f"/baton show {card.ref}").inner_text()


def test_a_missing_reference_offers_the_likely_ones_as_buttons(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    dev = enter("dev")
    offered = dev.ask("/baton claim")
    expect(offered).to_contain_text("Claim: which conversation?")
    offered.get_by_role("button", name=f"Claim {card.ref}", exact=True).click()
    expect(dev.card(card)).to_contain_text("Dev Patel (Product) until")


def test_an_error_says_what_is_wrong_and_what_to_do_next_to_its_maker_alone(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    dev = enter("dev")
    for typed, wrong, next_step in (
        ("/baton resolve B-999999 answered | a | b", "There is no B-999999.", "See what there is with /baton list."),
        ("/baton clam", "There is no command “clam”.", "Did you mean claim?"),
        (
            f"/baton pass {card.ref} @nobody why",
            "“@nobody” is neither a colleague nor a department.",
            "Name a colleague",
        ),
        (f"/baton release {card.ref}", f"Nobody holds the baton of {card.ref}.", "Claim it first"),
        (f"/baton claim {card.ref} for ever", "ever", ""),
    ):
        told = dev.ask(typed)
        expect(told).to_contain_text("Only visible to you")
        expect(told).to_contain_text(wrong)
        expect(told).to_contain_text(next_step)
    told = dev.ask(f"/baton release {card.ref}")
    told.get_by_role("button", name="Claim", exact=True).click()
    expect(dev.card(card)).to_contain_text("Dev Patel (Product) until")
    assert not any(message["ephemeral"] for message in demo.people.messages("grace"))


def test_help_shows_all_verbs_on_one_screen_and_one_verb_with_examples(enter: Enter) -> None:
    ines = enter("ines")
    everything = ines.ask("/baton help")
    for verb in ("claim", "pass", "discuss", "escalate", "resolve", "customer", "digest"):
        expect(everything.locator("code", has_text=re.compile(f"^{verb}$"))).to_have_count(1)
    box = everything.bounding_box()
    assert box is not None
    assert box["height"] < 700
    one = ines.ask("/baton help claim")
    expect(one).to_contain_text("/baton claim B-12 for 2h")


def test_home_shows_what_is_mine_what_is_asked_of_me_and_the_floor(demo: Demo, enter: Enter) -> None:
    mine, asked, free = heard(demo), heard(demo), heard(demo)
    for user, text in (
        ("kira", f"claim {mine.ref}"),
        ("ana", f"claim {asked.ref}"),
        ("ana", f"pass {asked.ref} logistics where is it now?"),
    ):
        demo.people.do("slash", user, channel="floor", text=f"/baton {text}")
    kira = enter("kira", "#/home")
    home = kira.page.locator(".home")
    for heading in ("My batons", "Asked of me", "This week"):
        expect(home.get_by_role("heading", name=heading)).to_be_visible()
    expect(home).to_contain_text(re.compile(rf"{mine.ref} · .* · until \d\d:\d\d · \d+ min left"))
    expect(home).to_contain_text("Ana Lima asks Logistics: “where is it now?”")
    expect(home).to_contain_text(free.ref)
    home.get_by_role("button", name="Accept", exact=True).click()
    expect(home.get_by_text("Nothing is asked of you.")).to_be_visible()
    kira.go("#/floor")
    expect(kira.card(asked)).to_contain_text("Kira Novak (Logistics) until")


def test_a_customer_is_found_from_home_despite_a_typing_error(demo: Demo, enter: Enter) -> None:
    author = {"handle": word(), "display_name": "Philomena Quackenbush"}
    demo.hear(written(f"Lovely bag {word()}", author=author))
    kira = enter("kira", "#/home")
    kira.page.locator(".home").get_by_role("button", name="Find a customer…").click()
    form = kira.form()
    form.get_by_label("Handle, e-mail or name").fill("filomena quakenbush")
    form.get_by_role("button", name="Look up").click()
    expect(kira.page.locator("dialog.modal")).to_contain_text("Philomena Quackenbush")


def test_a_guest_sees_the_floor_but_may_not_act(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    pat = enter("pat")
    pat.press(card, "Claim")
    expect(pat.told_only_me()).to_contain_text("colleagues")
    expect(pat.ask("/baton customer tom")).to_contain_text("colleagues")
    expect(pat.card(card)).to_contain_text("on the floor since")
    ana = demo.people.try_to("slash", "ana", channel="floor", text=f"/baton claim {card.ref}")
    assert ana["ok"]
    refused = demo.people.do("slash", "ana", channel="floor", text=f"/baton pass {card.ref} @pat over to you")
    assert "guest" in str(refused)


def test_a_message_shortcut_acts_on_its_card(demo: Demo, enter: Enter) -> None:
    card = heard(demo)
    dev = enter("dev")
    dev.card(card).hover()
    dev.card(card).get_by_role("toolbar").get_by_role("button", name="More actions").click()
    dev.page.get_by_role("menuitem", name="Claim").click()
    expect(dev.card(card)).to_contain_text("Dev Patel (Product) until")
