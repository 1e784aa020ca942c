"""The short word rules: what is urgent and why, which departments are suggested, how words are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lexicon import Hit, Lexicon, fold
from bot.domain.suggestion import suggest
from bot.domain.urgency import why_urgent

EVERY = dict.fromkeys(("support", "product", "sales", "marketing", "legal", "operations", "logistics", "people"), ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The charger CAUGHT FIRE last night", "danger: “caught fire”"),
        ("Der Akku ist explodiert!", "danger: “explodiert”"),
        ("Es muy peligroso", "danger: “peligroso”"),
        ("バッテリーから発火しました", "danger: “発火”"),
        ("My son is in the hospital because of it", "somebody is hurt: “hospital”"),
        ("Someone hacked my account", "money or data at risk: “hacked”"),
        ("J’ai été débité deux fois", "money or data at risk: “débité deux fois”"),
        ("You will hear from my lawyer", "law or press: “lawyer”"),
        ("I need this ASAP", "needed now: “asap”"),
        ("Acil, yarın uçuyorum", "needed now: “acil”"),
        ("This is not safe for children", "danger: “not safe”"),
    ],
)
def test_what_cannot_wait_says_why(text: str, why: str) -> None:
    assert why_urgent(text) == why


@pytest.mark.parametrize(
    "text",
    [
        "Love the new colour!",
        "Where is my parcel?",
        "It is not dangerous at all",
        "Not urgent, whenever you have time",
        "keine Explosion, nur kein Feuer gefangen",
        "The firehouse sale at the insurgently named shop",
        "",
    ],
)
def test_ordinary_posts_are_not_urgent(text: str) -> None:
    assert why_urgent(text) is None


def test_the_gravest_reason_is_named() -> None:
    assert why_urgent("URGENT: the vest started smoking") == "danger: “started smoking”"


def test_a_long_text_is_judged_by_its_beginning_and_its_end() -> None:
    middle = "and so on " * 4_900
    assert why_urgent(f"It caught fire. {middle}") == "danger: “caught fire”"
    assert why_urgent(f"{middle} So it caught fire.") == "danger: “caught fire”"
    assert suggest(f"My parcel never came. {middle}", EVERY) == ("logistics",)
    assert len(fold("x " * 25_000)) < 6_000


def test_the_companys_own_words_count_first() -> None:
    assert why_urgent("the Trail-X strap snapped on a cliff", ["strap snap*"]) == "one of our words: “strap snapped”"
    assert why_urgent("the strap is fine", ["strap snap*"]) is None


@pytest.mark.parametrize(
    ("text", "departments"),
    [
        ("Where is my parcel? The courier never came", ("logistics",)),
        ("Wann kommt mein Paket an?", ("logistics",)),
        ("荷物が届いていません", ("logistics",)),
        ("The app crashes after the update", ("product",)),
        ("Could I have a quote for a bulk order?", ("sales",)),
        ("Ich will Auskunft nach der DSGVO, mein Anwalt auch", ("legal",)),
        ("Your staff were rude", ("people",)),
        ("Hmm.", ()),
    ],
)
def test_departments_are_suggested_by_words(text: str, departments: tuple[str, ...]) -> None:
    assert suggest(text, EVERY)[: len(departments) or 1] == departments


def test_only_departments_that_exist_are_suggested_and_their_own_words_weigh_more() -> None:
    ours = {"support": ("gizmo*",), "workshop": ("buckle", "frame")}
    assert suggest("The buckle and the frame broke, I need help", ours) == ("workshop",)
    assert suggest("My gizmos! Where is the parcel?", ours) == ("support",)


def test_two_at_most_and_none_that_is_far_behind() -> None:
    text = "parcel courier tracking delivery app"
    assert suggest(text, EVERY) == ("logistics",)
    assert len(suggest("parcel app price help lawyer store staff newsletter", EVERY)) == 2


def test_words_are_found_whole_and_phrases_across_punctuation() -> None:
    lexicon = Lexicon({"a": ["cat", "log in", "run*"], "b": ["猫"]})
    assert lexicon.find(fold("Cat! concatenate; log, in. Running 猫たち")) == [
        Hit("a", 0, "cat"),
        Hit("a", 18, "log, in"),
        Hit("a", 27, "running"),
        Hit("b", 35, "猫"),
    ]


@given(st.text(max_size=300))
def test_no_text_breaks_the_rules(text: str) -> None:
    why_urgent(text)
    assert set(suggest(text, EVERY)) <= set(EVERY)
