"""Learning from claims: what is believed, what is not, what is kept and forgotten."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import learning
from bot.domain.learning import STRONGEST, Learning, number


def taught(claims: dict[str, list[str]], times: int = 1) -> Learning:
    learned = Learning()
    for department, posts in claims.items():
        for _ in range(times):
            for post in posts:
                learned.learn(post.split(), department)
    return learned


CLAIMS = {
    "fleet": ["scooter blocks our path", "scooter lost one wheel", "flat battery scooter", "scooter cannot unlock"],
    "billing": ["invoice seems wrong", "second invoice same month", "wrong sum invoice", "invoice without address"],
}


def test_words_of_posts_a_department_took_speak_for_it_and_against_the_others() -> None:
    learned = taught(CLAIMS, times=5)
    assert learned.weight("fleet", "scooter") > 1.5
    assert learned.weight("billing", "scooter") < -0.5
    assert learned.weight("fleet", "never-seen") == 0
    assert learned.weight("marketing", "scooter") == 0


def test_it_says_of_a_word_at_once_what_it_says_for_every_department() -> None:
    learned = taught(CLAIMS, times=5)
    for word in ("scooter", "invoice", "wrong", "never-seen"):
        weights = {key: learned.weight(key, word) for key in ("fleet", "billing")}
        assert learned.said(word) == {key: weight for key, weight in weights.items() if weight}


def test_few_posts_teach_nothing_yet() -> None:
    assert taught(CLAIMS).weight("fleet", "scooter") == 0


def test_a_word_everybody_uses_needs_to_be_seen_elsewhere_before_it_speaks() -> None:
    learned = Learning()
    for _ in range(20):
        learned.learn(["help", "scooter"], "fleet")
    assert learned.weight("fleet", "help", usual=0.2) < learned.weight("fleet", "scooter")
    for _ in range(60):
        learned.learn(["help", "invoice"], "billing")
    assert abs(learned.weight("fleet", "help", usual=0.2)) < 0.5
    assert learned.weight("fleet", "scooter") > 2


def test_contradicting_claims_cancel_out() -> None:
    learned = Learning()
    for turn in range(60):
        learned.learn(["scooter", "path"], ("fleet", "billing", "support")[turn % 3])
    for department in ("fleet", "billing", "support"):
        assert abs(learned.weight(department, "scooter")) < 0.7


def test_somebody_who_takes_everything_teaches_no_word() -> None:
    learned, choice = taught(CLAIMS, times=10), random.Random(3)
    before = learned.weight("fleet", "scooter")
    words = [word for posts in CLAIMS.values() for post in posts for word in post.split()]
    for _ in range(500):
        learned.learn(choice.sample(words, 4), "marketing")
    assert all(learned.weight("marketing", word) <= STRONGEST for word in words)
    assert learned.weight("marketing", "scooter") < 1
    assert 0 < learned.weight("fleet", "scooter") <= before + 0.01


def test_no_weight_grows_without_bound() -> None:
    learned = Learning()
    for _ in range(5_000):
        learned.learn(["scooter"], "fleet")
    for _ in range(20):
        learned.learn(["invoice"], "billing")
    assert learned.weight("fleet", "scooter") <= STRONGEST
    assert learned.weight("billing", "scooter") >= -STRONGEST


def test_a_pass_takes_back_what_the_claim_taught() -> None:
    learned, same = taught(CLAIMS, times=5), taught(CLAIMS, times=5)
    learned.learn(["scooter", "invoice"], "billing")
    learned.learn(["scooter", "invoice"], "billing", weight=-1)
    for word in ("scooter", "invoice"):
        assert learned.weight("billing", word) == pytest.approx(same.weight("billing", word))


def test_what_was_taught_lately_weighs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_POSTS", 100)
    learned = Learning()
    for department in ("billing", "fleet"):
        for turn in range(90):
            learned.learn(["scooter"] if turn % 2 else ["other", "thing"], department)
            learned.learn(["invoice"], "fleet" if department == "billing" else "billing")
    assert learned.weight("fleet", "scooter") > learned.weight("billing", "scooter")


def test_it_says_which_words_of_a_post_it_knows() -> None:
    learned = taught(CLAIMS, times=5)
    words = learned.explain("fleet", ["my", "scooter", "and", "scooter", "wheel"])
    assert [word.word for word in words] == ["scooter", "wheel"]
    assert words[0].weight == learned.weight("fleet", "scooter")
    assert words[0].posts == 20


def test_it_can_be_forgotten_wholly_or_for_one_department() -> None:
    learned = taught(CLAIMS, times=5)
    learned.reset("fleet")
    assert learned.weight("fleet", "scooter") == 0
    assert learned.weight("billing", "invoice") > 0
    learned.reset()
    assert len(learned) == 0
    assert learned.weight("billing", "invoice") == 0


def test_what_was_counted_holds_no_word_and_can_be_taken_up_again() -> None:
    learned = taught(CLAIMS, times=5)
    assert set(learned.posts) == {"fleet", "billing"}
    assert all(isinstance(word, int) for word in learned.words)
    again = Learning(dict(learned.posts), {word: dict(counts) for word, counts in learned.words.items()})
    assert again.weight("fleet", "scooter") == learned.weight("fleet", "scooter")
    assert len(again) == len(learned)


def test_it_keeps_so_many_words_at_most_and_drops_the_rarest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_WORDS", 200)
    learned = Learning()
    for turn in range(2_000):
        learned.learn(["scooter", f"word{turn}"], "fleet" if turn % 2 else "billing")
    assert len(learned) <= 200
    assert learned.explain("fleet", ["scooter"])[0].posts == 2_000


def test_numbers_and_letters_alone_teach_nothing() -> None:
    learned = Learning()
    for _ in range(40):
        learned.learn(["12", "it", "2024"], "fleet")
    assert len(learned) == 0
    learned.learn(["電車"], "fleet")
    assert len(learned) == 1


@given(
    st.lists(
        st.tuples(
            st.lists(st.text(max_size=8), max_size=6),
            st.sampled_from(("a", "b", "c")),
            st.floats(allow_nan=True, allow_infinity=True),
        ),
        max_size=60,
    )
)
def test_whatever_is_taught_weights_stay_bounded(claims: list[tuple[list[str], str, float]]) -> None:
    learned = Learning()
    for words, department, weight in claims:
        learned.learn(words, department, weight)
    for words, department, _ in claims:
        for word in words:
            assert -STRONGEST <= learned.weight(department, word) <= STRONGEST
    assert all(count >= 0 for counts in (learned.posts, *learned.words.values()) for count in counts.values())


def test_a_word_is_kept_as_a_number_of_32_bits() -> None:
    assert 0 <= number("scooter") < 2**32
    assert number("scooter") == number("scooter")
