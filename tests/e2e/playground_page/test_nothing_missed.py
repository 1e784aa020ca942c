"""What is posted while the page is still opening is on it: nothing falls between what is read and what is told."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.playground_page.app import Workspace
from tests.e2e.playground_page.window import word

LATE = 2500
"""Milliseconds by which an answer of the server is held up."""


def opened(chromium: Browser, workspace: Workspace, path: str, hold_up: Callable[[Page, Route], None]) -> Page:
    """A page for which the answers at a path are held up."""
    page = chromium.new_page()
    page.route(f"**/user/{path}?**", lambda route: hold_up(page, route))
    page.goto(f"{workspace.url}/?user=ana#/floor")
    return page


def test_message_that_comes_before_the_stream_is_open(chromium: Browser, workspace: Workspace) -> None:
    text = word()

    def hold_up(page: Page, route: Route) -> None:
        page.wait_for_timeout(LATE)
        workspace.say("ben", text)
        route.continue_()

    page = opened(chromium, workspace, "stream", hold_up)
    expect(page.locator("#main .message").filter(has_text=text)).to_be_visible(timeout=LATE + 5000)
    page.context.close()


def test_message_that_comes_while_the_channel_is_on_its_way(chromium: Browser, workspace: Workspace) -> None:
    text = word()

    def hold_up(page: Page, route: Route) -> None:
        answer = route.fetch()
        workspace.say("ben", text)
        page.wait_for_timeout(LATE)
        route.fulfill(response=answer)

    page = opened(chromium, workspace, "messages", hold_up)
    expect(page.locator("#main .message").filter(has_text=text)).to_be_visible(timeout=LATE + 5000)
    page.context.close()
