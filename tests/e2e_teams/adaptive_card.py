"""An Adaptive Card as a person sees it in the client's page: its words, inputs and buttons."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class AdaptiveCard:
    """The card at a place of the page, also after it has changed there."""

    def __init__(self, page: Page, at: Locator) -> None:
        self.page = page
        self.at = at

    @property
    def words(self) -> str:
        """All its words, with single spaces."""
        return " ".join(self.at.inner_text().split())

    def shows(self, *words: str | re.Pattern[str]) -> None:
        """Waits until it shows all of these."""
        for each in words:
            expect(self.at).to_contain_text(each)

    def lacks(self, *words: str) -> None:
        """Waits until it shows none of these."""
        for each in words:
            expect(self.at).not_to_contain_text(each)

    def buttons(self) -> list[str]:
        """The labels of the buttons that are seen without opening anything."""
        labels = self.at.locator(".ac-pushButton, button").all_inner_texts()
        return [label for each in labels if (label := each.strip()) and label != "..."]

    def more(self) -> list[str]:
        """The labels behind the last `...`."""
        self._open_more(-1)
        labels = [each.strip() for each in self.page.get_by_role("menuitem").all_inner_texts()]
        self.page.keyboard.press("Escape")
        expect(self.page.get_by_role("menuitem")).to_have_count(0)
        return labels

    def press(self, label: str) -> None:
        """Presses a button, or the entry of that name behind one of its `...`."""
        expect(self.at).to_be_visible()
        button = self.at.get_by_role("button", name=label, exact=True)
        overflows = self.at.get_by_role("button", name="More options", exact=True)
        expect(button.or_(overflows).first).to_be_visible()
        if button.count():
            button.first.click()
            return
        for place in range(overflows.count()):
            self._open_more(place)
            entry = self.page.get_by_role("menuitem", name=label, exact=True)
            if entry.count():
                entry.click()
                return
            self.page.keyboard.press("Escape")
        raise AssertionError(f"no button {label!r} on: {self.words}")

    def _open_more(self, place: int) -> None:
        self.at.get_by_role("button", name="More options", exact=True).nth(place).click()
        expect(self.page.get_by_role("menuitem").first).to_be_visible()

    def fill(self, label: str, value: str) -> None:
        """Writes into an input of text, number, date or time."""
        self.at.get_by_label(label).first.fill(value)

    def value(self, label: str) -> str:
        """What an input of text holds."""
        return self.at.get_by_label(label).first.input_value()

    def pick(self, label: str, *choices: str) -> None:
        """Chooses from a list that opens; one that takes several is closed afterwards."""
        box = self.at.get_by_role("combobox", name=label)
        box.click()
        several = self.page.get_by_role("menuitemcheckbox")
        entries = self.page.get_by_role("option").or_(several)
        expect(entries.first).to_be_visible()
        for choice in choices:
            entries.filter(has_text=choice).first.click()
        if entries.count():
            self.page.keyboard.press("Escape")

    def choices(self, label: str) -> list[str]:
        """What a list that opens offers."""
        self.at.get_by_role("combobox", name=label).click()
        entries = self.page.get_by_role("option").or_(self.page.get_by_role("menuitemcheckbox"))
        expect(entries.first).to_be_visible()
        offered = [each.strip() for each in entries.all_inner_texts()]
        self.page.keyboard.press("Escape")
        return offered

    def tick(self, label: str) -> None:
        """Ticks a box, or one of several round ones."""
        self.at.get_by_label(label, exact=True).click()

    def told(self) -> Locator:
        """The line that the client shows below the card after a press: what the bot answered, in words or as an error."""
        holder = self.at.locator("xpath=ancestor::*[.//button[@aria-label='Dismiss Invoke Message']][1]")
        return holder.get_by_role("button", name="Dismiss Invoke Message").locator("xpath=..").first
