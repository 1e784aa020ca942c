"""How the playground's page draws Slack's text and blocks, and that outside text can do nothing but be read."""

from __future__ import annotations

import datetime as dt
import urllib.request
from collections.abc import Iterator
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.e2e.playground_page import samples
from tests.e2e.playground_page.app import FLOOR, Workspace
from tests.e2e.playground_page.window import OpenWindow, Window

DRAW = """async ([text, verbatim]) => {
  const { mrkdwn } = await import("/ui/mrkdwn.js");
  const holder = document.createElement("div");
  holder.append(...mrkdwn(text, { verbatim }));
  return holder.innerHTML.replace(/<bdi>|<\\/bdi>| dir="auto"| target="_blank"| rel="noopener noreferrer"| title="[^"]*"/g, "");
}"""


@pytest.fixture
def ana(window: OpenWindow) -> Window:
    return window("ana")


@pytest.fixture(scope="module")
def reader(chromium: Browser, workspace: Workspace) -> Iterator[Page]:
    """Ana's page, for texts that are drawn and thrown away."""
    page = chromium.new_page()
    page.goto(f"{workspace.url}/?user=ana#/floor")
    expect(page.locator(".me")).to_contain_text("Ana")
    yield page
    page.close()


def drawn(page: Page, text: str, *, verbatim: bool = False) -> str:
    return str(page.evaluate(DRAW, [text, verbatim]))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~ `code`", "<p><strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code></p>"),
        ("_all *of* it_", "<p><em>all <strong>of</strong> it</em></p>"),
        ("2*3*4 snake_case_name a~b~c", "<p>2*3*4 snake_case_name a~b~c</p>"),
        ("* not bold * _ nor italic _", "<p>* not bold * _ nor italic _</p>"),
        ("`*plain* <@U1>`", "<p><code>*plain* &lt;@U1&gt;</code></p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("&gt; said\n&gt; twice\nbefore", "<blockquote>said<br>twice</blockquote><p>before</p>"),
        ("• one\n• two", '<ul class="bullets"><li>one</li><li>two</li></ul>'),
        ("a ``` b", "<p>a ``` b</p>"),
        ("&lt;b&gt; &amp;amp;", "<p>&lt;b&gt; &amp;amp;</p>"),
        ("<@U0BENOKORO>", '<p><span class="mention">@Ben Okoro</span></p>'),
        ("<@U0ANALIMA1>", '<p><span class="mention calls-me">@Ana Lima</span></p>'),
        ("<!subteam^S0SUPPORT1>", '<p><span class="mention calls-me">@support</span></p>'),
        ("<#C0FLOOR001>", '<p><a class="mention" href="#/C0FLOOR001">#floor</a></p>'),
        ("<!here>", '<p><span class="mention calls-me">@here</span></p>'),
        ("<https://a.example/x_y_z|label>", '<p><a href="https://a.example/x_y_z">label</a></p>'),
        ("see https://a.example/b.", '<p>see <a href="https://a.example/b">https://a.example/b</a>.</p>'),
        ("<unknown thing>", "<p>&lt;unknown thing&gt;</p>"),
        (":no_such_emoji: 10:30:00", "<p>:no_such_emoji: 10:30:00</p>"),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(reader: Page, text: str, html: str) -> None:
    assert drawn(reader, text) == html


def test_code_fences_emoji_and_verbatim_addresses(reader: Page) -> None:
    assert "<code>*x*\n  y</code>" in drawn(reader, "```\n*x*\n  y\n```")
    assert 'aria-label="eyes"' in drawn(reader, ":eyes:")
    assert drawn(reader, "https://a.example", verbatim=True) == "<p>https://a.example</p>"


def test_dates_are_in_the_zone_of_the_person_who_reads(window: OpenWindow) -> None:
    now = dt.datetime.now(dt.UTC).replace(hour=12, minute=5)
    text = f"<!date^{int(now.timestamp())}^{{date_num}} {{date_short}} at {{time}}|fallback>"
    for user, zone in (("ana", "Europe/Lisbon"), ("dev", "Asia/Kolkata")):
        page = window(user).page
        clock = now.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        shown = drawn(page, text)
        assert f"{now:%Y-%m-%d} {now:%b} {now.day}, {now.year} at {clock}" in shown
        assert drawn(page, "<!date^nonsense^{time}|fallback>") == "<p>fallback</p>"


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("{date}", "November 22nd, 2025"),
        ("{date_long}", "Saturday, November 22nd, 2025"),
        ("{date_pretty}", "November 22nd, 2025"),
        ("{date_short_pretty}", "Nov 22, 2025"),
        ("{date_slash}", "22/11/2025"),
        ("{time_secs}", "08:02:03"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_every_date_token_of_slack_is_known(reader: Page, token: str, shown: str) -> None:
    moment = int(dt.datetime(2025, 11, 22, 8, 2, 3, tzinfo=dt.UTC).timestamp())
    assert f">{shown}</time>" in drawn(reader, f"<!date^{moment}^{token}|x>")


def test_hostile_text_is_only_read(ana: Window, workspace: Workspace) -> None:
    dialogs: list[str] = []

    def opened(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    ana.page.on("dialog", opened)
    workspace.say("ben", samples.HOSTILE)
    blocks = [
        samples.words(samples.HOSTILE[:2900]),
        {
            "type": "markdown",
            "text": "[x](javascript:alert(1)) <img src=x onerror=alert(1)> ![p](https://evil.example/p.png)",
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "https://evil.example/", "text": "https://bank.example"}],
                }
            ],
        },
        samples.actions(samples.button("<b>\u202eoverride</b>", "b1")),
        {"type": "image", "image_url": "https://evil.example/pixel.png", "alt_text": "<i>a pixel</i>"},
    ]
    ts = workspace.card(blocks)
    card = ana.page.locator(f'#main .message[data-ts="{ts}"]')
    expect(card.get_by_role("button", name="<b>")).to_be_visible()
    expect(card.locator("img, script, iframe")).to_have_count(0)
    assert ana.page.locator("#main a[href^='javascript']").count() == 0
    expect(card.locator(".true-host", has_text="evil.example").first).to_be_visible()
    expect(card.locator(".picture-frame")).to_contain_text("<i>a pixel</i>")
    for link in card.locator("a[target=_blank]").all():
        assert link.get_attribute("rel") == "noopener noreferrer"
    assert ana.page.locator("#main .feed").evaluate("feed => feed.scrollWidth - feed.clientWidth") == 0
    ana.page.wait_for_timeout(200)
    assert dialogs == []


