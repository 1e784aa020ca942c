"""Everything that local triage finds in one post, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Config
from bot.domain.lexicon import fold
from bot.domain.triage import Intent, Reading, is_urgent, suggested
from bot.errors import ConfigError
from integrations.ai.local import LocalTriage

TRIAGE = LocalTriage(Config())


@pytest.mark.parametrize(
    ("text", "language", "mood", "intent", "department"),
    [
        ("My third parcel arrived crushed. I am really angry!", "en", "negative", "complaint", "logistics"),
        ("Wann kommt mein Paket endlich an? Der Kurier war wieder nicht da", "de", None, "question", "logistics"),
        ("Love the new backpack, thank you so much!", "en", "positive", "praise", None),
        ("Could I have a quote for a bulk order?", "en", None, "purchase", "sales"),
        ("荷物が届いていません", "ja", None, None, "logistics"),
        ("Ich will Auskunft nach der DSGVO, mein Anwalt auch", "de", None, None, "legal"),
        ("Your staff were so rude to me", "en", "negative", "complaint", "people"),
    ],
)  # fmt: skip
def test_one_post_is_read_whole(
    text: str, language: str, mood: str | None, intent: str | None, department: str | None
) -> None:
    reading = TRIAGE.read(text)
    assert reading.language.name == language
    assert mood is None or reading.mood.name == mood
    assert intent is None or reading.intents[0].name == intent
    assert department is None or suggested(reading)[0] == department
    assert reading.by == "local"


def test_only_departments_that_exist_are_suggested_and_their_own_words_weigh_more() -> None:
    ours = LocalTriage(
        Config.model_validate(
            {"departments": {"support": {"words": ["gizmo*"]}, "workshop": {"words": ["buckle", "frame"]}}}
        )
    )
    assert suggested(ours.read("The buckle and the frame broke, I need help"))[0] == "workshop"
    assert suggested(ours.read("My gizmos! Where is the parcel?")) == ("support",)


def test_where_little_is_said_nobody_is_suggested() -> None:
    assert suggested(TRIAGE.read("Hmm.")) == ()
    assert suggested(TRIAGE.read("parcel courier tracking delivery"))[0] == "logistics"
    assert len(suggested(TRIAGE.read("parcel app price help lawyer store staff newsletter"))) <= 2


def test_the_companys_topics_and_urgent_words_are_known() -> None:
    ours = LocalTriage(
        Config.model_validate(
            {"triage": {"topics": {"straps": ["strap*"]}}, "policies": {"urgent_words": ["strap snap*"]}}
        )
    )
    reading = ours.read("The strap snapped on a cliff #TrailX")
    assert reading.topics[0].name == "straps"
    assert reading.topics[-1].name == "#trailx"
    assert reading.urgent_for == "one of our words: “strap snapped”"
    assert is_urgent(reading)


def test_personal_data_is_found_where_it_stands() -> None:
    text = "Write to maya@mail.example, please"
    (found,) = TRIAGE.read(text).personal
    assert (found.kind, text[found.start : found.end]) == ("email", "maya@mail.example")


def test_a_crisis_is_told_from_a_complaint() -> None:
    assert (
        TRIAGE.read("Explosion at the plant, three people injured, the area was evacuated").intent(Intent.CRISIS) > 0.5
    )
    assert TRIAGE.read("My flight was cancelled and nobody helps, what a disaster").intent(Intent.CRISIS) == 0


def test_every_finding_that_words_spoke_for_is_explained_by_words_of_the_post() -> None:
    text = "The courier lost my parcel again, I am so angry. It even caught fire!"
    whys = {(why.field, why.name): [word for word, _ in why.words] for why in TRIAGE.explain(text)}
    assert "angry" in whys["mood", "negative"]
    assert "parcel" in whys["departments", "logistics"]
    assert "caught fire" in whys["urgency", "urgent"]
    for words in whys.values():
        assert words
    folded = fold(text)
    assert all(word in folded for word in whys["departments", "logistics"])


def test_a_long_text_is_judged_by_its_beginning_and_its_end() -> None:
    middle = "and so on " * 4_900
    for text in (f"It caught fire. {middle}", f"{middle} So it caught fire."):
        assert TRIAGE.read(text).urgent_for == "danger: “caught fire”"
    assert len(fold("x " * 25_000)) < 6_000


def test_a_language_that_nobody_can_tell_is_said_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"triage\.languages"):
        LocalTriage(Config.model_validate({"triage": {"languages": ["en", "qq"]}})).warm()


def sound(reading: Reading) -> None:
    every = (reading.language, reading.mood, reading.urgency, *reading.intents, *reading.departments, *reading.topics)
    assert all(0 <= guess.confidence <= 1 and guess.name == guess.name.lower() for guess in every)
    assert -1 <= reading.score <= 1
    assert reading.mood.name in {"negative", "neutral", "positive"}
    for guesses in (reading.intents, reading.departments, reading.topics):
        assert len({guess.name for guess in guesses}) == len(guesses)
        assert list(guesses) == sorted(guesses, key=lambda guess: -guess.confidence)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    sound(TRIAGE.read(text))
    for why in TRIAGE.explain(text):
        assert why.field in Reading.__dataclass_fields__


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b\u202e", "\ud800", "﷽" * 500, "é" * 3000, "a" * 50_000, "#" * 2000, "🔥" * 900]
)
def test_no_odd_text_breaks_it(text: str) -> None:
    sound(TRIAGE.read(text))
