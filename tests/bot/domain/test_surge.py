"""What many write about just now is told from what one writes about, for as long as the storm lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.surge import ALIKE, UNKNOWN, Surge, compared

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STORM = (
    "My lantern caught fire on the table",
    "The new lantern is far too hot",
    "Our lantern smells burnt, refund please",
    "When will you recall this lantern",
)
OTHER = "A strong smell of gas in the cellar of your shop, whom do we call"


def storm(surge: Surge, seconds: int, a_second: int, since: datetime = NOON) -> datetime:
    """So many different posts about the same thing, second after second; gives the end."""
    for second in range(seconds):
        said = (f"{STORM[number % len(STORM)]} {second}x{number}" for number in range(a_second))
        surge.hear(since + timedelta(seconds=second), [("en", text) for text in said])
    return since + timedelta(seconds=seconds)


def test_posts_about_the_same_thing_are_alike_and_another_one_is_not() -> None:
    surge = Surge()
    storm(surge, 30, 10)
    assert surge.likeness("en", "What is wrong with that lantern") >= ALIKE
    assert surge.likeness("en", OTHER) < ALIKE
    assert surge.alike() > 0.9


def test_a_storm_of_more_posts_than_are_looked_at_stays_one() -> None:
    surge = Surge()
    storm(surge, 59, 170)
    assert surge.likeness("en", "What is wrong with that lantern") >= ALIKE
    assert surge.likeness("en", OTHER) < ALIKE


def test_a_storm_that_lasts_half_an_hour_stays_one() -> None:
    surge = Surge()
    storm(surge, 1_800, 3)
    assert surge.likeness("en", "What is wrong with that lantern") >= ALIKE


def test_what_was_said_as_often_for_hours_is_no_surge() -> None:
    surge = Surge()
    storm(surge, 3 * 3_600, 1)
    assert surge.likeness("en", "What is wrong with that lantern") < ALIKE
    assert surge.alike() < 0.1


def test_what_people_deal_with_does_not_become_usual_meanwhile() -> None:
    surge = Surge()
    surge.in_crisis = True
    end = storm(surge, 3 * 3_600, 1)
    assert surge.likeness("en", "What is wrong with that lantern") >= ALIKE
    surge.in_crisis = False
    storm(surge, 60, 1, end)
    assert surge.likeness("en", "What is wrong with that lantern") < ALIKE


def test_a_clock_that_was_set_back_leaves_nothing_in_the_window() -> None:
    surge = Surge()
    storm(surge, 30, 10)
    surge.hear(NOON - timedelta(hours=1), [("en", OTHER)])
    assert len(surge) == 1


def test_words_that_no_person_writes_are_not_remembered() -> None:
    surge = Surge()
    surge.hear(NOON, [("en", f"burning {'xyz' * 3_000}") for _ in range(30)])
    assert surge.theme() == ("burning",)


def test_what_is_made_up_for_days_fills_no_memory() -> None:
    surge = Surge()
    for minute in range(2 * 24 * 60):
        said = " ".join(f"{chr(97 + minute % 26)}word{minute * 40 + number}" for number in range(40))
        surge.hear(NOON + timedelta(minutes=minute), [("en", said)])
    assert sum(len(stream.usual) for stream in surge._streams.values()) < 101_000


def test_few_posts_say_nothing() -> None:
    surge = Surge()
    storm(surge, 1, 10)
    assert surge.likeness("en", STORM[0]) == 0
    assert surge.alike() == 0


def test_a_post_is_compared_with_those_in_its_own_language() -> None:
    surge = Surge()
    end = storm(surge, 30, 10)
    surge.hear(end, [("de", f"Die Lampe wird viel zu heiß, Nummer {number}") for number in range(20)])
    assert surge.likeness("de", "Meine Lampe wird auch heiß") >= ALIKE
    assert surge.likeness("de", "What is wrong with that lantern") < ALIKE


def test_little_was_heard_in_a_language_yet_or_nearly_nobody_writes_in_it() -> None:
    surge = Surge()
    end = storm(surge, 10, 10)
    assert surge.likeness("fr", "La lanterne a pris feu") == 0, "the others write in another language"
    surge.hear(end, [("fr", f"La lanterne chauffe trop, numéro {number}") for number in range(10)])
    assert surge.likeness("fr", "Une odeur de gaz dans la cave") == UNKNOWN
    assert surge.likeness("de", "Gasgeruch im Keller") == 0


def test_words_that_tell_nothing_make_nothing_alike() -> None:
    surge = Surge(compared(["about", "what", "Waiting"]))
    surge.hear(NOON, [("en", f"waiting about what {number:05}") for number in range(50)])
    assert surge.likeness("en", "Waiting, about what?") == 0


def test_texts_without_spaces_are_compared_by_pairs_of_signs() -> None:
    surge = Surge()
    surge.hear(NOON, [("ja", f"ランタンが燃えた{number}") for number in range(30)])
    assert surge.likeness("ja", "私のランタンも燃えた") >= ALIKE
    assert surge.likeness("ja", "地下室でガスの匂いがする") < ALIKE


def test_what_they_are_about_is_named_as_people_write_it() -> None:
    surge = Surge(compared(["the", "that", "this", "with"]))
    said = ("That kettle leaked on the floor", "Coffee and a leaking kettle", "The kettle, with steam and coffee")
    surge.hear(NOON, [("en", f"{said[number % 3]} {number}") for number in range(60)])
    assert surge.theme(2) == ("kettle", "coffee")
    calm = Surge()
    calm.hear(NOON, [("en", f"Something {chr(97 + number % 26) * 2}quite different{number}") for number in range(10)])
    assert calm.theme() == ()
