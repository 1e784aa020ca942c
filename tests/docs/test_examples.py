"""The files and programs that readers copy work as they stand."""

from __future__ import annotations

import configparser
import importlib.util
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.commands import Command, Origin
from bot.config import Config, parse
from bot.dispatch import Dispatcher
from bot.domain.customer import Identity
from bot.domain.record import Activity, Owed
from bot.errors import PermanentError, UnknownResultError
from handlers.commands import COMMANDS
from handlers.events import FOLLOWS
from integrations.every_source import CONNECTORS
from integrations.http import Http
from integrations.record import open_crms
from integrations.source import open_sources
from storage import SqlStorage
from storage.worker import RECORDING
from tests.databases import Sqlite
from tests.docs.pages import ROOT, fenced, read
from tests.docs.test_commands_named import subcommand
from tests.fakes.clock import SetClock
from tests.handlers.company import FLOOR, Company, staffed

EXAMPLE = ROOT / "docs" / "examples" / "baton.toml"
SERVICE = ROOT / "docs" / "examples" / "baton.service"
GRACE = 10.0


def program(page: str, folder: Path, name: str) -> ModuleType:
    """The first Python program of a page, as a module."""
    file = folder / f"{name}.py"
    file.write_text(fenced(read(ROOT / "docs" / page), "python")[0], "utf-8")
    spec = importlib.util.spec_from_file_location(f"example_{name}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Company]:
    """A company with one conversation on the floor."""
    clock, config = SetClock(), staffed(Config())
    url = await Sqlite(tmp_path).fresh()
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
    company = await Company(storage, clock, config).staff()
    await company.opened()
    yield company
    await storage.close()


def dispatcher(company: Company, *more: Command) -> Dispatcher:
    """The company's dispatcher, with more commands."""
    return company.dispatcher_of((*COMMANDS, *more))


def test_the_example_of_settings_is_read_and_its_sources_open() -> None:
    config = parse(read(EXAMPLE), EXAMPLE.name)
    assert [surface.channel for surface in config.surfaces] == ["#customers", "#customers-legal", "#management"]
    assert sorted(open_sources(CONNECTORS, config, {"DESK_SECRET": "whsec_ZGVzaw=="}, Http())) == ["blog", "desk"]


def test_what_is_commented_out_in_it_could_stand_there_too() -> None:
    parse(re.sub(r"^# (\w+ = )", r"\1", read(EXAMPLE), flags=re.MULTILINE), EXAMPLE.name)


@pytest.mark.parametrize("part", Config.model_fields)
def test_it_shows_every_setting_of_every_part(part: str) -> None:
    tables = re.split(r"^\[+(\w+)[\w.]*\]+$", read(EXAMPLE), flags=re.MULTILINE)
    shown = "".join(text for name, text in zip(tables[1::2], tables[2::2], strict=True) if name == part)
    value = getattr(parse(read(EXAMPLE)), part)
    model = next(iter(value.values())) if isinstance(value, dict) else value[0] if isinstance(value, tuple) else value
    settings = [field.alias or name for name, field in type(model).model_fields.items()]
    assert [name for name in settings if not re.search(rf"^(?:# )?{name} = ", shown, re.MULTILINE)] == []


def test_the_service_runs_a_subcommand_that_is_there_and_waits_for_its_end() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(read(SERVICE))
    service = unit["Service"]
    interpreter, _, said = service["ExecStart"].partition(" app.py ")
    assert interpreter == f"{service['WorkingDirectory']}/.venv/bin/python"
    assert subcommand(said.split())[0].name == "run"
    assert float(service["TimeoutStopSec"]) > GRACE + RECORDING


async def test_the_command_of_the_guide_thanks_a_colleague(tmp_path: Path, company: Company) -> None:
    thank = program("add-a-command.md", tmp_path, "thank").COMMAND
    said = await dispatcher(company, thank).run_text(
        company.people["ana"], "thank B-1 @chloe", Origin("slack", "T1", FLOOR)
    )
    assert said.card is not None
    assert said.card.summary == "Said."
    assert [note.text for note in await company.notes()] == ["Thank you, Chloé Petit!"]
    assert await company.kinds() == ["noted"]


async def test_it_has_its_form_and_its_help_without_more(tmp_path: Path, company: Company) -> None:
    thank = program("add-a-command.md", tmp_path, "thank_again").COMMAND
    origin = Origin("slack", "T1", FLOOR)
    form = (await dispatcher(company, thank).run_text(company.people["ana"], "thank B-1", origin)).form
    assert form is not None
    assert [field.name for field in form.fields] == ["who"]
    help_card = (await dispatcher(company, thank).run_text(company.people["ana"], "help thank", origin)).card
    assert "thank B-12 @chloe" in repr(help_card)


class PingServer:
    """What the guide's network does: posts that change, answers, a token; `slow` takes an answer and says nothing."""

    def __init__(self) -> None:
        self.posts = [
            {"id": "1", "who": "maya", "text": "Crushed again.", "at": "2026-03-02T09:00:00+00:00"},
            {"id": "2", "who": "acme", "text": "Our own.", "at": "2026-03-02T09:01:00+00:00"},
            {"id": "3", "who": "tom", "at": "2026-03-02T09:02:00+00:00"},
        ]
        self.answers: list[dict[str, str]] = []

    def routes(self) -> list[web.RouteDef]:
        there = "/posts/{id}/answers"
        return [web.get("/posts", self.list), web.get(there, self.below), web.post(there, self.answer)]

    async def list(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer ping-token"
        after = request.query["changed_after"]
        return web.json_response({"posts": [p for p in self.posts if p.get("edited_at", p["at"]) > after]})

    async def below(self, request: web.Request) -> web.Response:
        return web.json_response({"posts": [a for a in self.answers if a["answers"] == request.match_info["id"]]})

    async def answer(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        made = {"id": f"a{len(self.answers)}", "who": "acme", "text": text, "answers": request.match_info["id"]}
        self.answers.append(made)
        if "slow" in text:
            raise web.HTTPBadGateway
        return web.json_response(made)


async def test_the_network_of_the_guide_hears_posts_and_edits_and_answers_once(tmp_path: Path) -> None:
    server = PingServer()
    app = web.Application()
    app.router.add_routes(server.routes())
    module = program("add-a-network.md", tmp_path, "ping")
    async with TestServer(app) as running, Http(patience=0) as http:
        part = {
            "kind": "ping",
            "url": str(running.make_url("")).rstrip("/"),
            "account": "acme",
            "token_env": "PING_TOKEN",
        }
        config = Config.model_validate({"sources": {"ping": part}})
        ping = open_sources([module.Ping], config, {"PING_TOKEN": "ping-token"}, http)["ping"]

        first = await ping.poll("2026-03-01T00:00:00+00:00", 10)
        assert [(event.kind, event.external_id) for event in first.events if event.post] == [("created", "1")]
        assert [event.why for event in first.events if event.kind == "unread"] == ["'text' is missing"]
        server.posts[0] |= {"text": "Crushed again!", "edited_at": "2026-03-02T10:00:00+00:00"}
        second = await ping.poll(first.cursor, 10)
        assert [event.post.text for event in second.events if event.post is not None] == ["Crushed again!"]
        assert second.events[0].kind == "edited"
        assert (await ping.poll(second.cursor, 10)).events == ()

        post = second.events[0].post
        assert post is not None
        assert ping.refuses(post, datetime.now(UTC)) is None
        assert ping.length("👩‍👩‍👧‍👦 https://shop.example/a/very/long/address") == 22
        sent = await ping.reply(post, "We are sorry.", "key-1")
        assert sent == await ping.find_reply(post, "We are sorry.", "key-1")
        with pytest.raises(UnknownResultError):
            await ping.reply(post, "A slow answer.", "key-2")
        assert await ping.find_reply(post, "A slow answer.", "key-2") is not None
        assert await ping.find_reply(post, "Never sent.", "key-3") is None


class LedgerServer:
    """What the guide's CRM does: tokens that end, contacts found by a part of the address, notes; `slow` ones are not answered."""

    def __init__(self) -> None:
        self.contacts = [
            {"id": "7", "name": "Maya Okafor", "email": "Maya@mail.example", "city": "Lyon"},
            {"id": "8", "name": "Amaya Ruiz", "email": "amaya@mail.example", "city": "Bilbao"},
        ]
        order = {"contact": "7", "amount": 89.9, "currency": "EUR"}
        self.orders = [
            {**order, "id": "o1", "what": "Tent", "at": "2026-03-01T10:00:00+00:00"},
            {**order, "id": "o2", "what": "Boots", "at": "2026-03-02T10:00:00+00:00"},
        ]
        self.notes: list[dict[str, str]] = []
        self.token = ""

    def routes(self) -> list[web.RouteDef]:
        read = [web.get(f"/{kind}", self.found) for kind in ("contacts", "orders", "notes", "clients")]
        return [
            *read,
            web.post("/token", self.sign_in),
            web.post("/notes", self.write),
            web.delete("/notes/{id}", self.drop),
        ]

    async def sign_in(self, request: web.Request) -> web.Response:
        if await request.json() != {"client": "baton", "secret": "ledger-secret"}:
            raise web.HTTPForbidden
        self.token = f"{self.token}x"
        return web.json_response({"token": self.token, "seconds": 3600})

    def let_in(self, request: web.Request) -> None:
        if request.headers["Authorization"] != f"Bearer {self.token}":
            raise web.HTTPUnauthorized

    async def found(self, request: web.Request) -> web.Response:
        self.let_in(request)
        kept: dict[str, list[Any]] = {
            "contacts": self.contacts,
            "orders": self.orders,
            "notes": self.notes,
            "clients": [{"name": "baton"}],
        }
        wanted = {name: value for name, value in request.query.items() if name not in {"sort", "limit"}}
        items = kept[request.path.strip("/")]
        found = [
            each for each in items if all(value.lower() in str(each[name]).lower() for name, value in wanted.items())
        ]
        return web.json_response({"found": found[::-1] if "sort" in request.query else found})

    async def write(self, request: web.Request) -> web.Response:
        self.let_in(request)
        self.notes.append({**await request.json(), "id": f"n{len(self.notes)}"})
        if "slow" in self.notes[-1]["text"]:
            raise web.HTTPBadGateway
        return web.json_response({"id": self.notes[-1]["id"]})

    async def drop(self, request: web.Request) -> web.Response:
        self.let_in(request)
        self.notes = [note for note in self.notes if note["id"] != request.match_info["id"]]
        return web.json_response({})


async def test_the_crm_of_the_guide_finds_customers_and_writes_once(tmp_path: Path) -> None:
    server = LedgerServer()
    app = web.Application()
    app.router.add_routes(server.routes())
    page = "add-a-crm.md"
    module = program(page, tmp_path, "ledger")
    async with TestServer(app) as running, Http(patience=0) as http:
        said = parse(fenced(read(ROOT / "docs" / page), "toml")[0], page)
        at = {"ledger": said.crm["ledger"].model_copy(update={"url": str(running.make_url("")).rstrip("/")})}
        config = said.model_copy(update={"crm": at})
        ledger = open_crms([module.Ledger], config, {"LEDGER_SECRET": "ledger-secret"}, http)["ledger"]

        assert await ledger.health() == "client baton; reads contacts, writes notes"
        (match,) = await ledger.find([Identity("mastodon", "@maya"), Identity("email", "maya@MAIL.example")])
        assert (match.contact.id, match.confidence) == ("7", 1.0)
        history = await ledger.history("7")
        assert history is not None
        assert [each.what for each in history.purchases] == ["Boots", "Tent"]
        assert await ledger.history("9") is None

        def entry(key: str, body: str) -> Activity:
            return Activity(key, "resolved", "B-1 on Mastodon: Fixed", body, datetime.now(UTC))

        first = await ledger.log("7", entry("B-1/resolved/3", "All is well."))
        server.token = "ended by the server"
        assert await ledger.log("7", entry("B-1/resolved/3", "All is well.")) == first
        with pytest.raises(UnknownResultError):
            await ledger.log("7", entry("B-2/resolved/3", "A slow answer."))
        assert (await ledger.log("7", entry("B-2/resolved/3", "A slow answer."))).id == "n1"
        assert len(server.notes) == 2
        assert await ledger.forget([Owed("B-1/resolved/3"), Owed("never written")]) == []
        assert [note["id"] for note in server.notes] == ["n1"]

        wrong = open_crms([module.Ledger], config, {"LEDGER_SECRET": "another"}, http)["ledger"]
        with pytest.raises(PermanentError, match="Check LEDGER_SECRET"):
            await wrong.health()
