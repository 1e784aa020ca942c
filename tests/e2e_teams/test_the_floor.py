"""The floor on Teams: asked for help, a post shown, its baton claimed, passed, accepted and laid down, a customer looked up."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.front_door import edited, written
from tests.e2e_teams.adaptive_card import AdaptiveCard
from tests.e2e_teams.baton import Baton
from tests.e2e_teams.conftest import Picture
from tests.e2e_teams.desk import Desk
from tests.e2e_teams.window import Window


def mark() -> str:
    """The number of an order, which no other post names; it reads well in the pictures."""
    return f"AC-{uuid4().int % 10**6:06d}"


def heard(baton: Baton, window: Window, text: str, handle: str = "tom") -> tuple[str, AdaptiveCard]:
    """Delivers a post and waits for its card: (the conversation's reference, the card)."""
    order = mark()
    baton.door.deliver(written(f"{text} ({order})", handle))
    card = window.card_with(order)
    found = re.search(r"\bB-\d+\b", card.words)
    assert found, card.words
    return found[0], AdaptiveCard(window.page, card.at)


def test_help_is_answered_in_the_personal_chat(ana: Window, picture: Picture) -> None:
    ana.open_personal()
    ana.say("help")
    card = ana.card_with("What Baton can do")
    card.shows("claim", "pass", "resolve", "customer")
    picture(ana, "help")


def test_a_post_arrives_as_a_card_in_every_window(ana: Window, chloe: Window, baton: Baton, picture: Picture) -> None:
    author = {"handle": "rosa", "display_name": "Rosa Silva", "followers": 12_400}
    order = mark()
    baton.door.deliver(
        written(f"Third parcel in a row that arrives crushed: {order}. What are you doing?", author=author)
    )
    for window in (ana, chloe):
        card = window.card_with(order)
        card.shows("X · B-", "Rosa Silva", "@rosa", "12.4k followers", "on the floor since")
        assert card.buttons()[0] == "Claim"
    picture(ana, "card")


def test_a_claim_by_button_shows_in_place_for_everybody(
    ana: Window, chloe: Window, baton: Baton, picture: Picture
) -> None:
    ref, card = heard(baton, ana, "The app crashes whenever I pay")
    seen = chloe.card_with(f"{ref} ")
    posts = chloe.posts().count()
    card.press("Claim")
    for each in (card, seen):
        expect(each.at).to_contain_text(re.compile(r"Ana Lima \(Support\) until \d"), timeout=2_000)
    assert "Claim" not in seen.buttons()
    assert chloe.posts().count() == posts
    picture(chloe, "claimed")


def test_who_claims_too_late_is_told_and_the_card_stays(ana: Window, chloe: Window, baton: Baton) -> None:
    ref, card = heard(baton, ana, "Who takes this one?")
    card.press("Claim")
    card.shows("Ana Lima (Support)")
    post = chloe.post_with(f"{ref} ")
    chloe.reply(post, "claim")
    told = chloe.card_with(f"Ana Lima holds the baton of {ref}", post)
    assert told.buttons() == ["Join", "Ask Ana Lima to pass"]
    told.press("Join")
    card.shows("Chloé Martin")


def test_the_baton_is_passed_with_a_form_and_accepted(
    ana: Window, chloe: Window, baton: Baton, picture: Picture
) -> None:
    ref, card = heard(baton, ana, "Is the new box any better?")
    card.press("Claim")
    card.shows("Ana Lima (Support)")
    card.press("Pass…")
    form = AdaptiveCard(ana.page, ana.cards(ana.posts().nth(0)).first)
    form.shows("Pass to")
    form.pick("Pass to", "Product")
    form.fill("What you ask of them", "is this the new box?")
    picture(ana, "pass")
    form.press("Pass")
    passed = chloe.card_with(f"{ref} ")
    passed.shows("Ana Lima asks Product: “is this the new box?”")
    chloe.open_personal()
    chloe.card_with(ref).shows("is this the new box?")
    picture(chloe, "asked")
    chloe.open_channel()
    passed.press("Accept")
    for window in (ana, chloe):
        expect(window.card_with(f"{ref} ").at).to_contain_text(re.compile(r"Chloé Martin \(Product\) until"))
    ana.open_personal()
    ana.card_with(f"took {ref}").shows("Chloé Martin (Product)")


def test_a_conversation_is_resolved_and_its_outcome_asked_for(
    ana: Window, chloe: Window, baton: Baton, picture: Picture
) -> None:
    ref, card = heard(baton, ana, "It arrived crushed again")
    card.press("Claim")
    card.shows("Ana Lima (Support)")
    card.press("Resolve…")
    form = AdaptiveCard(ana.page, ana.cards(ana.posts().nth(0)).first)
    form.shows("What the customer wanted")
    form.fill("What we changed", "back to the old box")
    form.press("Resolve")
    form.shows("What the customer wanted")
    form.fill("What the customer wanted", "parcels that arrive whole")
    form.pick("Outcome", "Fixed")
    form.press("Resolve")
    for window in (ana, chloe):
        closed = window.card_with(f"{ref} ")
        expect(closed.at).to_contain_text(re.compile(rf"{ref} Fixed in .* by Ana Lima \(Support\)"))
        closed.shows("parcels that arrive whole", "back to the old box")
        assert closed.buttons() == ["Reopen", "Show"]
    picture(chloe, "resolved")


def test_the_customer_is_answered_from_a_form_that_shows_what_goes_out(
    ana: Window, chloe: Window, baton: Baton, desk: Desk, picture: Picture
) -> None:
    ref, card = heard(baton, ana, "Where is my refund?")
    card.press("Claim")
    card.shows("Ana Lima (Support)")
    assert card.buttons()[0] == "Reply…"
    card.press("Reply…")
    form = AdaptiveCard(ana.page, ana.cards(ana.posts().nth(0)).first)
    form.shows("acme on X", "everybody: it is public", "500 characters left", "Where is my refund?")
    form.fill("Your answer", "Sorry! " * 80)
    form.press("Send")
    form.shows("59 too many")
    form.fill("Your answer", "It is <b>on its way</b> & should be there on Friday.")
    picture(ana, "reply")
    form.press("Send")
    for window in (ana, chloe):
        answered = window.card_with(f"{ref} ")
        answered.shows("by Ana Lima (Support): “It is", "should be there on Friday.”")
    texts = [answer["text"] for answer in desk.answers.values()]
    assert texts == ["It is <b>on its way</b> & should be there on Friday."]
    chloe.reply(chloe.post_with(f"{ref} "), "reply I am Chloé")
    chloe.card_with(f"Ana Lima holds the baton of {ref}", chloe.post_with(f"{ref} "))
    assert len(desk.answers) == 1


def test_a_card_changes_in_place_when_its_post_is_edited(ana: Window, chloe: Window, baton: Baton) -> None:
    order, later = mark(), mark()
    post = written(f"Where is my refund for {order}?")
    baton.door.deliver(post)
    cards = [window.card_with(order) for window in (ana, chloe)]
    posts = ana.posts().count()
    baton.door.deliver(edited(post, f"Where is my refund for {order}? And where is {later}?"))
    for card in cards:
        card.shows(later)
    assert ana.posts().count() == posts


def test_a_verb_in_a_cards_thread_means_that_card(ana: Window, chloe: Window, baton: Baton) -> None:
    ref, _ = heard(baton, ana, "Nobody answers the phone")
    ana.reply(ana.post_with(f"{ref} "), "claim")
    for window in (ana, chloe):
        window.card_with(f"{ref} ").shows("Ana Lima (Support)")
    ana.open_personal()
    ana.say(f"release {ref}")
    chloe.card_with(f"{ref} ").shows("back on the floor")


def test_a_crisis_is_seen_by_everybody(ana: Window, chloe: Window, baton: Baton, picture: Picture) -> None:
    ref, _ = heard(baton, ana, "The buckle broke and my daughter fell", "marta")
    ana.reply(ana.post_with(f"{ref} "), "escalate crisis the buckle breaks under load, two people fell")
    for window in (ana, chloe):
        window.card_with(f"{ref} ").shows("Crisis", "the buckle breaks under load, two people fell")
    picture(chloe, "crisis")


def test_the_digest_is_read_in_the_personal_chat(ana: Window, baton: Baton) -> None:
    heard(baton, ana, "Who reads this?")
    ana.open_personal()
    ana.say("digest now")
    card = ana.card_with("so far")
    card.shows("Heard by no one", "Nobody has heard")


def test_a_customer_is_found_by_the_message_extension(ana: Window, baton: Baton, picture: Picture) -> None:
    handle = f"nadia_{mark()[3:]}"
    heard(baton, ana, "Where can I buy it?", handle)
    ana.open_personal()
    found = ana.search("customer", handle, "query")
    expect(found.get_by_text(handle).first).to_be_visible()
    ana.choose_found(found, handle).shows(handle)
    picture(ana, "customer")
    ana.send()
    ana.card_with(handle)


def test_a_message_becomes_a_note_by_an_action_on_it(
    ana: Window, chloe: Window, baton: Baton, picture: Picture
) -> None:
    ref, _ = heard(baton, ana, "The box was open")
    said = f"The box of {mark()} was open, too"
    ana.post(said, mention=False)
    dialog = ana.act_on(ana.post_with(said), "note")
    dialog.shows("which conversation?")
    picture(ana, "note")
    dialog.press(f"Note {ref}")
    for window in (ana, chloe):
        thread = window.posts().filter(has_text="The box was open")
        expect(thread.filter(has_text=re.compile(rf"Ana Lima \(Support\): {said}"))).to_be_visible()
    ana.close_dialog()


def test_baton_complained_of_nothing(baton: Baton) -> None:
    assert [line for line in baton.complaints() if "slack_off" not in line] == []
