"""Reading how a post is meant: in English by the model, elsewhere by counting words; and why it was read so."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.triage import UNSURE
from integrations.ai.local.sentiment import NAMED, SentimentModel

MODEL = SentimentModel.load()


def mood(text: str, language: str = "en") -> str:
    return MODEL.read(text, language)[0].name


@pytest.mark.parametrize(
    "text",
    [
        "I have been on hold for two hours and nobody answers",
        "my parcel arrived broken and support refuses to refund it",
        "thanks for nothing",
        "The app keeps crashing. Not happy.",
        "never again 😡",
        "still no reply from you guys!!",
        "#WorstServiceEver",
        "why can't I log in???",
    ],
)
def test_complaints_are_negative(text: str) -> None:
    guess, score = MODEL.read(text, "en")
    assert guess.name == "negative"
    assert score < 0


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for the quick reply, problem solved!",
        "Loving the new jacket 😍",
        "your driver went above and beyond today",
        "never had a bad meal here",
        "sooooo good",
    ],
)
def test_praise_is_positive(text: str) -> None:
    guess, score = MODEL.read(text, "en")
    assert guess.name == "positive"
    assert score > 0


@pytest.mark.parametrize(
    "text",
    [
        "what time does the shop open on Sunday?",
        "Do you ship to Norway?",
        "I sent you a DM",
        "New branch opens in Leeds on Monday https://example.com/x",
        "",
        "…",
        "12345",
    ],
)
def test_questions_and_facts_are_neutral(text: str) -> None:
    assert mood(text) == "neutral"


def test_a_negation_turns_praise_round() -> None:
    assert mood("I am happy with it") == "positive"
    assert mood("I am not happy with it") == "negative"


def test_what_follows_but_decides() -> None:
    assert mood("The food was great, but the staff was rude and we waited for two hours") == "negative"
    assert mood("The wait was long but the food was delicious, love it") == "positive"


def test_names_of_accounts_and_links_say_nothing() -> None:
    assert MODEL.read("@awful_hotel do you open today?", "en") == MODEL.read("@nice_hotel do you open today?", "en")
    links = ("https://awful.example/x?a=b", "http://nice.example", "www.example.com", "http", "https:…")
    assert len({MODEL.read(f"new menu {link}", "en") for link in links}) == 1


def test_entities_and_escapes_are_read_as_what_they_stand_for() -> None:
    assert MODEL.read("rude &amp; slow", "en") == MODEL.read("rude & slow", "en")
    assert MODEL.read(r"I don\u2019t like it\u002c ever \ud83d\ude21", "en") == MODEL.read(
        "I don’t like it, ever 😡", "en"
    )
    assert MODEL.read(r"so \ud83d \u12 \user", "en")[0].name == "neutral"


@pytest.mark.parametrize(
    ("language", "good", "bad", "plain"),
    [
        ("de", "Vielen Dank, tolle Hilfe", "Ich warte seit Wochen, niemand antwortet", "Wann öffnet ihr morgen?"),
        (
            "fr",
            "Merci beaucoup, service rapide",
            "Toujours pas de réponse, c'est une honte",
            "À quelle heure ouvrez-vous ?",
        ),
        ("es", "Muchas gracias, excelente atención", "Pésimo servicio, nadie contesta", "¿A qué hora abren?"),
        ("it", "Grazie mille, ottimo servizio", "Il pacco è rotto, che vergogna", "A che ora aprite domani?"),
        ("pt", "Muito obrigada, adorei", "Péssimo atendimento, até agora nada", "Que horas abre a loja?"),
        ("nl", "Bedankt, fijne service", "Nog steeds geen reactie, belachelijk", "Hoe laat gaan jullie open?"),
        ("pl", "Dziękuję, świetna obsługa", "Czekam od tygodnia, brak odpowiedzi", "O której otwieracie?"),
        ("tr", "Teşekkürler, çok hızlı geldi", "Rezalet, hâlâ bekliyorum", "Saat kaçta açılıyorsunuz"),
        ("ja", "ありがとうございます、とても親切でした", "最悪、荷物が届かない", "何時に開きますか"),
        ("zh", "谢谢，服务很好", "垃圾客服，一直没人理", "几点开门？"),
        ("ar", "شكرا لكم خدمة ممتازة", "خدمة سيئة جدا ولا رد", "متى تفتحون غدا"),
    ],
)
def test_other_languages_are_counted_and_never_sure(language: str, good: str, bad: str, plain: str) -> None:
    assert [mood(text, language) for text in (good, bad, plain)] == ["positive", "negative", "neutral"]
    assert all(MODEL.read(text, language)[0].confidence < UNSURE for text in (good, bad, plain))


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("de", "Das ist nicht gut", "negative"),
        ("fr", "Je ne suis pas content", "negative"),
        ("tr", "Hizmet iyi değil", "negative"),
        ("de", "Gar nicht schlecht", "positive"),
    ],
)
def test_other_languages_turn_words_round_too(language: str, text: str, meant: str) -> None:
    assert mood(text, language) == meant


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("de", "Eine Merkliste wäre schön"),
        ("fr", "Ce serait bien de voir les stocks"),
        ("es", "Sería genial reservar por teléfono"),
        ("it", "Sarebbe bello avere una mappa"),
        ("pt", "Seria ótimo ter um mapa"),
        ("nl", "Een kaart zou handig zijn"),
        ("tr", "Bir harita olsa çok iyi olur"),
    ],
)
def test_a_wish_is_no_praise(language: str, wish: str) -> None:
    assert mood(wish, language) == "neutral"


def test_very_is_no_negation_in_chinese() -> None:
    assert mood("服务特别好看", "zh") == "positive"


def test_other_words_decide_where_there_are_none_of_mood() -> None:
    told = (("ausgelaufen", -1.0),)
    assert MODEL.read("Die Flasche ist ausgelaufen", "de", told)[0].name == "negative"
    assert MODEL.explain("Die Flasche ist ausgelaufen", "de", told) == (("ausgelaufen", 1.0),)
    assert MODEL.read("Danke, nur ausgelaufen", "de", told)[0].name == "positive"


def test_emoji_count_in_every_language() -> None:
    assert mood("xyz 😍", "sv") == "positive"
    assert mood("xyz 😡", "sv") == "negative"
    assert mood("xyz", "sv") == "neutral"


def test_english_is_read_as_english_where_it_was_taken_for_another_language() -> None:
    text = "thank you for the great help"
    assert MODEL.read(text, "nl") == MODEL.read(text, "en")


def test_an_explanation_names_the_words_that_spoke() -> None:
    said = dict(MODEL.explain("My suitcase is broken and the staff was rude", "en"))
    assert {"broken", "rude"} <= said.keys()
    assert 0 < len(said) <= NAMED
    assert all(weight > 0 for weight in said.values())
    assert dict(MODEL.explain("Vielen Dank, aber leider kaputt und defekt", "de")).keys() == {
        "leider",
        "kaputt",
        "defekt",
    }


def test_an_explanation_is_of_the_mood_that_was_read() -> None:
    assert "?" in " ".join(word for word, _ in MODEL.explain("do you ship to Norway?", "en"))
    assert "thank" in dict(MODEL.explain("thank you!", "en"))


@given(st.text(max_size=400), st.sampled_from(["en", "de", "ja", "zh", "ar", "xx", ""]))
def test_any_text_is_read(text: str, language: str) -> None:
    guess, score = MODEL.read(text, language)
    assert guess.name in {"negative", "neutral", "positive"}
    assert 0 < guess.confidence <= 1
    assert -1 <= score <= 1
    assert all(weight > 0 for _, weight in MODEL.explain(text, language))


def test_a_very_long_post_is_read_in_time_in_proportion_to_its_length() -> None:
    for text in ("a" * 300_000, "not " * 60_000, "!?" * 100_000, "#Aa" * 60_000, ":( " * 60_000, "@a" * 100_000):
        begun = time.process_time()
        MODEL.read(text, "en")
        MODEL.read(text, "de")
        assert time.process_time() - begun < 3
