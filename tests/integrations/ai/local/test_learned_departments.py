"""A company whose claims teach: a department of its own takes the posts that are its own, and the rest stays as it was."""

from __future__ import annotations

import random

from bot.domain.learning import Learning
from integrations.ai.local.departments import GENERIC, MOST_LEARNED, Departments, telling
from integrations.ai.local.vocabulary import generic

NAMES = dict.fromkeys(GENERIC, "") | {"fleet": "Fleet"}
WHERE = ("in the park", "on Main Street", "near the station", "at the harbour", "outside my flat")
WHAT = (
    "The scooter won't unlock {}",
    "Scooter battery died {}",
    "One of your scooters is lying {} and blocks the way",
    "brakes of the scooter are gone {}",
    "rented a scooter {} and it stopped",
    "Please collect this scooter {}, it is broken",
    "help, the scooter {} is locked and the app froze",
)
NEW = (
    "My scooter has no light",
    "Is there a scooter near the beach?",
    "scooter number 12 has a flat tyre",
    "Two scooters in front of the hospital entrance",
    "Please take this scooter away",
)
OTHERS = (
    "Where is my parcel? The courier never came",
    "Your driver was so rude to me",
    "I want a refund, nobody answers the phone",
    "The app crashes after the update",
    "How much is a bulk order?",
    "My lawyer will write to you about the data breach",
    "Love your new ad campaign",
    "Delayed again, two hours on the platform",
    "please help me, my order is broken",
    "Hi, can you check my message?",
)


def after_claims(number: int, departments: tuple[str, ...] = ("fleet",)) -> Learning:
    learned, choice = Learning(), random.Random(5)
    for turn in range(number):
        post = choice.choice(WHAT).format(choice.choice(WHERE))
        learned.learn(telling(generic().look(post)), departments[turn % len(departments)])
    return learned


def test_after_thirty_claims_new_posts_of_the_kind_name_the_department_first() -> None:
    plain, taught = Departments(NAMES), Departments(NAMES, after_claims(30))
    for text in NEW:
        seen = generic().look(text)
        assert plain.rank(seen)[0].name != "fleet"
        assert taught.rank(seen)[0].name == "fleet", text


def test_suggestions_for_other_posts_hardly_move() -> None:
    plain, taught = Departments(NAMES), Departments(NAMES, after_claims(30))
    for text in OTHERS:
        before, after = plain.rank(generic().look(text)), taught.rank(generic().look(text))
        assert before[0].name == after[0].name, text
        assert abs(before[0].confidence - after[0].confidence) < 0.1, text


def test_claims_that_contradict_each_other_teach_nobody_much() -> None:
    learned = after_claims(300, ("fleet", "marketing", "legal"))
    for department in ("fleet", "marketing", "legal"):
        assert learned.weight(department, "scoote") < 1


def test_thousands_of_poisoned_claims_move_a_post_by_a_bounded_amount() -> None:
    learned = Learning()
    for _ in range(3_000):
        learned.learn(telling(generic().look("parcel courier delivery refund lawyer")), "marketing")
    for _ in range(50):
        learned.learn(telling(generic().look("Where is my parcel? The courier never came")), "logistics")
    departments = Departments(NAMES, learned)
    why = {
        one.name: one.learned for one in departments.why(generic().look("Where is my parcel? The courier never came"))
    }
    said = sum(weight for _, weight in why["marketing"])
    assert said <= MOST_LEARNED + 1e-9
    learned.reset("marketing")
    ranked = Departments(NAMES, learned).rank(generic().look("Where is my parcel? The courier never came"))
    assert ranked[0].name == "logistics"


def test_it_is_told_which_words_were_learned() -> None:
    why = Departments(NAMES, after_claims(30)).why(generic().look("This scooter is broken"))
    fleet = next(one for one in why if one.name == "fleet")
    assert fleet.learned[0][0] == "scooter"
    assert fleet.words == ()


def test_scripts_without_spaces_are_learned_too() -> None:
    learned = Learning()
    for place in "東西南北中外":
        for _ in range(5):
            learned.learn(telling(generic().look(f"{place}口の電動キックボードが邪魔です")), "fleet")
    ranked = Departments(NAMES, learned).rank(generic().look("駅前に電動キックボードがあります"))
    assert ranked[0].name == "fleet"
