"""What a tracker's words say of an idea, what several issues say together, and when that moves the idea."""

from __future__ import annotations

import pytest

from bot.domain.idea import IdeaState as S
from bot.domain.tracking import StateWords, agreed, to_move

WORDS = StateWords(
    {S.CONSIDERING: ("triage",), S.PLANNED: ("roadmap", "Next"), S.SHIPPED: ("completed",), S.DECLINED: ("wontfix",)}
)


def test_an_open_issue_is_in_the_furthest_state_that_its_words_say() -> None:
    assert WORDS.of_open([]) is S.NEW
    assert WORDS.of_open(["bug", "wontfix"]) is S.NEW
    assert WORDS.of_open(["Triage"]) is S.CONSIDERING
    assert WORDS.of_open(["next", "triage"]) is S.PLANNED


def test_a_closed_issue_is_in_the_first_state_that_its_words_say_or_in_none() -> None:
    assert WORDS.of_closed(["roadmap", "Completed"]) is S.SHIPPED
    assert WORDS.of_closed(["WontFix", "completed"]) is S.DECLINED
    assert WORDS.of_closed(["duplicate"]) is None


def test_without_a_word_for_it_what_is_considered_is_merely_open() -> None:
    assert StateWords().shown(S.CONSIDERING) is S.NEW
    assert WORDS.shown(S.CONSIDERING) is S.CONSIDERING
    assert StateWords().shown(S.PLANNED) is S.PLANNED


@pytest.mark.parametrize(
    ("states", "together"),
    [
        ([], None),
        ([None], None),
        ([S.SHIPPED], S.SHIPPED),
        ([S.SHIPPED, S.DECLINED], S.SHIPPED),
        ([S.DECLINED, S.DECLINED, None], S.DECLINED),
        ([S.SHIPPED, S.PLANNED, S.NEW], S.PLANNED),
        ([S.DECLINED, S.NEW], S.NEW),
    ],
)
def test_issues_are_over_together(states: list[S | None], together: S | None) -> None:
    assert agreed(states) is together


@pytest.mark.parametrize(
    ("now", "said", "to"),
    [
        (S.NEW, S.NEW, None),
        (S.CONSIDERING, S.NEW, None),
        (S.PLANNED, S.NEW, S.CONSIDERING),
        (S.SHIPPED, S.NEW, S.CONSIDERING),
        (S.NEW, S.PLANNED, S.PLANNED),
        (S.PLANNED, S.PLANNED, None),
        (S.DECLINED, S.SHIPPED, S.SHIPPED),
        (S.NEW, None, None),
    ],
)
def test_an_idea_moves_only_where_its_issues_say_something_else(now: S, said: S | None, to: S | None) -> None:
    assert to_move(now, said) is to
