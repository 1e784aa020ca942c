"""The pages behind the sign-in: what they show, what they tell browsers, and that they hold against hostile words."""

from __future__ import annotations

import asyncio
import csv
import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from urllib.parse import quote

import pytest

from bot.domain.measures import Window
from bot.domain.narrowing import Narrowing
from bot.domain.people import Person
from bot.errors import RetriableError
from bot.ports.measures_desk import Cell, Choices, Column, MeasuresPage, Section, Table
from integrations.web.tables import written
from tests.integrations.web.site import Fakes, Site, section, site

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "</title></style></textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "\u202eevil\u200b",
)


@pytest.fixture
async def here() -> AsyncIterator[Site]:
    async with site() as made:
        yield made


async def test_every_answer_tells_browsers_what_to_keep_out(here: Site) -> None:
    browser = await here.signed_in()
    for path in (
        "/measures",
        "/measures/conversations",
        "/measures/sign-in",
        "/measures/networks.csv",
        "/measures?time=x",
    ):
        headers = (await browser.get(path)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"
    picture = await browser.get("/measures/charts/sentiment-0-dark.svg")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    for sheet in ("style.css", "print.css"):
        style = await here.browser().get(f"/measures/{sheet}")
        assert (style.status, style.headers["Cache-Control"]) == (200, "public, max-age=3600")


async def test_cookies_are_bound_to_the_host_where_the_page_is_encrypted() -> None:
    async with site(address="https://baton.acme.example/measures") as made:
        got = await made.browser().get("/measures/sign-in/microsoft")
        [cookie] = got.cookies
        assert cookie.startswith("__Host-baton-sign-in=")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
        assert (
            "redirect_uri=https%3A%2F%2Fbaton.acme.example%2Fmeasures%2Fsigned-in%2Fmicrosoft"
            in got.headers["Location"]
        )


async def test_cookies_on_loopback_are_kept_from_scripts_too(here: Site) -> None:
    [cookie] = (await here.browser().get("/measures/sign-in/microsoft")).cookies
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


async def test_nothing_is_shown_to_who_is_not_signed_in(here: Site) -> None:
    browser = here.browser()
    for path in ("/measures", "/measures/conversations", "/measures?network=x"):
        assert (await browser.get(path)).status == 303
    for path in ("/measures/networks.csv", "/measures/conversations.csv", "/measures/charts/sentiment-0-light.svg"):
        assert (await browser.get(path)).status == 401
    assert here.fakes.asked == []


async def test_it_only_reads(here: Site) -> None:
    browser = await here.signed_in()
    for path in ("/measures", "/measures/conversations", "/measures/networks.csv", "/measures/sign-in"):
        assert (await browser.post(path, {})).status == 405


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_hostile_words_stay_words(here: Site, hostile: str) -> None:
    evil = section(hostile, hostile)
    here.fakes.sections = (
        Section(
            evil.key,
            hostile,
            tables=(
                Table(
                    "networks",
                    hostile,
                    (Column("name", hostile, numeric=False),),
                    ((Cell(hostile, hostile),),),
                    hostile,
                ),
            ),
            charts=(evil.charts[0].__class__(hostile, "bars", ("a", "b"), evil.charts[0].series, hostile),),
            note=hostile,
        ),
        Section(
            "second",
            hostile,
            tables=(evil.tables[0].__class__("second", "x", evil.tables[0].columns, evil.tables[0].rows),),
        ),
        Section("missing", hostile, missing=hostile),
    )
    here.fakes.choices = Choices(networks=((hostile, hostile),), topics=((hostile, hostile),))
    here.fakes.known["teams", here.provider.team, "U1"] = Person("p", hostile, "support")
    browser = await here.signed_in()
    got = await browser.get("/measures")
    for bad in ("<script", "<img src=x", "<svg", "onmouseover='alert", "</textarea>"):
        assert bad not in got.text
    read = Tags()
    read.feed(got.text)
    assert {name for _, attributes in read.tags for name in attributes if name.startswith("on")} == set()
    assert {tag for tag, _ in read.tags} <= KNOWN
    links = [attributes["href"] or "" for tag, attributes in read.tags if tag == "a"]
    assert [link for link in links if not link.startswith(("/measures", "#"))] == []


KNOWN = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "link",
        "body",
        "a",
        "header",
        "strong",
        "form",
        "input",
        "span",
        "button",
        "main",
    ),
    *("h1", "p", "nav", "ul", "li", "label", "select", "option", "section", "h2", "div", "picture", "source", "img"),
    *("figure", "figcaption", "br", "table", "caption", "thead", "tbody", "tr", "th", "td", "footer"),
}


