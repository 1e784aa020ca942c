"""What customers do with their posts reaches the card: written, edited, deleted, and written to do harm."""

from __future__ import annotations

from playwright.sync_api import expect

from playground.feed import read_sample
from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import deleted, edited, written
from tests.e2e.people import words_of
from tests.e2e.playground_page.window import word

JOINER = "\u2060"
"""What keeps Slack from reading `@here` in a customer's words as a call; nobody sees it."""

HARM = """node => [...node.querySelectorAll("*")].filter((one) => one.matches("a:not(.button), img, iframe, script, .mention, b, i"))
  .map((one) => one.outerHTML)"""


def test_an_edit_reaches_the_card_and_what_changed_is_a_click_away(demo: Demo, enter: Enter) -> None:
    before, after = word(), word()
    post = written(f"My order number is {before}", handle=word())
    card = demo.hear(post)
    ana = enter("ana")
    ana.press(card, "Claim")
    demo.door.deliver(edited(post, f"My order number is {after}"))
    expect(ana.card(card).locator("blockquote")).to_have_text(f"My order number is {after}")
    expect(ana.card(card)).to_contain_text("edited")
    demo.people.told("ana", f"edited a post in {card.ref}")
    ana.press(card, "Show changes")
    expect(ana.told_only_me()).to_contain_text(before)


def test_a_delete_takes_the_words_from_the_card_and_from_what_the_bot_shows(demo: Demo, enter: Enter) -> None:
    secret = word()
    post = written(f"My address is {secret}", handle=word())
    card = demo.hear(post)
    ana = enter("ana")
    ana.press(card, "Claim")
    expect(ana.card(card)).to_contain_text("Ana Lima (Support) until")
    demo.door.deliver(deleted(post))
    expect(ana.card(card)).to_contain_text("🗑 The customer deleted this post")
    demo.people.told("ana", f"deleted a post in {card.ref}")
    assert secret not in ana.ask(f"/baton show {card.ref}").inner_text()
    floor = [words_of(message) for message in demo.people.messages("ana")]
    assert not any(secret in said for said in [*floor, *demo.people.notices("ana")])


def test_the_hostile_post_pings_nobody_formats_nothing_and_breaks_no_card(demo: Demo, enter: Enter) -> None:
    hostile = next(line for line in read_sample() if line.post["external_id"] == "hostile-1")
    ana, ben = enter("ana", "#/management"), enter("ben")
    badge = ana.page.locator("#sidebar a.room", has_text="floor").locator(".badge.loud")
    post = {**hostile.post, "posted_at": written("")["posted_at"]}
    demo.door.deliver(post)
    card = demo.people.card_with("the hostile post", "bags*")
    shown = ben.card(card)
    quote = shown.locator("blockquote")
    words = quote.inner_text().replace(JOINER, "")
    assert "<!channel> <@U0ANALIMA1> *free bags* <https://evil.example/login|acme.example/login>" in words
    assert quote.evaluate(HARM) == []
    assert shown.locator("a[href*='evil']").count() == 0
    expect(badge).to_have_count(0)
    expect(shown.get_by_role("button", name="Claim", exact=True)).to_be_visible()
    expect(shown.locator(".block-actions")).to_have_count(1)
    ben.press(card, "Claim")
    expect(shown).to_contain_text("Ben Okoro (Support) until")
    for answer in (ben.ask(f"/baton show {card.ref}"), ben.ask(f"/baton customer {card.ref}")):
        assert answer.evaluate(HARM) == []
    demo.people.do("slash", "ben", channel="floor", text=f"/baton escalate {card.ref} lead looks like phishing")
    expect(badge).to_have_count(0)
    ben.ask(f"/baton resolve {card.ref} no action | <!channel> clicks | nothing")
    expect(shown).to_contain_text(f"✅ {card.ref} No action")
    closed = shown.inner_text().replace(JOINER, "")
    assert "wanted: <!channel> clicks · changed: nothing" in closed
