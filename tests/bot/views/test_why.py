"""`why`: each finding in words, how sure it is, the strongest words, what was learned here, and the routes that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.customer import Customer
from bot.domain.triage import Guess, Reading, Why
from bot.views import made_up as m
from bot.views.why import how_sure, why_card
from tests.bot.views.plain import plain


def card(
    whys: Sequence[Why] = (), config: Config = m.CONFIG, reading: Reading = m.READING, customer: Customer = m.MAYA,
    c: Conversation = m.FLOOR,
) -> str:  # fmt: skip
    return plain(why_card(replace(c, reading=reading), customer, reading, whys, config))


def routed(**rule: object) -> Config:
    surfaces = [
        {"name": "floor", "channel": "#customers"},
        {"name": "room", "platform": "teams", "channel": "19:3f0c@thread.tacv2"},
    ]
    departments = {"support": {"name": "Support"}, "logistics": {"name": "Logistics"}}
    return Config.model_validate({"departments": departments, "surfaces": surfaces, "routes": [rule]})


@pytest.mark.parametrize(("confidence", "said"), [
    (0.97, "sure (97 %)"), (0.85, "sure (85 %)"), (0.84, "likely (84 %)"), (0.5, "likely (50 %)"), (0.31, "unsure (31 %)"),
])  # fmt: skip
def test_how_sure_it_is_stands_in_words_beside_the_figure(confidence: float, said: str) -> None:
    assert how_sure(Guess("de", confidence)) == said


def test_the_strongest_words_are_named_and_no_small_words_of_the_language() -> None:
    whys = (
        Why("language", "de", (("der", 1.0), ("nicht", 1.0))),
        Why("departments", "logistics", (("parcel", 2.5), ("box", 0.5), ("crushed", 1.2), ("row", 0.7))),
    )
    shown = card(whys)
    assert "Logistics, likely (82 %): “parcel”, “crushed”, “row”" in shown
    assert "German, sure (97 %)\n" in shown
    assert "der" not in shown.split("Language")[1].splitlines()[0]


def test_what_was_learned_here_is_marked_and_explained() -> None:
    shown = card((Why("departments", "logistics", (("parcel", 1.0),), (("locker", 2.0), ("wifi", -1.5))),))
    assert "“locker” (learned), “parcel”; against it “wifi” (learned)" in shown
    assert "what claims and passes here have taught" in shown
    assert "claims and passes" not in card((Why("departments", "logistics", (("parcel", 1.0),)),))


def test_what_is_no_word_of_the_post_is_said_and_not_quoted() -> None:
    shown = card((Why("intents", "complaint", (("mood", 2.0), ("?", 1.5), ("about delay", 1.0))),))
    assert "Complaint, sure (93 %): its mood, a question mark, about delay" in shown
    assert "“mood”" not in shown


def test_moods_intents_and_urgency_are_said_in_the_words_of_cards() -> None:
    reading = replace(
        m.READING, mood=Guess("positive", 0.6), urgency=Guess("normal", 0.8), urgent_for=None,
        intents=(Guess("purchase", 0.7), Guess("churn", 0.4), Guess("spam", 0.2)),
    )  # fmt: skip
    shown = card(reading=reading)
    assert all(said in shown for said in ("Wants to buy, likely", "May leave us, unsure", "Happy", "Can wait"))
    assert "spam" not in shown


def test_where_nothing_stands_out_it_says_so() -> None:
    shown = card(reading=replace(m.READING, intents=(), topics=(), departments=(Guess("support", 0.17),)))
    assert all(said in shown for said in ("not clear", "nothing that Baton knows", "no department more than others"))


def test_a_colon_and_what_speaks_for_a_neutral_mood_tell_nobody_anything() -> None:
    neutral = replace(m.READING, mood=Guess("neutral", 0.86))
    shown = card((Why("mood", "neutral", (("if", 0.4), ("pieces", 0.2))),), reading=neutral)
    assert "Neutral, sure (86 %)\n" in shown
    shown = card((Why("mood", "negative", ((":", 0.9), (":(", 0.8), ("crushed", 0.4))),))
    assert "Unhappy, sure (91 %): “:(”, “crushed”\n" in shown


def test_a_department_that_only_an_earlier_post_spoke_of_has_no_figure() -> None:
    c = replace(m.FLOOR, departments=("logistics",))
    assert "Logistics (82 %)" in card(c=c).splitlines()[2]
    faint = replace(m.READING, departments=(Guess("product", 0.6), Guess("logistics", 0.25)))
    assert card(reading=faint, c=c).splitlines()[2].endswith("→ Logistics")


def test_a_hashtag_speaks_for_itself() -> None:
    shown = card(
        (Why("topics", "#trailx", (("#trailx", 0.25),)),), reading=replace(m.READING, topics=(Guess("#trailx", 0.4),))
    )
    assert "#trailx, unsure (40 %)\n" in shown


@pytest.mark.parametrize(("rule", "said"), [
    ({"surfaces": ["floor"]}, "for every conversation: shown in #customers"),
    ({"surfaces": ["room"]}, "for every conversation: shown in room"),
    ({"name": "dach", "surfaces": ["floor"], "languages": ["de"]}, "“dach”, since it is in German: shown in #customers"),
    ({"suggest": ["support"], "intents": ["complaint"]}, "since it reads as “complaint”: suggested to Support"),
    ({"surfaces": ["floor"], "sentiments": ["negative"], "topics": ["delivery"]},
     "since it is about delivery and sounds unhappy: shown in #customers"),
    ({"surfaces": ["floor"], "networks": ["mastodon"], "urgent": True},
     "since it came on Mastodon and is urgent: shown in #customers"),
])  # fmt: skip
def test_a_route_says_why_it_fits_and_what_it_does(rule: dict[str, object], said: str) -> None:
    assert said in card(config=routed(**rule))


def test_without_a_route_to_a_place_it_is_on_every_floor() -> None:
    assert "shown on every floor" in card()
    assert "shown on every floor" in card(config=routed(suggest=["support"], languages=["de"]))
    assert "shown on every floor" not in card(config=routed(surfaces=["floor"]))


def test_a_model_is_named_and_gives_no_words() -> None:
    shown = card(reading=replace(m.READING, by="some-model-2"))
    assert "Read by the model some-model-2, which does not say why." in shown


def test_words_of_a_post_that_try_to_do_harm_are_quoted_on_one_line() -> None:
    shown = card((Why("topics", "delivery", (("<!channel>\n# boo\u202e" * 20, 3.0),)),))
    (line,) = [line for line in shown.splitlines() if "channel" in line]
    assert len(line) < 120
    assert "\u202e" not in line
