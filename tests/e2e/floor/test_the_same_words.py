"""Many say the same: one card counts them, names them, and gives one of them a card of its own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import written
from tests.e2e.playground_page.window import word


def test_one_card_stands_for_all_that_say_the_same(demo: Demo, enter: Enter) -> None:
    said = f"Since the update nothing opens on my phone any more, and support is silent {word()}"
    card = demo.hear(written(said, handle=word(), network="mastodon"))
    ana = enter("ana")
    handles = [word() for _ in range(4)]
    for handle, network in zip(handles, ("reddit", "mastodon", "reddit", "bluesky"), strict=True):
        demo.door.deliver(written(f"{said}!", handle=handle, network=network))
    expect(ana.card(card)).to_contain_text("🔁 4 more say the same: 2 on Reddit, 1 on Bluesky, 1 on Mastodon")

    ana.press(card, "Similar")
    listed = ana.told_only_me()
    expect(listed).to_contain_text(f"4 say the same as {card.ref}")
    for handle in handles:
        expect(listed).to_contain_text(handle)
    found = re.search(r"B-\d+(?= · \S+ · Bluesky)", listed.inner_text())
    assert found
    refused = ana.ask(f"/claim {found[0]}")
    expect(refused).to_contain_text(f"{found[0]} says the same as {card.ref}.")
    refused.get_by_role("button", name="Separate", exact=True).click()
    expect(ana.card(card)).to_contain_text("🔁 3 more say the same: 2 on Reddit, 1 on Mastodon")
    expect(ana.message(handles[3]).filter(has_text="Bluesky")).to_be_visible()

    ana.press(card, "Claim")
    ana.ask(f"/baton resolve {card.ref} fixed | an app that opens | the update is taken back")
    expect(ana.card(card)).to_contain_text(re.compile(r"✅ .*Fixed"))
    expect(ana.ask(f"/baton customer {handles[0]}")).to_contain_text("the update is taken back")
