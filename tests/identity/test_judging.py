"""Made-up people of seeds that nothing was tuned with: joins are right, most proposals are, and most who are one are found."""

from __future__ import annotations

import pytest

from tests.identity.judging import Score, measure
from tests.identity.people import People, make_people

TUNING = 1
"""The seed with which the weights were set; it judges nothing."""

JUDGING = (101, 202, 303)


@pytest.fixture(scope="module", params=JUDGING)
def people(request: pytest.FixtureRequest) -> People:
    return make_people(request.param)


@pytest.fixture(scope="module")
def score(people: People) -> Score:
    return measure(people)


def test_there_are_enough_of_them_and_many_share_names_and_mailboxes(people: People) -> None:
    assert people.persons >= 2000
    assert people.sharing_names >= 0.15
    assert people.sharing_mailboxes >= 0.05
    assert people.companies >= 100


@pytest.mark.slow
def test_who_joins_by_itself_is_one(score: Score) -> None:
    assert score.joined > 300
    assert score.join_precision >= 0.995, score.wrong[:5]


@pytest.mark.slow
def test_most_of_what_is_proposed_is_right(score: Score) -> None:
    assert score.proposed > 2000
    assert score.proposal_precision >= 0.9, str(score)


@pytest.mark.slow
def test_most_of_those_who_are_one_are_found(score: Score) -> None:
    assert score.recall >= 0.9, str(score)


def test_a_seed_makes_the_same_people_again() -> None:
    assert make_people(TUNING, 50) == make_people(TUNING, 50)
