"""A colleague at their own window: what they press, type and see."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.people import Card
from tests.e2e.playground_page.window import Window
from tests.e2e.waiting import until


class Colleague(Window):
    """One person's window on the floor."""

    def card(self, card: Card) -> Locator:
        """A card in the channel."""
        return self.page.locator(f'#main .message[data-ts="{card.ts}"]')

    def press(self, card: Card, label: str) -> None:
        """Presses a button on a card."""
        self.card(card).get_by_role("button", name=label, exact=True).click()

    def choose(self, card: Card, label: str) -> None:
        """Chooses from a card's menu; what it has no room for is behind its last entry."""
        self.card(card).locator("button.overflow").click()
        entries = self.page.get_by_role("menuitem")
        expect(entries.first).to_be_visible()
        if label in entries.all_inner_texts():
            self.page.get_by_role("menuitem", name=label, exact=True).click()
            return
        self.page.get_by_role("menuitem", name="More…", exact=True).click()
        self.form("More to do").get_by_role("button", name=label, exact=True).click()

    def form(self, title: str = "") -> Locator:
        """The modal that is open, with this title."""
        dialog = self.page.locator("dialog.modal")
        expect(dialog).to_be_visible()
        if title:
            expect(dialog.get_by_role("heading", name=title, exact=True)).to_be_visible()
        return dialog

    def no_form(self) -> None:
        """No modal is open any more."""
        expect(self.page.locator("dialog")).to_have_count(0)

    def pick(self, form: Locator, label: str, *choices: str) -> None:
        """Chooses in a select of a form; one that takes several stays open until it is left."""
        form.get_by_role("combobox", name=label).click()
        for choice in choices:
            self.page.get_by_role("option", name=choice).first.click()
        if self.page.get_by_role("option").count():
            self.page.keyboard.press("Escape")

    def told_only_me(self) -> Locator:
        """The newest answer that only this person sees."""
        return self.page.locator(".message.ephemeral").last

    def thread(self, card: Card) -> Locator:
        """Opens a card's thread and gives its pane."""
        self.go(f"#/floor/thread/{card.ts}")
        pane = self.page.locator("#thread")
        expect(pane.locator("textarea[data-composer]")).to_be_visible()
        return pane

    def reply(self, card: Card, text: str) -> Locator:
        """Writes into a card's thread and gives the message."""
        pane = self.thread(card)
        field = pane.locator("textarea[data-composer]")
        field.fill(text)
        field.press("Enter")
        said = pane.locator(".message").filter(has_text=re.sub(r"^@\w+ ", "", text)).last
        expect(said).to_be_visible()
        return said

    def ask(self, text: str) -> Locator:
        """Types a slash command and gives the answer that only this person sees."""
        began = time.time()
        self.send(text)

        def fresh() -> str | None:
            # A window that has just opened may still be loading what was said before.
            every: list[str] = self.page.locator(".message.ephemeral").evaluate_all(
                "all => all.map(one => one.dataset.ts)"
            )
            return next((ts for ts in reversed(every) if float(ts) > began), None)

        return self.page.locator(f'.message.ephemeral[data-ts="{until(fresh, "an answer")}"]')


Enter = Callable[..., Colleague]
"""Opens a window for a person."""
