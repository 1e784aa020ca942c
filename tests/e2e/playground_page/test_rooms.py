"""Channels that an app opens while people look on: who was brought in sees them, what they are for, and what is pinned."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.playground_page import samples
from tests.e2e.playground_page.app import Workspace
from tests.e2e.playground_page.test_looks import AXE, FAULTS
from tests.e2e.playground_page.window import OpenWindow, Window, word

ANA, BEN = "U0ANALIMA1", "U0BENOKORO"


def opened(workspace: Workspace, *members: str) -> tuple[str, str]:
    """A new channel of the app with these people in it: its id and its name."""
    name = word()
    channel = str(workspace.web.conversations_create(name=name)["channel"]["id"])
    if members:
        workspace.web.conversations_invite(channel=channel, users=members)
    return channel, name


def in_sidebar(window: Window, section: str, name: str) -> Locator:
    """The channel in one section of the sidebar."""
    part = window.page.locator("#sidebar .sidebar-section").filter(has=window.page.get_by_role("heading", name=section))
    return part.locator("a.room").filter(has_text=name)


def pins(window: Window) -> Locator:
    return window.page.get_by_role("region", name="Pinned")


def test_channel_that_opens_shows_up_as_new_for_those_brought_in(window: OpenWindow, workspace: Workspace) -> None:
    ana, chloe = window("ana"), window("chloe")
    channel, name = opened(workspace, ANA)
    mine = in_sidebar(ana, "Channels", name)
    expect(mine.locator(".tag")).to_have_text("New")
    expect(ana.page.locator("#announcer")).to_contain_text(f"You were brought into {name}")
    expect(in_sidebar(chloe, "Open to join", name)).to_be_visible()
    expect(chloe.page.locator("#sidebar .tag")).to_have_count(0)
    workspace.card(samples.rollup_card(), channel=channel)
    expect(mine.locator(".badge")).to_contain_text("1")
    ana.page.reload()
    expect(mine.locator(".tag")).to_have_text("New")
    mine.click()
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(mine.locator(".tag")).to_have_count(0)
    expect(mine.locator(".badge")).to_have_count(0)
    ana.page.reload()
    expect(mine).to_be_visible()
    expect(mine.locator(".tag")).to_have_count(0)


def test_channel_with_nothing_in_it_is_new_until_one_has_looked(window: OpenWindow, workspace: Workspace) -> None:
    _, name = opened(workspace, ANA)
    ana = window("ana")
    mine = in_sidebar(ana, "Channels", name)
    expect(mine.locator(".tag")).to_have_text("New")
    mine.click()
    expect(mine.locator(".tag")).to_have_count(0)
    expect(ana.page.locator(".feed-opening")).to_contain_text(name)
    ana.page.reload()
    expect(mine).to_be_visible()
    expect(mine.locator(".tag")).to_have_count(0)


def test_public_channel_is_found_and_joined_by_keyboard(window: OpenWindow, workspace: Workspace) -> None:
    _, name = opened(workspace)
    ben = window("ben")
    expect(in_sidebar(ben, "Open to join", name)).to_be_visible()
    ben.page.keyboard.press("Control+k")
    ben.page.get_by_role("combobox", name="Channel or person").fill(name)
    expect(ben.page.get_by_role("option").first).to_contain_text("not joined")
    ben.page.keyboard.press("Enter")
    join = ben.page.get_by_role("button", name="Join channel")
    expect(join).to_be_visible()
    join.press("Enter")
    expect(in_sidebar(ben, "Channels", name)).to_be_visible()
    expect(in_sidebar(ben, "Channels", name).locator(".tag")).to_have_count(0)


def test_topic_and_purpose_say_what_the_channel_is_for(window: OpenWindow, workspace: Workspace) -> None:
    channel, name = opened(workspace, ANA)
    workspace.web.conversations_setPurpose(channel=channel, purpose="Crisis 12: parcels arrive crushed")
    ana = window("ana", f"#/{name}")
    expect(ana.page.locator(".feed-opening")).to_contain_text("Crisis 12: parcels arrive crushed")
    topic = "Open since 12:04 · 31 posts &lt;!channel&gt; an hour · Ana has the baton"
    workspace.web.conversations_setTopic(channel=channel, topic=topic)
    about = ana.page.locator("#main .pane-about")
    expect(about).to_have_text("Open since 12:04 · 31 posts <!channel> an hour · Ana has the baton")
    workspace.web.conversations_setTopic(channel=channel, topic="All clear since 15:30")
    expect(about).to_have_text("All clear since 15:30")
    workspace.web.conversations_setTopic(channel=channel, topic="wide words " * 22)
    expect(about).to_have_attribute("title", ("wide words " * 22).strip())
    assert ana.page.locator("#main .pane-head").evaluate("head => head.offsetHeight") == 52


def test_what_is_pinned_stands_below_the_head_and_leads_to_it(window: OpenWindow, workspace: Workspace) -> None:
    channel, name = opened(workspace, ANA, BEN)
    board = workspace.card(samples.rollup_card(), "The board", channel)
    for number in range(60):
        workspace.web.chat_postMessage(channel=channel, text=f"line {number:02d}")
    ana, ben = window("ana", f"#/{name}"), window("ben", f"#/{name}")
    expect(pins(ana)).to_be_hidden()
    workspace.web.pins_add(channel=channel, timestamp=board)
    for each in (ana, ben):
        expect(pins(each)).to_contain_text("Baton The board")
        expect(each.page.locator(".message .pinned-mark")).to_have_text("Pinned")
    workspace.web.chat_update(channel=channel, ts=board, text="The board at 12:05", blocks=samples.rollup_card())
    expect(pins(ana)).to_contain_text("The board at 12:05")
    row = ana.page.locator(f'#main .message[data-ts="{board}"]')
    expect(row).not_to_be_in_viewport()
    expect(ana.composer()).to_be_focused()
    ana.page.keyboard.press("Shift+F6")
    ana.page.keyboard.press("Shift+F6")
    expect(ana.page.get_by_role("button", name="Pinned: Baton The board")).to_be_focused()
    ana.page.keyboard.press("Enter")
    expect(row).to_be_in_viewport()
    expect(row).to_be_focused()


def test_pin_from_long_ago_changes_without_leaving_a_gap(window: OpenWindow, workspace: Workspace) -> None:
    channel, name = opened(workspace, ANA)
    board = workspace.card(samples.rollup_card(), "The board", channel)
    for number in range(130):
        workspace.web.chat_postMessage(channel=channel, text=f"line {number:03d}")
    workspace.web.pins_add(channel=channel, timestamp=board)
    ana = window("ana", f"#/{name}")
    expect(ana.message("line 129")).to_be_visible()
    workspace.web.chat_update(channel=channel, ts=board, text="The board, later", blocks=samples.rollup_card())
    ana.page.get_by_role("button", name="Pinned: Baton The board, later").click()
    row = ana.page.locator(f'#main .message[data-ts="{board}"]')
    expect(row).to_be_focused()
    expect(row.locator("xpath=following-sibling::li[1]")).to_contain_text("line 000")


def test_several_pins_are_a_menu_and_go_when_their_message_goes(window: OpenWindow, workspace: Workspace) -> None:
    channel, name = opened(workspace, ANA)
    board = workspace.card(samples.rollup_card(), "The board", channel)
    said = str(workspace.as_person("POST", "message", user="ana", channel=channel, text="What we say")["ts"])
    inside = workspace.web.chat_postMessage(channel=channel, text="In the thread", thread_ts=board)["ts"]
    for ts in (board, said, str(inside)):
        workspace.web.pins_add(channel=channel, timestamp=ts)
    ana = window("ana", f"#/{name}")
    expect(pins(ana)).to_contain_text("In the thread")
    all_of_them = ana.page.get_by_role("button", name="3 pinned")
    all_of_them.press("Enter")
    expect(ana.page.get_by_role("menuitem")).to_have_text(
        ["Baton In the thread", "Ana Lima What we say", "Baton The board"]
    )
    ana.page.keyboard.press("ArrowDown")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator(f'#main .message[data-ts="{said}"]')).to_be_focused()
    workspace.as_person("POST", "delete", user="ana", channel=channel, ts=said)
    expect(ana.page.get_by_role("button", name="2 pinned")).to_be_visible()
    ana.page.get_by_role("button", name="Pinned: Baton In the thread").click()
    expect(ana.page.locator("#thread")).to_contain_text("In the thread")
    ana.go("#/floor")
    expect(pins(ana)).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_rooms_have_no_serious_fault_of_accessibility(window: OpenWindow, workspace: Workspace, scheme: str) -> None:
    channel, name = opened(workspace, ANA)
    opened(workspace, ANA)
    workspace.web.conversations_setTopic(channel=channel, topic="Open since 12:04 · 31 posts an hour")
    for text in ("The board", "A statement"):
        workspace.web.pins_add(channel=channel, timestamp=workspace.card(samples.rollup_card(), text, channel))
    ana = window("ana", f"#/{name}", color_scheme=scheme)
    expect(ana.page.locator(".message .pinned-mark")).to_have_count(2)
    expect(ana.page.locator("#sidebar .tag")).not_to_have_count(0)
    ana.page.evaluate(AXE)
    # What fades in has its colours by then.
    ana.page.wait_for_timeout(250)
    assert ana.page.evaluate(FAULTS) == []
    ana.page.get_by_role("button", name="2 pinned").click()
    ana.page.wait_for_timeout(250)
    assert ana.page.evaluate(FAULTS) == []


def test_narrow_screen_keeps_topic_and_pins_inside(window: OpenWindow, workspace: Workspace) -> None:
    channel, name = opened(workspace, ANA)
    workspace.web.conversations_setTopic(channel=channel, topic="Open since 12:04 · " + "x" * 200)
    workspace.web.pins_add(channel=channel, timestamp=workspace.card(samples.rollup_card(), "y" * 300, channel))
    ana = window("ana", f"#/{name}", viewport={"width": 420, "height": 860})
    expect(pins(ana)).to_be_visible()
    assert ana.page.evaluate("document.documentElement.scrollWidth") == 420
