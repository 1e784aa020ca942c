"""The loop from end to end: twelve people on three networks ask for one thing, it ships in the tracker, and each of them is told.

The networks are real servers (snac2, Bluesky's own, Dovecot); the tracker is a pretended GitHub, over HTTP with signed webhooks.
Baton is killed while the answers go out.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.waiting import until
from tests.e2e_networks.baton import Baton
from tests.e2e_networks.bluesky_network import Account as BlueskyAccount
from tests.e2e_networks.bluesky_network import BlueskyNetwork
from tests.e2e_networks.mail_server import HOST, PASSWORD, MailServer, letter, words_of
from tests.e2e_networks.snac import Account, SnacServer
from tests.fakes.trackers.github import PretendGitHub

pytestmark = pytest.mark.timeout(600)

US = "help@acme.test"
NAMES = ("tom", "una", "vera", "will")
MAILERS = tuple(f"{name}@letters.test" for name in ("xenia", "yann", "zoe", "arno"))
WISHES = (
    "could you wrap my presents",
    "a box with a bow would be lovely",
    "my aunt wants it in paper",
    "do you do gift wrapping",
)
NEWS = "Gift wrap is here: choose it at checkout."


@dataclass(frozen=True)
class Asker:
    """One who asked: a word of their post, and how often the news stands in their thread on the network."""

    word: str
    told: Callable[[], int]


@contextmanager
def beside(fake: PretendGitHub) -> Iterator[Callable[[Coroutine[Any, Any, Any]], Any]]:
    """The pretended tracker in a thread of its own; gives what runs something there."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, loop).result(60)

    try:
        run(fake.__aenter__())
        yield run
    finally:
        run(fake.__aexit__(None, None, None))
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def word() -> str:
    return f"w{uuid4().hex[:10]}"


def on_mastodon(person: Account, wish: str) -> Asker:
    mark = word()
    status = person.post(f"@acme@snac.test {wish} {mark}")
    return Asker(mark, lambda: sum(NEWS in each["content"] for each in person.answers(status)))


def on_bluesky(person: BlueskyAccount, acme: BlueskyAccount, wish: str) -> Asker:
    mark = word()
    post = person.post(f"@{acme.handle} {wish} {mark}", acme)
    return Asker(mark, lambda: sum(each["record"]["text"] == NEWS for each in person.answers(post)))


def by_mail(mail: MailServer, address: str, wish: str) -> Asker:
    mark = word()
    mail.send(letter(address, US, f"A question {mark}", wish))
    return Asker(mark, lambda: sum(NEWS in words_of(each) for each in mail.mails(address)))


@pytest.fixture
def snac(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnacServer]:
    with SnacServer(tmp_path_factory.mktemp("snac"), "acme", *NAMES) as running:
        yield running


@pytest.fixture
def bluesky(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlueskyNetwork]:
    with BlueskyNetwork(tmp_path_factory.mktemp("bluesky")) as running:
        yield running


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer(US, *MAILERS) as running:
        yield running


def settings(acme: Account, sky: BlueskyAccount, mail: MailServer, tracker: PretendGitHub) -> str:
    """The piece of baton.toml: three networks and the tracker."""
    parts: dict[str, dict[str, Any]] = {
        "sources.mastodon": {"kind": "mastodon", "url": acme.url, "token_env": "ACME_TOKEN", "every": "1s"},
        "sources.bluesky": {
            "kind": "bluesky",
            "account": sky.handle,
            "url": sky.url,
            "password_env": "SKY_PASSWORD",
            "every": "1s",
        },
        "sources.mail": {
            "kind": "email",
            "account": US,
            "host": HOST,
            "port": mail.imaps_port,
            "password_env": "MAIL_PASSWORD",
            "smtp_host": HOST,
            "smtp_port": mail.smtps_port,
            "every": "1h",
        },
        "trackers.app": tracker.settings,
    }
    lines = []
    for name, values in parts.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    return "\n".join(lines)


def loops_of(baton: Baton) -> dict[str, Any]:
    """What the digest of this week says of loops."""
    year, week, _ = datetime.now(UTC).isocalendar()
    printed = baton.run_app("digest", "--week", f"{year}-W{week:02}", "--format", "json")
    loops: dict[str, Any] = json.loads(printed)["ideas"]["loops"]
    return loops


def test_twelve_who_asked_on_three_networks_are_told_once_when_it_ships_in_the_tracker(
    tmp_path_factory: pytest.TempPathFactory, snac: SnacServer, bluesky: BlueskyNetwork, mail: MailServer
) -> None:
    acme, *people = (snac.account(name) for name in ("acme", *NAMES))
    sky, *there = bluesky.accounts("acmecare", *NAMES)
    tracker = PretendGitHub()
    with beside(tracker) as run:
        environment = {
            "ACME_TOKEN": acme.token,
            "SKY_PASSWORD": sky.password,
            "MAIL_PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(mail.certificate),
            **tracker.environment,
        }
        folder = tmp_path_factory.mktemp("baton")
        with Baton(folder, settings(acme, sky, mail, tracker), **environment) as baton:
            tracker.hook = f"{baton.door.base}/trackers/app"
            askers = [
                *(on_mastodon(person, wish) for person, wish in zip(people, WISHES, strict=True)),
                *(on_bluesky(person, sky, wish) for person, wish in zip(there, WISHES, strict=True)),
                *(by_mail(mail, address, wish) for address, wish in zip(MAILERS, WISHES, strict=True)),
            ]
            cards = [baton.card(asker.word) for asker in askers]
            refs = [card.ref for card in cards]
            assert len(set(refs)) == 12
            ana, chloe = baton.person("ana"), baton.person("chloe")

            ana.command(f"/baton idea {refs[0]} gift wrap at checkout")
            said = ana.command(f"/baton idea I-1 {' '.join(refs[1:])}")
            assert "12 conversations of 12 customers" in said
            ana.command(f"/baton claim {refs[0]}")
            ana.command(f"/baton resolve {refs[0]} idea; wanted: gift wrap; changed: nothing")
            chloe.command("/baton track I-1")
            (issue,) = until(tracker.refs, "the tracker has the issue")
            run(tracker.deliver())

            tracker.ship(issue)
            assert set(run(tracker.deliver())) == {200}
            ana.told("Drafts are ready for 12 conversations", seconds=120)
            assert "has shipped" in cards[3].shows("has shipped")
            assert [asker.told() for asker in askers] == [0] * 12

            chloe.command("/baton tell I-1")
            form = chloe.form_words()
            assert "and 9 more" in form
            assert all(network in form for network in ("Mastodon", "Bluesky", "E-mail"))
            chloe.submit(text=NEWS)
            baton.kill_bot()

            until(lambda: all(asker.told() for asker in askers), "all twelve are told", 180, 1)
            until(lambda: loops_of(baton)["told"] == 12, "the digest says so", 120, 3)
            loops = loops_of(baton)
            assert (loops["ideas"], loops["closed"], loops["askers"], loops["waiting"]) == (1, 1, 12, 0)
            assert [asker.told() for asker in askers] == [1] * 12, "each once"
            assert "12 of 12 told" in ana.command("/baton idea I-1")
            assert "reopen" in cards[0].verbs(), "what was resolved stays so"
            assert baton.complaints(killed=True) == []
