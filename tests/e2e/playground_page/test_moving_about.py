"""Moving about: keys, links, long histories, and a playground that was away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.playground_page.app import FLOOR, Workspace
from tests.e2e.playground_page.window import OpenWindow, word


def test_keyboard_alone_goes_anywhere(window: OpenWindow, workspace: Workspace) -> None:
    workspace.say("ben", word())
    ana = window("ana")
    expect(ana.page.locator("#main .message").last).to_be_visible()
    ana.page.keyboard.press("Control+k")
    ana.page.get_by_role("combobox", name="Channel or person").fill("manag")
    ana.page.keyboard.press("Enter")
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text("management")
    ana.page.keyboard.press("Control+k")
    ana.page.keyboard.type("chlo")
    ana.page.keyboard.press("Enter")
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text("Chloé Martin")
    ana.page.go_back()
    ana.page.go_back()
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text("floor")
    ana.page.locator("#main .feed").focus()
    ana.page.keyboard.press("ArrowUp")
    expect(ana.page.locator("#main .message").last).to_be_focused()
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator("#thread")).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator("#thread")).to_be_hidden()


def test_permalink_leads_to_the_message(window: OpenWindow, workspace: Workspace) -> None:
    text = word()
    ts = workspace.say("ben", text)
    ana = window("ana", "#/management")
    ana.page.goto(str(workspace.web.chat_getPermalink(channel=FLOOR, message_ts=ts)["permalink"]))
    expect(ana.page.locator(".message.pointed-at")).to_contain_text(text)


@pytest.mark.slow
def test_thousands_of_messages_keep_the_document_small_and_the_place(window: OpenWindow, workspace: Workspace) -> None:
    name = word()
    channel = str(workspace.web.conversations_create(name=name)["channel"]["id"])
    workspace.as_person("POST", "join", user="ana", channel=channel)
    for number in range(520):
        workspace.as_person("POST", "message", user="ana", channel=channel, text=f"number {number:04d}")
    ana = window("ben", f"#/{name}")
    expect(ana.message("number 0519")).to_be_visible()
    feed, rows = ana.page.locator("#main .feed"), ana.page.locator("#main .message")
    for oldest in (419, 319, 219, 119, 19):
        feed.evaluate("feed => { feed.scrollTop = 0 }")
        first = ana.message(f"number {oldest:04d}") if oldest else rows.first
        expect(first).to_be_attached()
        assert rows.count() <= 300
    expect(rows.first).to_be_attached()
    feed.evaluate("feed => { feed.scrollTop = 0 }")
    expect(ana.page.locator(".feed-opening")).to_be_attached()
    ana.page.get_by_role("button", name="Jump to latest").click()
    expect(ana.message("number 0519")).to_be_in_viewport()
    expect(ana.page.get_by_role("button", name="Join channel")).to_be_visible()


def test_scrolling_to_older_messages_does_not_move_what_is_read(window: OpenWindow, workspace: Workspace) -> None:
    name = word()
    channel = str(workspace.web.conversations_create(name=name)["channel"]["id"])
    workspace.as_person("POST", "join", user="ana", channel=channel)
    for number in range(130):
        workspace.as_person("POST", "message", user="ana", channel=channel, text=f"line {number:03d}")
    ana = window("ana", f"#/{name}")
    row = ana.message("line 036")
    expect(row).to_be_attached()
    feed = ana.page.locator("#main .feed")
    feed.evaluate("feed => { feed.scrollTop = 200 }")
    before = row.bounding_box()
    expect(ana.message("line 000")).to_be_attached()
    after = row.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 3


def test_page_reconnects_after_the_playground_was_away_and_catches_up(chromium: Browser, tmp_path: Path) -> None:
    away = Workspace(tmp_path)
    page = chromium.new_page()
    try:
        page.goto(f"{away.url}/?user=ana#/floor")
        expect(page.locator("#sidebar .connection")).to_have_text("Not connected")
        away.process.kill()
        expect(page.locator("#sidebar .connection")).to_contain_text("offline")
        page.locator("#main textarea").fill("lost?")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Start it again")
        expect(page.locator("#main textarea")).to_have_value("lost?")
        away.process.start()
        text = word()
        away.say("ben", text)
        expect(page.locator("#main .message").filter(has_text=text)).to_be_visible(timeout=20_000)
        expect(page.locator("#sidebar .connection")).to_have_text("Not connected")
    finally:
        page.close()
        away.close()
