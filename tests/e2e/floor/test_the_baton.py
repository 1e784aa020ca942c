"""The baton between hands: claimed, passed, accepted, declined, raced for, and laid down with an outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable

from playwright.sync_api import Response, expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Colleague, Enter
from tests.e2e.front_door import written
from tests.e2e.people import Card
from tests.e2e.playground_page.window import word
from tests.e2e.waiting import until


def test_a_post_goes_from_hand_to_hand_until_its_outcome_is_on_the_customers_record(demo: Demo, enter: Enter) -> None:
    ana, chloe = enter("ana"), enter("chloe")
    mark, handle = word(), f"rosa_{word()}"
    author = {"handle": handle, "display_name": f"Rosa {handle}", "followers": 12_400}
    card = demo.hear(written(f"Third parcel that arrives crushed {mark}", author=author))
    heard = ana.card(card)
    expect(heard).to_contain_text(f"X · {card.ref}")
    expect(heard).to_contain_text(f"Rosa {handle} @{handle} · 12.4k followers")
    expect(heard).to_contain_text("on the floor since")

    ana.press(card, "Claim")
    expect(chloe.card(card)).to_contain_text(re.compile(r"Baton +Ana Lima \(Support\) until \d\d:\d\d"))

    ana.press(card, "Pass…")
    form = ana.form("Pass B-" + card.ref[2:])
    ana.pick(form, "Pass to", "Product")
    form.get_by_label("What you ask of them").fill("is this the new box?")
    form.get_by_role("button", name="Pass", exact=True).click()
    ana.no_form()
    expect(chloe.card(card)).to_contain_text("Ana Lima asks Product: “is this the new box?”")
    demo.people.told("chloe", card.ref, "is this the new box?")

    chloe.press(card, "Accept")
    expect(ana.card(card)).to_contain_text(re.compile(r"Baton +Chloé Martin \(Product\) until .* · Support → Product"))
    demo.people.told("ana", f"Chloé Martin (Product) took {card.ref}")

    chloe.press(card, "Resolve…")
    form = chloe.form()
    form.get_by_label("What we changed").fill("back to the old box")
    form.get_by_role("button", name="Resolve", exact=True).click()
    fault = form.locator(".at-fault .input-fault")
    expect(fault).to_have_text("Please fill this in.")
    form.get_by_label("What the customer wanted").fill("   ")
    form.get_by_role("button", name="Resolve", exact=True).click()
    expect(fault).to_have_text("What the customer wanted is needed.")
    expect(form.get_by_label("What we changed")).to_have_value("back to the old box")
    form.get_by_label("What the customer wanted").fill("parcels that arrive whole")
    chloe.pick(form, "Outcome", "Fixed")
    form.get_by_role("button", name="Resolve", exact=True).click()
    chloe.no_form()
    closed = ana.card(card)
    expect(closed).to_contain_text(re.compile(rf"✅ {card.ref} Fixed in .* by Chloé Martin \(Product\) with Support"))
    expect(closed).to_contain_text("wanted: parcels that arrive whole · changed: back to the old box")
    expect(closed.locator(".block-actions button")).to_have_text(["Reopen", "Show"])

    record = ana.ask(f"/baton customer {handle}")
    expect(record).to_contain_text(f"Rosa {handle}")
    expect(record).to_contain_text("Fixed")


_CLICK = """(button, at) => {
    window.pressing = new Promise((done) => setTimeout(() => {
        const there = button.isConnected;
        button.click();
        done(there);
    }, at - Date.now()));
}"""


def at_the_same_instant(windows: Iterable[Colleague], card: Card, label: str) -> bool:
    """Presses a button in several windows at one moment of the clock they share. False where one came too late: its window
    showed already what the other had done, or was about to, so that the workspace took no press of it any more."""
    windows = list(windows)
    answers = [_Answers(window) for window in windows]
    at = windows[0].page.evaluate("Date.now() + 700")
    for window in windows:
        window.card(card).get_by_role("button", name=label, exact=True).evaluate(_CLICK, at)
    there = [bool(window.page.evaluate("window.pressing")) for window in windows]
    return all(there) and all(each.taken() for each in answers)


class _Answers:
    """What the workspace answers to the presses of one window."""

    def __init__(self, window: Colleague) -> None:
        self._page, self._heard = window.page, list[Response]()
        self._page.on("response", self._hear)

    def _hear(self, answer: Response) -> None:
        if "/user/click" in answer.url:
            self._heard.append(answer)

    def taken(self) -> bool:
        """Waits for the answer; was the button still there for the workspace?"""
        for _ in range(250):
            if self._heard:
                return bool(self._heard[-1].json()["ok"])
            self._page.wait_for_timeout(20)
        raise AssertionError("a press was not answered")


def raced(demo: Demo, windows: Iterable[Colleague]) -> Card:
    """A card that two have tried to claim at the same instant."""
    windows = list(windows)
    for _ in range(5):
        card = demo.hear(written(f"Who takes this one? {word()}", handle=word()))
        for window in windows:
            expect(window.card(card)).to_be_visible()
        if at_the_same_instant(windows, card, "Claim"):
            return card
    raise AssertionError("five times one of the two came too late")


def test_of_two_who_claim_at_the_same_instant_one_wins_and_the_other_is_told_what_to_do(
    demo: Demo, enter: Enter
) -> None:
    names = {"ana": "Ana Lima", "finn": "Finn Olsen"}
    windows = {user: enter(user) for user in names}
    for next_step in ("Join", "Ask"):
        card = raced(demo, windows.values())
        expect(windows["ana"].card(card)).to_contain_text(re.compile(r"Baton +\w+ \w+ \(\w+\) until"))
        held = windows["ana"].card(card).inner_text()
        (winner,) = [user for user, name in names.items() if f"{name} (" in held]
        (loser,) = names.keys() - {winner}
        expect(windows[loser].card(card)).to_contain_text(f"{names[winner]} (")
        told = windows[loser].told_only_me()
        expect(told).to_contain_text(re.compile(rf"{names[winner]} holds the baton of {card.ref} until \d\d:\d\d"))
        expect(windows[winner].page.locator(".message.ephemeral").filter(has_text=card.ref)).to_have_count(0)
        offered = told.get_by_role("button").filter(has_not_text="Dismiss")
        expect(offered).to_have_text(["Join", f"Ask {names[winner]} to pass"])
        offered.filter(has_text=next_step).click()
        if next_step == "Join":
            expect(windows[winner].card(card)).to_contain_text(re.compile(rf"With +{names[loser]}"))
        else:
            form = windows[loser].form()
            form.get_by_label("What you ask of them").fill("I know her")
            form.get_by_role("button", name="Pass", exact=True).click()
            windows[loser].no_form()
            demo.people.told(winner, f"{names[loser]} ", f"asks you to pass {card.ref}", "I know her")
        told = windows[loser].page.locator(".message.ephemeral").filter(has_text=f"holds the baton of {card.ref}")
        told.get_by_role("button", name="Dismiss").click()
        expect(told).to_have_count(0)


def test_a_declined_pass_stays_with_the_giver_who_is_told_why(demo: Demo, enter: Enter) -> None:
    card = demo.hear(written(f"Please tell me where it is {word()}", handle=word()))
    demo.people.do("slash", "ana", channel="floor", text=f"/baton claim {card.ref}")
    demo.people.do("slash", "ana", channel="floor", text=f"/baton pass {card.ref} @jonas where is it?")
    jonas = enter("jonas")
    expect(jonas.card(card)).to_contain_text("Ana Lima asks Jonas Berg: “where is it?”")
    jonas.press(card, "Decline…")
    form = jonas.form()
    form.get_by_label("Why").fill("not one of our parcels")
    form.get_by_role("button", name="Decline", exact=True).click()
    jonas.no_form()
    expect(jonas.card(card)).to_contain_text(re.compile(r"Ana Lima \(Support\) until .* · declined once"))
    demo.people.told("ana", f"Jonas Berg (Logistics) declined to take {card.ref}", "not one of our parcels")


def test_a_baton_is_kept_given_back_and_taken_for_a_named_time(demo: Demo, enter: Enter) -> None:
    card = demo.hear(written(f"A small thing {word()}", handle=word()))
    ana = enter("ana")
    ana.send(f"/claim {card.ref} for 2h")
    held = ana.card(card).locator("time").last
    expect(ana.card(card)).to_contain_text("Ana Lima (Support) until")
    left = "time => (Number(time.dataset.at) - Date.now()) / 60000"
    assert 118 < held.evaluate(left) <= 120
    ana.ask(f"/baton renew {card.ref} 30m")
    until(lambda: held.evaluate(left) <= 30, "the card shows the shorter time")
    ana.choose(card, "Keep it")
    ana.choose(card, "Give it back")
    expect(ana.card(card)).to_contain_text("back on the floor since")
    expect(ana.card(card).get_by_role("button", name="Claim")).to_be_visible()
