"""The web page on loopback with a desk and visitors of the tests' own, a provider beside it, and a browser's cookies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from yarl import URL

from bot.cards import Chart, Series
from bot.config import parse
from bot.domain.measures import Window
from bot.domain.narrowing import Narrowing
from bot.domain.people import Person
from bot.ports import ChartPainter, Picture, Theme
from bot.ports.measures import Listing
from bot.ports.measures_desk import (
    Behind,
    Cell,
    Choices,
    Column,
    ListedPage,
    MeasuresDesk,
    MeasuresPage,
    Section,
    Table,
    Visitors,
)
from integrations.http import Http
from integrations.web import WebPage
from tests.app_process import free_port
from tests.fakes.clock import SystemClock
from tests.fakes.openid import Kind, OpenIdProvider

TEAMS: dict[str, str] = {"slack": "T0BATON", "microsoft": "0aa00000-0000-4000-8000-00000000000a"}
ANA = Person("p-ana", "Ana Lima", "support")


class Fakes(Visitors, MeasuresDesk, ChartPainter):
    """Everything that the page asks of the bot, in memory."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str, str], Person] = {}
        self.ended: set[str] = set()
        self.sections: tuple[Section, ...] = (section(),)
        self.choices = Choices()
        self.asked: list[tuple[Window, Narrowing]] = []
        self.at: timedelta = timedelta()

    async def key(self) -> bytes:
        return b"k" * 32

    async def let_in(self, platform: str, teams: tuple[str, ...], user: str) -> Person | None:
        found = (self.known.get((platform, team, user)) for team in teams)
        return next((person for person in found if person is not None and not person.outsider), None)

    async def sign_out(self, session: str, until: datetime) -> None:
        self.ended.add(session)

    async def is_over(self, session: str) -> bool:
        return session in self.ended

    def now(self) -> datetime:
        return SystemClock().now() + self.at

    @property
    def company(self) -> str:
        return "Acme <b>& Sons</b>"

    @property
    def timezone(self) -> str:
        return "Europe/Paris"

    @property
    def departments(self) -> Mapping[str, str]:
        return {"support": "Support"}

    async def page(self, reader: Person, window: Window, narrowing: Narrowing) -> MeasuresPage:
        self.asked.append((window, narrowing))
        return MeasuresPage(window, narrowing, self.sections, self.choices, self.now())

    async def behind(self, reader: Person, window: Window, narrowing: Narrowing, which: Listing) -> ListedPage:
        self.asked.append((window, narrowing))
        return ListedPage((), more=False, table=self.sections[0].tables[0])

    async def paint(self, chart: Chart, theme: Theme = "light", form: Any = "png") -> Picture:
        return Picture(
            f"<svg xmlns='http://www.w3.org/2000/svg'><title>{theme}</title></svg>".encode(), "image/svg+xml", 600, 300
        )


def section(name: str = "Mastodon", value: str = "mastodon") -> Section:
    """A section with one table of one row, and a chart."""
    table = Table(
        key="networks",
        title="By network",
        columns=(Column("name", "Network", numeric=False), Column("heard", "Heard")),
        rows=((Cell(name, value), Cell("1,204", 1204, Behind("heard", Narrowing(network=value)))),),
    )
    chart = Chart("Heard", "bars", ("a", "b"), (Series("Heard", (1.0, 2.0)),), "a 1, b 2")
    return Section("sentiment", "Volume and mood", tables=(table,), charts=(chart,))


@dataclass
class Got:
    """An answer, with its words read."""

    status: int
    headers: Mapping[str, str]
    text: str
    url: str
    cookies: list[str] = field(default_factory=list)


@dataclass
class Browser:
    """A browser: it keeps cookies, and follows nobody by itself."""

    base: str
    session: aiohttp.ClientSession

    async def get(self, path: str, **headers: str) -> Got:
        """One page."""
        return await self._sent("GET", path, headers)

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Got:
        """A form."""
        return await self._sent("POST", path, headers, form)

    async def follow(self, path: str, most: int = 8) -> Got:
        """A page, and wherever it leads."""
        got = await self.get(path)
        while got.status in {302, 303} and most:
            got, most = await self.get(got.headers["Location"]), most - 1
        return got

    @property
    def cookies(self) -> dict[str, str]:
        """Those of the page."""
        return {name: cookie.value for name, cookie in self.session.cookie_jar.filter_cookies(URL(self.base)).items()}

    async def _sent(
        self, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Got:
        url = path if path.startswith("http") else f"{self.base}{path}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(
            method, URL(url, encoded=True), headers=sent, data=form, allow_redirects=False
        ) as answer:
            text = (await answer.read()).decode("utf-8", "replace")
            return Got(answer.status, answer.headers, text, url, answer.headers.getall("Set-Cookie", []))


@dataclass
class Site:
    """The page with everything around it."""

    base: str
    fakes: Fakes
    provider: OpenIdProvider
    page: WebPage
    _sessions: list[aiohttp.ClientSession] = field(default_factory=list)

    def browser(self) -> Browser:
        """Another browser."""
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._sessions.append(session)
        return Browser(self.base, session)

    async def signed_in(self) -> Browser:
        """A browser in which Ana is signed in."""
        browser = self.browser()
        got = await browser.follow(f"/measures/sign-in/{self.provider.kind}")
        assert got.status == 200, got.text
        return browser

    async def close(self) -> None:
        for session in self._sessions:
            await session.close()


@asynccontextmanager
async def site(
    kind: Kind = "microsoft", *, settings: str = "", address: str = "", fakes: Fakes | None = None, **environment: str
) -> AsyncIterator[Site]:
    """The page at /measures, on a port of its own; behind a proxy, it has another `address`."""
    provider = OpenIdProvider(kind, TEAMS[kind], users={"U1": "Ana"}, signs_in="U1")
    fakes, served = fakes or Fakes(), web.Application()
    fakes.known["slack" if kind == "slack" else "teams", TEAMS[kind], "U1"] = ANA
    async with provider.served(), Http(tries=1) as http:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        here = address or f"{base}/measures"
        config = parse(f'[web]\naddress = "{here}"\n{settings}')
        given = {
            "slack": {
                "SLACK_CLIENT_ID": provider.client,
                "SLACK_CLIENT_SECRET": provider.secret,
                "SLACK_TEAM_ID": TEAMS["slack"],
                "SLACK_OPENID_ISSUER": provider.issuer,
            },
            "microsoft": {
                "MICROSOFT_CLIENT_ID": provider.client,
                "MICROSOFT_CLIENT_SECRET": provider.secret,
                "TEAMS_TENANT_ID": TEAMS["microsoft"],
                "TEAMS_LOGIN_URL": provider.url,
            },
        }[kind]
        page = WebPage(config, {**given, **environment}, http, fakes, fakes, fakes, fakes)
        served.add_routes(page.routes())
        runner = web.AppRunner(served, access_log=None, handler_cancellation=False, auto_decompress=False)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        provider.back = f"{base}/measures/signed-in/{kind}"
        made = Site(base, fakes, provider, page)
        try:
            yield made
        finally:
            await made.close()
            await runner.cleanup()
