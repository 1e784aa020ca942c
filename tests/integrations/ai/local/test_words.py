"""The words of triage in every language: departments, intents, crises and urgency of sentences from many trades."""

from __future__ import annotations

import time
from collections import defaultdict

import pytest

from integrations.ai.local import vocabulary
from integrations.ai.local.crisis import CrisisWords
from integrations.ai.local.departments import GENERIC, Departments
from integrations.ai.local.intents import Intents
from integrations.ai.local.topics import Topics
from integrations.ai.local.urgency import UrgencyWords
from integrations.ai.local.vocabulary import FIELDS, generic, listed, tables
from tests.integrations.ai.local.happenings import everyday, happenings
from tests.integrations.ai.local.sentences import CRISES, DEPARTMENTS, INTENTS, NOT_URGENT, ORDINARY, URGENT
from tests.integrations.ai.local.trades import TRADES

LANGUAGES = {"en", "de", "es", "fr", "it", "pt", "nl", "pl", "tr", "ja", "zh", "ar"}


@pytest.mark.parametrize(("language", "department", "text"), DEPARTMENTS)
def test_a_post_names_the_department_it_concerns_first(language: str, department: str, text: str) -> None:
    for given in (language, None):
        assert Departments().rank(generic().look(text, given))[0].name == department


@pytest.mark.parametrize(("language", "department", "text"), TRADES)
def test_posts_of_other_trades_name_their_department_first(language: str, department: str, text: str) -> None:
    for given in (language, None):
        assert Departments().rank(generic().look(text, given))[0].name == department


QUOTE = """Subject: 240 school backpacks

Hello, we equip eleven schools every August and would like a quote for 240 backpacks with our crest on them, delivered by \
the end of July. Whom should I talk to?"""


def test_who_asks_for_a_quote_concerns_sales_whatever_else_is_said_of_delivery() -> None:
    seen = generic().look(QUOTE)
    first, second = Departments().rank(seen)[:2]
    assert (first.name, first.confidence > 0.8, second.confidence < 0.5) == ("sales", True, True)
    assert Topics().rank(seen)[0].name == "price"
    assert Intents().rank(seen)[0].name == "purchase"


def test_where_a_parcel_is_remains_a_matter_of_logistics() -> None:
    seen = generic().look("My order was quoted for Monday and is still not delivered")
    assert Departments().rank(seen)[0].name == "logistics"


@pytest.mark.parametrize(("language", "intent", "text"), INTENTS)
def test_a_post_shows_what_somebody_wants(language: str, intent: str, text: str) -> None:
    for given in (language, None):
        found = {guess.name for guess in Intents().rank(generic().look(text, given)) if guess.confidence >= 0.5}
        assert intent in found


@pytest.mark.parametrize(("language", "text"), CRISES)
def test_a_report_of_a_disaster_is_a_crisis(language: str, text: str) -> None:
    seen = generic().look(text, language)
    assert CrisisWords().likelihood(seen) >= 0.5
    assert "crisis" in {guess.name for guess in Intents().rank(seen)}


@pytest.mark.parametrize(("language", "text"), ORDINARY + NOT_URGENT)
def test_an_ordinary_post_is_no_crisis(language: str, text: str) -> None:
    seen = generic().look(text, language)
    assert CrisisWords().likelihood(seen) < 0.5
    assert "crisis" not in {guess.name for guess in Intents().rank(seen)}


def test_disasters_accidents_and_attacks_of_every_kind_are_crises_wherever_they_happen() -> None:
    found: dict[str, list[bool]] = defaultdict(list)
    for kind, language, text in happenings():
        for given in (None if language == "tl" else language, None):
            found[kind].append(CrisisWords().likelihood(generic().look(text, given)) >= 0.5)
    assert sum(map(sum, found.values())) >= 0.95 * sum(map(len, found.values()))
    assert not [kind for kind, ones in found.items() if sum(ones) < 0.75 * len(ones)]


def test_complaints_of_any_trade_that_only_sound_alarming_are_no_crises() -> None:
    alarms = [
        text
        for language, text in everyday()
        for given in (None if language == "tl" else language, None)
        if CrisisWords().likelihood(generic().look(text, given)) >= 0.5
    ]
    assert not alarms


def test_words_of_a_language_that_is_written_among_english_count_there_too() -> None:
    seen = generic().look("Grabe, lampas tao na ang baha dito sa amin, please send rescue", "en")
    assert CrisisWords().likelihood(seen) >= 0.5


@pytest.mark.parametrize(("language", "reason", "text"), URGENT)
def test_what_cannot_wait_says_why(language: str, reason: str, text: str) -> None:
    guess, why = UrgencyWords().judge(generic().look(text, language))
    assert guess.name == "urgent"
    assert guess.confidence >= 0.5
    assert (why or "").startswith(f"{reason}: “")


@pytest.mark.parametrize(("language", "text"), NOT_URGENT)
def test_what_is_said_not_to_be_is_not_urgent(language: str, text: str) -> None:
    guess, why = UrgencyWords().judge(generic().look(text, language))
    assert (guess.name, why) == ("normal", None)


@pytest.mark.parametrize("field", FIELDS)
def test_every_label_has_words_in_every_language(field: str) -> None:
    for label, languages in tables(field).items():
        if field == "departments" and label not in GENERIC:
            continue  # known by its topics alone
        assert languages.keys() >= LANGUAGES, label
        for language in LANGUAGES:
            assert listed(field, label, language), (label, language)


def test_what_departments_look_after_are_topics_there_are() -> None:
    for label in tables("departments"):
        looked_after = listed("departments", label, "topics").keys()
        assert looked_after
        assert looked_after <= tables("topics").keys()
        assert listed("departments", label, "names")


def test_the_words_are_loaded_fast() -> None:
    vocabulary.tables.cache_clear()
    vocabulary.generic.cache_clear()
    begun = time.process_time()
    vocabulary.generic()
    assert time.process_time() - begun < 1.0  # 0.1 s where nothing else runs


def test_an_ordinary_post_is_judged_well_below_a_millisecond() -> None:
    words, departments, intents, topics, urgency = generic(), Departments(), Intents(), Topics(), UrgencyWords()
    texts = [text for _, _, text in (*DEPARTMENTS, *INTENTS)] * 3
    begun = time.process_time()
    for text in texts:
        seen = words.look(text)
        departments.rank(seen)
        intents.rank(seen)
        topics.rank(seen)
        urgency.judge(seen)
    assert (time.process_time() - begun) / len(texts) < 0.002  # 0.2 ms where nothing else runs
