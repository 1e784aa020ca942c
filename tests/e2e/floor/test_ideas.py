"""Ideas at the window: noted from a card's menu, found again by who resolves another, voted on, passed, shipped."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.demo import Demo
from tests.e2e.floor.colleague import Colleague, Enter
from tests.e2e.front_door import written
from tests.e2e.playground_page.window import word


def button(answer: Locator, label: str) -> Locator:
    return answer.get_by_role("button", name=label, exact=True)


def number_in(answer: Locator) -> str:
    found = re.search(r"I-\d+", answer.inner_text())
    assert found is not None
    return found[0]


def noted(colleague: Colleague, words: str) -> Locator:
    """The answer with these words that only they see."""
    answer = colleague.page.locator(".message.ephemeral").filter(has_text=words).last
    expect(answer).to_be_visible()
    return answer


def test_what_one_notes_another_finds_votes_on_and_ships(demo: Demo, enter: Enter) -> None:
    first, second = (demo.hear(written(f"Could you wrap it? {word()}", handle=word())) for _ in range(2))
    title = f"Ribbons {word()} {word()}"
    ana = enter("ana")
    ana.choose(first, "Idea…")
    form = ana.form(f"Idea from {first.ref}")
    form.get_by_label(re.compile("Or a new one|What would be better")).fill(title)
    form.get_by_role("button", name="Note it", exact=True).click()
    ana.no_form()
    idea = number_in(noted(ana, f"is a new idea: {title}"))

    ana.ask(f"/claim {second.ref}")
    ended = ana.ask(f"/baton resolve {second.ref} idea | the {title} | nothing")
    expect(ended).to_contain_text(f"It asks for {idea} · {title}, which says nearly the same.")

    finn = enter("finn")
    shown = finn.ask(f"/baton idea {idea}")
    expect(shown).to_contain_text("2 conversations of 2 customers")
    button(shown, "Vote…").click()
    form = finn.form(f"Idea {idea}")
    finn.pick(form, "Your department is", "Against it")
    form.get_by_label("Why").fill("too dear for so few")
    form.get_by_role("button", name="Vote", exact=True).click()
    finn.no_form()
    noted(finn, f"Your department's view of {idea} is noted.")
    expect(finn.ask(f"/claim {idea}")).to_contain_text(f"The next step of {idea} is yours.")
    expect(finn.ask(f"/baton pass {idea} support who asked most?")).to_contain_text(f"is asked to take {idea}")
    demo.people.told("ana", f"asks Support to take the next step of {idea} · {title}", "who asked most?")
    expect(ana.ask(f"/baton accept {idea}")).to_contain_text(f"The next step of {idea} is yours.")
    shipped = ana.ask(f"/baton ship {idea}")
    expect(shipped).to_contain_text(f"{idea} is shipped: {title}.")
    expect(shipped).to_contain_text("Asked for by 2 conversations of 2 customers")
    shown = ana.ask(f"/baton idea {idea}")
    for words in ("Shipped since", "against: “too dear for so few”"):
        expect(shown).to_contain_text(words)
