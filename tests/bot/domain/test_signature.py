"""Which texts say the same in the same words, which do not, and what a window of them keeps."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signature import FEWEST, SAME, Window, bands, normalised, resemblance, signature
from tests.triage.edits import EDITS

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
POSTS = (
    "The new kettle leaks from the bottom after two weeks, and nobody at the shop answers my messages. Very disappointed.",
    "Delivery was promised for Tuesday, then Wednesday, then Friday. It is Monday now and I still have no washing machine!",
    "Smoke came out of the charger last night while my son was asleep next to it. Please take these off the shelves!",
    "Is there any way to pause the subscription over the summer? The app only lets me cancel it for good.",
    "Der Kundendienst hat mich heute zum dritten Mal vertröstet, so langsam verliere ich wirklich die Geduld mit euch.",
    "Llevo tres semanas esperando el reembolso y cada vez que llamo me dicen que tardará cinco días más. Una vergüenza.",
    "今日届いた商品の箱が開いていて、中身も一部なくなっていました。どこに連絡すればよいですか？返金してほしいです。",
)


def alike(one: str, other: str) -> bool:
    return resemblance(signature(one), signature(other)) >= SAME


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.parametrize("text", POSTS[:6])
def test_a_post_that_was_passed_on_is_known_again(edit: object, text: str) -> None:
    assert callable(edit)
    changed = edit(text, random.Random(4))
    assert alike(text, changed)
    assert not set(bands(signature(text))).isdisjoint(bands(signature(changed)))


def test_it_is_known_again_in_a_script_without_spaces() -> None:
    text = POSTS[6]
    assert alike(text, f"RT @someone: {text} #返金")
    assert alike(text, text[:45] + "…")
    assert not alike(
        text, "昨日注文した商品がまだ届きません。配送状況を確認したいのですが、電話がつながらないので困っています。"
    )


@pytest.mark.parametrize("one", range(len(POSTS)))
def test_different_posts_are_not_joined(one: int) -> None:
    assert not any(alike(POSTS[one], other) for place, other in enumerate(POSTS) if place != one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Praying for everyone affected by the flood in the valley tonight", "So sad about the flood in the valley, hope everyone is safe"),
        ("Suspect in airport shooting charged with murder, police say", "Airport reopens two days after the shooting, flights delayed"),
        ("Why does the app crash every time I open the camera?", "Why does the app log me out every time I close it?"),
    ],
)  # fmt: skip
def test_posts_that_only_share_their_subject_are_not_joined(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you for your help!",
        "@shop THANK YOU so much 🙏🙏 https://example.com/x",
        "#pray #pray #pray #pray #pray #pray #pray #pray",
    ],
)
def test_too_little_is_never_the_same(text: str) -> None:
    assert signature(text) == ()
    assert resemblance(signature(text), signature(text)) == 0.0
    assert bands(signature(text)) == ()


def test_a_retweet_of_a_long_post_that_was_cut_early_is_known_again() -> None:
    text = " ".join(POSTS[:4])
    assert alike(text, f"RT @someone: {text[:110]}…")


def test_what_is_compared_is_free_of_form() -> None:
    assert (
        normalised("RT @a: RT @b_c: Sooo  HAPPY!!! Café — https://example.com/x #now 😀 via @d") == "so hapy cafe now"
    )
    assert normalised("it just stopped wor…") == normalised("It just stopped")


def test_keys_are_whole_numbers_of_a_database_and_few() -> None:
    for text in POSTS:
        keys = bands(signature(text))
        assert 3 <= len(keys) <= 6
        assert all(0 < key < 2**63 for key in keys)


def test_a_signature_is_the_same_in_every_process() -> None:
    code = "import sys; from bot.domain.signature import signature; print(hash(signature(sys.argv[1])))"
    out = {
        subprocess.run(
            [sys.executable, "-c", code, POSTS[0]],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert out == {f"{hash(signature(POSTS[0]))}\n"}
    assert signature("abcdefghij klmnopqrst uvwxyz 0123456789")[:2] == (43_625_413, 190_523_968)


@given(st.text(max_size=200))
def test_every_text_has_a_signature_or_none(text: str) -> None:
    own = signature(text)
    assert resemblance(own, own) == (1.0 if own else 0.0)
    assert bool(own) <= (len(normalised(text)) >= FEWEST / 2)


@given(st.text(max_size=120), st.text(max_size=120))
def test_resemblance_is_the_same_both_ways(one: str, other: str) -> None:
    there, back = resemblance(signature(one), signature(other)), resemblance(signature(other), signature(one))
    assert there == back
    assert 0.0 <= there <= 1.0


def test_a_window_names_the_text_that_says_the_same() -> None:
    window = Window()
    for number, text in enumerate(POSTS):
        window.add(str(number), signature(text), NOON + timedelta(minutes=number))
    assert window.nearest(signature(f"omg RT @x: {POSTS[2]}")) == "2"
    assert window.nearest(signature("Nothing like any of these has been said here so far, I should think.")) is None
    assert window.nearest(()) is None


def test_of_several_the_first_is_named() -> None:
    window = Window()
    for number in range(9, 12):
        window.add(str(number), signature(POSTS[0]))
    assert window.nearest(signature(POSTS[0])) == "9"


def test_a_window_keeps_no_more_than_it_may() -> None:
    window = Window(most=2)
    for number in range(4):
        window.add(str(number), signature(POSTS[number]), NOON)
    assert len(window) == 2
    assert window.nearest(signature(POSTS[0])) is None
    assert window.nearest(signature(POSTS[3])) == "3"


def test_a_window_forgets_what_is_too_old_and_what_is_dropped() -> None:
    window = Window(span=timedelta(hours=1))
    window.add("old", signature(POSTS[0]), NOON)
    window.add("dropped", signature(POSTS[1]), NOON + timedelta(hours=2))
    window.drop("dropped")
    window.drop("never there")
    assert len(window) == 0
    assert window.nearest(signature(POSTS[0])) is None


def test_a_storm_of_the_same_takes_no_longer_for_each() -> None:
    window = Window(most=500)
    for number in range(3_000):
        own = signature(f"{POSTS[2]} {number}")
        window.add(str(number), own, NOON + timedelta(seconds=number))
    assert len(window) == 500
    assert window.nearest(signature(POSTS[2])) is not None


def test_texts_of_which_nothing_known_could_be_common_resemble_each_other_in_nothing() -> None:
    many, few = tuple(range(64)), tuple(range(10_000, 10_020))
    assert resemblance(many, few) == resemblance(few, many) == 0.0
