"""The playground's page lists what the playground has."""

from __future__ import annotations

import re

from playground.user_api.front import GETS, POSTS
from playground.web_api.front import METHODS
from tests.docs.pages import ROOT, code_spans, read, rows

PAGE = read(ROOT / "playground" / "README.md")
UI = ROOT / "playground" / "ui"
FAMILIES = {method.partition(".")[0] for method in METHODS}


def test_every_method_of_the_web_api_is_listed() -> None:
    listed = {word for span in code_spans(PAGE.replace("\n", " ")) for word in span.split() if "." in word}
    methods = {
        word for word in listed if re.fullmatch(r"[a-z]+(?:\.[a-zA-Z]+)+", word) and word.partition(".")[0] in FAMILIES
    }
    assert sorted(methods) == sorted(METHODS)


def test_every_call_of_the_user_api_is_listed() -> None:
    listed = set(re.findall(r"`(?:(?:GET|POST) )?/user/([a-z]+)", PAGE))
    assert sorted(listed) == sorted({*POSTS, *GETS, "stream"})


def test_every_key_that_does_something_with_a_message_is_listed() -> None:
    keys = re.search(r"const run = \{(.*?)\}\[event\.key\]", read(UI / "message_actions.js"), re.DOTALL)
    assert keys is not None
    listed = {key.strip() for row in rows(PAGE) if "message" in row[1:2][0] for key in row[0].split(",")}
    assert sorted(set(re.findall(r"^    (\w+): ", keys[1], re.MULTILINE)) - listed) == []


def test_the_keys_that_work_everywhere_are_listed() -> None:
    keys = set(re.findall(r'event\.key(?:\.toLowerCase\(\))? === "(\w+)"', read(UI / "keyboard.js")))
    assert keys == {"k", "Escape", "F6", "ArrowUp", "ArrowDown"}
    listed = " ".join(row[0] for row in rows(PAGE))
    assert all(word in listed for word in ("Ctrl K, ⌘ K", "Esc", "F6, Shift F6", "↑ ↓"))
