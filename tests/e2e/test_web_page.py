"""The web page of measures as people use it: sign in with Slack, look, choose, follow a number, take a file along, sign out."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.calls import Json
from tests.e2e.measures_site import MeasuresSite, measures_site

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeasuresSite]:
    with measures_site(tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong: no error of the console, no request elsewhere."""
    opened = context.new_page()
    said: list[str] = []
    elsewhere: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: elsewhere.append(request.url) if "127.0.0.1" not in request.url else None)
    yield opened
    assert (said, elsewhere) == ([], [])


def sign_in(page: Page, running: MeasuresSite, name: str = "Ana Lima", path: str = "") -> None:
    page.goto(f"{running.url}{path}")
    page.get_by_role("link", name="Sign in with Slack").click()
    page.get_by_role("link", name=name).click()


def cells(page: Page, table: str) -> list[list[str]]:
    rows = page.locator(f"#table-{table} tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def printed(running: MeasuresSite) -> Json:
    found: Json = json.loads(running.demo.run_app("digest", "--format", "json"))
    return found


def test_a_colleague_signs_in_and_sees_the_figures_of_the_digest(running: MeasuresSite, page: Page) -> None:
    sign_in(page, running)
    expect(page.get_by_role("heading", name="Measures", exact=True)).to_be_visible()
    digest = printed(running)
    bands = {row[0]: row[1:] for row in cells(page, "bands")}
    assert bands["Heard"][0] == f"{digest['heard']['count']:,}"
    assert bands["Touched: a colleague has acted on it"][0] == f"{digest['touched']['count']:,}"
    assert bands["Changed something"][1] == f"{digest['changed']['share']} %"
    assert [row[1] for row in cells(page, "days")] == [f"{many:,}" for many in digest["heard"]["days"]]
    assert [row[1] for row in cells(page, "networks")] == [
        f"{row['heard']:,}" for row in digest["sentiment"]["networks"]
    ]


def test_every_chart_is_painted_for_day_and_night(running: MeasuresSite, page: Page) -> None:
    sign_in(page, running)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        images = page.locator("figure img")
        assert images.count() >= 4
        for at in range(images.count()):
            images.nth(at).scroll_into_view_if_needed()
            expect(images.nth(at)).to_have_js_property("complete", value=True)
            assert images.nth(at).evaluate("image => image.naturalWidth") > 0
            assert scheme in str(images.nth(at).evaluate("image => image.currentSrc"))
            assert len(images.nth(at).get_attribute("alt") or "") > 20


def test_another_time_and_a_filter_change_the_figures(running: MeasuresSite, page: Page) -> None:
    sign_in(page, running)
    week = cells(page, "bands")[0][1]
    page.get_by_role("link", name="Last 4 weeks").click()
    expect(page.get_by_role("link", name="Last 4 weeks")).to_have_attribute("aria-current", "true")
    month = cells(page, "bands")[0][1]
    assert int(month.replace(",", "")) > 2 * int(week.replace(",", ""))
    [name, heard, *_] = cells(page, "networks")[0]
    page.get_by_label("Network", exact=True).select_option(label=name)
    page.get_by_role("button", name="Show").click()
    assert cells(page, "bands")[0][1] == heard
    assert len(cells(page, "networks")) == 1
    expect(page.locator("#part-movement .missing")).to_contain_text("cannot be told of some conversations alone")
    page.get_by_role("link", name="Take the filters away").click()
    assert cells(page, "bands")[0][1] == month


def test_a_number_leads_to_its_conversations(running: MeasuresSite, page: Page) -> None:
    sign_in(page, running)
    [name, heard, *_] = cells(page, "networks")[0]
    page.locator("#table-networks tbody tr").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Conversations: heard")).to_be_visible()
    rows = cells(page, "conversations")
    assert len(rows) == min(int(heard.replace(",", "")), 200)
    assert {row[1] for row in rows} == {name}
    assert all(re.fullmatch(r"B-\d+", row[0]) for row in rows)
    page.get_by_role("link", name="Back to the measures").click()
    expect(page.get_by_role("heading", name="Measures", exact=True)).to_be_visible()


def test_a_table_is_taken_along_as_a_file(running: MeasuresSite, page: Page, tmp_path: Path) -> None:
    sign_in(page, running)
    with page.expect_download() as download:
        page.get_by_role("link", name="By network as CSV for spreadsheet programs").click()
    kept = tmp_path / "networks.csv"
    download.value.save_as(kept)
    assert download.value.suggested_filename.startswith("measures-networks-")
    words = kept.read_bytes()
    assert words.startswith(b"\xef\xbb\xbfname,heard,")
    rows = list(csv.DictReader(StringIO(words.decode("utf-8-sig"), newline="")))
    assert [int(row["heard"]) for row in rows] == [row["heard"] for row in printed(running)["sentiment"]["networks"]]


def test_signing_out_ends_it(running: MeasuresSite, page: Page) -> None:
    sign_in(page, running)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.goto(running.url)
    expect(page.get_by_role("link", name="Sign in with Slack")).to_be_visible()


def test_guests_and_strangers_are_kept_out(running: MeasuresSite, context: BrowserContext) -> None:
    for name in ("Pat Reed", "Nobody"):
        page = context.new_page()
        sign_in(page, running, name)
        expect(page.get_by_role("heading", name="Baton does not know you as a colleague.")).to_be_visible()
        page.goto(running.url)
        expect(page.get_by_role("link", name="Sign in with Slack")).to_be_visible()


def test_it_fits_a_narrow_screen_and_the_keyboard_reaches_everything(running: MeasuresSite, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    sign_in(page, running)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Last full week")).to_be_focused()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input:not([type=hidden]), select')].filter(field => !field.labels.length).length"
    )
    assert unnamed == 0
    page.goto(f"{running.url}/conversations")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_log_has_no_complaint_and_no_secret(running: MeasuresSite) -> None:
    log = (running.demo.data_dir / "logs" / "bot.log").read_text(errors="replace")
    assert [line for line in log.splitlines() if "Traceback" in line or "level='error'" in line] == []
    assert running.provider.secret not in log
    assert [code for code in running.provider.codes if code in log] == []
    assert running.provider.refused == []
