"""In which language a text is told to be, from whole posts down to a word, and how sure it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.triage import UNSURE
from integrations.ai.local.language import LANGUAGES, LIKELY, LanguageReader, clean, guess
from tests.triage.language_posts import POSTS, posts

reader = LanguageReader()


def test_every_language_that_is_told_apart_is_tried() -> None:
    assert set(POSTS) == set(LANGUAGES)
    assert set(LIKELY) <= set(LANGUAGES)


def test_nearly_every_post_is_told_rightly_also_short_ones() -> None:
    wrong = [(language, text) for language, text in posts() if reader.guess(text).name != language]
    short = [text for _, text in posts() if len(text) < 40]
    assert len(wrong) <= 0.03 * len(posts())
    assert sum(text in short for _, text in wrong) <= 0.06 * len(short)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("RT @shop_de: das geht ja mal gar nicht 😡😡 https://example.com/the-best-of-all #fail", "de"),
        ("@support @help_en quando arriva il mio ordine??", "it"),
        ("POR QUE NO CONTESTAN EL TELEFONO", "es"),
        ("merciiiiiii beaucoup", "fr"),
        ("bugun hic calismiyor", "tr"),
        ("ＷＨＹ　ＩＳ　ＩＴ　ＳＯ　ＳＬＯＷ", "en"),
        ("ｶﾞｯｶﾘしました", "ja"),
        ("iPhone 15 Pro の充電が遅い", "ja"),
        ("iPhone 的电池太差了", "zh"),
        ("返金対応希望", "ja"),
        ("이 앱 왜 이래요 really", "ko"),
        ("ﺷﻜﺮﺍ ﻋﻠﻰ ﺍﻟﺮﺩ", "ar"),
        ("چرا جواب نمی‌دهید؟", "fa"),
        ("آپ لوگ جواب کیوں نہیں دیتے", "ur"),
    ],
)
def test_what_posts_are_dressed_in_does_not_deceive(text: str, language: str) -> None:
    assert guess(text).name == language


@pytest.mark.parametrize("text", ["", "   ", "😡😡😡", "https://example.com/x", "12345 !!!", "@someone", "\u200b"])
def test_where_nothing_is_said_there_is_a_guess_that_is_unsure(text: str) -> None:
    found = reader.guess(text)
    assert found.name in LANGUAGES
    assert found.confidence < UNSURE


def test_more_words_make_it_surer() -> None:
    few, more = reader.guess("no"), reader.guess("no sé por qué no me contestan desde el martes")
    assert few.confidence < more.confidence
    assert more.confidence > 0.95


@pytest.mark.parametrize(
    "text",
    [
        "Das Paket ist kaputt and nobody is answering my mails",
        "C'est nul, I want my money back please",
        "hotel taxi bar",
        "ok",
    ],
)
def test_of_mixed_texts_and_words_of_many_languages_it_is_less_sure(text: str) -> None:
    plain = "Das Paket ist kaputt und niemand antwortet auf meine Mails"
    assert reader.guess(text).confidence < reader.guess(plain).confidence


def test_only_the_given_languages_are_told() -> None:
    two = LanguageReader(("de", "en"), ("de", "en"))
    assert {two.guess(text).name for _, text in posts()} == {"de", "en"}
    assert two.guess("今日は遅いです").confidence < UNSURE


def test_a_likely_language_is_preferred_where_little_is_said() -> None:
    danish, norwegian = LanguageReader(likely=("da",)), LanguageReader(likely=("no",))
    assert (danish.guess("det er fint").name, norwegian.guess("det er fint").name) == ("da", "no")


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="xx"):
        LanguageReader(("en", "xx")).warm()
    with pytest.raises(ValueError, match="no language"):
        LanguageReader(())


def test_the_words_that_spoke_for_it_can_be_named() -> None:
    assert reader.words("Warum ist das heute so langsam?", "de") == ("warum", "ist", "das", "heute", "so")
    assert reader.words("Warum ist das heute so langsam?", "tr") == ()


def test_only_what_was_said_is_read() -> None:
    assert clean("RT @a: Sooooo #great 😀 https://example.com/x 12 &amp; a@b.example") == "Soo great"


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_every_text_has_a_guess(text: str) -> None:
    found = reader.guess(text)
    assert found.name in LANGUAGES
    assert 0.0 < found.confidence <= 1.0
