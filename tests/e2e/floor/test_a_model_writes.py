"""What a model writes, seen in the channel by who asked: a suggestion in the form, a summary, and what takes longer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.demo import ROOT, Demo
from tests.e2e.floor.colleague import Enter
from tests.e2e.front_door import written
from tests.e2e.playground_page.window import word
from tests.fakes.model_server import KEY, MODEL, Asked, ModelServer, Says, sensible, serving

DRAFT = "We are sorry that it came crushed: see [here](https://evil.example/x). A new one goes out today."
GIST = "The third parcel arrived crushed.\nNobody has answered yet."


def says(asked: Asked) -> str | Says:
    """A summary takes its time."""
    if "You draft an answer" in asked.system:
        return DRAFT
    if "what a conversation with a customer is about" in asked.system:
        return Says(GIST, after=4.0)
    return sensible(asked)


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    """A scripted model in a thread of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    over = asyncio.Event()
    found: list[ModelServer] = []

    async def serve() -> None:
        async with serving() as server:
            server.brain = says
            found.append(server)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(20)
    yield found[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[Demo]:
    """The product with that model named in its settings."""
    folder = tmp_path_factory.mktemp("model")
    settings = (ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8")
    named = f'\n[ai]\nmodel = "{MODEL}"\nwhen = "never"\n\n[voice]\nsign_off = "– the team"\n'
    config: Path = folder / "baton.toml"
    config.write_text(settings + named, "utf-8")
    with Demo(folder / "data", BATON_CONFIG=str(config), OPENAI_BASE_URL=model.url, OPENAI_API_KEY=KEY) as demo:
        yield demo


def test_a_suggestion_fills_the_form_and_only_the_form_sends(demo: Demo, enter: Enter) -> None:
    ana, chloe = enter("ana"), enter("chloe")
    card = demo.hear(written(f"Third parcel that arrives crushed. {word()}"))
    ana.press(card, "Claim")
    expect(ana.card(card)).to_contain_text("Ana Lima (Support)")
    shown = ana.ask(f"/baton show {card.ref}")
    shown.get_by_role("button", name="Suggest…", exact=True).click()
    form = ana.form(f"Reply {card.ref}")
    expect(form).to_contain_text("A model suggests these words.")
    expect(form).to_contain_text("Left out, since it is not ours: “evil[.]example/x”.")
    field = form.get_by_label("Your answer")
    expect(field).to_have_value("We are sorry that it came crushed: see here. A new one goes out today.\n\n– the team")
    field.fill("We are sorry. A new one goes out today.")
    form.get_by_role("button", name="Send", exact=True).click()
    ana.no_form()
    expect(chloe.card(card)).to_contain_text("by Ana Lima (Support): “We are sorry. A new one goes out today.”")


def test_who_does_not_hold_it_keeps_a_draft(demo: Demo, enter: Enter) -> None:
    chloe = enter("chloe")
    card = demo.hear(written(f"Does the strap come in green? {word()}"))
    chloe.send(f"/baton suggest {card.ref} yes, from May on")
    form = chloe.form(f"Draft {card.ref}")
    expect(form).to_contain_text("whoever holds the baton finds it")
    form.get_by_role("button", name="Keep it", exact=True).click()
    chloe.no_form()
    expect(chloe.card(card)).to_contain_text("Chloé Martin: “We are sorry that it came crushed")


def test_what_takes_longer_comes_as_a_message_to_who_asked(demo: Demo, enter: Enter, chromium: Browser) -> None:
    ana = enter("ana")
    card = demo.hear(written(f"Third parcel that arrives crushed. {word()}"))
    late = ana.ask(f"/baton summarise {card.ref}")
    expect(late).to_contain_text(f"A model is summarising {card.ref}. You will get it as a message from me.")
    demo.people.told("ana", f"{card.ref} in short")