def test_overrides_are_dropped_embeddings_closed_and_stacked_marks_cut(reader: Page) -> None:
    text = "a\u202eb\u202bc" + "\u0351" * 40
    shown: str = reader.evaluate("text => import('/ui/dom.js').then(({ plain }) => plain(text))", text)
    assert shown == "ab\u202bc" + "\u0351" * 4 + "\u202c"


def test_page_may_load_nothing_from_outside(workspace: Workspace) -> None:
    with urllib.request.urlopen(f"{workspace.url}/", timeout=5) as response:
        policy = response.headers["Content-Security-Policy"]
        page = response.read().decode()
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "https:" not in policy
    assert "content=\"default-src 'self'; object-src 'none'" in page


def test_each_element_of_a_card_tells_the_app_what_was_chosen(ana: Window, workspace: Workspace) -> None:
    ts = workspace.card(samples.elements_card())
    card = ana.page.locator(f'#main .message[data-ts="{ts}"]')

    def said(text: str) -> None:
        expect(ana.message(text)).to_be_visible()

    def choose(name: str, option: str) -> None:
        card.get_by_role("combobox", name=name).first.click()
        ana.page.get_by_role("option", name=option).click()

    choose("A department", "Product")
    said("use-static: product")
    card.get_by_role("combobox", name="A customer").click()
    ana.page.get_by_role("combobox", name="Search").fill("maya")
    ana.page.get_by_role("option", name="Maya Okafor").click()
    said("use-external: maya okafor")
    choose("A person", "Grace Kim")
    said("use-user: U0GRACEKIM")
    choose("A channel", "management")
    said("use-channel: C0MANAGEME")
    card.get_by_label("A day").fill("2030-02-03")
    said("use-date: 2030-02-03")
    card.get_by_label("A time").fill("09:15")
    said("use-time: 09:15")
    card.get_by_role("checkbox", name="Support").check()
    said("use-boxes: support")
    card.get_by_role("radio", name="Product").check()
    said("use-radio: product")
    card.get_by_role("combobox", name="Several").click()
    ana.page.get_by_role("option", name="Support").click()
    ana.page.get_by_role("option", name="Product").click()
    ana.page.get_by_role("button", name="Done").click()
    said("use-multi: support, product")


