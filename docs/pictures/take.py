"""Takes the pictures of the documentation: `make pictures`. Starts the demo, plays a scene, and photographs it by day and night."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, expect, sync_playwright

from docs.pictures.gallery import SECTIONS, write
from docs.pictures.loop import AskedFor
from docs.pictures.palette import shrink
from docs.pictures.scene import Scene, play
from tests.e2e.browser import launch
from tests.e2e.demo import ROOT, Demo
from tests.e2e.floor.colleague import Colleague
from tests.e2e.people import words_of
from tests.e2e.waiting import until

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
    "measures-forecast": "measures forecast",
    "measures-campaigns": "measures campaigns",
}
LANGUAGES = ("de", "fr")
PAST = ("--conversations", "6000", "--weeks", "16")
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
        with studio.window(user, "#/home", height=1300) as window:
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
    """The digest of a company with a past, some of its details, and the home page of somebody who leads."""
    with studio.window("ana", height=2000) as ana:
        for name, text in WEEK.items():
            studio.keep(_drawn(ana, f"/baton {text}"), name)
    with studio.window("leo", "#/home", height=1500) as leo:
        expect(leo.page.locator(".home-body img").first).to_be_visible()
        studio.keep(leo, "home-management")


def the_languages(studio: Studio) -> None:
    """The same digest for those who read another language."""
    with studio.window("ana", height=2000) as ana:
        for language in LANGUAGES:
            expect(ana.ask(f"/baton settings language {language}")).to_be_visible()
            studio.keep(_drawn(ana, "/baton digest"), f"digest-week-{language}")
        expect(ana.ask("/baton settings language en")).to_be_visible()


def _drawn(window: Colleague, text: str) -> Locator:
    """The card that answers, with its chart."""
    card = window.ask(text).locator(".card")
    expect(card.locator("img").first).to_have_js_property("complete", value=True, timeout=30_000)
    return card


def before_they_are_told(asked: AskedFor) -> Callable[[Studio], None]:
    """The form by which all who asked for an idea are told."""

    def the_form(studio: Studio) -> None:
        with studio.window("ana") as ana:
            ana.send(f"/baton tell {asked.ref}")
            studio.keep(ana.form(), "form-tell")
            ana.form().get_by_role("button", name="Cancel").click()
            ana.no_form()

    return the_form


def after_they_are_told(asked: AskedFor) -> Callable[[Studio], None]:
    """The idea's card then."""

    def the_card(studio: Studio) -> None:
        with studio.window("ana", height=1400) as ana:
            studio.keep(ana.ask(f"/baton idea {asked.ref}").locator(".card"), "idea-shipped")

    return the_card


def the_loop(browser: Browser, scene: Scene) -> None:
    """An idea whose askers are told: the form before, the card after."""
    asked = AskedFor.by_twelve(scene)
    photograph(browser, scene, [before_they_are_told(asked)])
    asked.tell()
    photograph(browser, scene, [after_they_are_told(asked)])


def at_ten() -> str:
    """A time zone where it is morning now, so that no picture tells at what hour it was taken."""
    return min(ZONES, key=lambda zone: abs(datetime.now(ZoneInfo(zone)).hour - MORNING))


def company_in(zone: str, folder: Path) -> Path:
    """The sample company with all its people in one time zone."""
    company = json.loads((ROOT / "playground" / "sample" / "company.json").read_text("utf-8"))
    for person in company["people"]:
        person["tz"] = zone
    path = folder / f"{zone.replace('/', '-')}.json"
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

    def chosen(*parts: Callable[[Studio], None]) -> list[Callable[[Studio], None]]:
        return [part for part in parts if not wanted or part.__name__ in wanted]

    looped = not wanted or the_loop.__name__ in wanted
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, browser = Path(temporary), launch(playwright)
        if parts := chosen(*PARTS):
            with Demo(folder / "data", PLAYGROUND_COMPANY=str(company_in(at_ten(), folder))) as demo:
                photograph(browser, play(demo), parts)
        if (parts := chosen(the_week, the_languages)) or looped:
            # A week has its days where the company is: whoever reads of it is there, too.
            with a_past(folder) as demo:
                photograph(browser, Scene(demo), parts)
                if looped:
                    the_loop(browser, Scene(demo))
        browser.close()
    write(FOLDER)


@contextmanager
def a_past(folder: Path) -> Iterator[Demo]:
    """The demo of a company that has used it for a while; its forecast is made."""
    demo = Demo(folder / "past", PLAYGROUND_COMPANY=str(company_in("Europe/Paris", folder)))
    demo.data_dir.mkdir()
    demo.run_app("migrate")
    demo.run_app("seed", *PAST)
    with demo:
        until(lambda: _foretold(demo), "the forecast is made", 240)
        yield demo


def _foretold(demo: Demo) -> bool:
    demo.people.do("slash", "ana", channel="floor", text="/baton measures forecast")
    time.sleep(10)
    return any("This is a forecast" in words_of(message) for message in demo.people.messages("ana"))


if __name__ == "__main__":
    main(sys.argv[1:])
