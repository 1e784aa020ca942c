"""The page of measures: charts, tables, the conversations behind a number, and each table as CSV. It only reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.domain.narrowing import ALL, Narrowing
from bot.domain.page_windows import days_of, names
from bot.domain.web_address import WebAddress
from bot.errors import BatonError, UserError
from bot.languages import speaking_to
from bot.ports import ChartPainter, Theme
from bot.ports.measures import Listing
from bot.ports.measures_desk import Behind, MeasuresDesk, MeasuresPage, Section, Table
from bot.speech import say
from bot.views.wording import language_name, network_name, topic_name
from integrations.web.asked import Asked, asked, listing
from integrations.web.guarded import while_waiting
from integrations.web.headers import FILE, PICTURE, protect
from integrations.web.rates import Rate
from integrations.web.sessions import Sessions, SignedIn
from integrations.web.shown import file, html
from integrations.web.tables import written

_log = structlog.get_logger("baton.web")

Found = TypeVar("Found")
Page = Callable[[web.Request, SignedIn], Awaitable[web.StreamResponse]]

_THEMES: dict[str, Theme] = {"light": "light", "dark": "dark"}


_LISTS: dict[Listing, Callable[[], str]] = {
    "heard": lambda: say("heard"),
    "touched": lambda: say("touched"),
    "unheard": lambda: say("heard by no one"),
    "resolved": lambda: say("resolved"),
    "changed": lambda: say("changed something"),
    "raised": lambda: say("raised to the coordinator or higher"),
    "negative": lambda: say("negative"),
    "positive": lambda: say("positive"),
}


class Pages:
    """Everything that is behind the sign-in."""

    def __init__(self, address: WebAddress, desk: MeasuresDesk, painter: ChartPainter, sessions: Sessions) -> None:
        self._address = address
        self._desk = desk
        self._painter = painter
        self._sessions = sessions
        self._rate = Rate(300, 60)

    def behind_sign_in(
        self, page: Page, *, shows: bool = True
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Only for who is signed in; others are sent to sign in, or told so where nothing would be `shown`."""

        async def answer(request: web.Request) -> web.StreamResponse:
            signed_in = await self._sessions.signed_in(request)
            if signed_in is None:
                return self._to_sign_in(request) if shows else web.Response(status=401, text="Sign in first.\n")
            if not self._rate.takes(signed_in.person.id):
                return web.Response(
                    status=429, text="Too many requests. Wait a minute.\n", headers={"Retry-After": "60"}
                )
            with speaking_to(signed_in.person.language):
                return await page(request, signed_in)

        return answer

    def _to_sign_in(self, request: web.Request) -> web.Response:
        to = self._address.back_to(request.raw_path)
        response = web.Response(
            status=303, headers={"Location": f"{self._address.under('sign-in')}?{urlencode({'to': to})}"}
        )
        if request.cookies.get(self._sessions.session_cookie):
            self._sessions.forget(response)
        return response

    async def measures(self, request: web.Request, signed_in: SignedIn) -> web.StreamResponse:
        """The page itself."""
        wanted, page = await self._page(request, signed_in)
        first, last = days_of(wanted.window)
        return html(
            self._address,
            "measures.html",
            signed_in=signed_in,
            company=self._desk.company,
            wanted=wanted,
            page=page,
            first=first,
            last=last,
            today=self._desk.now().date(),
            times=[(key, name, urlencode({"time": key, **wanted.narrowing.values})) for key, name in names()],
            narrows=_narrows(page),
            unfiltered=Asked(wanted.name, wanted.window, ALL).query(),
            at=f"{page.at.astimezone(ZoneInfo(wanted.window.timezone)):%Y-%m-%d %H:%M}",
            chart=lambda section, at, theme: self._chart_address(section, at, theme, wanted),
            csv=lambda table, bom: self._csv_address(table, wanted, bom=bom),
            behind=lambda behind: self._behind_address(behind, wanted),
        )

    async def conversations(self, request: web.Request, signed_in: SignedIn) -> web.StreamResponse:
        """The conversations behind a number."""
        wanted = asked(request.query, self._desk.now(), self._desk.timezone)
        which = listing(request.query)
        found = await while_waiting(
            request, self._desk.behind(signed_in.person, wanted.window, wanted.narrowing, which)
        )
        first, last = days_of(wanted.window)
        return html(
            self._address,
            "conversations.html",
            signed_in=signed_in,
            company=self._desk.company,
            found=found,
            which_name=_LISTS[which](),
            narrowed=_names(wanted.narrowing, self._desk.departments),
            wanted=wanted,
            first=first,
            last=last,
            back=f"{self._address.under()}?{wanted.query()}",
            csv=lambda bom: f"{self._address.under('conversations.csv')}?{wanted.query(which=which, **_bom(bom))}",
        )

    async def conversations_csv(self, request: web.Request, signed_in: SignedIn) -> web.StreamResponse:
        """The same as a file."""
        wanted = asked(request.query, self._desk.now(), self._desk.timezone)
        found = await while_waiting(
            request,
            self._desk.behind(signed_in.person, wanted.window, wanted.narrowing, listing(request.query)),
        )
        return await self._sent(request, found.table, wanted)

    async def csv(self, request: web.Request, signed_in: SignedIn) -> web.StreamResponse:
        """A table as a file."""
        wanted, page = await self._page(request, signed_in)
        table = page.tables.get(request.match_info["table"])
        if table is None:
            raise UserError(say("There is no such table."), say("Follow a link of the page."))
        return await self._sent(request, table, wanted)

    async def chart(self, request: web.Request, signed_in: SignedIn) -> web.StreamResponse:
        """A chart as a picture."""
        _, page = await self._page(request, signed_in)
        match = request.match_info
        section = next((each for each in page.sections if each.key == match["section"]), None)
        at, theme = int(match["at"]), _THEMES[match["theme"]]
        if section is None or at >= len(section.charts):
            return web.Response(status=404, text="There is no such chart.\n")
        try:
            picture = await while_waiting(request, self._painter.paint(section.charts[at], theme, "svg"))
        except BatonError as error:
            # Its numbers stand in the table beside it.
            _log.warning("chart_not_painted", why=str(error))
            return web.Response(status=503, text="The chart cannot be painted just now.\n")
        response = web.Response(body=picture.data, content_type=picture.media_type)
        protect(response, PICTURE)
        return response

    async def style(self, _request: web.Request) -> web.StreamResponse:
        """The style sheet, for everybody."""
        return _file("style.css", "text/css")

    async def print_style(self, _request: web.Request) -> web.StreamResponse:
        """The style sheet for paper, for everybody."""
        return _file("print.css", "text/css")

    async def icon(self, _request: web.Request) -> web.StreamResponse:
        """The page's sign, for everybody."""
        return _file("icon.svg", "image/svg+xml")

    async def _page(self, request: web.Request, signed_in: SignedIn) -> tuple[Asked, MeasuresPage]:
        wanted = asked(request.query, self._desk.now(), self._desk.timezone)
        page = await while_waiting(request, self._desk.page(signed_in.person, wanted.window, wanted.narrowing))
        return wanted, page

    async def _sent(self, request: web.Request, table: Table, wanted: Asked) -> web.StreamResponse:
        first, last = days_of(wanted.window)
        name = f"measures-{table.key}-{first.isoformat()}-to-{last.isoformat()}.csv"
        response = web.StreamResponse(
            headers={
                "Content-Type": "text/csv; charset=utf-8; header=present",
                "Content-Disposition": f'attachment; filename="{name}"',
            }
        )
        protect(response)
        await response.prepare(request)
        for piece in written(table, bom=request.query.get("bom") == "1"):
            await response.write(piece)
        await response.write_eof()
        return response

    def _chart_address(self, section: Section, at: int, theme: str, wanted: Asked) -> str:
        return f"{self._address.under('charts', f'{section.key}-{at}-{theme}.svg')}?{wanted.query()}"

    def _csv_address(self, table: Table, wanted: Asked, *, bom: bool) -> str:
        return f"{self._address.under(f'{table.key}.csv')}?{wanted.query(**_bom(bom))}"

    def _behind_address(self, behind: Behind, wanted: Asked) -> str:
        return f"{self._address.under('conversations')}?{wanted.query(behind.further, which=behind.which)}"


