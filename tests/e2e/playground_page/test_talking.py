"""Who is at the page, and what people say to each other and to the app on it."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.e2e.playground_page import samples
from tests.e2e.playground_page.app import FLOOR, Workspace
from tests.e2e.playground_page.window import OpenWindow, word


def test_page_without_a_name_is_the_first_person_and_remembers_who_was_chosen(window: OpenWindow) -> None:
    ana = window("", "")
    expect(ana.page.locator(".me")).to_contain_text("Ana Lima")
    ana.page.locator(".me").click()
    ana.page.get_by_role("menuitem", name="Grace Kim").click()
    expect(ana.page.locator(".me")).to_contain_text("Grace Kim")
    expect(ana.page.locator(".me")).to_contain_text("Sales")
    assert "user=grace" in ana.page.url
    ana.page.goto(f"{ana.url}/")
    expect(ana.page.locator(".me")).to_contain_text("Grace Kim")


def test_unknown_person_is_told_what_to_do(chromium: Browser, workspace: Workspace) -> None:
    page = chromium.new_page()
    page.goto(f"{workspace.url}/?user=nobody")
    expect(page.get_by_role("alert")).to_contain_text("Nobody here is")
    page.get_by_role("button", name="Be the first person").click()
    expect(page.locator(".me")).to_contain_text("Ana Lima")
    page.close()


def test_two_windows_are_two_people_with_unread_marks_and_mention_badges(window: OpenWindow) -> None:
    ana, elif_ = window("ana", "#/management"), window("elif")
    text = word()
    elif_.send(f"{text} for everyone")
    room = ana.page.locator("#sidebar a.room", has_text="floor")
    expect(room).to_have_class(re.compile("unread"))
    elif_.send(f"{text} for @ana and @support")
    expect(room.locator(".badge.loud")).to_be_visible()
    room.click()
    expect(ana.page.locator(".unread-line")).to_be_visible()
    expect(ana.message(f"{text} for @Ana Lima").locator(".mention.calls-me")).to_have_count(2)
    expect(room.locator(".badge")).to_have_count(0)
    ana.page.reload()
    expect(ana.message(text)).to_be_visible()
    expect(ana.page.locator(".unread-line")).to_have_count(0)


def test_person_writes_edits_reacts_and_deletes(window: OpenWindow) -> None:
    ana, ben = window("ana"), window("ben")
    text, after = word(), word()
    ana.composer().fill(f"{text} first line")
    ana.composer().press("Shift+Enter")
    ana.composer().press_sequentially("second line")
    ana.composer().press("Enter")
    expect(ben.message(text)).to_contain_text("second line")
    expect(ana.composer()).to_have_value("")

    ana.composer().press("ArrowUp")
    ana.page.get_by_role("textbox", name="Edit message").fill(f"{after} better")
    ana.page.keyboard.press("Enter")
    expect(ben.message(after).locator(".edited")).to_have_text("(edited)")

    ben.message(after).hover()
    ben.page.get_by_role("button", name="Add a reaction").click()
    ben.page.get_by_role("textbox", name="Search emoji").fill("rocket")
    ben.page.get_by_role("button", name="rocket").click()
    chip = ana.message(after).get_by_role("button", name="rocket: 1, by Ben Okoro")
    chip.click()
    expect(ana.message(after).get_by_role("button", name="rocket: 2")).to_have_attribute("aria-pressed", "true")

    ana.message(after).hover()
    ana.page.get_by_role("toolbar").get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Delete").click()
    ana.page.get_by_role("button", name="Delete", exact=True).click()
    expect(ben.message(after)).to_have_count(0)


def test_thread_counts_replies_and_leaves_a_tombstone_when_its_first_message_goes(
    window: OpenWindow, workspace: Workspace
) -> None:
    ana, ben = window("ana"), window("ben")
    text, reply = word(), word()
    ts = workspace.say("ana", text)
    ben.message(text).hover()
    ben.page.get_by_role("button", name="Reply in thread").click()
    thread = ben.page.locator("#thread textarea[data-composer]")
    expect(thread).to_be_focused()
    thread.fill(reply)
    thread.press("Enter")
    expect(ben.page.locator("#thread .message").filter(has_text=reply)).to_be_visible()
    expect(ana.message(text).get_by_role("button", name="1 reply")).to_be_visible()
    expect(ana.message(reply)).to_have_count(0)

    ana.message(text).get_by_role("button", name="1 reply").click()
    workspace.as_person("POST", "delete", user="ana", channel=FLOOR, ts=ts)
    expect(ana.page.locator("#main .message.gone").last).to_contain_text("This message was deleted")
    expect(ana.page.locator("#thread .message").filter(has_text=reply)).to_be_visible()
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator("#thread")).to_be_hidden()


def test_slash_command_completes_and_its_answer_is_only_visible_to_that_person(window: OpenWindow) -> None:
    ana, ben = window("ana"), window("ben")
    text = word()
    ana.composer().press_sequentially("/ba")
    options = ana.page.get_by_role("listbox", name="Commands").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("claim B-12 · customer maya · help")
    ana.page.keyboard.press("Tab")
    expect(ana.composer()).to_have_value("/baton ")
    expect(ana.page.locator("#main .usage-line")).to_contain_text("claim B-12")
    ana.composer().press_sequentially(text)
    ana.page.keyboard.press("Enter")
    expect(ana.message(text)).to_contain_text("Only visible to you")
    ben.send(f"{text} after")
    expect(ben.message(f"{text} after")).to_be_visible()
    expect(ben.page.locator(".message.ephemeral")).to_have_count(0)
    ana.message(f"You said {text}").get_by_role("button", name="Dismiss").click()
    expect(ana.message(f"You said {text}")).to_have_count(0)


def test_answers_are_not_missed_by_those_who_read_further_up(window: OpenWindow, workspace: Workspace) -> None:
    card = workspace.card(samples.conversation_card())
    for _ in range(8):
        workspace.card(samples.conversation_card())
    ana = window("ana")
    expect(ana.page.locator("#main .message").last).to_be_in_viewport()
    row = ana.page.locator(f'#main .message[data-ts="{card}"]')
    row.scroll_into_view_if_needed()
    row.locator("button.overflow").click()
    ana.page.get_by_role("menuitem").first.click()
    ana.page.get_by_role("button", name="An answer, only for you").click()
    expect(ana.message("You chose")).to_be_in_viewport()

    row.scroll_into_view_if_needed()
    expect(ana.page.get_by_role("button", name="Jump to latest")).to_be_visible()
    text = word()
    ana.send(f"/baton {text}")
    expect(ana.message(f"You said {text}")).to_be_in_viewport()


def test_completion_is_gone_when_a_whole_command_is_sent(window: OpenWindow) -> None:
    ana = window("ana")
    ana.composer().press_sequentially("/baton")
    expect(ana.page.get_by_role("listbox", name="Commands")).to_be_visible()
    ana.page.keyboard.press("Enter")
    expect(ana.composer()).to_have_value("")
    expect(ana.page.get_by_role("listbox", name="Commands")).to_have_count(0)


def test_names_and_channels_complete(window: OpenWindow) -> None:
    ana = window("ana")
    ana.composer().press_sequentially("@el")
    ana.page.keyboard.press("Enter")
    expect(ana.composer()).to_have_value("@elif ")
    ana.composer().press_sequentially("#man")
    ana.page.keyboard.press("Enter")
    expect(ana.composer()).to_have_value("@elif #management ")
    ana.page.keyboard.press("Enter")
    expect(ana.message("@Elif Kaya").last.locator("a.mention")).to_have_text("#management")


def test_slash_command_in_a_thread_is_refused_with_a_way_out_and_stays_in_the_field(
    window: OpenWindow, workspace: Workspace
) -> None:
    ts = workspace.say("ana", word())
    ana = window("ana", f"#/{FLOOR}/thread/{ts}")
    thread = ana.page.locator("#thread textarea[data-composer]")
    thread.fill("/baton claim")
    thread.press("Enter")
    expect(ana.page.get_by_role("alert")).to_contain_text("cannot be used in threads")
    expect(thread).to_have_value("/baton claim")


def test_message_shortcut_and_mention_reach_the_app(window: OpenWindow) -> None:
    ana = window("ana")
    text = word()
    ana.send(f"{text} to hear")
    ana.message(text).hover()
    ana.page.get_by_role("toolbar").get_by_role("button", name="More actions").click()
    ana.page.get_by_role("menuitem", name="Make it a conversation").click()
    expect(ana.message(text).get_by_role("button", name="1 reply")).to_be_visible()
    ana.send(f"@baton {text} hello")
    expect(ana.message(f"{text} hello").get_by_role("button", name="1 reply")).to_be_visible()
