"""Adding a language's words as its page says makes triage find in that language what the page says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integrations.ai.local.vocabulary import WORDS
from tests.docs.pages import ROOT, fenced, read, rows

PAGE = ROOT / "docs" / "add-a-language.md"
_WHERE = re.compile(r"# (\w+\.toml), (?:in (\[.+\])|at its end)\n")

_READ = """
import json, sys
from pathlib import Path
from integrations.ai.local import foreign_mood, vocabulary
vocabulary.WORDS = Path(sys.argv[1])
foreign_mood.WORDS = vocabulary.WORDS / "mood.toml"
vocabulary.tables.cache_clear()
from bot.config import Config
from handlers.admin.triage import as_dict
from integrations.ai.local import LocalTriage
reader = LocalTriage(Config())
print(json.dumps([as_dict(reader.read(text)) for text in json.load(sys.stdin)]))
"""

POSTS = [
    (row[0], row[1]) for row in rows(read(PAGE)) if len(row) == 2 and re.search(r"mood|intent|urgent|crisis", row[1])
]


def put_in(words: Path) -> None:
    """Every block of the page, where it says."""
    for block in fenced(read(PAGE), "toml"):
        parts = _WHERE.split(block)[1:]
        assert parts, block
        for file, table, lines in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
            path = words / file
            there = path.read_text("utf-8")
            if table is None:
                path.write_text(f"{there}\n{lines}", "utf-8")
                continue
            assert there.count(f"{table}\n") == 1, (file, table)
            path.write_text(there.replace(f"{table}\n", f"{table}\n{lines}"), "utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is read in each post of the page, in a process of its own that has the new words."""
    words = tmp_path_factory.mktemp("triage") / "words"
    shutil.copytree(WORDS, words)
    put_in(words)
    texts = [text for text, _ in POSTS]
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(words)],
        input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return dict(zip(texts, json.loads(done.stdout), strict=True))


def holds(said: str, reading: dict[str, Any]) -> bool:
    """Is one finding of the page in the reading?"""
    intents = [each["name"] for each in reading["intents"] if each["confidence"] >= 0.5]
    match said.split():
        case ["mood", mood]:
            return bool(reading["sentiment"] == mood)
        case ["intent", intent]:
            return intent in intents
        case ["no", intent]:
            return intent not in intents
        case ["department", department]:
            return bool(reading["departments"][0]["name"] == department)
        case ["topic", topic]:
            return topic in [each["name"] for each in reading["topics"]]
        case [*no, "urgent"]:
            return bool((reading["urgency"] == "urgent") != bool(no))
    raise AssertionError(f"the page says “{said}”, which is no finding")


@pytest.mark.parametrize(("text", "said"), POSTS)
def test_what_the_page_says_is_found(text: str, said: str, found: dict[str, dict[str, Any]]) -> None:
    assert found[text]["language"] == "sv"
    assert [one for one in said.split(", ") if not holds(one, found[text])] == []


def test_the_page_has_posts_and_a_block_for_every_file_of_words() -> None:
    assert len(POSTS) >= 5
    named = {file for block in fenced(read(PAGE), "toml") for file in _WHERE.split(block)[1::3]}
    # The other two are of English alone: what a mood is learned from, and posts to companies.
    assert named == {path.name for path in WORDS.glob("*.toml")} - {"sayings.toml", "service.toml"}


@pytest.mark.parametrize("file", ["language.py", "language_words.py", "vocabulary.py"])
def test_the_code_that_the_page_sends_to_is_there(file: str) -> None:
    assert f"integrations/ai/local/{file}" in read(PAGE)
    assert (ROOT / "integrations" / "ai" / "local" / file).is_file()
