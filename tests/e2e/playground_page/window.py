"""One person's page in a browser, and what the tests do in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from playwright.sync_api import Locator, Page, Request, expect


def word() -> str:
    """A word that no other message holds, long enough that a short sentence with another one does not say the same."""
    return f"w{uuid4().hex[:20]}"


@dataclass
class Window:
    """One person's page, with what went wrong in it and what it asked of the network."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Keeps errors and requests."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def go(self, hash: str) -> None:
        """Follows an address after the #."""
        self.page.evaluate("hash => { location.hash = hash }", hash)

    def message(self, text: str) -> Locator:
        """The newest message in the middle that holds this text."""
        return self.page.locator("#main .message").filter(has_text=text).last

    def composer(self) -> Locator:
        """The field at the bottom of the middle."""
        return self.page.locator("#main textarea[data-composer]")

    def send(self, text: str) -> None:
        """Types and sends."""
        self.composer().fill(text)
        self.composer().press("Enter")

    def form(self) -> Locator:
        """The modal that is open."""
        dialog = self.page.locator("dialog.modal")
        expect(dialog).to_be_visible()
        return dialog


OpenWindow = Callable[..., Window]