def _file(name: str, kind: str) -> web.Response:
    response = web.Response(text=file(name), content_type=kind, charset="utf-8")
    protect(response, FILE)
    return response


def _bom(bom: bool) -> dict[str, str]:
    return {"bom": "1"} if bom else {}


def _names(narrowing: Narrowing, departments: Mapping[str, str]) -> list[str]:
    named = {"network": network_name, "topic": topic_name, "language": language_name}
    named["department"] = lambda key: departments.get(key, key)
    return [named[name](value) or value for name, value in narrowing.values.items()]


def _narrows(page: MeasuresPage) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """What there is to narrow by: the name in addresses, what people read, the choices, and the chosen one. What is chosen stays
    a choice, even where the window has none of it."""
    narrowing, choices = page.narrowing, page.choices
    offered = (
        ("network", say("Network"), choices.networks, narrowing.network),
        ("topic", say("Topic"), choices.topics, narrowing.topic),
        ("department", say("Suggested to first"), choices.departments, narrowing.department),
        ("language", say("Language"), choices.languages, narrowing.language),
    )
    found = []
    for key, name, values, chosen in offered:
        listed = list(values)
        if chosen is not None and chosen not in dict(listed):
            listed.insert(0, (chosen, chosen))
        found.append((key, name, listed, chosen or ""))
    return found
