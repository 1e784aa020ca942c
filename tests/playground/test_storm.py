"""A storm is the same for the same seed, says many things about one event, and reaches the bot whole."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.domain.echoing import say_the_same
from bot.errors import RetriableError
from handlers.admin.demo import DEMO_SECRET
from playground.storm import Storm, read_texts, settings
from playground.storm_posts import AGAIN, StormPost, make_storm
from tests.fakes.inbox import MemoryInbox
from tests.integrations.doors import SECRET, front_door

SCHEMA = Path(__file__).parents[2] / "docs" / "post.schema.json"


@pytest.fixture(scope="module")
def storm() -> list[StormPost]:
    return make_storm(10_000, 20, 7)


def first_deliveries(storm: list[StormPost]) -> list[StormPost]:
    return [one for one in storm if not one.again]


def test_the_same_seed_gives_the_same_posts(storm: list[StormPost]) -> None:
    assert make_storm(10_000, 20, 7) == storm
    other = make_storm(10_000, 20, 8)
    assert {one.id for one in other}.isdisjoint(one.id for one in storm)
    assert [one.post["text"] for one in other] != [one.post["text"] for one in storm]


def test_there_are_as_many_as_asked_for_and_some_come_twice(storm: list[StormPost]) -> None:
    firsts = first_deliveries(storm)
    assert len(firsts) == len({(one.post["network"], one.id) for one in firsts}) == 10_000
    assert Counter(one.kind for one in firsts)["urgent"] == 20
    assert len(storm) == round(10_000 * (1 + AGAIN))
    came = {one.id: number for number, one in reversed(list(enumerate(storm)))}
    assert all(not storm[came[one.id]].again for one in storm if one.again)


def test_some_thousands_speak_in_their_own_words_and_some_thousands_pass_on_what_others_said(
    storm: list[StormPost],
) -> None:
    kinds = Counter(one.kind for one in first_deliveries(storm))
    assert kinds["own"] >= 4_000
    assert kinds["passed on"] >= 3_000
    assert kinds["reply"] >= 1_000
    own = [one.post["text"] for one in storm if one.kind == "own" and not one.again]
    assert len(set(own)) >= 0.9 * len(own)
    sample = own[:150]
    alike = sum(say_the_same(one, other) for at, one in enumerate(sample) for other in sample[:at])
    assert alike <= 5


def test_it_comes_from_many_people_on_several_networks_in_several_languages(storm: list[StormPost]) -> None:
    posts = [one.post for one in first_deliveries(storm)]
    assert len({(post["network"], post["author"]["external_id"]) for post in posts}) >= 5_000
    assert len({post["network"] for post in posts}) >= 5
    languages = Counter(post.get("lang") for post in posts)
    assert set(languages) == {"en", "de", "fr", "es", None}
    assert languages["en"] > sum(languages[lang] for lang in ("de", "fr", "es"))


def test_whoever_answers_answers_an_earlier_post_of_the_same_network(storm: list[StormPost]) -> None:
    before: dict[str, dict[str, object]] = {}
    for one in first_deliveries(storm):
        if one.kind == "reply":
            parent = before[one.post["parent_id"]]
            assert parent["network"] == one.post["network"]
            assert parent.get("root_id", parent["external_id"]) == one.post["root_id"]
        before[one.id] = one.post


def test_the_unrelated_ones_are_spread_and_say_what_nobody_else_says(storm: list[StormPost]) -> None:
    unrelated = [one for one in first_deliveries(storm) if one.kind == "urgent"]
    pauses = [later.after - one.after for one, later in pairwise(unrelated)]
    assert max(pauses) < 0.1
    assert len({one.post["lang"] for one in unrelated if "lang" in one.post}) >= 3
    texts = [one.post["text"] for one in unrelated]
    rest = [one.post["text"] for one in storm if one.kind == "own"][:500]
    assert not any(say_the_same(text, other) for text in texts for other in rest)
    assert not any(say_the_same(text, other) for at, text in enumerate(texts) for other in texts[:at])


def test_there_are_only_so_many_that_are_unrelated() -> None:
    with pytest.raises(ValueError, match="at most 5 urgent"):
        make_storm(5, 6, 1)
    with pytest.raises(ValueError, match="at most 30 urgent"):
        make_storm(100, 31, 1)


def test_every_post_satisfies_the_published_schema(storm: list[StormPost]) -> None:
    validator = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for one in storm[:300]:
        validator.validate(one.record(datetime.now(UTC)))


def test_the_words_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("id,said\n1,The bridge is closed\n2,\n3,Trains stand still\n", encoding="utf-8")
    texts = read_texts(file, "said")
    assert texts == ["The bridge is closed", "Trains stand still"]
    storm = make_storm(60, 2, 3, texts)
    own = [one for one in storm if one.kind == "own"]
    assert {one.post["text"] for one in own} == set(texts)
    assert all("lang" not in one.post for one in own)
    assert sum(one.kind == "urgent" and not one.again for one in storm) == 2
    with pytest.raises(SystemExit, match="no column 'text'"):
        read_texts(file, "text")


async def test_everything_is_taken_in_once_and_noted() -> None:
    inbox, out, storm = MemoryInbox(), io.StringIO(), make_storm(200, 5, 1)
    async with front_door(inbox) as door:
        report = await Storm(f"{door.url}/hooks/generic/demo", SECRET, storm, 0.5, out).run()
    assert len(inbox.events) == report.accepted == 200
    assert report.sent == len(storm)
    assert report.duplicates == len(storm) - 200
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {line["external_id"] for line in lines if line["new"]} == {event.external_id for event in inbox.events}
    assert Counter(line["kind"] for line in lines if line["new"])["urgent"] == 5
    assert all(datetime.fromisoformat(line["accepted_at"]) <= datetime.now(UTC) for line in lines)
    told = json.loads(report.as_json())
    assert (told["sent"], told["accepted"], told["refused"]) == (len(storm), 200, 0)
    assert 0 < told["middle"] <= told["slowest"]


async def test_nothing_is_lost_while_the_bot_cannot_take_more() -> None:
    inbox, storm = MemoryInbox(), make_storm(30, 1, 2)
    inbox.failure = RetriableError("busy", retry_after=1)
    async with front_door(inbox) as door:
        running = asyncio.create_task(Storm(f"{door.url}/hooks/generic/demo", SECRET, storm, 0.1).run())
        await asyncio.sleep(0.5)
        inbox.failure = None
        report = await running
    assert len(inbox.events) == report.accepted == 30
    assert report.refused == 0


def test_it_finds_the_demo_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BATON_PORT", "BATON_HOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BATON_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit, match="BATON_HOOK_SECRET"):
        settings()
    left = {"pid": 1, "environment": {"BATON_PORT": "8123", "BATON_HOOK_SECRET": DEMO_SECRET}}
    (tmp_path / "demo.json").write_text(json.dumps(left))
    assert settings().url == "http://127.0.0.1:8123/hooks/generic/demo"
    assert settings().secret == DEMO_SECRET
    monkeypatch.setenv("BATON_PORT", "8124")
    assert settings().url == "http://127.0.0.1:8124/hooks/generic/demo"
