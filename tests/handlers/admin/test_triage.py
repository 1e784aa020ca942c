"""`triage`: one JSON object for every row of a file, in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import UserError
from tests.handlers.admin.commands import Installed

POSTS = (
    "id,Text\n"
    '1,"My parcel arrived crushed, again. I want a refund, write to maya@mail.example"\n'
    "2,\n"
    ",\n"
    '4,"RT @maya: My parcel arrived crushed, again. I want a refund, write to maya@mail.example #fail"\n'
    '5,"Das Zelt hat Feuer gefangen!\nZwei Zeilen"\n'
    "6\n"
)


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


async def run(installed: Installed, posts: str | bytes, *more: str) -> list[dict[str, Any]]:
    source, output = installed.data_dir / "posts.csv", installed.data_dir / "found.jsonl"
    source.write_bytes(posts if isinstance(posts, bytes) else posts.encode())
    result = await installed.run(
        "triage", "--input", str(source), "--output", str(output), "--text-column", "Text", *more
    )
    assert result.exit_code == 0, result.exception
    assert result.stdout == ""
    assert list(installed.data_dir.glob("*.part")) == []
    return read(output)


async def test_every_row_has_its_line_in_order_also_those_without_words(installed: Installed) -> None:
    found = await run(installed, POSTS)
    assert [each["row"] for each in found] == [0, 1, 2, 3, 4, 5]
    first = found[0]
    assert (first["language"], first["sentiment"]) == ("en", "negative")
    assert first["sentiment_score"] < 0 < first["language_confidence"] <= 1
    assert first["intents"][0]["name"] == "complaint"
    assert first["departments"][0]["name"] == "logistics"
    assert [each["kind"] for each in first["pii"]] == ["email"]
    assert "delivery" in [each["name"] for each in first["topics"]]
    assert (found[4]["language"], found[4]["urgency"]) == ("de", "urgent")
    assert found[1]["sentiment"] == "neutral"


async def test_a_post_that_says_the_same_as_an_earlier_one_names_its_row(installed: Installed) -> None:
    assert [each["duplicate_of"] for each in await run(installed, POSTS)] == [None, None, None, 0, None, None]


async def test_the_words_that_spoke_are_added_when_asked_for(installed: Installed) -> None:
    why = (await run(installed, POSTS, "--explain"))[0]["why"]
    logistics = next(each for each in why if (each["field"], each["name"]) == ("departments", "logistics"))
    assert "parcel" in [word for word, _ in logistics["words"]]


async def test_other_encodings_and_damaged_bytes_lose_no_row(installed: Installed) -> None:
    wide = await run(
        installed, "text;id\nWo bleibt mein Paket? Ich warte schon ewig\n".replace("text", "Text").encode("utf-16")
    )
    assert wide[0]["language"] == "de"
    damaged = await run(installed, b"Text\nit\xff broke \x00 again\nfine\n")
    assert len(damaged) == 2


async def test_a_column_or_a_file_that_is_not_there_is_said_so(installed: Installed) -> None:
    source = installed.data_dir / "posts.csv"
    source.write_text("body\nhello\n")
    output = installed.data_dir / "out.jsonl"
    missing = await installed.run("triage", "--input", str(source), "--output", str(output))
    assert isinstance(missing.exception, UserError)
    assert "body" in missing.exception.hint
    assert not output.exists()
    nowhere = await installed.run("triage", "--input", str(source) + "x", "--output", str(output))
    assert isinstance(nowhere.exception, UserError)
    nobody = await installed.run(
        "triage", "--input", str(source), "--text-column", "body", "--output", "/nowhere/at/all"
    )
    assert isinstance(nobody.exception, UserError)
