"""The card for what is rolled up, as somebody at the floor sees and uses it: true to the store, and what its buttons promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.floor.colleague import Colleague
from tests.e2e.people import words_of
from tests.e2e.waiting import until
from tests.e2e_storm.conftest import Picture
from tests.e2e_storm.raging import WATCHER, Storm, at_the_floor
from tests.e2e_storm.watching import ROLLUP, named

NETWORKS = {
    "X": "x",
    "Mastodon": "mastodon",
    "Bluesky": "bluesky",
    "Facebook": "facebook",
    "Instagram": "instagram",
    "Reddit": "reddit",
    "Trustpilot": "trustpilot",
}
LANGUAGES = {"English": "en", "German": "de", "French": "fr", "Spanish": "es"}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def ana(storm: Storm, chromium: Browser) -> Iterator[Colleague]:
    """Ana's window at the floor."""
    window = at_the_floor(chromium, storm.demo, WATCHER)
    yield window
    assert window.complaints == []
    window.page.context.close()


@pytest.fixture(scope="module")
def kept(ana: Colleague) -> Locator:
    """The rollup card; Ana has pressed that it goes on, so that nothing moves while it is compared."""
    card = ana.page.locator("#main .message").filter(has_text=ROLLUP).first
    _scroll_to(card)
    card.get_by_role("button", name="Keep rolling up 1 h").click()
    expect(card).to_contain_text("rolling up until", timeout=15_000)
    return card


def test_its_figures_are_those_of_the_store(storm: Storm, kept: Locator) -> None:
    del kept

    def wrong() -> list[str]:
        message = next(each for each in storm.demo.people.messages(WATCHER) if each["text"].startswith(ROLLUP))
        return list(_untrue(storm, words_of(message)))

    until(lambda: not wrong(), f"the card is true: {wrong()}", 30, 1.0)


def _untrue(storm: Storm, said: str) -> Iterator[str]:
    """What the card says otherwise than the store."""
    networks, moods = storm.kept.rolled_up("network"), storm.kept.rolled_up("mood")
    topics, languages = storm.kept.rolled_up("topic"), storm.kept.rolled_up("language")
    urgent = storm.kept.rolled_up_urgent()
    claims = chain(
        [("more", _figure(said, r"🌊 ([\d,]+) more"), networks.total())],
        [("urgent", _figure(said, r"🔴 ([\d,]+) urgent ones? among them"), len(urgent))],
        [("the same", _figure(said, r"🔁 ([\d,]+) more says? the same"), storm.kept.echoes_of_rolled_up())],
        ((mood, _figure(said, rf"([\d,]+) {mood}\b"), moods[mood]) for mood in ("negative", "positive")),
        ((name, _number(many), languages[LANGUAGES[name]]) for many, name in re.findall(r"([\d,]+) in (\w+)", said)),
        (
            (name, _number(many), networks[NETWORKS[name]])
            for many, name in re.findall(r"([\d,]+) on (\w+)", said)
            if name in NETWORKS
        ),
        ((topic, _figure(said, rf"· ([\d,]+) on {topic}"), many) for topic, many in topics.most_common(1)),
    )
    for what, shown, stored in claims:
        if shown != stored:
            yield f"{what}: the card says {shown}, the store {stored}"
    if len(re.findall(r"[\d,]+ on (?:" + "|".join(NETWORKS) + r")\b", said)) < 4:
        yield "fewer than four networks are named"
    references = said[said.rindex("urgent ones among them") :]
    if named(references) != urgent:
        yield f"not named: {sorted(urgent - named(references))[:5]}; named: {sorted(named(references) - urgent)[:5]}"


def _scroll_to(card: Locator) -> None:
    # In one step: a card that is drawn anew is another element.
    card.evaluate("card => card.scrollIntoView({block: 'start'})")


def _figure(said: str, pattern: str) -> int | None:
    found = re.search(pattern, said)
    return _number(found[1]) if found else None


def _number(written: str) -> int:
    return int(written.replace(",", ""))


def test_its_list_is_shown_page_by_page(storm: Storm, ana: Colleague, kept: Locator) -> None:
    kept.get_by_role("button", name="Show list").click()
    answer = ana.told_only_me()
    expect(answer).to_contain_text(f"{storm.kept.rolled_up().total():,} conversations rolled up")
    expect(answer).to_contain_text("1 to 10 of")
    answer.get_by_role("button", name="More").click()
    expect(ana.told_only_me()).to_contain_text("11 to 20 of")


def test_only_what_is_urgent_is_shown(storm: Storm, ana: Colleague, kept: Locator) -> None:
    kept.get_by_role("button", name="Only urgent").click()
    answer = ana.told_only_me()
    urgent = storm.kept.rolled_up_urgent()
    expect(answer).to_contain_text(f"{len(urgent):,} urgent ones rolled up")
    shown = named(answer.inner_text())
    assert len(shown) == 10
    assert shown <= urgent


def test_whoever_claims_one_there_gives_it_a_card(storm: Storm, ana: Colleague, kept: Locator) -> None:
    kept.get_by_role("button", name="Only urgent").click()
    answer = ana.told_only_me()
    expect(answer).to_contain_text("urgent ones rolled up")
    number = min(named(answer.inner_text()))
    storm.demo.people.do("slash", WATCHER, channel="floor", text=f"/baton claim B-{number}")
    expect(ana.page.locator("#main .message").filter(has_text=f"B-{number}").last).to_contain_text(
        "Ana Lima", timeout=20_000
    )
    until(lambda: number not in storm.kept.rolled_up_urgent(), "it has left the rollup", 20)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_it_looks_like(storm: Storm, chromium: Browser, kept: Locator, picture: Picture, scheme: str) -> None:
    del kept
    window = at_the_floor(chromium, storm.demo, "ben", scheme)
    card = window.page.locator("#main .message").filter(has_text=ROLLUP).first
    expect(card).to_be_visible()
    _scroll_to(card)
    overflow = card.evaluate("card => card.scrollWidth - card.clientWidth")
    assert overflow <= 1, "nothing sticks out of the card"
    picture(window, f"rollup-{scheme}")
    window.page.locator("#main .feed").evaluate("feed => feed.scrollTo(0, feed.scrollHeight)")
    picture(window, f"floor-{scheme}")
    window.page.context.close()
