"""Looking at a post: hashtags, languages, the company's own words, negation, and texts that mean harm."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ai.local.crisis import CrisisWords
from integrations.ai.local.departments import Departments
from integrations.ai.local.intents import Intents
from integrations.ai.local.topics import Topics
from integrations.ai.local.urgency import UrgencyWords
from integrations.ai.local.vocabulary import generic

OWN = generic().with_own(
    departments={"fleet": ("scooter*",), "support": ("gizmo",)},
    topics={"Helmets": ("helmet*", "visor")},
    urgent=("strap snap*",),
)


def judged(text: str) -> tuple[object, ...]:
    seen = OWN.look(text)
    return (
        Departments().rank(seen),
        Intents().rank(seen, -0.4),
        Topics().rank(seen),
        UrgencyWords().judge(seen),
        CrisisWords().judge(seen),
        Departments().why(seen),
        Intents().why(seen),
        Topics().why(seen),
        UrgencyWords().why(seen),
    )


@pytest.mark.parametrize(
    ("tag", "parted"),
    [
        ("#CityFire", "city fire"),
        ("#cityfire", "city fire"),
        ("#xyzflood", "xyz flood"),
        ("#NeverAgain", "never again"),
        ("#lostluggage", "lost luggage"),
        ("#PrayForTown2024", "pray for town 2024"),
        ("#hmm", "hmm"),
    ],
)
def test_hashtags_are_parted_into_words(tag: str, parted: str) -> None:
    seen = generic().look(f"look {tag}")
    assert seen.folded == f"look {parted}"
    assert seen.hashtags == (tag[1:].lower(),)


def test_links_and_names_of_accounts_say_nothing() -> None:
    seen = generic().look(
        "@FireDepartment see https://example.com/earthquake?x=1 and www.example.com/flood &amp; smile"
    )
    assert seen.folded == "see and & smile"
    assert seen.links == 1


def test_the_language_shows_in_frequent_words() -> None:
    assert generic().look("Why is this not what you said?").language == "en"
    assert generic().look("Warum ist das nicht so wie ihr gesagt habt?").language == "de"
    assert generic().look("ok").language == ""


def test_words_of_another_language_that_look_alike_count_little() -> None:
    polish = generic().look("Mój lot jest opóźniony", "pl")
    english = generic().look("I like it a lot", "en")
    assert max(found.weight for found in polish.of("departments") if found.text == "lot") == 1.0
    assert max((found.weight for found in english.of("departments") if found.text == "lot"), default=0) < 0.3


def test_accents_and_umlauts_may_be_left_out() -> None:
    for text in ("Rückerstattung bitte", "Rueckerstattung bitte", "RUCKERSTATTUNG bitte"):
        assert Topics().rank(generic().look(text))[0].name == "refund"


def test_the_companys_own_words_weigh_more_and_make_topics_of_their_own() -> None:
    names = {"fleet": "Fleet", "support": "Support", "product": "Product"}
    ranked = Departments(names).rank(OWN.look("The scooter app has a bug"))
    assert ranked[0].name == "fleet"
    assert Topics().rank(OWN.look("the visor is scratched"))[0].name == "helmets"
    assert UrgencyWords().judge(OWN.look("the strap snapped on a cliff"))[1] == "one of our words: “strap snapped”"


def test_only_departments_that_exist_are_ranked_and_theirs_are_known_by_name() -> None:
    names = {"kundenservice": "", "hr": "", "depot": "Warehouse", "misc": "Everything else"}
    departments = Departments(names)
    assert departments.rank(generic().look("Nobody answers the phone"))[0].name == "kundenservice"
    assert departments.rank(generic().look("Your cashier was rude"))[0].name == "hr"
    assert departments.rank(generic().look("Where is my parcel?"))[0].name == "depot"
    assert {guess.name for guess in departments.rank(generic().look("hm"))} == set(names)
    assert Departments({}).rank(generic().look("hm")) == ()


@pytest.mark.parametrize(
    ("key", "name", "text"),
    [
        ("finance", "", "You charged my card twice"),
        ("buchhaltung", "", "Die Rechnung ist falsch"),
        ("it", "IT", "The website is down"),
        ("noc", "", "No signal since noon"),
        ("green", "Sustainability", "Why so much plastic, think of the climate"),
        ("cleaning", "", "The toilets are filthy"),
    ],
)
def test_departments_not_every_company_has_are_known_by_their_names(key: str, name: str, text: str) -> None:
    departments = Departments({"marketing": "", "people": "", key: name})
    assert departments.rank(generic().look(text))[0].name == key


def test_where_nothing_is_found_support_comes_first_with_little_confidence() -> None:
    ranked = Departments().rank(generic().look("hm"))
    assert [guess.name for guess in ranked[:2]] == ["support", "operations"]
    assert ranked[0].confidence < 0.25


def test_departments_say_which_words_spoke() -> None:
    first = Departments().why(generic().look("The courier lost my parcel"))[0]
    assert (first.field, first.name) == ("departments", "logistics")
    assert {"courier", "parcel"} <= {word for word, _ in first.words}


def test_a_phrase_counts_and_not_the_words_inside_it() -> None:
    seen = generic().look("Great job, lovely flight booking")
    assert "people" not in {why.name for why in Departments().why(seen)}
    assert ("flight booking", "sales") in {(found.text, found.label) for found in seen.of("departments")}


def test_praise_that_is_denied_complains() -> None:
    found = {guess.name for guess in Intents().rank(generic().look("This is not great, not helpful"))}
    assert "complaint" in found
    assert "praise" not in found


def test_mood_decides_where_words_leave_it_open() -> None:
    seen = generic().look("Thanks for nothing, what a great way to start the day")
    sure = {guess.name: guess.confidence for guess in Intents().rank(seen, -0.9)}
    assert sure["complaint"] > sure.get("praise", 0.0)


def test_a_hashtag_is_a_topic_of_low_confidence() -> None:
    topics = Topics().rank(generic().look("Where is my refund? #BrandNewThing"))
    assert topics[0].name == "refund"
    assert topics[-1].name.lstrip("#") == "brandnewthing"
    assert topics[-1].confidence < 0.5


def test_several_reasons_name_the_gravest_and_make_it_surer() -> None:
    one, _ = UrgencyWords().judge(generic().look("Please answer, it is urgent"))
    two, why = UrgencyWords().judge(generic().look("URGENT: the vest started smoking"))
    assert why == "danger: “started smoking”"
    assert two.confidence > one.confidence


def test_a_weak_word_needs_company() -> None:
    assert UrgencyWords().judge(generic().look("My grandmother loves it"))[1] is None
    assert UrgencyWords().judge(generic().look("My grandmother was left alone"))[1] is not None


HOSTILE = (
    "",
    " ",
    "#",
    "#" * 5_000,
    "a" * 200_000,
    "fire " * 50_000,
    "#" + "fireflood" * 600,
    " ".join(f"#fire{n}flood" for n in range(3_000)),
    "1" * 100_000 + " dead",
    "1," * 50_000 + "killed",
    "at least " * 20_000,
    "not " * 40_000 + "dangerous",
    "'" * 50_000,
    "l'" * 30_000 + "app",
    "&amp;" * 40_000,
    "@" * 60_000,
    "https://" * 20_000,
    "火" * 60_000,
    "地震" * 30_000,
    "\u200b".join("earthquake") * 2_000,
    "e\u0301" * 40_000,
    "\u202eevil txet\u202c " * 3_000,
    "\ud800 lone surrogate",
    "\x00\x01\x02",
    "🔥" * 30_000,
    "ﷺ" * 10_000,
    "Z̸̡͎͝a̷l̶g̵o̸ " * 4_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_takes_long_or_breaks_anything(text: str) -> None:
    begun = time.process_time()
    judged(text)
    assert time.process_time() - begun < 2.0


@given(st.text(max_size=300))
def test_any_text_is_judged_with_confidences_between_nothing_and_certainty(text: str) -> None:
    seen = OWN.look(text)
    lists = [Departments().rank(seen), Intents().rank(seen), Topics().rank(seen)]
    for guesses in lists:
        assert all(0 <= guess.confidence <= 1 for guess in guesses)
        assert [guess.confidence for guess in guesses] == sorted((g.confidence for g in guesses), reverse=True)
        assert len({guess.name for guess in guesses}) == len(guesses)


def test_characters_nobody_sees_hide_no_word() -> None:
    for hidden in (
        "earth\u200bquake hits town, 12 dead",
        "EARTHQUAKE hits town, 12 dead",
        "earth\u00adquake hits town, 12 dead",
    ):
        assert CrisisWords().likelihood(generic().look(hidden)) >= 0.5


def test_right_to_left_marks_change_nothing() -> None:
    assert UrgencyWords().judge(generic().look("\u200fالشاحن \u202bانفجر\u202c"))[1] is not None
