"""Finding terms in texts: words, endings, phrases, gaps, accents, and scripts without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lexicon import BEGINNING, END, Hit, Lexicon, Word, fold, plain, tokens, words_in


def found(terms: list[str], text: str) -> list[str]:
    return [hit.found for hit in Lexicon({"x": terms}).find(fold(text))]


def test_words_are_found_whole_and_phrases_across_punctuation() -> None:
    lexicon = Lexicon({"a": ["cat", "log in", "run*"], "b": ["猫"]})
    assert lexicon.find(fold("Cat! concatenate; log, in. Running 猫たち")) == [
        Hit("a", 0, "cat"),
        Hit("a", 18, "log, in"),
        Hit("a", 27, "running"),
        Hit("b", 35, "猫"),
    ]


@pytest.mark.parametrize(
    ("terms", "text", "hits"),
    [
        (["lost _ bag*"], "You lost my bags and lost bag", ["lost my bags"]),
        (["schön"], "Das ist schon, schoen und SCHÖN", ["schon", "schoen", "schön"]),
        (["kırık"], "KIRIK geldi, kirik", ["kirik", "kirik"]),
        (["iade"], "İADE istiyorum", ["iade"]),
        (["łódź"], "Lodz i Łódź", ["lodz", "łódź"]),
        (["application"], "l’application plante", ["application"]),
        (["app"], "app'i açamıyorum", ["app"]),
        (["الجودة"], "جودة سيئة", ["جودة"]),
        (["سيء"], "والجودة سيء", ["سيء"]),
        (["地震", "大地震"], "昨日の大地震で", ["大地震", "地震"]),
        (["🔥"], "so good 🔥", ["🔥"]),
        (["1-800"], "call 1-800 now", ["1-800"]),
    ],
)
def test_terms_are_found_as_people_write_them(terms: list[str], text: str, hits: list[str]) -> None:
    assert found(terms, text) == hits


def test_a_term_without_a_word_or_sign_finds_nothing() -> None:
    assert found(["", " ", "*"], "anything * at all") == []


def test_folding_keeps_what_is_said_and_drops_what_is_not_seen() -> None:
    assert fold("  It’s\u200b  ＦＵＬＬ\u00ad  ") == "it's full"
    assert fold("cafe\u0301") == "café"
    assert len(fold("x " * 25_000)) <= BEGINNING + END + 3


def test_a_hit_knows_where_it_ends() -> None:
    hit = Lexicon({"x": ["log in"]}).find("please log in")[0]
    assert "please log in"[hit.start : hit.end] == hit.found == "log in"


def test_words_are_told_with_their_places() -> None:
    assert words_in("l'été, الجودة") == [Word(0, "l'ete", 5), Word(7, "جوده", 13)]


def test_tokens_of_spaceless_scripts_are_pairs_of_characters() -> None:
    assert list(tokens(words_in("new 電車遅延"))) == ["new", "電車", "車遅", "遅延"]


def test_every_word_of_a_term_is_known() -> None:
    assert Lexicon({"x": ["log in", "run*", "für _ dich"]}).words >= {"log", "in", "run", "fur", "fuer", "dich"}


@given(st.text(max_size=200))
def test_plain_text_is_as_long_as_the_folded_one(text: str) -> None:
    folded = fold(text)
    assert len(plain(folded)) == len(folded)


@given(st.text(max_size=100), st.text(max_size=200))
def test_what_is_found_stands_in_the_text(term: str, text: str) -> None:
    folded = fold(text)
    for hit in Lexicon({"x": [term, "a", "e*", "的"]}).find(folded):
        assert folded[hit.start : hit.end] == hit.found