class Tags(HTMLParser):
    """The tags of a page, as browsers read it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def test_the_page_shows_what_the_desk_counted_with_ways_on(here: Site) -> None:
    here.fakes.choices = Choices(networks=(("mastodon", "Mastodon"), ("x", "X")))
    browser = await here.signed_in()
    got = await browser.get("/measures?time=days&from=2026-01-05&to=2026-01-11&network=x")
    window, narrowing = here.fakes.asked[-1]
    assert (str(window.start), str(window.end)) == ("2026-01-05 00:00:00+01:00", "2026-01-12 00:00:00+01:00")
    assert narrowing == Narrowing(network="x")
    kept = "time=days&amp;from=2026-01-05&amp;to=2026-01-11&amp;network=x"
    assert f'href="/measures/networks.csv?{kept}"' in got.text
    assert f'src="/measures/charts/sentiment-0-light.svg?{kept}"' in got.text
    narrower = kept.replace("network=x", "network=mastodon")
    assert f'href="/measures/conversations?{narrower}&amp;which=heard"' in got.text
    assert '<option value="x" selected>X</option>' in got.text
    assert "Acme &lt;b&gt;&amp; Sons&lt;/b&gt;" in got.text
    assert 'alt="a 1, b 2"' in got.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("time=never", "There is no time called “never”."),
        ("from=2026-13-01&to=2026-01-01", "“2026-13-01” is no day."),
        ("from=2026-01-05&to=2026-01-01", "has no day in it that has begun"),
        ("from=2024-01-05&to=2026-01-01", "is too long"),
        ("from=2999-01-05&to=2999-01-06", "has no day in it that has begun"),
        ("from=2026-01-05", "A first and a last day are needed."),
        ("time=<script>", "There is no time called “&lt;script&gt;”."),
    ],
)
async def test_what_cannot_be_shown_is_said_with_what_to_do(here: Site, query: str, said: str) -> None:
    browser = await here.signed_in()
    got = await browser.get(f"/measures?{query}")
    assert got.status == 400
    assert said in got.text
    assert "Back to the measures" in got.text


async def test_too_long_addresses_are_refused(here: Site) -> None:
    browser = await here.signed_in()
    assert (await browser.get(f"/measures?network={'x' * 4100}")).status == 414


async def test_a_desk_that_is_busy_says_when_to_come_back() -> None:
    class Busy(Fakes):
        async def page(self, reader: Person, window: Window, narrowing: Narrowing) -> MeasuresPage:
            raise RetriableError("too much", retry_after=20)

    async with site(fakes=Busy()) as made:
        browser = made.browser()
        got = await browser.follow("/measures/sign-in/microsoft")
        assert (got.status, got.headers["Retry-After"]) == (503, "20")


async def test_counting_stops_when_nobody_waits_any_more() -> None:
    class Slow(Fakes):
        begun, stopped = asyncio.Event(), asyncio.Event()

        async def page(self, reader: Person, window: Window, narrowing: Narrowing) -> MeasuresPage:
            self.begun.set()
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                self.stopped.set()
                raise
            raise AssertionError

    slow = Slow()
    async with site(fakes=slow) as made:
        browser = made.browser()
        waiting = asyncio.create_task(browser.follow("/measures/sign-in/microsoft"))
        await asyncio.wait_for(slow.begun.wait(), 5)
        waiting.cancel()
        await asyncio.wait_for(slow.stopped.wait(), 5)


async def test_one_person_cannot_ask_all_the_time(here: Site) -> None:
    browser = await here.signed_in()
    answers = [(await browser.get("/measures/networks.csv")).status for _ in range(310)]
    assert answers[0] == 200
    assert 429 in answers


# Files


def table(*values: str | float | None) -> Table:
    return Table("t", "T", (Column("one", "One"),), tuple((Cell("shown", value),) for value in values))


def read(written_: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(written_.decode("utf-8"), newline="")))


def test_a_table_is_written_as_the_standard_for_csv_has_it() -> None:
    said = b"".join(written(table('a "quoted", one', "two\nlines", 12, 3.5, -4, None, "Grüße"), bom=False))
    assert said.startswith(b'one\r\n"a ""quoted"", one"\r\n"two\nlines"\r\n12\r\n3.5\r\n-4\r\n""\r\n')
    assert said.endswith("Grüße\r\n".encode())
    assert b"".join(written(table(), bom=True)) == b"\xef\xbb\xbfone\r\n"


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", '=HYPERLINK("http://evil")', "＝1"]
)
def test_no_words_are_taken_for_a_formula(formula: str) -> None:
    [_, [cell]] = read(b"".join(written(table(formula), bom=False)))
    assert cell == f"'{formula}"


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ('Hi;=HYPERLINK("http://evil")', 'Hi;\'=HYPERLINK("http://evil")'),
        ("Hi; \u00a0+1;-1;@A1;＝1", "Hi; \u00a0'+1;'-1;'@A1;'＝1"),
        ("\n=1", "'\n'=1"),
        ("Hi\t=1", "Hi\t'=1"),
        ("Nice ;-) one; two - three = five; see a@b.example", "Nice ;-) one; two - three = five; see a@b.example"),
    ],
)
def test_where_columns_are_parted_by_semicolons_no_words_are_taken_for_a_formula_either(
    hostile: str, harmless: str
) -> None:
    [_, [cell]] = read(b"".join(written(table(hostile), bom=False)))
    assert cell == harmless


def test_many_rows_come_in_pieces() -> None:
    pieces = list(written(table(*map(float, range(2_000))), bom=False))
    assert len(pieces) == 5
    assert len(read(b"".join(pieces))) == 2_001


async def test_a_file_is_named_by_its_table_and_days(here: Site) -> None:
    browser = await here.signed_in()
    got = await browser.get("/measures/networks.csv?from=2026-01-05&to=2026-01-11&bom=1")
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    name = "measures-networks-2026-01-05-to-2026-01-11.csv"
    assert got.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert got.text == "\ufeffname,heard\r\nmastodon,1204\r\n"
    assert (await browser.get("/measures/nothing.csv")).status == 400


# Languages


async def test_each_reader_reads_their_own_language(here: Site) -> None:
    here.fakes.known["teams", here.provider.team, "U1"] = Person("p", "Ana", "support", language="de")
    browser = await here.signed_in()
    assert '<html lang="de">' in (await browser.get("/measures")).text
    for asked, spoken in (("de-AT,fr;q=0.5", "de"), ("xx,fr", "fr"), ("", "en"), ("*;q=1, <script>", "en")):
        page = await here.browser().get("/measures/sign-in", Accept_Language=asked)
        assert f'<html lang="{spoken}">' in page.text


async def test_what_belongs_to_a_page_ends_at_the_same_minute(here: Site) -> None:
    browser = await here.signed_in()
    got = await browser.get("/measures?time=this-quarter")
    window, _ = here.fakes.asked[-1]
    [source] = re.findall(r'src="(/measures/charts/[^"]+)"', got.text)
    here.fakes.at = timedelta(minutes=7)
    assert (await browser.get(html.unescape(source))).status == 200
    assert here.fakes.asked[-1][0] == window
    await browser.get("/measures?time=this-quarter")
    assert here.fakes.asked[-1][0].end - window.end == timedelta(minutes=7)
    for wrong in ("never", "1999-01-01T00:00+00:00", "2999-01-01T00:00+00:00", "2026-01-01"):
        assert (await browser.get(f"/measures?time=last-week&until={quote(wrong)}")).status == 200
        assert here.fakes.asked[-1][0].end.hour == 0
