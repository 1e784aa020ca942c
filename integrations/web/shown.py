"""Pages in HTML: every value that comes from outside is escaped, by the template engine and not by hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.web_address import WebAddress
from bot.speech import day_words, mark, say, say_many, spoken
from integrations.web.headers import protect

_DAY = mark("EEE d MMM yyyy")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("integrations.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(say=say, say_many=say_many, dict=dict, day=_day)
    return environment


@cache
def file(name: str) -> str:
    """A file of the page that is the same for everybody."""
    return resources.files("integrations.web").joinpath(name).read_text("utf-8")


def _day(day: date) -> str:
    return day_words(day, _DAY)


def html(address: WebAddress, template: str, status: int = 200, **told: Any) -> web.Response:
    """A page from a template, with the headers that protect it."""
    words = _templates().get_template(template).render(address=address, language=spoken().language, **told)
    response = web.Response(status=status, text=words, content_type="text/html", charset="utf-8")
    protect(response)
    return response


def notice(
    address: WebAddress, status: int, title: str, said: str, next_step: str = "", href: str = ""
) -> web.Response:
    """A page that says why there is nothing else to see, with a way on."""
    return html(address, "notice.html", status, title=title, said=said, next_step=next_step, href=href)
