"""Training the mood model: a small slice of GoEmotions gives the weights it has always given, other data is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from integrations.ai.local.features import MARKS, TABLE
from integrations.ai.local.lexicon import english
from integrations.ai.local.sentiment import SentimentModel
from integrations.ai.local.training import PINNED, WrongData, comments, main, sayings, train, trained_on
from integrations.ai.local.weights import FILE, Weights, unpacked

SLICE = Path(__file__).with_name("goemotions")
OF_SLICE = "b855351746b7c168ce5a7ce75c42bcde142b7ac59e28538bad0020bc243e6f9f"
"""The SHA-256 of the weights that the slice gives. A change of features, words or training changes it, and mood.bin too."""


@pytest.fixture(scope="module")
def of_slice() -> Weights:
    """The weights that the slice gives."""
    return train(list(comments(SLICE / "train.tsv")), list(comments(SLICE / "dev.tsv")), {"slice": "of GoEmotions"})


def test_the_slice_gives_the_weights_it_has_always_given(of_slice: Weights) -> None:
    assert hashlib.sha256(of_slice.packed()).hexdigest() == OF_SLICE


def test_weights_trained_on_a_slice_read_already(of_slice: Weights) -> None:
    model = SentimentModel(of_slice, english())
    assert model.read("worst service ever, still waiting for my refund", "en")[0].name == "negative"
    assert model.read("thank you so much, great service", "en")[0].name == "positive"
    assert model.read("what time do you open tomorrow?", "en")[0].name == "neutral"


def test_weights_are_read_as_they_were_written(of_slice: Weights) -> None:
    assert unpacked(of_slice.packed()) == of_slice


def test_weights_of_other_features_are_refused() -> None:
    head, table = FILE.read_bytes().split(b"\n", 1)
    with pytest.raises(ValueError, match="train them anew"):
        unpacked(head + b"\n" + table[:-2])


def test_the_weights_that_ship_name_the_data_they_come_from() -> None:
    shipped = unpacked(FILE.read_bytes())
    assert shipped.data == PINNED
    assert shipped.marks.keys() == MARKS.keys()
    assert len(shipped.table) == 2 * TABLE
    assert FILE.stat().st_size < 1_000_000


def test_other_data_is_refused() -> None:
    with pytest.raises(WrongData, match=r"train\.tsv has the SHA-256"):
        trained_on(SLICE)


def test_the_command_says_what_is_wrong_with_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "weights"
    assert main([str(tmp_path), "--output", str(output)]) == 1
    assert "train.tsv" in capsys.readouterr().err
    assert not output.exists()


def test_comments_that_are_both_glad_and_cross_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("anger\njoy\ncuriosity\nneutral", encoding="utf-8")
    lines = ["[NAME] is mad\t0\ta", "love and hate\t0,1\tb", "what is it\t2\tc", "yay\t1,3\td", "so\t3\te"]
    (tmp_path / "some.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert list(comments(tmp_path / "some.tsv")) == [("  is mad", 0), ("what is it", 1), ("yay", 2), ("so", 1)]


def test_sayings_fill_every_slot_and_are_always_the_same() -> None:
    said = list(sayings())
    assert not [text for text, _ in said if "{" in text or "}" in text]
    assert {mood for _, mood in said} == {0, 1, 2}
    assert said == list(sayings())


def test_no_saying_is_said_to_be_meant_in_two_ways() -> None:
    moods: dict[str, set[int]] = {}
    for text, mood in sayings():
        moods.setdefault(text, set()).add(mood)
    assert [text for text, meant in moods.items() if len(meant) > 1] == []
