"""The frame of `make bench-triage`: what is printed, what counts as missed, and what is said when data is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.triage.__main__ import main
from tests.triage.data import AIRLINE, Missing, airline, needed
from tests.triage.report import Line, table


def test_a_goal_is_at_least_or_at_most() -> None:
    assert Line("sentiment", "macro-recall", 65.0, goal=65.0).reached
    assert not Line("sentiment", "macro-recall", 64.9, goal=65.0).reached
    assert Line("speed", "cold start, s", 1.5, goal=1.5, better="lower").reached
    assert not Line("speed", "cold start, s", 1.6, goal=1.5, better="lower").reached
    assert Line("sentiment", "only told", 0.0).reached


def test_the_table_marks_what_was_missed() -> None:
    drawn = table([Line("a", "first", 70.04, goal=65, beside=54.0), Line("b", "second", 3.21, goal=3, better="lower")])
    head, first, second = drawn.splitlines()
    assert head.split() == ["part", "measure", "value", "goal", "beside"]
    assert first.split() == ["a", "first", "70.0", "≥", "65.0", "54.0"]
    assert second.split() == ["b", "second", "3.2", "≤", "3.0", "-", "MISSED"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere is no folder" in capsys.readouterr().err


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=AIRLINE):
        needed(tmp_path, AIRLINE)


def test_posts_are_read_as_they_were_written(tmp_path: Path) -> None:
    rows = 'id,text,sentiment,reason\n1,"late, lost &amp; tired",negative,Late Flight\n'
    (tmp_path / AIRLINE).write_text(rows, encoding="utf-8")
    (post,) = airline(tmp_path)
    assert (post.text, post.mood, post.reason) == ("late, lost &amp; tired", "negative", "Late Flight")
