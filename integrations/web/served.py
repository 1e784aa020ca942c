"""The web page as a whole: its routes, and what they need."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.config import Config
from bot.domain.web_address import WebAddress
from bot.errors import BatonError
from bot.ports import ChartPainter, Clock, Finding
from bot.ports.measures_desk import MeasuresDesk, Visitors
from integrations.http import Http
from integrations.web.guarded import guarded
from integrations.web.openid import Provider
from integrations.web.pages import Pages
from integrations.web.providers import SignInWith, ways_to_sign_in
from integrations.web.sessions import Sessions
from integrations.web.sign_in import SignIn


class WebPage:
    """Made from the settings; raises `ConfigError` where nobody could sign in."""

    def __init__(
        self,
        config: Config,
        environment: Mapping[str, str],
        http: Http,
        clock: Clock,
        desk: MeasuresDesk,
        visitors: Visitors,
        painter: ChartPainter,
    ) -> None:
        self.address = WebAddress.read(config.web.address)
        self._language = config.company.language
        self.ways = {way.key: way for way in ways_to_sign_in(config, environment)}
        self.providers = {key: Provider(way.client, http) for key, way in self.ways.items()}
        sessions = Sessions(visitors, self.ways, self.address, clock, config.web.session)
        self._sign_in = SignIn(self.address, self.ways, self.providers, sessions, visitors, clock)
        self._pages = Pages(self.address, desk, painter, sessions)

    def routes(self) -> Sequence[web.RouteDef]:
        """Everything that is read, and the one thing that is sent: signing out."""
        under, pages, sign_in = self.address.under, self._pages, self._sign_in
        inside = pages.behind_sign_in
        read = {
            under(): inside(pages.measures),
            under("conversations"): inside(pages.conversations),
            under("conversations.csv"): inside(pages.conversations_csv, shows=False),
            under("{table:[a-z_]+}.csv"): inside(pages.csv, shows=False),
            under("charts", r"{section:[a-z_]+}-{at:\d\d?}-{theme:light|dark}.svg"): inside(pages.chart, shows=False),
            under("style.css"): pages.style,
            under("print.css"): pages.print_style,
            under("icon.svg"): pages.icon,
            under("sign-in"): sign_in.choose,
            under("sign-in", "{way}"): sign_in.start,
            under("signed-in", "{way}"): sign_in.back,
        }
        return [
            *(web.get(path, guarded(self.address, handler, self._language)) for path, handler in read.items()),
            web.post(under("sign-out"), guarded(self.address, sign_in.out, self._language)),
        ]

    async def examine(self) -> list[Finding]:
        """Can people sign in? Says where they come back to, which the provider has to know."""
        return list(await asyncio.gather(*(self._examined(way) for way in self.ways.values())))

    async def _examined(self, way: SignInWith) -> Finding:
        what = f"Web page, sign in with {way.name}"
        try:
            await self.providers[way.key].announced()
        except BatonError as error:
            return Finding(what, "fail", str(error), f"See docs/web-page.md: can Baton reach {way.client.issuer}?")
        return Finding(what, "ok", f"{self.address}; people come back to {self.address.signed_in(way.key)}")
