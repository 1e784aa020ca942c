"""`learning`: what was learned is counted, and forgotten when somebody says so; `triage --learned` reads with it."""

from __future__ import annotations

import json
from pathlib import Path

from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.admin.commands import Installed
from tests.handlers.company import Company


async def after_claims(installed: Installed, department: str = "product", many: int = 30) -> None:
    async with installed.storage() as storage:
        await taught(storage, installed, department, many)


async def taught(storage: SqlStorage, installed: Installed, department: str, many: int) -> None:
    company = Company(storage, SetClock(), installed.config)
    await company.opened(*(f"A scooter blocks path {n} again" for n in range(many)))
    for number in range(1, many + 1):
        async with storage.writing() as uow:
            words = company.triage.telling("A scooter blocks our path again")
            await uow.lessons.teach(number, words, department, 1.0)


async def test_it_says_how_much_was_learned_and_of_whom(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    assert (await installed.run("learning")).output == "nothing was learned yet\n"
    await after_claims(installed, many=5)
    done = await installed.run("learning", "show")
    assert done.output.splitlines()[0].split() == ["department", "posts", "words"]
    assert done.output.splitlines()[1].split()[:2] == ["product", "5"]
    assert done.output.endswith("It is used from 10 posts on.\n")


async def test_a_department_that_is_gone_is_named_as_such(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await after_claims(installed, "fleet", 2)
    assert "not in baton.toml: not used" in (await installed.run("learning")).output


async def test_it_is_forgotten_once_somebody_said_yes(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await after_claims(installed, many=3)
    asked = await installed.run("learning", "reset", "product")
    assert "Forget what 3 posts taught for product?" in asked.output
    assert "product" in (await installed.run("learning")).output
    done = await installed.run("learning", "reset", "product", "--yes")
    assert done.output == "forgotten: what 3 posts taught for product\n"
    assert (await installed.run("learning")).output == "nothing was learned yet\n"
    wrong = await installed.run("learning", "reset", "prodct", "--yes")
    assert "There is no department prodct" in str(wrong.exception)


async def test_a_file_is_read_with_what_was_learned_and_says_which_words_were(tmp_path: Path) -> None:
    installed = Installed(tmp_path)
    await after_claims(installed)
    posts, found = tmp_path / "posts.csv", tmp_path / "found.jsonl"
    posts.write_text("text\nThis scooter is in my way\n")
    typed = ("triage", "--input", str(posts), "--output", str(found), "--explain")
    assert (await installed.run(*typed)).exit_code == 0
    plain = json.loads(found.read_text())
    assert (await installed.run(*typed, "--learned")).exit_code == 0
    learned = json.loads(found.read_text())
    assert plain["departments"][0]["name"] != "product"
    assert learned["departments"][0]["name"] == "product"
    (why,) = (why for why in learned["why"] if (why["field"], why["name"]) == ("departments", "product"))
    assert why["learned"][0][0] == "scooter"
    assert not any("learned" in why for why in plain["why"])
    routed = ("routes", "test", str(posts), "--json")
    assert "product" not in json.loads((await installed.run(*routed)).stdout)["departments"]
    assert json.loads((await installed.run(*routed, "--learned")).stdout)["departments"][0] == "product"
