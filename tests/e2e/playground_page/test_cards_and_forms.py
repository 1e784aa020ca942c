"""Cards, forms and Home: what the app shows, and how the page carries back what a person does."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.playground_page import samples
from tests.e2e.playground_page.app import Workspace
from tests.e2e.playground_page.window import OpenWindow, word


def test_button_shows_progress_then_the_card_is_drawn_anew_and_the_focus_stays(
    window: OpenWindow, workspace: Workspace
) -> None:
    ana = window("ana")
    ts = workspace.card(samples.conversation_card())
    card = ana.page.locator(f'#main .message[data-ts="{ts}"]')
    claim = card.get_by_role("button", name="Claim")
    claim.focus()
    ana.page.keyboard.press("Enter")
    expect(claim).to_have_attribute("aria-busy", "true")
    expect(card.get_by_text("Ana Lima")).to_be_visible()
    expect(card.get_by_role("button", name="Claim")).to_have_count(0)
    expect(card).to_be_focused()


def test_confirmation_is_asked_and_silence_of_the_app_is_told(window: OpenWindow, workspace: Workspace) -> None:
    ana = window("ana")
    ts = workspace.card(samples.rollup_card())
    crisis = ana.page.locator(f'#main .message[data-ts="{ts}"]').get_by_role("button", name="Propose crisis")
    crisis.click()
    question = ana.page.get_by_role("dialog", name="Propose a crisis?")
    question.get_by_role("button", name="Not now").click()
    expect(question).to_have_count(0)
    expect(crisis).to_be_focused()
    crisis.click()
    ana.page.get_by_role("button", name="Propose", exact=True).click()
    expect(crisis).to_have_attribute("aria-busy", "true")
    expect(ana.page.get_by_role("alert")).to_be_visible(timeout=6000)
    expect(crisis).not_to_have_attribute("aria-busy", "true")


def test_form_is_checked_at_its_fields_by_page_and_app_and_then_sent(window: OpenWindow) -> None:
    ana = window("ana")
    text = word()
    ana.send("/baton form")
    form = ana.form()
    expect(form.get_by_role("heading", name="Pass the baton")).to_be_visible()
    send = form.get_by_role("button", name="Pass to Product")
    send.click()
    to = form.get_by_role("combobox", name="To whom?")
    expect(to).to_be_focused()
    expect(form.locator(".at-fault")).to_have_count(2)
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("ArrowDown")
    ana.page.keyboard.press("Enter")
    expect(to).to_contain_text("Product")
    form.get_by_role("combobox", name="Who should know?").click()
    for name in ("grace", "hugo"):
        ana.page.get_by_role("combobox", name="Search").fill(name)
        ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("Escape")
    expect(form.locator(".chip")).to_have_text(["Grace Kim", "Hugo Weber"])
    ask = form.get_by_label("What do you ask of them?")
    ask.fill(text)
    expect(form.locator(".counter")).to_have_text(f"{372 - len(text)} left")
    send.click()
    expect(form.locator(".at-fault .input-fault")).to_have_text("Say please.")
    expect(ask).to_be_focused()
    expect(ask).to_have_attribute("aria-invalid", "true")
    ask.fill(f"{text} please")
    send.click()
    expect(ana.page.locator("dialog")).to_have_count(0)
    expect(ana.message(text)).to_contain_text("passed it to product")


def test_form_keeps_focus_inside_goes_deeper_and_back_and_escape_leaves_it(window: OpenWindow) -> None:
    ana = window("ana")
    ana.send("/baton form")
    form = ana.form()
    form.get_by_label("What do you ask of them?").fill("half a thought")
    for _ in range(25):
        ana.page.keyboard.press("Tab")
        assert ana.page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
    form.get_by_role("button", name="More…").click()
    expect(form.get_by_role("heading", name="One deeper")).to_be_visible()
    form.get_by_role("button", name="Back").click()
    expect(form.get_by_role("heading", name="Pass the baton")).to_be_visible()
    expect(form.get_by_label("What do you ask of them?")).to_have_value("half a thought")
    ana.page.keyboard.press("Escape")
    expect(ana.page.locator("dialog")).to_have_count(0)
    expect(ana.composer()).to_be_focused()


def test_home_is_what_the_app_published_and_answers_to_enter(window: OpenWindow) -> None:
    ana = window("ana", "#/home")
    name = word()
    expect(ana.page.get_by_role("heading", name="My batons")).to_be_visible()
    find = ana.page.get_by_label("Find a customer")
    find.fill(name)
    find.press("Enter")
    expect(ana.page.locator(".home")).to_contain_text(f"Nobody is called “{name}”.")
    expect(find).to_be_focused()
    expect(find).to_have_value(name)
