"""Takes the pictures of the documentation: `make pictures`. Starts the demo, plays a scene, and photographs it by day and night."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from docs.pictures.gallery import SECTIONS, write
from docs.pictures.palette import shrink
from docs.pictures.scene import Scene, play
from tests.e2e.browser import launch
from tests.e2e.demo import ROOT, Demo
from tests.e2e.floor.colleague import Colleague

FOLDER = Path(__file__).parent
MORNING = 10
"""The hour that the clocks of the pictures show."""

ZONES = (
    "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
    "America/Halifax", "America/Sao_Paulo", "Atlantic/South_Georgia", "Atlantic/Azores", "Europe/London", "Europe/Paris",
    "Europe/Athens", "Europe/Istanbul", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo",
    "Australia/Brisbane", "Pacific/Noumea", "Pacific/Auckland", "Pacific/Tongatapu",
)  # fmt: skip

ANSWERS = {
    "list": "list",
    "list-mine": "list mine",
    "show": "show {held}",
    "why": "why {held}",
    "customer": "customer Maya Okafor",
    "customer-choice": "customer brand",
    "customer-unknown": "customer Nobody Inparticular",
    "likely": "claim",
    "held-by-another": "release {edited}",
    "mistyped": "clam {new}",
    "help": "help",
    "help-verb": "help claim",
    "link": "link me",
    "stats": "stats",
    "settings": "settings",
    "doctor": "doctor",
    "digest": "digest now",
}
WEEK = {
    "digest-week": "digest",
    "measures-mood": "measures mood",
    "measures-together": "measures together",
}
PAST = ("--conversations", "4000", "--weeks", "10")
"""How long a past those see who look at a week."""

FORMS = {
    "form-pass": "pass {held}",
    "form-discuss": "discuss {new}",
    "form-reply": "reply {held}",
    "form-resolve": "resolve {held}",
    "form-escalate": "escalate {new}",
    "form-perspective": "perspective {new}",
    "form-note": "note {new}",
    "form-share": "share",
    "form-snooze": "snooze {new}",
    "form-customer": "customer",
    "form-bare": "discuss",
}
NOTICES = {
    "notice-asked": ("chloe", "asks Product to take"),
    "notice-accepted": ("finn", "took"),
    "notice-declined": ("ben", "declined to take"),
    "notice-wanted": ("ben", "asks you to pass"),
    "notice-escalated": ("elif", "escalates"),
    "notice-crisis": ("leo", "Crisis"),
    "notice-approve": ("ines", "asks Legal to approve"),
    "notice-wrote": ("ana", "wrote again in"),
    "notice-edited": ("jonas", "edited a post in"),
    "notice-deleted": ("ana", "deleted a post in"),
    "notice-warning": ("ana", "then it goes back to the floor"),
    "notice-ended": ("ana", "it is back on the floor"),
}


@dataclass
class Studio:
    """One light: a browser whose windows are all light or all dark."""

    browser: Browser
    scene: Scene
    scheme: str

    @contextmanager
    def window(self, user: str, hash: str = "#/floor", width: int = 1400, height: int = 900) -> Iterator[Colleague]:
        """A colleague's window."""
        dark = self.scheme == "dark"
        context = self.browser.new_context(
            bypass_csp=True,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(f"{self.scene.demo.url}/?user={user}{hash}")
        page.wait_for_selector("#main .feed li, #main .home-body > *", state="attached")
        page.add_style_tag(content=".jump, .hover-actions { visibility: hidden }")
        yield Colleague(page, self.scene.demo.url)
        context.close()

    def keep(self, what: Locator | Colleague, name: str) -> None:
        """Takes one picture."""
        path = FOLDER / f"{name}{'-dark' if self.scheme == 'dark' else ''}.png"
        if isinstance(what, Colleague):
            what.page.wait_for_timeout(400)
            what.page.screenshot(path=path, animations="disabled")
        else:
            expect(what).to_be_visible()
            what.page.mouse.move(2, 2)
            what.page.wait_for_timeout(150)
            what.screenshot(path=path, animations="disabled")
        shrink(path)


def the_floor(studio: Studio) -> None:
    """The README's picture: a thread open beside the floor."""
    held, people = studio.scene.cards["held"], studio.scene.demo.people
    for message in people.messages("ana"):
        if message["ephemeral"]:
            people.do("delete", "ana", channel="floor", ts=message["ts"])
    with studio.window("ana", f"#/floor/thread/{held.ts}") as ana:
        expect(ana.page.locator("#thread .message").last).to_contain_text("a new set is on its way")
        ana.page.locator("#main .feed").evaluate("feed => feed.scrollTo(0, feed.scrollHeight)")
        ana.page.locator("#thread .feed").evaluate("feed => feed.scrollTo(0, feed.scrollHeight)")
        studio.keep(ana, "floor")
    with studio.window("ana", "#/floor", width=420, height=860) as ana:
        studio.keep(ana, "phone")


def the_cards(studio: Studio) -> None:
    """A card in each of its states."""
    with studio.window("ana") as ana:
        for name in SECTIONS["A card in each of its states"]:
            card = ana.card(studio.scene.cards[name.removeprefix("card-")]).locator(".card")
            card.evaluate("card => card.scrollIntoView({ block: 'center' })")
            studio.keep(card, name)


def the_answers(studio: Studio) -> None:
    """What Baton answers to those who ask."""
    refs = {name: card.ref for name, card in studio.scene.cards.items()}
    with studio.window("ana", height=1400) as ana:
        for name, text in ANSWERS.items():
            studio.keep(ana.ask(f"/baton {text.format(**refs)}").locator(".card"), name)


def the_forms(studio: Studio) -> None:
    """Each form, and one that was sent with a mistake."""
    refs = {name: card.ref for name, card in studio.scene.cards.items()}
    with studio.window("ana") as ana:
        for name, text in FORMS.items():
            ana.send(f"/baton {text.format(**refs)}")
            studio.keep(ana.form(), name)
            if name == "form-resolve":
                ana.form().get_by_label("What the customer wanted").fill(" ")
                ana.form().get_by_role("button", name="Resolve", exact=True).click()
                expect(ana.form().locator(".at-fault")).to_have_count(1)
                studio.keep(ana.form(), "form-mistake")
            ana.form().get_by_role("button", name="Cancel").click()
            ana.no_form()
        ana.card(studio.scene.cards["held"]).locator("button.overflow").click()
        ana.page.get_by_role("menuitem", name="More…", exact=True).click()
        studio.keep(ana.form("More to do"), "form-more")
        ana.page.keyboard.press("Escape")
        ana.no_form()
    with studio.window("chloe") as chloe:
        chloe.press(studio.scene.cards["asked"], "Decline…")
        studio.keep(chloe.form(), "form-decline")
        chloe.form().get_by_role("button", name="Cancel").click()
        chloe.no_form()


def the_notices(studio: Studio) -> None:
    """What people are told directly."""
    people = studio.scene.demo.people
    for name, (user, words) in NOTICES.items():
        people.told(user, words)
        with studio.window(user, f"#/{people.direct(user)}") as window:
            message = window.page.locator("#main .message").filter(has_text=words).last
            studio.keep(message.locator(".card"), name)


def the_home(studio: Studio) -> None:
    """Home of somebody who holds a baton and of one who is asked to take one."""
    for user, name in (("ana", "home"), ("chloe", "home-asked")):
        with studio.window(user, "#/home", height=1100) as window:
            expect(window.page.get_by_role("heading", name="This week")).to_be_visible()
            studio.keep(window, name)


PARTS: tuple[Callable[[Studio], None], ...] = (
    the_floor,
    the_cards,
    the_answers,
    the_forms,
    the_notices,
    the_home,
)


def the_week(studio: Studio) -> None:
    """The digest of a company with a past, two of its details, and the home page of somebody who leads."""
    with studio.window("ana", height=1700) as ana:
        for name, text in WEEK.items():
            card = ana.ask(f"/baton {text}").locator(".card")
            expect(card.locator("img").first).to_be_visible()
            studio.keep(card, name)
    with studio.window("leo", "#/home", height=1500) as leo:
        expect(leo.page.locator(".home-body img").first).to_be_visible()
        studio.keep(leo, "home-management")


def company_at_ten(folder: Path) -> Path:
    """The sample company in a time zone where it is morning now, so that no picture tells at what hour it was taken."""
    company = json.loads((ROOT / "playground" / "sample" / "company.json").read_text("utf-8"))
    morning = min(ZONES, key=lambda zone: abs(datetime.now(ZoneInfo(zone)).hour - MORNING))
    for person in company["people"]:
        person["tz"] = morning
    path = folder / "company.json"
    path.write_text(json.dumps(company), "utf-8")
    return path


def photograph(browser: Browser, scene: Scene, parts: list[Callable[[Studio], None]]) -> None:
    """Takes the pictures of these parts by day and by night; ends where Slack would have complained."""
    for scheme in ("light", "dark"):
        for part in parts:
            part(Studio(browser, scene, scheme))
    if complaints := scene.demo.complaints():
        sys.exit("\n".join(complaints))


def main(wanted: list[str]) -> None:
    """Takes all pictures, or only those of the parts named, like `the_cards`."""
    parts = [part for part in PARTS if not wanted or part.__name__ in wanted]
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, browser = Path(temporary), launch(playwright)
        company = str(company_at_ten(folder))
        if parts:
            with Demo(folder / "data", PLAYGROUND_COMPANY=company) as demo:
                photograph(browser, play(demo), parts)
        if not wanted or the_week.__name__ in wanted:
            demo = Demo(folder / "past", PLAYGROUND_COMPANY=company)
            demo.data_dir.mkdir()
            demo.run_app("migrate")
            demo.run_app("seed", *PAST)
            with demo:
                photograph(browser, Scene(demo), [the_week])
        browser.close()
    write(FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
