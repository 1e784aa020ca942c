"""How the page looks and who can use it: accessibility, light and dark, narrow screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.playground_page import samples
from tests.e2e.playground_page.app import FLOOR, Workspace
from tests.e2e.playground_page.window import OpenWindow

AXE = (Path(__file__).parents[1] / "js/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
FAULTS = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 200)).join(" | ")}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(window: OpenWindow, workspace: Workspace, scheme: str) -> None:
    ts = workspace.card(samples.conversation_card())
    for blocks in (samples.customer_card(), samples.digest_card(), samples.elements_card(), samples.rollup_card()):
        workspace.card(blocks)
    workspace.say("ben", "A *reply* with `code`, @ana\n> quoted\n- item", thread_ts=ts)
    ana = window("ana", color_scheme=scheme)
    ana.send("/baton list")
    expect(ana.message("You said")).to_be_visible()
    found: list[str] = []

    def look(state: str) -> None:
        ana.page.wait_for_timeout(250)
        ana.page.evaluate(AXE)
        found.extend(f"{scheme} {state}: {fault}" for fault in ana.page.evaluate(FAULTS))

    look("channel")
    ana.message("You said").hover()
    look("hover")
    ana.go(f"#/{FLOOR}/thread/{ts}")
    expect(ana.page.locator("#thread .message").last).to_contain_text("quoted")
    look("thread")
    ana.go("#/home")
    expect(ana.page.get_by_role("heading", name="My batons")).to_be_visible()
    look("home")
    ana.go("#/floor")
    ana.composer().press_sequentially("/")
    look("completion")
    ana.composer().fill("")
    ana.page.keyboard.press("Control+k")
    look("switcher")
    ana.page.keyboard.press("Escape")
    ana.page.locator(".me").click()
    look("people")
    ana.page.keyboard.press("Escape")
    ana.send("/baton form")
    form = ana.form()
    look("form")
    form.get_by_role("combobox", name="Who should know?").click()
    look("choices")
    ana.page.keyboard.press("Escape")
    form.get_by_role("button", name="Pass to Product").click()
    look("faults")
    form.get_by_role("button", name="Keep it").click()
    assert found == []


def test_theme_is_chosen_and_remembered(window: OpenWindow) -> None:
    ana = window("ana", color_scheme="light")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = ana.page.evaluate(colour)
    ana.page.get_by_role("button", name="Theme: as the system").click()
    ana.page.get_by_role("button", name="Theme: light").click()
    dark = ana.page.evaluate(colour)
    assert dark != light
    ana.page.reload()
    expect(ana.page.get_by_role("button", name="Theme: dark")).to_be_visible()
    assert ana.page.evaluate(colour) == dark


def test_narrow_screen_folds_the_sidebar_and_never_scrolls_sideways(window: OpenWindow, workspace: Workspace) -> None:
    ts = workspace.card(samples.conversation_card())
    for blocks in (samples.customer_card(), samples.digest_card(), samples.elements_card()):
        workspace.card(blocks)
    workspace.card([samples.words(samples.HOSTILE[:2900])])
    ana = window("ana", viewport={"width": 420, "height": 860})
    expect(ana.message("Elements")).to_be_attached()
    assert ana.page.evaluate("document.documentElement.scrollWidth") == 420
    assert ana.page.locator("#main .feed").evaluate("feed => feed.scrollWidth - feed.clientWidth") == 0
    sidebar = ana.page.locator("#sidebar")
    expect(sidebar).not_to_be_in_viewport()
    ana.page.get_by_role("button", name="Channels").click()
    expect(sidebar).to_be_in_viewport()
    sidebar.get_by_role("link", name="management").click()
    expect(sidebar).not_to_be_in_viewport()
    ana.go(f"#/{FLOOR}/thread/{ts}")
    expect(ana.page.locator("#thread")).to_be_visible()
    expect(ana.page.locator("#main")).to_be_hidden()
    ana.page.get_by_role("button", name="Close thread").click()
    expect(ana.page.locator("#main")).to_be_visible()