def test_overflow_menu_is_walked_with_the_keys(ana: Window, workspace: Workspace) -> None:
    ts = workspace.card(samples.conversation_card())
    card = ana.page.locator(f'#main .message[data-ts="{ts}"]')
    more = card.locator(".card").get_by_role("button", name="More actions")
    more.focus()
    ana.page.keyboard.press("Enter")
    ana.page.keyboard.press("ArrowDown")
    ana.page.keyboard.press("ArrowDown")
    expect(ana.page.get_by_role("menuitem", name="Escalate")).to_be_focused()
    ana.page.keyboard.press("Enter")
    expect(ana.message("You chose escalate.")).to_contain_text("Only visible to you")
    expect(more).to_be_focused()


def test_tables_markdown_and_rich_text_are_drawn(ana: Window, workspace: Workspace) -> None:
    blocks: list[dict[str, Any]] = [
        {
            "type": "markdown",
            "text": "## Head\n\n1. first\n2. **second**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```",
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "strong", "style": {"bold": True}},
                        {"type": "user", "user_id": "U0BENOKORO"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "item"}]}],
                },
            ],
        },
    ]
    ts = workspace.card(blocks)
    card = ana.page.locator(f'#main .message[data-ts="{ts}"]')
    expect(card.get_by_role("heading", name="Head")).to_be_visible()
    expect(card.locator("ol li").first).to_have_text("first")
    expect(card.locator("th")).to_have_text(["a", "b"])
    expect(card.locator("td")).to_have_text(["1", "2"])
    expect(card.locator("pre")).to_have_text("code")
    expect(card.locator("strong", has_text="strong")).to_be_visible()
    expect(card.locator(".mention")).to_have_text("@Ben Okoro")
    digest = ana.page.locator(f'#main .message[data-ts="{workspace.card(samples.digest_card())}"]')
    expect(digest.get_by_role("columnheader")).to_have_text(["Department", "First human", "Closed"])


def test_file_that_the_playground_serves_is_shown(ana: Window, workspace: Workspace) -> None:
    name = f"chart-{uuid4().hex[:6]}.png"
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c636060606000000005000157a2d1b00000000049454e44ae426082"
    )
    workspace.web.files_upload_v2(channel=FLOOR, content=pixel, filename=name, title=name, alt_txt="Eight weeks")
    picture = ana.page.locator("#main .file-picture", has_text=name).get_by_role("img")
    expect(picture).to_be_visible()
    assert str(picture.get_attribute("src")).startswith("/files/")


def test_what_an_app_says_in_blocks_is_shown_and_not_its_text_for_notifications(
    ana: Window, workspace: Workspace
) -> None:
    date = {"type": "date", "timestamp": 1764144000, "format": "{date_num}", "fallback": "never"}
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "Put aside until "}, date]}
    ts = workspace.card([{"type": "rich_text", "elements": [section]}], text="Put aside.")
    said = ana.page.locator(f'#main .message[data-ts="{ts}"] .message-text')
    expect(said).to_have_text("Put aside until 2025-11-26")
